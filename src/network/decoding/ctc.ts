/**
 * What a network trained with connectionist temporal classification says: the labels of the most probable path (Graves et al. 2006), or by a beam search over
 * prefixes, which adds up all paths of the same labels (Hannun et al. 2014, without a language model).
 */
import { RecurraError } from "../../util/errors.ts";
import { logSoftmax } from "./log-softmax.ts";

export interface DecodeCtcOptions {
  readonly steps: number;
  /** 1 if absent. */
  readonly batch?: number;
  /** Classes, the blank among them. */
  readonly classes: number;
  /** Steps of each member that count, `[batch]`: all if absent. */
  readonly lengths?: ArrayLike<number>;
  /** Class 0 if absent. */
  readonly blank?: number;
  /** Prefixes that are kept at each step; 1 path, the most probable class of each step, if absent. */
  readonly beam?: number;
}

export interface CtcDecoding {
  /** Without blanks. */
  readonly labels: readonly number[];
  /** Of the labels as far as the beam has kept their paths; without a beam, of the one path. */
  readonly logProbability: number;
}

/** The labels of each member from logits `[steps, batch, classes]`. Throws `network/bad-input`. */
export function decodeCtc(logits: ArrayLike<number>, options: DecodeCtcOptions): readonly CtcDecoding[] {
  const { steps, batch = 1, classes, lengths, blank = 0, beam } = options;
  for (const [what, value] of Object.entries({ steps, batch, classes, beam: beam ?? 1 }))
    if (!Number.isInteger(value) || value < 1) fail(`${what} must be a whole number of at least 1, but is ${value}.`);
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes)
    fail(`The blank is class ${blank}, but there are classes 0 to ${classes - 1}.`);
  if (logits.length !== steps * batch * classes)
    fail(
      `There are ${logits.length} logits, but ${steps} steps × ${batch} members × ${classes} classes need ${steps * batch * classes}.`,
    );
  const all = logSoftmax(logits, classes);
  const odd = all.findIndex(Number.isNaN);
  if (odd >= 0) {
    const row = Math.floor(odd / classes);
    fail(
      `The logits of step ${Math.floor(row / batch)} of member ${row % batch} are NaN or infinite, so no class is likely; a network that gives such has diverged, or read such numbers.`,
    );
  }
  return Array.from({ length: batch }, (_, member) => {
    const length = lengths?.[member] ?? steps;
    if (!Number.isInteger(length) || length < 0 || length > steps)
      fail(`Member ${member} has ${length} steps; give a whole number from 0 to ${steps}.`);
    const rows = Array.from({ length }, (_row, t) => {
      const start = (t * batch + member) * classes;
      return all.subarray(start, start + classes);
    });
    return beam === undefined ? followBest(rows, blank) : searchPrefixes(rows, blank, beam);
  });
}

function fail(message: string): never {
  throw new RecurraError("network/bad-input", message);
}

function followBest(rows: readonly Float64Array[], blank: number): CtcDecoding {
  const labels: number[] = [];
  let logProbability = 0;
  let before = blank;
  for (const row of rows) {
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const best = row.indexOf(most);
    logProbability += most;
    if (best !== blank && best !== before) labels.push(best);
    before = best;
  }
  return { labels, logProbability };
}

interface Prefix {
  readonly labels: readonly number[];
  /** log p of the paths that end in a blank, and of those that end in the last label. */
  blank: number;
  label: number;
}

function addLog(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}

function total({ blank, label }: Prefix): number {
  return addLog(blank, label);
}

function searchPrefixes(rows: readonly Float64Array[], blank: number, beam: number): CtcDecoding {
  let kept: readonly Prefix[] = [{ labels: [], blank: 0, label: -Infinity }];
  for (const row of rows) {
    const next = new Map<string, Prefix>();
    const reach = (labels: readonly number[]): Prefix => {
      const key = labels.join();
      const prefix = next.get(key) ?? { labels, blank: -Infinity, label: -Infinity };
      next.set(key, prefix);
      return prefix;
    };
    for (const prefix of kept) {
      const last = prefix.labels.at(-1);
      row.forEach((logP, one) => {
        if (one === blank) {
          const same = reach(prefix.labels);
          same.blank = addLog(same.blank, total(prefix) + logP);
          return;
        }
        if (one === last) {
          const same = reach(prefix.labels);
          same.label = addLog(same.label, prefix.label + logP);
        }
        const longer = reach([...prefix.labels, one]);
        // The label once more only after a blank.
        longer.label = addLog(longer.label, (one === last ? prefix.blank : total(prefix)) + logP);
      });
    }
    kept = [...next.values()].sort((a, b) => total(b) - total(a)).slice(0, beam);
  }
  const [best = { labels: [], blank: 0, label: -Infinity }] = kept;
  return { labels: best.labels, logProbability: total(best) };
}
