import { describe, expect, test } from "vitest";
import { createTable, findColumn, readTexts } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { train } from "../../training/index.ts";
import type { Checkpoint, FinishedEvent } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import {
  concludeTexts,
  evaluateTexts,
  explainReading,
  explainText,
  findTask,
  labelTexts,
  openCheckpoint,
  openTask,
  paintMarkup,
  planTexts,
  readTextsWith,
  saveCheckpoint,
  saveResult,
  trainTextReader,
} from "../index.ts";
import type { TextReader, TextsOptions, TextsResult } from "../index.ts";

/** Sentences whose mood a word decides, unless `not` stands before it: a bag of words cannot tell that. */
function makeReviews(count: number): Table {
  const random = createRandom(2);
  const fillers = ["the", "film", "plot", "really", "is", "and", "very"];
  const filler = (): string => fillers[random.integer(fillers.length)] ?? "";
  const rows = Array.from({ length: count }, (_, row) => {
    const isGood = random.uniform() < 0.5;
    const isTurned = random.uniform() < 0.5;
    const word = isGood ? "good" : "bad";
    const padding = Array.from({ length: random.integer(4) }, filler);
    const text = [filler(), ...padding, ...(isTurned ? ["not"] : []), word, filler(), `n${row}`].join(" ");
    return { text, mood: isGood !== isTurned ? "like" : "dislike", stars: isGood !== isTurned ? 4 : 1 };
  });
  return createTable([
    { kind: "text", name: "text", values: rows.map(({ text }) => text) },
    { kind: "text", name: "mood", values: rows.map(({ mood }) => mood) },
    { kind: "number", name: "stars", values: Float64Array.from(rows, ({ stars }) => stars) },
  ]);
}

const table = makeReviews(400);
const quick: TextsOptions = {
  text: "text",
  target: "mood",
  hidden: 8,
  embedding: 8,
  epochs: 12,
  batch: 16,
  rate: 0.02,
  dropout: 0,
  backend: "wasm",
  threads: 1,
};

async function trainReader(options: Partial<TextsOptions> = {}): Promise<TextsResult> {
  const result = await trainTextReader(table, { ...quick, ...options });
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

describe("a reader of classes", async () => {
  const result = await trainReader();
  const { reader } = result;

  test("reads what stands where, which a bag of words cannot", () => {
    const { test: evaluation } = result;
    if (evaluation?.of !== "class") throw new Error("no classes");
    expect(evaluation.scores.count).toBe(40);
    expect(evaluation.scores.accuracy).toBeGreaterThan(0.95);
    expect(evaluation.bag?.name).toMatch(/^(naive Bayes|logistic regression) on words/);
    expect(evaluation.scores.calibration.bins).toHaveLength(10);
    expect(result.summary.test).toMatchObject({ accuracy: evaluation.scores.accuracy });
    expect(explainReading(evaluation)).toMatch(/^The model is right on .* of 40 texts, against the /);
  });

  test("labels texts it has not seen", () => {
    const labels = labelTexts(
      reader,
      createTable([{ kind: "text", name: "text", values: ["The film is NOT good", "not bad", "good"] }]),
    );
    expect(readTexts(labels, "mood predicted")).toEqual(["dislike", "like", "like"]);
    expect(findColumn(labels, "probability").kind).toBe("number");
  });

  test("is the same after it was saved and loaded, and the same run saves the same bytes", async () => {
    const bytes = saveResult(result);
    const opened = openTask(load(bytes, { verify: true, backend: "wasm" })) as TextReader;
    expect(opened.task).toEqual(JSON.parse(JSON.stringify(reader.task)));
    expect(readTextsWith(opened, ["not good"])).toEqual(readTextsWith(reader, ["not good"]));
    expect(saveResult(await trainReader())).toEqual(bytes);
    expect(evaluateTexts(opened, table)).toMatchObject({ of: "class", best: "model" });
  });

  test("explains a text by what each word does, in the text's own spelling", () => {
    const { prediction, pieces } = explainText(reader, "The FILM is not good!");
    expect(prediction).toMatchObject({ kind: "class", name: "dislike" });
    expect(pieces.map(({ text }) => text).join("")).toBe("The FILM is not good!");
    const effects = new Map(pieces.map(({ text, effect }) => [text, effect ?? 0]));
    const strongest = [...effects].reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a));
    expect(["not", "good"]).toContain(strongest[0]);
    expect(effects.get("not")).toBeGreaterThan(0);
    expect(paintMarkup({ kind: "text-explanation", prediction, pieces: [{ text: "<b>", effect: 1 }] })).toMatch(
      /^<span [^>]+>&lt;b&gt;<\/span>$/,
    );
  });

  test("the effect of a word is that of telling the text without it", () => {
    const both = readTextsWith(reader, ["not good", "zzz good"]);
    const { pieces } = explainText(reader, "not good");
    const odds = (p: number): number => Math.log(p / (1 - p));
    const label = both[0]! > both[1]! ? 0 : 1;
    expect(pieces[0]?.effect).toBeCloseTo(odds(both[label]!) - odds(both[2 + label]!), 3);
  });

  test("a report shows how sure it is and what words do", async () => {
    const plan = planTexts(table, quick);
    const pictures = findTask("texts").report?.(plan, result).pictures ?? [];
    expect(pictures.map(({ markup }) => markup.slice(0, 4))).toEqual(["<svg", "<p><"]);
    const shown = pictures[1]?.markup ?? "";
    for (const mood of ["like", "dislike"]) expect(shown.split(`truly ${mood}<`)).toHaveLength(5);
    const alike = { ...plan, texts: plan.texts.map((_, row) => (row % 2 === 0 ? "A good film!" : "a good film")) };
    const [, one] = findTask("texts").report?.(alike, result).pictures ?? [];
    expect(one?.title).toMatch(/^1 test text of/);
  });
});

test("numbers are told beside ridge regression and the mean", async () => {
  const { reader, test: evaluation } = await trainReader({ target: "stars", answer: "number", cell: "gru" });
  if (evaluation?.of !== "number") throw new Error("no numbers");
  expect(evaluation.best).toBe("model");
  expect(evaluation.scores.meanAbsoluteError).toBeLessThan(0.5);
  expect(evaluation.scores.correlation).toBeGreaterThan(0.9);
  expect(evaluation.bag?.meanAbsoluteError).toBeGreaterThan(evaluation.scores.meanAbsoluteError);
  expect(explainReading(evaluation)).toMatch(/^The model's mean absolute error on 40 texts is .* ridge regression/);
  expect(explainText(reader, "good").prediction).toMatchObject({ kind: "number" });
  expect(evaluateTexts(reader, table)).toMatchObject({ of: "number", best: "model" });
});

test("a run that is stopped goes on to the same model, with the same words dropped", async () => {
  const options = { ...quick, dropout: 0.2, epochs: 4, wordDropout: 0.3 };
  const plan = planTexts(table, options);
  const whole = await trainReader(options);
  const stop = new AbortController();
  let checkpoint: Checkpoint | undefined;
  for await (const event of train(plan.training, { signal: stop.signal })) {
    if (event.kind === "epoch" && event.epoch === 2) stop.abort();
    if (event.kind === "stopped") ({ checkpoint } = event);
  }
  if (checkpoint === undefined) throw new Error("not stopped");
  const stored = openCheckpoint(load(saveCheckpoint(plan, checkpoint)));
  if (stored.kind !== "texts") throw new Error("another task");
  const again = planTexts(table, stored.options);
  let finished: FinishedEvent | undefined;
  for await (const event of train({ ...again.training, resume: stored.checkpoint }))
    if (event.kind === "finished") finished = event;
  if (finished === undefined) throw new Error("not finished");
  expect(saveResult(concludeTexts(again, finished))).toEqual(saveResult(whole));
});

test("characters, other poolings and cuts", () => {
  const plan = planTexts(table, {
    ...quick,
    target: "stars",
    cuts: [2],
    unit: "character",
    pooling: "mean",
    longest: 9,
  });
  expect(plan.task.answer).toMatchObject({ kind: "class", classes: { names: ["below 2", "from 2"] } });
  expect(plan.tokens.lengths.every((length) => length <= 9)).toBe(true);
  expect(planTexts(table, { ...quick, target: "stars" }).task.answer.kind).toBe("class");
});

test.each(["max", "mean", "last", "final"] as const)("texts become one vector by their %s", (pooling) => {
  const { network } = planTexts(table, { ...quick, pooling }).training;
  expect(network.layers.find(({ kind }) => kind === "pool")).toEqual({ kind: "pool", over: pooling });
});

test("texts that are read alike lie in one part", () => {
  const doubled = createTable([
    {
      kind: "text",
      name: "text",
      values: Array.from({ length: 90 }, (_, row) => `${["Text", "text ", " TEXT"][row % 3]} ${row % 30}!`),
    },
    { kind: "text", name: "mood", values: Array.from({ length: 90 }, (_, row) => (row % 2 === 0 ? "a" : "b")) },
  ]);
  const { parts } = planTexts(doubled, quick);
  const partOf = new Map<number, string>();
  for (const [part, rows] of Object.entries(parts)) {
    for (const row of rows as Int32Array) {
      expect(partOf.get(row % 30) ?? part).toBe(part);
      partOf.set(row % 30, part);
    }
  }
});

describe("wrong data", () => {
  const texts = (values: readonly string[], moods: readonly string[] = []): Table =>
    createTable([
      { kind: "text", name: "text", values },
      { kind: "text", name: "mood", values: values.map((_, row) => moods[row] ?? (row % 2 === 0 ? "a" : "b")) },
    ]);
  const many = Array.from({ length: 30 }, (_, row) => `text ${row}`);
  test.each([
    [table, { text: "txet" }, /no column "txet"; did you mean "text"/],
    [table, { target: "mod" }, /no column "mod"; did you mean "mood"/],
    [table, { text: "stars" }, /column "stars" holds numbers, not texts/],
    [texts(["a", "b"]), {}, /has 2 texts, too few/],
    [texts(many.with(3, "  ")), {}, /row 4, column "text": the text is empty/],
    [
      texts(
        many,
        many.map(() => "a"),
      ),
      {},
      /all of column "mood" is "a"; classes can only be told apart/,
    ],
    [table, { target: "stars", cuts: [2, 1] }, /cuts are 2, 1; give numbers in ascending order/],
    [table, { target: "mood", cuts: [2] }, /holds text/],
    [table, { target: "mood", answer: "number" as const }, /holds text/],
    [table, { test: 0.9, validation: 0.2 }, /leave none to train on/],
    [table, { wordDropout: 1 }, /share of tokens/],
    [table, { layers: 0 }, /layers is 0/],
  ])("%#", async (given, options, message) => {
    await expect(trainTextReader(given, { ...quick, ...options })).rejects.toThrow(message);
  });
});

test("a class is one, however the letters and marks of its name are encoded", () => {
  const names = ["tốt".normalize("NFC"), "tốt".normalize("NFD"), "xấu"];
  const rows = Array.from({ length: 60 }, (_, row) => ({ text: `review ${row}`, mood: names[row % 3] ?? "" }));
  const own = createTable([
    { kind: "text", name: "text", values: rows.map(({ text }) => text) },
    { kind: "text", name: "mood", values: rows.map(({ mood }) => mood) },
  ]);
  const { task, truth } = planTexts(own, quick);
  expect(task.answer).toMatchObject({ classes: { names: [names[0], "xấu".normalize("NFC")] } });
  expect(Array.from(truth).slice(0, 3)).toEqual([0, 0, 1]);
});

test("how much of a text is read is chosen by training texts alone", () => {
  const { parts, task } = planTexts(table, quick);
  const held = new Set([...parts.validation, ...parts.test]);
  const column = readTexts(table, "text");
  const long = (rows: (row: number) => boolean): Table =>
    createTable([
      { kind: "text", name: "text", values: column.map((text, row) => `${text}${rows(row) ? " so".repeat(50) : ""}`) },
      ...table.columns.slice(1),
    ]);
  const others = planTexts(
    long((row) => held.has(row)),
    quick,
  );
  expect(others.parts).toEqual(parts);
  expect(others.task.longest).toBe(task.longest);
  expect(
    planTexts(
      long((row) => !held.has(row)),
      quick,
    ).task.longest,
  ).toBeGreaterThan(50);
});
