/** The elementwise operations graphs are made of: one object each, with its value, its derivative, its cost and its notation. */
import type { ElementwiseName, NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { Notation } from "./notation.ts";

export interface ElementwiseOperation {
  /** How many arguments it takes. */
  readonly arity: 1 | 2 | 3;
  /** How it may be written in the language: operators and function names. */
  readonly spellings: readonly string[];
  /** What it gives, in a few words. */
  readonly summary: string;
  /** The value for numbers, in float64. */
  readonly value: (...args: number[]) => number;
  /** `transcendental` costs a polynomial of some twenty operations, `cheap` one or a few. */
  readonly cost: "cheap" | "transcendental";
  /**
   * The adjoint of each argument, given that of the output, as new nodes; undefined where the derivative is zero everywhere. All are of the
   * output's shape (`[n]`, or `[]`): for an argument that was broadcast, `builder.fit(result, shape of the argument)` sums it.
   * At a kink the derivative is one of the two one-sided ones; where arguments of min and max are equal it goes to the second.
   */
  readonly derivative: (
    b: GraphBuilder,
    adjoint: NodeId,
    args: readonly NodeId[],
    output: NodeId,
  ) => readonly (NodeId | undefined)[];
  readonly notation: Notation;
}

type Derivative = ElementwiseOperation["derivative"];

const none: Derivative = (_, __, args) => args.map(() => undefined);

/** Adjoint of the one argument as `adjoint × slope`. */
function times(slope: (b: GraphBuilder, x: NodeId, y: NodeId) => NodeId): Derivative {
  return (b, adjoint, [x = -1], y) => [b.multiply(adjoint, slope(b, x, y))];
}

/** The table. Adding a row adds the operation's tests; each backend then fails to compile until it has the row too. */
export const elementwiseOperations: Readonly<Record<ElementwiseName, ElementwiseOperation>> = {
  add: {
    arity: 2,
    spellings: ["+"],
    summary: "the sum",
    value: (x = NaN, y = NaN) => x + y,
    cost: "cheap",
    derivative: (_, adjoint) => [adjoint, adjoint],
    notation: { kind: "infix", symbol: "+", latex: "+", precedence: 1 },
  },
  subtract: {
    arity: 2,
    spellings: ["-", "−", "–"],
    summary: "the difference",
    value: (x = NaN, y = NaN) => x - y,
    cost: "cheap",
    derivative: (b, adjoint) => [adjoint, b.negate(adjoint)],
    notation: { kind: "infix", symbol: "-", latex: "-", precedence: 1 },
  },
  multiply: {
    arity: 2,
    spellings: ["*", "⊙", "∘", "·", "⋅", "×", "∗"],
    summary: "the elementwise product",
    value: (x = NaN, y = NaN) => x * y,
    cost: "cheap",
    derivative: (b, adjoint, [x = -1, y = -1]) => [b.multiply(adjoint, y), b.multiply(adjoint, x)],
    notation: { kind: "infix", symbol: "*", latex: "\\odot", precedence: 2 },
  },
  divide: {
    arity: 2,
    spellings: ["/", "÷", "⊘"],
    summary: "the elementwise quotient",
    value: (x = NaN, y = NaN) => x / y,
    cost: "cheap",
    // q = x / y:  dx = dq / y,  dy = -(dq / y) q
    derivative: (b, adjoint, [, y = -1], quotient) => {
      const dx = b.divide(adjoint, y);
      return [dx, b.negate(b.multiply(dx, quotient))];
    },
    notation: { kind: "infix", symbol: "/", latex: "/", precedence: 2 },
  },
  negate: {
    arity: 1,
    spellings: ["-", "−", "–"],
    summary: "the value with the other sign",
    value: (x = NaN) => -x,
    cost: "cheap",
    derivative: (b, adjoint) => [b.negate(adjoint)],
    notation: { kind: "prefix", symbol: "-", latex: "-", precedence: 3 },
  },
  power: {
    arity: 2,
    spellings: ["^", "pow"],
    summary: "the first to the power of the second",
    value: (x = NaN, y = NaN) => x ** y,
    cost: "transcendental",
    // z = x^y:  dx = dz y x^(y-1),  dy = dz z log x, and 0 where x is not positive
    derivative: (b, adjoint, [x = -1, y = -1], power) => {
      const dx = b.multiply(adjoint, b.multiply(y, b.apply("power", x, b.subtract(y, b.constant(1)))));
      if (b.uniform(y) !== undefined) return [dx, undefined];
      const slope = b.multiply(power, b.apply("log", x));
      return [dx, b.apply("select", b.apply("less", b.constant(0), x), b.multiply(adjoint, slope), b.constant(0))];
    },
    notation: { kind: "infix", symbol: "^", latex: "^", precedence: 5 },
  },
  min: {
    arity: 2,
    spellings: ["min"],
    summary: "the lesser of two, element by element",
    value: (x = NaN, y = NaN) => Math.min(x, y),
    cost: "cheap",
    // By the result rather than by x, so that x need not be kept.
    derivative: (b, adjoint, [, y = -1], least) => routed(b, b.apply("less", least, y), adjoint),
    notation: { kind: "call", latex: "\\min" },
  },
  max: {
    arity: 2,
    spellings: ["max"],
    summary: "the greater of two, element by element",
    value: (x = NaN, y = NaN) => Math.max(x, y),
    cost: "cheap",
    derivative: (b, adjoint, [, y = -1], most) => routed(b, b.apply("less", y, most), adjoint),
    notation: { kind: "call", latex: "\\max" },
  },
  abs: {
    arity: 1,
    spellings: ["abs"],
    summary: "the absolute value",
    value: (x = NaN) => Math.abs(x),
    cost: "cheap",
    derivative: times((b, x) => b.apply("sign", x)),
    notation: { kind: "fence", open: "\\left|", close: "\\right|" },
  },
  sign: {
    arity: 1,
    spellings: ["sign", "sgn"],
    summary: "-1, 0 or 1",
    value: (x = NaN) => Math.sign(x),
    cost: "cheap",
    derivative: none,
    notation: { kind: "call", latex: "\\operatorname{sign}" },
  },
  sqrt: {
    arity: 1,
    spellings: ["sqrt"],
    summary: "the square root",
    value: (x = NaN) => Math.sqrt(x),
    cost: "cheap",
    derivative: (b, adjoint, _, root) => [b.divide(b.multiply(b.constant(0.5), adjoint), root)],
    notation: { kind: "fence", open: "\\sqrt{", close: "}" },
  },
  floor: {
    arity: 1,
    spellings: ["floor"],
    summary: "the largest integer that is not greater",
    value: (x = NaN) => Math.floor(x),
    cost: "cheap",
    derivative: none,
    notation: { kind: "fence", open: "\\left\\lfloor ", close: "\\right\\rfloor" },
  },
  less: {
    arity: 2,
    spellings: ["less"],
    summary: "1 where the first is less than the second, else 0",
    value: (x = NaN, y = NaN) => (x < y ? 1 : 0),
    cost: "cheap",
    derivative: none,
    notation: { kind: "call", latex: "\\operatorname{less}" },
  },
  equal: {
    arity: 2,
    spellings: ["equal"],
    summary: "1 where both are equal, else 0",
    value: (x = NaN, y = NaN) => (x === y ? 1 : 0),
    cost: "cheap",
    derivative: none,
    notation: { kind: "call", latex: "\\operatorname{equal}" },
  },
  select: {
    arity: 3,
    spellings: ["select", "where"],
    summary: "the second where the first is not 0, else the third",
    value: (condition = NaN, x = NaN, y = NaN) => (condition !== 0 ? x : y),
    cost: "cheap",
    derivative: (b, adjoint, [condition = -1]) => [undefined, ...routed(b, condition, adjoint)],
    notation: { kind: "call", latex: "\\operatorname{where}" },
  },
  exp: {
    arity: 1,
    spellings: ["exp"],
    summary: "e to the power of it",
    value: (x = NaN) => Math.exp(x),
    cost: "transcendental",
    derivative: times((_, __, y) => y),
    notation: { kind: "call", latex: "\\exp" },
  },
  log: {
    arity: 1,
    spellings: ["log", "ln"],
    summary: "the natural logarithm",
    value: (x = NaN) => Math.log(x),
    cost: "transcendental",
    derivative: (b, adjoint, [x = -1]) => [b.divide(adjoint, x)],
    notation: { kind: "call", latex: "\\log" },
  },
  tanh: {
    arity: 1,
    spellings: ["tanh"],
    summary: "the hyperbolic tangent",
    value: (x = NaN) => Math.tanh(x),
    cost: "transcendental",
    derivative: times((b, _, y) => b.subtract(b.constant(1), b.multiply(y, y))),
    notation: { kind: "call", latex: "\\tanh" },
  },
  sigmoid: {
    arity: 1,
    spellings: ["sigmoid", "σ", "logistic", "sigm"],
    summary: "1 / (1 + exp(-v))",
    // Either form is exact where its exponential does not overflow.
    value: (x = NaN) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    cost: "transcendental",
    derivative: times((b, _, y) => b.multiply(y, b.subtract(b.constant(1), y))),
    notation: { kind: "call", latex: "\\sigma" },
  },
  softplus: {
    arity: 1,
    spellings: ["softplus"],
    summary: "log(1 + exp(v)), without overflow",
    // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
    value: (x = NaN) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    cost: "transcendental",
    derivative: times((b, x) => b.apply("sigmoid", x)),
    notation: { kind: "call", latex: "\\operatorname{softplus}" },
  },
  sin: {
    arity: 1,
    spellings: ["sin"],
    summary: "the sine, of radians",
    value: (x = NaN) => Math.sin(x),
    cost: "transcendental",
    derivative: times((b, x) => b.apply("cos", x)),
    notation: { kind: "call", latex: "\\sin" },
  },
  cos: {
    arity: 1,
    spellings: ["cos"],
    summary: "the cosine, of radians",
    value: (x = NaN) => Math.cos(x),
    cost: "transcendental",
    derivative: (b, adjoint, [x = -1]) => [b.negate(b.multiply(adjoint, b.apply("sin", x)))],
    notation: { kind: "call", latex: "\\cos" },
  },
};

/** The adjoint to the first where the condition is not 0, to the second where it is. */
function routed(b: GraphBuilder, condition: NodeId, adjoint: NodeId): readonly NodeId[] {
  const zero = b.constant(0);
  return [b.apply("select", condition, adjoint, zero), b.apply("select", condition, zero, adjoint)];
}
