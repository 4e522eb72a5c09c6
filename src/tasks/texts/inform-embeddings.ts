/** First values of embeddings that say what each token speaks for, so that a network begins where naive Bayes ends. */
import { scaleValue } from "../../data/index.ts";
import { initialiseNetwork } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import type { TokenTexts } from "./encode-texts.ts";
import type { Answer } from "./texts-task.ts";

interface Learned {
  readonly tokens: TokenTexts;
  readonly answer: Answer;
  /** Class numbers or numbers, by row. */
  readonly truth: ArrayLike<number>;
  /** The rows to learn from. */
  readonly rows: Int32Array;
}

/** Weight of what is said, beside the embedding's random values; found on movie snippets. */
const weight = 0.3;
/** Texts that are added to those a token is in, so that rare ones say little. */
const smoothing = 1;

/**
 * The embedding `[entries, size]` of a network's first layer, drawn from the seed, its first columns put in the place of what the training texts say (in the
 * manner of Li et al. 2017): for each class but the last log p(token | class) less the mean over classes, or, for numbers, the mean of the texts that have the
 * token. Undefined where there are more classes than half the columns.
 */
export function informEmbeddings(
  spec: NetworkSpec,
  learned: Learned,
  { seed, size }: { readonly seed: number; readonly size: number },
): Float32Array | undefined {
  const { answer } = learned;
  const columns = answer.kind === "class" ? answer.classes.names.length - 1 : 1;
  if (2 * columns > size) return undefined;
  const values = known(initialiseNetwork(spec, { seed })["0.E"], "an embedding");
  const entries = values.length / size;
  const evidence =
    answer.kind === "class" ? countClasses(learned, entries, columns + 1) : averageNumbers(learned, entries);
  const width = evidence.length / entries;
  // Padding and unknown say nothing.
  for (let token = 2; token < entries; token++)
    for (let column = 0; column < columns; column++)
      values[token * size + column] = weight * (evidence[token * width + column] ?? 0);
  return values;
}

/** Calls back for each token of each text, once. */
function visit({ tokens, rows }: Learned, each: (token: number, row: number) => void): void {
  for (const row of rows) {
    const start = tokens.starts[row] ?? 0;
    for (const token of new Set(tokens.values.subarray(start, start + (tokens.lengths[row] ?? 0)))) each(token, row);
  }
}

/** log p(token | class) − the mean over classes, `[entries, classes]`. */
function countClasses(learned: Learned, entries: number, classes: number): Float64Array {
  const counts = new Float64Array(entries * classes).fill(smoothing);
  const totals = new Float64Array(classes).fill(smoothing * entries);
  visit(learned, (token, row) => {
    const label = learned.truth[row] ?? 0;
    counts[token * classes + label] = (counts[token * classes + label] ?? 0) + 1;
    totals[label] = (totals[label] ?? 0) + 1;
  });
  const logs = counts.map((count, at) => Math.log(count / (totals[at % classes] ?? 1)));
  for (let token = 0; token < entries; token++) {
    const own = logs.subarray(token * classes, (token + 1) * classes);
    const mean = own.reduce((sum, log) => sum + log, 0) / classes;
    own.forEach((log, label) => (own[label] = log - mean));
  }
  // Of two classes one says what the other does, at half the distance between them.
  return classes === 2 ? logs.map((log) => 2 * log) : logs;
}

/** The mean of the scaled numbers of the texts that have a token, drawn towards 0 where they are few, `[entries]`. */
function averageNumbers(learned: Learned, entries: number): Float64Array {
  const { answer, truth } = learned;
  const sums = new Float64Array(entries);
  const counts = new Float64Array(entries).fill(smoothing);
  visit(learned, (token, row) => {
    const value = truth[row] ?? 0;
    sums[token] = (sums[token] ?? 0) + (answer.kind === "number" ? scaleValue(answer.scaler, value) : value);
    counts[token] = (counts[token] ?? 0) + 1;
  });
  return sums.map((sum, token) => sum / (counts[token] ?? 1));
}
