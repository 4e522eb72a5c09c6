import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { chooseOrder, countNGrams } from "./n-grams.ts";

/** Text of a made language: each token follows from the two before it, with some noise. */
function makeTokens(count: number, seed: number): Int32Array {
  const random = createRandom(seed);
  const tokens = new Int32Array(count);
  for (let at = 2; at < count; at++)
    tokens[at] = random.uniform() < 0.1 ? random.integer(6) : (2 * tokens[at - 1]! + tokens[at - 2]! + 1) % 6;
  return tokens;
}

describe("n-grams", () => {
  const train = makeTokens(4000, 1);
  const other = makeTokens(1000, 2);

  it("give probabilities: over all tokens they come to one, in any context and at any order", () => {
    const model = countNGrams(train, { size: 7, order: 4 });
    for (const order of [1, 2, 3, 4])
      for (const context of [[], [1], [0, 1, 2], [5, 5, 5, 5], [6, 6], [3, 6]]) {
        const all = Array.from({ length: 7 }, (_, token) => model.probability(context, token, order));
        expect(Math.min(...all)).toBeGreaterThan(0);
        expect(all.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
      }
  });

  it("lose in a text what they say of each of its tokens", () => {
    const model = countNGrams(train, { size: 6, order: 3 });
    const text = other.subarray(0, 50);
    const nats = Array.from(text).reduce(
      (sum, token, at) => sum - Math.log(model.probability([...text.subarray(0, at)], token, 3)),
      0,
    );
    expect(model.loss(text, 3)).toBeCloseTo(nats / 50, 10);
  });

  it("find the order that the text has, and come near its entropy", () => {
    const { order, loss } = chooseOrder(train, other, { size: 6, most: 6 });
    expect(order).toBe(3);
    const likely = 0.9 + 0.1 / 6;
    const entropy = -likely * Math.log(likely) - 5 * (0.1 / 6) * Math.log(0.1 / 6);
    expect(loss).toBeGreaterThan(entropy - 0.1);
    expect(loss).toBeLessThan(entropy + 0.1);
  });

  it("do with texts that are too regular to estimate discounts from", () => {
    const regular = Int32Array.from({ length: 300 }, (_, at) => at % 3);
    expect(chooseOrder(regular, regular.subarray(0, 30), { size: 4, most: 5 }).loss).toBeLessThan(0.2);
    expect(countNGrams([1], { size: 4, order: 3 }).loss([2, 1])).toBeGreaterThan(0);
  });

  it("know a word that follows only one other for what it is (Kneser and Ney)", () => {
    // Token 2 is frequent, but only after 1; tokens 3 to 6 are rarer, after many.
    const text = Array.from({ length: 60 }, (_, at) => [1, 2, 3 + (at % 4), 3 + ((at >> 1) % 4)]).flat();
    const random = createRandom(4);
    const model = countNGrams(Int32Array.from([...text, ...Array.from({ length: 40 }, () => 3 + random.integer(4))]), {
      size: 8,
      order: 2,
    });
    // After the unseen 7 the order of 1 speaks.
    expect(model.probability([7], 2, 2)).toBeLessThan(model.probability([7], 3, 2));
    expect(model.probability([7], 2, 1)).toBeGreaterThan(model.probability([7], 3, 1) * 0.5);
  });

  it.each([
    [{ size: 0, order: 1 }, "size is 0"],
    [{ size: 6, order: 0 }, "order is 0"],
    [{ size: 3, order: 2 }, "Token"],
  ])("refuse %j", (options, message) => {
    expect(() => countNGrams(train, options)).toThrow(message);
  });
});
