/** What the evaluation of a reader of texts means, in a sentence and in pictures. */
import { drawReliability, escapeXml, printQuantity } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import { judge, judgement } from "../judge.ts";
import type { ReportPicture, TaskReport } from "../task-kind.ts";
import { explainText } from "./occlusion.ts";
import type { TextExplanation } from "./occlusion.ts";
import type { TextsPlan } from "./plan-texts.ts";
import type { TextReader } from "./text-reader.ts";
import type { TextsEvaluation } from "./judge-texts.ts";
import type { TextsResult } from "./texts.ts";

/** Whether the reader is worth having, said plainly. */
export function explainReading(evaluation: TextsEvaluation): string {
  if (evaluation.of === "class") {
    const { scores, bag } = evaluation;
    const verdict = judge(scores.accuracy, Math.max(bag?.accuracy ?? 0, scores.majority.accuracy));
    const others = [
      ...(bag === undefined ? [] : [`${printQuantity(bag.accuracy, "share")} of ${bag.name}`]),
      `${printQuantity(scores.majority.accuracy, "share")} of always saying "${scores.majority.label}"`,
    ];
    return `The model is right on ${printQuantity(scores.accuracy, "share")} of ${printQuantity(scores.count)} texts, against the ${others.join(" and the ")}${judgement[verdict]}`;
  }
  const { scores, bag } = evaluation;
  const verdict = judge(
    -scores.meanAbsoluteError,
    -Math.min(bag?.meanAbsoluteError ?? Infinity, scores.mean.meanAbsoluteError),
  );
  const others = [
    ...(bag === undefined ? [] : [`${printQuantity(bag.meanAbsoluteError)} of ${bag.name}`]),
    `${printQuantity(scores.mean.meanAbsoluteError)} of always saying the mean, ${printQuantity(scores.mean.value)}`,
  ];
  return `The model's mean absolute error on ${printQuantity(scores.count)} texts is ${printQuantity(scores.meanAbsoluteError)}, against the ${others.join(" and the ")}${judgement[verdict]}`;
}

/** Of test texts, how many are shown with what their words did. */
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
  const rows = plan.parts.test.subarray(0, shown);
  const markup = Array.from(rows, (row) => paintRow(plan, reader, row)).join("\n");
  return {
    pictures: [
      ...pictures,
      { title: `The first ${rows.length} test texts: what each word does (leave one out)`, markup },
    ],
    text: [
      "Words are coloured by what happens when they are made unknown: green ones speak for what is told, red ones against it (of a number: green ones raise it, red ones lower it).",
    ],
  };
}

function paintRow({ texts, truth, task }: TextsPlan, reader: TextReader, row: number): string {
  const explanation = explainText(reader, known(texts[row], "a text"));
  const { told } = explanation;
  const { answer } = task;
  const own = truth[row] ?? NaN;
  const said =
    told.kind === "class" ? `${told.name} (${printQuantity(told.probability, "share", 0)})` : printQuantity(told.value);
  const right = answer.kind === "class" ? (answer.classes.names[own] ?? "") : printQuantity(own);
  return `<p><b>${escapeXml(said)}</b>; truly ${escapeXml(right)}<br>${paintMarkup(explanation)}</p>`;
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
