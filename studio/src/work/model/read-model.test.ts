import { createModel, initialiseNetwork, network } from "recurra";
import { writeKeras } from "recurra/formats/keras";
import { writeOnnx } from "recurra/formats/onnx";
import { writeTorch } from "recurra/formats/torch";
import { expect, test } from "vitest";
import { createModelAnswers } from "./answer-model.ts";
import { readModel } from "./read-model.ts";

const spec = network({ features: 3 }).recurrent("lstm", { size: 5 }).last().dense(2).build();
const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 2 }), backend: "wasm" });

const files: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "a.onnx": async () => writeOnnx(model),
  "a.keras": async () => (await writeKeras(model, { format: "keras" })).bytes,
  "a.H5": async () => (await writeKeras(model, { format: "h5" })).bytes,
  "a.safetensors": async () => writeTorch(model).bytes,
};

test.each(Object.entries(files))("%s is opened as the network that it holds", async (name, write) => {
  const read = await readModel({ name, bytes: await write() });
  if (read.kind !== "layers") throw new Error(read.kind);
  expect(read.model.spec.layers.map(({ kind }) => kind)).toEqual(["cell", "pool", "cell"]);
  expect(read.model.parameters["0.W_i"]).toEqual(model.parameters["0.W_i"]);
  const facts = await createModelAnswers()({ kind: "open", name, bytes: await write() });
  expect(facts.kind).toBe("model");
});

test("what is none is said", async () => {
  await expect(readModel({ name: "a.onnx", bytes: new Uint8Array(40).fill(255) })).rejects.toMatchObject({
    code: "onnx/bad-file",
  });
  await expect(readModel({ name: "a.keras", bytes: new Uint8Array(40) })).rejects.toMatchObject({
    code: expect.stringMatching(/^keras|^file/) as unknown,
  });
  await expect(readModel({ name: "a.pt", bytes: new Uint8Array(40) })).rejects.toMatchObject({
    code: expect.stringMatching(/^torch|^file/) as unknown,
  });
});
