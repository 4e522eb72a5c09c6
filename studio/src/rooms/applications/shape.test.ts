/** Unrolled networks: what stands where, and what leads where. */
import { expect, test } from "vitest";
import { shape, shapeKinds, stateRadius, tokenWidth } from "./shape.ts";
import type { ShapeContent, ShapeLayout } from "./shape.ts";

const tokensOf = ({ tokens }: ShapeLayout, kind: "input" | "output"): readonly string[] =>
  tokens.filter((token) => token.kind === kind).map(({ text }) => text);
const countLines = ({ lines }: ShapeLayout, kind: string): number => lines.filter((line) => line.kind === kind).length;

const words = ["A", "good", "film"];

test("one to many: one input, an output at each step, and each is read at the next", () => {
  const drawn = shape("one-to-many", { inputs: ["x"], outputs: words, isFedBack: true });
  expect(drawn.states).toHaveLength(3);
  expect([tokensOf(drawn, "input"), tokensOf(drawn, "output")]).toEqual([["x"], words]);
  expect([countLines(drawn, "state"), countLines(drawn, "fed-back")]).toEqual([2, 2]);
});

test("a picture stands in place of the first input, and within the drawing", () => {
  const drawn = shape("one-to-many", { inputs: [""], outputs: words, hasPicture: true });
  expect(tokensOf(drawn, "input")).toEqual([]);
  const { x = 0, y = 0, side = 0 } = drawn.picture ?? {};
  expect(x).toBe(drawn.states[0]?.x);
  expect(x - side / 2).toBeGreaterThanOrEqual(0);
  expect(y + side / 2).toBeLessThanOrEqual(drawn.height);
});

test("many to one: the answer is the last state's, or of all where two networks read", () => {
  const single = shape("many-to-one", { inputs: words, outputs: ["yes"] });
  expect(single.states).toHaveLength(3);
  expect(single.tokens.find(({ kind }) => kind === "output")?.x).toBe(single.states.at(-1)?.x);
  expect(single.pool).toBeUndefined();
  const both = shape("many-to-one", { inputs: words, outputs: ["yes"], isBoth: true });
  expect(both.states.map(({ part }) => part)).toEqual(words.flatMap(() => ["reader", "backward"]));
  // Each of the three to the bar, and the bar to the answer.
  expect(countLines(both, "output")).toBe(4);
  const [first, last] = [both.states[0]?.x ?? NaN, both.states.at(-1)?.x ?? NaN];
  expect(both.pool).toMatchObject({ from: first - stateRadius, to: last + stateRadius });
});

test("step by step: an input and an output above each other at every step", () => {
  const drawn = shape("aligned", { inputs: words, outputs: ["DT", "JJ", "NN"] });
  const [inputs, outputs] = (["input", "output"] as const).map((kind) =>
    drawn.tokens.filter((token) => token.kind === kind).map(({ x }) => x),
  );
  expect(inputs).toEqual(outputs);
  expect(inputs).toHaveLength(3);
});

test("read then say: readers before writers, and looks from where they are strong to where they count", () => {
  const looks = [
    [0.9, 0.05, 0.05],
    [0.5, 0.5, 0],
  ];
  const drawn = shape("encoder-decoder", { inputs: words, outputs: ["hay", "lắm"], looks });
  expect(drawn.states.map(({ part }) => part)).toEqual(["reader", "reader", "reader", "writer", "writer"]);
  expect(drawn.lines.filter(({ kind }) => kind === "look").map(({ strength }) => strength)).toEqual([0.9, 0.5, 0.5]);
  expect(countLines(drawn, "state")).toBe(4);
});

test("forecasting: the answer stands after the last step, and says how far ahead", () => {
  const drawn = shape("forecast", { inputs: words, outputs: ["7"], ahead: "a week", isOngoing: true });
  const answer = drawn.tokens.find(({ kind }) => kind === "output");
  expect(answer?.x).toBeGreaterThan((drawn.states.at(-1)?.x ?? NaN) + stateRadius);
  expect(drawn.notes.map(({ text }) => text)).toEqual(["a week"]);
  // From before the first, and two between three.
  expect(countLines(drawn, "state")).toBe(3);
});

const contents: readonly ShapeContent[] = [
  { inputs: ["", "", ""], outputs: ["", ""] },
  { inputs: words, outputs: words, isBoth: true, isFedBack: true, isOngoing: true },
  { inputs: ["i"], outputs: ["a very long answer that is wider than all else"] },
  { inputs: [], outputs: [] },
];

test.each(shapeKinds)("%s: nothing overlaps or lies outside", (kind) => {
  for (const content of contents) {
    const drawn = shape(kind, content);
    for (const part of ["input", "output"] as const) {
      const row = drawn.tokens.filter((token) => token.kind === part).sort((one, other) => one.x - other.x);
      row.forEach(({ x, width, text }, at) => {
        expect(x - width / 2).toBeGreaterThanOrEqual(0);
        expect(x + width / 2).toBeLessThanOrEqual(drawn.width);
        expect(width).toBe(tokenWidth(text));
        const next = row[at + 1];
        if (next !== undefined) expect(x + width / 2).toBeLessThan(next.x - next.width / 2);
      });
    }
    for (const { x, y } of drawn.states) {
      expect(x - stateRadius).toBeGreaterThanOrEqual(0);
      expect(x + stateRadius).toBeLessThanOrEqual(drawn.width);
      expect(y + stateRadius).toBeLessThanOrEqual(drawn.height);
    }
    for (const { path } of drawn.lines) expect(path).not.toMatch(/NaN|undefined|Infinity/);
  }
});
