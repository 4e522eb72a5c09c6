/** The allow-list: every name that a pickle may use, and what becomes of it. All others are refused by name. */
import { torchError } from "./errors.ts";
import { kindOf } from "./pickle-value.ts";
import type { PickledGlobal, PickledStorage, PickledTensor, PickleValue, StorageType } from "./pickle-value.ts";

const storageTypes: Readonly<Record<string, StorageType>> = {
  "torch.DoubleStorage": "float64",
  "torch.FloatStorage": "float32",
  "torch.HalfStorage": "float16",
  "torch.BFloat16Storage": "bfloat16",
  "torch.LongStorage": "int64",
  "torch.IntStorage": "int32",
  "torch.ShortStorage": "int16",
  "torch.CharStorage": "int8",
  "torch.ByteStorage": "uint8",
  "torch.BoolStorage": "bool",
};

/** Names that stand for themselves: settings of modules and optimisers. */
const plainNames: ReadonlySet<string> = new Set([
  ...["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"].map(
    (type) => `torch.${type}`,
  ),
  "torch.strided",
  "torch.contiguous_format",
  "torch.preserve_format",
]);

/** What may be called, which the table itself computes. */
const calls: Readonly<Record<string, (args: readonly PickleValue[], name: string) => PickleValue>> = {
  "collections.OrderedDict": (args, name) => (args.length === 0 ? { kind: "dict", entries: [] } : badArguments(name)),
  "torch._utils._rebuild_tensor_v2": rebuildTensor,
  "torch._utils._rebuild_tensor": rebuildTensor,
  "torch._utils._rebuild_parameter": ([data], name) => tensorOf(data, name),
  "torch._utils._rebuild_parameter_with_state": ([data], name) => tensorOf(data, name),
  "torch.Size": ([sizes], name) => ({ kind: "tuple", items: itemsOf(sizes, name) }),
  "torch.device": ([type], name) => (typeof type === "string" ? type : badArguments(name)),
  "builtins.set": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
  "__builtin__.set": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
  // TorchScript's lists with a type.
  "torch.jit._pickle.restore_type_tag": ([value], name) => value ?? badArguments(name),
  "torch.jit._pickle.build_intlist": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
  "torch.jit._pickle.build_doublelist": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
  "torch.jit._pickle.build_boollist": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
  "torch.jit._pickle.build_tensorlist": ([items], name) => ({ kind: "list", items: itemsOf(items, name) }),
};

/** Modules of PyTorch whose attributes are read, by the file of theirs that defines them. */
const moduleClasses: Readonly<Record<string, readonly string[]>> = {
  rnn: ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"],
  linear: ["Linear", "Identity"],
  sparse: ["Embedding"],
  normalization: ["LayerNorm"],
  batchnorm: ["BatchNorm1d"],
  conv: ["Conv1d"],
  dropout: ["Dropout"],
  activation: ["ReLU", "Tanh", "Sigmoid"],
  container: ["Sequential", "ModuleList", "ModuleDict"],
};

const classNames: ReadonlySet<string> = new Set(
  Object.entries(moduleClasses).flatMap(([file, names]) => names.map((name) => `torch.nn.modules.${file}.${name}`)),
);

export interface GlobalOptions {
  /** Whether classes of TorchScript are objects with attributes. */
  readonly isScript: boolean;
  /** What messages call the file. */
  readonly source: string;
}

/** A name that a pickle asks for. Throws `torch/refused` for one that is not on the list. */
export function findGlobal(name: string, { isScript, source }: GlobalOptions): PickledGlobal {
  const isThere =
    Object.hasOwn(storageTypes, name) || Object.hasOwn(calls, name) || plainNames.has(name) || isClass(name, isScript);
  if (isThere) return { kind: "global", name };
  throw torchError(
    "torch/refused",
    `${source} asks for ${JSON.stringify(name.slice(0, 100))}, which is not among the names that a file of tensors needs; nothing of it was run. Save the model's state_dict() alone, or write it as safetensors.`,
  );
}

function isClass(name: string, isScript: boolean): boolean {
  return classNames.has(name) || (isScript && name.startsWith("__torch__."));
}

/** What a call of a name gives. Throws `torch/refused` where it is none that may be called. */
export function callGlobal({ name }: PickledGlobal, args: readonly PickleValue[], options: GlobalOptions): PickleValue {
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (call !== undefined) return call(args, name);
  if (isClass(name, options.isScript)) return { kind: "object", className: name, state: null };
  throw torchError("torch/refused", `${options.source} calls ${name}, which is nothing that can be called here.`);
}

/** The numbers that a persistent id names: `("storage", torch.FloatStorage, key, "cpu", length)`. */
export function storageOf(id: PickleValue): PickledStorage {
  const [tag, type, key, , length] = id !== null && typeof id === "object" && id.kind === "tuple" ? id.items : [];
  const name = type !== null && typeof type === "object" && type.kind === "global" ? type.name : "";
  const found = Object.hasOwn(storageTypes, name) ? storageTypes[name] : undefined;
  if (tag !== "storage" || found === undefined || typeof key !== "string" || !isCount(length))
    throw torchError("torch/bad-pickle", "A reference to numbers is none that torch.save writes; the file is damaged.");
  return { kind: "storage", type: found, key, length };
}

/** `(storage, offset, shape, strides, …)`. */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[], name: string): PickledTensor {
  if (storage === null || typeof storage !== "object" || storage.kind !== "storage" || !isCount(offset))
    return badArguments(name);
  const [shape, strides] = [itemsOf(size, name), itemsOf(stride, name)];
  if (shape.length !== strides.length || shape.length > 16 || !shape.every(isCount) || !strides.every(isCount))
    return badArguments(name);
  return { kind: "tensor", storage, offset, shape, strides };
}

function tensorOf(value: PickleValue | undefined, name: string): PickledTensor {
  return value !== null && typeof value === "object" && value.kind === "tensor" ? value : badArguments(name);
}

function itemsOf(value: PickleValue | undefined, name: string): PickleValue[] {
  const isList = value !== null && typeof value === "object" && (value.kind === "list" || value.kind === "tuple");
  return isList ? value.items : badArguments(name);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function badArguments(name: string): never {
  throw torchError("torch/bad-pickle", `${name} is given what torch.save does not give it; the file is damaged.`);
}

/** Whether a global may be made into an object with attributes. */
export function checkClass(value: PickleValue | undefined, options: GlobalOptions): PickledGlobal {
  if (value !== null && typeof value === "object" && value.kind === "global" && isClass(value.name, options.isScript))
    return value;
  const what =
    value !== null && typeof value === "object" && value.kind === "global" ? value.name : `a ${kindOf(value)}`;
  throw torchError(
    "torch/refused",
    `${options.source} makes an object of ${what}, which is no module that is read here.`,
  );
}
