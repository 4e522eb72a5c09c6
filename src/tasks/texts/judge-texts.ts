/** Scores of a reader of texts, and which is best: the model or what is simpler. */
import type { ClassScores } from "../classify/score-classes.ts";
import { nameBest } from "../judge.ts";
import type { NumberEvaluation, NumberScores } from "./score-numbers.ts";

interface BagOfClasses {
  readonly name: string;
  readonly accuracy: number;
  readonly macroF1: number;
}

interface BagOfNumbers extends NumberScores {
  readonly name: string;
}

/** Scores of a reader; the bag of words is there on the test part of a training, where it was learned from the same texts. */
export type TextsEvaluation =
  | {
      readonly kind: "texts-evaluation";
      readonly of: "class";
      readonly scores: ClassScores;
      readonly bag?: BagOfClasses;
      /** By accuracy; the simpler one where they are equal. */
      readonly best: "model" | "bag" | "majority";
    }
  | {
      readonly kind: "texts-evaluation";
      readonly of: "number";
      readonly scores: NumberEvaluation;
      readonly bag?: BagOfNumbers;
      /** By mean absolute error; the simpler one where they are equal. */
      readonly best: "model" | "bag" | "mean";
    };

/** Scores of told classes, beside a bag of words where there is one. */
export function judgeClasses(scores: ClassScores, bag?: BagOfClasses): TextsEvaluation {
  const best = nameBest([
    ["majority", scores.majority.accuracy],
    ["bag", bag?.accuracy ?? -Infinity],
    ["model", scores.accuracy],
  ]);
  return { kind: "texts-evaluation", of: "class", scores, ...(bag === undefined ? {} : { bag }), best };
}

/** The same of numbers. */
export function judgeNumbers(scores: NumberEvaluation, bag?: BagOfNumbers): TextsEvaluation {
  const best = nameBest([
    ["mean", -scores.mean.meanAbsoluteError],
    ["bag", -(bag?.meanAbsoluteError ?? Infinity)],
    ["model", -scores.meanAbsoluteError],
  ]);
  return { kind: "texts-evaluation", of: "number", scores, ...(bag === undefined ? {} : { bag }), best };
}
