/** Cells that do what no registered one does, some made up and many random: kernels against the reference. */
import { describe, test } from "vitest";
import { everyWay, expectAsReference } from "../../test/support/cell-cases.ts";
import { randomCell } from "../../test/support/random-cells.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell as createCell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";

function expectEveryWay(cell: Cell): void {
  const sizes = /\bP\b/.test(cell.text) ? { sizes: { P: 3 } } : {};
  for (const one of everyWay)
    expectAsReference(createInterpreterBackend(), cell, { ...one, ...sizes }, tolerances.randomCell);
}

describe("unusual cells", () => {
  test.each([
    [
      "a number whose gradient vectors of two sizes read",
      "s in R\nq in R^P\ns' = 0.5 * s + sum(h) + sum(q)\nh' = tanh(W x + s * k)\nq' = tanh(V x) + 0.9 * q\ny = h'",
    ],
    [
      "a number whose gradient is summed after it is read",
      "s in R\nU in R^(4 x H)\ns' = sum(tanh(U h'))\nh' = tanh(W x + s * k)\nk in R^H",
    ],
    ["a next state that is the same at every step", "h' = tanh(k)\ny = W x + h"],
    ["a product of a product as a state that no output reads", "h' = V (U h)\nU in R^(4 x H)\ny = W x + h"],
    ["products of a vector and of its product, by one matrix", "h' = tanh(M (N h) + M h + W x)\nN in R^(H x H)"],
    ["a state's gradient that is also a product's", "h' = tanh(M h + M (N x) + k)\nN in R^(H x I)"],
    ["products some of which nothing depends on", "z = tanh(V x)\ny = M x - (N x + M x) + z"],
    [
      "what is not finite past the end of a sequence",
      "h' = tanh(W log(x * x) + U h)\ny = V (x / sum(x)) + h'\nV in R^(H x I)",
    ],
    ["two states of one value", "c' = tanh(W x + U h)\nh' = tanh(W x + U h)"],
    ["the gradient of one product through another", "y = V (W x)\nW in R^(5 x I)\nV in R^(H x 5)"],
    [
      "products of what all steps share",
      "a = N (M k)\nh' = tanh(W x + a * h)\nk in R^4\nM in R^(3 x 4)\nN in R^(H x 3)",
    ],
  ])("%s", (_, text) => expectEveryWay(createCell("unusual", text)));
});

describe("random cells", () => {
  const first = Array.from({ length: 60 }, (_, seed) => seed);
  // In the first two of the others, gradients are summed that the way back computes after the loop; then come vectors of two dimensions of one size.
  const seeds = [...first, 547652780, 578582654, 1024, 3284, 3937, 4649];
  test.each(seeds)("of seed %i", (seed) => expectEveryWay(randomCell(seed)));

  test.each(first)("of seed %i that may attend to memories", (seed) =>
    expectEveryWay(randomCell(seed, { attends: true })),
  );
});
