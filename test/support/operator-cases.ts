/** Random inputs for every operator of the graph's table; a test holds that none is without. */
import type { ElementType, Tensor } from "../../src/graph/tensor.ts";
import { countElements, createArray } from "../../src/graph/tensors.ts";
import { createRandom } from "../../src/util/random.ts";
import { buildOnnx } from "./build-onnx.ts";
import type { OnnxAttribute, OnnxGraph } from "./build-onnx.ts";

export interface OperatorCase {
  /** "" for one that is left out. */
  readonly inputs: readonly (Tensor | "")[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Types of the outputs, if they are not that of the first input. */
  readonly gives?: readonly ElementType[];
  readonly opset?: number;
}

/** A file of one node, whose inputs are all the file's so that nothing is computed before it runs, but for those at `constants`. */
export function operatorFile(
  op: string,
  { inputs, attributes, gives, opset = 22 }: OperatorCase,
  { constants = [], open = false }: { readonly constants?: readonly number[]; readonly open?: boolean } = {},
): { readonly bytes: Uint8Array; readonly given: Readonly<Record<string, Tensor>> } {
  const named = inputs.flatMap((tensor, at) => (tensor === "" ? [] : [{ at, name: `x${at}`, tensor }]));
  const record = (isConstant: boolean): Record<string, Tensor> =>
    Object.fromEntries(
      named.filter(({ at }) => constants.includes(at) === isConstant).map(({ name, tensor }) => [name, tensor]),
    );
  const given = record(false);
  const types = gives ?? [(inputs[0] as Tensor).type];
  const outputs = types.map((type, at) => ({ name: `y${at}`, type }));
  const names = inputs.map((tensor, at) => (tensor === "" ? "" : `x${at}`));
  const node = { op, inputs: op === "If" ? ["x1"] : names, outputs: outputs.map(({ name }) => name), attributes };
  const info = Object.entries(given).map(([name, { type, shape }]) => ({
    name,
    type,
    shape: open ? shape.map((_, axis) => `${name}.${axis}`) : shape,
  }));
  const bytes = buildOnnx({ nodes: [node], inputs: info, outputs, constants: record(true) }, { "": opset });
  return { bytes, given };
}

const random = createRandom(11);

export function floats(shape: readonly number[], low = -2, high = 2): Tensor {
  return {
    type: "float32",
    shape,
    data: Float32Array.from({ length: countElements(shape) }, () => random.uniform(low, high)),
  };
}

export function whole(type: ElementType, shape: readonly number[], low = -5, high = 5): Tensor {
  const data = createArray(type, countElements(shape));
  for (let i = 0; i < data.length; i++) {
    const value = low + random.integer(high - low + 1);
    (data as unknown as (number | bigint)[])[i] = type === "int64" || type === "uint64" ? BigInt(value) : value;
  }
  return { type, shape, data };
}

export function ints(...values: readonly number[]): Tensor {
  return { type: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

const scalar = (value: number): Tensor => ({ type: "float32", shape: [], data: Float32Array.of(value) });
const one = (value: number): Tensor => ({ type: "int64", shape: [], data: BigInt64Array.of(BigInt(value)) });
const bools = (...shape: readonly number[]): Tensor => whole("bool", shape, 0, 1);
const float = (value: number): OnnxAttribute => ({ float: value });

const unary = (
  low = -2,
  high = 2,
  ...attributes: readonly Readonly<Record<string, OnnxAttribute>>[]
): OperatorCase[] => [
  { inputs: [floats([3, 4], low, high)] },
  ...attributes.map((one): OperatorCase => ({ inputs: [floats([2, 3, 2], low, high)], attributes: one })),
];

const arithmetic = (): OperatorCase[] => [
  { inputs: [floats([2, 3, 4]), floats([3, 1], 0.5, 2)] },
  { inputs: [floats([4]), floats([2, 1, 4], 0.5, 2)] },
  { inputs: [whole("int64", [3, 2]), whole("int64", [2], 1, 4)] },
  { inputs: [whole("int32", [3, 2]), whole("int32", [1, 2], 1, 4)] },
];
const comparison = (): OperatorCase[] => [
  { inputs: [floats([2, 3]), floats([3])], gives: ["bool"] },
  { inputs: [whole("int64", [4, 3]), whole("int64", [3])], gives: ["bool"] },
  { inputs: [whole("int32", [8]), whole("int32", [8])], gives: ["bool"] },
];
const logic = (): OperatorCase[] => [{ inputs: [bools(2, 4), bools(4)], gives: ["bool"] }];
const several = (): OperatorCase[] => [
  { inputs: [floats([2, 3]), floats([3]), floats([2, 1])] },
  { inputs: [floats([2])] },
];
const reduce = (low = -2, high = 2): OperatorCase[] => [
  { inputs: [floats([2, 3, 4], low, high), ints(1)] },
  { inputs: [floats([2, 3, 4], low, high), ints(0, -1)], attributes: { keepdims: 0 } },
  { inputs: [floats([2, 3], low, high)] },
  { inputs: [floats([2, 3], low, high)], attributes: { noop_with_empty_axes: 1 } },
];
const line = (): OperatorCase[] => [
  { inputs: [floats([2, 3, 4])] },
  { inputs: [floats([2, 3, 4])], attributes: { axis: 1 } },
  { inputs: [floats([2, 3, 4])], attributes: { axis: 1 }, opset: 11 },
];
const best = (): OperatorCase[] => [
  { inputs: [floats([3, 4])], gives: ["int64"] },
  {
    inputs: [whole("int32", [3, 6], 0, 2)],
    attributes: { axis: 1, keepdims: 0, select_last_index: 1 },
    gives: ["int64"],
  },
];
const kernel = (...sizes: readonly number[]): Readonly<Record<string, OnnxAttribute>> => ({ kernel_shape: sizes });
const pools = (): OperatorCase[] => [
  { inputs: [floats([1, 2, 7])], attributes: { ...kernel(3), strides: [2] } },
  { inputs: [floats([2, 2, 6, 5])], attributes: { ...kernel(3, 2), strides: [2, 2], pads: [1, 0, 1, 1] } },
  { inputs: [floats([1, 1, 6, 6])], attributes: { ...kernel(3, 3), strides: [2, 2], ceil_mode: 1 } },
  { inputs: [floats([1, 1, 7])], attributes: { ...kernel(2), auto_pad: "SAME_UPPER", strides: [2] } },
  { inputs: [floats([1, 1, 7])], attributes: { ...kernel(2), auto_pad: "SAME_LOWER" } },
  { inputs: [floats([1, 2, 8])], attributes: { ...kernel(3), dilations: [2] } },
];
const image = floats([2, 4, 6, 5]);
const bytes = (type: "uint8" | "int8", ...shape: readonly number[]): Tensor =>
  whole(type, shape, type === "int8" ? -90 : 0, 90);

const body = (operator: string): OnnxGraph => ({
  nodes: [{ op: operator, inputs: ["x0", "x0"], outputs: [`${operator}_out`] }],
  inputs: [],
  outputs: [{ name: `${operator}_out`, type: "float32" }],
});
const truth: Tensor = { type: "bool", shape: [], data: Uint8Array.of(1) };

/** s' = s + x, y = s x. */
const scanBody: OnnxGraph = {
  inputs: [
    { name: "s", type: "float32", shape: [2] },
    { name: "x", type: "float32", shape: [2] },
  ],
  nodes: [
    { op: "Add", inputs: ["s", "x"], outputs: ["next"] },
    { op: "Mul", inputs: ["s", "x"], outputs: ["y"] },
  ],
  outputs: [
    { name: "next", type: "float32" },
    { name: "y", type: "float32" },
  ],
};
/** Doubles until the sum is above 20, and gives every value. */
const loopBody: OnnxGraph = {
  inputs: [
    { name: "turn", type: "int64", shape: [] },
    { name: "goes", type: "bool", shape: [] },
    { name: "v", type: "float32", shape: [2] },
  ],
  nodes: [
    { op: "Add", inputs: ["v", "v"], outputs: ["w"] },
    { op: "ReduceSum", inputs: ["w"], outputs: ["sum"], attributes: { keepdims: 0 } },
    { op: "Less", inputs: ["sum", "limit"], outputs: ["again"] },
    { op: "Identity", inputs: ["w"], outputs: ["seen"] },
  ],
  outputs: [
    { name: "again", type: "bool" },
    { name: "w", type: "float32" },
    { name: "seen", type: "float32" },
  ],
  constants: { limit: scalar(20) },
};

export const operatorCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  Add: arithmetic(),
  Sub: arithmetic(),
  Mul: arithmetic(),
  Div: arithmetic(),
  Pow: [
    { inputs: [floats([2, 3], 0.1, 3), floats([3])] },
    { inputs: [floats([2, 3], 0.1, 3), whole("int64", [3])] },
    { inputs: [whole("int64", [4], 0, 5), whole("int64", [4], 0, 5)] },
    { inputs: [whole("int32", [4], 0, 5), whole("int32", [4], 0, 5)] },
    { inputs: [whole("int32", [3, 4], 0, 9), floats([4], 0, 2)] },
    { inputs: [whole("int64", [2, 3], 1, 9), floats([1], -1, 1)] },
  ],
  Mod: [
    { inputs: [whole("int64", [8]), whole("int64", [8], 1, 4)] },
    { inputs: [whole("int32", [8]), whole("int32", [1], -3, -2)] },
    { inputs: [floats([8]), floats([8], 0.5, 1)], attributes: { fmod: 1 } },
  ],
  Sum: several(),
  Mean: several(),
  Max: [...several(), { inputs: [whole("int64", [3]), whole("int64", [3])] }],
  Min: [...several(), { inputs: [whole("int64", [3]), whole("int64", [3])] }],
  PRelu: [{ inputs: [floats([2, 3, 4]), floats([3, 1])] }],
  And: logic(),
  Or: logic(),
  Xor: logic(),
  Equal: [...comparison(), ...logic()],
  Greater: comparison(),
  GreaterOrEqual: comparison(),
  Less: comparison(),
  LessOrEqual: comparison(),
  Where: [
    { inputs: [bools(2, 1), floats([3]), floats([2, 3])], gives: ["float32"] },
    { inputs: [bools(3), whole("int64", [3]), whole("int64", [1])], gives: ["int64"] },
  ],
  Abs: [...unary(), { inputs: [whole("int64", [4])] }],
  Neg: [...unary(), { inputs: [whole("int32", [4])] }],
  Sign: [...unary(), { inputs: [whole("int64", [4])] }],
  Ceil: unary(),
  Floor: unary(),
  Round: [
    ...unary(),
    { inputs: [{ type: "float32", shape: [6], data: Float32Array.of(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5) }] },
  ],
  Sqrt: unary(0, 4),
  Exp: unary(),
  Log: unary(0.1, 4),
  Reciprocal: unary(0.5, 4),
  Sin: unary(),
  Cos: unary(),
  Tan: unary(-1, 1),
  Asin: unary(-1, 1),
  Acos: unary(-1, 1),
  Atan: unary(),
  Sinh: unary(),
  Cosh: unary(),
  Asinh: unary(),
  Acosh: unary(1, 4),
  Atanh: unary(-0.9, 0.9),
  Erf: unary(-4, 4),
  Not: [{ inputs: [bools(5)] }],
  IsNaN: [{ inputs: [{ type: "float32", shape: [3], data: Float32Array.of(1, NaN, Infinity) }], gives: ["bool"] }],
  IsInf: [
    { inputs: [{ type: "float32", shape: [3], data: Float32Array.of(-Infinity, NaN, Infinity) }], gives: ["bool"] },
    {
      inputs: [{ type: "float32", shape: [2], data: Float32Array.of(-Infinity, Infinity) }],
      attributes: { detect_negative: 0 },
      gives: ["bool"],
    },
  ],
  Clip: [
    { inputs: [floats([6]), scalar(-0.5), scalar(0.7)] },
    { inputs: [floats([6]), "", scalar(0.7)] },
    { inputs: [whole("int64", [6]), one(-1)] },
    { inputs: [floats([6])], attributes: { min: float(-1), max: float(0.5) }, opset: 6 },
  ],
  Relu: unary(),
  LeakyRelu: unary(-2, 2, { alpha: float(0.3) }),
  ThresholdedRelu: unary(-2, 2, { alpha: float(0.3) }),
  Elu: unary(-2, 2, { alpha: float(0.3) }),
  Celu: unary(-2, 2, { alpha: float(0.3) }),
  Selu: unary(-2, 2, { alpha: float(0.3), gamma: float(2) }),
  Sigmoid: unary(-9, 9),
  HardSigmoid: unary(-4, 4, { alpha: float(0.3), beta: float(0.4) }),
  HardSwish: unary(-4, 4),
  Tanh: unary(),
  Softplus: unary(-30, 30),
  Softsign: unary(),
  Gelu: unary(-3, 3, { approximate: "tanh" }, { approximate: "none" }),
  Mish: unary(-3, 3),
  Shrink: unary(-2, 2, { bias: float(0.2), lambd: float(0.7) }),
  Softmax: line(),
  LogSoftmax: line(),
  Hardmax: line(),
  ReduceSum: [
    ...reduce(),
    { inputs: [whole("int64", [2, 3]), ints(1)] },
    { inputs: [floats([2, 3])], attributes: { axes: [1], keepdims: 0 }, opset: 11 },
  ],
  ReduceMean: [...reduce(), { inputs: [floats([2, 3])], attributes: { axes: [-1] }, opset: 13 }],
  ReduceMax: [...reduce(), { inputs: [whole("int64", [2, 3]), ints(1)] }],
  ReduceMin: [...reduce(), { inputs: [whole("int64", [2, 3]), ints(1)] }],
  ReduceProd: reduce(),
  ReduceL1: reduce(),
  ReduceL2: reduce(),
  ReduceSumSquare: reduce(),
  ReduceLogSum: reduce(0.1, 2).slice(0, 3),
  ReduceLogSumExp: reduce().slice(0, 3),
  ArgMax: best(),
  ArgMin: best(),
  TopK: [
    { inputs: [floats([3, 6]), ints(3)], gives: ["float32", "int64"] },
    { inputs: [whole("int64", [6, 2], 0, 3), ints(4)], attributes: { axis: 0, largest: 0 }, gives: ["int64", "int64"] },
  ],
  CumSum: [
    { inputs: [floats([2, 4]), one(1)] },
    { inputs: [whole("int64", [4, 2]), one(0)], attributes: { exclusive: 1, reverse: 1 } },
  ],
  Reshape: [
    { inputs: [floats([2, 6]), ints(0, -1, 3)] },
    { inputs: [floats([0, 3]), ints(3, 0)], attributes: { allowzero: 1 } },
  ],
  Transpose: [
    { inputs: [floats([2, 3, 4])] },
    { inputs: [whole("int64", [2, 3, 4])], attributes: { perm: [1, 2, 0] } },
  ],
  Squeeze: [
    { inputs: [floats([1, 3, 1])] },
    { inputs: [floats([1, 3, 1]), ints(-1)] },
    { inputs: [floats([1, 3, 1])], attributes: { axes: [0] }, opset: 11 },
  ],
  Unsqueeze: [{ inputs: [floats([3]), ints(0, -1)] }, { inputs: [floats([3])], attributes: { axes: [1] }, opset: 11 }],
  Expand: [{ inputs: [floats([3, 1]), ints(2, 1, 4)] }],
  Tile: [{ inputs: [floats([2, 3]), ints(2, 3)] }],
  Concat: [
    { inputs: [floats([2, 3]), floats([2, 1])], attributes: { axis: -1 } },
    { inputs: [whole("int64", [2]), whole("int64", [3])], attributes: { axis: 0 } },
  ],
  Split: [
    { inputs: [floats([4, 7]), ints(3, 4)], attributes: { axis: 1 }, gives: ["float32", "float32"] },
    { inputs: [floats([5, 2])], attributes: { num_outputs: 3 }, gives: ["float32", "float32", "float32"] },
    { inputs: [floats([4, 2])], attributes: { split: [1, 3] }, gives: ["float32", "float32"], opset: 11 },
  ],
  Slice: [
    { inputs: [floats([5, 6]), ints(1, -3), ints(4, 100), ints(0, 1), ints(2, 1)] },
    { inputs: [floats([5, 6]), ints(-1), ints(-100), ints(1), ints(-2)] },
    { inputs: [floats([5, 6])], attributes: { starts: [1], ends: [3], axes: [1] }, opset: 9 },
  ],
  Pad: [
    { inputs: [floats([2, 4]), ints(0, 1, 0, 2), scalar(1.5)] },
    { inputs: [floats([2, 4]), ints(0, 3, 0, 2)], attributes: { mode: "reflect" } },
    { inputs: [floats([2, 4]), ints(1, 1, 2, 2)], attributes: { mode: "edge" } },
    { inputs: [floats([2, 4]), ints(0, 1, 0, 2)], attributes: { mode: "wrap" } },
    { inputs: [floats([2, 4]), ints(0, -1, 0, 2)] },
    { inputs: [floats([2, 4]), ints(1, 2), "", ints(-1)] },
    { inputs: [floats([2, 4])], attributes: { pads: [0, 1, 0, 2], value: float(0.5) }, opset: 9 },
  ],
  Range: [{ inputs: [one(2), one(11), one(3)] }, { inputs: [scalar(1), scalar(0), scalar(-0.25)] }],
  Trilu: [{ inputs: [floats([2, 3, 4])] }, { inputs: [whole("int64", [4, 3]), one(1)], attributes: { upper: 0 } }],
  ReverseSequence: [
    { inputs: [floats([4, 3]), ints(1, 2, 4)] },
    { inputs: [floats([3, 4, 2]), ints(1, 2, 4)], attributes: { batch_axis: 0, time_axis: 1 } },
  ],
  ConstantOfShape: [
    { inputs: [ints(2, 3)], gives: ["float32"] },
    { inputs: [ints(2)], attributes: { value: ints(7) }, gives: ["int64"] },
  ],
  Constant: [
    { inputs: [], attributes: { value: floats([2, 2]) }, gives: ["float32"] },
    { inputs: [], attributes: { value_ints: [3, 4] }, gives: ["int64"] },
    { inputs: [], attributes: { value_float: float(0.1) }, gives: ["float32"] },
  ],
  Flatten: [
    { inputs: [floats([2, 3, 4])] },
    { inputs: [floats([2, 3, 4])], attributes: { axis: -1 } },
    { inputs: [floats([2, 3])], attributes: { axis: 0 } },
  ],
  Identity: [{ inputs: [floats([2])] }],
  Dropout: [{ inputs: [floats([4])] }, { inputs: [floats([4])], attributes: { ratio: float(0.3) }, opset: 7 }],
  Shape: [
    { inputs: [floats([2, 3, 4])], gives: ["int64"] },
    { inputs: [floats([2, 3, 4])], attributes: { start: -2, end: 2 }, gives: ["int64"] },
  ],
  Size: [{ inputs: [floats([2, 3])], gives: ["int64"] }],
  Cast: [
    { inputs: [floats([6], -4, 4)], attributes: { to: 7 }, gives: ["int64"] },
    { inputs: [whole("int64", [6])], attributes: { to: 1 }, gives: ["float32"] },
    { inputs: [whole("int32", [6])], attributes: { to: 9 }, gives: ["bool"] },
    { inputs: [floats([6])], attributes: { to: 11 }, gives: ["float64"] },
  ],
  CastLike: [{ inputs: [floats([3]), ints(1)], gives: ["int64"] }],
  Gather: [
    { inputs: [floats([4, 3]), ints(0, -1, 2)] },
    {
      inputs: [whole("int64", [2, 4]), { type: "int32", shape: [1, 2], data: Int32Array.of(3, 1) }],
      attributes: { axis: 1 },
    },
  ],
  GatherElements: [{ inputs: [floats([3, 3]), whole("int64", [2, 3], -3, 2)], attributes: { axis: 0 } }],
  GatherND: [
    { inputs: [floats([2, 3, 4]), whole("int64", [3, 2], 0, 1)] },
    { inputs: [floats([2, 3, 4]), whole("int64", [2, 1], 0, 2)], attributes: { batch_dims: 1 } },
  ],
  ScatterElements: [
    { inputs: [floats([3, 3]), { type: "int64", shape: [1, 3], data: BigInt64Array.of(0n, 2n, 1n) }, floats([1, 3])] },
    {
      inputs: [floats([3, 3]), whole("int64", [2, 3], 0, 2), floats([2, 3])],
      attributes: { axis: 1, reduction: "add" },
    },
  ],
  ScatterND: [
    { inputs: [floats([4, 2]), { type: "int64", shape: [2, 1], data: BigInt64Array.of(3n, 1n) }, floats([2, 2])] },
    { inputs: [floats([4, 2]), whole("int64", [3, 2], 0, 1), floats([3])], attributes: { reduction: "max" } },
  ],
  OneHot: [
    {
      inputs: [whole("int64", [2, 3], -2, 3), one(4), { type: "float32", shape: [2], data: Float32Array.of(-1, 2) }],
      gives: ["float32"],
    },
    { inputs: [whole("int64", [3], 0, 3), one(4), ints(0, 1)], attributes: { axis: 0 } },
  ],
  NonZero: [{ inputs: [whole("int64", [3, 4], 0, 1)], gives: ["int64"] }],
  MatMul: [
    { inputs: [floats([3, 5]), floats([5, 2])] },
    { inputs: [floats([2, 1, 3, 5]), floats([4, 5, 2])] },
    { inputs: [floats([5]), floats([2, 5, 3])] },
    { inputs: [floats([2, 3, 5]), floats([5])] },
    { inputs: [whole("int32", [3, 5]), whole("int32", [5, 2])] },
  ],
  Gemm: [
    { inputs: [floats([3, 5]), floats([5, 2]), floats([2])] },
    {
      inputs: [floats([5, 3]), floats([2, 5]), floats([3, 1])],
      attributes: { transA: 1, transB: 1, alpha: float(0.5), beta: float(2) },
    },
    { inputs: [floats([3, 5]), floats([5, 2])] },
  ],
  Einsum: [
    { inputs: [floats([2, 3, 4]), floats([2, 4, 5])], attributes: { equation: "bij,bjk->bik" } },
    { inputs: [floats([3, 4]), floats([4])], attributes: { equation: "ij,j" } },
    { inputs: [floats([2, 3, 4]), floats([5, 4])], attributes: { equation: "...i,ji->...j" } },
    { inputs: [floats([3, 3])], attributes: { equation: "ii->i" } },
  ],
  MatMulInteger: [
    { inputs: [bytes("uint8", 3, 4), bytes("int8", 4, 2)], gives: ["int32"] },
    {
      inputs: [
        bytes("uint8", 3, 4),
        bytes("uint8", 4, 2),
        { type: "uint8", shape: [], data: Uint8Array.of(7) },
        { type: "uint8", shape: [], data: Uint8Array.of(9) },
      ],
      gives: ["int32"],
    },
  ],
  Conv: [
    { inputs: [floats([2, 3, 9]), floats([4, 3, 3]), floats([4])], attributes: { strides: [2], pads: [1, 2] } },
    { inputs: [image, floats([6, 2, 3, 2])], attributes: { group: 2, dilations: [2, 1], strides: [1, 2] } },
    { inputs: [image, floats([4, 1, 3, 3])], attributes: { group: 4, auto_pad: "SAME_UPPER", strides: [2, 2] } },
    { inputs: [image, floats([2, 4, 2, 2])], attributes: { auto_pad: "SAME_LOWER" } },
    { inputs: [image, floats([2, 4, 2, 2])], attributes: { auto_pad: "VALID" } },
  ],
  ConvTranspose: [
    { inputs: [floats([2, 3, 5]), floats([3, 2, 3]), floats([2])], attributes: { strides: [2], pads: [1, 0] } },
    {
      inputs: [floats([1, 4, 3, 3]), floats([4, 1, 3, 2])],
      attributes: { group: 2, strides: [2, 2], output_padding: [1, 1], dilations: [1, 2] },
    },
    { inputs: [floats([1, 2, 4]), floats([2, 2, 3])], attributes: { strides: [2], output_shape: [8] } },
    { inputs: [floats([1, 2, 4]), floats([2, 2, 3])], attributes: { strides: [2], auto_pad: "SAME_UPPER" } },
  ],
  MaxPool: pools().map((one): OperatorCase => ({ ...one, gives: ["float32", "int64"] })),
  AveragePool: [
    ...pools(),
    { inputs: [floats([1, 2, 6])], attributes: { ...kernel(3), pads: [1, 1], count_include_pad: 1 } },
  ],
  GlobalMaxPool: [{ inputs: [image] }],
  GlobalAveragePool: [{ inputs: [image] }],
  BatchNormalization: [
    {
      inputs: [floats([2, 3, 4]), floats([3]), floats([3]), floats([3]), floats([3], 0.5, 2)],
      attributes: { epsilon: float(0.01) },
    },
    { inputs: [floats([2, 3]), floats([3]), floats([3]), floats([3]), floats([3], 0.5, 2)], opset: 9 },
  ],
  LayerNormalization: [
    { inputs: [floats([2, 3, 4]), floats([4]), floats([4])] },
    { inputs: [floats([2, 3, 4]), floats([3, 4])], attributes: { axis: 1, epsilon: float(0.001) } },
  ],
  InstanceNormalization: [{ inputs: [floats([2, 3, 4]), floats([3]), floats([3])] }],
  GroupNormalization: [{ inputs: [floats([2, 4, 3]), floats([4]), floats([4])], attributes: { num_groups: 2 } }],
  DequantizeLinear: [
    {
      inputs: [bytes("uint8", 2, 3), scalar(0.1), { type: "uint8", shape: [], data: Uint8Array.of(12) }],
      gives: ["float32"],
    },
    { inputs: [bytes("int8", 2, 3), floats([3], 0.1, 1)], gives: ["float32"] },
    { inputs: [whole("int32", [2, 3]), scalar(0.3)], gives: ["float32"] },
  ],
  QuantizeLinear: [
    {
      inputs: [floats([2, 3], -20, 20), scalar(0.1), { type: "uint8", shape: [], data: Uint8Array.of(128) }],
      gives: ["uint8"],
    },
    {
      inputs: [floats([2, 3], -20, 20), floats([2], 0.1, 1), { type: "int8", shape: [2], data: Int8Array.of(3, -4) }],
      attributes: { axis: 0 },
      gives: ["int8"],
    },
  ],
  DynamicQuantizeLinear: [{ inputs: [floats([3, 4])], gives: ["uint8", "float32", "uint8"] }],
  QLinearMatMul: [
    {
      inputs: [
        bytes("uint8", 2, 4),
        scalar(0.02),
        { type: "uint8", shape: [], data: Uint8Array.of(5) },
        bytes("uint8", 4, 3),
        scalar(0.03),
        { type: "uint8", shape: [], data: Uint8Array.of(6) },
        scalar(0.2),
        { type: "uint8", shape: [], data: Uint8Array.of(40) },
      ],
      gives: ["uint8"],
    },
  ],
  If: [
    {
      inputs: [floats([2]), truth],
      attributes: { then_branch: body("Add"), else_branch: body("Mul") },
      gives: ["float32"],
    },
  ],
  Loop: [
    { inputs: [one(10), truth, floats([2], 0.5, 1)], attributes: { body: loopBody }, gives: ["float32", "float32"] },
  ],
  Scan: [
    {
      inputs: [floats([2]), floats([5, 2])],
      attributes: { body: scanBody, num_scan_inputs: 1 },
      gives: ["float32", "float32"],
    },
    {
      inputs: [floats([2]), floats([2, 5])],
      attributes: {
        body: scanBody,
        num_scan_inputs: 1,
        scan_input_axes: [1],
        scan_input_directions: [1],
        scan_output_axes: [1],
        scan_output_directions: [1],
      },
      gives: ["float32", "float32"],
    },
  ],
};
