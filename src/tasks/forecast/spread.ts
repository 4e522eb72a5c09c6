/** What a network's outputs say of what is to come: one value, and how far around it the truth may lie. */
import { drawStudent, normalQuantile, restoreOutputs, studentQuantile } from "../../data/index.ts";
import type { Numbers, Windows } from "../../data/index.ts";
import { leastScale } from "../../training/losses.ts";
import type { LossSpec } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";

/** How a network says more than one value; plain data. `levels` ascend, 0.5 among them. */
export interface SpreadForm {
  readonly kind: "quantiles" | "gaussian" | "student";
  readonly levels: readonly number[];
}

/**
 * Half the width of an interval, for each output, in the table's units: the quantile of the errors on the validation part
 * (split conformal prediction; Vovk, Gammerman and Shafer 2005; Lei et al. 2018).
 */
export interface Conformal {
  readonly level: number;
  readonly widths: readonly number[];
}

/** Values `[B, O]` that a share `level` of the true ones should lie between. */
export interface Interval {
  readonly level: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Forecasts in the table's units. */
export interface Spread {
  /** `[B, O]`; the median where there are quantiles. */
  readonly point: Float64Array;
  /** Ascending in level; values `[B, O]` never cross. */
  readonly quantiles: readonly { readonly level: number; readonly values: Float64Array }[];
  /** The widest first. */
  readonly intervals: readonly Interval[];
}

const usualLevels = [0.1, 0.5, 0.9];

/** The form that options mean; nothing for a single value. Throws `util/bad-argument`. */
export function planSpread(
  quantiles: readonly number[] | undefined,
  likelihood: "gaussian" | "student" | undefined,
): SpreadForm | undefined {
  if (quantiles === undefined && likelihood === undefined) return undefined;
  const wrong = quantiles?.find((level) => !(level > 0 && level < 1));
  if (wrong !== undefined || quantiles?.length === 0)
    throw new RecurraError(
      "util/bad-argument",
      `The quantiles are [${quantiles?.join(", ")}]; give numbers between 0 and 1, such as 0.1, 0.5 and 0.9.`,
    );
  const levels = [...new Set([...(quantiles ?? usualLevels), 0.5])].sort((a, b) => a - b);
  return { kind: likelihood ?? "quantiles", levels };
}

/** Numbers of the network for each value forecast. */
export function spreadParts(form: SpreadForm | undefined): number {
  if (form === undefined) return 1;
  return { quantiles: form.levels.length, gaussian: 2, student: 3 }[form.kind];
}

/** The loss by which it is learned. */
export function spreadLoss(form: SpreadForm | undefined): LossSpec {
  if (form === undefined) return { kind: "absolute" };
  return form.kind === "quantiles" ? { kind: "quantile", quantiles: form.levels } : { kind: form.kind };
}

interface Outputs {
  readonly windows: Windows;
  readonly indices: Int32Array;
  /** What the network gives, `[B, parts · O]`: all outputs of the first part, then of the second, … */
  readonly predicted: Float64Array;
  readonly form?: SpreadForm | undefined;
  readonly conformal?: Conformal | undefined;
}

/** The network's outputs in the table's units, sorted where quantiles cross, with the intervals that follow. */
export function readSpread({ windows, indices, predicted, form, conformal }: Outputs): Spread {
  const restore = (values: Float64Array): Float64Array => restoreOutputs(windows, indices, values) as Float64Array;
  if (form === undefined) {
    const point = restore(predicted);
    return surround(point, conformal);
  }
  const outputs = windows.outputNames.length;
  const scaled = scaledQuantiles(predicted, form, outputs);
  return spreadOf(form.levels, sortAcross(scaled.map(restore)));
}

/** What follows from the quantiles of these levels. */
export function spreadOf(levels: readonly number[], values: readonly Float64Array[]): Spread {
  const quantiles = levels.map((level, at) => ({ level, values: known(values[at], "a quantile") }));
  const middle = known(quantiles.find(({ level }) => level === 0.5)?.values, "the median");
  const intervals = quantiles.flatMap(({ level, values }) => {
    const other = quantiles.find((one) => Math.abs(one.level + level - 1) < 1e-9);
    if (level >= 0.5 || other === undefined) return [];
    return [{ level: Number((other.level - level).toPrecision(9)), lower: values, upper: other.values }];
  });
  return { point: middle, quantiles, intervals };
}

/** Each level's quantile `[B, O]`, as the network's own units are. */
function scaledQuantiles(predicted: Float64Array, form: SpreadForm, outputs: number): readonly Float64Array[] {
  const { kind, levels } = form;
  const parts = splitParts(predicted, form, outputs);
  if (kind === "quantiles") return parts;
  const [middle, scale, freedom] = readDistribution(parts);
  return levels.map((level) => {
    const normal = normalQuantile(level);
    const away = (at: number): number => (freedom === undefined ? normal : studentQuantile(level, freedom[at] ?? NaN));
    return middle.map((value, at) => value + away(at) * (scale[at] ?? NaN));
  });
}

/** The network's outputs `[B, parts · O]`, part by part `[B, O]`. */
function splitParts(predicted: Numbers, form: SpreadForm, outputs: number): readonly Float64Array[] {
  const parts = spreadParts(form);
  const width = outputs * parts;
  return Array.from({ length: parts }, (_, part) =>
    Float64Array.from(
      { length: predicted.length / parts },
      (__, at) => predicted[Math.floor(at / outputs) * width + part * outputs + (at % outputs)] ?? NaN,
    ),
  );
}

/** Middle, scale and, for Student's distribution, degrees of freedom, as the loss understands the parts. */
function readDistribution([middle, scale, tail]: readonly Float64Array[]): readonly [
  Float64Array,
  Float64Array,
  Float64Array | undefined,
] {
  return [
    known(middle, "a middle"),
    known(scale, "a scale").map((value) => leastScale + softplus(value)),
    tail?.map((value) => 2 + leastScale + softplus(value)),
  ];
}

/**
 * Values `[B, O]`, as the network's own units are, drawn from the distributions that it says, `[B, parts · O]`; `randoms` has a generator for each of the
 * `B`. Only for likelihoods.
 */
export function drawValues(
  predicted: Numbers,
  form: SpreadForm,
  { outputs, randoms }: { readonly outputs: number; readonly randoms: readonly Random[] },
): Float64Array {
  const [middle, scale, freedom] = readDistribution(splitParts(predicted, form, outputs));
  return middle.map((value, at) => {
    const random = known(randoms[Math.floor(at / outputs)], "a generator");
    const drawn = freedom === undefined ? random.normal() : drawStudent(random, freedom[at] ?? NaN);
    return value + (scale[at] ?? NaN) * drawn;
  });
}

function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

/** Quantiles learned one by one may cross; sorted they fit better (Chernozhukov, Fernández-Val and Galichon 2010). */
function sortAcross(levels: readonly Float64Array[]): readonly Float64Array[] {
  const column = new Float64Array(levels.length);
  for (let at = 0; at < (levels[0]?.length ?? 0); at++) {
    levels.forEach((values, level) => (column[level] = values[at] ?? NaN));
    column.sort();
    levels.forEach((values, level) => (values[at] = column[level] ?? NaN));
  }
  return levels;
}

/** Single values, with the interval around them where there is one. */
export function surround(point: Float64Array, conformal: Conformal | undefined): Spread {
  if (conformal === undefined) return { point, quantiles: [], intervals: [] };
  const { level, widths } = conformal;
  const width = (at: number): number => widths[at % widths.length] ?? NaN;
  const lower = point.map((value, at) => value - width(at));
  const upper = point.map((value, at) => value + width(at));
  return { point, quantiles: [], intervals: [{ level, lower, upper }] };
}

interface IntervalPlace {
  /** What else is forecast than a single value. */
  readonly spread?: SpreadForm | undefined;
  /** Windows of the validation part. */
  readonly windows: number;
}

/** Throws `util/bad-argument`, or `data/too-few-rows` where so few windows cannot say how far errors of that share go. */
export function checkInterval(level: number, { spread, windows }: IntervalPlace): void {
  if (spread !== undefined)
    throw new RecurraError(
      "util/bad-argument",
      "An interval is put around a single value, but quantiles or a likelihood are forecast, which have intervals of their own; give one of them.",
    );
  if (!(level > 0 && level < 1))
    throw new RecurraError("util/bad-argument", `The interval is ${level}; give a share between 0 and 1, such as 0.9.`);
  if (Math.ceil((windows + 1) * level - 1e-9) <= windows) return;
  throw new RecurraError(
    "data/too-few-rows",
    `An interval for ${level} needs ${printCount(Math.ceil(level / (1 - level) - 1e-9), "window")} for validation, but there are ${windows}; hold back more (validation), or give a smaller share.`,
  );
}

/**
 * Intervals from forecasts and truths `[B, O]` of which no parameter was learned: for each output the ⌈(B + 1) level⌉-th smallest error, so
 * that a share of at least `level` of new errors, if they are like these, is no greater. They are those of the validation part, by which the epoch was
 * chosen too: its errors may be a little smaller than new ones, so the coverage on the test part is what to look at.
 */
export function fitConformal(
  truth: Float64Array,
  point: Float64Array,
  { level, outputs }: { readonly level: number; readonly outputs: number },
): Conformal {
  const count = truth.length / outputs;
  checkInterval(level, { windows: count });
  const rank = Math.ceil((count + 1) * level - 1e-9);
  const widths = Array.from({ length: outputs }, (_, output) => {
    const errors = Float64Array.from({ length: count }, (__, row) =>
      Math.abs((truth[row * outputs + output] ?? NaN) - (point[row * outputs + output] ?? NaN)),
    );
    return known(errors.sort()[rank - 1], "an error");
  });
  return { level, widths };
}
