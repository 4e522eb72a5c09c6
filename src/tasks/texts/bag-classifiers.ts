/** The baselines of text classification: naive Bayes and logistic regression on bags of words, the better on validation. */
import { accuracy } from "../../data/index.ts";
import { softmax } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { collectBag, dot, presence, weighed } from "./bag-of-words.ts";
import type { Bag, BagUnit, SparseRow } from "./bag-of-words.ts";

/** Texts with the numbers of their classes. */
export interface LabelledTexts {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
}

export interface BagClassifier {
  /** Such as `naive Bayes on words`. */
  readonly name: string;
  classify(texts: readonly string[]): Int32Array;
}

interface Linear {
  /** `[features, classes]` */
  readonly weights: Float64Array;
  /** `[classes]` */
  readonly bias: Float64Array;
}

type ReadRow = (bag: Bag, text: string) => SparseRow;

const smoothings = [0.3, 1, 3] as const;
const penalties = [1e-6, 1e-5, 1e-4] as const;

/**
 * Every form is fitted to the training texts; the one that is right most often on the validation texts is taken (without such texts, naive
 * Bayes on words). The same seed gives the same classifier.
 */
export function fitBagClassifier(
  training: LabelledTexts,
  validation: LabelledTexts,
  { classes, seed }: { readonly classes: number; readonly seed: number },
): BagClassifier {
  let best: { readonly classifier: BagClassifier; readonly score: number } | undefined;
  const units: readonly BagUnit[] = validation.texts.length === 0 ? ["words"] : ["words", "words and pairs"];
  for (const unit of units) {
    const bag = collectBag(training.texts, unit);
    for (const { name, read, fits } of listForms(bag, training.labels, { classes, seed })) {
      const rows = training.texts.map((text) => read(bag, text));
      const watched = validation.texts.map((text) => read(bag, text));
      for (const fit of fits) {
        const linear = fit(rows);
        const score = watched.length === 0 ? 0 : accuracy(validation.labels, chooseClasses(watched, linear));
        if (best !== undefined && score <= best.score) continue;
        const classify = (texts: readonly string[]): Int32Array =>
          chooseClasses(
            texts.map((text) => read(bag, text)),
            linear,
          );
        best = { classifier: { name: `${name} on ${unit}`, classify }, score };
      }
    }
  }
  return known(best, "a baseline").classifier;
}

interface Form {
  readonly name: string;
  readonly read: ReadRow;
  readonly fits: readonly ((rows: readonly SparseRow[]) => Linear)[];
}

function listForms(
  bag: Bag,
  labels: Int32Array,
  { classes, seed }: { readonly classes: number; readonly seed: number },
): readonly Form[] {
  const sizes = { features: bag.numbers.size, classes };
  return [
    {
      name: "naive Bayes",
      read: presence,
      fits: smoothings.map((smoothing) => (rows) => fitBayes(rows, labels, { ...sizes, smoothing })),
    },
    {
      name: "logistic regression",
      read: weighed,
      fits: penalties.map((penalty) => (rows) => fitLogistic(rows, labels, { ...sizes, penalty, seed })),
    },
  ];
}

function chooseClasses(rows: readonly SparseRow[], { weights, bias }: Linear): Int32Array {
  return Int32Array.from(rows, (row) => {
    const scores = bias.map((base, label) => base + dot(row, weights, bias.length, label));
    return scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  });
}

interface Sizes {
  readonly features: number;
  readonly classes: number;
}

/** Multinomial naive Bayes on which words a text has (Wang and Manning 2012): log p(class) + Σ log p(word | class). */
function fitBayes(
  rows: readonly SparseRow[],
  labels: Int32Array,
  { features, classes, smoothing }: Sizes & { readonly smoothing: number },
): Linear {
  const counts = new Float64Array(features * classes).fill(smoothing);
  const totals = new Float64Array(classes).fill(smoothing * features);
  const members = new Float64Array(classes).fill(1);
  rows.forEach(({ indices }, at) => {
    const label = labels[at] ?? 0;
    members[label] = (members[label] ?? 0) + 1;
    totals[label] = (totals[label] ?? 0) + indices.length;
    for (const index of indices) counts[index * classes + label] = (counts[index * classes + label] ?? 0) + 1;
  });
  return {
    weights: counts.map((count, at) => Math.log(count / (totals[at % classes] ?? 1))),
    bias: members.map((count) => Math.log(count / (rows.length + classes))),
  };
}

/** Rounds through the texts; more change nothing that validation sees. */
const rounds = 12;
const rate = 0.5;

/** Multinomial logistic regression with a penalty on squares, by AdaGrad (Duchi, Hazan and Singer 2011). */
function fitLogistic(
  rows: readonly SparseRow[],
  labels: Int32Array,
  { features, classes, penalty, seed }: Sizes & { readonly penalty: number; readonly seed: number },
): Linear {
  const weights = new Float64Array(features * classes);
  const bias = new Float64Array(classes);
  const squares = new Float64Array(features * classes).fill(1e-8);
  const order = Int32Array.from(rows, (_, at) => at);
  const random = createRandom(seed);
  const slopes = new Float64Array(classes);
  for (let round = 0; round < rounds; round++) {
    for (const at of random.shuffle(order)) {
      const row = known(rows[at], "a text");
      // p − y for each class
      for (let label = 0; label < classes; label++)
        slopes[label] = (bias[label] ?? 0) + dot(row, weights, classes, label);
      softmax(slopes, classes);
      for (let label = 0; label < classes; label++) {
        if (labels[at] === label) slopes[label] = (slopes[label] ?? 0) - 1;
        bias[label] = (bias[label] ?? 0) - 0.05 * (slopes[label] ?? 0);
      }
      for (let entry = 0; entry < row.indices.length; entry++) {
        for (let label = 0; label < classes; label++) {
          const place = (row.indices[entry] ?? 0) * classes + label;
          const slope = (slopes[label] ?? 0) * (row.values[entry] ?? 0) + penalty * (weights[place] ?? 0);
          squares[place] = (squares[place] ?? 0) + slope * slope;
          weights[place] = (weights[place] ?? 0) - (rate * slope) / Math.sqrt(squares[place] ?? 1);
        }
      }
    }
  }
  return { weights, bias };
}
