/** A model that is opened, looked into, used and exported. */
import {
  createModel,
  initialiseNetwork,
  load,
  network,
  planGenerate,
  concludeGenerate,
  save,
  saveCheckpoint,
  saveResult,
  train,
  traceNetwork,
} from "recurra";
import type { Checkpoint, FinishedEvent } from "recurra";
import { beforeAll, expect, test } from "vitest";
import { createModelAnswers } from "./answer-model.ts";
import { describeNumbers, listNumbers } from "./describe-model.ts";
import type { ModelAnswer } from "./model.ts";

const text = Array.from({ length: 40 }, (_, line) => `line ${line} says the same as line ${line + 1}`).join("\n");
const plan = planGenerate(
  { text, source: "lines.txt" },
  { cell: "lstm", hidden: 32, embedding: 16, epochs: 2, steps: 16 },
);
let finished: FinishedEvent;
let checkpoint: Checkpoint;

beforeAll(async () => {
  for await (const event of train({ ...plan.training, checkpointEpochs: 1 })) {
    if (event.kind === "checkpoint") ({ checkpoint } = event);
    if (event.kind === "finished") finished = event;
  }
});

const expectKind = <K extends ModelAnswer["kind"]>(answer: ModelAnswer, kind: K): ModelAnswer & { kind: K } => {
  if (answer.kind !== kind) throw new Error(answer.kind);
  return answer as ModelAnswer & { kind: K };
};

test("a model says what it is, and what it holds", async () => {
  const ask = createModelAnswers();
  const bytes = saveResult(concludeGenerate(plan, finished));
  const facts = expectKind(await ask({ kind: "open", name: "lines.safetensors", bytes }), "model");
  expect(facts).toMatchObject({
    task: "generate",
    isRecurrent: true,
    goesOn: false,
    bytes: bytes.length,
    summary: { epochs: 2, source: "lines.txt" },
  });
  expect(facts.history.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(facts.cells.map(({ name, sizes }) => [name, sizes])).toEqual([["lstm", [32]]]);
  const parameters = facts.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(facts.parameterCount).toBe(parameters);
  expect(facts.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  expect(facts.parameters.filter(({ isRecurrent }) => isRecurrent).map(({ name }) => name)).toEqual([
    "1.U_i",
    "1.U_f",
    "1.U_g",
    "1.U_o",
  ]);
});

test("its values over a text are the library's own, with what it says after each step", async () => {
  const ask = createModelAnswers();
  const bytes = saveResult(concludeGenerate(plan, finished));
  await ask({ kind: "open", name: "m", bytes });
  const seen = expectKind(await ask({ kind: "trace", text: "line 3" }), "trace");
  expect(seen.cells[0]?.labels).toEqual([..."line 3"]);
  const inputs = [..."line 3"].map((one) => plan.task.vocabulary.entries.indexOf(one));
  const trace = traceNetwork(load(bytes), { inputs });
  const own = trace.layers[1]?.cells[0]?.values.find(({ name }) => name === "f");
  expect(seen.cells[0]?.values.find(({ name }) => name === "f")?.values).toEqual(Float32Array.from(own?.values ?? []));
  expect(seen.told).toHaveLength(6);
  for (const told of seen.told) expect(told[0]?.share).toBeGreaterThanOrEqual(told[1]?.share ?? 1);
});

test("the spectrum of a matrix is that of a turn", async () => {
  const spec = network({ features: 1 }).recurrent("rnn", { size: 2 }).last().dense(1).build();
  const parameters = { ...initialiseNetwork(spec, { seed: 1 }), "0.U": Float32Array.of(0, -0.5, 0.5, 0) };
  const ask = createModelAnswers();
  const facts = expectKind(
    await ask({ kind: "open", name: "turn", bytes: save(createModel({ spec, parameters })) }),
    "model",
  );
  expect(facts.task).toBeUndefined();
  const { real, imaginary, radius } = expectKind(await ask({ kind: "spectrum", parameter: "0.U" }), "spectrum");
  expect(real.map((value) => Math.abs(Math.round(value * 1e6)))).toEqual([0, 0]);
  expect(imaginary.map((value) => Math.abs(value))).toEqual([0.5, 0.5]);
  expect(radius).toBeCloseTo(0.5);
  expect(expectKind(await ask({ kind: "trace", text: "" }), "trace").cells[0]?.labels.length).toBeGreaterThan(10);
});

test("layers of one cell are told with the sizes of all of them", async () => {
  const spec = network({ features: 1 }).recurrent("gru", { size: 64 }).recurrent("gru", { size: 32 }).last().build();
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) });
  const facts = expectKind(await createModelAnswers()({ kind: "open", name: "two", bytes: save(model) }), "model");
  expect(facts.cells.map(({ name, sizes }) => [name, sizes])).toEqual([["gru", [64, 32]]]);
});

test("it goes on with a text, and is exported smaller", async () => {
  const ask = createModelAnswers();
  await ask({ kind: "open", name: "m", bytes: saveResult(concludeGenerate(plan, finished)) });
  const { seen } = expectKind(
    await ask({ kind: "use", use: { kind: "text", text: "line", temperature: 0.5 } }),
    "used",
  );
  expect(seen).toMatchObject({ kind: "text", text: expect.stringMatching(/^line/) as unknown });
  const sizes: number[] = [];
  for (const form of ["float32", "float16", "int8"] as const) {
    const { bytes } = expectKind(await ask({ kind: "export", form }), "exported");
    expect(load(bytes, { verify: true }).details.preprocessing).toBeDefined();
    sizes.push(bytes.length);
  }
  expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes);
});

test("an unfinished run tells its losses so far", async () => {
  const ask = createModelAnswers();
  const facts = expectKind(
    await ask({ kind: "open", name: "run.checkpoint", bytes: saveCheckpoint(plan, checkpoint) }),
    "model",
  );
  expect(facts.progress).toEqual({ epoch: 3, update: checkpoint.progress.update });
  expect(facts.history).toHaveLength(2);
  expect(facts.goesOn).toBe(true);
  const fast = saveCheckpoint(plan, checkpoint, { fast: true });
  expect(expectKind(await ask({ kind: "open", name: "fast", bytes: fast }), "model").goesOn).toBe(false);
});

test("a broken file is refused in the library's words, and the model before stays", async () => {
  const ask = createModelAnswers();
  await ask({ kind: "open", name: "m", bytes: saveResult(concludeGenerate(plan, finished)) });
  await expect(ask({ kind: "open", name: "broken.safetensors", bytes: new Uint8Array(40) })).rejects.toMatchObject({
    code: expect.stringMatching(/^file\//) as unknown,
    message: expect.stringContaining("broken.safetensors") as unknown,
  });
  expect(expectKind(await ask({ kind: "trace", text: "line" }), "trace").cells[0]?.labels).toEqual([..."line"]);
});

test("moments and histograms are those of the numbers", () => {
  const seen = describeNumbers([1, 2, 3, 4]);
  expect(seen).toMatchObject({ norm: Math.sqrt(30), mean: 2.5, deviation: Math.sqrt(1.25), least: 1, most: 4 });
  expect(seen.histogram.reduce((a, b) => a + b, 0)).toBe(4);
  expect(describeNumbers([2, 2]).histogram.filter((count) => count > 0)).toEqual([2]);
  expect(listNumbers({ a: 1, b: { c: 2, d: "x" } })).toEqual([
    { name: "a", value: 1 },
    { name: "b: c", value: 2 },
  ]);
});
