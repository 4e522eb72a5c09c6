/** The tensors of a model in a file, by name, and what the file says of their modules beside them. */
import { readSafetensors } from "../../util/safetensors.ts";
import { isArchive, readArchive } from "./archive.ts";
import type { TorchArchive, TorchTensor } from "./archive.ts";
import { torchError } from "./errors.ts";
import { parseModules } from "./modules.ts";
import type { TorchModule } from "./modules.ts";
import type { PickledDict, PickledObject, PickledTensor, PickleValue } from "./pickle-value.ts";

/** A tensor whose numbers are read when they are needed. */
export interface FoundTensor {
  readonly shape: readonly number[];
  /** Of its numbers in the file, where it is another one than float32. */
  readonly type: string | undefined;
  read(): TorchTensor;
}

export interface FoundTensors {
  readonly tensors: ReadonlyMap<string, FoundTensor>;
  /** Whether they come in the order in which the model defines them. */
  readonly isOrdered: boolean;
  /** What is known of modules by their names: their classes and settings. */
  readonly hints: ReadonlyMap<string, TorchModule>;
  /** All modules in their order, where the file says them. */
  readonly modules: readonly TorchModule[] | undefined;
}

export interface FindOptions {
  readonly source: string;
  /** Where the state_dict is in a checkpoint: the names of entries, with dots between them. */
  readonly stateDict?: string | undefined;
}

/** Where `writeTorch` tells the modules. */
export const modulesKey = "recurra.modules";

/** Names of what lies beside a model in one file: the state of an optimiser, samples of inputs and outputs. */
const beside = /^(optimizer|io)\./;

/** The tensors in a safetensors file or in one of torch.save. Throws `file/…` and `torch/…`. */
export function findTensors(bytes: Uint8Array, options: FindOptions): FoundTensors {
  if (isArchive(bytes)) return findInArchive(readArchive(bytes, options.source), options);
  const { tensors, metadata } = readSafetensors(bytes, { source: options.source, wholeNumbers: true });
  const written = metadata.get(modulesKey);
  return {
    tensors: new Map(
      [...tensors]
        .filter(([name]) => !beside.test(name))
        .map(([name, { shape, data, as, stored = as }]) => [
          name,
          {
            shape,
            type: stored ?? (data instanceof Float64Array ? "F64" : undefined),
            read: () => ({ shape, data: Float32Array.from(data) }),
          },
        ]),
    ),
    isOrdered: false,
    hints: new Map(),
    modules:
      written === undefined
        ? undefined
        : parseModules(parseJson(written, options.source), `${options.source}: modules`),
  };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw torchError("torch/bad-file", `${source}: the modules in its metadata are no JSON.`, cause);
  }
}

function findInArchive(archive: TorchArchive, options: FindOptions): FoundTensors {
  const { source } = options;
  const root = options.stateDict === undefined ? archive.value : entryAt(archive.value, options.stateDict, source);
  const collection: Collection = { tensors: new Map(), hints: new Map(), nodes: 0 };
  if (isKind(root, "object")) {
    collectModule(collection, root, "", 0);
    const modules = modulesOf(root, "");
    return { ...finish(collection, archive), modules };
  }
  const dicts = stateDictsOf(root);
  const [first, ...others] = dicts;
  if (first === undefined)
    throw torchError("torch/bad-file", `${source} holds no state_dict: no dictionary in it has tensors under names.`);
  if (others.length > 0)
    throw torchError(
      "torch/unclear",
      `${source} holds ${dicts.length} state_dicts: ${dicts.map(({ path }) => path).join(", ")}. Say which as { stateDict: ${JSON.stringify(first.path)} }.`,
    );
  for (const [name, value] of first.dict.entries)
    if (isKind(value, "tensor")) collection.tensors.set(keyText(name), value);
  return { ...finish(collection, archive), modules: undefined };
}

function finish({ tensors, hints }: Collection, archive: TorchArchive): Omit<FoundTensors, "modules"> {
  return {
    tensors: new Map(
      [...tensors].map(([name, tensor]) => {
        const { type } = tensor.storage;
        return [
          name,
          {
            shape: tensor.shape,
            type: type === "float32" ? undefined : type,
            read: () => archive.read(tensor, name),
          },
        ];
      }),
    ),
    isOrdered: true,
    hints,
  };
}

interface Kinds {
  readonly dict: PickledDict;
  readonly object: PickledObject;
  readonly tensor: PickledTensor;
}

function isKind<K extends keyof Kinds>(value: PickleValue | undefined, kind: K): value is Kinds[K] {
  return value !== null && typeof value === "object" && value.kind === kind;
}

/** The key of an entry as a text: names, and numbers where a list of modules has them. */
function keyText(key: PickleValue): string {
  return typeof key === "string" || typeof key === "number" ? `${key}` : "";
}

function entryOf(value: PickleValue | undefined, key: string): PickleValue | undefined {
  if (isKind(value, "object")) return entryOf(value.state, key);
  return isKind(value, "dict") ? value.entries.findLast(([name]) => keyText(name) === key)?.[1] : undefined;
}

function entryAt(value: PickleValue, path: string, source: string): PickleValue {
  let at: PickleValue | undefined = value;
  for (const key of path.split(".")) at = entryOf(at, key);
  if (!isKind(at, "dict") && !isKind(at, "object"))
    throw torchError("torch/unclear", `${source} holds no state_dict at ${JSON.stringify(path)}.`);
  return at;
}

/** Levels of dictionaries in one another. */
const deepest = 4;

/** Dictionaries that hold tensors of modules (`….weight`, `bias_hh_l0`) under names, with where they are. */
function stateDictsOf(root: PickleValue): readonly { readonly path: string; readonly dict: PickledDict }[] {
  const found: { readonly path: string; readonly dict: PickledDict }[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: string, depth: number): void => {
    if (!isKind(value, "dict") || seen.has(value) || depth > deepest) return;
    seen.add(value);
    const isState = value.entries.some(
      ([name, inner]) => typeof name === "string" && isKind(inner, "tensor") && /(^|\.)(weight|bias)/.test(name),
    );
    if (isState) found.push({ path, dict: value });
    else
      for (const [name, inner] of value.entries)
        if (typeof name === "string") visit(inner, path === "" ? name : `${path}.${name}`, depth + 1);
  };
  visit(root, "", 0);
  return found;
}

interface Collection {
  readonly tensors: Map<string, PickledTensor>;
  readonly hints: Map<string, TorchModule>;
  nodes: number;
}

/** Modules within one another, and all of them: far more than a model has. */
const mostDepth = 32;
const mostModules = 10_000;

/** The tensors of a module that was saved whole, or of a TorchScript one, and those of the modules in it. */
function collectModule(collection: Collection, module: PickledObject, path: string, depth: number): void {
  if (depth > mostDepth || ++collection.nodes > mostModules)
    throw torchError("torch/bad-file", "Modules are nested too deeply, or within themselves; the file is damaged.");
  const hint = hintOf(module, path);
  if (hint !== undefined) collection.hints.set(path, hint);
  const put = (name: PickleValue, value: PickleValue): void => {
    const at = path === "" ? keyText(name) : `${path}.${keyText(name)}`;
    if (isKind(value, "tensor")) collection.tensors.set(at, value);
    else if (isKind(value, "object")) collectModule(collection, value, at, depth + 1);
  };
  const groups = ["_parameters", "_buffers", "_modules"].map((name) => entryOf(module, name));
  const entries = groups.some((group) => isKind(group, "dict")) ? groups : [module.state];
  for (const group of entries) if (isKind(group, "dict")) for (const [name, value] of group.entries) put(name, value);
}

/** The last part of a class's name, without what TorchScript adds to it. */
function classOf({ className }: PickledObject): string {
  return className.split(".").at(-1) ?? "";
}

function hintOf(module: PickledObject, name: string): TorchModule | undefined {
  const batchFirst = entryOf(module, "batch_first");
  const settings = typeof batchFirst === "boolean" ? { batchFirst } : {};
  const epsilon = entryOf(module, "eps");
  const number = (key: string): number | undefined => {
    const value = entryOf(module, key);
    const first = value !== null && typeof value === "object" && value.kind === "tuple" ? value.items[0] : value;
    return typeof first === "number" ? first : undefined;
  };
  switch (classOf(module)) {
    case "LSTM":
    case "LSTMCell":
      return { kind: "lstm", name, ...settings };
    case "GRU":
    case "GRUCell":
      return { kind: "gru", name, ...settings };
    case "RNN":
    case "RNNCell": {
      const isRelu = entryOf(module, "mode") === "RNN_RELU" || entryOf(module, "nonlinearity") === "relu";
      return { kind: "rnn", name, ...settings, nonlinearity: isRelu ? "relu" : "tanh" };
    }
    case "Linear":
      return { kind: "linear", name };
    case "Embedding":
      return { kind: "embedding", name };
    case "LayerNorm":
    case "BatchNorm1d":
      return {
        kind: classOf(module) === "LayerNorm" ? "layer-norm" : "batch-norm",
        name,
        ...(typeof epsilon === "number" ? { epsilon } : {}),
      };
    case "Conv1d": {
      const [stride, padding, dilation] = [number("stride"), number("padding"), number("dilation")];
      if (stride === undefined || padding === undefined || dilation === undefined) return undefined;
      return { kind: "conv1d", name, stride, padding, dilation };
    }
    default:
      return undefined;
  }
}

const stepClasses: Readonly<Record<string, TorchModule>> = {
  ReLU: { kind: "relu" },
  Tanh: { kind: "tanh" },
  Sigmoid: { kind: "sigmoid" },
};

/** The modules of one that was saved whole, where their order is known: a single one, or those of `nn.Sequential`. */
function modulesOf(module: PickledObject, path: string, depth = 0): readonly TorchModule[] | undefined {
  if (module.className.startsWith("__torch__.")) return undefined;
  const step = stepClasses[classOf(module)];
  if (step !== undefined) return [step];
  if (classOf(module) === "Identity") return [];
  if (classOf(module) === "Dropout") {
    const rate = entryOf(module, "p");
    return [{ kind: "dropout", ...(typeof rate === "number" ? { rate } : {}) }];
  }
  const hint = hintOf(module, path);
  if (hint !== undefined) return [hint];
  const inner = entryOf(module, "_modules");
  if (classOf(module) !== "Sequential" || !isKind(inner, "dict") || depth > mostDepth) return undefined;
  const modules: TorchModule[] = [];
  for (const [name, value] of inner.entries) {
    const own = isKind(value, "object")
      ? modulesOf(value, path === "" ? keyText(name) : `${path}.${keyText(name)}`, depth + 1)
      : undefined;
    if (own === undefined) return undefined;
    modules.push(...own);
  }
  return modules;
}
