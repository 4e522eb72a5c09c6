/** A model that is no chain of layers, opened, traced and exported; and a model of TF.js with its files of weights. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { traceGraph } from "recurra";
import { readOnnx } from "recurra/formats/onnx";
import { expect, test } from "vitest";
import { tfjsModel } from "../../../../test/support/tfjs-model.ts";
import { twoHeadsFile } from "../../../../test/support/two-heads.ts";
import { createModelAnswers } from "./answer-model.ts";
import type { GraphModelFacts, GraphSample, ModelAnswer } from "./model.ts";

const expectKind = <K extends ModelAnswer["kind"]>(answer: ModelAnswer, kind: K): ModelAnswer & { kind: K } => {
  if (answer.kind !== kind) throw new Error(answer.kind);
  return answer as ModelAnswer & { kind: K };
};

const sampleOf = ({ fields }: GraphModelFacts, change: Partial<GraphSample> = {}): GraphSample => ({
  fill: "noise",
  steps: 12,
  values: Object.fromEntries(fields.map(({ key, value }) => [key, value])),
  ...change,
});

test("a stream: what it is, its cells step by step, the spectrum of a matrix, and itself as ONNX", async () => {
  const ask = createModelAnswers();
  const bytes = twoHeadsFile();
  const facts = expectKind(await ask({ kind: "open", name: "heads.onnx", bytes }), "graph");
  expect(facts).toMatchObject({ format: "ONNX", streams: true, hears: false, parameterCount: 335, fields: [] });
  expect(facts.inputs).toEqual([{ name: "x", type: "float32", shape: ["steps", "batch", 3] }]);
  expect(facts.recurrent.map(({ name, size }) => [name, size])).toEqual([
    ["gru", 5],
    ["lstm", 5],
  ]);
  expect(facts.cells.map(({ name, sizes }) => [name, sizes])).toEqual([
    ["gru", [5]],
    ["lstm", [5]],
  ]);
  expect(facts.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(335);
  const square = facts.parameters.filter(({ isRecurrent }) => isRecurrent);
  expect(square.map(({ name }) => name.replace(/.*\./, "")).sort()).toEqual(
    ["U_f", "U_g", "U_i", "U_n", "U_o", "U_r", "U_z"].sort(),
  );
  const spectrum = expectKind(await ask({ kind: "spectrum", parameter: square[0]!.name }), "spectrum");
  expect(spectrum.real).toHaveLength(5);
  const { trace, stream } = expectKind(await ask({ kind: "trace-graph", sample: sampleOf(facts) }), "graph-trace");
  expect(trace.cells.map(({ name, labels }) => [name, labels.length])).toEqual([
    ["gru", 12],
    ["lstm", 12],
  ]);
  expect([stream?.name, stream?.size, stream?.values.length]).toEqual(["mood", 2, 24]);
  const still = expectKind(
    await ask({ kind: "trace-graph", sample: sampleOf(facts, { fill: "zeros" }) }),
    "graph-trace",
  );
  expect(still.trace.cells[0]!.values).not.toEqual(trace.cells[0]!.values);
  const exported = expectKind(await ask({ kind: "export", form: "onnx" }), "exported");
  const again = await readOnnx(exported.bytes);
  expect(again.outputs.map(({ name }) => name)).toEqual(["mood", "speed"]);
});

test("a whole sequence, with sizes of the reader's; what the model does not take is its own error", async () => {
  const ask = createModelAnswers();
  const bytes = twoHeadsFile("backward");
  const facts = expectKind(await ask({ kind: "open", name: "ends.onnx", bytes }), "graph");
  expect(facts.streams).toBe(false);
  expect(facts.fields.map(({ name, value }) => [name, value])).toEqual([
    ["steps", 40],
    ["batch", 1],
  ]);
  const values = { "size steps": 6, "size batch": 2 };
  const seen = expectKind(await ask({ kind: "trace-graph", sample: sampleOf(facts, { values }) }), "graph-trace");
  expect(seen.outputs.map(({ name, shape, numbers }) => [name, shape, numbers.length])).toEqual([
    ["mood", [6, 2, 2], 6],
    ["speed", [6, 2, 1], 6],
  ]);
  const graph = await readOnnx(bytes);
  const zeros = { x: { shape: [6, 2, 3], data: new Float32Array(36) } };
  const own = await traceGraph(graph, zeros);
  const still = await ask({ kind: "trace-graph", sample: sampleOf(facts, { values, fill: "zeros" }) });
  expect(expectKind(still, "graph-trace").trace.cells[1]!.values.map((value) => value.values)).toEqual(
    own.cells[1]!.cell.values.map((value) => Float32Array.from(value.values)),
  );
});

test("a voice detector is opened with its sampling rate and a window that it takes, and reads a sound", async () => {
  const ask = createModelAnswers();
  const file = fileURLToPath(
    new URL("../../../../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", import.meta.url),
  );
  const bytes = new Uint8Array(await readFile(file));
  const facts = expectKind(await ask({ kind: "open", name: "silero_vad_v5.onnx", bytes }), "graph");
  expect(facts).toMatchObject({ streams: true, hears: true });
  expect(facts.fields.map(({ name, value }) => [name, value])).toEqual([
    ["input_1", 512],
    ["sr", 16_000],
  ]);
  const sound = Float32Array.from({ length: 512 * 5 + 100 }, (_, at) => Math.sin(at / 9));
  const seen = expectKind(await ask({ kind: "trace-graph", sample: sampleOf(facts, { sound }) }), "graph-trace");
  expect(seen.trace.cells.map(({ labels }) => labels.length)).toEqual([5]);
  expect(seen.stream?.values).toHaveLength(5);
  const values = { ...sampleOf(facts).values, "size input_1": 8 };
  await expect(ask({ kind: "trace-graph", sample: sampleOf(facts, { values }) })).rejects.toMatchObject({
    code: expect.stringMatching(/^graph\//) as unknown,
  });
});

test("a model of TF.js is opened with its files of weights, and says which one is missing", async () => {
  const [model, ...weights] = tfjsModel();
  const facts = await createModelAnswers()({ kind: "open", ...model, beside: weights });
  expect(expectKind(facts, "model").cells.map(({ name, sizes }) => [name, sizes])).toEqual([["rnn", [4]]]);
  await expect(createModelAnswers()({ kind: "open", ...model, beside: weights.slice(0, 1) })).rejects.toMatchObject({
    code: "studio/missing-weights",
    message: "model.json has weights in group2-shard1of1.bin, which is missing here: choose or drop both together.",
  });
});
