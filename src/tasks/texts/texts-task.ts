/** What a reader of texts needs beside its network: plain data that is stored in the model file. */
import type { Classes, Scaler, Vocabulary } from "../../data/index.ts";
import type { PlainData } from "../../util/plain-data.ts";
import { parseScaler } from "../parse-scaler.ts";
import { parseVocabulary } from "../parse-vocabulary.ts";
import { parseReading } from "../reading.ts";
import type { Reading } from "../reading.ts";
import { storedData } from "../stored-task.ts";

/** What is told of a text. */
export type Answer =
  | {
      readonly kind: "class";
      readonly classes: Classes;
      /** Number of the class that training saw most. */
      readonly majority: number;
      /** Where numbers are cut into classes, ascending; absent where the column holds the classes themselves. */
      readonly cuts?: readonly number[];
    }
  | {
      readonly kind: "number";
      readonly scaler: Scaler;
      /** Of the texts learned from. */
      readonly mean: number;
    };

/** From texts to the network's inputs, and from its outputs to classes or numbers. */
export interface TextsTask {
  readonly kind: "texts";
  /** The column of the texts. */
  readonly text: string;
  /** The column of the answers. */
  readonly target: string;
  readonly vocabulary: Vocabulary;
  /** Tokens of a text that are read, at most: its first ones. */
  readonly longest: number;
  readonly answer: Answer;
  readonly reading: Reading;
}

const mostClasses = 100_000;
const mostSteps = 1_000_000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseTextsTask(value: unknown, source = "The file"): TextsTask {
  const task = storedData(value, "preprocessing", source).object();
  return {
    kind: task.get("kind").oneOf(["texts"]),
    text: task.get("text").text(),
    target: task.get("target").text(),
    vocabulary: parseVocabulary(task.get("vocabulary")),
    longest: task.get("longest").whole(1, mostSteps),
    answer: parseAnswer(task.get("answer")),
    reading: parseReading(task.get("reading")),
  };
}

function parseAnswer(data: PlainData): Answer {
  const answer = data.object();
  const kind = answer.get("kind").oneOf(["class", "number"]);
  if (kind === "number") return { kind, scaler: parseScaler(answer.get("scaler")), mean: answer.get("mean").number() };
  const names = answer
    .get("classes")
    .object()
    .get("names")
    .array(mostClasses)
    .map((name) => name.text());
  const cuts = answer.find("cuts");
  return {
    kind,
    classes: { kind: "classes", names },
    majority: answer.get("majority").whole(0, names.length - 1),
    ...(cuts === undefined ? {} : { cuts: cuts.array(mostClasses).map((cut) => cut.number()) }),
  };
}
