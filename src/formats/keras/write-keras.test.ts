import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findShared } from "../../../test/support/shared-fixtures.ts";
import { cell } from "../../language/index.ts";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import type { Model, NetworkSpec } from "../../network/index.ts";
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

describe.each(["keras", "h5"] as const)("networks written as %s", (format) => {
  it.each(Object.entries(networks))("%s computes the same when it is read again", async (_, spec) => {
    const model = modelOf(spec);
    // Biases begin as zeros, which would hide where they go.
    const random = createRandom(5);
    for (const values of Object.values(model.parameters))
      for (let i = 0; i < values.length; i++) values[i] = random.normal() * 0.5;
    const { bytes, python } = await writeKeras(model, { format, name: "mine" });
    expect(python).toContain(`keras.saving.load_model("mine.${format}")`);
    const again = await readKeras(bytes);
    const isTokens = spec.input.kind === "tokens";
    const columns = isTokens ? 1 : spec.input.size;
    const inputs = Float32Array.from({ length: steps * batch * columns }, () =>
      isTokens ? random.integer(spec.input.size) : random.normal(),
    );
    const wanted = model.predict({ steps, batch, inputs });
    const given = batchFirst(inputs, columns);
    const shape = isTokens ? [batch, steps] : [batch, steps, columns];
    const found = await again.run({ input_layer: { shape, data: given } });
    const output = found[again.outputs[0]?.name ?? ""];
    const expected = model.shape.perStep ? batchFirst(wanted, model.shape.outputSize) : wanted;
    expect(output?.data.length).toBe(expected.length);
    for (const [i, value] of Array.from(output?.data ?? [], Number).entries())
      expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-5);
    again.dispose();
    model.dispose();
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
    "Layer 1 (pool): the last output",
    network({ features: 2 }).recurrent("lstm", { size: 3, direction: "both" }).last().build(),
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
