/** Demonstration models that are trained here, or shipped, against what the library itself says of them. */
import {
  explainText,
  openTask,
  load,
  saveResult,
  tableFromRows,
  trainForecaster,
  trainLanguageModel,
  trainTagger,
  trainTextReader,
  trainTranslator,
} from "recurra";
import type { TaskResult } from "recurra";
import { expect, test } from "vitest";
import { createDemo } from "./answer-demo.ts";
import type { DemoAnswer } from "./demo.ts";

const small = { hidden: 6, epochs: 2, seed: 1 } as const;

/** On a busy machine a training may take its time. */
const patience = { timeout: 120_000 };

/** The result as a page gets it. */
const bytesOf = (result: TaskResult | undefined): Uint8Array<ArrayBuffer> => {
  if (result === undefined) throw new Error("stopped");
  return Uint8Array.from(saveResult(result, { weights: "int8" }));
};

function openDemo(bytes: Uint8Array<ArrayBuffer>): ReturnType<typeof createDemo> {
  const ask = createDemo();
  expect(ask({ kind: "open", bytes }).kind).toBe("open");
  return ask;
}

function expectKind<K extends DemoAnswer["kind"]>(
  answer: DemoAnswer,
  kind: K,
): Extract<DemoAnswer, { readonly kind: K }> {
  expect(answer.kind).toBe(kind);
  return answer as Extract<DemoAnswer, { readonly kind: K }>;
}

test(
  "a feeling is told from the good side, whichever class is likelier, and the pieces are the text",
  patience,
  async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      text: at % 2 === 0 ? `a fine film ${at}` : `a dull mess ${at}`,
      rating: at % 2 === 0 ? 1 : -1,
    }));
    const { table } = tableFromRows(rows, { source: "films", types: { text: "text" } });
    const bytes = bytesOf(
      await trainTextReader(table, { ...small, text: "text", target: "rating", cuts: [0], epochs: 8, rate: 0.05 }),
    );
    const ask = openDemo(bytes);
    const job = openTask(load(bytes));
    for (const [text, isGood] of [
      ["a fine film", true],
      ["a dull mess", false],
    ] as const) {
      const felt = expectKind(ask({ kind: "feel", text }), "feel");
      expect(felt.probability > 0.5).toBe(isGood);
      expect(felt.pieces.map((piece) => piece.text).join("")).toBe(text);
      if (job.kind !== "text-reader") throw new Error("another task");
      const own = explainText(job, text);
      const sign = own.prediction.kind === "class" && own.prediction.name === "from 0" ? 1 : -1;
      const signed = own.pieces.map(({ effect }) => (effect === undefined ? undefined : sign * effect));
      expect(felt.pieces.map(({ effect }) => effect)).toEqual(signed);
      expect(felt.pieces.reduce((sum, { effect = 0 }) => sum + effect, 0) > 0).toBe(isGood);
    }
    expect(() => ask({ kind: "restore", text: "x" })).toThrow("a tagger is asked");
  },
);

test("marks are put on, and letters stay", patience, async () => {
  const texts = Array.from({ length: 24 }, (_, at) => `trời đẹp quá ${at}`);
  const ask = openDemo(
    bytesOf(
      await trainTagger({ kind: "texts", source: "made", texts }, { ...small, restore: "diacritics", layers: 1 }),
    ),
  );
  const { text } = expectKind(ask({ kind: "restore", text: "troi dep" }), "restore");
  expect(text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("đ", "d")).toBe("troi dep");
});

test("a text is written piece by piece, the same for the same seed", patience, async () => {
  const text = "mot hai ba bon nam\n".repeat(30);
  const ask = openDemo(bytesOf(await trainLanguageModel({ text, source: "made" }, { ...small, batch: 4 })));
  const write = (): string => {
    ask({ kind: "write", prompt: "mot", temperature: 1, topK: 5, seed: 7, length: 10 });
    const [first, second] = [ask({ kind: "more", count: 4 }), ask({ kind: "more", count: 40 })].map((answer) =>
      expectKind(answer, "written"),
    );
    expect([first?.isDone, second?.isDone]).toEqual([false, true]);
    expect(first?.text).toHaveLength(4);
    return `${first?.text}${second?.text}`;
  };
  const written = write();
  expect(written).toHaveLength(10);
  expect(write()).toBe(written);
});

test(
  "a translation comes with where it looked: a row for each word and the end, each a share of one",
  patience,
  async () => {
    const rows = Array.from({ length: 24 }, (_, at) => ({ en: `i go ${at}`, vi: `tôi đi ${at}` }));
    const { table } = tableFromRows(rows, { source: "made", types: { en: "text", vi: "text" } });
    const ask = openDemo(bytesOf(await trainTranslator(table, { ...small, source: "en", target: "vi", embedding: 4 })));
    const {
      source,
      tokens,
      looks = [],
    } = expectKind(ask({ kind: "translate", text: "i go 3", width: 2 }), "translate");
    expect(source).toEqual(["i", "go", "3"]);
    expect(looks.length - tokens.length).toBeLessThanOrEqual(1);
    for (const row of looks) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  },
);

test("the days after those that are given are forecast, with ordered ends", patience, async () => {
  const day = (at: number): string => new Date(Date.UTC(2014, 0, 1 + at)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 120 }, (_, at) => ({ date: day(at), births: 100 + 10 * (at % 7) }));
  const { table } = tableFromRows(rows, { source: "births", dateColumn: "date" });
  const ask = openDemo(
    bytesOf(
      await trainForecaster(table, {
        ...small,
        targets: ["births"],
        horizon: 7,
        window: 14,
        timeFeatures: ["day-of-week:one-hot"],
        quantiles: [0.05, 0.5, 0.95],
      }),
    ),
  );
  const { days } = expectKind(ask({ kind: "forecast", days: rows.slice(0, 30) }), "forecast");
  expect(days.map(({ date }) => date)).toEqual(Array.from({ length: 7 }, (_, at) => day(30 + at)));
  for (const { value, low, high } of days) {
    expect(low).toBeLessThanOrEqual(value);
    expect(value).toBeLessThanOrEqual(high);
  }
});

test("nothing is answered before a model is opened", () => {
  expect(() => createDemo()({ kind: "feel", text: "x" })).toThrow("there is none");
  expect(createDemo()({ kind: "more", count: 3 })).toEqual({ kind: "written", text: "", isDone: true });
});
