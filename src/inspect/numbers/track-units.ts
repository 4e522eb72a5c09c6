/** Which units follow a signal: the search for interpretable ones. */
import { correlate } from "../../util/correlation.ts";
import { RecurraError } from "../../util/errors.ts";
import { findValue } from "./trace.ts";
import type { CellTrace, TracedValue } from "./trace.ts";

export interface UnitTrack {
  /** The value's name: `c'`. */
  readonly name: string;
  readonly unit: number;
  /** Pearson's correlation with the signal, -1…1; 0 of a unit or a signal that never changes. */
  readonly correlation: number;
  /**
   * Of a signal of 0 and 1, the area under the ROC curve: the share of all pairs of a step with 1 and one with 0 in which the unit is higher at the first, a tie
   * counting half. 0.5 says nothing, 1 and 0 tell the two apart. Undefined of other
   * signals, and of one that is only 0 or only 1.
   */
  readonly area: number | undefined;
}

export interface TrackOptions {
  /** Names of values to look at; those of the states (`c'`, `h'`) if absent. */
  readonly values?: readonly string[];
}

/**
 * How well each unit of a traced cell follows a signal, the best first by |correlation| (Karpathy, Johnson and Fei-Fei 2015 found units that follow quotes and
 * the length of lines). `signal` has a number for each step; NaN where it says nothing. Among hundreds of units the best of a short text follows anything: look
 * at the same unit on another text before believing it.
 *
 * @throws {RecurraError} `util/bad-argument` for a signal of another length.
 */
export function trackUnits(
  cell: CellTrace,
  signal: ArrayLike<number>,
  options: TrackOptions = {},
): readonly UnitTrack[] {
  const names = options.values ?? cell.cell.states.map(({ name }) => `${name}'`);
  return names
    .flatMap((name) => trackValue(findValue(cell, name), signal))
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
}

function trackValue({ name, steps, size, values }: TracedValue, signal: ArrayLike<number>): readonly UnitTrack[] {
  if (signal.length !== steps)
    throw new RecurraError(
      "util/bad-argument",
      `The signal has ${signal.length} numbers, but the trace has ${steps} steps.`,
    );
  const all = Float64Array.from(signal);
  const told = [...all.keys()].filter((step) => !Number.isNaN(all[step]!));
  const wanted = Float64Array.from(told, (step) => all[step]!);
  const isBinary = wanted.every((value) => value === 0 || value === 1) && new Set(wanted).size === 2;
  return Array.from({ length: size }, (_, unit) => {
    const own = Float64Array.from(told, (step) => values[step * size + unit]!);
    const correlation = correlate(own, wanted);
    // What never changes goes with nothing.
    return {
      name,
      unit,
      correlation: Number.isNaN(correlation) ? 0 : correlation,
      area: isBinary ? rocArea(own, wanted) : undefined,
    };
  });
}

/** The area by ranks (Mann and Whitney 1947): (sum of the ranks of the ones - n₁ (n₁ + 1) / 2) / (n₁ n₀), equal values sharing their mean rank. */
function rocArea(values: Float64Array, labels: Float64Array): number {
  const order = [...values.keys()].sort((i, j) => values[i]! - values[j]!);
  let ranks = 0;
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    // Ranks first + 1 … end.
    for (let i = first; i < end; i++) ranks += labels[order[i]!]! * ((first + 1 + end) / 2);
    first = end;
  }
  const ones = labels.reduce((sum, label) => sum + label, 0);
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (labels.length - ones));
}
