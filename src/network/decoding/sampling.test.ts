import { describe, expect, it } from "vitest";
import { logSoftmax, softmax } from "./log-softmax.ts";
import { createSampler } from "./sampling.ts";

describe("sampling", () => {
  const logits = [0, 2, 1, -Infinity, 1.5];

  it("takes the likeliest at temperature 0, and the first of equals", () => {
    expect(createSampler({ temperature: 0 })(logits)).toBe(1);
    expect(createSampler({ temperature: 0, exclude: [1] })(logits)).toBe(4);
    expect(createSampler({ temperature: 0 })([3, 3])).toBe(0);
    expect(createSampler({ topK: 1 })(logits)).toBe(1);
    expect(createSampler({ topP: 1e-9 })(logits)).toBe(1);
  });

  const frequencies = (options: object): readonly number[] => {
    const sample = createSampler(options);
    const counts = new Array<number>(logits.length).fill(0);
    for (let n = 0; n < 20_000; n++) counts[sample(logits)]! += 1 / 20_000;
    return counts;
  };
  const expected = (temperature: number, kept: readonly number[]): readonly number[] => {
    const weights = logits.map((logit, token) => (kept.includes(token) ? Math.exp(logit / temperature) : 0));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };

  it.each([
    [{}, 1, [0, 1, 2, 4]],
    [{ temperature: 0.5 }, 0.5, [0, 1, 2, 4]],
    [{ topK: 2 }, 1, [1, 4]],
    // Their probabilities are 0.47, 0.28, 0.17 and 0.06.
    [{ topP: 0.5 }, 1, [1, 4]],
    [{ topP: 0.8, exclude: [4] }, 1, [1, 2]],
    [{ topK: 3, topP: 0.99, temperature: 2 }, 2, [1, 2, 4]],
  ])("draws by probability with %j", (options, temperature, kept) => {
    expected(temperature, kept).forEach((share, token) => expect(frequencies(options)[token]).toBeCloseTo(share, 1.7));
  });

  it("draws the same from the same seed", () => {
    const draw = (seed: number): readonly number[] => {
      const sample = createSampler({ seed });
      return Array.from({ length: 50 }, () => sample(logits));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it.each([
    [{ temperature: -1 }, "temperature is -1"],
    [{ topK: 0 }, "topK is 0"],
    [{ topP: 0 }, "topP is 0"],
    [{ topP: 1.1 }, "topP is 1.1"],
  ])("refuses %j", (options, message) => {
    expect(() => createSampler(options)).toThrow(message);
  });

  it("says when nothing can be chosen", () => {
    expect(() => createSampler()([0, NaN])).toThrow("The logit of token 1 is NaN");
    expect(() => createSampler({ exclude: [0] })([1, -Infinity])).toThrow("None of the 2 tokens can be taken");
  });

  it("makes rows of logits into logarithms of probabilities", () => {
    const rows = logSoftmax([1, 2, 1000, 1000], 2);
    expect(Math.exp(rows[0]!) + Math.exp(rows[1]!)).toBeCloseTo(1, 12);
    expect(rows[2]).toBeCloseTo(Math.log(0.5), 12);
    const logits = Float64Array.of(1, 2, 1000, 1000);
    expect(softmax(logits, 2)).toBe(logits);
    logits.forEach((share, at) => expect(Math.log(share)).toBeCloseTo(rows[at]!, 12));
  });
});
