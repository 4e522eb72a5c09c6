/** A model of every task is opened, traced, asked and exported; what is shown of it says what the model says. */
import {
  assembleWindows,
  createModel,
  findTask,
  findValue,
  initialiseNetwork,
  load,
  network,
  openTask,
  planCaption,
  planClassify,
  planForecast,
  planGenerate,
  planTag,
  planTexts,
  planTranslate,
  recurrentCells,
  reservoirCell,
  save,
  tableFromRows,
  taskNames,
  traceNetwork,
  translateTexts,
} from "recurra";
import type { Json, TaskPlan } from "recurra";
import { expect, test } from "vitest";
import { createModelAnswers } from "./answer-model.ts";
import type { ModelAnswer, ModelQuestion, ModelUse } from "./model.ts";

const small = { hidden: 6, embedding: 4, test: 0, validation: 0 } as const;
const texts = ["mẹ bế bé", "bé ngủ ở đó", "đi đâu đó", "mẹ ở đâu"];
const rows = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const days = rows(80, (n) => ({
  day: new Date(Date.UTC(2024, 0, n + 1)).toISOString().slice(0, 10),
  sales: (n % 7) + n / 9,
}));
const sales = tableFromRows(days, { source: "sales", dateColumn: "day" }).table;
const moves = tableFromRows(
  rows(240, (n) => ({
    id: `s${Math.floor(n / 8)}`,
    x: Math.sin(n),
    kind: Math.floor(n / 8) % 2 === 0 ? "up" : "down",
  })),
  { source: "moves" },
).table;
const reviews = tableFromRows(
  rows(30, (n) => ({ text: `good ${n} and bad`, score: n / 7 })),
  {
    source: "reviews",
    types: { text: "text" },
  },
).table;
const pairs = tableFromRows(
  texts.map((vi) => ({ vi, back: [...vi].reverse().join("") })),
  {
    source: "pairs",
    types: { vi: "text", back: "text" },
  },
).table;
const pictures = {
  kind: "pictures",
  height: 8,
  width: 8,
  names: texts,
  pixels: Float32Array.from({ length: 4 * 64 * 3 }, (_, at) => (at % 11) / 11),
} as const;
const csv = (lines: readonly string[]): ModelUse => ({
  kind: "file",
  name: "given.csv",
  bytes: new TextEncoder().encode(`${lines.join("\n")}\n`),
});
const typed = (text: string): ModelUse => ({ kind: "text", text, temperature: 0.5 });

interface Case {
  readonly plan: TaskPlan;
  readonly use: ModelUse;
  /** The kind of the answer. */
  readonly answer: string;
}

const future = csv(["day,sales", ...days.map(({ day, sales: one }) => `${day},${one}`)]);
const cases: Readonly<Record<string, Case>> = {
  forecast: {
    plan: planForecast(sales, { targets: ["sales"], horizon: 3, window: 14, hidden: 6 }),
    use: future,
    answer: "forecast",
  },
  "forecast by an echo state network": {
    plan: planForecast(sales, {
      targets: ["sales"],
      horizon: 3,
      window: 14,
      hidden: 8,
      cell: reservoirCell({ leak: 0.5 }),
    }),
    use: future,
    answer: "forecast",
  },
  classify: {
    plan: planClassify(moves, { sequence: "id", label: "kind", hidden: 6 }),
    use: csv(["id,x", ...rows(8, (n) => `a,${n}`)]),
    answer: "table",
  },
  texts: {
    plan: planTexts(reviews, { ...small, text: "text", target: "score", cuts: [2] }),
    use: typed("good and bad"),
    answer: "class",
  },
  "texts to numbers": {
    plan: planTexts(reviews, { ...small, text: "text", target: "score" }),
    use: typed("good and bad"),
    answer: "number",
  },
  tag: {
    plan: planTag(
      {
        kind: "tagged-text",
        source: "made",
        layout: "slashed",
        sentences: rows(8, (n) => ({ tokens: ["Dogs", "bark", `at${n}`], tags: ["N", "V", "P"] })),
      },
      small,
    ),
    use: typed("Dogs bark"),
    answer: "text",
  },
  diacritics: {
    plan: planTag({ kind: "texts", source: "made", texts }, { ...small, restore: "diacritics" }),
    use: typed("me o dau"),
    answer: "text",
  },
  generate: {
    plan: planGenerate({ text: "abc cab bac\n".repeat(40), source: "made" }, { hidden: 6, embedding: 4 }),
    use: typed("abc"),
    answer: "text",
  },
  translate: {
    plan: planTranslate(pairs, { ...small, source: "vi", target: "back" }),
    use: typed("mẹ ở đâu"),
    answer: "text",
  },
  caption: {
    plan: planCaption({ pictures, captions: texts, source: "made" }, { ...small, test: 1, channels: [3, 4], views: 1 }),
    use: { kind: "picture", pixels: Array.from({ length: 64 * 3 }, (_, at) => (at % 3) / 2) },
    answer: "text",
  },
};

test("no task is left out", () => {
  expect([...new Set(Object.values(cases).map(({ plan }) => plan.kind.replace("-plan", "")))].toSorted()).toEqual(
    taskNames.toSorted(),
  );
  expect(taskNames.every((name) => findTask(name).name === name)).toBe(true);
});

/** Its model as a file, without any training. */
function fileOf({ training: { network: spec }, task }: TaskPlan): Uint8Array {
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) });
  return save(model, { preprocessing: JSON.parse(JSON.stringify(task)) as Json });
}

async function askOf<K extends ModelAnswer["kind"]>(
  ask: (question: ModelQuestion) => Promise<ModelAnswer>,
  question: ModelQuestion,
  kind: K,
): Promise<ModelAnswer & { kind: K }> {
  const answer = await ask(question);
  if (answer.kind !== kind) throw new Error(answer.kind);
  return answer as ModelAnswer & { kind: K };
}

test.each(Object.entries(cases))("%s", async (_, { plan, use, answer }) => {
  const ask = createModelAnswers();
  const facts = await askOf(ask, { kind: "open", name: "m", bytes: fileOf(plan) }, "model");
  expect(facts.isRecurrent).toBe(true);
  expect(`${facts.task}-plan`).toBe(plan.kind);
  const { cells, told } = await askOf(ask, { kind: "trace", text: facts.sample }, "trace");
  expect(cells.length).toBeGreaterThan(0);
  for (const { labels, values } of cells)
    for (const { size, values: numbers } of values) expect(numbers).toHaveLength(labels.length * size);
  for (const step of told) {
    expect(step.every(({ share }, at) => share <= (step[at - 1]?.share ?? 1))).toBe(true);
    expect(step.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
  }
  for (const { name } of facts.parameters.filter(({ isRecurrent }) => isRecurrent))
    expect((await askOf(ask, { kind: "spectrum", parameter: name }, "spectrum")).radius).toBeGreaterThanOrEqual(0);
  expect((await askOf(ask, { kind: "use", use }, "used")).seen.kind).toBe(answer);
  for (const form of ["float16", "int8"] as const) {
    const { bytes } = await askOf(ask, { kind: "export", form }, "exported");
    const again = await askOf(ask, { kind: "open", name: form, bytes }, "model");
    expect(again.task).toBe(facts.task);
  }
});

test("a forecaster reads its self-test, or the last window of a table whose end is still to be forecast", async () => {
  const { plan } = cases["forecast"]!;
  if (plan.kind !== "forecast-plan") throw new Error(plan.kind);
  const { inputNames, count } = plan.ahead;
  const window = (index: number): Float32Array => {
    const inputs = new Float32Array(14 * inputNames.length);
    assembleWindows(plan.ahead, [index], inputs);
    return inputs;
  };
  const spec = plan.training.network;
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) });
  const valuesOver = (inputs: ArrayLike<number>): Float32Array | undefined => {
    const [cell] = recurrentCells(traceNetwork(model, { inputs }));
    return cell && Float32Array.from(findValue(cell, "c'").values);
  };
  const ask = createModelAnswers();
  const bytes = save(model, {
    preprocessing: JSON.parse(JSON.stringify(plan.task)) as Json,
    selfTest: { steps: 14, batch: 1, inputs: window(3) },
  });
  await ask({ kind: "open", name: "m", bytes });
  const own = await askOf(ask, { kind: "trace", text: "" }, "trace");
  expect(own.numbers).toEqual({ kind: "self-test" });
  expect(own.cells[0]?.values.find(({ name }) => name === "c'")?.values).toEqual(valuesOver(window(3)));
  const table = csv(["day,sales", ...days.map(({ day, sales: one }) => `${day},${one}`), "2024-03-21,", "2024-03-22,"]);
  if (table.kind !== "file") throw new Error(table.kind);
  expect((await askOf(ask, { kind: "use", use: table }, "used")).seen.kind).toBe("forecast");
  const seen = await askOf(ask, { kind: "trace", text: "", table }, "trace");
  expect(seen.numbers).toEqual({ kind: "window", name: "given.csv" });
  expect(seen.cells[0]?.values.find(({ name }) => name === "c'")?.values).toEqual(valuesOver(window(count - 1)));
});

test("a classifier reads the first sequence of a table, and a network without a task and a self-test a wave", async () => {
  const ask = createModelAnswers();
  const { plan, use } = cases["classify"]!;
  if (use.kind !== "file") throw new Error(use.kind);
  await ask({ kind: "open", name: "m", bytes: fileOf(plan) });
  const seen = await askOf(ask, { kind: "trace", text: "", table: use }, "trace");
  expect(seen.numbers).toEqual({ kind: "sequence", name: "given.csv" });
  expect(seen.cells[0]?.labels).toHaveLength(8);
  const spec = network({ features: 1 }).recurrent("rnn", { size: 2 }).last().dense(1).build();
  const bare = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) });
  await ask({ kind: "open", name: "bare", bytes: save(bare, { selfTest: false }) });
  expect((await askOf(ask, { kind: "trace", text: "" }, "trace")).numbers).toEqual({ kind: "wave" });
});

test("a translator is shown on both sides, with where it looked for each word", async () => {
  const ask = createModelAnswers();
  const bytes = fileOf(cases["translate"]!.plan);
  await ask({ kind: "open", name: "m", bytes });
  const { cells, looks, said, told } = await askOf(ask, { kind: "trace", text: "mẹ ở đâu" }, "trace");
  const job = openTask(load(bytes));
  if (job.kind !== "translator") throw new Error(job.kind);
  const [own] = translateTexts(job, ["mẹ ở đâu"]);
  expect(said).toBe(own?.text);
  expect(cells.map(({ isEncoder, labels }) => [isEncoder, labels])).toEqual([
    [true, ["mẹ", "ở", "đâu"]],
    [true, ["mẹ", "ở", "đâu"]],
    [false, ["", ...(own?.tokens ?? [])]],
  ]);
  expect(told).toHaveLength(1 + (own?.tokens.length ?? 0));
  expect(looks).toMatchObject({ source: ["mẹ", "ở", "đâu"], target: own?.tokens });
  looks?.weights.forEach((row) => expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1));
});

test("a captioner's steps are regions on one side and words on the other", async () => {
  const ask = createModelAnswers();
  const facts = await askOf(ask, { kind: "open", name: "m", bytes: fileOf(cases["caption"]!.plan) }, "model");
  expect(facts.side).toBe(8);
  const seen = await askOf(ask, { kind: "trace", text: "" }, "trace");
  expect(seen.cells[0]?.labels).toEqual(["1, 1", "1, 2", "2, 1", "2, 2"]);
  expect(seen.looks?.weights[0]).toHaveLength(4);
  expect(seen.picture).toMatch(/^data:image/);
  const pixels = Array.from({ length: 64 * 3 }, () => 0);
  expect((await askOf(ask, { kind: "trace", text: "", pixels }, "trace")).picture).not.toBe(seen.picture);
});
