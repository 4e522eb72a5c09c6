/** Operators on one tensor, element by element, activations among them. */
import type { Tensor, TensorData } from "../tensor.ts";
import { createArray, isBig, isFloat } from "../tensors.ts";
import type { NumberArray } from "../tensors.ts";
import { roundToEven } from "../../util/round-to-even.ts";
import { sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** Sets every y[i] from x[i]; each operator has a loop of its own. */
type Loop = (x: NumberArray, y: NumberArray, call: OperatorCall) => void;

interface UnaryOptions {
  readonly attributes?: Operator["attributes"];
  /** For int64 and uint64; without it and `integers` only floats are taken. */
  readonly big?: (x: bigint) => bigint;
  readonly gives?: "bool";
  readonly takes?: "bool";
}

function unary(loop: Loop, { attributes = {}, big, gives, takes }: UnaryOptions = {}): Operator {
  return {
    inputs: [1, 1],
    outputs: [1, 1],
    attributes,
    compute: (call) => {
      const { type, shape, data } = call.input(0);
      if (takes === undefined ? !(isFloat(type) || (big !== undefined && type !== "bool")) : type !== takes)
        call.fail(`it does not take ${type}`);
      const y = createArray(gives ?? type, data.length);
      if (isBig(data)) for (let i = 0; i < data.length; i++) (y as BigInt64Array)[i] = big!(data[i]!);
      else loop(data, y as NumberArray, call);
      return { type: gives ?? type, shape, data: y };
    },
  };
}

const alpha = { alpha: "number" } as const;

/**
 * erf(x) = 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)) near 0; further out 1 - erfc by its continued fraction. Good to float64's rounding times ten.
 */
function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; n < 80; n++) {
      term *= -(x * x) / n;
      const part = term / (2 * n + 1);
      sum += part;
      if (Math.abs(part) < 1e-17 * Math.abs(sum)) break;
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

const clip: Operator = {
  inputs: [1, 3],
  optional: [1, 2],
  outputs: [1, 1],
  attributes: {},
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const bound = (at: number): number | bigint | undefined => {
      if (call.inputs[at] === undefined) return undefined;
      sameType(call, 0, at);
      call.scalarOf(at);
      return call.input(at).data[0];
    };
    const [low, high] = [bound(1), bound(2)];
    const y = data.slice() as unknown as (number | bigint)[];
    // The largest of x and low, then the smallest of that and high: high wins where they cross.
    if (low !== undefined) for (let i = 0; i < y.length; i++) if (y[i]! < low) y[i] = low;
    if (high !== undefined) for (let i = 0; i < y.length; i++) if (y[i]! > high) y[i] = high;
    return { type, shape, data: y as unknown as TensorData };
  },
};

export const unaryOperators: Readonly<Record<string, Operator>> = {
  Abs: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]!);
    },
    { big: (x) => (x < 0n ? -x : x) },
  ),
  Neg: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = -x[i]!;
    },
    { big: (x) => -x },
  ),
  Sign: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = Math.sign(x[i]!);
    },
    { big: (x) => (x < 0n ? -1n : x > 0n ? 1n : 0n) },
  ),
  Ceil: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.ceil(x[i]!);
  }),
  Floor: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.floor(x[i]!);
  }),
  Round: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Number.isFinite(x[i]!) ? roundToEven(x[i]!) : x[i]!;
  }),
  Sqrt: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(x[i]!);
  }),
  Exp: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]!);
  }),
  Log: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]!);
  }),
  Reciprocal: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = 1 / x[i]!;
  }),
  Sin: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sin(x[i]!);
  }),
  Cos: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.cos(x[i]!);
  }),
  Tan: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.tan(x[i]!);
  }),
  Asin: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.asin(x[i]!);
  }),
  Acos: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.acos(x[i]!);
  }),
  Atan: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.atan(x[i]!);
  }),
  Sinh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sinh(x[i]!);
  }),
  Cosh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.cosh(x[i]!);
  }),
  Asinh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.asinh(x[i]!);
  }),
  Acosh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.acosh(x[i]!);
  }),
  Atanh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.atanh(x[i]!);
  }),
  Erf: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = erf(x[i]!);
  }),
  Not: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = x[i] === 0 ? 1 : 0;
    },
    { takes: "bool" },
  ),
  IsNaN: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = Number.isNaN(x[i]!) ? 1 : 0;
    },
    { gives: "bool" },
  ),
  IsInf: unary(
    (x, y, call) => {
      const [down, up] = [call.integer("detect_negative", 1) !== 0, call.integer("detect_positive", 1) !== 0];
      for (let i = 0; i < y.length; i++) y[i] = (up && x[i] === Infinity) || (down && x[i] === -Infinity) ? 1 : 0;
    },
    { gives: "bool", attributes: { detect_negative: "integer", detect_positive: "integer" } },
  ),
  Clip: clip,

  Relu: unary(
    (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = x[i]! < 0 ? 0 : x[i]!;
    },
    { big: (x) => (x > 0n ? x : 0n) },
  ),
  LeakyRelu: unary(
    (x, y, call) => {
      const a = call.number("alpha", Math.fround(0.01));
      for (let i = 0; i < y.length; i++) y[i] = x[i]! < 0 ? a * x[i]! : x[i]!;
    },
    { attributes: alpha },
  ),
  ThresholdedRelu: unary(
    (x, y, call) => {
      const a = call.number("alpha", 1);
      for (let i = 0; i < y.length; i++) y[i] = x[i]! > a ? x[i]! : 0;
    },
    { attributes: alpha },
  ),
  Elu: unary(
    (x, y, call) => {
      const a = call.number("alpha", 1);
      for (let i = 0; i < y.length; i++) y[i] = x[i]! < 0 ? a * Math.expm1(x[i]!) : x[i]!;
    },
    { attributes: alpha },
  ),
  Celu: unary(
    (x, y, call) => {
      const a = call.number("alpha", 1);
      for (let i = 0; i < y.length; i++) y[i] = Math.max(0, x[i]!) + Math.min(0, a * Math.expm1(x[i]! / a));
    },
    { attributes: alpha },
  ),
  Selu: unary(
    (x, y, call) => {
      const a = call.number("alpha", 1.67326319217681884765625);
      const g = call.number("gamma", 1.05070102214813232421875);
      for (let i = 0; i < y.length; i++) y[i] = x[i]! > 0 ? g * x[i]! : g * a * Math.expm1(x[i]!);
    },
    { attributes: { alpha: "number", gamma: "number" } },
  ),
  Sigmoid: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
  }),
  HardSigmoid: unary(
    (x, y, call) => {
      const [a, b] = [call.number("alpha", Math.fround(0.2)), call.number("beta", 0.5)];
      for (let i = 0; i < y.length; i++) y[i] = Math.max(0, Math.min(1, a * x[i]! + b));
    },
    { attributes: { alpha: "number", beta: "number" } },
  ),
  HardSwish: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * Math.max(0, Math.min(1, x[i]! / 6 + 0.5));
  }),
  Tanh: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]!);
  }),
  Softplus: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = softplus(x[i]!);
  }),
  Softsign: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! / (1 + Math.abs(x[i]!));
  }),
  Gelu: unary(
    (x, y, call) => {
      const how = call.text("approximate", "none");
      if (how === "none") for (let i = 0; i < y.length; i++) y[i] = 0.5 * x[i]! * (1 + erf(x[i]! * Math.SQRT1_2));
      else if (how === "tanh")
        for (let i = 0; i < y.length; i++)
          y[i] = 0.5 * x[i]! * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x[i]! + 0.044715 * x[i]! ** 3)));
      else call.fail(`approximate must be none or tanh, but is ${JSON.stringify(how)}`);
    },
    { attributes: { approximate: "text" } },
  ),
  Swish: unary(
    (x, y, call) => {
      const a = call.number("alpha", 1);
      for (let i = 0; i < y.length; i++) y[i] = x[i]! / (1 + Math.exp(-a * x[i]!));
    },
    { attributes: alpha },
  ),
  Mish: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * Math.tanh(softplus(x[i]!));
  }),
  Shrink: unary(
    (x, y, call) => {
      const [bias, edge] = [call.number("bias", 0), call.number("lambd", 0.5)];
      for (let i = 0; i < y.length; i++) y[i] = x[i]! < -edge ? x[i]! + bias : x[i]! > edge ? x[i]! - bias : 0;
    },
    { attributes: { bias: "number", lambd: "number" } },
  ),
};
