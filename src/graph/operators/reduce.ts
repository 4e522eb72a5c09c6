/** Operators that make one number of many along axes, and those that order or add up along one. */
import type { Tensor } from "../tensor.ts";
import { countElements, createArray, isBig, movable, transposeTensor } from "../tensors.ts";
import type { BigArray, NumberArray } from "../tensors.ts";
import { aroundAxis, printShape } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** What becomes of the `n` numbers from `begin` on. */
type Total = (x: NumberArray, begin: number, n: number) => number;

interface ReduceForm {
  readonly total: Total;
  /** Of int64 and uint64. */
  readonly big?: (values: BigArray) => bigint;
  /** What no numbers give; a failure if absent. */
  readonly none: number | undefined;
  readonly takesBool?: boolean;
}

/** The axes of input 1, or all; none with `noop_with_empty_axes`: then each number is reduced by itself, so squares are still squares. */
function reducedAxes(call: OperatorCall, rank: number): readonly number[] {
  const given = call.inputs[1] === undefined ? [] : call.integersOf(1);
  if (given.length === 0)
    return call.integer("noop_with_empty_axes", 0) === 0 ? Array.from({ length: rank }, (_, axis) => axis) : [];
  const axes = given.map((axis) => call.axis(axis, rank));
  if (new Set(axes).size < axes.length) call.fail(`an axis is reduced twice: ${printShape(given)}`);
  return axes;
}

function reduce({ total, big, none, takesBool = false }: ReduceForm): Operator {
  return {
    inputs: [1, 2],
    optional: [1],
    outputs: [1, 1],
    shapedBy: [1],
    attributes: { keepdims: "integer", noop_with_empty_axes: "integer" },
    compute: (call) => {
      const input = call.input(0);
      const { type, shape } = input;
      if (type === "bool" && !takesBool) call.fail("it does not take bool");
      const rank = shape.length;
      const axes = reducedAxes(call, rank);
      const left = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const order = [...left, ...axes.toSorted((a, b) => a - b)];
      const { data } = order.every((axis, at) => axis === at) ? input : transposeTensor(input, order);
      const length = countElements(axes.map((axis) => shape[axis]!));
      const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const outShape = call.integer("keepdims", 1) === 0 ? left.map((axis) => shape[axis]!) : kept;
      const rows = countElements(outShape);
      if (length === 0 && none === undefined && rows > 0)
        call.fail("it reduces no numbers, of which there is no such value");
      const y = createArray(type, rows);
      if (isBig(data)) {
        if (big === undefined) call.fail(`it does not take ${type}`);
        for (let row = 0; row < rows; row++)
          (y as BigArray)[row] =
            length === 0 ? BigInt(none ?? 0) : big!(data.subarray(row * length, (row + 1) * length));
      } else
        for (let row = 0; row < rows; row++)
          (y as NumberArray)[row] = length === 0 ? none! : total(data, row * length, length);
      return { type, shape: outShape, data: y };
    },
  };
}

const sum: Total = (x, begin, n) => {
  let s = 0;
  for (let i = begin; i < begin + n; i++) s += x[i]!;
  return s;
};
const squares: Total = (x, begin, n) => {
  let s = 0;
  for (let i = begin; i < begin + n; i++) s += x[i]! * x[i]!;
  return s;
};
/** Folds bigints, from `start` on or else from the first of them. */
function foldBig(values: BigArray, combine: (a: bigint, b: bigint) => bigint, start?: bigint): bigint {
  let [total, at] = start === undefined ? [values[0]!, 1] : [start, 0];
  for (; at < values.length; at++) total = combine(total, values[at]!);
  return total;
}

const bigSum = (values: BigArray): bigint => foldBig(values, (a, b) => a + b, 0n);
const product: Total = (x, begin, n) => {
  let s = 1;
  for (let i = begin; i < begin + n; i++) s *= x[i]!;
  return s;
};
const bigProduct = (values: BigArray): bigint => foldBig(values, (a, b) => BigInt.asIntN(64, a * b), 1n);
const absolutes: Total = (x, begin, n) => {
  let s = 0;
  for (let i = begin; i < begin + n; i++) s += Math.abs(x[i]!);
  return s;
};
const largest: Total = (x, begin, n) => {
  let s = -Infinity;
  for (let i = begin; i < begin + n; i++) s = Math.max(s, x[i]!);
  return s;
};
const smallest: Total = (x, begin, n) => {
  let s = Infinity;
  for (let i = begin; i < begin + n; i++) s = Math.min(s, x[i]!);
  return s;
};
const logSumExp: Total = (x, begin, n) => {
  const most = largest(x, begin, n);
  if (!Number.isFinite(most)) return most;
  let s = 0;
  for (let i = begin; i < begin + n; i++) s += Math.exp(x[i]! - most);
  return most + Math.log(s);
};

/** The place of the largest (or smallest) along an axis; of equal ones the first, or the last. */
function findBest(isBetter: (a: number | bigint, b: number | bigint) => boolean): Operator {
  return {
    inputs: [1, 1],
    outputs: [1, 1],
    attributes: { axis: "integer", keepdims: "integer", select_last_index: "integer" },
    compute: (call): Tensor => {
      const { shape, data } = call.input(0);
      const x = data as ArrayLike<number | bigint>;
      const axis = call.axis(call.integer("axis", 0), shape.length);
      const [outer, length, inner] = aroundAxis(shape, axis);
      const isLast = call.integer("select_last_index", 0) !== 0;
      const y = new BigInt64Array(outer * inner);
      if (length === 0 && y.length > 0) call.fail("it looks for the best of no numbers");
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < inner; i++) {
          const begin = o * length * inner + i;
          let best = 0;
          for (let at = 1; at < length; at++) {
            const [now, before] = [x[begin + at * inner]!, x[begin + best * inner]!];
            if (isBetter(now, before) || (isLast && now === before)) best = at;
          }
          y[o * inner + i] = BigInt(best);
        }
      return {
        type: "int64",
        shape: call.integer("keepdims", 1) === 0 ? shape.toSpliced(axis, 1) : shape.with(axis, 1),
        data: y,
      };
    },
  };
}

/** The first k in order along an axis, and their places; of equal ones that of the lower place. */
const topK: Operator = {
  inputs: [2, 2],
  outputs: [1, 2],
  shapedBy: [1],
  attributes: { axis: "integer", largest: "integer", sorted: "integer" },
  compute: (call) => {
    const { type, shape, data } = call.input(0);
    const axis = call.axis(call.integer("axis", -1), shape.length);
    const [outer, length, inner] = aroundAxis(shape, axis);
    const k = call.scalarOf(1);
    if (!(k >= 0 && k <= length)) call.fail(`the first ${k} of ${length} numbers are asked for`);
    const sign = call.integer("largest", 1) === 0 ? 1 : -1;
    const outShape = shape.with(axis, k);
    const values = createArray(type, countElements(outShape));
    const places = new BigInt64Array(values.length);
    const x = data as ArrayLike<number | bigint>;
    const order: number[] = Array.from({ length }, (_, at) => at);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const at = (place: number): number => (o * length + place) * inner + i;
        const sorted = order.toSorted((a, b) => {
          const [p, q] = [x[at(a)]!, x[at(b)]!];
          return p < q ? -sign : p > q ? sign : a - b;
        });
        for (let n = 0; n < k; n++) {
          movable(values)[(o * k + n) * inner + i] = movable(data)[at(sorted[n]!)]!;
          places[(o * k + n) * inner + i] = BigInt(sorted[n]!);
        }
      }
    return [
      { type, shape: outShape, data: values },
      { type: "int64", shape: outShape, data: places },
    ];
  },
};

const cumulativeSum: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: { exclusive: "integer", reverse: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const axis = call.axis(call.scalarOf(1), shape.length);
    const [outer, length, inner] = aroundAxis(shape, axis);
    const isExclusive = call.integer("exclusive", 0) !== 0;
    const isReverse = call.integer("reverse", 0) !== 0;
    const y = createArray(type, data.length);
    // The same loop for numbers and bigints: what is added is of the type of what is there.
    const [from, to] = [data, y] as unknown as [number[], number[]];
    const zero = (isBig(data) ? 0n : 0) as number;
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        let total = zero;
        for (let n = 0; n < length; n++) {
          const at = (o * length + (isReverse ? length - 1 - n : n)) * inner + i;
          const before = total;
          total += from[at]!;
          to[at] = isExclusive ? before : total;
        }
      }
    return { type, shape, data: y };
  },
};

/** 0 where a row has no numbers, as everywhere; the logarithm of that is -∞. */
export const reduceOperators: Readonly<Record<string, Operator>> = {
  ReduceSum: reduce({ total: sum, big: bigSum, none: 0 }),
  ReduceMean: reduce({
    total: (x, begin, n) => (isIntegers(x) ? Math.trunc(sum(x, begin, n) / n) : sum(x, begin, n) / n),
    big: (values) => bigSum(values) / BigInt(values.length),
    none: undefined,
  }),
  ReduceMax: reduce({
    total: largest,
    big: (values) => foldBig(values, (a, b) => (a > b ? a : b)),
    none: undefined,
    takesBool: true,
  }),
  ReduceMin: reduce({
    total: smallest,
    big: (values) => foldBig(values, (a, b) => (a < b ? a : b)),
    none: undefined,
    takesBool: true,
  }),
  ReduceProd: reduce({ total: product, big: bigProduct, none: 1 }),
  ReduceL1: reduce({
    total: absolutes,
    big: (values) => foldBig(values, (a, b) => a + (b < 0n ? -b : b), 0n),
    none: 0,
  }),
  ReduceL2: reduce({ total: (x, begin, n) => Math.sqrt(squares(x, begin, n)), none: 0 }),
  ReduceSumSquare: reduce({
    total: squares,
    big: (values) => foldBig(values, (a, b) => a + b * b, 0n),
    none: 0,
  }),
  ReduceLogSum: reduce({ total: (x, begin, n) => Math.log(sum(x, begin, n)), none: -Infinity }),
  ReduceLogSumExp: reduce({ total: logSumExp, none: -Infinity }),
  ArgMax: findBest((a, b) => a > b),
  ArgMin: findBest((a, b) => a < b),
  TopK: topK,
  CumSum: cumulativeSum,
};

function isIntegers(x: NumberArray): boolean {
  return !(x instanceof Float32Array || x instanceof Float64Array);
}
