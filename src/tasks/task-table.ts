/** The table of all tasks. Saving, opening, checkpoints and the types of the interface follow from it. */
import { captionKind } from "./caption/kind.ts";
import type { CaptionTypes } from "./caption/kind.ts";
import { classifyKind } from "./classify/kind.ts";
import type { ClassifyTypes } from "./classify/kind.ts";
import { forecastKind } from "./forecast/kind.ts";
import type { ForecastTypes } from "./forecast/kind.ts";
import { tagKind } from "./tag/kind.ts";
import type { TagTypes } from "./tag/kind.ts";
import { generateKind } from "./generate/kind.ts";
import type { GenerateTypes } from "./generate/kind.ts";
import type { TaskKind } from "./task-kind.ts";
import { translateKind } from "./translate/kind.ts";
import type { TranslateTypes } from "./translate/kind.ts";
import { textsKind } from "./texts/kind.ts";
import type { TextsTypes } from "./texts/kind.ts";

/** One line a task. */
interface TypesOfTasks {
  readonly forecast: ForecastTypes;
  readonly classify: ClassifyTypes;
  readonly tag: TagTypes;
  readonly translate: TranslateTypes;
  readonly caption: CaptionTypes;
  readonly texts: TextsTypes;
  readonly generate: GenerateTypes;
}

/** One line a task. */
const taskKinds: { readonly [N in TaskName]: TaskKind<TypesOfTasks[N]> } = {
  forecast: forecastKind,
  classify: classifyKind,
  tag: tagKind,
  translate: translateKind,
  caption: captionKind,
  texts: textsKind,
  generate: generateKind,
};

export type TaskName = keyof TypesOfTasks;
export type TaskPlan = TypesOfTasks[TaskName]["plan"];
export type TaskResult = TypesOfTasks[TaskName]["result"];
export type TaskJob = TypesOfTasks[TaskName]["job"];

export const taskNames: readonly TaskName[] = Object.keys(taskKinds) as TaskName[];

/** The task of that name, to be given only what it made itself. */
export function findTask(name: TaskName): TaskKind {
  return taskKinds[name];
}

/** The name and options of a run, as a checkpoint holds them. */
export type TaskChoice = {
  readonly [N in TaskName]: { readonly kind: N; readonly options: TypesOfTasks[N]["options"] };
}[TaskName];
