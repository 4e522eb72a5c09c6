/** Operators on two or more tensors, element by element; sizes of 1 repeat. */
import type { ElementType, Tensor } from "../tensor.ts";
import {
  broadcastShapes,
  broadcastStrides,
  convertData,
  countElements,
  createArray,
  isBig,
  isFloat,
  walkRows,
} from "../tensors.ts";
import type { NumberArray } from "../tensors.ts";
import { printShape, sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** One row: `y[c + i] = f(a[p + i s], b[q + i t])` for i below n. Each operator has a loop of its own, which the engine then compiles for its types. */
interface Row {
  readonly n: number;
  readonly a: NumberArray;
  readonly s: number;
  readonly b: NumberArray;
  readonly t: number;
  readonly y: NumberArray;
}

type RowLoop = (row: Row, places: { readonly p: number; readonly q: number; readonly c: number }) => void;

interface BinaryForm {
  readonly loop: RowLoop;
  /** For int64 and uint64. */
  readonly big?: (a: bigint, b: bigint) => bigint | boolean;
  /** For shorter integers, where float64 is not enough. */
  readonly short?: (a: number, b: number) => number;
}

interface BinaryOptions {
  readonly form: BinaryForm | ((call: OperatorCall) => BinaryForm);
  /** What it takes: floats and integers if absent. */
  readonly takes?: "floats" | "bools" | "all";
  readonly gives?: "bool";
  readonly attributes?: Operator["attributes"];
}

/** Throws unless shapes fit. */
export function broadcast(call: OperatorCall, a: readonly number[], b: readonly number[]): number[] {
  return broadcastShapes(a, b) ?? call.fail(`the shapes ${printShape(a)} and ${printShape(b)} do not fit`);
}

function binary({ form, takes, gives, attributes = {} }: BinaryOptions): Operator {
  return {
    inputs: [2, 2],
    outputs: [1, 1],
    attributes,
    compute: (call) => {
      const type = sameType(call, 0, 1);
      checkType(call, type, takes);
      const chosen = typeof form === "function" ? form(call) : form;
      return combine(call, [call.input(0), call.input(1)], { form: chosen, type: gives ?? type });
    },
  };
}

function checkType(call: OperatorCall, type: ElementType, takes: BinaryOptions["takes"]): void {
  if (takes === "all") return;
  const isTaken = takes === "bools" ? type === "bool" : takes === "floats" ? isFloat(type) : type !== "bool";
  if (!isTaken) call.fail(`it does not take ${type}`);
}

function combine(
  call: OperatorCall,
  [first, second]: readonly [Tensor, Tensor],
  { form, type }: { readonly form: BinaryForm; readonly type: ElementType },
): Tensor {
  const shape = broadcast(call, first.shape, second.shape);
  const data = createArray(type, countElements(shape));
  if (data.length === 0) return { type, shape, data };
  const walk = walkRows(shape, [broadcastStrides(first.shape, shape), broadcastStrides(second.shape, shape)]);
  const [s = 0, t = 0] = walk.steps;
  const n = walk.length;
  const [a, b] = [first.data, second.data];
  let c = 0;
  if (isBig(a) || isBig(b)) {
    const { big } = form;
    if (big === undefined) call.fail(`it does not take ${first.type}`);
    const [left, right] = [a as BigInt64Array, b as BigInt64Array];
    const y = data as unknown as (bigint | number)[];
    const toNumber = type === "bool";
    walk.each((p = 0, q = 0) => {
      for (let i = 0; i < n; i++) {
        const value = big(left[p + i * s]!, right[q + i * t]!);
        y[c + i] = toNumber ? Number(value) : (value as bigint);
      }
      c += n;
    });
  } else if (form.short !== undefined && !isFloat(first.type)) {
    const { short } = form;
    const y = data as NumberArray;
    walk.each((p = 0, q = 0) => {
      for (let i = 0; i < n; i++) y[c + i] = short(a[p + i * s]!, b[q + i * t]!);
      c += n;
    });
  } else {
    const row: Row = { n, a, s, b, t, y: data as NumberArray };
    walk.each((p = 0, q = 0) => {
      form.loop(row, { p, q, c });
      c += n;
    });
  }
  return { type, shape, data };
}

/** Folds any number of inputs, two at a time. */
function variadic(form: BinaryForm, finish?: (total: Tensor, count: number) => Tensor): Operator {
  return {
    inputs: [1, Infinity],
    outputs: [1, 1],
    attributes: {},
    compute: (call) => {
      let total = call.input(0);
      for (let at = 1; at < call.inputs.length; at++) {
        checkType(call, sameType(call, 0, at), undefined);
        total = combine(call, [total, call.input(at)], { form, type: total.type });
      }
      return finish === undefined ? total : finish(total, call.inputs.length);
    },
  };
}

const add: BinaryForm = {
  loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
    for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! + b[q + i * t]!;
  },
  big: (a, b) => a + b,
};
const largest: BinaryForm = {
  loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
    for (let i = 0; i < n; i++) y[c + i] = Math.max(a[p + i * s]!, b[q + i * t]!);
  },
  big: (a, b) => (a > b ? a : b),
};
const smallest: BinaryForm = {
  loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
    for (let i = 0; i < n; i++) y[c + i] = Math.min(a[p + i * s]!, b[q + i * t]!);
  },
  big: (a, b) => (a < b ? a : b),
};

const byZero = (call: OperatorCall): never => call.fail("an integer is divided by zero");

const power: BinaryForm = {
  loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
    for (let i = 0; i < n; i++) y[c + i] = Math.pow(a[p + i * s]!, b[q + i * t]!);
  },
};

/** The base and the exponent may be of different types; the result is of the base's. A float of an integer is cut off. */
const pow: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: {},
  compute: (call) => {
    const [base, exponent] = [call.input(0), call.input(1)];
    checkType(call, base.type, undefined);
    if (isFloat(base.type)) {
      const numbers = isBig(exponent.data) ? Float64Array.from(exponent.data, Number) : exponent.data;
      const other: Tensor = { type: base.type, shape: exponent.shape, data: numbers };
      return combine(call, [base, other], { form: power, type: base.type });
    }
    if (isFloat(exponent.type)) {
      const numbers = Float64Array.from(base.data as ArrayLike<number | bigint>, Number);
      const { shape, data } = combine(call, [{ type: "float64", shape: base.shape, data: numbers }, exponent], {
        form: power,
        type: "float64",
      });
      return { type: base.type, shape, data: convertData(data, base.type) };
    }
    const whole = (tensor: Tensor): Tensor => ({
      type: "int64",
      shape: tensor.shape,
      data: BigInt64Array.from(tensor.data as ArrayLike<number | bigint>, (value) => BigInt(value)),
    });
    const form: BinaryForm = {
      ...power,
      big: (a, b) => (b < 0n ? call.fail("an integer is raised to a negative power") : bigPower(a, b)),
    };
    const result = combine(call, [whole(base), whole(exponent)], { form, type: "int64" });
    if (base.type === "int64") return result;
    const data = createArray(base.type, result.data.length) as unknown as (number | bigint)[];
    for (let i = 0; i < result.data.length; i++) data[i] = isBig(base.data) ? result.data[i]! : Number(result.data[i]!);
    return { type: base.type, shape: result.shape, data: data as unknown as Tensor["data"] };
  },
};

/** By squaring, in 64 bits. */
function bigPower(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

const mean: Operator = variadic(add, (total, count) => {
  const data = (total.data as Float32Array).map((value) => value / count);
  return { type: total.type, shape: total.shape, data };
});

/** With `fmod` the sign is the dividend's, else the divisor's. */
function remainder(call: OperatorCall): BinaryForm {
  if (call.integer("fmod", 0) === 1)
    return {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! % b[q + i * t]!;
      },
      big: (a, b) => (b === 0n ? byZero(call) : a % b),
    };
  if (isFloat(call.input(0).type)) call.fail("floats need fmod = 1");
  return {
    loop: add.loop,
    short: (a, b) => (b === 0 ? byZero(call) : ((a % b) + b) % b),
    big: (a, b) => (b === 0n ? byZero(call) : ((a % b) + b) % b),
  };
}

const both = { takes: "bools", gives: "bool" } as const;
const compare = { takes: "all", gives: "bool" } as const;

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Add: binary({ form: add }),
  Sub: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! - b[q + i * t]!;
      },
      big: (a, b) => a - b,
    },
  }),
  Mul: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! * b[q + i * t]!;
      },
      short: Math.imul,
      big: (a, b) => a * b,
    },
  }),
  Div: binary({
    form: (call) => ({
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! / b[q + i * t]!;
      },
      short: (a, b) => (b === 0 ? byZero(call) : Math.trunc(a / b)),
      big: (a, b) => (b === 0n ? byZero(call) : a / b),
    }),
  }),
  Pow: pow,
  Mod: binary({ form: remainder, attributes: { fmod: "integer" } }),
  Sum: variadic(add),
  Mean: {
    ...mean,
    compute: (call: OperatorCall) => (isFloat(call.input(0).type) ? mean.compute(call) : call.fail("it takes floats")),
  },
  Max: variadic(largest),
  Min: variadic(smallest),
  PRelu: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! < 0 ? a[p + i * s]! * b[q + i * t]! : a[p + i * s]!;
      },
      big: (a, b) => (a < 0n ? a * b : a),
    },
  }),
  And: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! & b[q + i * t]!;
      },
    },
    ...both,
  }),
  Or: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! | b[q + i * t]!;
      },
    },
    ...both,
  }),
  Xor: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! ^ b[q + i * t]!;
      },
    },
    ...both,
  }),
  Equal: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s] === b[q + i * t] ? 1 : 0;
      },
      big: (a, b) => a === b,
    },
    ...compare,
  }),
  Greater: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! > b[q + i * t]! ? 1 : 0;
      },
      big: (a, b) => a > b,
    },
    gives: "bool",
  }),
  GreaterOrEqual: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! >= b[q + i * t]! ? 1 : 0;
      },
      big: (a, b) => a >= b,
    },
    gives: "bool",
  }),
  Less: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! < b[q + i * t]! ? 1 : 0;
      },
      big: (a, b) => a < b,
    },
    gives: "bool",
  }),
  LessOrEqual: binary({
    form: {
      loop: ({ n, a, s, b, t, y }, { p, q, c }) => {
        for (let i = 0; i < n; i++) y[c + i] = a[p + i * s]! <= b[q + i * t]! ? 1 : 0;
      },
      big: (a, b) => a <= b,
    },
    gives: "bool",
  }),
  Where: {
    inputs: [3, 3],
    outputs: [1, 1],
    attributes: {},
    compute: (call: OperatorCall): Tensor => {
      const [condition, first, second] = [call.input(0), call.input(1), call.input(2)];
      if (condition.type !== "bool") call.fail(`the condition must be bool, but is ${condition.type}`);
      const type = sameType(call, 1, 2);
      const shape = broadcast(call, condition.shape, broadcast(call, first.shape, second.shape));
      const data = createArray(type, countElements(shape));
      if (data.length === 0) return { type, shape, data };
      const walk = walkRows(
        shape,
        [condition, first, second].map((one) => broadcastStrides(one.shape, shape)),
      );
      const [r = 0, s = 0, t = 0] = walk.steps;
      const [when, a, b, y] = [condition.data, first.data, second.data, data] as unknown as Float32Array[];
      let c = 0;
      walk.each((o = 0, p = 0, q = 0) => {
        for (let i = 0; i < walk.length; i++) y![c++] = when![o + i * r] ? a![p + i * s]! : b![q + i * t]!;
      });
      return { type, shape, data };
    },
  },
};
