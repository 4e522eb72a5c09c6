/** Reads the options of a run from its checkpoint: a file is hostile until checked. What the values mean is checked by planning, as it is for a user's. */
import { parseCellSpec } from "../formats/recurra/index.ts";
import type { ClipSpec, LossSpec, OptimiserSpec, Schedule } from "../training/index.ts";
import type { PlainData } from "../util/plain-data.ts";
import type { LearningOptions } from "./learning.ts";
import { reasonToRefuse } from "./refused-options.ts";
import type { LearningOptionsOf, Refusing } from "./refused-options.ts";

export type Reader<T> = (data: PlainData) => T;

/** How each option is read: all of them, so that a new one cannot be forgotten. */
export type OptionReaders<O> = { readonly [K in keyof O]-?: Reader<Exclude<O[K], undefined>> };

/** What options a checkpoint holds. Throws for one that is not of the task, that has another type, or that lacks a `required` one. */
export function readOptions<O extends object>(
  data: PlainData,
  readers: OptionReaders<O>,
  required: readonly (keyof O & string)[] = [],
): O {
  const object = data.object(Object.keys(readers));
  for (const name of required) object.get(name);
  return object.map((value, name) => readers[name as keyof O](value)) as O;
}

export const number: Reader<number> = (data) => data.number();
export const flag: Reader<boolean> = (data) => data.flag();
export const text: Reader<string> = (data) => data.text();
export const numbers: Reader<readonly number[]> = (data) => data.array().map(number);
export const texts: Reader<readonly string[]> = (data) => data.array().map(text);

/** One of these words. */
export function wordOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (data) => data.oneOf(words);
}

/** An object with a `kind` and fields; for each kind those that it cannot do without. */
function specOf<S extends { readonly kind: string }>(
  kinds: Readonly<Record<S["kind"], readonly string[]>>,
  fields: Readonly<Record<string, Reader<unknown>>>,
): Reader<S> {
  return (data) => {
    const spec = data.object(["kind", ...Object.keys(fields)]);
    const kind: S["kind"] = spec.get("kind").oneOf(Object.keys(kinds));
    for (const name of kinds[kind]) spec.get(name);
    return spec.map((value, name) => (name === "kind" ? kind : fields[name]?.(value))) as unknown as S;
  };
}

const loss = specOf<LossSpec>(
  {
    "mean-squared": [],
    absolute: [],
    huber: [],
    quantile: ["quantiles"],
    gaussian: [],
    student: [],
    "binary-cross-entropy": [],
    "cross-entropy": [],
    ctc: [],
  },
  {
    delta: number,
    quantiles: numbers,
    positiveWeights: numbers,
    smoothing: number,
    classWeights: numbers,
    blank: number,
  },
);

const optimiser = specOf<OptimiserSpec>(
  { sgd: [], adam: [], adamw: [], adamax: [], radam: [], rmsprop: [], adagrad: [] },
  {
    rate: number,
    weightDecay: number,
    decayed: wordOf("all", "matrices"),
    betas: (data) => {
      const betas = numbers(data);
      return betas.length === 2 ? betas : data.fail(`has ${betas.length} numbers, not 2`);
    },
    epsilon: number,
    amsgrad: flag,
    momentum: number,
    dampening: number,
    nesterov: flag,
    alpha: number,
    centred: flag,
    rateDecay: number,
    initial: number,
  },
);

const schedule: Reader<Schedule> = specOf<Schedule>(
  {
    constant: [],
    step: ["every"],
    linear: [],
    cosine: [],
    "cosine-restarts": ["first"],
    "one-cycle": [],
    "warm-up": ["steps"],
    "on-plateau": [],
  },
  {
    every: number,
    factor: number,
    from: number,
    to: number,
    steps: number,
    least: number,
    first: number,
    growth: number,
    rise: number,
    startDivisor: number,
    endDivisor: number,
    shape: wordOf("cosine", "linear"),
    next: (data) => schedule(data),
    patience: number,
    threshold: number,
    cooldown: number,
  },
);

const clip = specOf<ClipSpec>({ norm: ["most"], value: ["most"] }, { most: number });

const learning: OptionReaders<LearningOptions> = {
  // A name that is no cell's is said by planning, with what may be meant.
  cell: (data) =>
    (typeof data.value === "string" ? data.text(100) : parseCellSpec(data)) as NonNullable<LearningOptions["cell"]>,
  hidden: number,
  layers: number,
  dropout: number,
  bidirectional: flag,
  scheme: wordOf("default", "torch", "keras"),
  loss,
  readout: wordOf("ridge"),
  optimiser,
  rate: number,
  schedule,
  clip: (data) => (data.value === "none" ? "none" : clip(data)),
  epochs: number,
  batch: number,
  patience: number,
  seed: number,
  backend: wordOf("auto", "native", "wasm", "reference"),
  threads: (data) => (data.value === "auto" ? "auto" : data.number()),
};

/** How the options of learning that a task has are read. */
export function learningReaders<N extends Refusing>(task: N): OptionReaders<LearningOptionsOf<N>> {
  const own = Object.entries(learning).filter(([name]) => reasonToRefuse(task, name) === undefined);
  return Object.fromEntries(own) as unknown as OptionReaders<LearningOptionsOf<N>>;
}
