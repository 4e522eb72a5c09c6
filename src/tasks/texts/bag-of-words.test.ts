import { Matrix, solve } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../util/random.ts";
import { fitBagClassifier } from "./bag-classifiers.ts";
import { collectBag, presence, weighed } from "./bag-of-words.ts";
import { fitBagRidge } from "./bag-ridge.ts";

const words = ["good", "fine", "bad", "dull", "the", "film", "plot", "is"];

/** Texts of random words, with 1 where good ones prevail. */
function makeTexts(count: number): { readonly texts: string[]; readonly labels: Int32Array } {
  const random = createRandom(5);
  const all = Array.from({ length: count }, () =>
    Array.from({ length: 5 }, () => words[random.integer(words.length)] ?? ""),
  );
  const score = (text: string[]): number =>
    text.reduce(
      (sum, word) => sum + (["good", "fine"].includes(word) ? 1 : ["bad", "dull"].includes(word) ? -1 : 0),
      0,
    );
  return {
    texts: all.map((text) => text.join(" ")),
    labels: Int32Array.from(all, (text) => (score(text) > 0 ? 1 : 0)),
  };
}

describe("a bag", () => {
  const bag = collectBag(["A b", "b c a", "d"], "words");

  test("has what two texts have, and weighs it by rarity to length 1", () => {
    expect([...bag.numbers.keys()]).toEqual(["a", "b"]);
    expect([...presence(bag, "b b x").indices]).toEqual([1]);
    const { values } = weighed(bag, "a b b");
    expect(values[0]! ** 2 + values[1]! ** 2).toBeCloseTo(1, 12);
    expect(values[1]! / values[0]!).toBeCloseTo(1 + Math.log(2), 12);
  });

  test("has pairs where they are wanted", () => {
    expect([...collectBag(["not good at all", "not good"], "words and pairs").numbers.keys()]).toEqual([
      "not",
      "good",
      "not good",
    ]);
  });
});

test("the classifier finds which words decide, and is the same for the same seed", () => {
  const { texts, labels } = makeTexts(600);
  const part = (from: number, to: number): { readonly texts: string[]; readonly labels: Int32Array } => ({
    texts: texts.slice(from, to),
    labels: labels.slice(from, to),
  });
  const fit = (): ReturnType<typeof fitBagClassifier> =>
    fitBagClassifier(part(0, 400), part(400, 500), { classes: 2, seed: 1 });
  const test = part(500, 600);
  const told = fit().classify(test.texts);
  expect(told.filter((label, at) => label === test.labels[at]).length).toBeGreaterThan(90);
  expect(fit().classify(test.texts)).toEqual(told);
});

test("naive Bayes is taken where nothing is there to choose by", () => {
  const { texts, labels } = makeTexts(100);
  const none = { texts: [], labels: new Int32Array(0) };
  expect(fitBagClassifier({ texts, labels }, none, { classes: 2, seed: 1 }).name).toBe("naive Bayes on words");
});

test("ridge regression is the solution of its normal equations", () => {
  const { texts } = makeTexts(60);
  const values = Float64Array.from(texts, (text, at) => text.split("good").length + at / 60);
  const bag = collectBag(texts, "words");
  const size = bag.numbers.size;
  const rows = texts.map((text) => {
    const row = new Array<number>(size).fill(0);
    const { indices, values: own } = weighed(bag, text);
    indices.forEach((index, at) => (row[index] = own[at]!));
    return row;
  });
  const x = new Matrix(rows);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const y = Matrix.columnVector(Array.from(values, (value) => value - mean));
  const w = solve(x.transpose().mmul(x).add(Matrix.eye(size)), x.transpose().mmul(y));
  const wanted = x.mmul(w).to1DArray();
  const told = fitBagRidge({ texts, values }, { texts: [], values: new Float64Array(0) }).predict(texts);
  told.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]! + mean, 4));
});
