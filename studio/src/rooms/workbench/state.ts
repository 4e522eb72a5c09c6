/** What the link of the room holds, and what is taken where it says nothing. */
import { cellNames } from "recurra";
import type { CellName } from "recurra";
import { choiceField, numberField, textField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";

export const taskNames = ["forecast", "texts", "generate", "marks", "memory"] as const;
export type TaskName = (typeof taskNames)[number];

export const dataNames = ["births", "wave", "languages", "declaration-en", "declaration-vi"] as const;
export type DataName = (typeof dataNames)[number];

/** What is there to be learned from; one's own file can always be. */
export const dataOf: Readonly<Record<TaskName, readonly DataName[]>> = {
  forecast: ["births", "wave"],
  texts: ["languages"],
  generate: ["declaration-en", "declaration-vi"],
  marks: ["declaration-vi"],
  memory: [],
};

/** Handwritten digits are left out: they come from a package that is not in the page. */
export const memoryNames = ["adding", "order", "copy", "dyck"] as const;
export type MemoryName = (typeof memoryNames)[number];

/** Lengths at which a task of memory is learned soon enough to wait for. */
export const stepsOf: Readonly<
  Record<MemoryName, { readonly from: number; readonly to: number; readonly step: number }>
> = {
  adding: { from: 4, to: 100, step: 2 },
  order: { from: 10, to: 100, step: 2 },
  copy: { from: 20, to: 100, step: 2 },
  dyck: { from: 6, to: 60, step: 2 },
};

/** Those that hand nothing on, or need something to attend to. By name: to read the equations of all cells takes the page too long. */
const others: ReadonlySet<CellName> = new Set<CellName>([
  "dense",
  "dense-tanh",
  "dense-relu",
  "dense-sigmoid",
  "layer-norm",
  "attention-dot",
  "attention-general",
  "attention-concat",
  "lstm-attention",
  "gru-attention",
]);

/** Cells that can be learned with. */
export const baseNames: readonly CellName[] = cellNames.filter((name) => !others.has(name));

/** What the command line names as well, and takes where nothing is said; empty for what is usual of the task. */
export const moreOptions = {
  optimiser: ["", "adam", "adamw", "radam", "adamax", "rmsprop", "adagrad", "sgd"],
  batch: ["", "4", "8", "16", "32", "64", "128"],
  clip: ["", "0.1", "0.5", "1", "5", "none"],
  dropout: ["", "0", "0.1", "0.2", "0.3", "0.5"],
  truncate: ["", "16", "32", "64", "128", "256"],
} as const;
export type MoreOption = keyof typeof moreOptions;

/** Those of a task: only a language model reads a text in pieces. */
export const moreOptionsOf = (task: TaskName): readonly MoreOption[] =>
  (Object.keys(moreOptions) as MoreOption[]).filter((name) => name !== "truncate" || task === "generate");

/** Rules for values that a table lacks; empty for none. */
export const missingRules = ["", "drop", "previous", "linear"] as const;

/** How a table writes its numbers and dates; empty for what the table itself shows. */
export const notations = {
  decimal: ["", ".", ","],
  dateOrder: ["", "day-first", "month-first"],
} as const;

export const views = ["formula", "diagram", "shapes"] as const;
export const units = ["word", "character"] as const;

export interface WorkbenchState {
  readonly task: TaskName;
  readonly data: DataName | "";
  /** Columns of a table; empty for those that are guessed. */
  readonly target: string;
  readonly text: string;
  readonly unit: (typeof units)[number];
  readonly horizon: number;
  readonly memory: MemoryName;
  readonly steps: number;
  /** What the equations begin as. */
  readonly cell: CellName;
  /** Empty for those of the cell. */
  readonly equations: string;
  readonly view: (typeof views)[number];
  /** 0 for what is usual of the task, as are `epochs` and `rate`. */
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: number;
  readonly optimiser: (typeof moreOptions.optimiser)[number];
  readonly batch: (typeof moreOptions.batch)[number];
  readonly clip: (typeof moreOptions.clip)[number];
  readonly dropout: (typeof moreOptions.dropout)[number];
  /** Steps through which the gradient goes back. */
  readonly truncate: (typeof moreOptions.truncate)[number];
  readonly missing: (typeof missingRules)[number];
  readonly decimal: (typeof notations.decimal)[number];
  readonly dateOrder: (typeof notations.dateOrder)[number];
}

export const workbenchFields: Fields<WorkbenchState> = {
  task: choiceField(taskNames, "forecast"),
  data: choiceField([...dataNames, ""], ""),
  target: textField("", 200),
  text: textField("", 200),
  unit: choiceField(units, "word"),
  horizon: wholeField(1, { from: 1, to: 60 }),
  memory: choiceField(memoryNames, "adding"),
  steps: wholeField(20, { from: 4, to: 100 }),
  cell: choiceField<CellName>(baseNames, "lstm"),
  equations: textField(),
  view: choiceField(views, "formula"),
  hidden: wholeField(0, { from: 0, to: 256 }),
  layers: wholeField(1, { from: 1, to: 3 }),
  epochs: wholeField(0, { from: 0, to: 200 }),
  rate: numberField(0, { from: 0, to: 0.1 }),
  seed: wholeField(1, { from: 1, to: 999 }),
  optimiser: choiceField(moreOptions.optimiser, ""),
  batch: choiceField(moreOptions.batch, ""),
  clip: choiceField(moreOptions.clip, ""),
  dropout: choiceField(moreOptions.dropout, ""),
  truncate: choiceField(moreOptions.truncate, ""),
  missing: choiceField(missingRules, ""),
  decimal: choiceField(notations.decimal, ""),
  dateOrder: choiceField(notations.dateOrder, ""),
};

interface UsualLearning {
  readonly hidden: number;
  readonly epochs: number;
  readonly rate: number;
}

/** With which the built-in data are learned within a minute or so. */
export const usualOf: Readonly<Record<TaskName, UsualLearning>> = {
  forecast: { hidden: 16, epochs: 15, rate: 0.005 },
  texts: { hidden: 24, epochs: 12, rate: 0.005 },
  generate: { hidden: 64, epochs: 60, rate: 0.005 },
  marks: { hidden: 32, epochs: 40, rate: 0.005 },
  memory: { hidden: 16, epochs: 15, rate: 0.01 },
};

/** Sizes and rates with those that are usual where nothing else is said. */
export function settleLearning({ task, hidden, epochs, rate }: WorkbenchState): UsualLearning {
  const usual = usualOf[task];
  return {
    hidden: hidden === 0 ? usual.hidden : hidden,
    epochs: epochs === 0 ? usual.epochs : epochs,
    rate: rate === 0 ? usual.rate : rate,
  };
}

/** The length nearest to the one wanted that the task has. */
export function fitSteps(task: MemoryName, steps: number): number {
  const { from, to, step } = stepsOf[task];
  return Math.min(to, Math.max(from, from + Math.round((steps - from) / step) * step));
}

/** The data that are shown: those of the link where the task can be learned from them, else its first. */
export function chooseData({ task, data }: Pick<WorkbenchState, "task" | "data">): DataName | undefined {
  return dataOf[task].find((name) => name === data) ?? dataOf[task][0];
}
