import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { root } from "../scripts/tools.mjs";
import { UsageError } from "./options.mjs";
import { readSizes, replaceSizes, sizeNames, widths } from "./tune-native.mjs";
import { parseTuneOptions } from "./tune-options.mjs";

it("tunes all sizes of native code unless told", () => {
  expect(parseTuneOptions([])).toEqual({ backend: "native", bits: widths, only: sizeNames, rounds: 7, write: false });
});

it("tunes what is named", () => {
  const options = parseTuneOptions(["native", "--bits", "128", "--only", "CHUNK", "--rounds", "3", "--write"]);
  expect(options).toEqual({ backend: "native", bits: [128], only: ["CHUNK"], rounds: 3, write: true });
});

it.each([
  [["gpu"], /nothing to tune called "gpu"; npm run tune --/],
  [["wasm", "native"], /nothing to tune called "native"/],
  [["--rounds", "0"], /--rounds 0 is not a whole number/],
  [["--bits", "64"], /--bits 64 has other numbers than .*128/],
  [["--only", "PANEL"], /--only has no "PANEL": there are TILE_ROWS, /],
  [["wasm", "--bits", "128"], /--bits and --only are of native code/],
  [["--fast"], /Unknown option '--fast'; npm run tune --/],
])("refuses %j", (args, message) => {
  expect(() => parseTuneOptions(args)).toThrow(message);
  expect(() => parseTuneOptions(args)).toThrow(UsageError);
});

it.each(["LANES == 16", "LANES == 8", "defined(__aarch64__)", "else"])(
  "finds and replaces the sizes of %s",
  async (head) => {
    const text = await readFile(path.join(root, "src/codegen/c/tiles.h"), "utf8");
    const before = readSizes(text, head);
    expect(Object.keys(before)).toEqual(sizeNames);
    const sizes = { ...before, TILE_ROWS: 5 };
    const after = replaceSizes(replaceSizes(text, head, { sizes, measured: "once" }), head, {
      sizes,
      measured: "twice",
    });
    expect(readSizes(after, head)).toEqual(sizes);
    expect(after).toContain(`${head}\n/* twice */\n#define TILE_ROWS 5\n`);
    expect(after).not.toContain("once */");
  },
);
