/** The baseline of numbers from texts: ridge regression on bags of words, its penalty chosen on validation. */
import { meanAbsoluteError } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import { collectBag, dot, weighed } from "./bag-of-words.ts";
import type { SparseRow } from "./bag-of-words.ts";

/** Texts with their numbers. */
export interface NumberedTexts {
  readonly texts: readonly string[];
  readonly values: Float64Array;
}

export interface BagRegression {
  readonly name: string;
  predict(texts: readonly string[]): Float64Array;
}

const penalties = [0.1, 0.3, 1, 3, 10] as const;

/** The penalty with the least mean absolute error on the validation texts; 1 without any. */
export function fitBagRidge(training: NumberedTexts, validation: NumberedTexts): BagRegression {
  const bag = collectBag(training.texts, "words");
  const rows = training.texts.map((text) => weighed(bag, text));
  const mean = training.values.reduce((sum, value) => sum + value, 0) / training.values.length;
  const centered = training.values.map((value) => value - mean);
  const predictRows = (given: readonly SparseRow[], weights: Float64Array): Float64Array =>
    Float64Array.from(given, (row) => mean + dot(row, weights));
  const watched = validation.texts.map((text) => weighed(bag, text));
  const fits = (watched.length === 0 ? [1] : penalties).map((penalty) => {
    const weights = solveRidge(rows, centered, { features: bag.numbers.size, penalty });
    const error = watched.length === 0 ? 0 : meanAbsoluteError(validation.values, predictRows(watched, weights));
    return { weights, error };
  });
  const { weights } = fits.reduce((best, one) => (one.error < best.error ? one : best), known(fits[0], "a fit"));
  return {
    name: "ridge regression on words",
    predict: (texts) =>
      predictRows(
        texts.map((text) => weighed(bag, text)),
        weights,
      ),
  };
}

const mostSteps = 200;
/** Of the right side's norm: far below what the penalty's choice decides. */
const tolerance = 1e-6;

/** (XᵀX + λ) w = Xᵀ y by conjugate gradients (Hestenes and Stiefel 1952), which need X only to multiply with. */
function solveRidge(
  rows: readonly SparseRow[],
  y: Float64Array,
  { features, penalty }: { readonly features: number; readonly penalty: number },
): Float64Array {
  const transposed = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(features);
    rows.forEach(({ indices, values: own }, at) =>
      indices.forEach((index, entry) => {
        sums[index] = (sums[index] ?? 0) + (own[entry] ?? 0) * (values[at] ?? 0);
      }),
    );
    return sums;
  };
  const inner = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const w = new Float64Array(features);
  const rest = transposed(y);
  let direction = rest.slice();
  let size = inner(rest, rest);
  const enough = size * tolerance * tolerance;
  for (let step = 0; step < mostSteps && size > enough; step++) {
    const image = transposed(Float64Array.from(rows, (row) => dot(row, direction)));
    for (let at = 0; at < features; at++) image[at] = (image[at] ?? 0) + penalty * (direction[at] ?? 0);
    const length = size / inner(direction, image);
    for (let at = 0; at < features; at++) {
      w[at] = (w[at] ?? 0) + length * (direction[at] ?? 0);
      rest[at] = (rest[at] ?? 0) - length * (image[at] ?? 0);
    }
    const before = size;
    size = inner(rest, rest);
    direction = direction.map((value, at) => (rest[at] ?? 0) + (size / before) * value);
  }
  return w;
}
