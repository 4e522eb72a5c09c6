/** What a task is to the command line: one object with its options, its data, and what is said of it. */
import type { LossSpec, Table, TaskName, TaskTypes } from "../../node.ts";
import type { NamedFile } from "../check-apart.ts";
import type { FastForm, Taken } from "../fast-form.ts";
import type { RuleName } from "../place.ts";
import { UsageError } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import type { PredictFlags } from "../predict.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import type { TrainFlags } from "../train-options.ts";

/** An option as commander has it. What several tasks share is one object, declared once. */
export interface TaskOption {
  /** Such as `--horizon <STEPS>`. */
  readonly flags: string;
  readonly description: string;
  /** Throws commander's `InvalidArgumentError`. */
  readonly parse?: (text: string) => unknown;
}

/** What a command was given. */
export interface Given<F> {
  /** The data; absent where none were named. */
  readonly file: string | undefined;
  readonly flags: F;
  /** For notes to people. */
  readonly terminal: Terminal;
}

/** What a resumed run knows of its data. */
export interface GivenAgain<C extends CommandTypes> {
  readonly file: string | undefined;
  /** The task's own flags, and `fast`, as the run was begun with them. */
  readonly flags: C["train"];
  readonly options: C["task"]["options"];
  readonly job: C["task"]["job"];
  readonly terminal: Terminal;
}

/** A trained model, for suggestions of what to do next. */
export interface Trained<C extends CommandTypes> {
  readonly plan: C["task"]["plan"];
  readonly result: C["task"]["result"];
  /** The task's own flags. */
  readonly flags: C["train"];
  /** Files as a shell takes them. */
  readonly model: string;
  readonly data: string;
  readonly chart: string | undefined;
}

/** The types of a command's task: the library's, its flags and its scores. */
export interface CommandTypes {
  readonly task: TaskTypes;
  readonly train: TrainFlags;
  readonly predict: PredictFlags;
  readonly evaluate: EvaluateFlags;
  readonly scores: object;
}

/** Scores as JSON has them: of every task without a kind, since the model says it. */
export type PlainScores = Readonly<Record<string, unknown>> & { readonly kind?: undefined };

/** A task. `C` says its types; without them it is any of the table's, to be given only what it made itself. */
export interface CommandTask<C extends CommandTypes = CommandTypes> {
  /** The library's task. */
  readonly kind: TaskName;
  /** What `--task` calls it; several may share a name, and `claims` tells them apart. */
  readonly names: readonly string[];
  /** In messages: `--season is for …`. */
  readonly called: string;
  /** Above its own options in the help. */
  readonly heading: string;
  /** One line of the help. */
  readonly summary: string;
  /** Lines of the help: commands, each with what it does indented below it. */
  readonly examples: string;
  /** What in the repository shows it with data of its own. */
  readonly shownBy: string;
  /** A first look in under a minute. */
  readonly fast: FastForm<C>;
  readonly options: {
    readonly train: readonly TaskOption[];
    readonly predict?: readonly TaskOption[];
    readonly evaluate?: readonly TaskOption[];
  };
  /** What `--missing` may be beside `error`; absent where there is no such option. */
  readonly rules?: readonly RuleName[];
  /** Whether the options mean this task, where `--task` does not say so, or not it alone. */
  claims(flags: C["train"]): boolean;
  /** Whether it needs DATA; true where absent. */
  readonly needsData?: boolean;
  /** Files that a command reads beside DATA. */
  inputs?(flags: C["train"] | C["predict"]): readonly NamedFile[];
  /** Throws a usage error for options that contradict one another. */
  check?(flags: C["train"]): void;
  /** Reads what the plan is made from; says what was taken of it where a first look is wanted and `fast` has no `cut`. */
  read(given: Given<C["train"]>): Promise<{
    readonly data: C["task"]["data"];
    readonly options: C["task"]["options"];
    readonly taken?: Taken | undefined;
  }>;
  /** The same data again, for a run that is resumed. */
  readAgain(given: GivenAgain<C>): Promise<C["task"]["data"]>;
  /** The data and what is to be learned of it, in lines whose names take ten columns. */
  describe(plan: C["task"]["plan"]): readonly string[];
  /** Scores as tables and sentences. */
  printScores(scores: C["scores"], title: string): readonly string[];
  scoresAsJson(scores: C["scores"]): PlainScores;
  /** What a row of its data is; a row where absent. */
  rowCalled?(task: C["task"]["job"]["task"]): string;
  /** Why there are no scores. */
  readonly untested: string;
  /** Arguments of commands that make sense now. */
  suggest(trained: Trained<C>): readonly string[];
  /** What to change in the command of this training, where that may well help: half a sentence. */
  advise?(trained: Trained<C>): string | undefined;
  /** The picture of `--chart`. */
  drawChart?(plan: C["task"]["plan"], result: C["task"]["result"]): string;
  /** A trained model, in lines for `recurra inspect`. */
  describeJob(job: C["task"]["job"], source: string): readonly string[];
  /** For the table of its memory: the steps of a usual sequence where they are known, and the loss. */
  memoryOf(job: C["task"]["job"]): { readonly steps?: number; readonly loss: LossSpec };
  /** A table, or finished text. */
  predict(job: C["task"]["job"], given: Given<C["predict"]>): Promise<Table | string>;
  evaluate(job: C["task"]["job"], given: Given<C["evaluate"]>): Promise<C["scores"]>;
}

/** The data of a command that cannot do without. */
export function needData(file: string | undefined): string {
  if (file === undefined) throw new UsageError("missing required argument 'DATA'");
  return file;
}
