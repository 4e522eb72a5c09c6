/** What tasks have in common: which network learns, how, and what is taken where nothing is said. */
import { cellNames, cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { suggestName } from "../data/suggest-name.ts";
import { cell as createCell } from "../language/index.ts";
import { network } from "../network/index.ts";
import type { CellSpec, NetworkSpec, SequenceNetwork } from "../network/index.ts";
import type { ClipSpec, LossSpec, OptimiserSpec, Schedule, TrainingOptions } from "../training/index.ts";
import { RecurraError } from "../util/errors.ts";
import { decidePace, printPace } from "./pace.ts";
import type { DecidedPace, Pace } from "./pace.ts";

/** Everything here has a default, said beside it. All of it is plain data, so that a checkpoint can hold it. */
export interface LearningOptions {
  /** The recurrent cell: a built-in one's name, or equations. `"lstm"` */
  readonly cell?: CellName | CellSpec | undefined;
  /** Hidden size of each layer: 64 */
  readonly hidden?: number | undefined;
  /** Recurrent layers on top of one another: 1 */
  readonly layers?: number | undefined;
  /** Share of each layer's outputs dropped in training: 0 */
  readonly dropout?: number | undefined;
  /** Both directions, where the whole sequence is there: false */
  readonly bidirectional?: boolean | undefined;
  /** Scheme of first values: `"default"` */
  readonly scheme?: "default" | "torch" | "keras" | undefined;
  /** Forecasts: absolute error; classes: cross-entropy. */
  readonly loss?: LossSpec | undefined;
  /** `"ridge"` trains nothing, but solves for the last layer with the least mean squared error, as for the cell `echo-state`: absent */
  readonly readout?: "ridge" | undefined;
  /** Adam at `rate`. */
  readonly optimiser?: OptimiserSpec | undefined;
  /** The learning rate before the schedule: 0.002 */
  readonly rate?: number | undefined;
  /** Cosine down to 0 over all epochs. */
  readonly schedule?: Schedule | undefined;
  /** The norm at most 1. */
  readonly clip?: ClipSpec | "none" | undefined;
  /** As many as make 2000 updates, from 30 to 300. */
  readonly epochs?: number | undefined;
  /** Windows or sequences in a batch: 32; less, but at least 4, where there are fewer than 256 */
  readonly batch?: number | undefined;
  /** Epochs without a lower validation loss after which training ends: a fifth of all, at least 10 */
  readonly patience?: number | undefined;
  /** A whole number that everything random follows from: 1 */
  readonly seed?: number | undefined;
  /** `"auto"`: the fastest that works. */
  readonly backend?: TrainingOptions["backend"];
  /** Most threads that share the work; the numbers are the same for any: `"auto"`, as many as there are cores, up to eight. */
  readonly threads?: TrainingOptions["threads"];
}

const defaults = {
  hidden: 64,
  layers: 1,
  dropout: 0,
  rate: 2e-3,
} as const;

/** The pace of a task that has none of its own. */
export const usualPace: Pace = {
  batch: 32,
  epochs: { updates: 2000, least: 30, most: 300 },
  patience: { least: 10 },
};

/** What a task takes where nothing is said, as people read it: a number, or in a few words what it depends on. */
export interface UsualLearning {
  readonly cell: CellName;
  readonly hidden: number;
  readonly layers?: number | string | undefined;
  readonly dropout: number | string;
  readonly embedding?: number | string | undefined;
  readonly rate: number;
  readonly batch: string;
  readonly epochs: string;
  readonly patience: string;
  readonly test: number;
  readonly validation: number;
}

/** A task's own usual values, and those that all have where it has none. */
export function usualLearning(
  own: Partial<Omit<UsualLearning, keyof DecidedPace>> & Pick<UsualLearning, "test" | "validation">,
  pace: Pace = usualPace,
): UsualLearning {
  return { cell: "lstm", ...defaults, ...printPace(pace), ...own };
}

/** Recurrent layers, the last step, and a linear head. Throws `network/…`. */
export function buildNetwork(
  options: LearningOptions,
  sizes: { readonly inputs: number; readonly outputs: number },
): NetworkSpec {
  const { scheme } = options;
  return addRecurrent(network({ features: sizes.inputs }), options)
    .last()
    .dense(sizes.outputs, scheme === undefined ? {} : { scheme })
    .build();
}

/** The recurrent layers of the options, with their dropout, on top of what there is. Throws `network/…`. */
export function addRecurrent(below: SequenceNetwork<number>, options: LearningOptions): SequenceNetwork<number> {
  const {
    hidden = defaults.hidden,
    layers = defaults.layers,
    dropout = defaults.dropout,
    bidirectional = false,
    scheme,
  } = options;
  if (!Number.isInteger(layers) || layers < 1)
    throw new RecurraError("network/bad-size", `layers is ${layers}; give a whole number of at least 1.`);
  const cell = chooseCell(options.cell ?? "lstm");
  let built = below;
  for (let layer = 0; layer < layers; layer++) {
    const direction = bidirectional ? "both" : "forward";
    const next = built.recurrent(cell, { size: hidden, direction, ...(scheme === undefined ? {} : { scheme }) });
    built = dropout === 0 ? next : next.dropout(dropout);
  }
  return built;
}

/** A cell by its name, or from its equations. Throws `network/unknown-cell` and `language/…`. */
export function chooseCell(choice: CellName | CellSpec): ReturnType<typeof createCell> {
  if (typeof choice !== "string") return createCell(choice.name, choice.text, choice.options);
  const found = Object.hasOwn(cells, choice) ? cells[choice] : undefined;
  if (found !== undefined) return found;
  throw new RecurraError(
    "network/unknown-cell",
    `There is no built-in cell ${JSON.stringify(choice)}; ${adviseCell(choice)}`,
  );
}

/** The built-in cell that may be meant by a name, or all there are. */
export function adviseCell(name: string): string {
  const close = suggestName(name, cellNames);
  return close === undefined ? `there are ${cellNames.join(", ")}.` : `did you mean ${close}?`;
}

/** What is decided by the task. */
export interface Lesson {
  readonly network: NetworkSpec;
  readonly data: TrainingOptions["data"];
  readonly validation: TrainingOptions["data"] | undefined;
  /** Windows or sequences in `data`. */
  readonly members: number;
  readonly loss: LossSpec;
  /** `usualPace` */
  readonly pace?: Pace;
}

/** Everything the trainer is to be told. */
export function planTraining(
  options: LearningOptions,
  { network, data, validation, members, loss, pace = usualPace }: Lesson,
): TrainingOptions {
  const { rate = defaults.rate, clip = { kind: "norm", most: 1 }, seed = 1 } = options;
  const { batch, epochs, patience } = decidePace(options, pace, members);
  return {
    network,
    data,
    validation,
    loss: options.loss ?? (options.readout === undefined || loss.kind !== "absolute" ? loss : { kind: "mean-squared" }),
    ...(options.readout === undefined ? {} : { readout: {} }),
    optimiser: { ...(options.optimiser ?? { kind: "adam" }), rate: options.optimiser?.rate ?? rate },
    schedule: options.schedule ?? { kind: "cosine" },
    clip: clip === "none" ? undefined : clip,
    epochs: options.readout === undefined ? epochs : 1,
    batch,
    patience: validation === undefined ? undefined : patience,
    seed,
    backend: options.backend,
    threads: options.threads,
  };
}

/** Half of a hidden size, for each direction of an encoder. Throws `network/bad-size` for an odd one; `whose` says of what it is, such as "a translator". */
export function halfOf(hidden: number, whose: string): number {
  if (hidden % 2 === 0) return hidden / 2;
  throw new RecurraError(
    "network/bad-size",
    `The hidden size is ${hidden}; ${whose}'s must be even, since each direction of its encoder has half of it.`,
  );
}

/** The hidden size: with tied weights that of the embedding, where only this is given. */
export function chooseHidden(
  {
    hidden,
    embedding,
    tie = false,
  }: {
    readonly hidden?: number | undefined;
    readonly embedding?: number | undefined;
    readonly tie?: boolean | undefined;
  },
  otherwise: number,
): number {
  return hidden ?? (tie ? embedding : undefined) ?? otherwise;
}

/** How many numbers stand for a token: with tied weights as many as the head reads, the hidden size. Throws `network/bad-size` where another number is asked for. */
export function chooseEmbedding(
  { embedding, tie = false }: { readonly embedding?: number | undefined; readonly tie?: boolean | undefined },
  { hidden, otherwise }: { readonly hidden: number; readonly otherwise: number },
): number {
  if (!tie) return embedding ?? otherwise;
  if (embedding === undefined || embedding === hidden) return hidden;
  throw new RecurraError(
    "network/bad-size",
    `Tied weights need an embedding as large as the hidden size, but they are ${embedding} and ${hidden}; leave one of them out.`,
  );
}
