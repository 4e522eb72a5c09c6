/** The graph of modules of PyTorch, one after another, over a sequence. */
import { cells } from "../../cells/index.ts";
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { GraphBuilder } from "../../graph/build-graph.ts";
import type { Graph, SymbolicSize, ValueInfo, ValueName } from "../../graph/graph.ts";
import { integerTensor, transposeTensor } from "../../graph/tensors.ts";
import { specOf } from "../../network/index.ts";
import type { TorchTensor } from "./archive.ts";
import { torchError } from "./errors.ts";
import type { FoundTensor } from "./find-tensors.ts";
import { printFound, recurrentShape } from "./infer-modules.ts";
import type { TorchActivation, TorchConvolution, TorchModule, TorchNormalisation, TorchRecurrent } from "./modules.ts";
import { parametersOf, torchCells } from "./weights.ts";
import type { TorchCellKind } from "./weights.ts";

export interface ModuleGraphOptions {
  readonly tensors: ReadonlyMap<string, FoundTensor>;
  readonly modules: readonly TorchModule[];
  /** Input and output are `[batch, steps, …]`. */
  readonly batchFirst: boolean;
  /** Whether there is an input `lengths`, int64 `[batch]`. */
  readonly lengths: boolean;
  /** What messages call the file. */
  readonly source: string;
}

/** What goes from module to module. */
interface Signal {
  /** `[steps, batch, size]`, or `[batch, size]` of one vector; tokens `[steps, batch]`. */
  readonly value: ValueName;
  readonly size: number;
  readonly kind: "sequence" | "vector" | "tokens";
  /** Last states `[batch, size]` of the recurrent module before, forward and backward. */
  readonly hidden?: readonly ValueName[] | undefined;
}

interface Work extends ModuleGraphOptions {
  readonly builder: GraphBuilder;
  readonly lengthsInput: ValueName | undefined;
  /** Outputs beside the first. */
  readonly states: ValueInfo[];
  /** How many recurrent modules there are: the states of a single one have no name before them. */
  readonly recurrent: number;
}

/** Builds the graph; tensors are read now. Throws `torch/unclear` where a module's tensors are missing or do not fit. */
export function graphOfModules(options: ModuleGraphOptions): Graph {
  const { modules, batchFirst, lengths, tensors } = options;
  const builder = createGraphBuilder("torch");
  const [first] = modules;
  if (first === undefined)
    throw torchError("torch/unclear", `${options.source}: no modules are given. The file has ${printFound(tensors)}.`);
  if (modules.length === 1 && isCell(options, first)) return cellGraph(options, first as TorchRecurrent);
  const lengthsInput = lengths ? builder.input({ name: "lengths", type: "int64", shape: ["batch"] }) : undefined;
  const recurrent = modules.filter((module) => isRecurrent(module)).length;
  const work: Work = { ...options, builder, lengthsInput, states: [], recurrent };
  let signal = addInput(work, first);
  for (const module of modules) signal = addModule(work, module, signal);
  const isTurned = batchFirst && signal.kind !== "vector";
  const turned = isTurned
    ? builder.operator("Transpose", [signal.value], { name: "batch_last", attributes: { perm: [1, 0, 2] } })
    : signal.value;
  const [output = ""] = builder.operators("Identity", [turned], { outputs: ["output"] });
  return builder.finish([
    { name: output, type: "float32", shape: shapeOf(signal, batchFirst, modules) },
    ...work.states,
  ]);
}

function shapeOf({ kind, size }: Signal, batchFirst: boolean, modules: readonly TorchModule[]): SymbolicSize[] {
  if (kind === "vector") return ["batch", size];
  const steps = modules.some((module) => module.kind === "conv1d") ? "outputSteps" : "steps";
  return batchFirst ? ["batch", steps, size] : [steps, "batch", size];
}

function isRecurrent(module: TorchModule): module is TorchRecurrent {
  return module.kind === "rnn" || module.kind === "lstm" || module.kind === "gru";
}

function isCell(work: ModuleGraphOptions, module: TorchModule): boolean {
  return isRecurrent(module) && work.tensors.has(join(module.name, "weight_ih"));
}

function join(name: string, tensor: string): string {
  return name === "" ? tensor : `${name}.${tensor}`;
}

/** A tensor of a module, with so many dimensions. */
function tensorOf(work: ModuleGraphOptions, name: string, rank: number): TorchTensor {
  const found = work.tensors.get(name);
  if (found?.shape.length === rank) return found.read();
  const what = found === undefined ? "there is none" : `it has the shape [${found.shape.join(", ")}]`;
  throw torchError(
    "torch/unclear",
    `${work.source}: a tensor ${JSON.stringify(name)} of ${rank} dimension${rank === 1 ? "" : "s"} is needed, but ${what}. The file has ${printFound(work.tensors)}.`,
  );
}

function findTensor(work: ModuleGraphOptions, name: string, rank: number): TorchTensor | undefined {
  return work.tensors.has(name) ? tensorOf(work, name, rank) : undefined;
}

function constant(work: Pick<Work, "builder">, name: string, { shape, data }: TorchTensor): ValueName {
  return work.builder.constant({ type: "float32", shape, data }, name);
}

function addInput(work: Work, first: TorchModule): Signal {
  const { builder, batchFirst } = work;
  const axes = batchFirst ? ["batch", "steps"] : ["steps", "batch"];
  const turn = (value: ValueName, perm: readonly number[]): ValueName =>
    batchFirst ? builder.operator("Transpose", [value], { name: "batch_first", attributes: { perm } }) : value;
  if (first.kind === "embedding")
    return {
      value: turn(builder.input({ name: "input", type: "int64", shape: axes }), [1, 0]),
      size: 0,
      kind: "tokens",
    };
  const size = inputSizeOf(work, first);
  const value = builder.input({ name: "input", type: "float32", shape: [...axes, size] });
  return { value: turn(value, [1, 0, 2]), size, kind: "sequence" };
}

function inputSizeOf(work: Work, first: TorchModule): number {
  if (isRecurrent(first)) return sizesOf(work, first).inputs;
  switch (first.kind) {
    case "linear":
      return tensorOf(work, join(first.name, "weight"), 2).shape[1] ?? 0;
    case "conv1d":
      return tensorOf(work, join(first.name, "weight"), 3).shape[1] ?? 0;
    case "layer-norm":
    case "batch-norm":
      return tensorOf(work, join(first.name, "weight"), 1).shape[0] ?? 0;
    default:
      throw torchError(
        "torch/unclear",
        `${work.source}: the first module is ${first.kind}, which does not say how many numbers a step has; begin with one that has tensors.`,
      );
  }
}

function addModule(work: Work, module: TorchModule, signal: Signal): Signal {
  if (isRecurrent(module)) return addRecurrent(work, module, signal);
  if ((signal.kind === "tokens") !== (module.kind === "embedding"))
    misplaced(work, module, signal.kind === "tokens" ? "gets tokens" : "must come first, for it reads tokens");
  switch (module.kind) {
    case "embedding": {
      const table = tensorOf(work, join(module.name, "weight"), 2);
      const value = work.builder.operator(
        "Gather",
        [constant(work, join(module.name, "weight"), table), signal.value],
        {
          name: module.name,
          attributes: { axis: 0 },
        },
      );
      return { value, size: table.shape[1] ?? 0, kind: "sequence" };
    }
    case "linear": {
      const weight = tensorOf(work, join(module.name, "weight"), 2);
      const [rows = 0, columns = 0] = weight.shape;
      checkSize(work, module.name, columns, signal.size);
      const matrix = work.builder.constant(
        transposeTensor({ type: "float32", ...weight }, [1, 0]),
        join(module.name, "weight"),
      );
      const product = work.builder.operator("MatMul", [signal.value, matrix], { name: module.name });
      const bias = findTensor(work, join(module.name, "bias"), 1);
      const sum =
        bias === undefined
          ? product
          : work.builder.operator("Add", [product, constant(work, join(module.name, "bias"), bias)], {
              name: join(module.name, "sum"),
            });
      return { value: activate(work, module.activation, sum), size: rows, kind: signal.kind };
    }
    case "conv1d":
      return addConvolution(work, module, signal);
    case "layer-norm":
    case "batch-norm":
      return addNormalisation(work, module, signal);
    case "relu":
    case "tanh":
    case "sigmoid":
    case "softmax":
      return { ...signal, value: activate(work, module.kind, signal.value) };
    case "dropout": {
      const rate = { shape: [], data: Float32Array.of(module.rate ?? 0.5) };
      return { ...signal, value: work.builder.operator("Dropout", [signal.value, constant(work, "rate", rate)]) };
    }
    case "last":
    case "mean":
    case "max":
    case "hidden":
      return addPool(work, module.kind, signal);
  }
}

function misplaced(work: Work, module: TorchModule, what: string): never {
  const name = "name" in module ? ` ${JSON.stringify(module.name)}` : "";
  throw torchError(
    "torch/unclear",
    `${work.source}: the module ${module.kind}${name} ${what}; change the order of the modules.`,
  );
}

function checkSize(work: Work, name: string, wanted: number, got: number): void {
  if (wanted !== got)
    throw torchError(
      "torch/unclear",
      `${work.source}: the module ${JSON.stringify(name)} takes ${wanted} numbers, but gets ${got} of what is before it; change the order of the modules.`,
    );
}

const operators = { relu: "Relu", tanh: "Tanh", sigmoid: "Sigmoid", softmax: "Softmax" } as const;

function activate({ builder }: Work, activation: TorchActivation | undefined, value: ValueName): ValueName {
  if (activation === undefined) return value;
  return builder.operator(operators[activation], [value], activation === "softmax" ? { attributes: { axis: -1 } } : {});
}

/** Conv1d is over the last axis of `[batch, channels, steps]`. */
function addConvolution(work: Work, module: TorchConvolution, signal: Signal): Signal {
  if (signal.kind !== "sequence") misplaced(work, module, "needs a sequence");
  if (work.lengthsInput !== undefined) misplaced(work, module, "has no form with lengths");
  const { builder } = work;
  const { name, stride = 1, padding = 0, dilation = 1 } = module;
  const weight = tensorOf(work, join(name, "weight"), 3);
  const [outputs = 0, inputs = 0, kernel = 0] = weight.shape;
  checkSize(work, name, inputs, signal.size);
  const bias = findTensor(work, join(name, "bias"), 1) ?? { shape: [outputs], data: new Float32Array(outputs) };
  const channels = builder.operator("Transpose", [signal.value], { attributes: { perm: [1, 2, 0] } });
  const output = builder.operator(
    "Conv",
    [channels, constant(work, join(name, "weight"), weight), constant(work, join(name, "bias"), bias)],
    {
      name,
      attributes: { kernel_shape: [kernel], strides: [stride], pads: [padding, padding], dilations: [dilation] },
    },
  );
  const steps = builder.operator("Transpose", [output], { attributes: { perm: [2, 0, 1] } });
  return { value: activate(work, module.activation, steps), size: outputs, kind: "sequence" };
}

function addNormalisation(work: Work, module: TorchNormalisation, signal: Signal): Signal {
  const { builder } = work;
  const { name, epsilon = 1e-5 } = module;
  const { size } = signal;
  const read = (tensor: string, otherwise: number): TorchTensor => {
    const found = findTensor(work, join(name, tensor), 1) ?? {
      shape: [size],
      data: new Float32Array(size).fill(otherwise),
    };
    checkSize(work, name, found.data.length, size);
    return found;
  };
  const [weight, bias] = [read("weight", 1), read("bias", 0)];
  if (module.kind === "layer-norm") {
    const value = builder.operator(
      "LayerNormalization",
      [signal.value, constant(work, join(name, "weight"), weight), constant(work, join(name, "bias"), bias)],
      { name, attributes: { axis: -1, epsilon } },
    );
    return { ...signal, value };
  }
  // y = (x - mean) / √(variance + ε) × weight + bias, by the statistics of the training.
  const [mean, variance] = [
    tensorOf(work, join(name, "running_mean"), 1).data,
    tensorOf(work, join(name, "running_var"), 1).data,
  ];
  checkSize(work, name, mean.length, size);
  const scale = weight.data.map((value, i) => value / Math.sqrt((variance[i] ?? 0) + epsilon));
  const shift = bias.data.map((value, i) => value - (mean[i] ?? 0) * (scale[i] ?? 0));
  const scaled = builder.operator(
    "Mul",
    [signal.value, constant(work, join(name, "scale"), { shape: [size], data: scale })],
    { name },
  );
  const value = builder.operator("Add", [scaled, constant(work, join(name, "shift"), { shape: [size], data: shift })]);
  return { ...signal, value };
}

function addPool(work: Work, kind: "last" | "mean" | "max" | "hidden", signal: Signal): Signal {
  const { builder, lengthsInput } = work;
  const { size, hidden } = signal;
  if (signal.kind !== "sequence") misplaced(work, { kind }, "needs a sequence");
  if (kind === "hidden") {
    if (hidden === undefined) misplaced(work, { kind }, "must follow a recurrent module");
    const [only = ""] = hidden;
    const value =
      hidden.length === 1 ? only : builder.operator("Concat", hidden, { name: "hidden", attributes: { axis: 1 } });
    return { value, size, kind: "vector" };
  }
  if (lengthsInput !== undefined) misplaced(work, { kind }, "has no form with lengths (hidden has)");
  if (kind === "last") {
    const last = builder.constant(integerTensor(-1), "last_step");
    return {
      value: builder.operator("Gather", [signal.value, last], { name: "last", attributes: { axis: 0 } }),
      size,
      kind: "vector",
    };
  }
  const value = builder.operator(
    kind === "mean" ? "ReduceMean" : "ReduceMax",
    [signal.value, builder.constant(integerTensor([0]), "steps_axis")],
    { name: kind, attributes: { keepdims: 0 } },
  );
  return { value, size, kind: "vector" };
}

type RecurrentSizes = NonNullable<ReturnType<typeof recurrentShape>>;

function sizesOf(work: ModuleGraphOptions, { name, kind }: TorchRecurrent): RecurrentSizes {
  const sizes = recurrentShape((tensor) => work.tensors.get(join(name, tensor))?.shape);
  if (sizes?.kind === kind) return sizes;
  throw torchError(
    "torch/unclear",
    `${work.source}: the tensors under ${JSON.stringify(name)} are not those of ${kind === "rnn" ? "an" : "a"} ${kind}${sizes === undefined ? "" : `, but of ${sizes.kind}`}. The file has ${printFound(work.tensors)}.`,
  );
}

/** All layers and directions, with stacked first and last states `[layers × directions, batch, size]` as inputs and outputs. */
function addRecurrent(work: Work, module: TorchRecurrent, signal: Signal): Signal {
  const { builder } = work;
  if (signal.kind !== "sequence") misplaced(work, module, "needs a sequence");
  const sizes = sizesOf(work, module);
  checkSize(work, module.name, sizes.inputs, signal.size);
  const before = work.recurrent === 1 ? "" : join(module.name, "");
  const states = stateNames(module);
  const count = sizes.layers * sizes.directions;
  const batch = batchSize(builder, signal.value, 1);
  const first = new Map(
    states.map((state) => [
      state,
      addFirstStates(work, { name: `${before}${state}_0`, count, columns: columnsOf(sizes, state), batch }),
    ]),
  );
  const last = new Map(states.map((state): [string, ValueName[]] => [state, []]));
  let value = signal.value;
  let inputs = sizes.inputs;
  for (let layer = 0; layer < sizes.layers; layer++) {
    const outputs: ValueName[] = [];
    for (let direction = 0; direction < sizes.directions; direction++) {
      const suffix = sizes.isCell ? "" : `_l${layer}${direction === 1 ? "_reverse" : ""}`;
      const at = layer * sizes.directions + direction;
      outputs.push(
        addLayer(work, module, {
          sizes,
          inputs,
          suffix,
          input: value,
          states: Object.fromEntries(states.map((state) => [state, first.get(state)?.(at) ?? ""])),
          last,
          direction: direction === 0 ? "forward" : "backward",
        }),
      );
    }
    const [only = ""] = outputs;
    value =
      outputs.length === 1
        ? only
        : builder.operator("Concat", outputs, { name: join(module.name, `l${layer}`), attributes: { axis: 2 } });
    inputs = sizes.outputs;
  }
  for (const [state, names] of last) {
    const stacked = builder.operators(
      "Concat",
      names.map((name) => builder.operator("Unsqueeze", [name, builder.constant(integerTensor([0]), "axis")])),
      {
        outputs: [`${before}${state}_n`],
        attributes: { axis: 0 },
      },
    );
    work.states.push({ name: stacked[0] ?? "", type: "float32", shape: [count, "batch", columnsOf(sizes, state)] });
  }
  return { value, size: sizes.outputs, kind: "sequence", hidden: last.get("h")?.slice(-sizes.directions) };
}

function stateNames({ kind }: TorchRecurrent): readonly ("h" | "c")[] {
  return kind === "lstm" ? ["h", "c"] : ["h"];
}

function columnsOf({ hidden, state }: RecurrentSizes, name: string): number {
  return name === "h" ? state : hidden;
}

/** `[1]`: the size of an axis of a value. */
function batchSize(builder: GraphBuilder, value: ValueName, axis: number): ValueName {
  return builder.operator("Shape", [value], { attributes: { start: axis, end: axis + 1 } });
}

/** An input of first states, zero where it is not given; gives each one `[batch, columns]`. */
function addFirstStates(
  { builder }: Work,
  {
    name,
    count,
    columns,
    batch,
  }: { readonly name: string; readonly count: number; readonly columns: number; readonly batch: ValueName },
): (at: number) => ValueName {
  builder.input({
    name,
    type: "float32",
    shape: [count, "batch", columns],
    default: { type: "float32", shape: [count, 1, columns], data: new Float32Array(count * columns) },
  });
  const one = builder.constant(integerTensor([1]), "one");
  const shape = builder.operator("Concat", [one, batch, one], { attributes: { axis: 0 } });
  const all = builder.operator("Expand", [name, shape]);
  return (at) => {
    const index = builder.constant(integerTensor(at), "index");
    return builder.operator("Gather", [all, index], { attributes: { axis: 0 } });
  };
}

interface LayerPlace {
  readonly sizes: RecurrentSizes;
  /** Numbers of a step that go in. */
  readonly inputs: number;
  /** Behind the names of its tensors. */
  readonly suffix: string;
  readonly input: ValueName;
  readonly states: Readonly<Record<string, ValueName>>;
  /** Last states so far, by name. */
  readonly last: ReadonlyMap<string, ValueName[]>;
  readonly direction: "forward" | "backward";
}

/** One layer in one direction: its outputs. */
function addLayer(work: Work, module: TorchRecurrent, place: LayerPlace): ValueName {
  const { builder, lengthsInput } = work;
  const { sizes, suffix, direction } = place;
  const { hidden, state } = sizes;
  const name = join(module.name, suffix === "" ? module.kind : suffix.slice(1));
  const kind: TorchCellKind =
    module.kind === "rnn"
      ? `rnn-${module.nonlinearity ?? "tanh"}`
      : module.kind === "lstm" && work.tensors.has(join(module.name, `weight_hr${suffix}`))
        ? "lstm-projection"
        : module.kind;
  const gates = torchCells[kind].gates.length;
  const read = (tensor: string, shape: readonly number[]): Float32Array => {
    const found = tensorOf(work, join(module.name, tensor + suffix), shape.length);
    checkSize(work, join(module.name, tensor + suffix), found.shape[0] ?? 0, shape[0] ?? 0);
    checkSize(work, join(module.name, tensor + suffix), found.shape.at(-1) ?? 0, shape.at(-1) ?? 0);
    return found.data;
  };
  const find = (tensor: string, shape: readonly number[]): Float32Array | undefined =>
    work.tensors.has(join(module.name, tensor + suffix)) ? read(tensor, shape) : undefined;
  const values = parametersOf(
    kind,
    {
      weight_ih: read("weight_ih", [gates * hidden, place.inputs]),
      weight_hh: read("weight_hh", [gates * hidden, state]),
      bias_ih: find("bias_ih", [gates * hidden]),
      bias_hh: find("bias_hh", [gates * hidden]),
      weight_hr: kind === "lstm-projection" ? read("weight_hr", [state, hidden]) : undefined,
    },
    hidden,
  );
  const cell = cells[torchCells[kind].cell];
  const dimensions: Readonly<Record<string, number>> = { I: place.inputs, H: hidden, P: state };
  const sequence = builder.name(`${name}.output`);
  const finals = Object.fromEntries(cell.states.map((one) => [one.name, builder.name(`${name}.${one.name}`)]));
  builder.recurrent({
    name,
    cell: specOf(cell),
    size: hidden,
    ...(kind === "lstm-projection" ? { sizes: { P: state } } : {}),
    direction,
    input: place.input,
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [
        one.name,
        constant(work, `${name}.${one.name}`, {
          shape: one.shape.map((dimension) =>
            typeof dimension === "number" ? dimension : (dimensions[dimension] ?? 0),
          ),
          data: values[one.name] ?? new Float32Array(0),
        }),
      ]),
    ),
    states: place.states,
    ...(lengthsInput === undefined ? {} : { lengths: lengthsInput }),
    outputs: { sequence, states: finals },
  });
  for (const [state_, names] of place.last) names.push(finals[state_] ?? "");
  return sequence;
}

/** A cell by itself: `input` `[batch, size]`, `h_0` and `c_0` (zero if absent) to `h_1` and `c_1`. */
function cellGraph(options: ModuleGraphOptions, module: TorchRecurrent): Graph {
  const builder = createGraphBuilder("torch");
  const sizes = sizesOf(options, module);
  const input = builder.input({ name: "input", type: "float32", shape: ["batch", sizes.inputs] });
  const batch = batchSize(builder, input, 0);
  const axis = builder.constant(integerTensor([0]), "axis");
  const one = builder.constant(integerTensor([1]), "one");
  const shape = builder.operator("Concat", [batch, one], { attributes: { axis: 0 } });
  const work: Work = { ...options, builder, lengthsInput: undefined, states: [], recurrent: 1 };
  const states = Object.fromEntries(
    stateNames(module).map((state) => {
      const columns = columnsOf(sizes, state);
      const name = builder.input({
        name: `${state}_0`,
        type: "float32",
        shape: ["batch", columns],
        default: { type: "float32", shape: [1, columns], data: new Float32Array(columns) },
      });
      return [state, builder.operator("Expand", [name, shape])];
    }),
  );
  const last = new Map(Object.keys(states).map((state): [string, ValueName[]] => [state, []]));
  addLayer(work, module, {
    sizes,
    inputs: sizes.inputs,
    suffix: "",
    input: builder.operator("Unsqueeze", [input, axis]),
    states,
    last,
    direction: "forward",
  });
  return builder.finish(
    [...last].map(([state, names]) => ({
      name: builder.operators("Identity", names.slice(0, 1), { outputs: [`${state}_1`] })[0] ?? "",
      type: "float32",
      shape: ["batch", columnsOf(sizes, state)],
    })),
  );
}
