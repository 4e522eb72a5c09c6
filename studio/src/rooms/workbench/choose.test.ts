/** What is chosen for the reader, and what for the run. */
import { cellNames, cells } from "recurra";
import { expect, test } from "vitest";
import { readState, writeState } from "../../link.ts";
import type { DataFacts } from "../../work/preview.ts";
import { choose, chooseColumns, chooseTask } from "./choose.ts";
import { baseNames, chooseData, fitSteps, settleLearning, workbenchFields } from "./state.ts";

const column = (name: string, looksLike: "number" | "text" | "date", ...first: readonly string[]) => ({
  name,
  looksLike,
  first,
});
const table = (...columns: readonly ReturnType<typeof column>[]): DataFacts => ({
  kind: "table",
  columns,
  rows: 9,
  notes: [],
});
const sales = table(
  column("day", "date", "2020-01-01"),
  column("visitors", "number", "3"),
  column("sales", "number", "4"),
);
const letters = table(
  column("stars", "number", "5"),
  column("letter", "text", "It was a good one"),
  column("id", "text", "a"),
);
const text: DataFacts = { kind: "text", characters: 10, lines: 1, start: "once" };
const data = { name: "x.csv", blob: new Blob([]) };
const state = readState(workbenchFields, {});

test("a task is kept where the file fits it, else the likeliest is taken", () => {
  expect(chooseTask("forecast", sales)).toBe("forecast");
  expect(chooseTask("memory", sales)).toBe("forecast");
  expect(chooseTask("generate", letters)).toBe("texts");
  expect(chooseTask("texts", letters)).toBe("texts");
  expect(chooseTask("forecast", text)).toBe("generate");
  expect(chooseTask("marks", text)).toBe("marks");
});

test("columns are those of the link, else those that are likely meant", () => {
  expect(chooseColumns({ task: "forecast", target: "", text: "" }, sales)).toEqual({ target: "sales", text: "" });
  expect(chooseColumns({ task: "forecast", target: "visitors", text: "" }, sales)).toEqual({
    target: "visitors",
    text: "",
  });
  expect(chooseColumns({ task: "texts", target: "", text: "" }, letters)).toEqual({ target: "id", text: "letter" });
  expect(chooseColumns({ task: "texts", target: "stars", text: "gone" }, letters)).toEqual({
    target: "stars",
    text: "letter",
  });
  expect(chooseColumns({ task: "texts", target: "letter", text: "letter" }, letters)).toEqual({
    target: "id",
    text: "letter",
  });
});

test("a choice is whole, or there is none", () => {
  expect(choose(state, { data, facts: sales, cell: "gru" })).toEqual({
    task: { kind: "forecast", data, target: "sales", horizon: 1 },
    learning: { cell: "gru", hidden: 16, layers: 1, epochs: 15, rate: 0.005, seed: 1 },
  });
  expect(choose(state, { data, facts: sales, cell: undefined })).toBeUndefined();
  expect(choose(state, { data: undefined, facts: undefined, cell: "gru" })).toBeUndefined();
  expect(
    choose({ ...state, task: "memory", memory: "copy", steps: 4 }, { data: undefined, facts: undefined, cell: "gru" })
      ?.task,
  ).toEqual({
    kind: "memory",
    task: "copy",
    steps: 20,
  });
});

test("more options and a rule for missing values go to the run, those that the task has", () => {
  const more = { optimiser: "rmsprop", batch: "8", clip: "none", dropout: "0.2", truncate: "32" } as const;
  const chosen = choose({ ...state, ...more, missing: "linear" }, { data, facts: sales, cell: "gru" });
  expect(chosen?.task).toMatchObject({ kind: "forecast", missing: "linear" });
  const learning = { optimiser: "rmsprop", batch: 8, clip: "none", dropout: 0.2 };
  expect(chosen?.learning).toEqual({
    cell: "gru",
    hidden: 16,
    layers: 1,
    epochs: 15,
    rate: 0.005,
    seed: 1,
    ...learning,
  });
  const written = choose({ ...state, ...more, clip: "0.5", task: "generate" }, { data, facts: text, cell: "gru" });
  expect(written?.learning).toMatchObject({ clip: 0.5, steps: 32 });
  const link = writeState(workbenchFields, { ...state, ...more });
  expect(link).toEqual(more);
  expect(readState(workbenchFields, { ...link, optimiser: "magic" })).toMatchObject({ ...more, optimiser: "" });
});

test("cells to begin with hand something on, and need nothing to attend to", () => {
  const fit = cellNames.filter((name) => cells[name].states.length > 0 && cells[name].memories.length === 0);
  expect(baseNames).toEqual(fit);
});

test("what is not said is what is usual of the task", () => {
  expect(settleLearning({ ...state, task: "memory", hidden: 5 })).toEqual({ hidden: 5, epochs: 15, rate: 0.01 });
  expect(chooseData({ task: "texts", data: "births" })).toBe("languages");
  expect(chooseData({ task: "generate", data: "declaration-vi" })).toBe("declaration-vi");
  expect(chooseData({ task: "memory", data: "births" })).toBeUndefined();
  expect(fitSteps("dyck", 100)).toBe(60);
});
