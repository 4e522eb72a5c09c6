/** The layers of a model and what calls what, from the configuration that a file holds. Nothing of it is run. */
import { badConfig, printValue, unsupported } from "./refusals.ts";
import type { LayerName } from "./refusals.ts";
import { createSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

export interface KerasVersion {
  readonly major: number;
  /** Infinity where a file tells none. */
  readonly minor: number;
  /** tfjs-layers, which follows Keras 2. */
  readonly isTfjs: boolean;
}

/** A layer with the layers inside it, by the attributes of the Keras object that hold them. */
export interface Layer extends LayerName {
  /** Its name in the model it belongs to; `name` has those of the models around it too. */
  readonly local: string;
  readonly settings: Settings;
  readonly isTrainable: boolean;
  /** Layers of a wrapper: `layer`, `forward_layer`, `backward_layer`, `cell`; cells of a stack by number. */
  readonly children: ReadonlyMap<string, Layer>;
  /** Of a model within the model. */
  readonly model?: ModelConfig;
  /** From which module of Keras it is. */
  readonly module: string;
}

/** One of the values that a call of a layer gave. */
export interface Reference {
  readonly kind: "reference";
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export interface ConstantArgument {
  readonly kind: "constant";
  readonly value: unknown;
}

export type Argument = Reference | ConstantArgument | readonly Argument[];

export interface LayerCall {
  readonly layer: Layer;
  /** Which call of this layer it is. */
  readonly number: number;
  readonly inputs: readonly Argument[];
  /** The inputs before lists among them are spread: operations tell a list from its parts. */
  readonly args: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}

export interface InputConfig {
  readonly name: string;
  /** With the batch first; null where the file leaves it open. */
  readonly shape: readonly (number | null)[];
  readonly dtype: string | undefined;
}

export interface ModelConfig {
  readonly name: string;
  readonly inputs: readonly InputConfig[];
  /** In the order of the file: weights lie in it too. Those of inputs are left out. */
  readonly layers: readonly Layer[];
  readonly calls: readonly LayerCall[];
  readonly outputs: readonly Reference[];
}

type Json = Readonly<Record<string, unknown>>;

interface Reading {
  readonly version: KerasVersion;
  /** Before the names of layers: of the models around this one. */
  readonly prefix: string;
  readonly depth: number;
}

/** Whether a version is this one or a later one. */
export function isSince(version: KerasVersion, major: number, minor = 0): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

const deepest = 16;
const mostLayers = 20_000;
const modelClasses: ReadonlySet<string> = new Set(["Sequential", "Functional", "Model"]);

/** Throws `keras/bad-config` for what is no model, and `keras/unsupported` for layers that only code could make. */
export function readTopology(config: unknown, version: KerasVersion): ModelConfig {
  const model = objectOf(config, "the model's configuration");
  const className = textOf(model["class_name"], "class_name");
  if (!modelClasses.has(className))
    throw unsupported(
      { name: textOf(objectOf(model["config"] ?? {}, "config")["name"] ?? className, "name"), className },
      "a model of a class of its own, of which a file holds only the name,",
    );
  return readModel(className, model["config"], { version, prefix: "", depth: 0 });
}

function readModel(className: string, config: unknown, reading: Reading): ModelConfig {
  if (reading.depth > deepest) throw badConfig(`Models lie more than ${deepest} deep in each other.`);
  // Keras 1 and early 2 give a Sequential model as the list of its layers.
  const body = Array.isArray(config) ? { layers: config } : objectOf(config, `the configuration of ${className}`);
  const layers = listOf(body["layers"], "the list of layers");
  if (layers.length > mostLayers)
    throw badConfig(`The model has ${layers.length} layers; at most ${mostLayers} are read.`);
  const name = typeof body["name"] === "string" ? body["name"] : "model";
  const entries = layers.map((entry) => objectOf(entry, "a layer"));
  return className === "Sequential"
    ? readSequential(name, entries, { reading, builtShape: body["build_input_shape"] })
    : readFunctional(name, entries, { reading, body });
}

function readSequential(
  name: string,
  entries: readonly Json[],
  { reading, builtShape }: { readonly reading: Reading; readonly builtShape: unknown },
): ModelConfig {
  const isInput = entries[0]?.["class_name"] === "InputLayer";
  const layers = (isInput ? entries.slice(1) : entries).map((entry) => readLayer(entry, reading));
  const [first] = layers;
  const input = isInput && entries[0] !== undefined ? readInput(entries[0]) : inputOf(first, builtShape);
  if (input === undefined) {
    throw badConfig(
      `Model ${JSON.stringify(name)}: the file does not tell the shape of its input; build the model with an Input before it is saved.`,
    );
  }
  let last: Reference = { kind: "reference", layer: input.name, call: 0, output: 0 };
  const calls = layers.map((layer) => {
    const call: LayerCall = { layer, number: 0, inputs: [last], args: [last], named: new Map() };
    last = { kind: "reference", layer: layer.local, call: 0, output: 0 };
    return call;
  });
  return { name, inputs: [input], layers, calls, outputs: [last] };
}

/** The input of a Sequential model that has no layer for it stands in its first layer. */
function inputOf(first: Layer | undefined, builtShape: unknown): InputConfig | undefined {
  if (first === undefined) return undefined;
  const { settings, model } = first;
  const shape = settings.raw("batch_input_shape") ?? settings.raw("batch_shape") ?? builtShape;
  if (shape !== undefined && shape !== null)
    return { name: `${first.local}_input`, shape: shapeOf(shape), dtype: dtypeOf(settings.raw("dtype")) };
  const [inner] = model?.inputs ?? [];
  return inner === undefined ? undefined : { ...inner, name: `${first.local}_input` };
}

function readFunctional(
  name: string,
  entries: readonly Json[],
  { reading, body }: { readonly reading: Reading; readonly body: Json },
): ModelConfig {
  const inputs: InputConfig[] = [];
  const layers: Layer[] = [];
  const calls: LayerCall[] = [];
  for (const entry of entries) {
    if (entry["class_name"] === "InputLayer") {
      inputs.push(readInput(entry));
      continue;
    }
    const layer = readLayer(entry, reading);
    layers.push(layer);
    for (const [number, node] of listOf(entry["inbound_nodes"] ?? [], `inbound_nodes of ${layer.name}`).entries())
      calls.push({ layer, number, ...readCall(node, layer) });
  }
  const order = referencesOf(body["input_layers"], "input_layers");
  const outputs = referencesOf(body["output_layers"], "output_layers");
  const ordered = order.map((reference) => {
    const found = inputs.find((input) => input.name === reference.layer);
    if (found === undefined)
      throw badConfig(`Model ${JSON.stringify(name)}: its input ${JSON.stringify(reference.layer)} is no layer of it.`);
    return found;
  });
  return { name, inputs: ordered, layers, calls: numberCalls(calls, outputs), outputs };
}

/**
 * The first call of a model inside a model is the one that made it, of its own inputs, and is left out; where others then count from 1 on, so do the calls here.
 */
function numberCalls(calls: readonly LayerCall[], outputs: readonly Reference[]): readonly LayerCall[] {
  const counts = new Map<string, number>();
  for (const { layer } of calls) counts.set(layer.local, (counts.get(layer.local) ?? 0) + 1);
  const references = [
    ...outputs,
    ...calls.flatMap(({ inputs, named }) => referencesIn([...inputs, ...named.values()])),
  ];
  const isShifted = new Set(
    references.filter(({ layer, call }) => call === counts.get(layer)).map(({ layer }) => layer),
  );
  return calls.map((call) =>
    call.layer.model !== undefined && isShifted.has(call.layer.local) ? { ...call, number: call.number + 1 } : call,
  );
}

function referencesIn(parts: readonly Argument[]): readonly Reference[] {
  return parts.flatMap((part) => {
    if (isList(part)) return referencesIn(part);
    return part.kind === "reference" ? [part] : [];
  });
}

/** Whether this is one of `keras.ops`, some of which have the names of layers. */
export function isOperation({ module }: Pick<Layer, "module">): boolean {
  return /^keras\.(src\.)?ops\b/.test(module);
}

export function isList(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}

function readInput(entry: Json): InputConfig {
  const config = objectOf(entry["config"], "the configuration of an InputLayer");
  const name = config["name"] ?? entry["name"];
  return {
    name: textOf(name, "the name of an InputLayer"),
    shape: shapeOf(config["batch_shape"] ?? config["batch_input_shape"]),
    dtype: dtypeOf(config["dtype"]),
  };
}

/** Classes of Keras 1 under other names. */
const oldClasses: Readonly<Record<string, string>> = {
  TimeDistributedDense: "Dense",
  Convolution1D: "Conv1D",
  Convolution2D: "Conv2D",
};

const oldSettings: Readonly<Record<string, string>> = {
  output_dim: "units",
  nb_filter: "filters",
  filter_length: "kernel_size",
  subsample_length: "strides",
  subsample: "strides",
  border_mode: "padding",
  bias: "use_bias",
  inner_activation: "recurrent_activation",
  p: "rate",
  pool_length: "pool_size",
  stride: "strides",
  dim_ordering: "data_format",
  n: "n",
};

function readLayer(entry: Json, reading: Reading): Layer {
  const oldClass = textOf(entry["class_name"], "class_name of a layer");
  const isOld = reading.version.major === 1;
  const className = isOld && Object.hasOwn(oldClasses, oldClass) ? (oldClasses[oldClass] ?? oldClass) : oldClass;
  const isModel = modelClasses.has(className);
  const config =
    Array.isArray(entry["config"]) && isModel
      ? { name: entry["name"] ?? className.toLowerCase() }
      : objectOf(entry["config"] ?? {}, `the configuration of a layer of class ${className}`);
  const local = textOf(config["name"] ?? entry["name"] ?? className.toLowerCase(), "the name of a layer");
  const name = `${reading.prefix}${local}`;
  const inside = { ...reading, prefix: `${name}/`, depth: reading.depth + 1 };
  if (inside.depth > deepest) throw badConfig(`Layers lie more than ${deepest} deep in each other.`);
  const registered = entry["registered_name"];
  if (typeof registered === "string" && registered.includes(">") && !registered.startsWith("keras"))
    throw unsupported({ name, className }, `the custom object ${registered}, of which a file holds only the name,`);
  return {
    name,
    local,
    className,
    module: typeof entry["module"] === "string" ? entry["module"] : "",
    settings: createSettings({ name, className }, isOld && className !== "Embedding" ? renameOld(config) : config),
    isTrainable: config["trainable"] !== false,
    children: isModel ? new Map() : readChildren(className, config, inside),
    ...(isModel ? { model: readModel(className, entry["config"], inside) } : {}),
  };
}

function renameOld(config: Json): Json {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      (Object.hasOwn(oldSettings, key) ? oldSettings[key] : undefined) ?? key,
      value,
    ]),
  );
}

/** The layers that the configuration of a wrapper holds. */
function readChildren(className: string, config: Json, inside: Reading): ReadonlyMap<string, Layer> {
  const children = new Map<string, Layer>();
  const add = (attribute: string, value: unknown): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    children.set(
      attribute,
      readLayer(objectOf(value, attribute), { ...inside, prefix: `${inside.prefix}${attribute}/` }),
    );
  };
  add("layer", config["layer"]);
  if (className === "Bidirectional") add("backward_layer", config["backward_layer"] ?? turnedRound(config["layer"]));
  add("cell", config["cell"]);
  const { cells } = config;
  if (Array.isArray(cells)) for (const [number, cell] of cells.entries()) add(String(number), cell);
  return children;
}

/** A layer that reads the other way, as Bidirectional makes one of the layer it is given. */
function turnedRound(layer: unknown): unknown {
  const entry = objectOf(layer, "the layer of a Bidirectional layer");
  const config = objectOf(entry["config"] ?? {}, "the configuration of the layer of a Bidirectional layer");
  return { ...entry, config: { ...config, go_backwards: config["go_backwards"] !== true } };
}

function readCall(node: unknown, layer: LayerName): Pick<LayerCall, "inputs" | "args" | "named"> {
  const named = new Map<string, Argument>();
  // Keras 3: { args, kwargs }, in which tensors are objects that tell where they come from.
  if (!Array.isArray(node)) {
    const { args = [], kwargs = {} } = objectOf(node, `a call of ${layer.name}`);
    for (const [key, value] of Object.entries(objectOf(kwargs, `named arguments of ${layer.name}`)))
      named.set(key, readArgument(value, 0));
    const read = listOf(args, `arguments of ${layer.name}`).map((value) => readArgument(value, 0));
    const [first, ...others] = read;
    const inputs = first === undefined ? [] : isList(first) ? [...first, ...others] : read;
    return { inputs, args: read, named };
  }
  // Keras 1 and 2: a list of [layer, call, output, named arguments], or one of them.
  const list = typeof node[0] === "string" ? [node] : node;
  const inputs = list.map((input): Argument => {
    const parts = listOf(input, `an input of ${layer.name}`);
    for (const [key, value] of Object.entries(objectOf(parts[3] ?? {}, `named arguments of ${layer.name}`)))
      named.set(key, readOldArgument(value, 0));
    return readOldArgument(parts.slice(0, 3), 0);
  });
  return { inputs, args: inputs, named };
}

function readArgument(value: unknown, depth: number): Argument {
  if (depth > deepest) throw badConfig("Arguments of a call lie too deep in each other.");
  if (Array.isArray(value)) return value.map((one) => readArgument(one, depth + 1));
  if (typeof value !== "object" || value === null) return { kind: "constant", value };
  const { class_name: className, config } = value as Json;
  if (className !== "__keras_tensor__" && className !== "__tuple__") return { kind: "constant", value };
  const body = objectOf(config, "a tensor of a call");
  if (className === "__tuple__") return readArgument(body["items"], depth + 1);
  return referenceOf(body["keras_history"]);
}

function readOldArgument(value: unknown, depth: number): Argument {
  if (depth > deepest) throw badConfig("Arguments of a call lie too deep in each other.");
  if (!Array.isArray(value)) return { kind: "constant", value };
  if (value[0] === "_CONSTANT_VALUE") return { kind: "constant", value: value[2] };
  if (typeof value[0] === "string" && typeof value[1] === "number" && typeof value[2] === "number")
    return referenceOf(value);
  return value.map((one) => readOldArgument(one, depth + 1));
}

function referenceOf(value: unknown): Reference {
  const [layer, call, output] = listOf(value, "where a tensor comes from");
  if (!isIndex(call) || !isIndex(output))
    throw badConfig(`${printValue(value)} is no place where a tensor could come from.`);
  return { kind: "reference", layer: textOf(layer, "the layer a tensor comes from"), call, output };
}

/** A list of [layer, call, output], one of them alone, or a dictionary of them. */
function referencesOf(value: unknown, what: string): readonly Reference[] {
  if (Array.isArray(value) && typeof value[0] === "string") return [referenceOf(value)];
  if (Array.isArray(value)) return value.flatMap((one) => referencesOf(one, what));
  return Object.values(objectOf(value, what)).flatMap((one) => referencesOf(one, what));
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function dtypeOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  // A policy: { class_name: "DTypePolicy", config: { name } }.
  const name = (value as { readonly config?: { readonly name?: unknown } } | null | undefined)?.config?.name;
  return typeof name === "string" ? name : undefined;
}

function shapeOf(value: unknown): readonly (number | null)[] {
  // Keras 3 may write tuples out.
  const plain = (value as Json | null | undefined)?.["class_name"] === "__tuple__" ? (value as Json)["items"] : value;
  const list = listOf(plain, "the shape of an input");
  if (list.length === 0 || list.length > 8 || !list.every((size) => size === null || isIndex(size)))
    throw badConfig(`${printValue(value)} is no shape of an input.`);
  return list;
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw badConfig(`The file has ${printValue(value)} where ${what} should be.`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badConfig(`The file has ${printValue(value)} where ${what} should be.`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string" && value.length > 0 && value.length <= 1000) return value;
  throw badConfig(`The file has ${printValue(value)} where ${what} should be.`);
}
