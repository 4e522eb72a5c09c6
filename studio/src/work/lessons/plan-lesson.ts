/** From what was chosen to all that a run needs, and what is to be known of it before it is run. */
import { describeNetwork } from "recurra";
import type { NetworkSizes } from "../../network-link.ts";
import { measureNetwork } from "../measure-network.ts";
import { planForecastLesson } from "./forecast.ts";
import { planGenerateLesson } from "./generate.ts";
import { planKeptLesson } from "./kept-run.ts";
import type { Lesson, LessonChoice, LessonCounts } from "./lesson.ts";
import { planMarksLesson } from "./marks.ts";
import { planMemoryLesson } from "./memory.ts";
import { planTextsLesson } from "./texts.ts";

/** Nothing is computed yet, and whatever does not fit is said: throws the library's errors. */
export async function planLesson(choice: LessonChoice): Promise<Lesson> {
  if ("run" in choice) return planKeptLesson(choice);
  const { task, learning } = choice;
  switch (task.kind) {
    case "forecast":
      return planForecastLesson(task, learning);
    case "texts":
      return planTextsLesson(task, learning);
    case "generate":
      return planGenerateLesson(task, learning);
    case "marks":
      return planMarksLesson(task, learning);
    case "memory":
      return planMemoryLesson(task, learning);
  }
}

/** A plan as people read it. Plain data. */
export interface LessonFacts {
  readonly counts: LessonCounts;
  /** Numbers that are trained. */
  readonly parameters: number;
  /** What the first recurrent layer reads at each step, how large its state is, and whether there are two of it, one from each end. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly isBothWays: boolean;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** Absent where no layer has a state. */
  readonly network?: NetworkSizes;
  /** The most that the gradient's norm may be; absent where it may be any. */
  readonly clip?: number;
  /** Whether the rate falls to 0 as a cosine. */
  readonly isCosine: boolean;
}

export function describeLesson({ counts, training }: Lesson): LessonFacts {
  const shape = describeNetwork(training.network);
  const first = training.network.layers.findIndex(({ kind }) => kind === "cell");
  const layer = training.network.layers[first];
  const measured = measureNetwork(training.network);
  return {
    counts,
    parameters: shape.parameters
      .filter(({ frozen }) => !frozen)
      .reduce((sum, one) => sum + one.shape.reduce((product, n) => product * n, 1), 0),
    inputSize: shape.layers[first]?.inputSize ?? 0,
    hiddenSize: layer?.kind === "cell" ? layer.size : 0,
    isBothWays: layer?.kind === "cell" && layer.direction === "both",
    epochs: training.epochs,
    batch: training.batch ?? 32,
    rate: training.optimiser?.rate ?? NaN,
    ...(training.clip?.kind === "norm" ? { clip: training.clip.most } : {}),
    ...(measured === undefined ? {} : { network: measured }),
    isCosine: training.schedule?.kind === "cosine",
  };
}
