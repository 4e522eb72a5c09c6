/** Writes networks as models of Keras 3. */
import type { Tensor } from "../../graph/tensor.ts";
import type { Model } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { writeZip } from "../../util/zip.ts";
import { writeHdf5 } from "./hdf5.ts";
import { countedNames } from "./weights.ts";
import { layersOf } from "./write-layers.ts";
import type { WrittenLayer } from "./write-layers.ts";

export interface WriteKerasOptions {
  /** `keras`: the zip of Keras 3, which is the default; `h5`: one HDF5 file, which Keras 3 reads too. */
  readonly format?: "keras" | "h5";
  /** What the model is called. */
  readonly name?: string;
}

export interface WrittenKeras {
  readonly bytes: Uint8Array;
  /** Lines of Python that load the file and run it. */
  readonly python: string;
}

/** The version whose files these are like. */
const kerasVersion = "3.3.3";

/**
 * A network as a Sequential model of Keras, or with residual connections as a Functional one: embedding, recurrent layers of the cells `lstm`, `gru`, `gru-v1`, `rnn` and `rnn-relu`, dense layers, layer normalisation, pooling over time,
 * convolution over a sequence and dropout. Every bit of the weights is kept. Throws `keras/cannot-write` naming the layer that Keras has no layer for.
 */
export async function writeKeras(
  model: Pick<Model, "spec" | "shape" | "parameters">,
  { format = "keras", name = "recurra" }: WriteKerasOptions = {},
): Promise<WrittenKeras> {
  if (format !== "keras" && format !== "h5")
    throw new RecurraError(
      "util/bad-argument",
      `There is no Keras format ${JSON.stringify(format)}; choose "keras" or "h5".`,
    );
  const layers = layersOf(model);
  const names = countedNames(layers);
  const config = configOf(model, { layers, names, name });
  const bytes =
    format === "keras" ? await writeArchive(config, layers, names) : await writeLegacy(config, layers, names);
  return { bytes, python: pythonFor(model, `${name}.${format}`) };
}

function pythonFor({ spec }: Pick<Model, "spec">, file: string): string {
  const input =
    spec.input.kind === "tokens"
      ? 'np.zeros((1, 10), dtype="int32")'
      : `np.zeros((1, 10, ${spec.input.size}), dtype="float32")`;
  const what = spec.input.kind === "tokens" ? "[batch, steps]: numbers of tokens" : "[batch, steps, features]";
  return [
    "import numpy as np",
    "import keras  # 3 or newer",
    "",
    `model = keras.saving.load_model(${JSON.stringify(file)})`,
    `x = ${input}  # ${what}`,
    "print(model.predict(x).shape)",
    "",
  ].join("\n");
}

interface Named {
  readonly layers: readonly WrittenLayer[];
  readonly names: readonly string[];
  readonly name: string;
}

type Json = Readonly<Record<string, unknown>>;

function configOf({ spec }: Pick<Model, "spec">, { layers, names, name }: Named): Json {
  const isTokens = spec.input.kind === "tokens";
  const shape = isTokens ? [null, null] : [null, null, spec.input.size];
  const input = keras("InputLayer", {
    batch_shape: shape,
    dtype: isTokens ? "int32" : "float32",
    sparse: false,
    name: "input_layer",
  });
  const entries = layers.map((layer, at) => {
    // No "trainable", which is true where it is absent: SpatialDropout1D has no such setting.
    const own = { name: names[at], dtype: "float32" };
    if (layer.inner === undefined) return keras(layer.className, { ...own, ...layer.settings });
    const { className, settings } = layer.inner;
    const inner = keras(className, { name: className.toLowerCase(), dtype: "float32", ...settings });
    return keras(layer.className, { ...own, ...layer.settings, layer: inner });
  });
  const isSequential = layers.every(({ beside }) => beside === undefined);
  return {
    // As Keras names them: the functional class is no public one.
    module: isSequential ? "keras" : "keras.src.models.functional",
    class_name: isSequential ? "Sequential" : "Functional",
    config: isSequential
      ? { name, trainable: true, dtype: "float32", layers: [input, ...entries], build_input_shape: shape }
      : { name, trainable: true, ...connected({ input, entries, layers, shape }) },
    registered_name: isSequential ? null : "Functional",
    build_config: { input_shape: shape },
  };
}

interface Unconnected {
  readonly input: Json;
  readonly entries: readonly Json[];
  readonly layers: readonly WrittenLayer[];
  readonly shape: readonly (number | null)[];
}

/** The layers of a Functional model, each with the values that it is called with. */
function connected({ input, entries, layers, shape }: Unconnected): Json {
  const all = [input, ...entries].map((entry) => ({ ...entry, name: (entry["config"] as Json)["name"] }));
  // Of the input, number -1, and of what layers give.
  const tensor = (at: number): Json => {
    const layer = layers[at];
    const own = layer === undefined ? shape : layer.isSequence ? [null, null, layer.size] : [null, layer.size];
    const dtype = layer === undefined ? (input["config"] as Json)["dtype"] : "float32";
    return {
      class_name: "__keras_tensor__",
      config: { shape: own, dtype, keras_history: [all[at + 1]?.name, 0, 0] },
    };
  };
  const callOf = (at: number): readonly Json[] => {
    const beside = layers[at]?.beside;
    return [{ args: [beside === undefined ? tensor(at - 1) : [tensor(at - 1), tensor(beside)]], kwargs: {} }];
  };
  return {
    layers: all.map((entry, at) => ({ ...entry, inbound_nodes: at === 0 ? [] : callOf(at - 1) })),
    input_layers: [[all[0]?.name, 0, 0]],
    output_layers: [[all.at(-1)?.name, 0, 0]],
  };
}

function keras(className: string, config: Json): Json {
  return { module: "keras.layers", class_name: className, config, registered_name: null };
}

/** A tree of groups that grows. */
interface Branch {
  readonly attributes: Map<string, string | readonly string[]>;
  readonly groups: Map<string, Branch>;
  readonly tensors: Map<string, Tensor>;
}

function branch(): Branch {
  return { attributes: new Map(), groups: new Map(), tensors: new Map() };
}

function descend(from: Branch, path: string): Branch {
  let at = from;
  for (const part of path.split("/").filter((one) => one !== "")) {
    const next = at.groups.get(part) ?? branch();
    at.groups.set(part, next);
    at = next;
  }
  return at;
}

/** config.json, metadata.json and model.weights.h5, in which weights are numbered: `layers/lstm/cell/vars/0`. */
async function writeArchive(
  config: Json,
  layers: readonly WrittenLayer[],
  names: readonly string[],
): Promise<Uint8Array> {
  const root = branch();
  descend(root, "vars");
  for (const [at, { parts }] of layers.entries()) {
    const layer = descend(root, `layers/${names[at]}`);
    descend(layer, "vars");
    for (const { path, weights } of parts) {
      const { tensors } = descend(layer, `${path}/vars`);
      for (const [number, { tensor }] of weights.entries()) tensors.set(String(number), tensor);
    }
  }
  // No date: the same model gives the same file.
  const metadata = { keras_version: kerasVersion, date_saved: "1980-01-01@00:00:00" };
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  return writeZip(
    new Map([
      ["metadata.json", text(metadata)],
      ["config.json", text(config)],
      ["model.weights.h5", await writeHdf5(root)],
    ]),
  );
}

/** Everything in one HDF5 file: the configuration as a text, and a group for each layer, with the names of its weights in their order. */
function writeLegacy(config: Json, layers: readonly WrittenLayer[], names: readonly string[]): Promise<Uint8Array> {
  const root = branch();
  const versions = [
    ["keras_version", kerasVersion],
    ["backend", "tensorflow"],
  ] as const;
  for (const [key, value] of [...versions, ["model_config", JSON.stringify(config)] as const])
    root.attributes.set(key, value);
  const group = descend(root, "model_weights");
  for (const [key, value] of versions) group.attributes.set(key, value);
  group.attributes.set("layer_names", [...names]);
  for (const [at, { parts }] of layers.entries()) {
    const layer = descend(group, names[at] ?? "");
    const weightNames: string[] = [];
    for (const { prefix, weights } of parts)
      for (const { name, tensor } of weights) {
        const path = `${names[at]}/${prefix}`;
        descend(layer, path).tensors.set(name, tensor);
        weightNames.push(`${path}${name}`);
      }
    layer.attributes.set("weight_names", weightNames);
  }
  return writeHdf5(root);
}
