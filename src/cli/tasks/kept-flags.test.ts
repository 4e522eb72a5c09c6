import { expect, test } from "vitest";
import { keepFlags, parseFlags } from "./kept-flags.ts";
import { findCommandTask } from "./table.ts";

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

test.each([{ images: "folder" }, { text: 5 }, { fast: "yes" }, { words: null }, "text", ["text"]])(
  "%j is not of the task",
  (kept) => {
    expect(() => parseFlags(task, kept, "x.checkpoint")).toThrow(/^x\.checkpoint: the run was begun with /);
  },
);
