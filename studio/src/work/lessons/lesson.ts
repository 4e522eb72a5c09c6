/** What is learned in the workbench: a task on data with a network, from what was chosen to what came of it. */
import type {
  CellName,
  CellSpec,
  Checkpoint,
  FinishedEvent,
  LearningOptions,
  OptimiserSpec,
  ParameterValues,
  Reading,
  TrainingOptions,
} from "recurra";

/** A file that was opened: its bytes are read where they are needed, never by the page. */
export interface DataFile {
  readonly name: string;
  readonly blob: Blob;
  /** How its numbers and dates are written, where the reader has said it. */
  readonly notation?: Notation;
}

/** What a table does not say by itself. */
export type Notation = Pick<Reading, "decimal" | "dateOrder">;

/** What is done about values that a table lacks: rules that have a name. Refused if absent. */
export type NamedRule = "drop" | "previous" | "linear";

/** What is to be learned, from what. Plain data. */
export type LessonTask =
  | {
      readonly kind: "forecast";
      readonly data: DataFile;
      readonly target: string;
      readonly horizon: number;
      readonly missing?: NamedRule;
    }
  | {
      readonly kind: "texts";
      readonly missing?: NamedRule;
      readonly data: DataFile;
      readonly text: string;
      readonly target: string;
      readonly unit: "word" | "character";
    }
  | { readonly kind: "generate" | "marks"; readonly data: DataFile }
  | { readonly kind: "memory"; readonly task: string; readonly steps: number };

/** By which network, and how. Plain data. */
export interface LearningChoice {
  readonly cell: CellName | CellSpec;
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: number;
  /** Absent, as all below, for what is usual of the task. */
  readonly optimiser?: OptimiserSpec["kind"];
  readonly batch?: number;
  /** The most that the gradient's norm may be. */
  readonly clip?: number | "none";
  readonly dropout?: number;
  /** Steps through which the gradient goes back, of a language model. */
  readonly steps?: number;
}

/** The choice as options of the tasks' plans, which a checkpoint of the command line holds by the same names. */
export function learningOptions({ optimiser, clip, steps: _steps, ...others }: LearningChoice): LearningOptions {
  return {
    ...others,
    ...(optimiser === undefined ? {} : { optimiser: { kind: optimiser } }),
    ...(clip === undefined ? {} : { clip: clip === "none" ? clip : { kind: "norm", most: clip } }),
  };
}

/** A run from its beginning. */
export interface NewChoice {
  readonly task: LessonTask;
  readonly learning: LearningChoice;
}

/** A run that a checkpoint file holds, to go on with. */
export interface KeptChoice {
  /** The checkpoint. */
  readonly run: DataFile;
  /** What it learns from. */
  readonly data: DataFile;
  /** Another one than it had. */
  readonly rate?: number;
}

export type LessonChoice = NewChoice | KeptChoice;

/** The same at another rate. */
export function atRate(choice: LessonChoice, rate: number): LessonChoice {
  return "run" in choice ? { ...choice, rate } : { ...choice, learning: { ...choice.learning, rate } };
}

/** What is counted of the data: windows of a forecast, texts, … */
export type LessonItem = "windows" | "texts" | "tokens" | "sentences" | "sequences";

export interface LessonCounts {
  readonly item: LessonItem;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Something to look at of what a network says. */
export type LessonSample =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "forecast";
      readonly name: string;
      /** Times in ISO 8601, or numbers of rows. */
      readonly x: readonly (string | number)[];
      readonly truth: readonly number[];
      readonly forecast: readonly number[];
      readonly naive: readonly number[];
    }
  | { readonly kind: "answers"; readonly answers: readonly SampleAnswer[] };

export interface SampleAnswer {
  readonly given: string;
  readonly told: string;
  readonly truth: string;
}

/** What is measured on data never seen. */
export type Measure = "absolute-error" | "accuracy" | "bits" | "words" | "squared-error" | "wrong";

/** Who is measured: the network, and what needs no network. */
export type Contestant =
  | "model"
  | "naive"
  | "seasonal-naive"
  | "drift"
  | "mean"
  | "majority"
  | "bag"
  | "frequencies"
  | "n-grams"
  | "usual"
  | "chance";

export interface LessonScores {
  readonly measure: Measure;
  /** The network first. */
  readonly rows: readonly { readonly who: Contestant; readonly value: number }[];
}

/** What a finished run has come to. */
export interface LessonConclusion {
  /** The bytes of the model file. */
  readonly model: Uint8Array;
  /** Absent where nothing was kept for the test. */
  readonly scores?: LessonScores;
  /** What the command line says of the scores, in English; empty where it says nothing. */
  readonly explained: string;
  readonly sample?: LessonSample;
}

/** All that a run needs. Not plain data. */
export interface Lesson {
  readonly training: TrainingOptions;
  readonly counts: LessonCounts;
  /** What the network says with these parameters, on what it does not learn from. */
  readonly sample?: (parameters: ParameterValues) => LessonSample | undefined;
  /** The run as the bytes of a checkpoint file, where the command line can go on with it. */
  readonly keep?: (checkpoint: Checkpoint) => Uint8Array;
  readonly conclude: (finished: FinishedEvent) => Promise<LessonConclusion>;
  /** From where it goes on, if not from its beginning. */
  readonly resume?: Checkpoint;
}

const betterHigh: ReadonlySet<Measure> = new Set<Measure>(["accuracy", "words"]);

/** Whether more of a measure is better. */
export function isHighBetter(measure: Measure): boolean {
  return betterHigh.has(measure);
}

/** The network beside the best of what needs none. Undefined where there is nothing to compare with. */
export function judgeScores({
  measure,
  rows,
}: LessonScores): { readonly best: Contestant; readonly verdict: "better" | "tie" | "worse" } | undefined {
  const [model, ...others] = rows;
  const sign = isHighBetter(measure) ? 1 : -1;
  const [first, ...rest] = others.filter(({ value }) => Number.isFinite(value));
  if (model === undefined || first === undefined) return undefined;
  const best = rest.reduce((a, b) => (sign * b.value > sign * a.value ? b : a), first);
  const lead = sign * (model.value - best.value);
  return { best: best.who, verdict: lead > 0 ? "better" : lead === 0 ? "tie" : "worse" };
}
