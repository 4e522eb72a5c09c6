/** The sheet of emoji. */
import { expect, test } from "vitest";
import { placeOnSheet, parseEmojiSheet } from "./emoji.ts";

test("emoji lie row by row on their sheet, and what is no sheet is refused", () => {
  const sheet = { side: 64, columns: 8, emoji: [] };
  expect(placeOnSheet(sheet, 19)).toEqual({ x: 192, y: 128 });
  expect(parseEmojiSheet(sheet)).toEqual(sheet);
  expect(() => parseEmojiSheet({ side: "64" })).toThrow("damaged");
});
