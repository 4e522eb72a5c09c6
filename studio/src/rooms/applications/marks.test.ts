/** Marks taken off and put on. */
import { expect, test } from "vitest";
import { countRight, splitMarked, unmark } from "./marks.ts";

test("marks are taken off, composed or not, and đ is a d", () => {
  expect(unmark("Đường đi ở Huế")).toBe("Duong di o Hue");
  expect(unmark("Huế".normalize("NFD"))).toBe("Hue");
});

test("letters with marks stand apart, and together they are the text", () => {
  expect(splitMarked("chị đó đi")).toEqual([
    { text: "ch", isMarked: false },
    { text: "ị", isMarked: true },
    { text: " ", isMarked: false },
    { text: "đó", isMarked: true },
    { text: " ", isMarked: false },
    { text: "đ", isMarked: true },
    { text: "i", isMarked: false },
  ]);
  expect(splitMarked("")).toEqual([]);
});

test("words are counted as right where the typed text had marks", () => {
  expect(countRight("trời đẹp quá", "trời dẹp quá")).toEqual({ right: 2, all: 3 });
  expect(countRight("troi dep", "trời đẹp")).toBeUndefined();
});
