/** Operators that compare the numbers along an axis. */
import type { Tensor } from "../tensor.ts";
import { createArray } from "../tensors.ts";
import { aroundAxis, floatNumbers } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** One line of numbers, `step` apart, from `begin` on. */
interface Line {
  readonly begin: number;
  readonly step: number;
  readonly length: number;
}

type Floats = Float32Array | Float64Array;

function alongAxis(each: (x: Floats, y: Floats, line: Line) => void): Operator {
  return {
    inputs: [1, 1],
    outputs: [1, 1],
    attributes: { axis: "integer" },
    compute: (call: OperatorCall): Tensor => {
      const { type, shape } = call.input(0);
      const x = floatNumbers(call, 0);
      const y = createArray(type, x.length) as Floats;
      if (shape.length === 0) return call.fail("a scalar has no axis");
      const [outer, length, inner] = aroundAxis(shape, call.axis(call.integer("axis", -1), shape.length));
      if (length > 0)
        for (let o = 0; o < outer; o++)
          for (let i = 0; i < inner; i++) each(x, y, { begin: o * length * inner + i, step: inner, length });
      return { type, shape, data: y };
    },
  };
}

function largestOf(x: Floats, { begin, step, length }: Line): number {
  let largest = -Infinity;
  for (let i = 0; i < length; i++) largest = Math.max(largest, x[begin + i * step]!);
  return largest;
}

/** Σ exp(x - m), m the largest. */
function sumOf(x: Floats, { begin, step, length }: Line, largest: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += Math.exp(x[begin + i * step]! - largest);
  return sum;
}

export const activationOperators: Readonly<Record<string, Operator>> = {
  Softmax: alongAxis((x, y, line) => {
    const largest = largestOf(x, line);
    const sum = sumOf(x, line, largest);
    const { begin, step, length } = line;
    for (let i = 0; i < length; i++) y[begin + i * step] = Math.exp(x[begin + i * step]! - largest) / sum;
  }),
  LogSoftmax: alongAxis((x, y, line) => {
    const largest = largestOf(x, line);
    const log = Math.log(sumOf(x, line, largest));
    const { begin, step, length } = line;
    for (let i = 0; i < length; i++) y[begin + i * step] = x[begin + i * step]! - largest - log;
  }),
  /** 1 at the first of the largest, 0 elsewhere. */
  Hardmax: alongAxis((x, y, { begin, step, length }) => {
    let best = 0;
    for (let i = 1; i < length; i++) if (x[begin + i * step]! > x[begin + best * step]!) best = i;
    y[begin + best * step] = 1;
  }),
};
