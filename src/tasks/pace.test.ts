/** How long is learned where nothing is said. */
import { describe, expect, it, test } from "vitest";
import { tableFromRows } from "../data/index.ts";
import type { TrainingOptions } from "../training/index.ts";
import { planGenerate } from "./generate/plan-generate.ts";
import { decidePace, printPace } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { planTag } from "./tag/plan-tag.ts";
import { planTexts } from "./texts/plan-texts.ts";
import { planTranslate } from "./translate/plan-translate.ts";

const pace: Pace = { batch: 64, epochs: { updates: 700, least: 5, most: 60 }, patience: { least: 4 } };

describe("the pace of learning", () => {
  it("takes as many epochs as make the updates", () => {
    expect(decidePace({}, pace, 6400)).toEqual({ batch: 64, epochs: 7, patience: 4 });
    expect(decidePace({}, pace, 1_000_000)).toEqual({ batch: 64, epochs: 5, patience: 4 });
    expect(decidePace({}, { ...pace, epochs: 20, patience: 3 }, 6400)).toEqual({ batch: 64, epochs: 20, patience: 3 });
  });

  it("makes batches smaller for a few items, so that an epoch has several updates", () => {
    expect(decidePace({}, pace, 512).batch).toBe(64);
    expect(decidePace({}, pace, 400)).toEqual({ batch: 48, epochs: 60, patience: 12 });
    expect(decidePace({}, pace, 16)).toEqual({ batch: 4, epochs: 60, patience: 12 });
    expect(decidePace({}, pace, 1).batch).toBe(4);
  });

  it("takes what is said", () => {
    expect(decidePace({ batch: 64, epochs: 2, patience: 1 }, pace, 16)).toEqual({ batch: 64, epochs: 2, patience: 1 });
    expect(decidePace({ batch: 10 }, pace, 700)).toEqual({ batch: 10, epochs: 10, patience: 4 });
  });

  it("is printed as people read it", () => {
    expect(printPace(pace)).toEqual({ batch: "at most 64", epochs: "5 to 60", patience: "1/5, least 4" });
    expect(printPace({ batch: 32, epochs: 20, patience: 5 })).toEqual({
      batch: "at most 32",
      epochs: "20",
      patience: "5",
    });
  });
});

test("every task learns at its own pace", () => {
  const some = <R>(make: (at: number) => R): readonly R[] => Array.from({ length: 50 }, (_, at) => make(at));
  const texts = tableFromRows(
    some((at) => ({ text: `one ${at}`, mood: at % 2 === 0 ? "up" : "down" })),
    { source: "texts" },
  ).table;
  const paceOf = ({ training: { batch, epochs, patience } }: { readonly training: TrainingOptions }) => ({
    batch,
    epochs,
    patience,
  });
  // 40 texts and sentences in 8 batches or more, 43 pairs.
  expect(paceOf(planTexts(texts, { text: "text", target: "mood" }))).toEqual({ batch: 4, epochs: 60, patience: 12 });
  expect(paceOf(planTranslate(texts, { source: "text", target: "mood" }))).toEqual({
    batch: 4,
    epochs: 20,
    patience: 10,
  });
  const sentences = some((at) => ({ tokens: [`word${at}`, "up"], tags: ["x", "y"] }));
  expect(paceOf(planTag({ kind: "tagged-text", source: "tags", sentences }, {}))).toEqual({
    batch: 4,
    epochs: 60,
    patience: 4,
  });
  expect(paceOf(planGenerate({ text: "abc ".repeat(2000), source: "text" }))).toEqual({
    batch: 32,
    epochs: 100,
    patience: 5,
  });
});
