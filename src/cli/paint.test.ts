import { expect, test } from "vitest";
import { paintText } from "./paint.ts";

test("words are coloured by sign and strength, and bring no control characters of their own", () => {
  const painted = paintText([
    { text: "good", effect: 2 },
    { text: " " },
    { text: "b\u001b[8mad", effect: -1 },
    { text: "\n." },
    { text: "the", effect: 0.1 },
  ]);
  expect(painted).toBe("\u001b[30;48;5;83mgood\u001b[0m \u001b[30;48;5;210mb[8mad\u001b[0m\n.the");
  expect(paintText([{ text: "a", effect: 0 }])).toBe("a");
});
