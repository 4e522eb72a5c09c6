/** What people look at: formulas, diagrams, charts and tables. What other folders use of it. */
export { drawBars, drawCurves, drawForecast } from "./chart.ts";
export type { BarsChart, ChartOptions, CurvesChart, ForecastChart, Series } from "./chart.ts";
export type { SeriesStyle } from "./chart-palette.ts";
export type { Positions } from "./chart-scale.ts";
export { drawCell } from "./diagram.ts";
export type { DiagramOptions } from "./diagram.ts";
export type { FlowWords } from "./flow.ts";
export { printQuantity } from "./format-number.ts";
export { convertToMathML, printLatex, printMathML } from "./formula.ts";
export { drawGradientNorms, printGradientNorms } from "./gradient-flow.ts";
export type { GradientChart, GradientNorms, GradientSummary } from "./gradient-flow.ts";
export { printGradientLatex } from "./gradient-formula.ts";
export type { Theme } from "./svg.ts";
export { escapeXml } from "./svg.ts";
export { printTable } from "./table.ts";
export type { TableColumn, TableOptions, TableRow, TableValue } from "./table.ts";
