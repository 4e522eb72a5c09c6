/** Networks as state_dicts of PyTorch in safetensors, with the lines of Python that load them. */
import { cells } from "../../cells/index.ts";
import type { CellName } from "../../cells/index.ts";
import type { Graph } from "../../graph/graph.ts";
import { networkOf } from "../../graph/to-network.ts";
import { parseSyntax, printSyntax } from "../../language/index.ts";
import { describeNetwork, directionsOf } from "../../network/index.ts";
import type {
  CellLayer,
  ConvolutionLayer,
  LayerShape,
  LayerSpec,
  Model,
  NetworkShape,
  PoolLayer,
} from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { writeSafetensors } from "../../util/safetensors.ts";
import type { Tensor } from "../../util/safetensors.ts";
import { torchError } from "./errors.ts";
import { modulesKey } from "./find-tensors.ts";
import type { TorchActivation, TorchModule } from "./modules.ts";
import { printPython } from "./print-python.ts";
import { layerOf, torchCells } from "./weights.ts";
import type { TorchCellKind } from "./weights.ts";

export interface WrittenTorch {
  /** A `.safetensors` file with the names, shapes and gate orders of PyTorch's modules. */
  readonly bytes: Uint8Array;
  /** Lines of Python that make the module and load `model.safetensors` into it; inputs and outputs lie as `Model.predict` has them. */
  readonly python: string;
}

/** A module with what its constructor needs beside the tensors. */
export interface WrittenModule {
  readonly module: TorchModule;
  readonly inputs: number;
  readonly outputs: number;
  /** Of a recurrent module. */
  readonly recurrent?: {
    readonly kind: TorchCellKind;
    readonly hidden: number;
    readonly layers: number;
    readonly isBoth: boolean;
  };
  /** Taps of a convolution. */
  readonly kernel?: number;
  /** The embedding whose table its weights are. */
  readonly tied?: string;
}

interface Work {
  readonly model: Pick<Model, "spec" | "parameters">;
  readonly shape: NetworkShape;
  readonly tensors: Map<string, Tensor>;
  readonly modules: WrittenModule[];
  /** Whether the whole network is one module, whose tensors have no name before them. */
  readonly isSingle: boolean;
  /** Names of embeddings by the number of their layer. */
  readonly embeddings: Map<number, string>;
}

/** A network, or a graph that is one, for PyTorch. Throws `torch/cannot-write` naming the layer that no module of PyTorch stands for. */
export function writeTorch(model: Pick<Model, "spec" | "parameters"> | Graph): WrittenTorch {
  const parts = "nodes" in model ? networkOf(model) : model;
  const { spec } = parts;
  if (spec.encoder !== undefined)
    refuse("A network with an encoder", "has no single module; write its encoder and its own layers as two networks");
  if (spec.input.kind === "image") refuse("A network that reads pictures", "has no form over steps in PyTorch");
  const shape = describeNetwork(spec);
  const runs = hiddenFirst(joinLayers(spec.layers), shape);
  const isSingle = runs.length === 1;
  const work: Work = {
    model: parts,
    shape,
    tensors: new Map(),
    modules: [],
    isSingle,
    embeddings: new Map(),
  };
  for (const run of runs) addModule(work, run);
  const metadata = new Map([
    ["format", "pt"],
    [modulesKey, JSON.stringify(work.modules.map(({ module }) => module))],
  ]);
  return {
    bytes: writeSafetensors(work.tensors, metadata),
    python: printPython(work.modules, { isSingle, isTokens: spec.input.kind === "tokens" }),
  };
}

function refuse(what: string, why: string): never {
  throw torchError("torch/cannot-write", `${what} ${why}.`);
}

/** Recurrent layers of one kind, size and direction after one another are one module; other layers are one each. */
interface Run {
  readonly index: number;
  readonly layers: readonly LayerSpec[];
}

function joinLayers(layers: readonly LayerSpec[]): readonly Run[] {
  const runs: Run[] = [];
  layers.forEach((layer, index) => {
    const before = runs.at(-1);
    const [first] = before?.layers ?? [];
    if (before !== undefined && first !== undefined && isSameModule(first, layer))
      runs[runs.length - 1] = { ...before, layers: [...before.layers, layer] };
    else runs.push({ index, layers: [layer] });
  });
  return runs;
}

/** How a pooling is said: the final outputs of both directions are last states, and of one that reads forward the last step. */
function poolKind({ over }: PoolLayer, { inputSize, forwardSize }: LayerShape): "hidden" | "last" | "mean" | "max" {
  if (over !== "final") return over;
  return forwardSize === inputSize ? "last" : "hidden";
}

/** Last states are taken of the module right before them: a dropout between the two comes after them, where it does the same. */
function hiddenFirst(runs: readonly Run[], { layers: shapes }: NetworkShape): readonly Run[] {
  const ordered: Run[] = [];
  for (const run of runs) {
    const [layer] = run.layers;
    const isHidden =
      layer?.kind === "pool" && poolKind(layer, known(shapes[run.index], "a layer's shape")) === "hidden";
    const place = ordered.findLastIndex(({ layers }) => layers[0]?.kind !== "dropout") + 1;
    ordered.splice(isHidden ? place : ordered.length, 0, run);
  }
  return ordered;
}

function isSameModule(a: LayerSpec, b: LayerSpec): boolean {
  if (a.kind !== "cell" || b.kind !== "cell") return false;
  const kind = recurrentKind(a);
  const isSame =
    kind !== undefined && kind === recurrentKind(b) && a.size === b.size && a.sizes?.["P"] === b.sizes?.["P"];
  return isSame && (a.direction ?? "forward") === (b.direction ?? "forward");
}

/** The equations as they are printed: how they are written makes no difference. */
function equations(text: string): string {
  return printSyntax(parseSyntax(text));
}

function isCellOf(layer: CellLayer, name: CellName): boolean {
  return equations(layer.cell.text) === equations(cells[name].text);
}

function recurrentKind(layer: CellLayer): TorchCellKind | undefined {
  return (Object.keys(torchCells) as TorchCellKind[]).find((kind) => isCellOf(layer, torchCells[kind].cell));
}

function addModule(work: Work, run: Run): void {
  const [layer] = run.layers;
  if (layer === undefined) return;
  const { index } = run;
  const name = `Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
  const shape = known(work.shape.layers[index], "a layer's shape");
  const { inputSize: inputs, outputSize: outputs } = shape;
  const sizes = { inputs, outputs };
  switch (layer.kind) {
    case "embedding": {
      const own = nameFor(work, "embedding");
      work.embeddings.set(index, own);
      put(work, own, "weight", [inputs, outputs], parameter(work, `${index}.E`));
      work.modules.push({ module: { kind: "embedding", name: own }, ...sizes });
      return;
    }
    case "dropout":
      work.modules.push({ module: { kind: "dropout", rate: layer.rate }, ...sizes });
      return;
    case "pool":
      work.modules.push({ module: { kind: poolKind(layer, shape) }, ...sizes });
      return;
    case "spatial-pool":
      return refuse(name, "pools windows that may reach past the end, which no module of PyTorch here does");
    case "convolution":
      return addConvolution(work, { layer, name, index, ...sizes });
    case "cell":
      return addCell(work, { run, layer, name, ...sizes });
  }
}

/** A name for a module of a kind: `lstm`, `lstm2`. */
function nameFor({ modules, isSingle }: Work, kind: string): string {
  if (isSingle) return "";
  const count = modules.filter(({ module }) => "name" in module && module.name.replace(/\d+$/, "") === kind).length;
  return count === 0 ? kind : `${kind}${count + 1}`;
}

function parameter({ model }: Work, name: string): Float32Array {
  return known(model.parameters[name], `parameter ${name}`);
}

function put(work: Work, module: string, tensor: string, shape: readonly number[], data: Float32Array): void {
  work.tensors.set(module === "" ? tensor : `${module}.${tensor}`, { shape, data });
}

interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
}

function addConvolution(
  work: Work,
  {
    layer,
    name,
    index,
    inputs,
    outputs,
  }: Sizes & { readonly layer: ConvolutionLayer; readonly name: string; readonly index: number },
): void {
  const { kernel, stride = 1, dilation = 1, padding = "same" } = layer;
  if (typeof kernel !== "number" || typeof stride !== "number" || typeof dilation !== "number")
    return refuse(name, "is over a picture, which has no form over steps in PyTorch");
  const beyond = (kernel - 1) * dilation;
  if (padding === "same" && beyond % 2 !== 0)
    return refuse(
      name,
      `needs ${beyond / 2} zeros on each side, and Conv1d has whole ones; take a kernel of an odd size`,
    );
  const own = nameFor(work, "conv");
  const weights = parameter(work, `${index}.W`);
  // [O, K, C] as [O, C, K].
  const turned = new Float32Array(weights.length);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < kernel; k++)
      for (let c = 0; c < inputs; c++)
        turned[(o * inputs + c) * kernel + k] = weights[(o * kernel + k) * inputs + c] ?? 0;
  put(work, own, "weight", [outputs, inputs, kernel], turned);
  put(work, own, "bias", [outputs], parameter(work, `${index}.b`));
  const { activation = "linear" } = layer;
  work.modules.push({
    module: {
      kind: "conv1d",
      name: own,
      stride,
      dilation,
      padding: padding === "valid" ? 0 : beyond / 2,
      ...(activation === "linear" ? {} : { activation }),
    },
    inputs,
    outputs,
    kernel,
  });
}

const activations: Readonly<
  Record<"dense" | "dense-tanh" | "dense-relu" | "dense-sigmoid", TorchActivation | undefined>
> = {
  dense: undefined,
  "dense-tanh": "tanh",
  "dense-relu": "relu",
  "dense-sigmoid": "sigmoid",
};

function addCell(
  work: Work,
  {
    run,
    layer,
    name,
    inputs,
    outputs,
  }: Sizes & { readonly run: Run; readonly layer: CellLayer; readonly name: string },
): void {
  const { index } = run;
  for (const one of run.layers) if (one.kind === "cell") checkPlain(one, name);
  const kind = recurrentKind(layer);
  if (kind !== undefined) return addRecurrent(work, { run, layer, name, kind, inputs });
  const dense = (Object.keys(activations) as (keyof typeof activations)[]).find((one) => isCellOf(layer, one));
  if (dense !== undefined) {
    const own = nameFor(work, "linear");
    const tie = layer.ties?.["W"];
    const tied = tie === undefined ? undefined : work.embeddings.get(Number(tie.split(".")[0]));
    if (tie !== undefined && tied === undefined) refuse(name, `ties its weights to ${tie}, which is no embedding`);
    put(work, own, "weight", [outputs, inputs], parameter(work, tie ?? `${index}.W`));
    put(work, own, "bias", [outputs], parameter(work, layer.ties?.["b"] ?? `${index}.b`));
    const activation = activations[dense];
    work.modules.push({
      module: { kind: "linear", name: own, ...(activation === undefined ? {} : { activation }) },
      inputs,
      outputs,
      ...(tied === undefined ? {} : { tied }),
    });
    return;
  }
  if (isCellOf(layer, "layer-norm")) {
    const own = nameFor(work, "norm");
    put(work, own, "weight", [outputs], parameter(work, `${index}.g`));
    put(work, own, "bias", [outputs], parameter(work, `${index}.b`));
    work.modules.push({ module: { kind: "layer-norm", name: own }, inputs, outputs });
    return;
  }
  const step = (["relu", "tanh", "sigmoid", "softmax"] as const).find(
    (one) => equations(layer.cell.text) === equations(`y = ${one}(x)`),
  );
  if (step === undefined)
    refuse(
      name,
      "has no module in PyTorch: nn.RNN, LSTM (with a projection), GRU, Linear and LayerNorm can be written",
    );
  work.modules.push({ module: { kind: step }, inputs, outputs });
}

/** What PyTorch's modules have no setting for. */
function checkPlain({ direction, residual, initialState = "zero", zoneout = 0 }: CellLayer, name: string): void {
  if (direction === "backward")
    refuse(name, "runs backwards alone, which no module of PyTorch does; run it in both directions");
  if (residual === true) refuse(name, "adds its input to its output, which no module of PyTorch does");
  if (initialState !== "zero") refuse(name, "starts from learned states, which are no part of a module of PyTorch");
  if (zoneout > 0) refuse(name, "has zoneout, which no module of PyTorch has");
}

function addRecurrent(
  work: Work,
  {
    run,
    layer,
    name,
    kind,
    inputs,
  }: {
    readonly run: Run;
    readonly layer: CellLayer;
    readonly name: string;
    readonly kind: TorchCellKind;
    readonly inputs: number;
  },
): void {
  const moduleKind = kind === "rnn-tanh" || kind === "rnn-relu" ? "rnn" : kind === "gru" ? "gru" : "lstm";
  const own = nameFor(work, moduleKind);
  const isBoth = layer.direction === "both";
  const hidden = layer.size;
  const { gates } = torchCells[kind];
  let [input, outputs] = [inputs, 0];
  run.layers.forEach((one, number) => {
    if (one.kind !== "cell") return;
    if (Object.keys(one.ties ?? {}).length > 0)
      refuse(name, "shares its weights with another layer, which a module of PyTorch does not");
    const { outputSize } = known(work.shape.layers[run.index + number], "a layer's shape");
    const state = outputSize / (isBoth ? 2 : 1);
    for (const { prefix, reverse } of directionsOf(one, `${run.index + number}`)) {
      const values = Object.fromEntries(
        cells[torchCells[kind].cell].parameters.map((each) => [each.name, parameter(work, `${prefix}.${each.name}`)]),
      );
      const stacked = layerOf(kind, values);
      const suffix = `_l${number}${reverse ? "_reverse" : ""}`;
      const rows = gates.length * hidden;
      put(work, own, `weight_ih${suffix}`, [rows, input], stacked.weight_ih);
      put(work, own, `weight_hh${suffix}`, [rows, state], stacked.weight_hh);
      put(work, own, `bias_ih${suffix}`, [rows], known(stacked.bias_ih, "a bias"));
      put(work, own, `bias_hh${suffix}`, [rows], known(stacked.bias_hh, "a bias"));
      if (stacked.weight_hr !== undefined) put(work, own, `weight_hr${suffix}`, [state, hidden], stacked.weight_hr);
    }
    input = outputSize;
    outputs = outputSize;
  });
  work.modules.push({
    module: {
      kind: moduleKind,
      name: own,
      ...(moduleKind === "rnn" ? { nonlinearity: kind === "rnn-relu" ? "relu" : "tanh" } : {}),
    },
    inputs,
    outputs,
    recurrent: { kind, hidden, layers: run.layers.length, isBoth },
  });
}
