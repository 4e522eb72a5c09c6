/** Texts as bags of words: which words (and pairs of words) they have, without order. What the baselines read. */
import { splitTokens } from "../../data/index.ts";

/** The features of a text: ascending numbers, each with its value. */
export interface SparseRow {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Words, or words and pairs that stand next to one another. */
export type BagUnit = "words" | "words and pairs";

/** Numbers of features, from the texts learned from. */
export interface Bag {
  readonly unit: BagUnit;
  readonly numbers: ReadonlyMap<string, number>;
  /** log((1 + n) / (1 + texts with it)) + 1 of each feature, for `n` texts. */
  readonly rarity: Float64Array;
}

/** Features that fewer texts have cannot help with another. */
const leastTexts = 2;

/** The features of these texts. */
export function collectBag(texts: readonly string[], unit: BagUnit): Bag {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const feature of new Set(listFeatures(text, unit))) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const kept = [...counts].filter(([, count]) => count >= leastTexts);
  return {
    unit,
    numbers: new Map(kept.map(([feature], number) => [feature, number])),
    rarity: Float64Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1),
  };
}

function listFeatures(text: string, unit: BagUnit): readonly string[] {
  const words = splitTokens(text, { unit: "word", lowercase: true });
  if (unit === "words") return words;
  return [...words, ...words.slice(1).map((word, at) => `${words[at] ?? ""} ${word}`)];
}

/** Each feature that the text has, at 1. */
export function presence({ numbers, unit }: Bag, text: string): SparseRow {
  const found = new Set<number>();
  for (const feature of listFeatures(text, unit)) {
    const number = numbers.get(feature);
    if (number !== undefined) found.add(number);
  }
  const indices = Int32Array.from(found).sort();
  return { indices, values: new Float64Array(indices.length).fill(1) };
}

/** (1 + log count) · rarity, of length 1 (Manning, Raghavan and Schütze 2008, 6.4). */
export function weighed({ numbers, unit, rarity }: Bag, text: string): SparseRow {
  const counts = new Map<number, number>();
  for (const feature of listFeatures(text, unit)) {
    const number = numbers.get(feature);
    if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  const indices = Int32Array.from(counts.keys()).sort();
  const values = Float64Array.from(indices, (at) => (1 + Math.log(counts.get(at) ?? 1)) * (rarity[at] ?? 0));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { indices, values: length === 0 ? values : values.map((value) => value / length) };
}

/** Σ weights[feature] · value, where the weights of feature f stand at f · stride + offset. */
export function dot({ indices, values }: SparseRow, weights: Float64Array, stride = 1, offset = 0): number {
  let sum = 0;
  for (let at = 0; at < indices.length; at++)
    sum += (values[at] ?? 0) * (weights[(indices[at] ?? 0) * stride + offset] ?? 0);
  return sum;
}
