/** Operations of `keras.ops` that compute: number by number, along axes, and products. */
import type { ValueName } from "../../../graph/graph.ts";
import type { ElementType } from "../../../graph/tensor.ts";
import { known } from "../../../util/errors.ts";
import { activationLayers, applyActivation, namedActivation } from "../activations.ts";
import type { Activation } from "../activations.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import { axisOf, elementwise, fixedSize, integers, nameOf, onFeatures, operator, scalar, valueOf } from "../values.ts";
import type { Building, Value } from "../values.ts";
import { axesOf, broadcastShape, castTo, operandAt, promoted, together } from "./operands.ts";

type Apply = (graph: Building, x: ValueName, settings: Settings) => ValueName;

/** Number by number, in float32 unless it keeps integers. */
function unary(
  apply: Apply,
  { keeps = false, gives }: { readonly keeps?: boolean; readonly gives?: ElementType } = {},
): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const given = operandAt(call, 0);
      const value = keeps && given.type === "int32" ? given : castTo(graph, given, "float32");
      const output = elementwise(graph, value, (x) => apply(graph, x, settings));
      return [gives === undefined ? output : { ...output, type: gives }];
    },
  };
}

const plain =
  (name: string): Apply =>
  (graph, x) =>
    operator(graph, name, [x]);

const named = (
  entries: Readonly<Record<string, string>>,
  options: Parameters<typeof unary>[1] = {},
): Readonly<Record<string, LayerKind>> =>
  Object.fromEntries(Object.entries(entries).map(([name, own]) => [name, unary(plain(own), options)]));

const minus =
  (number: number): Apply =>
  (graph, x) =>
    operator(graph, "Sub", [x, scalar(graph, number)]);

/** An activation by its name in `keras.activations`, or as the layer that has its settings. */
function activation(
  make: (graph: Building, settings: Settings) => Pick<Activation, "operator" | "isVector">,
): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = castTo(graph, operandAt(call, 0), "float32");
      return [applyActivation(graph, value, make(graph, settings))];
    },
  };
}

const activations: Readonly<Record<string, string>> = {
  Relu: "relu",
  Relu6: "relu6",
  Sigmoid: "sigmoid",
  SparseSigmoid: "sparse_sigmoid",
  Softplus: "softplus",
  Softsign: "softsign",
  SparsePlus: "sparse_plus",
  Silu: "silu",
  LogSigmoid: "log_sigmoid",
  HardSigmoid: "hard_sigmoid",
  HardSilu: "hard_silu",
  Selu: "selu",
  TanhShrink: "tanh_shrink",
  HardTanh: "hard_tanh",
  Mish: "mish",
};

/** Two values, broadcast against each other. */
function binary(
  name: string,
  { least = "int32", gives }: { readonly least?: ElementType; readonly gives?: ElementType } = {},
): LayerKind {
  return {
    call: (call) => {
      const { graph } = call;
      const values = promoted(graph, [operandAt(call, 0), operandAt(call, 1)], least);
      return [together(graph, { name, type: gives ?? known(values[0], "a value").type }, values)];
    },
  };
}

/** Two values that are true or false; a number is true unless it is 0. */
function logical(name: string): LayerKind {
  return {
    call: (call) => {
      const values = [0, 1].map((at) => castTo(call.graph, operandAt(call, at), "bool"));
      return [together(call.graph, { name, type: "bool" }, values)];
    },
  };
}

const notEqual: LayerKind = {
  call: (call) => {
    const { graph } = call;
    const same = together(
      graph,
      { name: "Equal", type: "bool" },
      promoted(graph, [operandAt(call, 0), operandAt(call, 1)]),
    );
    return [elementwise(graph, same, (x) => operator(graph, "Not", [x]))];
  },
};

/** Towards the lower whole number. */
const floorDivide: LayerKind = {
  call: (call) => {
    const { graph } = call;
    const values = promoted(graph, [operandAt(call, 0), operandAt(call, 1)], "int32");
    const type = known(values[0], "a value").type;
    const floats = values.map((value) => castTo(graph, value, "float32"));
    const quotient = together(graph, { name: "Div" }, floats);
    return [
      castTo(
        graph,
        elementwise(graph, quotient, (x) => operator(graph, "Floor", [x])),
        type,
      ),
    ];
  },
};

const where: LayerKind = {
  call: (call) => {
    const { graph } = call;
    const condition = castTo(graph, operandAt(call, 0), "bool");
    const values = promoted(graph, [operandAt(call, 1), operandAt(call, 2)]);
    return [together(graph, { name: "Where", type: known(values[0], "a value").type }, [condition, ...values])];
  },
};

const clip: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = castTo(graph, operandAt(call, 0), "float32");
    const limits = [scalar(graph, settings.number("x_min")), scalar(graph, settings.number("x_max"))];
    return [elementwise(graph, value, (x) => operator(graph, "Clip", [x, ...limits]))];
  },
};

/** What is left of a shape when these axes are taken together. */
function reducedShape(value: Value, axes: readonly number[], isKept: boolean): Value["shape"] {
  return value.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : isKept ? [fixedSize(1)] : []));
}

type Reduction = "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceLogSumExp";

function reduction(name: Reduction, type?: ElementType): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const given = operandAt(call, 0);
      const value = castTo(graph, given, type ?? (given.type === "bool" ? "int32" : given.type));
      return [reduced(graph, value, { name, axes: axesOf(settings, value), isKept: settings.flag("keepdims", false) })];
    },
  };
}

interface Reduced {
  readonly name: Reduction;
  readonly axes: readonly number[];
  readonly isKept: boolean;
}

function reduced(graph: Building, value: Value, { name, axes, isKept }: Reduced): Value {
  const inputs = [nameOf(graph, value), integers(graph, axes)];
  const output = operator(graph, name, inputs, { keepdims: isKept ? 1 : 0 });
  return valueOf(output, reducedShape(value, axes, isKept), { type: value.type });
}

/** The mean square of what differs from the mean, or its root. */
function variance(isRoot: boolean): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = castTo(graph, operandAt(call, 0), "float32");
      const axes = axesOf(settings, value);
      const mean = reduced(graph, value, { name: "ReduceMean", axes, isKept: true });
      const rest = operator(graph, "Sub", [nameOf(graph, value), nameOf(graph, mean)]);
      const squares = valueOf(operator(graph, "Mul", [rest, rest]), value.shape);
      const output = reduced(graph, squares, { name: "ReduceMean", axes, isKept: settings.flag("keepdims", false) });
      return [isRoot ? elementwise(graph, output, (x) => operator(graph, "Sqrt", [x])) : output];
    },
  };
}

/** Where along an axis the best number is, as int32. */
function best(name: "ArgMax" | "ArgMin"): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = castTo(graph, operandAt(call, 0), "float32");
      if (!settings.has("axis")) return settings.refuse("axis", "over all axes together");
      const axis = axisOf(value, settings.whole("axis"));
      const isKept = settings.flag("keepdims", false);
      const place = operator(graph, name, [nameOf(graph, value)], { axis, keepdims: isKept ? 1 : 0 });
      return [
        valueOf(operator(graph, "Cast", [place], { to: "int32" }), reducedShape(value, [axis], isKept), {
          type: "int32",
        }),
      ];
    },
  };
}

const cumulated: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    if (settings.has("dtype")) return settings.refuse("dtype");
    const axis = graph.builder.constant({
      type: "int64",
      shape: [],
      data: BigInt64Array.of(BigInt(axisOf(value, settings.whole("axis")))),
    });
    return [valueOf(operator(graph, "CumSum", [nameOf(graph, value), axis]), value.shape, { type: value.type })];
  },
};

function shares(name: "Softmax" | "LogSoftmax"): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = castTo(graph, operandAt(call, 0), "float32");
      const axis = axisOf(value, settings.whole("axis", -1));
      if (axis === value.shape.length - 1)
        return [onFeatures(graph, value, (x) => operator(graph, name, [x], { axis: -1 }))];
      return [valueOf(operator(graph, name, [nameOf(graph, value)], { axis }), value.shape)];
    },
  };
}

/** Of two values of at least two axes, those before the last two broadcast. */
const product: LayerKind = {
  call: (call: CallOfLayer) => {
    const { graph, settings } = call;
    const [a, b] = promoted(graph, [operandAt(call, 0), operandAt(call, 1)], "float32");
    const [left, right] = [known(a, "a value"), known(b, "a value")];
    if (left.shape.length < 2 || right.shape.length < 2) return settings.refuse("name", "a product of a vector");
    const name = operator(graph, "MatMul", [nameOf(graph, left), nameOf(graph, right)]);
    const before = [left, right].map(({ shape, ...one }): Value => ({ ...one, shape: shape.slice(0, -2) }));
    const rows = known(left.shape.at(-2), "the rows");
    const columns = known(right.shape.at(-1), "the columns");
    const outer = before.some(({ shape }) => shape.length > 0) ? broadcastShape(before) : [];
    return [valueOf(name, [...outer, rows, columns])];
  },
};

export const arithmeticOperations: Readonly<Record<string, LayerKind>> = {
  ...named({
    Exp: "Exp",
    Log: "Log",
    Sqrt: "Sqrt",
    Sin: "Sin",
    Cos: "Cos",
    Tan: "Tan",
    Arcsin: "Asin",
    Arccos: "Acos",
    Arctan: "Atan",
    Sinh: "Sinh",
    Cosh: "Cosh",
    Arcsinh: "Asinh",
    Arccosh: "Acosh",
    Arctanh: "Atanh",
    Tanh: "Tanh",
    Erf: "Erf",
    Floor: "Floor",
    Ceil: "Ceil",
    Reciprocal: "Reciprocal",
  }),
  ...named({ Absolute: "Abs", Negative: "Neg", Sign: "Sign" }, { keeps: true }),
  ...named({ Isnan: "IsNaN", Isinf: "IsInf" }, { gives: "bool" }),
  Square: unary((graph, x) => operator(graph, "Mul", [x, x]), { keeps: true }),
  Rsqrt: unary((graph, x) => operator(graph, "Reciprocal", [operator(graph, "Sqrt", [x])])),
  Expm1: unary((graph, x, settings) => minus(1)(graph, operator(graph, "Exp", [x]), settings)),
  Log1p: unary((graph, x, settings) => operator(graph, "Log", [minus(-1)(graph, x, settings)])),
  LogicalNot: {
    call: (call) => {
      const value = castTo(call.graph, operandAt(call, 0), "bool");
      return [elementwise(call.graph, value, (x) => operator(call.graph, "Not", [x]))];
    },
  },
  ...Object.fromEntries(
    Object.entries(activations).map(([name, own]) => [name, activation((graph) => namedActivation(graph, own))]),
  ),
  ReLU: activation((_, settings) => known(activationLayers["ReLU"], "ReLU")(settings)),
  LeakyRelu: activation((_, settings) => known(activationLayers["LeakyReLU"], "LeakyReLU")(settings)),
  Elu: activation((_, settings) => known(activationLayers["ELU"], "ELU")(settings)),
  Gelu: activation((graph, settings) =>
    namedActivation(graph, settings.flag("approximate", true) ? "gelu_new" : "gelu"),
  ),
  Celu: unary((graph, x, settings) => operator(graph, "Celu", [x], { alpha: settings.number("alpha", 1) })),
  Softmax: shares("Softmax"),
  LogSoftmax: shares("LogSoftmax"),
  Add: binary("Add"),
  Subtract: binary("Sub"),
  Multiply: binary("Mul"),
  Divide: binary("Div", { least: "float32" }),
  TrueDivide: binary("Div", { least: "float32" }),
  FloorDivide: floorDivide,
  Power: binary("Pow", { least: "float32" }),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  Equal: binary("Equal", { least: "bool", gives: "bool" }),
  NotEqual: notEqual,
  Greater: binary("Greater", { gives: "bool" }),
  GreaterEqual: binary("GreaterOrEqual", { gives: "bool" }),
  Less: binary("Less", { gives: "bool" }),
  LessEqual: binary("LessOrEqual", { gives: "bool" }),
  LogicalAnd: logical("And"),
  LogicalOr: logical("Or"),
  LogicalXor: logical("Xor"),
  Where: where,
  Clip: clip,
  Sum: reduction("ReduceSum"),
  Mean: reduction("ReduceMean", "float32"),
  Max: reduction("ReduceMax"),
  Amax: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Amin: reduction("ReduceMin"),
  Prod: reduction("ReduceProd"),
  Any: reduction("ReduceMax", "bool"),
  All: reduction("ReduceMin", "bool"),
  Logsumexp: reduction("ReduceLogSumExp", "float32"),
  Var: variance(false),
  Std: variance(true),
  Argmax: best("ArgMax"),
  Argmin: best("ArgMin"),
  Cumsum: cumulated,
  Matmul: product,
};
