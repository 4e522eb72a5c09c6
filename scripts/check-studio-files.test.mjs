/** The check of the studio's files finds those that nothing names. */
import { expect, test } from "vitest";
import { findStrayFiles } from "./check-studio-files.mjs";

test("a file that is named by itself alone, or by none, is stray", () => {
  const texts = new Map([
    ["index.html", '<script src="./assets/a.js">'],
    ["assets/a.js", 'import("./b.js")'],
    ["assets/b.js", ""],
    ["assets/c.js", "c.js"],
    ["assets/d.h", ""],
  ]);
  expect(findStrayFiles(texts)).toEqual(["index.html", "assets/c.js", "assets/d.h"]);
});
