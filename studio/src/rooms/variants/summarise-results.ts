/** Results of comparisons, of this page or of `recurra compare`, as rows and curves: runs of one cell at one length together. */
import { memoryTasks, parseComparison } from "recurra";
import type { MemoryTask, RunResult } from "recurra";

/** Runs of one cell at one length, from several seeds. */
export interface ResultRow {
  readonly cell: string;
  readonly steps: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly runs: number;
  /** Of runs that did not fail, and whose error is a number. */
  readonly errors: readonly number[];
  /** Their mean; NaN where all failed. */
  readonly error: number;
  readonly chance: number;
  /** NaN where it is not known. */
  readonly secondsPerUpdate: number;
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rows by length, then in order of the results. */
export function summariseResults(results: readonly RunResult[]): readonly ResultRow[] {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const key = `${result.steps} ${result.cell}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const rows = [...groups.values()].flatMap((runs) => {
    const [first] = runs;
    if (first === undefined) return [];
    const { cell, steps, hidden, parameters } = first;
    const errors = runs.map(({ error }) => error ?? NaN).filter(Number.isFinite);
    return [
      {
        cell,
        steps,
        hidden,
        parameters,
        runs: runs.length,
        errors,
        error: average(errors),
        chance: average(runs.map(({ chance }) => chance)),
        secondsPerUpdate: average(runs.map(({ secondsPerUpdate }) => secondsPerUpdate ?? NaN).filter(Number.isFinite)),
      },
    ];
  });
  return rows.sort((one, other) => one.steps - other.steps);
}

/** What `recurra compare` has written. */
export interface KeptComparison {
  readonly task: MemoryTask;
  readonly rows: readonly ResultRow[];
}

/** Reads a file of `recurra compare`; undefined for what is none, or holds no result. */
export function readComparison(text: string): KeptComparison | undefined {
  try {
    const results = parseComparison(text, "");
    const task = memoryTasks.find(({ name }) => results[0]?.key.startsWith(`${name}-`));
    return task === undefined ? undefined : { task, rows: summariseResults(results) };
  } catch {
    return undefined;
  }
}
