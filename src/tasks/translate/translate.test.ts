/** Translating: what is learned, said, stored and refused. */
import { describe, expect, it } from "vitest";
import { tableFromRows } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { createRandom } from "../../util/random.ts";
import { openTask, saveResult } from "../task-file.ts";
import { learnBaselines } from "./baselines.ts";
import { evaluateTranslator } from "./evaluate-translate.ts";
import { collectExamples, planTranslate } from "./plan-translate.ts";
import type { TranslateOptions } from "./plan-translate.ts";
import { parseTranslateTask } from "./translate-task.ts";
import { trainTranslator } from "./translate.ts";
import { translateTexts } from "./translator.ts";

/** Numbers in words of a made-up language: digits in turn, the last first. */
function makePairs(count: number): Table {
  const names = ["zéro", "un", "deux", "trois", "quatre"];
  const random = createRandom(3);
  const rows = Array.from({ length: count }, () => {
    const digits = Array.from({ length: 1 + random.integer(4) }, () => random.integer(5));
    return {
      digits: digits.join(" "),
      words: digits
        .map((digit) => names[digit]!)
        .reverse()
        .join(" "),
    };
  });
  return tableFromRows(rows, { source: "numbers" }).table;
}

const options: TranslateOptions = {
  source: "digits",
  target: "words",
  hidden: 32,
  embedding: 16,
  dropout: 0,
  attention: "none",
  epochs: 12,
  batch: 16,
  rate: 0.01,
  test: 30,
  validation: 20,
  backend: "wasm",
  threads: 1,
};

const trained = trainTranslator(makePairs(700), options);

describe("a translator", () => {
  it("learns to say what it was not shown, better than what is simplest", async () => {
    const { test } = (await trained)!;
    expect(test!.count).toBe(30);
    expect(test!.model.exact).toBeGreaterThan(0.8);
    expect(test).toMatchObject({ best: "model", verdict: "better" });
    expect(Object.keys(test!.baselines)).toEqual(["word for word", "nearest"]);
    expect(test!.baselines["word for word"]!.exact).toBeLessThan(0.4);
  });

  it("says the same of a text alone and among others, and after it was stored", async () => {
    const { translator } = (await trained)!;
    const texts = ["1 2 3", "4", "0 1 2 4", "3 3"];
    const said = translateTexts(translator, texts).map(({ text }) => text);
    expect(said[0]).toBe("trois deux un");
    texts.forEach((text, at) => expect(translateTexts(translator, [text])[0]!.text).toBe(said[at]));
    const job = openTask(load(saveResult((await trained)!), { verify: true, backend: "wasm" }));
    expect(job.kind).toBe("translator");
    if (job.kind === "translator") expect(translateTexts(job, texts).map(({ text }) => text)).toEqual(said);
  });

  it("never says an unknown word where it cannot look one up", async () => {
    const { translator } = (await trained)!;
    const [found] = translateTexts(translator, ["9 1"]);
    expect(found!.source).toEqual(["9", "1"]);
    expect(found!.tokens).not.toContain("<unk>");
  });

  it("keeps all pairs of a source in one part", () => {
    const plan = planTranslate(makePairs(700), options);
    const sourcesOf = (indices: Int32Array): string[] => Array.from(indices, (index) => plan.examples[index]!.source);
    const learned = new Set(sourcesOf(plan.parts.train));
    for (const source of [...sourcesOf(plan.parts.test), ...sourcesOf(plan.parts.validation)])
      expect(learned.has(source)).toBe(false);
  });

  it("keeps sources that are read alike in one part", () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      en: `${row < 30 ? "Great" : "great"} film ${row % 30}.`,
      vi: `phim ${row}`,
    }));
    const partsOf = (lowercase: boolean): readonly number[] => {
      const { examples, parts } = planTranslate(tableFromRows(rows, { source: "films" }).table, {
        source: "en",
        target: "vi",
        lowercase,
        test: 0.3,
      });
      const names = Object.values(parts).map(
        (own: Int32Array) => new Set(Array.from(own, (at) => examples[at]!.source.toLowerCase())),
      );
      return names.map(({ size }) => size);
    };
    expect(partsOf(true).reduce((a, b) => a + b)).toBe(30);
    expect(partsOf(false).reduce((a, b) => a + b)).toBeGreaterThan(30);
  });

  it("measures answers in small letters against references in small letters", async () => {
    const { translator } = (await trained)!;
    const { vocabularies } = translator.task;
    const lower = {
      ...translator,
      task: {
        ...translator.task,
        vocabularies: { ...vocabularies, target: { ...vocabularies.target, lowercase: true } },
      },
    };
    const evaluate = (write: (text: string) => string) =>
      evaluateTranslator(lower, [{ source: "1 2 3 4", references: [write("quatre trois deux un")] }], {
        baselines: { wordForWord: write, nearest: () => write("quatre trois deux un") },
      });
    const inCapitals = evaluate((text) => text.toUpperCase());
    const inSmall = evaluate((text) => text);
    expect(inCapitals.baselines).toEqual(inSmall.baselines);
    expect(inCapitals.baselines["nearest"]).toMatchObject({ exact: 1, errorRate: 0 });
    expect(inCapitals.model).toEqual(inSmall.model);
    expect(inCapitals.model.bleu).toBeGreaterThan(50);
  });

  it("is measured on as little as one text", async () => {
    const { translator } = (await trained)!;
    const [one] = collectExamples(makePairs(1), options);
    const evaluation = evaluateTranslator(translator, [one!]);
    expect(evaluation).toMatchObject({ count: 1, samples: [{ references: one!.references }] });
    expect(() => evaluateTranslator(translator, [])).toThrow("no text to translate and measure");
  });

  it("refuses what it cannot learn from", () => {
    const table = (rows: { en: string; vi: string }[]): Table => tableFromRows(rows, { source: "few.csv" }).table;
    const plan =
      (given: Table, more: Partial<TranslateOptions> = {}) =>
      () =>
        planTranslate(given, { source: "en", target: "vi", ...more });
    expect(plan(table([{ en: "a", vi: "b" }]))).toThrow(/few.csv has 1 different text in "en"; at least 3/);
    const pairs = Array.from("abcdefghijklmnopqrstuvwxyz", (en) => ({ en, vi: en }));
    expect(plan(table(pairs), { source: "english" })).toThrow(/english/);
    expect(() => table([...pairs, { en: " ", vi: "x" }])).toThrow(/row 27, column "en": the value is missing/);
    for (const width of [0, NaN, 1.5, 1e9])
      expect(plan(table(pairs), { search: { width } })).toThrow(/width of the search is .* from 1 to 100/);
    for (const lengthPenalty of [NaN, -1, Infinity])
      expect(plan(table(pairs), { search: { lengthPenalty } })).toThrow(/length penalty .* from 0 to 10/);
    expect(plan(table(pairs), { hidden: 33, attention: "none" })).toThrow(/must be even/);
    expect(plan(table(pairs), { hidden: 32, embedding: 16, tie: true })).toThrow(/Tied weights .* are 16 and 32/);
    expect(plan(table(pairs), { cell: "mgu", attention: "bahdanau" })).toThrow(/lstm and gru/);
  });
});

describe("what is simplest", () => {
  const pairs = [
    { source: "a cat", target: "một con mèo" },
    { source: "a dog", target: "một con chó" },
    { source: "the cat", target: "con mèo" },
    { source: "the dog runs", target: "con chó chạy" },
  ];
  const { task } = planTranslate(tableFromRows(pairs, { source: "pairs" }).table, {
    source: "source",
    target: "target",
    attention: "none",
    test: 0,
    validation: 0,
  });
  const { wordForWord, nearest } = learnBaselines(pairs, task);

  it("takes each word's likeliest, and leaves alone what it does not know", () => {
    expect(wordForWord("cat dog 7")).toBe("mèo chó 7");
  });

  it("takes what was said of the most similar source", () => {
    expect(nearest("the big cat")).toBe("con mèo");
  });

  it("puts all references of a source together", () => {
    const table = tableFromRows([...pairs, { source: "the cat", target: "mèo" }], { source: "pairs" }).table;
    expect(collectExamples(table, { source: "source", target: "target" })[2]).toEqual({
      source: "the cat",
      references: ["con mèo", "mèo"],
    });
  });
});

it("bounds how much longer than its source an answer may be, in the plan and in a model file", () => {
  const rows = Array.from({ length: 9 }, (_, at) => ({ a: `x${at}`, b: at === 4 ? "go ".repeat(12_000) : "go" }));
  const { task } = planTranslate(tableFromRows(rows, { source: "pairs" }).table, {
    source: "a",
    target: "b",
    hidden: 4,
    embedding: 4,
    test: 0,
    validation: 0,
  });
  expect(task.beyond).toBe(10_000);
  expect(parseTranslateTask(task, "m.safetensors").beyond).toBe(10_000);
  expect(() => parseTranslateTask({ ...task, beyond: 10_001 }, "m.safetensors")).toThrow(
    "m.safetensors: preprocessing.beyond is 10001, not a number from 0 to 10000",
  );
});

it("knows every word of a thousand pairs, and of more those that they have twice", () => {
  const size = (pairs: number, leastCount?: number): number => {
    const rows = Array.from({ length: pairs }, (_, at) => ({ a: `go x${at}`, b: "go" }));
    const given = { source: "a", target: "b", hidden: 4, embedding: 4, test: 0, validation: 0, leastCount };
    const { vocabularies } = planTranslate(tableFromRows(rows, { source: "pairs" }).table, given).task;
    return vocabularies.source.entries.length;
  };
  const specials = size(1001) - 1;
  expect(specials).toBeLessThan(5);
  expect(size(1000)).toBe(specials + 1001);
  expect(size(1001, 1)).toBe(specials + 1002);
});
