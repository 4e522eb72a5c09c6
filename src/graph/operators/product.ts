/** Products of matrices and tensors. */
import type { Tensor } from "../tensor.ts";
import { broadcastStrides, countElements, createArray, gatherStrided, isBig, stridesOf, walkRows } from "../tensors.ts";
import type { NumberArray } from "../tensors.ts";
import { broadcast } from "./elementwise.ts";
import { multiply } from "./multiply.ts";
import type { MatrixView } from "./multiply.ts";
import { floatNumbers, plainNumbers, printShape, sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** Two operands as stacks of matrices: a vector on the left is a row, on the right a column. */
function matrixShapes(call: OperatorCall, a: readonly number[], b: readonly number[]) {
  if (a.length === 0 || b.length === 0) call.fail("a scalar is multiplied as a matrix");
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [m = 0, k = 0] = left.slice(-2);
  const [rows = 0, n = 0] = right.slice(-2);
  if (k !== rows) call.fail(`${printShape(a)} and ${printShape(b)} do not fit as matrices`);
  const stack = broadcast(call, left.slice(0, -2), right.slice(0, -2));
  const shape = [...stack, ...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])];
  return { left, right, stack, shape, m, n, k };
}

/** Computes all products of two stacks; `store` takes the sums of one. */
function multiplyStacks(
  { left, right, stack, m, n, k }: ReturnType<typeof matrixShapes>,
  [a, b]: readonly [NumberArray, NumberArray],
  store: (sums: Float64Array, at: number) => void,
): void {
  const sums = createArray("float64", m * n);
  const walk = walkRows(
    [...stack, 1],
    [
      [...broadcastStrides(left.slice(0, -2), stack), 0],
      [...broadcastStrides(right.slice(0, -2), stack), 0],
    ],
  );
  let at = 0;
  if (countElements(stack) === 0) return;
  // The walk merges the stack's last axis into its rows.
  walk.each((p = 0, q = 0) => {
    for (let i = 0; i < walk.length; i++) {
      const from = (data: NumberArray, place: number, columns: number, rows: number): MatrixView => ({
        data,
        begin: place * rows * columns,
        rowStep: columns,
        columnStep: 1,
      });
      sums.fill(0);
      multiply(from(a, p + i * walk.steps[0]!, k, m), from(b, q + i * walk.steps[1]!, n, k), { m, n, k, sums });
      store(sums, at);
      at += m * n;
    }
  });
}

function multiplyTensors(call: OperatorCall): Tensor {
  const type = sameType(call, 0, 1);
  const [first, second] = [call.input(0), call.input(1)];
  const shapes = matrixShapes(call, first.shape, second.shape);
  const data = createArray(type, countElements(shapes.shape));
  if (isBig(first.data)) multiplyBig(call, shapes, data as BigInt64Array);
  else {
    const numbers = [plainNumbers(call, 0), plainNumbers(call, 1)] as const;
    if (type === "bool") call.fail("it does not take bool");
    multiplyStacks(shapes, numbers, (sums, at) => (data as Float32Array).set(sums, at));
  }
  return { type, shape: shapes.shape, data };
}

function multiplyBig(call: OperatorCall, shapes: ReturnType<typeof matrixShapes>, data: BigInt64Array): void {
  const { stack, m, n, k } = shapes;
  if (countElements(stack) !== 1) call.fail("stacks of matrices of int64 are not supported");
  const [a, b] = [call.input(0).data, call.input(1).data] as unknown as [BigInt64Array, BigInt64Array];
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++) {
      let sum = 0n;
      for (let i = 0; i < k; i++) sum += a[row * k + i]! * b[i * n + column]!;
      data[row * n + column] = sum;
    }
}

/** Y = alpha A' B' + beta C. */
const gemm: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 1],
  attributes: { alpha: "number", beta: "number", transA: "integer", transB: "integer" },
  compute: (call): Tensor => {
    const type = sameType(call, 0, 1);
    const [first, second] = [call.input(0), call.input(1)];
    if (first.shape.length !== 2 || second.shape.length !== 2) call.fail("it multiplies matrices");
    const view = (at: number, isTurned: boolean): MatrixView & { rows: number; columns: number } => {
      const [rows = 0, columns = 0] = call.input(at).shape;
      const data = floatNumbers(call, at);
      return isTurned
        ? { data, begin: 0, rowStep: 1, columnStep: columns, rows: columns, columns: rows }
        : { data, begin: 0, rowStep: columns, columnStep: 1, rows, columns };
    };
    const a = view(0, call.integer("transA", 0) !== 0);
    const b = view(1, call.integer("transB", 0) !== 0);
    const [m, k, n] = [a.rows, a.columns, b.columns];
    if (k !== b.rows) call.fail(`${printShape([m, k])} and ${printShape([b.rows, n])} do not fit as matrices`);
    const sums = createArray("float64", m * n);
    multiply(a, b, { m, n, k, sums });
    const alpha = call.number("alpha", 1);
    if (alpha !== 1) for (let i = 0; i < sums.length; i++) sums[i]! *= alpha;
    addBias(call, sums, [m, n]);
    const data = createArray(type, m * n) as Float32Array;
    data.set(sums);
    return { type, shape: [m, n], data };
  },
};

function addBias(call: OperatorCall, sums: Float64Array, [m, n]: readonly [number, number]): void {
  const bias = call.inputs[2];
  if (bias === undefined) return;
  sameType(call, 0, 2);
  const shape = broadcast(call, bias.shape, [m, n]);
  if (shape.length !== 2 || shape[0] !== m || shape[1] !== n)
    call.fail(`${printShape(bias.shape)} cannot be added to ${printShape([m, n])}`);
  const beta = call.number("beta", 1);
  const values = floatNumbers(call, 2);
  const [rowStep = 0, columnStep = 0] = broadcastStrides(bias.shape, [m, n]);
  for (let row = 0; row < m; row++)
    for (let i = 0; i < n; i++) sums[row * n + i]! += beta * values[row * rowStep + i * columnStep]!;
}

/** Numbers less their zero point, which is one for all or one for each row of A (column of B). */
function centred(call: OperatorCall, at: number, zero: Tensor | undefined, isRight: boolean): NumberArray {
  const { type, shape } = call.input(at);
  const data = plainNumbers(call, at);
  if (type !== "uint8" && type !== "int8") call.fail(`input ${at} must be uint8 or int8, but is ${type}`);
  if (zero === undefined) return data;
  if (zero.type !== type) call.fail(`the zero point of input ${at} is ${zero.type}`);
  const points = zero.data as NumberArray;
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  const count = isRight ? columns : rows;
  if (points.length !== 1 && (points.length !== count || zero.shape.length !== 1))
    call.fail(`the zero point of input ${at} is ${printShape(zero.shape)}, for ${count}`);
  const result = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const place = isRight ? i % columns : Math.floor(i / columns) % rows;
    result[i] = data[i]! - points[points.length === 1 ? 0 : place]!;
  }
  return result;
}

/** A B of bytes as int32. */
export function multiplyBytes(
  call: OperatorCall,
  places: readonly [number, number, number | undefined, number | undefined],
): Tensor {
  const [left, right, leftZero, rightZero] = places;
  const zero = (at: number | undefined): Tensor | undefined => (at === undefined ? undefined : call.inputs[at]);
  const shapes = matrixShapes(call, call.input(left).shape, call.input(right).shape);
  const data = createArray("int32", countElements(shapes.shape));
  const numbers = [centred(call, left, zero(leftZero), false), centred(call, right, zero(rightZero), true)] as const;
  multiplyStacks(shapes, numbers, (sums, at) => data.set(sums, at));
  return { type: "int32", shape: shapes.shape, data };
}

/** An equation of letters as the axes of each operand; "..." stands for any axes, which are broadcast. */
function parseEquation(call: OperatorCall, equation: string, ranks: readonly number[]) {
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (terms.length !== ranks.length) call.fail(`its equation is about ${terms.length} inputs, of ${ranks.length}`);
  if (![...terms, right ?? ""].every((term) => /^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)))
    call.fail(`its equation ${JSON.stringify(equation)} is malformed`);
  const dots = Math.max(0, ...terms.map((term, at) => (term.includes("...") ? ranks[at]! - term.length + 3 : 0)));
  const spread = (term: string, count: number): string[] =>
    term
      .split("...")
      .flatMap((part, at) => [
        ...(at === 0 ? [] : Array.from({ length: count }, (_, i) => `.${dots - count + i}`)),
        ...part,
      ]);
  const axes = terms.map((term, at) => spread(term, term.includes("...") ? ranks[at]! - term.length + 3 : 0));
  for (const [at, list] of axes.entries())
    if (list.length !== ranks[at]) call.fail(`its equation names ${list.length} axes of input ${at}, of ${ranks[at]}`);
  const all = axes.flat();
  const once = all.filter((axis) => !axis.startsWith(".") && all.indexOf(axis) === all.lastIndexOf(axis)).toSorted();
  const implied = [...Array.from({ length: dots }, (_, i) => `.${i}`), ...once];
  const out = right === undefined ? implied : spread(right, dots);
  if (out.some((axis, at) => !all.includes(axis) || out.indexOf(axis) !== at))
    call.fail(`its equation ${JSON.stringify(equation)} gives axes that are nowhere, or twice`);
  return { axes, out };
}

/** Sums of products, two operands at a time: each letter that nothing later needs is summed as soon as it can be. */
const einsum: Operator = {
  inputs: [1, Infinity],
  outputs: [1, 1],
  attributes: { equation: "text" },
  compute: (call): Tensor => {
    const inputs = call.inputs.map((_, at) => call.input(at));
    for (const at of inputs.keys()) {
      sameType(call, 0, at);
      floatNumbers(call, at);
    }
    const { axes, out } = parseEquation(
      call,
      call.text("equation", ""),
      inputs.map(({ shape }) => shape.length),
    );
    let total = inputs[0]!;
    let names = axes[0]!;
    for (let at = 1; at <= inputs.length; at++) {
      const later = new Set([...out, ...axes.slice(at + 1).flat()]);
      const next = inputs[at];
      if (next === undefined) total = contract(call, [{ tensor: total, names }], out);
      else {
        const kept = [...new Set([...names, ...axes[at]!])].filter((axis) => later.has(axis));
        total = contract(
          call,
          [
            { tensor: total, names },
            { tensor: next, names: axes[at]! },
          ],
          kept,
        );
        names = kept;
      }
    }
    return total;
  },
};

interface NamedTensor {
  readonly tensor: Tensor;
  readonly names: readonly string[];
}

/** The operands multiplied, and summed over all axes that are not kept. */
function contract(call: OperatorCall, operands: readonly NamedTensor[], kept: readonly string[]): Tensor {
  const { type } = operands[0]!.tensor;
  const sizes = new Map<string, number>();
  for (const { tensor, names } of operands)
    for (const [axis, name] of names.entries()) {
      const [size, before] = [tensor.shape[axis]!, sizes.get(name) ?? 1];
      if (size !== before && size !== 1 && before !== 1) call.fail(`its axis ${name} is both ${before} and ${size}`);
      sizes.set(name, before === 1 ? size : before);
    }
  const summed = [...sizes.keys()].filter((name) => !kept.includes(name));
  const strides = operands.map(({ tensor, names }) => {
    const own = stridesOf(tensor.shape);
    const stepOf = (wanted: string): number =>
      names.reduce((sum, name, axis) => sum + (name === wanted && tensor.shape[axis] !== 1 ? own[axis]! : 0), 0);
    return { kept: kept.map(stepOf), summed: summed.map(stepOf) };
  });
  const shape = kept.map((name) => sizes.get(name)!);
  const sumShape = summed.map((name) => sizes.get(name)!);
  const data = createArray(type, countElements(shape));
  const length = countElements(sumShape);
  call.spend((data.length * length) / 1000);
  if (data.length === 0 || length === 0) return { type, shape, data };
  const lines = operands.map(({ tensor }, at) =>
    // Every operand as [kept…, summed…], in which sizes of 1 repeat.
    gatherStrided(tensor, { shape: [...shape, ...sumShape], strides: [...strides[at]!.kept, ...strides[at]!.summed] }),
  );
  const [x, y] = lines.map((line) => line.data as Float32Array);
  for (let i = 0; i < data.length; i++) {
    let sum = 0;
    if (y === undefined) for (let j = i * length; j < (i + 1) * length; j++) sum += x![j]!;
    else for (let j = i * length; j < (i + 1) * length; j++) sum += x![j]! * y[j]!;
    data[i] = sum;
  }
  return { type, shape, data };
}

export const productOperators: Readonly<Record<string, Operator>> = {
  MatMul: { inputs: [2, 2], outputs: [1, 1], attributes: {}, compute: multiplyTensors },
  Gemm: gemm,
  Einsum: einsum,
  MatMulInteger: {
    inputs: [2, 4],
    optional: [2, 3],
    outputs: [1, 1],
    attributes: {},
    compute: (call) => multiplyBytes(call, [0, 1, 2, 3]),
  },
};
