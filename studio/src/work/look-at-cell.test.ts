/** What is seen of equations as they are typed. */
import { cells } from "recurra";
import { expect, test } from "vitest";
import { countNumbers, lookAtCell } from "./look-at-cell.ts";
import { textOf } from "./own-cell.ts";

test("a built-in cell has its formula, its shapes and its diagram", () => {
  const seen = lookAtCell({ base: "gru", text: textOf("gru") });
  if (seen.kind !== "cell") throw new Error(seen.kind);
  expect(seen.mathml).toMatch(/^<math/);
  expect(seen.parameters.map(({ name, shape }) => ({ name, shape }))).toEqual(
    cells.gru.parameters.map(({ name, shape }) => ({ name, shape })),
  );
  // Three gates of 5 x 3, 5 x 5 and 5, and the bias within the reset.
  const sizes = { I: 3, H: 5 };
  expect(seen.parameters.reduce((sum, { shape }) => sum + (countNumbers(shape, sizes) ?? NaN), 0)).toBe(3 * 45 + 5);
  expect(lookAtCell({ base: "gru", text: textOf("gru"), drawn: {} })).toMatchObject({ kind: "diagram", ends: ["h'"] });
});

test("broken equations say what is wrong, at their line and column", () => {
  expect(lookAtCell({ base: "rnn", text: "z = sigmoid(W x)\nh' = tanh(W x + U z * q h" })).toMatchObject({
    kind: "broken",
    line: 2,
  });
  expect(lookAtCell({ base: "rnn", text: "" })).toMatchObject({ kind: "broken", line: 1, column: 1 });
});

test("a size that is not known gives no count", () => {
  expect(countNumbers(["H", "M"], { H: 3 })).toBeUndefined();
  expect(countNumbers([], {})).toBe(1);
});
