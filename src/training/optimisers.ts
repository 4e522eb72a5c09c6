/** Optimisers as equations over the elements of all parameters, exactly as PyTorch defines them. */
import { cell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { RecurraError } from "../util/errors.ts";

interface Common {
  /** The learning rate, before any schedule. */
  readonly rate?: number;
  /** L2 penalty (AdamW: decay of the weights themselves). */
  readonly weightDecay?: number;
  /** `"all"` (default) or only `"matrices"`: biases, gains and first states are then left alone. */
  readonly decayed?: "all" | "matrices";
}

interface AdamFamily extends Common {
  /** Decay rates of the running means of gradient and squared gradient: [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
}

/** An optimiser, as plain data. What is not given is PyTorch's default. */
export type OptimiserSpec =
  | (Common & {
      readonly kind: "sgd";
      readonly momentum?: number;
      readonly dampening?: number;
      readonly nesterov?: boolean;
    })
  | (AdamFamily & { readonly kind: "adam"; readonly amsgrad?: boolean })
  | (AdamFamily & { readonly kind: "adamw"; readonly amsgrad?: boolean })
  | (AdamFamily & { readonly kind: "adamax" })
  | (AdamFamily & { readonly kind: "radam" })
  | (Common & {
      readonly kind: "rmsprop";
      readonly alpha?: number;
      readonly epsilon?: number;
      readonly centred?: boolean;
      readonly momentum?: number;
    })
  | (Common & {
      readonly kind: "adagrad";
      readonly rateDecay?: number;
      readonly epsilon?: number;
      readonly initial?: number;
    });

export type OptimiserKind = OptimiserSpec["kind"];

/** What follows from an optimiser's settings. */
export interface OptimiserPlan {
  readonly spec: OptimiserSpec;
  readonly rate: number;
  /** States: `w`, the parameter, and the moments. Inputs: `g`, the gradient, the numbers below, and `decay` where it is by element. */
  readonly cell: Cell;
  /** First value of each moment, by name. */
  readonly moments: Readonly<Record<string, number>>;
  /** Names of the numbers that change from step to step. */
  readonly numbers: readonly string[];
  /** Writes those numbers, computed in float64, for update `step` (from 1) at a learning rate; in order, from the array's start. */
  writeNumbers(step: number, rate: number, to: Float32Array | Float64Array): void;
  /** Decay of weights by element, for the matrices alone, or undefined where it is the same for all. */
  readonly matrixDecay: number | undefined;
}

interface OptimiserForm {
  readonly rate: number;
  /** The equations after `d`, the gradient with the penalty, is known. */
  readonly lines: readonly string[];
  readonly constants?: Readonly<Record<string, number>>;
  readonly moments?: Readonly<Record<string, number>>;
  /** Each number of the equations for update `step` (from 1). */
  readonly numbers: Readonly<Record<string, (step: number, rate: number) => number>>;
  /** The decay is not added to the gradient: the equations have it. */
  readonly decoupled?: boolean;
  readonly weightDecay?: number;
}

type SpecOf<K extends OptimiserKind> = Extract<OptimiserSpec, { readonly kind: K }>;

const plainRate = (_: number, rate: number): number => rate;

/** The two running means that the Adam family shares (Kingma and Ba 2015), and the correction of the first for its start at zero. */
function adamMeans({ betas = [0.9, 0.999], epsilon = 1e-8 }: AdamFamily) {
  const [beta1, beta2] = betas;
  if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1))
    fail(`The betas are [${betas.join(", ")}]; give two numbers from 0 up to, but not, 1.`);
  if (!(epsilon >= 0)) fail(`The epsilon is ${epsilon}; give a number of at least 0.`);
  return {
    beta1,
    beta2,
    constants: { beta1, beta2, epsilon },
    first: "m' = beta1 * m + (1 - beta1) * d",
    second: "v' = beta2 * v + (1 - beta2) * d * d",
    correctedRate: (step: number, rate: number): number => rate / (1 - beta1 ** step),
    root: (step: number): number => Math.sqrt(1 - beta2 ** step),
  };
}

function adam(spec: SpecOf<"adam" | "adamw">): OptimiserForm {
  const { constants, first, second, correctedRate, root } = adamMeans(spec);
  const amsgrad = spec.amsgrad === true;
  const decoupled = spec.kind === "adamw";
  const weightDecay = spec.weightDecay ?? (decoupled ? 0.01 : 0);
  const start = decoupled && weightDecay !== 0 ? "(1 - base * decay) * w" : "w";
  return {
    rate: spec.rate ?? 1e-3,
    lines: [
      first,
      second,
      ...(amsgrad ? ["u' = max(u, v')"] : []),
      `w' = ${start} - rate * m' / (sqrt(${amsgrad ? "u'" : "v'"}) / root + epsilon)`,
    ],
    constants,
    moments: { m: 0, v: 0, ...(amsgrad ? { u: 0 } : {}) },
    numbers: { rate: correctedRate, root, ...(start === "w" ? {} : { base: plainRate }) },
    decoupled,
    weightDecay,
  };
}

/** The table. `d` is the gradient, clipped and with the penalty on weights; moments start at the numbers given. */
const forms: { readonly [K in OptimiserKind]: (spec: SpecOf<K>) => OptimiserForm } = {
  sgd: ({ rate = 1e-3, momentum = 0, dampening = 0, nesterov = false }) => {
    if (!(momentum >= 0)) fail(`The momentum is ${momentum}; give a number of at least 0, usually 0.9.`);
    if (nesterov && (momentum === 0 || dampening !== 0))
      fail("Nesterov's momentum needs a momentum and no dampening; give momentum: 0.9.");
    if (momentum === 0) return { rate, lines: ["w' = w - rate * d"], numbers: { rate: plainRate } };
    return {
      rate,
      lines: ["m' = momentum * m + share * d", nesterov ? "w' = w - rate * (d + momentum * m')" : "w' = w - rate * m'"],
      constants: { momentum },
      moments: { m: 0 },
      // The first gradient is taken whole.
      numbers: { rate: plainRate, share: (step) => (step === 1 ? 1 : 1 - dampening) },
    };
  },
  adam,
  // Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization.
  adamw: adam,
  // Kingma and Ba 2015, algorithm 2; PyTorch adds epsilon to |d|.
  adamax: (spec) => {
    const { constants, first, correctedRate } = adamMeans(spec);
    return {
      rate: spec.rate ?? 2e-3,
      lines: [first, "u' = max(beta2 * u, abs(d) + epsilon)", "w' = w - rate * m' / u'"],
      constants,
      moments: { m: 0, u: 0 },
      numbers: { rate: correctedRate },
    };
  },
  // Liu et al. 2020, On the Variance of the Adaptive Learning Rate and Beyond.
  radam: (spec) => {
    const { beta2, constants, first, second, correctedRate, root } = adamMeans(spec);
    const longest = 2 / (1 - beta2) - 1;
    const lengthAt = (step: number): number => longest - (2 * step * beta2 ** step) / (1 - beta2 ** step);
    const rectify = (step: number): number => {
      const length = lengthAt(step);
      return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length)) * root(step);
    };
    return {
      rate: spec.rate ?? 1e-3,
      // While the variance cannot be estimated (the first few steps), it is not divided by.
      lines: [first, second, "w' = w - rate * m' * where(adaptive, rectified / (sqrt(v') + epsilon), 1)"],
      constants,
      moments: { m: 0, v: 0 },
      numbers: {
        rate: correctedRate,
        adaptive: (step) => (lengthAt(step) > 5 ? 1 : 0),
        rectified: (step) => (lengthAt(step) > 5 ? rectify(step) : 0),
      },
    };
  },
  // Tieleman and Hinton 2012; centred: Graves 2013, Generating Sequences With Recurrent Neural Networks.
  rmsprop: ({ rate = 1e-2, alpha = 0.99, epsilon = 1e-8, centred = false, momentum = 0 }) => {
    if (!(alpha >= 0 && alpha <= 1)) fail(`The alpha of RMSprop is ${alpha}; give a number from 0 to 1, usually 0.99.`);
    // Rounding may bring the variance v - a² of a steady gradient just below zero.
    const spread = centred ? "max(v' - a' * a', 0)" : "v'";
    return {
      rate,
      lines: [
        "v' = alpha * v + (1 - alpha) * d * d",
        ...(centred ? ["a' = alpha * a + (1 - alpha) * d"] : []),
        `s = d / (sqrt(${spread}) + epsilon)`,
        ...(momentum === 0 ? ["w' = w - rate * s"] : ["m' = momentum * m + s", "w' = w - rate * m'"]),
      ],
      constants: { alpha, epsilon, ...(momentum === 0 ? {} : { momentum }) },
      moments: { v: 0, ...(centred ? { a: 0 } : {}), ...(momentum === 0 ? {} : { m: 0 }) },
      numbers: { rate: plainRate },
    };
  },
  // Duchi, Hazan and Singer 2011.
  adagrad: ({ rate = 1e-2, rateDecay = 0, epsilon = 1e-10, initial = 0 }) => ({
    rate,
    lines: ["v' = v + d * d", "w' = w - rate * d / (sqrt(v') + epsilon)"],
    constants: { epsilon },
    moments: { v: initial },
    numbers: { rate: (step, now) => now / (1 + (step - 1) * rateDecay) },
  }),
};

/** The optimiser with its defaults. Throws `training/bad-optimiser`. */
export function planOptimiser(spec: OptimiserSpec): OptimiserPlan {
  const form = forms[spec.kind] as ((spec: OptimiserSpec) => OptimiserForm) | undefined;
  if (form === undefined)
    fail(`There is no optimiser ${JSON.stringify(spec.kind)}; choose ${Object.keys(forms).join(", ")}.`);
  const {
    rate,
    lines,
    constants = {},
    moments = {},
    numbers,
    decoupled = false,
    weightDecay = spec.weightDecay ?? 0,
  } = form(spec);
  if (!(rate > 0 && rate < Infinity)) fail(`The learning rate is ${rate}; give a number above 0, such as 0.001.`);
  if (!(weightDecay >= 0 && weightDecay < Infinity))
    fail(`The weight decay is ${weightDecay}; give a number of at least 0, such as 0.01.`);
  const decays = weightDecay !== 0;
  const byElement = decays && spec.decayed === "matrices";
  const names = Object.keys(numbers);
  const write = Object.values(numbers);
  // w is the output only because a cell has one.
  const text = [decays && !decoupled ? "d = g + decay * w" : "d = g", ...lines, "y = w'"].join("\n");
  return {
    spec,
    rate,
    cell: cell(spec.kind, text, {
      constants: { ...constants, ...(decays && !byElement ? { decay: weightDecay } : {}) },
      inputs: { g: "H", ...Object.fromEntries(names.map((name) => [name, 0])), ...(byElement ? { decay: "H" } : {}) },
    }),
    moments,
    numbers: names,
    writeNumbers: (step, now, to) => {
      for (let n = 0; n < write.length; n++) to[n] = write[n]?.(step, now) ?? NaN;
    },
    matrixDecay: byElement ? weightDecay : undefined,
  };
}

function fail(message: string): never {
  throw new RecurraError("training/bad-optimiser", message);
}
