/** Words coloured by what they did. */
import { expect, test } from "vitest";
import { paintPieces, tippingWords } from "./feelings.ts";

const pieces = [
  { text: "A", effect: 0.01 },
  { text: " " },
  { text: "fine", effect: 2 },
  { text: " " },
  { text: "mess", effect: -1 },
  { text: "!", effect: 1.5 },
  { text: "but", effect: -0.1 },
];

test("the strongest has the full colour, and what did next to nothing none", () => {
  expect(paintPieces(pieces).map(({ side, strength }) => [side, strength])).toEqual([
    ["none", 0],
    ["none", 0],
    ["for", 1],
    ["none", 0],
    ["against", 0.5],
    ["for", 0.75],
    ["against", 0.05],
  ]);
  expect(
    paintPieces(pieces)
      .map(({ text }) => text)
      .join(""),
  ).toBe("A fine mess!but");
  expect(paintPieces([])).toEqual([]);
});

test("words that tipped it are named by strength; signs, and what is weak beside the strongest, are not", () => {
  expect(tippingWords(pieces, "for")).toEqual(["fine"]);
  expect(tippingWords(pieces, "against")).toEqual(["mess"]);
  expect(tippingWords([...pieces, { text: "great", effect: 3 }], "for")).toEqual(["great", "fine"]);
  expect(tippingWords([{ text: "calm", effect: 0.001 }], "for")).toEqual([]);
});
