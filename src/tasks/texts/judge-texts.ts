/** Scores of a reader of texts, and which is best: the model or what is simpler. */
import type { ClassScores } from "../classify/score-classes.ts";
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import type { NumberEvaluation, NumberScores } from "./score-numbers.ts";

interface BagOfClasses {
  readonly name: string;
  readonly accuracy: number;
  readonly macroF1: number;
}

interface BagOfNumbers extends NumberScores {
  readonly name: string;
}

/** Of told classes, with what they come to by accuracy. */
export interface ClassesEvaluation extends Judged<"bag" | "majority"> {
  readonly kind: "texts-evaluation";
  readonly of: "class";
  readonly scores: ClassScores;
  readonly bag?: BagOfClasses;
}

/** Of told numbers, with what they come to by mean absolute error. */
export interface NumbersEvaluation extends Judged<"bag" | "mean"> {
  readonly kind: "texts-evaluation";
  readonly of: "number";
  readonly scores: NumberEvaluation;
  readonly bag?: BagOfNumbers;
}

/** Scores of a reader; the bag of words is there on the test part of a training, where it was learned from the same texts. */
export type TextsEvaluation = ClassesEvaluation | NumbersEvaluation;

/** Scores of told classes, beside a bag of words where there is one. */
export function judgeClasses(scores: ClassScores, bag?: BagOfClasses): ClassesEvaluation {
  const judged = judgeAll(scores.accuracy, [
    ["majority", scores.majority.accuracy],
    ["bag", bag?.accuracy],
  ]);
  return { kind: "texts-evaluation", of: "class", scores, ...(bag === undefined ? {} : { bag }), ...judged };
}

/** The same of numbers. */
export function judgeNumbers(scores: NumberEvaluation, bag?: BagOfNumbers): NumbersEvaluation {
  const judged = judgeAll(-scores.meanAbsoluteError, [
    ["mean", -scores.mean.meanAbsoluteError],
    ["bag", bag === undefined ? undefined : -bag.meanAbsoluteError],
  ]);
  return { kind: "texts-evaluation", of: "number", scores, ...(bag === undefined ? {} : { bag }), ...judged };
}
