/** Losses as equations: each is a cell without a state that turns a prediction, a target and a weight into one number a row. */
import { cell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { RecurraError } from "../util/errors.ts";

/**
 * A loss, as plain data. Regressions are averaged over all numbers of rows with weight, classifications over the weights, as in
 * PyTorch. A row's weight 0 leaves it out (padding, missing targets, ignored classes).
 */
export type LossSpec =
  | { readonly kind: "mean-squared" }
  | { readonly kind: "absolute" }
  /** Squared up to `delta` (default 1), linear beyond (Huber 1964). */
  | { readonly kind: "huber"; readonly delta?: number }
  /**
   * The pinball loss (Koenker and Bassett 1978). The prediction holds all targets for the first quantile, then all for the
   * second, and so on.
   */
  | { readonly kind: "quantile"; readonly quantiles: readonly number[] }
  /**
   * −log of a normal density. The prediction holds the means of all targets, then a number s for each, whose softplus (log(1 + eˢ))
   * is the deviation.
   */
  | { readonly kind: "gaussian" }
  /**
   * −log of Student's density: for series with outliers. The prediction holds the locations of all targets, then numbers whose
   * softplus is the scale, then numbers of which softplus + 2 is the degrees of freedom.
   */
  | { readonly kind: "student" }
  /** Each number is the logit of a yes; targets are 0 to 1. `positiveWeights` weigh the yes, one for each number. */
  | { readonly kind: "binary-cross-entropy"; readonly positiveWeights?: readonly number[] }
  /** The prediction is a logit for each class, the target a class number. `smoothing` (0 to 1) spreads that share over all classes. */
  | { readonly kind: "cross-entropy"; readonly smoothing?: number; readonly classWeights?: readonly number[] }
  /**
   * Connectionist temporal classification (Graves et al. 2006), averaged over sequences by weight: a prediction of each step is a logit for each class, `blank`
   * (class 0 if absent) among them, and a target is a sequence's labels, without blanks, filled up with -1 (see `padLabels`).
   */
  | { readonly kind: "ctc"; readonly blank?: number };

export type LossKind = LossSpec["kind"];

/** What follows from a loss and the size of the prediction. */
export interface LossPlan {
  readonly spec: LossSpec;
  /** Inputs `x`, `target`, `weight`; parameters are the vectors below. */
  readonly cell: Cell | undefined;
  /** For a loss of whole sequences, which has no equations of a row. */
  readonly ctc?: { readonly blank: number };
  /** Numbers of a row of the prediction. */
  readonly outputs: number;
  /** Numbers of a row of the target. */
  readonly targets: number;
  /** How often a row of targets is repeated to stand beside the prediction: the number of quantiles. */
  readonly repeats: number;
  /** The inputs of the cell that are parts of a row of the prediction, side by side and of equal size: `x` alone, or several. */
  readonly parts: readonly string[];
  /** Whether a target is a class number. */
  readonly isClass: boolean;
  /** Constant vectors of the equations, one number for each of the prediction. */
  readonly vectors: Readonly<Record<string, Float64Array>>;
}

type RowLoss = Exclude<LossSpec, { readonly kind: "ctc" }>;

type SpecOf<K extends RowLoss["kind"]> = Extract<LossSpec, { readonly kind: K }>;

interface LossForm {
  readonly text: string;
  readonly constants?: Readonly<Record<string, number>>;
  readonly vectors?: Readonly<Record<string, Float64Array>>;
  readonly repeats?: number;
  readonly parts?: readonly string[];
  readonly isClass?: boolean;
}

/** Added to scales and to degrees of freedom, so that no density is infinite. */
export const leastScale = 1e-3;

const density = { least: leastScale, halfLogTau: Math.log(2 * Math.PI) / 2, pi: Math.PI } as const;

// −log p with the deviation s = softplus(scale) and e = (target − mean) / s.
const gaussian = `
s = least + softplus(scale)
e = (target - x) / s
y = weight * sum(log(s) + e * e / 2 + halfLogTau)`;

// With a = ν/2 and z = a + 7, so that the series is exact to 1e-11:
//     log Γ(a + ½) − log Γ(a) = log Γ(z + ½) − log Γ(z) + Σ_k log((a + k) / (a + k + ½)),  k = 0 … 6
//     log Γ(z + ½) − log Γ(z) = ½ log z − 1/(8z) + 1/(192z³) − 1/(640z⁵) + 17/(14336z⁷) − …
// The difference of two large logarithms is never taken, so that float32 is enough.
const student = `
s = least + softplus(scale)
n = 2 + least + softplus(tail)
a = n / 2
z = a + 7
v = 1 / (z * z)
r = a / (a + 0.5) * ((a + 1) / (a + 1.5)) * ((a + 2) / (a + 2.5)) * ((a + 3) / (a + 3.5))
q = r * ((a + 4) / (a + 4.5)) * ((a + 5) / (a + 5.5)) * ((a + 6) / (a + 6.5))
rise = log(z) / 2 + log(q) - (1 / 8 - v * (1 / 192 - v * (1 / 640 - v * 17 / 14336))) / z
e = (target - x) / s
y = weight * sum((n + 1) / 2 * log(1 + e * e / n) + log(n * pi) / 2 + log(s) - rise)`;

/** The table: equations of each loss for predictions of so many numbers. */
const forms: { readonly [K in RowLoss["kind"]]: (spec: SpecOf<K>, outputs: number) => LossForm } = {
  "mean-squared": () => ({ text: "e = x - target\ny = weight * sum(e * e)" }),
  absolute: () => ({ text: "y = weight * sum(abs(x - target))" }),
  // With q = min(|e|, δ):  q (|e| - q/2) is e²/2 up to δ and δ (|e| - δ/2) beyond.
  huber: ({ delta = 1 }) => {
    if (!(delta > 0 && delta < Infinity))
      fail(`Huber's delta is ${delta}; give a number above 0, in the units of the scaled target.`);
    return {
      text: "e = abs(x - target)\nq = min(e, delta)\ny = weight * sum(q * (e - q / 2))",
      constants: { delta },
    };
  },
  quantile: ({ quantiles }, outputs) => {
    const isLevel = (level: number): boolean => level > 0 && level < 1;
    if (quantiles.length === 0 || !quantiles.every(isLevel)) {
      fail(
        `The quantiles are [${quantiles.join(", ")}]; give at least one number between 0 and 1, such as [0.1, 0.5, 0.9].`,
      );
    }
    const targets = outputs / quantiles.length;
    if (!Number.isInteger(targets)) {
      fail(
        `${quantiles.length} quantiles cannot share ${outputs} outputs; let the last layer have ${quantiles.length} for each target.`,
      );
    }
    const level = Float64Array.from({ length: outputs }, (_, column) => quantiles[Math.floor(column / targets)] ?? NaN);
    return {
      text: "e = target - x\ny = weight * sum(max(level * e, (level - 1) * e))",
      vectors: { level },
      repeats: quantiles.length,
    };
  },
  gaussian: () => ({
    text: gaussian,
    constants: { least: density.least, halfLogTau: density.halfLogTau },
    parts: ["x", "scale"],
  }),
  student: () => ({
    text: student,
    constants: { least: density.least, pi: density.pi },
    parts: ["x", "scale", "tail"],
  }),
  // -t log σ(x) - (1 - t) log(1 - σ(x)) = softplus(x) - t x
  "binary-cross-entropy": ({ positiveWeights }, outputs) => {
    if (positiveWeights === undefined) return { text: "y = weight * sum(softplus(x) - target * x)" };
    return {
      text: "y = weight * sum((1 - target) * softplus(x) + positive * target * softplus(-x))",
      vectors: { positive: weightsFor(positiveWeights, outputs, "positiveWeights") },
    };
  },
  "cross-entropy": ({ smoothing = 0, classWeights }, outputs) => {
    if (!(smoothing >= 0 && smoothing < 1))
      fail(`The label smoothing is ${smoothing}; give a share from 0 up to, but not, 1, such as 0.1.`);
    const share = classWeights === undefined ? {} : { share: weightsFor(classWeights, outputs, "classWeights") };
    const logs = classWeights === undefined ? "p = log_softmax(x)" : "p = share * log_softmax(x)";
    const hit = "hit = sum(one_hot(target, x) * p)";
    if (smoothing === 0) return { text: `${logs}\n${hit}\ny = -weight * hit`, vectors: share, isClass: true };
    return {
      text: `${logs}\n${hit}\ny = -weight * ((1 - smoothing) * hit + smoothing * mean(p))`,
      constants: { smoothing },
      vectors: share,
      isClass: true,
    };
  },
};

/** The loss for predictions of `outputs` numbers a row, and, for a loss of whole sequences, at most `labels` labels. Throws `training/bad-loss`. */
export function planLoss(spec: LossSpec, outputs: number, labels = 1): LossPlan {
  if (spec.kind === "ctc") return planCtc(spec, outputs, labels);
  const form = forms[spec.kind] as ((spec: LossSpec, outputs: number) => LossForm) | undefined;
  if (form === undefined)
    fail(`There is no loss ${JSON.stringify(spec.kind)}; choose ${[...Object.keys(forms), "ctc"].join(", ")}.`);
  const { text, constants = {}, vectors = {}, repeats = 1, isClass = false, parts = ["x"] } = form(spec, outputs);
  const targets = isClass ? 1 : outputs / repeats / parts.length;
  if (!Number.isInteger(targets))
    fail(
      `The loss ${spec.kind} cannot share ${outputs} outputs; let the last layer have ${parts.length} for each target.`,
    );
  const others = Object.fromEntries(parts.filter((name) => name !== "x").map((name) => [name, "I"]));
  const inputs = { target: isClass ? 0 : "I", weight: 0, ...others };
  return {
    spec,
    cell: cell(spec.kind, text, { constants, inputs, frozen: Object.keys(vectors) }),
    outputs,
    targets,
    repeats,
    parts,
    isClass,
    vectors,
  };
}

function planCtc({ blank = 0 }: Extract<LossSpec, { kind: "ctc" }>, outputs: number, labels: number): LossPlan {
  if (!Number.isInteger(blank) || blank < 0 || blank >= outputs)
    fail(`The blank is class ${blank}; give one of the network's ${outputs} outputs, 0 to ${outputs - 1}.`);
  const spec = { kind: "ctc", blank } as const;
  return {
    spec,
    cell: undefined,
    ctc: { blank },
    outputs,
    targets: labels,
    repeats: 1,
    parts: ["x"],
    isClass: true,
    vectors: {},
  };
}

/**
 * What the sum of the losses of `rows` rows is divided by: for regressions the weights times the numbers of a row (of its targets, for likelihoods), for classes the
 * weights (times the classes' own).
 */
export function countLoss(
  plan: LossPlan,
  rows: number,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): number {
  const share = plan.vectors["share"];
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] ?? 0;
    sum += share === undefined ? weight : weight * (share[targets[row] ?? -1] ?? 0);
  }
  return plan.isClass ? sum : (sum * plan.outputs) / plan.parts.length;
}

function weightsFor(weights: readonly number[], outputs: number, name: string): Float64Array {
  if (weights.length !== outputs || !weights.every((weight) => weight >= 0 && weight < Infinity)) {
    fail(`${name} must be ${outputs} numbers of at least 0, one for each output, but are [${weights.join(", ")}].`);
  }
  return Float64Array.from(weights);
}

function fail(message: string): never {
  throw new RecurraError("training/bad-loss", message);
}
