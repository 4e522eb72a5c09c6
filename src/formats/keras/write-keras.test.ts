import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findShared } from "../../../test/support/shared-fixtures.ts";
import { cell } from "../../language/index.ts";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import type { Model, NetworkSpec } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { readZip } from "../../util/zip.ts";
import { readHdf5 } from "./hdf5.ts";
import type { Hdf5Group } from "./hdf5.ts";
import { readKeras } from "./read-keras.ts";
import { writeKeras } from "./write-keras.ts";

const modelOf = (spec: NetworkSpec): Model =>
  createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }), backend: "wasm" });

const networks: Readonly<Record<string, NetworkSpec>> = {
  "a stack with one output": network({ features: 3 })
    .recurrent("lstm", { size: 5 })
    .dropout(0.2, { perSequence: true })
    .recurrent("gru", { size: 4 })
    .dense(6, { activation: "tanh" })
    .last()
    .dense(2)
    .build(),
  "tokens and both directions": network({ tokens: 11 })
    .embedding(4)
    .recurrent("gru-v1", { size: 3, direction: "both" })
    .normalise()
    .recurrent("rnn", { size: 3, direction: "both" })
    .mean()
    .dense(4, { activation: "sigmoid" })
    .build(),
  convolutions: network({ features: 2 })
    .convolution(4, { kernel: 3, dilation: 2, activation: "relu" })
    .convolution(3, { kernel: 2, padding: "valid", stride: 2 })
    .recurrent("rnn-relu", { size: 4 })
    .max()
    .build(),
  "final outputs of both directions": network({ features: 3 })
    .recurrent("lstm", { size: 4, direction: "both" })
    .recurrent("gru", { size: 3, direction: "both" })
    .dropout(0.2)
    .final()
    .dense(2)
    .build(),
  "the final output of layers that read from the end": network({ features: 3 })
    .recurrent("lstm", { size: 4, direction: "backward" })
    .dense(5, { activation: "tanh" })
    .recurrent("gru", { size: 4, direction: "backward" })
    .final()
    .build(),
  "from the end, then from the start, and back again": network({ features: 3 })
    .recurrent("lstm", { size: 4, direction: "backward" })
    .recurrent("rnn", { size: 3 })
    .recurrent("gru", { size: 3, direction: "both" })
    .recurrent("gru-v1", { size: 4, direction: "backward" })
    .max()
    .dense(2)
    .build(),
  "residual connections": network({ features: 4 })
    .recurrent("lstm", { size: 4, residual: true })
    .recurrent("gru", { size: 2, direction: "both", residual: true })
    .recurrent("rnn", { size: 3, direction: "backward" })
    .recurrent("rnn", { size: 3, direction: "backward", residual: true })
    .mean()
    .dense(2)
    .build(),
  "an output for each step": network({ features: 3 })
    .recurrent("lstm", { size: 4, direction: "both" })
    .dense(2, { activation: "relu" })
    .build(),
};

const [steps, batch] = [7, 2];

/** `[batch, steps, size]` of `[steps, batch, size]`. */
function batchFirst(data: ArrayLike<number>, size: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let t = 0; t < steps; t++)
    for (let b = 0; b < batch; b++)
      for (let i = 0; i < size; i++) turned[(b * steps + t) * size + i] = data[(t * batch + b) * size + i] ?? NaN;
  return turned;
}

/** Biases begin as zeros, which would hide where they go. */
function variedModel(spec: NetworkSpec): Model {
  const model = modelOf(spec);
  const random = createRandom(5);
  for (const values of Object.values(model.parameters))
    for (let i = 0; i < values.length; i++) values[i] = random.normal() * 0.5;
  return model;
}

/** An input as Keras has it, and what it should give. */
function exampleOf(model: Model) {
  const { input } = model.spec;
  const random = createRandom(7);
  const isTokens = input.kind === "tokens";
  const columns = isTokens ? 1 : input.size;
  const inputs = Float32Array.from({ length: steps * batch * columns }, () =>
    isTokens ? random.integer(input.size) : random.normal(),
  );
  const wanted = model.predict({ steps, batch, inputs });
  const shape = isTokens ? [batch, steps] : [batch, steps, columns];
  return {
    given: { shape, data: batchFirst(inputs, columns) },
    expected: model.shape.perStep ? batchFirst(wanted, model.shape.outputSize) : wanted,
  };
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of Array.from(got).entries()) expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(1e-5);
}

describe.each(["keras", "h5"] as const)("networks written as %s", (format) => {
  it.each(Object.entries(networks))("%s computes the same when it is read again", async (_, spec) => {
    const model = variedModel(spec);
    const { bytes, python } = await writeKeras(model, { format, name: "mine" });
    expect(python).toContain(`keras.saving.load_model("mine.${format}")`);
    const again = await readKeras(bytes);
    const { given, expected } = exampleOf(model);
    const found = await again.run({ input_layer: given });
    const output = found[again.outputs[0]?.name ?? ""];
    expectNear(Array.from(output?.data ?? [], Number), expected);
    again.dispose();
    model.dispose();
  });

  it.each(Object.entries(networks))("%s comes back as layers", async (_, spec) => {
    const model = variedModel(spec);
    const again = (await readKeras((await writeKeras(model, { format })).bytes, { backend: "wasm" })).network();
    const directionsOf = ({ layers }: NetworkSpec): readonly (string | undefined)[] =>
      layers.flatMap((layer) => (layer.kind === "cell" ? [layer.direction ?? "forward"] : []));
    expect(directionsOf(again.spec)).toEqual(directionsOf(spec));
    const { input } = spec;
    const inputs = Float32Array.from({ length: steps * batch * (input.kind === "tokens" ? 1 : input.size) }, (__, i) =>
      input.kind === "tokens" ? i % input.size : Math.sin(i),
    );
    expectNear(again.predict({ steps, batch, inputs }), model.predict({ steps, batch, inputs }));
  });

  it("final outputs of both directions come back as layers", async () => {
    const model = variedModel(known(networks["final outputs of both directions"], "a network"));
    const again = (await readKeras((await writeKeras(model, { format })).bytes)).network();
    const directions = again.spec.layers.map((layer) => (layer.kind === "cell" ? layer.direction : layer.kind));
    expect(directions).toEqual(["both", "both", "pool", undefined]);
    expect(again.spec.layers[2]).toEqual({ kind: "pool", over: "final" });
    expect(again.parameters["0.backward.U_f"]).toEqual(model.parameters["0.backward.U_f"]);
  });

  it("keeps every bit of the weights", async () => {
    const spec = networks["a stack with one output"];
    if (spec === undefined) throw new Error("no network");
    const model = modelOf(spec);
    const words = new Uint32Array(1);
    const [float] = [new Float32Array(words.buffer)];
    const random = createRandom(9);
    // Any bits but infinities and what is no number, negative zeros among them.
    for (const values of Object.values(model.parameters))
      for (let i = 0; i < values.length; i++) {
        words[0] = i % 5 === 0 ? 0x80000000 : random.integer(2 ** 31) % 0x7f800000;
        values[i] = float[0] ?? 0;
      }
    const { graph } = await readKeras((await writeKeras(model, { format })).bytes);
    const bitsOf = (data: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(data).buffer);
    for (const name of ["W_i", "U_f", "b_g", "b_o"])
      expect(bitsOf(graph.constants.get(`lstm/${name}`)?.data as Float32Array), name).toEqual(
        bitsOf(model.parameters[`0.${name}`] ?? []),
      );
    for (const name of ["W_r", "U_z", "b_z", "b_n", "v_n"])
      expect(bitsOf(graph.constants.get(`gru/${name}`)?.data as Float32Array), name).toEqual(
        bitsOf(model.parameters[`2.${name}`] ?? []),
      );
  });
});

/** A Python that has Keras, if this machine has one. */
function findPython(): string | undefined {
  try {
    execFileSync("python3", ["-c", "import keras"], { stdio: "ignore" });
    return "python3";
  } catch {
    return undefined;
  }
}

const python = findPython();

it.skipIf(python === undefined)(
  "Keras gives the same numbers (skipped where python3 has no keras)",
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "recurra-keras-"));
    try {
      const script = ["import json, keras, numpy as np"];
      const cases: { readonly file: string; readonly expected: ArrayLike<number> }[] = [];
      for (const [n, spec] of Object.values(networks).entries())
        for (const format of ["keras", "h5"] as const) {
          const model = variedModel(spec);
          const file = path.join(folder, `${n}.${format}`);
          writeFileSync(file, (await writeKeras(model, { format })).bytes);
          const { given, expected } = exampleOf(model);
          cases.push({ file, expected });
          script.push(
            `x = np.array(${JSON.stringify([...given.data])}).reshape(${JSON.stringify(given.shape)})`,
            `y = keras.saving.load_model(${JSON.stringify(file)})(x.astype("${spec.input.kind === "tokens" ? "int32" : "float32"}"))`,
            `json.dump(np.asarray(y).flatten().tolist(), open(${JSON.stringify(`${file}.json`)}, "w"))`,
          );
        }
      const check = path.join(folder, "check.py");
      writeFileSync(check, script.join("\n"));
      execFileSync(python!, [check], { stdio: "pipe" });
      for (const { file, expected } of cases)
        expectNear(JSON.parse(readFileSync(`${file}.json`, "utf8")) as number[], expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

it("weights alone are read with the configuration beside them", async () => {
  const model = modelOf(networks["a stack with one output"] as NetworkSpec);
  const entries = readZip((await writeKeras(model)).bytes);
  const weights = entries.get("model.weights.h5")?.read() ?? new Uint8Array();
  await expect(readKeras(weights)).rejects.toThrow(/option config/);
  const config = new TextDecoder().decode(entries.get("config.json")?.read());
  const { graph } = await readKeras(weights, { config });
  expect(graph.constants.get("lstm/W_i")?.data).toEqual(model.parameters["0.W_i"]);
});

it("the same model gives the same bytes", async () => {
  for (const format of ["keras", "h5"] as const) {
    const model = modelOf(networks["convolutions"] as NetworkSpec);
    const first = await writeKeras(model, { format });
    // A second later, which is what files tell of time.
    await new Promise((done) => setTimeout(done, 1100));
    expect((await writeKeras(model, { format })).bytes).toEqual(first.bytes);
  }
});

it("tells Keras nothing that the class of a layer does not take", async () => {
  const { bytes } = await writeKeras(modelOf(networks["a stack with one output"] as NetworkSpec));
  const text = new TextDecoder().decode(readZip(bytes).get("config.json")?.read());
  const { config } = JSON.parse(text) as { config: { layers: { class_name: string; config: object }[] } };
  const dropout = config.layers.find(({ class_name: name }) => name === "SpatialDropout1D");
  expect(Object.keys(dropout?.config ?? {}).toSorted()).toEqual(["dtype", "name", "rate"]);
});

/** Paths of all groups and tensors with their shapes. */
function treeOf(group: Hdf5Group, path = ""): readonly string[] {
  return [
    ...[...group.tensors].map(([name, { shape }]) => `${path}/${name} [${shape.join(", ")}]`),
    ...[...group.groups].flatMap(([name, child]) => [`${path}/${name}`, ...treeOf(child, `${path}/${name}`)]),
  ];
}

const fixture = findShared("fixtures/keras/files/komei_lstm_model.keras");

it.skipIf(fixture === undefined)(
  "a .keras file has the groups, weights and settings of one that Keras wrote",
  async () => {
    const bytes = new Uint8Array(readFileSync(fixture ?? ""));
    const spec = network({ features: 24 })
      .recurrent("lstm", { size: 50 })
      .dropout(0.2)
      .recurrent("lstm", { size: 50 })
      .last()
      .dropout(0.2)
      .dense(25)
      .dense(2)
      .build();
    const written = (await writeKeras(modelOf(spec))).bytes;
    const partsOf = async (
      file: Uint8Array,
    ): Promise<{ tree: readonly string[]; layers: readonly Record<string, unknown>[] }> => {
      const entries = readZip(file);
      const read = (name: string): Uint8Array => entries.get(name)?.read() ?? new Uint8Array();
      const config = JSON.parse(new TextDecoder().decode(read("config.json"))) as {
        config: { layers: Record<string, unknown>[] };
      };
      return {
        tree: treeOf(await readHdf5(read("model.weights.h5"), new Set(["optimizer"]))).toSorted(),
        layers: config.config.layers,
      };
    };
    const [mine, theirs] = [await partsOf(written), await partsOf(bytes)];
    expect(mine.tree).toEqual(theirs.tree);
    expect(mine.layers.map(({ class_name: name }) => name)).toEqual(theirs.layers.map(({ class_name: name }) => name));
    for (const [at, { module, config }] of mine.layers.entries()) {
      const their = theirs.layers[at];
      expect(module).toBe(their?.["module"]);
      // Each setting that is written stands there with the same value, but for how many steps there are.
      const settings = Object.entries(config as object).filter(([key]) => key !== "batch_shape");
      for (const [key, value] of settings)
        expect([key, value]).toEqual([key, (their?.["config"] as Record<string, unknown> | undefined)?.[key]]);
    }
  },
);

it.each([
  [
    "Layer 0 (mine): the cell mine",
    network({ features: 2 }).recurrent(cell("mine", "h' = tanh(W x + U h)"), { size: 3 }).build(),
  ],
  [
    "Layer 0 (lstm-peephole): the cell lstm-peephole",
    network({ features: 2 }).recurrent("lstm-peephole", { size: 3 }).build(),
  ],
  [
    "Layer 0 (lstm): a first state that is not zero",
    network({ features: 2 }).recurrent("lstm", { size: 3, initialState: "learned" }).build(),
  ],
  [
    "Layer 1 (pool): the last step, and not the final output,",
    network({ features: 2 }).recurrent("lstm", { size: 3, direction: "both" }).last().build(),
  ],
  [
    "Layer 1 (pool): the last output of anything but a recurrent layer",
    network({ features: 3 }).recurrent("lstm", { size: 3, residual: true }).last().build(),
  ],
  [
    "Layer 1 (gru): a layer in both directions after one that reads from the end",
    network({ features: 2 })
      .recurrent("lstm", { size: 3, direction: "backward" })
      .recurrent("gru", { size: 3, direction: "both" })
      .mean()
      .build(),
  ],
  [
    "Layer 1 (convolution): a convolution after",
    network({ features: 2 })
      .recurrent("lstm", { size: 3, direction: "backward" })
      .convolution(2, { kernel: 3 })
      .mean()
      .build(),
  ],
  [
    "Layer 0 (lstm): a residual connection around",
    network({ features: 3 }).recurrent("lstm", { size: 3, direction: "backward", residual: true }).mean().build(),
  ],
  [
    "Layer 0 (lstm): a layer that reads from the end",
    network({ features: 2 }).recurrent("lstm", { size: 3, direction: "backward" }).build(),
  ],
  ["Layer 0 (spatial-pool): pooling", network({ features: 2 }).pool(2, "max").mean().build()],
])("refuses: %s", async (message, spec) => {
  await expect(writeKeras(modelOf(spec))).rejects.toMatchObject({
    code: "keras/cannot-write",
    message: expect.stringContaining(message) as string,
  });
});
