/** A comparison of cells as people see it: a table, error against length, and a page of both. */
import { drawBars, drawForecast, escapeXml, printTable } from "../../inspect/index.ts";
import type { Series, SeriesStyle } from "../../inspect/index.ts";
import { printCount } from "../../util/count.ts";
import { known } from "../../util/errors.ts";
import { printFigure, printPage, printSection } from "../report.ts";
import type { RunResult } from "./compare-plan.ts";
import { findMemoryTask } from "./table.ts";

export interface Comparison {
  /** The name of the memory task. */
  readonly task: string;
  /** At least one. */
  readonly results: readonly RunResult[];
}

/** Runs of one cell at one length. */
interface Group {
  readonly cell: string;
  readonly steps: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly runs: number;
  readonly failed: number;
  /** Of runs that did not fail, and whose error is a number. */
  readonly errors: readonly number[];
  /** Of those; NaN where all failed. */
  readonly mean: number;
  /** The standard deviation; NaN for one run. */
  readonly spread: number;
  readonly chance: number;
  /** Of runs of which it is known; NaN where there are none. */
  readonly secondsPerUpdate: number;
}

function groupRuns(results: readonly RunResult[]): readonly Group[] {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const key = `${result.steps} ${result.cell}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...groups.values()]
    .map((runs) => {
      const { cell, steps, hidden, parameters } = known(runs[0], "a run");
      const errors = runs.map(({ error }) => error ?? NaN).filter(Number.isFinite);
      const mean = average(errors);
      const spread = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (errors.length - 1));
      return {
        cell,
        steps,
        hidden,
        parameters,
        runs: runs.length,
        failed: runs.length - errors.length,
        errors,
        mean,
        spread,
        chance: average(runs.map(({ chance }) => chance)),
        secondsPerUpdate: average(runs.flatMap(({ secondsPerUpdate }) => secondsPerUpdate ?? [])),
      };
    })
    .sort((a, b) => a.steps - b.steps);
}

/** One row for each cell and length: the error's mean and spread over seeds, beside chance. */
export function printComparison({ results }: Comparison): string {
  const number = (value: number): string => (Number.isFinite(value) ? value.toPrecision(3) : "–");
  const rows = groupRuns(results).map((group) => ({
    steps: group.steps,
    cell: group.cell,
    hidden: group.hidden,
    parameters: group.parameters,
    error: number(group.mean),
    spread: number(group.spread),
    chance: number(group.chance),
    share: Number.isFinite(group.mean) ? `${((100 * group.mean) / group.chance).toFixed(1)} %` : "–",
    milliseconds: number(group.secondsPerUpdate * 1000),
    seeds: group.failed === 0 ? String(group.runs) : `${group.runs}, ${group.failed} failed`,
  }));
  return printTable(rows, [
    { key: "steps" },
    { key: "cell" },
    { key: "hidden" },
    { key: "parameters" },
    { key: "error", align: "right" },
    { key: "spread", title: "±", align: "right" },
    { key: "chance", align: "right" },
    { key: "share", title: "of chance", align: "right" },
    { key: "milliseconds", title: "ms an update", align: "right" },
    { key: "seeds", align: "right" },
  ]);
}

/** Looks of lines, so that as many cells as can be are told apart. */
const looks: readonly SeriesStyle[] = ["forecast", "other", "other", "other", "other", "truth"];

/** The mean error of each cell against length with that of each run, chance as a dashed line; bars where there is one length only. */
export function drawComparison({ task: name, results }: Comparison): string {
  const task = findMemoryTask(name);
  const groups = groupRuns(results);
  const lengths = [...new Set(groups.map(({ steps }) => steps))];
  const cells = [...new Set(results.map(({ cell }) => cell))];
  const find = (cell: string, steps: number): Group | undefined =>
    groups.find((group) => group.cell === cell && group.steps === steps);
  const chances = lengths.map((steps) => groups.find((group) => group.steps === steps)?.chance ?? NaN);
  const title = `${task.name}: ${task.summary}`;
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  const note = `${task.measure} on sequences never seen, ${seeds === 1 ? "1 seed" : `mean of ${seeds} seeds, and from the best to the worst of them`}`;
  const [only, ...others] = lengths;
  if (only !== undefined && others.length === 0) {
    const bars = cells.map((cell) => ({
      name: cell,
      value: find(cell, only)?.mean ?? NaN,
      samples: find(cell, only)?.errors ?? [],
    }));
    return drawBars({
      title,
      note: `${note}, ${printCount(only, "step")}`,
      bars: [...bars, { name: "chance", value: chances[0] ?? NaN, style: "naive" }],
    });
  }
  const series: readonly Series[] = cells.map((cell, at) => ({
    name: cell,
    values: lengths.map((steps) => find(cell, steps)?.mean ?? NaN),
    samples: lengths.map((steps) => find(cell, steps)?.errors ?? []),
    style: looks[at % looks.length] ?? "other",
  }));
  return drawForecast({
    title,
    note,
    xLabel: "steps",
    yLabel: task.measure,
    x: lengths,
    series: [...series, { name: "chance", values: chances, style: "naive" }],
    log: task.measure === "mean squared error",
  });
}

/** A standalone page: picture, table, and how to read them. Nothing in it is fetched, and there is no script. */
export function printComparisonPage(comparison: Comparison): string {
  const task = findMemoryTask(comparison.task);
  const failures = comparison.results.flatMap(({ cell, steps, seed, failed }) =>
    failed === undefined
      ? []
      : [`<li>${escapeXml(`${cell}, ${printCount(steps, "step")}, seed ${seed}: ${failed}`)}</li>`],
  );
  return printPage(`What cells remember: ${task.name}`, [
    `<p>${escapeXml(`${task.summary}. ${task.source}.`)}</p>`,
    printFigure({ title: "Error against length", markup: drawComparison(comparison) }),
    printSection("Table", `<pre>${escapeXml(printComparison(comparison))}</pre>`),
    ...(failures.length === 0 ? [] : [printSection("Runs that failed", `<ul>\n${failures.join("\n")}\n</ul>`)]),
  ]);
}
