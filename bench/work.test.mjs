import { expect, it } from "vitest";
import { countWeights, floorOf, multiplyAdds } from "./work.mjs";

/** @type {import("./workloads.mjs").Workload} */
const stream = {
  name: "stream",
  mode: "infer",
  sizes: { name: "stream", cell: "LSTM", B: 1, T: 1, I: 64, H: 64, L: 1 },
};
/** @type {import("./workloads.mjs").Workload} */
const training = {
  name: "training",
  mode: "train",
  sizes: { name: "training", cell: "gru", B: 4, T: 5, I: 2, H: 3, L: 2, O: 7 },
};
const limits = {
  bits: 128,
  peak: 64,
  bandwidth: [
    { bytes: 2 ** 14, rate: 128 },
    { bytes: 2 ** 17, rate: 64 },
    { bytes: 2 ** 23, rate: 32 },
  ],
};

it("counts each product as often as it is done", () => {
  expect(multiplyAdds(stream)).toBe(4 * 64 * 128);
  const [inputs, states] = [3 * 3 * 2, 3 * 3 * 3];
  // Forwards, weights, and what flows back: not to the inputs of the first layer.
  const first = 2 * inputs + 3 * states;
  const second = 3 * states + 3 * states;
  expect(multiplyAdds(training)).toBe(4 * 5 * (first + second) + 3 * 4 * 3 * 7);
  expect(countWeights(training)).toBe(3 * 3 * (2 + 3) + 3 * 3 * 6);
});

it("takes for the floor what is slower, the multiply-adds or the reading", () => {
  const bytes = 4 * 64 * 128 * 4;
  expect(floorOf(stream, limits)).toBeCloseTo(bytes / 64e6, 9);
  // A quarter of the bytes takes less to read than the multiply-adds do.
  expect(floorOf(stream, limits, 1)).toBeCloseTo((2 * multiplyAdds(stream)) / 64e6, 9);
  const many = { ...stream, sizes: { ...stream.sizes, B: 1000 } };
  expect(floorOf(many, limits)).toBeCloseTo((2 * multiplyAdds(many)) / 64e6, 9);
});
