/** The graph of modules of PyTorch, one after another, over a sequence. */
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { Graph, SymbolicSize, ValueName } from "../../graph/graph.ts";
import { integerTensor, transposeTensor } from "../../graph/tensors.ts";
import type { TorchTensor } from "./archive.ts";
import { torchError } from "./errors.ts";
import { printFound } from "./infer-modules.ts";
import { checkSize, constant, findTensor, isRecurrent, join, misplaced, tensorOf } from "./module-work.ts";
import type { ModuleGraphOptions, Signal, Work } from "./module-work.ts";
import type { TorchActivation, TorchConvolution, TorchModule, TorchNormalisation, TorchRecurrent } from "./modules.ts";
import { addRecurrent, cellGraph, sizesOf } from "./recurrent-modules.ts";

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

function isCell(work: ModuleGraphOptions, module: TorchModule): boolean {
  return isRecurrent(module) && work.tensors.has(join(module.name, "weight_ih"));
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
