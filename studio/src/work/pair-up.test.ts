/** Alignments in words. */
import { expect, test } from "vitest";
import { pairUp } from "./pair-up.ts";

test("each word said goes with the one that counted most", () => {
  const looks = [
    [0.2, 0.7, 0.1],
    [0.6, 0.3, 0.1],
    [0, 0, 1],
  ];
  expect(pairUp(["tôi", "đi"], ["go", "I", "."], looks)).toBe("tôi ← I, đi ← go");
});
