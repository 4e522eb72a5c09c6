/** A backtest as one HTML page that stands alone: scores and pictures. */
import { escapeXml } from "../../inspect/index.ts";
import { printFigure, printLines, printPage, printSection } from "../report.ts";
import type { Backtest } from "./backtest.ts";
import { drawBacktestPictures } from "./draw-forecast.ts";
import { explainBacktest } from "./explain-forecast.ts";

export interface BacktestPage {
  /** What the data are called. */
  readonly source: string;
  /** What was forecast, by which network: plain lines. */
  readonly plan: string;
  /** Scores beside the baselines: plain lines. */
  readonly scores: string;
}

/** The page. Nothing in it is fetched from anywhere, and there is no script. */
export function printBacktestPage(done: Backtest, { source, plan, scores }: BacktestPage): string {
  const explained = explainBacktest(done).split("\n");
  return printPage(`Backtest on ${source}`, [
    ...explained.map((line) => `<p>${escapeXml(line)}</p>`),
    `<pre class="plan">${escapeXml(plan)}</pre>`,
    printSection("Pictures", drawBacktestPictures(done, source).map(printFigure).join("\n")),
    printSection("Scores", printLines(scores)),
  ]);
}
