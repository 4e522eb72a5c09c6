/** Reads models of Keras and TF.js as graphs that run. */
import type { GraphModel } from "../../graph/graph-model.ts";
import { createGraphModel } from "../../graph/model.ts";
import type { GraphModelOptions } from "../../graph/model.ts";
import { createNotes } from "../../util/notes.ts";
import { isZip, readZip } from "../../util/zip.ts";
import type { ZipEntry } from "../../util/zip.ts";
import { buildGraph } from "./build-model.ts";
import { isHdf5, readHdf5 } from "./hdf5.ts";
import type { Hdf5Group } from "./hdf5.ts";
import { kindOf } from "./layers/index.ts";
import { notesOf } from "./notes.ts";
import { badConfig, badFile } from "./refusals.ts";
import { readShards } from "./shards.ts";
import type { ShardSource } from "./shards.ts";
import { readTopology } from "./topology.ts";
import type { KerasVersion, Layer, ModelConfig } from "./topology.ts";
import { readArchiveWeights, readLegacyWeights, readNamedWeights } from "./weights.ts";
import type { WeightRules, Weights } from "./weights.ts";

export interface ReadKerasOptions extends GraphModelOptions {
  /**
   * The files beside a TF.js `model.json`, by the paths it names: those at hand, or a function that fetches one. A path that leaves the model's folder is refused before it is asked for.
   */
  readonly weights?: ShardSource;
  /** The model's configuration (JSON), for an `.h5` file that holds weights alone. */
  readonly config?: string;
  /**
   * Makes the states of layers with `stateful=True` inputs (`<layer>/h`) and outputs (`<layer>/next_h`) of the model. Otherwise `run` begins with zeros each time, and a session carries them.
   */
  readonly states?: "inputs";
}

/** Training alone reads these groups. */
const optimiserGroups: ReadonlySet<string> = new Set(["optimizer", "optimizer_weights"]);

/**
 * Reads a `.keras` file (Keras 3, and 2.12 on), an `.h5` file (Keras 1 to 3), or the `model.json` of TF.js with its weights. The graph has the model's inputs and outputs by the names of their layers.
 * Nothing in a file is ever run: custom layers and Lambda are refused by name (`keras/unsupported`). Throws `keras/bad-file`, `keras/bad-config`, `keras/bad-weights`, or `file/…` for a damaged zip file.
 */
export async function readKeras(input: Uint8Array, options: ReadKerasOptions = {}): Promise<GraphModel> {
  try {
    const { model, version, weights, notes } = await readParts(input, options);
    const statesAsInputs = options.states === "inputs";
    const graph = buildGraph(model, { version, weights, statesAsInputs });
    return createGraphModel({ ...graph, notes: [...notes, ...notesOf(model, { statesAsInputs })] }, options);
  } catch (cause) {
    // Lists in lists without end, or more numbers than there is memory for.
    if (cause instanceof RangeError)
      throw badFile("The model nests too deeply or asks for more memory than there is.", cause);
    throw cause;
  }
}

interface Parts {
  readonly model: ModelConfig;
  readonly version: KerasVersion;
  readonly weights: Weights;
  /** What else of the file is left out or approximated. */
  readonly notes: readonly string[];
}

const compiled = "how it was compiled (loss, metrics, optimiser) is left out";

function readParts(input: Uint8Array, options: ReadKerasOptions): Promise<Parts> {
  if (isZip(input)) return readArchive(input);
  if (isHdf5(input)) return readLegacy(input, options.config);
  // A JSON object.
  if (/^\s*\{/.test(new TextDecoder().decode(input.subarray(0, 100)))) return readJson(input, options.weights);
  throw badFile(
    "These bytes are no Keras model: neither a .keras file (a zip), nor an .h5 file (HDF5), nor the model.json of TF.js.",
  );
}

/** `.keras`: config.json, metadata.json and model.weights.h5 in a zip. */
async function readArchive(input: Uint8Array): Promise<Parts> {
  const entries = readZip(input);
  const version = versionOf(textOf(objectOf(jsonOf(entries, "metadata.json"), "metadata.json")["keras_version"], "3"));
  const config = jsonOf(entries, "config.json");
  const model = readTopology(config, version);
  const isCompiled = (objectOf(config, "config.json")["compile_config"] ?? null) !== null;
  const stored = entries.get("model.weights.h5")?.read();
  if (stored === undefined) throw badFile("The .keras file holds no model.weights.h5.");
  if (!isHdf5(stored)) throw badFile("The model.weights.h5 in the .keras file is no HDF5 file.");
  const root = await readHdf5(stored, optimiserGroups);
  const weights = readArchiveWeights(model, root, rulesFor(version));
  return { model, version, weights, notes: isCompiled ? [compiled] : [] };
}

function jsonOf(entries: ReadonlyMap<string, ZipEntry>, name: string): unknown {
  const entry = entries.get(name);
  if (entry === undefined) throw badFile(`The .keras file holds no ${name}.`);
  return parseJson(new TextDecoder().decode(entry.read()), name);
}

/** `.h5`: everything in one HDF5 file, the configuration as a text. */
async function readLegacy(input: Uint8Array, given: string | undefined): Promise<Parts> {
  const root = await readHdf5(input, optimiserGroups);
  const group: Hdf5Group = root.groups.get("model_weights") ?? root;
  const text = given ?? root.attributes.get("model_config");
  if (typeof text !== "string")
    throw badFile(
      "The .h5 file holds no model_config: it was saved by save_weights, or by no Keras. Give the model's configuration (model.to_json()) as the option config.",
    );
  const config = parseJson(text, "model_config");
  const told =
    root.attributes.get("keras_version") ??
    group.attributes.get("keras_version") ??
    objectOf(config, "model_config")["keras_version"];
  // `model.save_weights("….weights.h5")` of Keras 3 has the groups of a .keras file.
  const isNumbered = root.groups.has("layers") || root.groups.has("_layer_checkpoint_dependencies");
  // The first versions told none.
  const version = versionOf(textOf(told, isNumbered ? "3" : "1"));
  const model = readTopology(config, version);
  const rules = rulesFor(version);
  const weights = isNumbered ? readArchiveWeights(model, root, rules) : readLegacyWeights(model, group, rules);
  return { model, version, weights, notes: root.attributes.has("training_config") ? [compiled] : [] };
}

/** `model.json`: the configuration as Keras has it, or one with the versions around it. */
async function readJson(input: Uint8Array, source: ShardSource | undefined): Promise<Parts> {
  const json = objectOf(parseJson(new TextDecoder().decode(input), "model.json"), "model.json");
  if (json["format"] === "graph-model")
    throw badFile(
      "The model.json is a graph of TensorFlow's operations (graph-model), not a model of layers (layers-model).",
    );
  const topology = objectOf(json["modelTopology"], "modelTopology");
  const config = topology["model_config"] ?? topology;
  const version = versionOf(textOf(topology["keras_version"], "2"));
  const model = readTopology(config, version);
  const tensors = await readShards(json["weightsManifest"], source);
  const weights = readNamedWeights(
    model,
    tensors.map(({ named }) => named),
    rulesFor(version),
  );
  const notes = createNotes();
  for (const { named, stored } of tensors)
    if (stored !== undefined)
      notes.add(`weights of ${stored} become the float32 numbers that they stand for`, named.name);
  return { model, version, weights, notes: notes.list() };
}

/** `2.1.3`, `3.3.3`, `2.2.4-tf`, `tfjs-layers 4.22.0`. */
function versionOf(text: string): KerasVersion {
  if (text.startsWith("tfjs")) return { major: 2, minor: Infinity, isTfjs: true };
  const [major = NaN, minor = Infinity] = text.split(".", 2).map((part) => Number.parseInt(part, 10));
  if (!Number.isInteger(major) || major < 0 || major > 3)
    throw badConfig(`The file was made by Keras ${JSON.stringify(text.slice(0, 40))}; versions 1 to 3 are read.`);
  return { major: Math.max(1, major), minor: Number.isNaN(minor) ? Infinity : minor, isTfjs: false };
}

function rulesFor(version: KerasVersion): WeightRules {
  const inside = (layer: Layer): boolean => layer.model !== undefined;
  return {
    version,
    weightsOf: (layer) => (inside(layer) ? [] : (kindOf(layer).weights?.(layer.settings, version) ?? [])),
    childrenOf: (layer) => (inside(layer) ? [] : (kindOf(layer).children?.(layer) ?? [])),
  };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badFile(`The ${what} of the model is no JSON: it is damaged or was cut off.`, cause);
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw badConfig(`The ${what} of the model is no object.`);
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
