/** What the evaluation of a reader of texts means, in a sentence and in pictures. */
import { drawReliability, escapeXml, printCount, printQuantity } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { mostLikely } from "../classify/score-classes.ts";
import { judgement } from "../judge.ts";
import type { ReportPicture, TaskReport } from "../task-kind.ts";
import { explainText } from "./occlusion.ts";
import type { TextExplanation } from "./occlusion.ts";
import type { TextsPlan } from "./plan-texts.ts";
import { predictTokens } from "./text-reader.ts";
import type { TextReader } from "./text-reader.ts";
import type { TextsEvaluation } from "./judge-texts.ts";
import type { TextsResult } from "./texts.ts";

/** Whether the reader is worth having, said plainly. */
export function explainReading(evaluation: TextsEvaluation): string {
  if (evaluation.of === "class") {
    const { scores, bag, verdict } = evaluation;
    const others = [
      ...(bag === undefined ? [] : [`${printQuantity(bag.accuracy, "share")} of ${bag.name}`]),
      `${printQuantity(scores.majority.accuracy, "share")} of always saying "${scores.majority.label}"`,
    ];
    return `The model is right on ${printQuantity(scores.accuracy, "share")} of ${printCount(scores.count, "text")}, against the ${others.join(" and the ")}${judgement[verdict]}`;
  }
  const { scores, bag, verdict } = evaluation;
  const others = [
    ...(bag === undefined ? [] : [`${printQuantity(bag.meanAbsoluteError)} of ${bag.name}`]),
    `${printQuantity(scores.mean.meanAbsoluteError)} of always saying the mean, ${printQuantity(scores.mean.value)}`,
  ];
  return `The model's mean absolute error on ${printCount(scores.count, "text")} is ${printQuantity(scores.meanAbsoluteError)}, against the ${others.join(" and the ")}${judgement[verdict]}`;
}

/** Of test texts, how many are shown at most with what their words did. */
const shown = 8;

/** The reliability diagram, and some test texts with their words coloured by what they did. */
export function reportTexts(plan: TextsPlan, { reader, test }: TextsResult): TaskReport {
  if (test === undefined) return {};
  const pictures: ReportPicture[] = [];
  if (test.of === "class") {
    const { bins, error } = test.scores.calibration;
    pictures.push({
      title: "Are the probabilities what they say?",
      markup: drawReliability({ title: `Reliability on ${printQuantity(test.scores.count)} test texts`, bins, error }),
    });
  }
  const rows = chooseShown(plan, reader);
  const markup = rows.map((row) => paintRow(plan, reader, row)).join("\n");
  const title =
    test.of === "class"
      ? `${printCount(rows.length, "test text")} of different classes, right and wrong ones where there are both`
      : `${printCount(rows.length, "test text")}, told best and told worst`;
  return {
    pictures: [...pictures, { title: `${title}: what each word does (leave one out)`, markup }],
    text: [
      "Words are coloured by what happens when they are made unknown: green ones speak for what is told, red ones against it (of a number: green ones raise it, red ones lower it).",
    ],
  };
}

/** Test texts to show, none twice: of classes, some told right and some told wrong of each as far as there is room, drawn at random; of numbers, those told best and worst. */
function chooseShown(
  { texts, tokens, truth, task, parts, training }: TextsPlan,
  reader: TextReader,
): readonly number[] {
  const order = dropAlike(createRandom(training.seed ?? 1).shuffle(parts.test.slice()), texts);
  const predicted = predictTokens(reader.model, task, tokens, order);
  const own = Array.from(order, (row) => truth[row] ?? NaN);
  if (task.answer.kind === "number") {
    const off = (at: number): number => Math.abs((predicted[at] ?? NaN) - (own[at] ?? NaN));
    const ranked = [...order.keys()].sort((a, b) => off(a) - off(b));
    const half = Math.min(shown / 2, Math.ceil(ranked.length / 2));
    return [...new Set([...ranked.slice(0, half), ...ranked.slice(-half)])].map((at) => known(order[at], "a row"));
  }
  const classes = mostLikely(predicted, task.answer.classes.names.length);
  const isRight = (at: number): boolean => classes[at] === own[at];
  const groups = [...new Set(own)]
    .sort((a, b) => a - b)
    .flatMap((label) =>
      [true, false].map((right) => [...own.keys()].filter((at) => own[at] === label && isRight(at) === right)),
    );
  const taken = new Set<number>();
  for (let round = 0; round < shown; round++) {
    for (const group of groups) {
      const at = group[round];
      if (at !== undefined && taken.size < shown) taken.add(at);
    }
  }
  return groups.flat().flatMap((at) => (taken.has(at) ? [known(order[at], "a row")] : []));
}

/** The first of the rows whose texts have the same letters and digits. */
function dropAlike(rows: Int32Array, texts: readonly string[]): Int32Array {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const text = known(texts[row], "a text");
    const bare = text.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "");
    const key = bare === "" ? text : bare;
    return !seen.has(key) && seen.add(key);
  });
}

function paintRow({ texts, truth, task }: TextsPlan, reader: TextReader, row: number): string {
  const explanation = explainText(reader, known(texts[row], "a text"));
  const { prediction } = explanation;
  const { answer } = task;
  const own = truth[row] ?? NaN;
  const shownAs =
    prediction.kind === "class"
      ? `${prediction.name} (${printQuantity(prediction.probability, "share", 0)})`
      : printQuantity(prediction.value);
  const right = answer.kind === "class" ? (answer.classes.names[own] ?? "") : printQuantity(own);
  return `<p><b>${escapeXml(shownAs)}</b>; truly ${escapeXml(right)}<br>${paintMarkup(explanation)}</p>`;
}

/** An explained text as HTML: green is for what is told, red against it, the stronger the more. */
export function paintMarkup({ pieces }: TextExplanation): string {
  const strongest = pieces.reduce((most, { effect = 0 }) => Math.max(most, Math.abs(effect)), 0);
  return pieces
    .map(({ text, effect }) => {
      if (effect === undefined || strongest === 0) return escapeXml(text);
      const strength = (0.6 * Math.abs(effect)) / strongest;
      const colour = effect > 0 ? "0,150,70" : "210,40,40";
      return `<span style="background:rgba(${colour},${strength.toFixed(2)})" title="${effect.toFixed(2)}">${escapeXml(text)}</span>`;
    })
    .join("");
}
