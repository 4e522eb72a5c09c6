/** The functions of the language that graphs have no node for: one object each, composed from the primitives where it is used. */
import { assert } from "../util/errors.ts";
import { rowsOf } from "./graph.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { Notation } from "./notation.ts";

export type ComposedName =
  | "relu"
  | "leaky_relu"
  | "elu"
  | "selu"
  | "gelu"
  | "silu"
  | "mish"
  | "softsign"
  | "hard_sigmoid"
  | "hard_sigmoid_keras"
  | "hard_tanh"
  | "log_sigmoid"
  | "square"
  | "reciprocal"
  | "clamp"
  | "ceil"
  | "round"
  | "greater"
  | "less_equal"
  | "greater_equal"
  | "not_equal"
  | "softmax"
  | "log_softmax"
  | "norm"
  | "rms_norm"
  | "position"
  | "sum"
  | "mean"
  | "largest"
  | "smallest"
  | "logsumexp"
  | "dot"
  | "size"
  | "one_hot"
  | "attend";

/**
 * What shapes a function takes and gives.
 * `elementwise`: numbers and vectors of one shape; numbers broadcast. `vector`: one vector, to a vector of its shape.
 * `number`: vectors of one shape, to a number. `like`: numbers, then a vector whose shape the result has. `attention`: a vector, one or two
 * memories, and maybe another vector, to a vector as the rows of the last memory are.
 */
export type ShapeRule = "elementwise" | "vector" | "number" | "like" | "attention";

export interface ComposedFunction {
  /** How many arguments it takes, least and most. */
  readonly arity: readonly [number, number];
  readonly spellings: readonly string[];
  /** What it gives, in a few words. */
  readonly summary: string;
  readonly shape: ShapeRule;
  readonly build: (b: GraphBuilder, ...args: NodeId[]) => NodeId;
  readonly notation: Notation;
}

/** Below the root of `norm`, as layer normalisation has it in PyTorch; keeps a constant vector finite. */
const normEpsilon = 1e-5;

const named = (name: string): Notation => ({ kind: "call", latex: `\\operatorname{${name.replaceAll("_", "\\_")}}` });

/** The derivative at a bound is 1, as PyTorch and TensorFlow have it for their clamps. */
function clamp(b: GraphBuilder, v: NodeId, low: NodeId, high: NodeId): NodeId {
  return b.apply("min", high, b.apply("max", low, v));
}

/** The derivative at a bound is 0, as PyTorch has it for its hard activations. */
function saturate(b: GraphBuilder, v: NodeId, low: NodeId, high: NodeId): NodeId {
  return b.apply("min", b.apply("max", v, low), high);
}

function mean(b: GraphBuilder, v: NodeId): NodeId {
  return b.divide(b.reduce("sum", v), sizeOf(b, v));
}

function sizeOf(b: GraphBuilder, v: NodeId): NodeId {
  const [dimension = 1] = b.shape(v);
  return b.size(dimension);
}

/**
 * A number near the largest element, by which exponentials are shifted so that none overflows. The shift cancels, and with floor, whose
 * derivative is zero, no gradient flows through it.
 */
function shift(b: GraphBuilder, v: NodeId): NodeId {
  return b.apply("floor", b.reduce("max", v));
}

function softmax(b: GraphBuilder, v: NodeId): NodeId {
  const powers = b.apply("exp", b.subtract(v, shift(b, v)));
  return b.divide(powers, b.reduce("sum", powers));
}

/** The score of rows that a member does not have: its exponential is 0 beside that of any other, and no infinity is needed for it. */
const missing = -1e30;

/** Σ α_s v_s,  α = softmax(score(q, k_s)) over the rows that a member has. */
function attend(b: GraphBuilder, query: NodeId, keys: NodeId, values: NodeId, weights: NodeId | undefined): NodeId {
  const node = b.node(values);
  const memory = node.kind === "keys" ? b.node(node.memory) : node;
  assert(memory.kind === "memory", "attend takes the rows of a memory");
  const isThere = b.apply("less", b.position(rowsOf(memory.name)), b.length(memory.name));
  const scores = b.apply("select", isThere, b.score(keys, query, weights), b.constant(missing));
  return b.mix(values, softmax(b, scores));
}

function elu(b: GraphBuilder, v: NodeId, alpha: NodeId): NodeId {
  const zero = b.constant(0);
  // The exponential only of what is not positive: elsewhere it may overflow.
  const below = b.subtract(b.apply("exp", b.apply("min", v, zero)), b.constant(1));
  return b.apply("select", b.apply("less", zero, v), v, b.multiply(alpha, below));
}

function not(b: GraphBuilder, condition: NodeId): NodeId {
  return b.subtract(b.constant(1), condition);
}

function logsumexp(b: GraphBuilder, v: NodeId): NodeId {
  const by = shift(b, v);
  return b.add(by, b.apply("log", b.reduce("sum", b.apply("exp", b.subtract(v, by)))));
}

/** The table. */
export const composedFunctions: Readonly<Record<ComposedName, ComposedFunction>> = {
  relu: {
    arity: [1, 1],
    spellings: ["relu", "ReLU"],
    summary: "v where it is positive, else 0",
    shape: "elementwise",
    build: (b, v = -1) => b.apply("max", v, b.constant(0)),
    notation: named("ReLU"),
  },
  leaky_relu: {
    arity: [1, 2],
    spellings: ["leaky_relu"],
    summary: "v where it is positive, else v times the slope (second argument, 0.01 if not given)",
    shape: "elementwise",
    build: (b, v = -1, slope = b.constant(0.01)) =>
      b.apply("select", b.apply("less", b.constant(0), v), v, b.multiply(slope, v)),
    notation: named("leaky_relu"),
  },
  elu: {
    arity: [1, 2],
    spellings: ["elu"],
    summary: "v where it is positive, else alpha (exp(v) - 1), with alpha the second argument, 1 if not given",
    shape: "elementwise",
    build: (b, v = -1, alpha = b.constant(1)) => elu(b, v, alpha),
    notation: named("elu"),
  },
  // Klambauer et al. 2017, Self-Normalizing Neural Networks.
  selu: {
    arity: [1, 1],
    spellings: ["selu"],
    summary: "1.0507 elu(v, 1.6733)",
    shape: "elementwise",
    build: (b, v = -1) => b.multiply(b.constant(1.0507009873554805), elu(b, v, b.constant(1.6732632423543772))),
    notation: named("selu"),
  },
  // Hendrycks and Gimpel 2016, Gaussian Error Linear Units: the tanh form.
  gelu: {
    arity: [1, 1],
    spellings: ["gelu"],
    summary: "v (1 + tanh(sqrt(2/pi) (v + 0.044715 v^3))) / 2",
    shape: "elementwise",
    build: (b, v = -1) => {
      const cube = b.multiply(b.multiply(v, v), v);
      const inner = b.multiply(b.constant(Math.sqrt(2 / Math.PI)), b.add(v, b.multiply(b.constant(0.044715), cube)));
      return b.multiply(b.multiply(b.constant(0.5), v), b.add(b.constant(1), b.apply("tanh", inner)));
    },
    notation: named("gelu"),
  },
  silu: {
    arity: [1, 1],
    spellings: ["silu", "swish", "SiLU"],
    summary: "v sigmoid(v)",
    shape: "elementwise",
    build: (b, v = -1) => b.multiply(v, b.apply("sigmoid", v)),
    notation: named("silu"),
  },
  mish: {
    arity: [1, 1],
    spellings: ["mish"],
    summary: "v tanh(softplus(v))",
    shape: "elementwise",
    build: (b, v = -1) => b.multiply(v, b.apply("tanh", b.apply("softplus", v))),
    notation: named("mish"),
  },
  softsign: {
    arity: [1, 1],
    spellings: ["softsign"],
    summary: "v / (1 + |v|)",
    shape: "elementwise",
    build: (b, v = -1) => b.divide(v, b.add(b.constant(1), b.apply("abs", v))),
    notation: named("softsign"),
  },
  hard_sigmoid: {
    arity: [1, 1],
    spellings: ["hard_sigmoid"],
    summary: "v / 6 + 1/2, clipped to 0…1 (PyTorch, Keras 3)",
    shape: "elementwise",
    build: (b, v = -1) => saturate(b, b.add(b.divide(v, b.constant(6)), b.constant(0.5)), b.constant(0), b.constant(1)),
    notation: named("hard_sigmoid"),
  },
  hard_sigmoid_keras: {
    arity: [1, 1],
    spellings: ["hard_sigmoid_keras"],
    summary: "0.2 v + 0.5, clipped to 0…1 (Keras 1 and 2, ONNX)",
    shape: "elementwise",
    build: (b, v = -1) =>
      clamp(b, b.add(b.multiply(b.constant(0.2), v), b.constant(0.5)), b.constant(0), b.constant(1)),
    notation: named("hard_sigmoid_keras"),
  },
  hard_tanh: {
    arity: [1, 1],
    spellings: ["hard_tanh"],
    summary: "v, clipped to -1…1",
    shape: "elementwise",
    build: (b, v = -1) => saturate(b, v, b.constant(-1), b.constant(1)),
    notation: named("hard_tanh"),
  },
  log_sigmoid: {
    arity: [1, 1],
    spellings: ["log_sigmoid"],
    summary: "log(sigmoid(v)), without overflow",
    shape: "elementwise",
    build: (b, v = -1) => b.negate(b.apply("softplus", b.negate(v))),
    notation: { kind: "call", latex: "\\log\\sigma" },
  },
  square: {
    arity: [1, 1],
    spellings: ["square"],
    summary: "v * v",
    shape: "elementwise",
    build: (b, v = -1) => b.multiply(v, v),
    notation: named("square"),
  },
  reciprocal: {
    arity: [1, 1],
    spellings: ["reciprocal"],
    summary: "1 / v",
    shape: "elementwise",
    build: (b, v = -1) => b.divide(b.constant(1), v),
    notation: named("reciprocal"),
  },
  clamp: {
    arity: [3, 3],
    spellings: ["clamp", "clip"],
    summary: "v, but not below the second argument nor above the third",
    shape: "elementwise",
    build: (b, v = -1, low = -1, high = -1) => clamp(b, v, low, high),
    notation: named("clamp"),
  },
  ceil: {
    arity: [1, 1],
    spellings: ["ceil"],
    summary: "the least integer that is not less",
    shape: "elementwise",
    build: (b, v = -1) => b.negate(b.apply("floor", b.negate(v))),
    notation: { kind: "fence", open: "\\left\\lceil ", close: "\\right\\rceil" },
  },
  round: {
    arity: [1, 1],
    spellings: ["round"],
    summary: "the nearest integer, halves upwards",
    shape: "elementwise",
    build: (b, v = -1) => b.apply("floor", b.add(v, b.constant(0.5))),
    notation: named("round"),
  },
  greater: {
    arity: [2, 2],
    spellings: ["greater"],
    summary: "1 where the first is greater than the second, else 0",
    shape: "elementwise",
    build: (b, x = -1, y = -1) => b.apply("less", y, x),
    notation: named("greater"),
  },
  less_equal: {
    arity: [2, 2],
    spellings: ["less_equal"],
    summary: "1 where the first is not greater than the second, else 0",
    shape: "elementwise",
    build: (b, x = -1, y = -1) => not(b, b.apply("less", y, x)),
    notation: named("less_equal"),
  },
  greater_equal: {
    arity: [2, 2],
    spellings: ["greater_equal"],
    summary: "1 where the first is not less than the second, else 0",
    shape: "elementwise",
    build: (b, x = -1, y = -1) => not(b, b.apply("less", x, y)),
    notation: named("greater_equal"),
  },
  not_equal: {
    arity: [2, 2],
    spellings: ["not_equal"],
    summary: "1 where both differ, else 0",
    shape: "elementwise",
    build: (b, x = -1, y = -1) => not(b, b.apply("equal", x, y)),
    notation: named("not_equal"),
  },
  softmax: {
    arity: [1, 1],
    spellings: ["softmax"],
    summary: "exp(v) over its sum",
    shape: "vector",
    build: (b, v = -1) => softmax(b, v),
    notation: named("softmax"),
  },
  log_softmax: {
    arity: [1, 1],
    spellings: ["log_softmax"],
    summary: "log(softmax(v)), without overflow",
    shape: "vector",
    build: (b, v = -1) => b.subtract(v, logsumexp(b, v)),
    notation: { kind: "call", latex: "\\log\\operatorname{softmax}" },
  },
  // Ba, Kiros and Hinton 2016, Layer Normalization, without gain and bias.
  norm: {
    arity: [1, 1],
    spellings: ["norm"],
    summary: "v less its mean, over sqrt(variance + 1e-5)",
    shape: "vector",
    build: (b, v = -1) => {
      const centred = b.subtract(v, mean(b, v));
      const variance = mean(b, b.multiply(centred, centred));
      return b.divide(centred, b.apply("sqrt", b.add(variance, b.constant(normEpsilon))));
    },
    notation: named("norm"),
  },
  // Zhang and Sennrich 2019, Root Mean Square Layer Normalization.
  rms_norm: {
    arity: [1, 1],
    spellings: ["rms_norm"],
    summary: "v over sqrt(mean of v^2 + 1e-5)",
    shape: "vector",
    build: (b, v = -1) => b.divide(v, b.apply("sqrt", b.add(mean(b, b.multiply(v, v)), b.constant(normEpsilon)))),
    notation: named("rms_norm"),
  },
  position: {
    arity: [1, 1],
    spellings: ["position"],
    summary: "0, 1, … for the elements of v",
    shape: "vector",
    build: (b, v = -1) => {
      const [dimension = 1] = b.shape(v);
      return b.position(dimension);
    },
    notation: named("position"),
  },
  sum: {
    arity: [1, 1],
    spellings: ["sum"],
    summary: "the sum of the elements",
    shape: "number",
    build: (b, v = -1) => b.reduce("sum", v),
    notation: named("sum"),
  },
  mean: {
    arity: [1, 1],
    spellings: ["mean"],
    summary: "the mean of the elements",
    shape: "number",
    build: (b, v = -1) => mean(b, v),
    notation: named("mean"),
  },
  largest: {
    arity: [1, 1],
    spellings: ["largest"],
    summary: "the largest element",
    shape: "number",
    build: (b, v = -1) => b.reduce("max", v),
    notation: named("largest"),
  },
  smallest: {
    arity: [1, 1],
    spellings: ["smallest"],
    summary: "the smallest element",
    shape: "number",
    build: (b, v = -1) => b.negate(b.reduce("max", b.negate(v))),
    notation: named("smallest"),
  },
  logsumexp: {
    arity: [1, 1],
    spellings: ["logsumexp"],
    summary: "log of the sum of exp(v), without overflow",
    shape: "number",
    build: (b, v = -1) => logsumexp(b, v),
    notation: named("logsumexp"),
  },
  dot: {
    arity: [2, 2],
    spellings: ["dot"],
    summary: "the sum of the products of the elements",
    shape: "number",
    build: (b, x = -1, y = -1) => b.reduce("sum", b.multiply(x, y)),
    notation: named("dot"),
  },
  size: {
    arity: [1, 1],
    spellings: ["size"],
    summary: "the number of elements",
    shape: "number",
    build: (b, v = -1) => sizeOf(b, v),
    notation: named("size"),
  },
  one_hot: {
    arity: [2, 2],
    spellings: ["one_hot"],
    summary: "1 at position k (from 0), else 0, in the shape of the second argument",
    shape: "like",
    build: (b, k = -1, like = -1) => {
      const [dimension = 1] = b.shape(like);
      return b.apply("equal", b.position(dimension), k);
    },
    notation: named("one_hot"),
  },
  // Luong, Pham and Manning 2015, Effective Approaches to Attention-based Neural Machine Translation; with weights Bahdanau, Cho and Bengio 2015.
  attend: {
    arity: [2, 4],
    spellings: ["attend"],
    summary: "the mean of a memory's rows, each weighted by how well it goes with the first argument",
    shape: "attention",
    build: (b, query = -1, keys = -1, values = keys, ...[weights]) => attend(b, query, keys, values, weights),
    notation: named("attend"),
  },
};
