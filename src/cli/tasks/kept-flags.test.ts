import { expect, test } from "vitest";
import { keepFlags, parseFlags } from "./kept-flags.ts";
import { commandTasks, findCommandTask } from "./table.ts";

const task = findCommandTask("tag");

test("of the flags those of the task's data are kept, and read again", () => {
  const flags = {
    report: true,
    out: "x.safetensors",
    fast: true,
    text: "line",
    quotes: false,
    words: 9,
    columns: ["a"],
  };
  const kept = keepFlags(task, { ...flags, seed: 3, test: undefined } as object);
  expect(kept).toEqual({ fast: true, text: "line", quotes: false, words: 9, columns: ["a"] });
  expect(parseFlags(task, kept, "x.checkpoint")).toEqual(kept);
  expect(parseFlags(task, undefined, "x.checkpoint")).toEqual({});
});

test.each([
  { images: "folder" },
  { text: 5 },
  { fast: "yes" },
  { words: null },
  { words: {} },
  { words: 0.5 },
  { columns: "a" },
  { columns: [1] },
  { test: [1] },
  { test: -1 },
  { embedding: -3 },
  { embedding: 1e9 },
  { missing: { value: "x" } },
  { missing: {} },
  { decimal: "" },
])("%j is not of the task", (kept) => {
  expect(() => parseFlags(task, kept, "x.checkpoint")).toThrow(/^x\.checkpoint: the run was begun with /);
});

test.each([5, true, [], ["text"], "text", null])("%j are no flags", (kept) => {
  expect(() => parseFlags(task, kept, "x.checkpoint")).toThrow(
    /^x\.checkpoint: the run was begun with .*, which are no options; begin the run anew\.$/,
  );
});

test.each([
  ["forecast", { missing: { value: -1.5 }, timeFeatures: [], quantiles: [0.1, 0.9], target: ["x"], test: 0.15 }],
  ["texts", { missing: "drop", cuts: [-1, 0.5], columns: ["a", "b c"], embedding: 16 }],
  ["translate", { beam: 1, smoothing: 0, attention: "none", tie: true }],
  ["caption", { size: 16, images: "a" }],
] as const)("of %s %j are read again", (kind, kept) => {
  expect(parseFlags(findCommandTask(kind), kept, "x.checkpoint")).toEqual(kept);
});

test("what a first look takes is read again", () => {
  for (const one of commandTasks) {
    const kept = keepFlags(one, { ...one.fast.flags, fast: true });
    expect(parseFlags(one, kept, "x.checkpoint")).toEqual(kept);
  }
});
