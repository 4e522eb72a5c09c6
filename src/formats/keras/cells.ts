/** Keras's recurrent cells as equations, and their weights by the names in these. */
import { cells as builtIn } from "../../cells/index.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { specOf } from "../../network/index.ts";
import type { CellSpec } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { lineOf } from "./activations.ts";
import { listed } from "./layer-kind.ts";
import type { CallOfLayer, WeightSpec } from "./layer-kind.ts";
import { unsupported } from "./refusals.ts";
import type { LayerName } from "./refusals.ts";
import type { Settings } from "./settings.ts";
import type { KerasVersion } from "./topology.ts";

export interface KerasCell {
  readonly spec: CellSpec;
  readonly size: number;
  /** In Keras's order; the first is the output. */
  readonly states: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly tensor: () => Tensor }[];
}

interface CellClass {
  /** In the order in which their columns stand in a kernel: Keras's letter, and that of the equations. */
  readonly gates: readonly (readonly [old: string, name: string])[];
  /** In the order in which Keras 1 listed the weights of each gate. */
  readonly oldGates: readonly string[];
  readonly isCudnn?: boolean;
  readonly states: readonly string[];
  readonly equations: (settings: Settings, version: KerasVersion) => string;
}

const recurrentActivation = (version: KerasVersion): string =>
  version.major >= 2 && !version.isTfjs ? "sigmoid" : "hard_sigmoid";

/** Lines of equations with the activations that the settings of a cell name. */
function linesOf(
  settings: Settings,
  version: KerasVersion,
): Record<"gate" | "act", (name: string, of: string, times?: string) => string> {
  const line =
    (key: string, otherwise: string) =>
    (name: string, of: string, times = ""): string =>
      lineOf(settings, key, { name, of, version, otherwise, times });
  return { gate: line("recurrent_activation", recurrentActivation(version)), act: line("activation", "tanh") };
}

function lstmEquations(settings: Settings, version: KerasVersion): string {
  const { gate, act } = linesOf(settings, version);
  return [
    gate("i", "W_i x + U_i h + b_i"),
    gate("f", "W_f x + U_f h + b_f"),
    act("g", "W_g x + U_g h + b_g"),
    gate("o", "W_o x + U_o h + b_o"),
    "c' = f * c + i * g",
    act("h'", "c'", "o"),
  ].join("\n");
}

const isResetAfter = (settings: Settings, version: KerasVersion): boolean =>
  version.major > 1 && settings.flag("reset_after", version.major >= 3);

function gruEquations(settings: Settings, version: KerasVersion, isAfter = isResetAfter(settings, version)): string {
  const { gate, act } = linesOf(settings, version);
  return [
    gate("r", "W_r x + U_r h + b_r"),
    gate("z", "W_z x + U_z h + b_z"),
    act("n", isAfter ? "W_n x + b_n + r * (U_n h + v_n)" : "W_n x + U_n (r * h) + b_n"),
    "h' = (1 - z) * n + z * h",
  ].join("\n");
}

const lstmClass: CellClass = {
  gates: [
    ["i", "i"],
    ["f", "f"],
    ["c", "g"],
    ["o", "o"],
  ],
  oldGates: ["i", "c", "f", "o"],
  states: ["h", "c"],
  equations: lstmEquations,
};

const gruClass: CellClass = {
  gates: [
    ["z", "z"],
    ["r", "r"],
    ["h", "n"],
  ],
  oldGates: ["z", "r", "h"],
  states: ["h"],
  equations: gruEquations,
};

const simpleClass: CellClass = {
  gates: [["", ""]],
  oldGates: [""],
  states: ["h"],
  equations: (settings, version) => linesOf(settings, version).act("h'", "W x + U h + b"),
};

/** By the names of their layers; a cell alone has `Cell` behind it. */
const cellClasses: Readonly<Record<string, CellClass>> = {
  SimpleRNN: simpleClass,
  LSTM: lstmClass,
  GRU: gruClass,
  CuDNNLSTM: { ...lstmClass, isCudnn: true, equations: () => builtIn.lstm.text },
  CuDNNGRU: { ...gruClass, isCudnn: true, equations: () => builtIn.gru.text },
};

export const cellLayers: readonly string[] = Object.keys(cellClasses);

function classOf(className: string): CellClass | undefined {
  const name = className.replace(/Cell$/, "");
  return Object.hasOwn(cellClasses, name) ? cellClasses[name] : undefined;
}

/** How many states a cell has. Throws `keras/unsupported` for a cell that is not read. */
export function countStates(layer: LayerName): number {
  const cellClass = classOf(layer.className);
  if (cellClass === undefined) throw unsupported(layer, "a cell of this class");
  return cellClass.states.length;
}

/** The weights of a cell, or of the layer that is one. */
export function cellWeights(settings: Settings, version: KerasVersion): readonly WeightSpec[] {
  const { className } = settings.layer;
  const { oldGates, isCudnn } = known(classOf(className), className);
  const places = className.endsWith("Cell") ? [""] : ["cell"];
  if (version.major > 1 || isCudnn === true)
    return listed("kernel", "recurrent_kernel", (isCudnn === true || settings.flag("use_bias", true)) && "bias").map(
      ({ name }) => ({ name, places }),
    );
  if (oldGates.length === 1 || settings.raw("consume_less") === "gpu") return listed("W", "U", "b");
  return listed(...oldGates.flatMap((gate) => [`W_${gate}`, `U_${gate}`, `b_${gate}`]));
}

/** The cell of a layer or of a part of a stack; its weights are checked for an input of this size. */
export function readCell(call: CallOfLayer, inputSize: number): KerasCell {
  const { layer, settings, graph } = call;
  const cellClass = classOf(layer.className);
  if (cellClass === undefined) throw unsupported(layer, "a cell of this class");
  const size = settings.size("units");
  const text = cellClass.equations(settings, graph.version);
  const standard = [builtIn.lstm, builtIn.gru, builtIn["gru-v1"], builtIn.rnn, builtIn["rnn-relu"]].find(
    (cell) => cell.text === text,
  );
  const weights = weightsOf(call, cellClass, { size, inputSize });
  const suffix = (gate: string): string => (gate === "" ? "" : `_${gate}`);
  const parameters = cellClass.gates.flatMap(([, gate], at) => [
    { name: `W${suffix(gate)}`, tensor: () => matrixOf(weights.kernel(at), size) },
    { name: `U${suffix(gate)}`, tensor: () => matrixOf(weights.recurrent(at), size) },
    { name: `b${suffix(gate)}`, tensor: () => vectorOf(weights.bias(at)) },
  ]);
  const hasSecond = text.includes("v_n");
  return {
    spec:
      standard === undefined
        ? { name: `keras-${layer.className.replace(/Cell$/, "").toLowerCase()}`, text, options: {} }
        : specOf(standard),
    size,
    states: cellClass.states,
    parameters: hasSecond ? [...parameters, { name: "v_n", tensor: () => vectorOf(weights.resetBias()) }] : parameters,
  };
}

/** Numbers of a gate: rows `[inputs][units]` of a kernel as functions, so that nothing is copied before it is asked for. */
interface GateWeights {
  readonly kernel: (gate: number) => GateMatrix;
  readonly recurrent: (gate: number) => GateMatrix;
  readonly bias: (gate: number) => ArrayLike<number>;
  /** The bias inside the reset of a GRU. */
  readonly resetBias: () => ArrayLike<number>;
}

interface GateMatrix {
  readonly inputs: number;
  /** From an input to a unit. */
  readonly at: (input: number, unit: number) => number;
}

interface CellSizes {
  readonly size: number;
  readonly inputSize: number;
}

function weightsOf(call: CallOfLayer, cellClass: CellClass, sizes: CellSizes): GateWeights {
  const { size, inputSize } = sizes;
  const { gates } = cellClass;
  if (call.has("W") || call.has(`W_${gates[0]?.[0]}`)) return oldWeights(call, cellClass, sizes);
  const columns = gates.length * size;
  const kernel = call.tensor("kernel", [inputSize, columns]).data;
  const recurrent = call.tensor("recurrent_kernel", [size, columns]).data;
  const matrix = (data: Tensor["data"], inputs: number, gate: number): GateMatrix =>
    cellClass.isCudnn === true
      ? cudnnMatrix(data, { inputs, size, columns, gate })
      : { inputs, at: (input, unit) => Number(data[input * columns + gate * size + unit]) };
  const biases = biasOf(call, cellClass, size);
  const isAfter = cellClass.gates.length === 3 && biases.length === 2;
  return {
    kernel: (gate) => matrix(kernel, inputSize, gate),
    recurrent: (gate) => matrix(recurrent, size, gate),
    bias: (gate) => {
      const [first = new Float32Array(size), second] = biases.map((bias) =>
        bias.subarray(gate * size, (gate + 1) * size),
      );
      // The last gate of a GRU is the candidate, whose second bias is inside the reset.
      if (second === undefined || (isAfter && gate === gates.length - 1)) return first;
      // A negative zero stays one.
      return first.map((value, unit) => (second[unit] === 0 ? value : value + (second[unit] ?? 0)));
    },
    resetBias: () =>
      isAfter && biases[1] !== undefined ? biases[1].subarray((gates.length - 1) * size) : new Float32Array(size),
  };
}

/** The biases of the inputs' products and, where there are such, of the states'. */
function biasOf(call: CallOfLayer, { gates, isCudnn }: CellClass, size: number): readonly Float32Array[] {
  if (!call.has("bias")) return [];
  const columns = gates.length * size;
  const isPair = isCudnn === true || (gates.length === 3 && isResetAfter(call.settings, call.graph.version));
  const shape = !isPair ? [columns] : isCudnn === true ? [2 * columns] : [2, columns];
  const { data } = call.tensor("bias", shape);
  const bias = Float32Array.from(data as Float32Array);
  return isPair ? [bias.subarray(0, columns), bias.subarray(columns)] : [bias];
}

/** cuDNN's own order: the columns of a gate, read row by row, are its matrix [units][inputs] row by row. */
function cudnnMatrix(
  data: Tensor["data"],
  {
    inputs,
    size,
    columns,
    gate,
  }: { readonly inputs: number; readonly size: number; readonly columns: number; readonly gate: number },
): GateMatrix {
  return {
    inputs,
    at: (input, unit) => {
      const place = unit * inputs + input;
      return Number(data[Math.floor(place / size) * columns + gate * size + (place % size)]);
    },
  };
}

/** Keras 1: matrices and biases of their own for each gate, or of all gates side by side (`consume_less: "gpu"`). */
function oldWeights(call: CallOfLayer, { gates }: CellClass, { size, inputSize }: CellSizes): GateWeights {
  const isWhole = call.has("W");
  const columns = isWhole ? gates.length * size : size;
  const letters = gates.map(([letter]) => (isWhole ? "" : `_${letter}`));
  const matrix = (name: string, inputs: number, gate: number): GateMatrix => {
    const { data } = call.tensor(`${name}${letters[gate]}`, [inputs, columns]);
    const offset = isWhole ? gate * size : 0;
    return { inputs, at: (input, unit) => Number(data[input * columns + offset + unit]) };
  };
  return {
    kernel: (gate) => matrix("W", inputSize, gate),
    recurrent: (gate) => matrix("U", size, gate),
    bias: (gate) => {
      const data = Float32Array.from(call.tensor(`b${letters[gate]}`, [columns]).data as Float32Array);
      return isWhole ? data.subarray(gate * size, (gate + 1) * size) : data;
    },
    resetBias: () => new Float32Array(size),
  };
}

/** `[units, inputs]`, as equations have matrices. */
function matrixOf({ inputs, at }: GateMatrix, size: number): Tensor {
  const data = new Float32Array(size * inputs);
  for (let unit = 0; unit < size; unit++)
    for (let input = 0; input < inputs; input++) data[unit * inputs + input] = at(input, unit);
  return { type: "float32", shape: [size, inputs], data };
}

function vectorOf(values: ArrayLike<number>): Tensor {
  return { type: "float32", shape: [values.length], data: Float32Array.from(values) };
}
