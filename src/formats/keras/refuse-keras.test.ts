import { describe, expect, it } from "vitest";
import { cells } from "../../cells/index.ts";
import { equalCells } from "../../language/index.ts";
import { cellOf, createModel, initialiseNetwork, network } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { readZip, writeZip } from "../../util/zip.ts";
import { readKeras } from "./read-keras.ts";
import { writeKeras } from "./write-keras.ts";

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

interface OneLayer {
  readonly className: string;
  readonly config?: object;
  readonly shape?: readonly (number | null)[];
  readonly version?: string;
  /** Shapes of its weights, which are zeros. */
  readonly weights?: readonly (readonly number[])[];
}

/** The model.json of one layer, and the bytes of its weights. */
function jsonOf({
  className,
  config = {},
  shape = [null, 5, 3],
  version = "2.13.1",
  weights = [],
}: OneLayer): Parameters<typeof readKeras> {
  const layers = [
    { class_name: "InputLayer", config: { name: "x", batch_input_shape: shape } },
    { class_name: className, config: { name: "it", ...config } },
  ];
  const json = {
    modelTopology: {
      keras_version: version,
      model_config: { class_name: "Sequential", config: { name: "m", layers } },
    },
    weightsManifest: [
      { paths: ["w.bin"], weights: weights.map((one, at) => ({ name: `it/${at}`, shape: one, dtype: "float32" })) },
    ],
  };
  const count = weights.flatMap((one) => [one.reduce((all, size) => all * size, 1)]).reduce((sum, one) => sum + one, 0);
  return [encode(json), { weights: { "w.bin": new Uint8Array(4 * count) } }];
}

describe("what cannot be read is named", () => {
  it.each<readonly [string, OneLayer]>([
    [
      'Layer "it" (Lambda): code of one\'s own',
      { className: "Lambda", config: { function: ["4wAAAA==", null, null] } },
    ],
    ['Layer "it" (Mine): a layer of this class', { className: "Mine" }],
    ['Layer "it" (Resizing): a layer of this class', { className: "Resizing" }],
    [
      '(Dense): the activation "my_act"',
      { className: "Dense", config: { units: 2, activation: "my_act" }, weights: [[3, 2], [2]] },
    ],
    [
      "(an activation that equations cannot say)",
      {
        className: "LSTM",
        config: { units: 2, activation: { class_name: "ThresholdedReLU", config: { theta: 1 } } },
        weights: [[3, 8], [2, 8], [8]],
      },
    ],
    [
      "(BatchNormalization): renorm=true",
      { className: "BatchNormalization", config: { renorm: true }, weights: [[3], [3], [3], [3]] },
    ],
    [
      "(Dense): the setting sharpness=3",
      { className: "Dense", config: { units: 2, sharpness: 3 }, weights: [[3, 2], [2]] },
    ],
    [
      "(LayerNormalization): rms_scaling=true",
      { className: "LayerNormalization", config: { rms_scaling: true }, weights: [[3], [3]] },
    ],
    [
      '(Dense): its setting units is "two", but must be a whole number',
      { className: "Dense", config: { units: "two" }, weights: [[3, 2], [2]] },
    ],
    [
      "(Dense): its weight kernel is [4, 2], but must be [3, 2]",
      { className: "Dense", config: { units: 2 }, weights: [[4, 2], [2]] },
    ],
    [
      "(Dense): the file has 1 weights for it, and it has 2: kernel, bias",
      { className: "Dense", config: { units: 2 }, weights: [[3, 2]] },
    ],
    [
      "(LSTM): its setting units is -1, but must be a whole number of at least 1",
      { className: "LSTM", config: { units: -1 }, weights: [[3, 8], [2, 8], [8]] },
    ],
    ["(LSTM): the file has 0 weights", { className: "LSTM", config: { units: 2 ** 40 } }],
    [
      "an axis of 4000000000 numbers",
      { className: "LayerNormalization", config: { scale: false, center: false }, shape: [null, 4e9] },
    ],
    ["(RNN): a recurrent layer without a cell", { className: "RNN" }],
  ])("%s", async (message, layer) => {
    await expect(readKeras(...jsonOf(layer))).rejects.toThrow(message);
    await expect(readKeras(...jsonOf(layer))).rejects.toBeInstanceOf(RecurraError);
  });

  it("custom objects of Keras 3", async () => {
    const layer = { class_name: "Dense", registered_name: "my_package>Dense", config: { name: "d", units: 1 } };
    const config = { class_name: "Sequential", config: { name: "m", layers: [layer] } };
    await expect(readKeras(encode({ modelTopology: config }))).rejects.toThrow("the custom object my_package>Dense");
  });

  it("files that are something else", async () => {
    await expect(readKeras(encode("hello"))).rejects.toMatchObject({ code: "keras/bad-file" });
    await expect(readKeras(encode("{"))).rejects.toMatchObject({ code: "keras/bad-file" });
    await expect(readKeras(encode({ format: "graph-model" }))).rejects.toThrow(/graph-model/);
    await expect(readKeras(writeZip(new Map([["a", encode("b")]])))).rejects.toThrow(/no metadata.json/);
  });

  it.each(["../w.bin", "/etc/passwd", "a/../../w.bin", "https://example.org/w.bin", "a\\b", "./w.bin"])(
    "weights at %s",
    async (path) => {
      const json = {
        modelTopology: {
          class_name: "Sequential",
          config: { layers: [{ class_name: "InputLayer", config: { name: "x", batch_input_shape: [null, 1] } }] },
        },
        weightsManifest: [{ paths: [path], weights: [] }],
      };
      const asked: string[] = [];
      const weights = (name: string): Uint8Array => {
        asked.push(name);
        return new Uint8Array(4);
      };
      await expect(readKeras(encode(json), { weights })).rejects.toThrow(/no path beside it/);
      expect(asked).toEqual([]);
    },
  );

  it("lists in lists without end", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const body = (outputs: string, layers: string): string =>
      `{"modelTopology": {"class_name": "Model", "config": {"layers": ${layers}, "input_layers": [], "output_layers": ${outputs}}}}`;
    for (const text of [
      body(deep, "[]"),
      body("[]", deep),
      body("[]", `[{"class_name": "Dense", "config": {"name": ${deep}}}]`),
    ])
      await expect(readKeras(encode(text))).rejects.toBeInstanceOf(RecurraError);
  });

  it("models that go round in a circle, or lie too deep in each other", async () => {
    const dense = (name: string, from: string): object => ({
      class_name: "Activation",
      name,
      config: { name, activation: "relu" },
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const body = {
      name: "m",
      layers: [dense("a", "b"), dense("b", "a")],
      input_layers: [],
      output_layers: [["a", 0, 0]],
    };
    await expect(readKeras(encode({ modelTopology: { class_name: "Model", config: body } }))).rejects.toThrow(
      /depend on its own/,
    );
    let model: object = { class_name: "Sequential", config: { layers: [] } };
    for (let depth = 0; depth < 50; depth++) model = { class_name: "Sequential", config: { layers: [model] } };
    await expect(readKeras(encode({ modelTopology: model }))).rejects.toThrow(/deep in each other/);
  });
});

describe("standard cells keep their equations", () => {
  it.each([
    ["lstm", "LSTM", { recurrent_activation: "sigmoid" }, [[3, 8], [2, 8], [8]]],
    [
      "gru",
      "GRU",
      { recurrent_activation: "sigmoid", reset_after: true },
      [
        [3, 6],
        [2, 6],
        [2, 6],
      ],
    ],
    ["gru-v1", "GRU", { recurrent_activation: "sigmoid", reset_after: false }, [[3, 6], [2, 6], [6]]],
    ["rnn", "SimpleRNN", {}, [[3, 2], [2, 2], [2]]],
    ["rnn-relu", "SimpleRNN", { activation: "relu" }, [[3, 2], [2, 2], [2]]],
    ["lstm", "CuDNNLSTM", {}, [[3, 8], [2, 8], [16]]],
    ["gru", "CuDNNGRU", {}, [[3, 6], [2, 6], [12]]],
  ] as const)("%s of %s", async (name, className, config, weights) => {
    const { graph } = await readKeras(...jsonOf({ className, config: { units: 2, ...config }, weights }));
    const node = graph.nodes.find(({ kind }) => kind === "recurrent");
    expect(node?.kind === "recurrent" && equalCells(cellOf(node.cell), cells[name])).toBe(true);
  });

  it("hard_sigmoid is the one of the version that wrote the file", async () => {
    const textOf = async (version: string): Promise<string> => {
      const { graph } = await readKeras(
        ...jsonOf({
          className: "LSTM",
          version,
          config: { units: 2, recurrent_activation: "hard_sigmoid" },
          weights: [[3, 8], [2, 8], [8]],
        }),
      );
      const node = graph.nodes.find(({ kind }) => kind === "recurrent");
      return node?.kind === "recurrent" ? node.cell.text : "";
    };
    expect(await textOf("2.13.1")).toContain("i = hard_sigmoid_keras(");
    expect(await textOf("tfjs-layers 4.22.0")).toContain("i = hard_sigmoid_keras(");
    expect(await textOf("3.3.3")).toContain("i = hard_sigmoid(");
  });

  it("matrices of cuDNN's layers lie row by row, each gate by itself", async () => {
    const [json] = jsonOf({ className: "CuDNNGRU", config: { units: 2 }, weights: [[3, 6], [2, 6], [12]] });
    // Entry number n of the kernel is n; rows of the file are [3][6], gates z, r, h.
    const numbers = Float32Array.from({ length: 18 + 12 + 12 }, (_, at) => at);
    const { graph } = await readKeras(json, { weights: () => new Uint8Array(numbers.buffer) });
    // The columns of gate r are 2 and 3: 2 3, 8 9, 14 15, which are the rows of [2][3].
    expect([...(graph.constants.get("it/W_r")?.data ?? [])]).toEqual([2, 3, 8, 9, 14, 15]);
    // Biases follow: z, r, h of inputs (30 …), then of states (36 …).
    expect([...(graph.constants.get("it/b_r")?.data ?? [])]).toEqual([32 + 38, 33 + 39]);
    expect([...(graph.constants.get("it/b_n")?.data ?? [])]).toEqual([34, 35]);
    expect([...(graph.constants.get("it/v_n")?.data ?? [])]).toEqual([40, 41]);
  });
});

/** The same sequence of changes in every run. */
function mutations(whole: Uint8Array, count: number): readonly Uint8Array[] {
  let seed = 11;
  const next = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % n;
  };
  return Array.from({ length: count }, (_, turn) => {
    if (turn % 5 === 0) return whole.slice(0, next(whole.length));
    const changed = whole.slice();
    for (let n = 0; n <= turn % 4; n++) changed[next(whole.length)] = next(3) === 0 ? 255 : next(256);
    return changed;
  });
}

describe("files that were cut off or changed end in an error of ours, or still are models", () => {
  const spec = network({ features: 2 }).recurrent("lstm", { size: 2 }).dense(1).build();
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "wasm" });
  const countRefused = async (
    files: readonly Uint8Array[],
    options: Parameters<typeof readKeras>[1] = {},
  ): Promise<number> => {
    let refused = 0;
    for (const file of files) {
      try {
        (await readKeras(file, options)).dispose();
      } catch (error) {
        expect(error).toBeInstanceOf(RecurraError);
        refused++;
      }
    }
    return refused;
  };

  it("HDF5", async () => {
    const { bytes } = await writeKeras(model, { format: "h5" });
    expect(await countRefused(mutations(bytes, 300))).toBeGreaterThan(100);
    // What a damaged file leaves behind does not reach the next one.
    expect((await readKeras(bytes)).graph.constants.get("lstm/W_i")?.data).toEqual(model.parameters["0.W_i"]);
  });

  it("zip, and HDF5 in a whole zip", async () => {
    const { bytes } = await writeKeras(model);
    expect(await countRefused(mutations(bytes, 150))).toBeGreaterThan(100);
    const entries = [...readZip(bytes)].map(([name, entry]) => [name, entry.read()] as const);
    const files = mutations(entries.find(([name]) => name.endsWith(".h5"))?.[1] ?? bytes, 150);
    const zips = files.map((file) =>
      writeZip(new Map(entries.map(([name, data]) => [name, name.endsWith(".h5") ? file : data]))),
    );
    expect(await countRefused(zips)).toBeGreaterThan(50);
  });

  it("JSON", async () => {
    const [json, options] = jsonOf({ className: "LSTM", config: { units: 2 }, weights: [[3, 8], [2, 8], [8]] });
    expect(await countRefused(mutations(json, 300), options)).toBeGreaterThan(100);
  });
});
