/** Standalone SVG charts: a forecast beside the truth, loss curves, and bars. No DOM, no script. */
import { RecurraError } from "../util/errors.ts";
import { drawAxes, drawNothing, leftOf, planFrame } from "./chart-frame.ts";
import type { Frame, LegendItem } from "./chart-frame.ts";
import { drawBand, drawLine, drawRange, drawRule, drawSpread } from "./chart-line.ts";
import type { Point } from "./chart-line.ts";
import { chartCommon, chartPalette, seriesClass } from "./chart-palette.ts";
import type { SeriesStyle } from "./chart-palette.ts";
import {
  createIntegerAxis,
  createLinearAxis,
  createLogAxis,
  createPositionAxis,
  findExtent,
  localiseAxis,
} from "./chart-scale.ts";
import type { Axis, Positions } from "./chart-scale.ts";
import { localiseNumber, printQuantity } from "./format-number.ts";
import { element, group, printPicture, textElement } from "./svg.ts";
import type { Theme } from "./svg.ts";
import { fitText, textWidth } from "./text-width.ts";

export interface Series {
  readonly name: string;
  /** NaN where there is no value. */
  readonly values: ArrayLike<number>;
  readonly style?: SeriesStyle;
  /** What each value is the mean of, where that is several: drawn as dots on a rule from the least to the most. NaN where there is none. */
  readonly samples?: readonly ArrayLike<number>[];
}

export interface ChartOptions {
  readonly title: string;
  /** One to three lines below the chart. */
  readonly note?: string;
  readonly xLabel?: string;
  /** What is measured, with its unit: `births a day`. */
  readonly yLabel?: string;
  /** Pixels; 860 by 420 if absent. */
  readonly width?: number;
  readonly height?: number;
  readonly theme?: Theme;
  /** The language that numbers and dates are written in, as a tag such as `"vi"` (`1.234,5`); as in English if absent. Words are those that are given. */
  readonly locale?: string;
  /** Said where there is no finite value: `no finite values` if absent. */
  readonly nothing?: string;
}

/** The room between two lines. */
export interface Band {
  readonly name: string;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface ForecastChart extends ChartOptions {
  /** Where each value stands: dates (`Date` or ISO text, read as UTC), numbers, or names. */
  readonly x: Positions;
  /** Each as long as `x`. */
  readonly series: readonly Series[];
  /** Intervals around the forecast, the widest first: where one lies in another it is darker, as in a fan chart. */
  readonly bands?: readonly Band[];
  /** Positions, as numbers into `x`, worth a vertical rule: where something begins. */
  readonly marks?: readonly { readonly at: number; readonly name: string }[];
  /** A logarithmic vertical axis; what is not positive is then a gap. */
  readonly log?: boolean;
}

export interface CurvesChart extends ChartOptions {
  /** One value an epoch (or step), from 1. */
  readonly curves: readonly Series[];
  /** A logarithmic vertical axis; what is not positive is then a gap. */
  readonly log?: boolean;
  /** The number of the first value; 1 if absent. */
  readonly first?: number;
  /** An epoch worth a vertical rule: the best one. */
  readonly mark?: { readonly at: number; readonly name: string };
}

export interface BarsChart extends Omit<ChartOptions, "yLabel"> {
  readonly bars: readonly {
    readonly name: string;
    readonly value: number;
    readonly style?: SeriesStyle;
    /** What the value is the mean of, where that is several: a rule from the least to the most. */
    readonly samples?: readonly number[];
  }[];
  /** See `printQuantity`. */
  readonly unit?: string;
}

interface Sizes {
  readonly width: number;
  readonly height: number;
}

function chooseSizes(options: ChartOptions): Sizes {
  const { width = 860, height = 420 } = options;
  if (!(width >= 240 && width <= 10_000 && height >= 160 && height <= 10_000)) {
    throw new RecurraError(
      "util/bad-argument",
      `A chart of ${width} by ${height} pixels cannot be drawn. Give a width of 240 to 10,000 and a height of 160 to 10,000.`,
    );
  }
  return { width, height };
}

function checkLength(what: string, values: ArrayLike<number>, length: number): void {
  if (values.length === length) return;
  throw new RecurraError(
    "util/bad-argument",
    `${what} has ${values.length} values but the chart has ${length} positions. Give one value (or NaN) for each position.`,
  );
}

/** The classes of series in order: `other` ones get a look each. */
function chooseClasses(series: readonly { readonly style?: SeriesStyle }[]): readonly string[] {
  let others = 0;
  return series.map(({ style = "other" }) => seriesClass(style, style === "other" ? others++ : 0));
}

/** The chart with what stands around it, as a standalone SVG. */
export function finish(frame: Frame, theme: Theme | undefined, content: readonly string[]): string {
  const { width, height, title } = frame.options;
  return printPicture({
    width,
    height,
    title,
    theme: theme ?? "auto",
    common: chartCommon,
    palette: chartPalette,
    content: [...frame.content, ...content],
  });
}

function toPoints(
  positions: readonly number[],
  values: ArrayLike<number>,
  axes: { readonly x: Axis; readonly y: Axis; readonly positive?: boolean },
): Point[] {
  return positions.map((position, at) => {
    const value = values[at] ?? NaN;
    const present = Number.isFinite(value) && !(axes.positive === true && value <= 0);
    return { x: axes.x.place(position), y: present ? axes.y.place(value) : NaN };
  });
}

/** Vertical ticks: one every 45 pixels or so. */
function tickCount(frame: Frame): number {
  return Math.max(2, Math.round((frame.bottom - frame.top) / 45));
}

/** Truth lies on top of the band and below the forecasts. */
function drawingOrder(style: SeriesStyle | undefined): number {
  return { naive: 0, truth: 1, other: 2, state: 2, memory: 2, gradient: 2, forecast: 3 }[style ?? "other"];
}

/** A forecast beside the truth and the naive forecast, over dates. */
export function drawForecast(chart: ForecastChart): string {
  const { x, series, bands = [], marks = [], log = false, locale } = chart;
  for (const { name, values, samples } of series) {
    checkLength(`Series \`${name}\``, values, x.length);
    if (samples !== undefined && samples.length !== x.length)
      throw new RecurraError(
        "util/bad-argument",
        `Series \`${name}\` has samples of ${samples.length} values, but there are ${x.length}.`,
      );
  }
  for (const band of bands)
    for (const edge of [band.low, band.high]) checkLength(`Band \`${band.name}\``, edge, x.length);
  const classes = chooseClasses(series);
  const legend: LegendItem[] = series.map(({ name }, at) => ({ name, className: classes[at] ?? "other1" }));
  for (const { name } of bands) legend.push({ name, className: "band" });
  const timed = x.some((position) => typeof position !== "number");
  const frame = planFrame({ ...chart, ...chooseSizes(chart), legend, twoLines: timed });
  const lists = [
    ...series.flatMap(({ values, samples = [] }) => [values, ...samples]),
    ...bands.flatMap(({ low, high }) => [low, high]),
  ];
  const extent = findExtent(lists, log);
  const range = { from: frame.bottom, to: frame.top, count: tickCount(frame) };
  const yAxis = localiseAxis(log ? createLogAxis(extent, range) : createLinearAxis(extent, range), locale);
  const left = leftOf(yAxis);
  const { axis: xAxis, values: positions } = createPositionAxis(x, { from: left + 4, to: frame.right - 4, locale });
  const axes = { x: xAxis, y: yAxis, positive: log };
  const order = series
    .map((_, at) => at)
    .sort((a, b) => drawingOrder(series[a]?.style) - drawingOrder(series[b]?.style));
  const lines = order.map((at) =>
    drawLine(toPoints(positions, series[at]?.values ?? [], axes), classes[at] ?? "other1"),
  );
  const content = [...drawAxes(frame, { ...axes, left })];
  for (const band of bands)
    content.push(drawBand(toPoints(positions, band.low, axes), toPoints(positions, band.high, axes)));
  const spreads = order.flatMap((at) =>
    (series[at]?.samples ?? []).map((samples, place) => {
      const here = Array.from(samples, () => positions[place] ?? NaN);
      return drawSpread(toPoints(here, samples, axes), classes[at] ?? "other1");
    }),
  );
  if (spreads.length > 0) content.push(group("spreads", spreads));
  for (const { at, name } of marks) content.push(drawMark(xAxis.place(positions[at] ?? NaN), name, frame));
  content.push(group("lines", lines), extent === undefined ? drawNothing(frame) : "");
  return finish(frame, chart.theme, content);
}

/** Loss (or any measure) over epochs, training beside validation. */
export function drawCurves(chart: CurvesChart): string {
  const { curves, log = false, first = 1, mark, locale } = chart;
  const classes = chooseClasses(curves);
  const legend = curves.map(({ name }, at) => ({ name, className: classes[at] ?? "other1" }));
  const frame = planFrame({ xLabel: "epoch", ...chart, ...chooseSizes(chart), legend });
  const extent = findExtent(
    curves.map(({ values }) => values),
    log,
  );
  const range = { from: frame.bottom, to: frame.top, count: tickCount(frame) };
  const yAxis = localiseAxis(log ? createLogAxis(extent, range) : createLinearAxis(extent, range), locale);
  const left = leftOf(yAxis);
  const length = curves.reduce((most, { values }) => Math.max(most, values.length), 1);
  const count = Math.max(2, Math.round((frame.right - left) / 70));
  const whole = createIntegerAxis(
    { low: first, high: first + length - 1 },
    { from: left + 6, to: frame.right - 6, count },
  );
  const xAxis = localiseAxis(whole, locale);
  const axes = { x: xAxis, y: yAxis, positive: log };
  const positions = Array.from({ length }, (_, at) => first + at);
  const lines = curves.map(({ values }, at) => drawLine(toPoints(positions, values, axes), classes[at] ?? "other1"));
  const content = [...drawAxes(frame, { x: xAxis, y: yAxis, left })];
  if (mark !== undefined) content.push(drawMark(xAxis.place(mark.at), mark.name, frame));
  content.push(group("lines", lines), extent === undefined ? drawNothing(frame) : "");
  return finish(frame, chart.theme, content);
}

/** The name stands on that side of the rule that has room for it. */
function drawMark(x: number, name: string, frame: Frame): string {
  const fits = x + textWidth(name, 12) + 8 < frame.right;
  const label = textElement(name, { class: fits ? "text" : "text end", x: fits ? x + 6 : x - 6, y: frame.top + 10 });
  return drawRule(x, frame) + label;
}

/** Horizontal bars with their names on the left and their values at the end. */
export function drawBars(chart: BarsChart): string {
  const { bars, unit, locale } = chart;
  const print = (value: number): string => localiseNumber(printQuantity(value, unit), locale);
  const rowHeight = 26;
  const { width } = chooseSizes(chart);
  const header = planFrame({ ...chart, width, height: 400, legend: [] });
  const height = chart.height ?? 400 - (header.bottom - header.top) + Math.max(1, bars.length) * rowHeight;
  const frame = planFrame({ ...chart, width, height, legend: [] });
  const row = (frame.bottom - frame.top) / Math.max(1, bars.length);
  const nameWidth = Math.min(
    bars.reduce((most, { name }) => Math.max(most, textWidth(name, 12)), 10),
    width * 0.4,
  );
  const valueWidth = bars.reduce((most, { value }) => Math.max(most, textWidth(print(value), 12)), 0) + 12;
  const extent = findExtent([bars.flatMap(({ value, samples = [] }) => [value, ...samples]), [0]]) ?? {
    low: 0,
    high: 1,
  };
  const left = 16 + nameWidth + 8 + (extent.low < 0 ? valueWidth : 0);
  const count = Math.max(2, Math.round((frame.right - left) / 90));
  const right = extent.high > 0 ? frame.right - valueWidth : frame.right;
  const axis = createLinearAxis(extent.low === extent.high ? { low: 0, high: 1 } : extent, {
    from: left,
    to: right,
    count,
  });
  const xAxis = localiseAxis(axis, locale);
  const classes = chooseClasses(bars.map(({ style = "forecast" }) => ({ style })));
  const zero = xAxis.place(0);
  const place = (value: number): number => xAxis.place(value);
  const rows = bars.map((bar, at) =>
    drawBar(bar, {
      y: frame.top + row * (at + 0.5),
      thickness: Math.min(16, row * 0.7),
      style: classes[at] ?? "other1",
      nameWidth,
      print,
      place,
    }),
  );
  const grid = xAxis.ticks.map((tick) =>
    element("path", {
      class: "grid",
      d: `M${Math.round(tick.at) + 0.5},${Math.round(frame.top)}V${Math.round(frame.bottom)}`,
    }),
  );
  const axes = drawAxes(frame, { x: xAxis, y: { place: () => zero, ticks: [] }, left });
  const base = element("path", {
    class: "axis",
    d: `M${Math.round(zero) + 0.5},${Math.round(frame.top)}V${Math.round(frame.bottom)}`,
  });
  return finish(frame, chart.theme, [group("rules", grid), ...axes, group("bars", rows), base]);
}

interface BarPlace {
  /** The middle of its row. */
  readonly y: number;
  readonly thickness: number;
  /** Its class. */
  readonly style: string;
  readonly nameWidth: number;
  print(value: number): string;
  place(value: number): number;
}

/** A bar from 0 to its value, the range of its samples, its name and its value. */
function drawBar(
  { name, value, samples = [] }: BarsChart["bars"][number],
  { y, thickness, style, nameWidth, print, place }: BarPlace,
): string {
  const zero = place(0);
  const end = Number.isFinite(value) ? place(value) : zero;
  const bar = element("rect", {
    class: `fill-${style}`,
    x: Math.min(zero, end),
    y: y - thickness / 2,
    width: Math.max(Math.abs(end - zero), 0.5),
    height: thickness,
  });
  const places = samples.filter(Number.isFinite).map(place);
  const label = textElement(fitText(name, nameWidth, 12), { class: "text end", x: 16 + nameWidth, y: y + 4 });
  const negative = value < 0;
  const number = textElement(print(value), {
    class: negative ? "text end" : "text",
    x: negative ? Math.min(end, ...places) - 6 : Math.max(end, ...places) + 6,
    y: y + 4,
  });
  return `${bar}${drawRange(places, y)}${label}${number}`;
}
