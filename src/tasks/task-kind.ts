/** What a task is to the library: one object that plans, concludes and opens. Everything else follows from the table of them. */
import { rowsOfPart } from "../data/index.ts";
import type { Split } from "../data/index.ts";
import type { LoadedModel, SelfTestInputs } from "../formats/recurra/index.ts";
import type { Model, ParameterValues } from "../network/index.ts";
import type { FinishedEvent, TrainingOptions } from "../training/index.ts";
import type { PlainData } from "../util/plain-data.ts";
import type { UsualLearning } from "./learning.ts";
import type { Longest } from "./longest.ts";
import type { TrainingSummary } from "./summary.ts";

/** What is learned from, watched, and kept for the end: numbers of windows, sequences, texts, … */
export interface TaskParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** The parts of a split. */
export function partsOfSplit(split: Split): TaskParts {
  return {
    train: rowsOfPart(split, "train"),
    validation: rowsOfPart(split, "validation"),
    test: rowsOfPart(split, "test"),
  };
}

/** How many there are in each part. */
export function countParts({ train, validation, test }: TaskParts): TrainingSummary["parts"] {
  return { train: train.length, validation: validation.length, test: test.length };
}

/** What is stored in the model file beside the network. Plain data; its kind is the task's name. */
export interface BaseTask {
  readonly kind: string;
}

/** All that training needs. */
export interface BasePlan {
  readonly kind: string;
  /** As they were given. Plain data: a checkpoint holds them, and planning with them again gives the same plan. */
  readonly options: object;
  readonly task: BaseTask;
  readonly training: TrainingOptions;
}

/** A trained network with what turns the user's data into its inputs and its outputs into answers. */
export interface BaseJob {
  readonly kind: string;
  readonly model: Model;
  readonly task: BaseTask;
}

/** What a finished training has come to. */
export interface BaseResult {
  /** The task's name with `-result`. */
  readonly kind: `${string}-result`;
  readonly summary: TrainingSummary;
  /** What the model file is tried with; false for a network that cannot be tried so. */
  readonly selfTest: SelfTestInputs | false;
  /** On what was neither learned from nor watched; absent where nothing was held back. */
  readonly test?: unknown;
}

/** What people are shown of a result beside its scores. */
export interface TaskReport {
  /** Paragraphs. */
  readonly text?: readonly string[];
  readonly pictures?: readonly ReportPicture[];
}

export interface ReportPicture {
  readonly title: string;
  /** A standalone SVG, or a piece of HTML that is safe as it is. */
  readonly markup: string;
}

/** The types that belong to a task. */
export interface TaskTypes {
  /** What a plan is made from: a table, texts, pictures, … */
  readonly data: unknown;
  readonly options: object;
  readonly plan: BasePlan;
  readonly result: BaseResult;
  readonly job: BaseJob;
}

/** A task. `T` says its types; without them it is any of the table's, to be given only what it made itself. */
export interface TaskKind<T extends TaskTypes = TaskTypes> {
  /** The `kind` of what it stores. */
  readonly name: T["job"]["task"]["kind"];
  /** The options of a run, from its checkpoint. Throws `file/bad-model` naming the place. */
  parseOptions(stored: PlainData): T["options"];
  /** What it takes where its options say nothing. */
  readonly usual: UsualLearning;
  /** Nothing is computed yet, and whatever does not fit is said: throws `data/…`, `network/…`, `training/…`. */
  plan(data: T["data"], options: T["options"]): T["plan"] | Promise<T["plan"]>;
  /** The model with its scores on the test part, beside the simplest that could be done. */
  conclude(plan: T["plan"], finished: FinishedEvent): T["result"] | Promise<T["result"]>;
  jobOf(result: T["result"]): T["job"];
  /** Parses what is stored and checks that the network fits it. Throws `file/bad-model` naming the place. */
  open(model: LoadedModel, stored: unknown, source: string): T["job"];
  /** The task's own metric on the validation part, in a few words such as `accuracy 81 %`; told now and then, after an epoch. */
  watch?(plan: T["plan"], parameters: ParameterValues): string | undefined;
  /** The longest of what is learned from, where lengths are the data's. */
  longest?(plan: T["plan"]): Longest | undefined;
  report?(plan: T["plan"], result: T["result"]): TaskReport;
}
