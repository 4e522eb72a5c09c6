/** Graphs run again with other sizes, other numbers and other shapes asked for, beside the same graphs in plain code. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOnnx } from "../src/formats/onnx/index.ts";
import { createSpend, evaluateGraph, find } from "../src/graph/evaluate.ts";
import type { GraphModel } from "../src/graph/graph-model.ts";
import { operators } from "../src/graph/operators/index.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { countElements, createArray, movable } from "../src/graph/tensors.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxNodeSpec } from "./support/build-onnx.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { floats, ints, operatorCases, operatorFile } from "./support/operator-cases.ts";
import { tolerances } from "./tolerances.ts";

type Inputs = Readonly<Record<string, Tensor>>;

/** What plain code gives; undefined where it refuses. */
function evaluate(
  { graph, outputs }: GraphModel,
  given: Inputs,
  wanted: readonly string[] = outputs.map(({ name }) => name),
): Inputs | undefined {
  const recur = (): never => {
    throw new Error("there is nothing recurrent here");
  };
  try {
    const values = new Map(Object.entries(given));
    const scope = evaluateGraph(graph, { values, wanted, recur, spend: createSpend() });
    return Object.fromEntries(wanted.map((name) => [name, find(scope, name)]));
  } catch {
    return undefined;
  }
}

/** How many of these a model ran as plain code does. */
async function countRuns(model: GraphModel, all: readonly Inputs[]): Promise<number> {
  let count = 0;
  for (const given of all) {
    const expected = evaluate(model, given);
    if (expected === undefined) continue;
    const actual = await model.run(given);
    for (const [name, tensor] of Object.entries(expected))
      expectTensor(actual[name]!, tensor, tolerances.torchOutput32);
    count++;
  }
  return count;
}

/** The tensor with its elements over and over in another shape. */
function repeat({ type, shape, data }: Tensor, wanted: readonly number[]): Tensor {
  if (wanted.every((size, axis) => size === shape[axis])) return { type, shape, data };
  const larger = createArray(type, countElements(wanted));
  for (let at = 0; at < larger.length; at++) movable(larger)[at] = movable(data)[at % data.length]!;
  return { type, shape: wanted, data: larger };
}

/** The inputs, and the inputs with each size of theirs one larger wherever it stands; `fixed` stay. */
function otherSizes(given: Inputs, fixed: ReadonlySet<string>): Inputs[] {
  const free = Object.entries(given).filter(([name]) => !fixed.has(name));
  const sizes = new Set(free.flatMap(([, { shape }]) => shape));
  const larger = [...sizes].map((size): Inputs => {
    const grown = (shape: readonly number[]): number[] => shape.map((one) => (one === size ? one + 1 : one));
    return { ...given, ...Object.fromEntries(free.map(([name, one]) => [name, repeat(one, grown(one.shape))])) };
  });
  return [given, ...larger.slice(0, 3), given];
}

const shapedBy = (op: string): readonly number[] => operators.get(op)?.shapedBy ?? [];

describe.each(Object.entries(operatorCases))("%s with other sizes", (op, cases) => {
  test.each(cases.map((one, at) => [at, one] as const))("case %i", async (_, one) => {
    const later = one.inputs.flatMap((_tensor, at) => (at > 0 ? [at] : []));
    const variants = new Map([[], shapedBy(op), later].map((constants) => [String(constants), constants]));
    for (const constants of variants.values()) {
      if (op === "If" && constants.length > 0) continue;
      const { bytes, given } = operatorFile(op, one, { constants, open: true });
      if (Object.keys(given).length === 0) continue;
      const model = await readOnnx(bytes, { backend: "wasm" });
      const fixed = new Set(shapedBy(op).map((at) => `x${at}`));
      expect(await countRuns(model, otherSizes(given, fixed))).toBeGreaterThanOrEqual(2);
      model.dispose();
    }
  });
});

/** The numbers one step further each, or the other way round. */
function otherNumbers({ type, shape, data }: Tensor): Tensor[] {
  const reversed = data.slice().reverse() as Tensor["data"];
  const isWide = typeof data[0] === "bigint";
  const moved = [1, -1].map((step) => {
    const next = data.slice();
    const numbers = next as unknown as (number | bigint)[];
    for (let at = 0; at < next.length; at++)
      numbers[at] = isWide
        ? (data[at] as bigint) + BigInt(step)
        : type === "bool"
          ? 1 - Number(data[at])
          : Number(data[at]) + step;
    return next;
  });
  return [reversed, ...moved].map((numbers) => ({ type, shape, data: numbers }));
}

test("what decides shapes is told of every operator", async () => {
  const untold: string[] = [];
  for (const [op, cases] of Object.entries(operatorCases))
    for (const one of cases) {
      // Bodies are seen to by whoever specialises a graph.
      if (["If", "Loop", "Scan"].includes(op)) continue;
      const { bytes, given } = operatorFile(op, one, { open: true });
      const model = await readOnnx(bytes);
      const shapesOf = (inputs: Inputs): string | undefined => {
        const outputs = evaluate(model, inputs);
        return outputs && JSON.stringify(Object.values(outputs).map(({ shape }) => shape));
      };
      const before = shapesOf(given);
      for (const [name, tensor] of Object.entries(given))
        for (const other of otherNumbers(tensor)) {
          const after = shapesOf({ ...given, [name]: other });
          if (after !== undefined && after !== before && !shapedBy(op).includes(Number(name.slice(1))))
            untold.push(`${op} ${name}`);
        }
    }
  expect(untold).toEqual([]);
});

/** A step of a random graph on values of rank 2: nodes that make `to` of `from`, and what its own input may hold for a value of these sizes. */
interface Step {
  readonly nodes: (from: string, asked: string, to: string) => readonly OnnxNodeSpec[];
  readonly ask?: (shape: readonly [number, number], pick: number) => Tensor;
}

const node = (op: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): OnnxNodeSpec => {
  return { op, inputs, outputs, attributes };
};
const divisors = (n: number): number[] => Array.from({ length: n }, (_, at) => at + 1).filter((one) => n % one === 0);

const steps: readonly Step[] = [
  { nodes: (from, _, to) => [node("Tanh", [from], [to])] },
  { nodes: (from, _, to) => [node("Transpose", [from], [to])] },
  { nodes: (from, _, to) => [node("Softmax", [from], [to])] },
  { nodes: (from, _, to) => [node("Concat", [from, from], [to], { axis: 1 })] },
  {
    nodes: (from, asked, to) => [node("Reshape", [from, asked], [to])],
    ask: ([rows, columns], pick) => {
      const all = divisors(rows * columns);
      const first = all[pick % all.length]!;
      return ints(first, (rows * columns) / first);
    },
  },
  {
    nodes: (from, asked, to) => [node("Tile", [from, asked], [to])],
    ask: (_, pick) => ints(1 + (pick % 2), 1 + (pick % 3)),
  },
  {
    nodes: (from, asked, to) => [node("ReduceSum", [from], [`${to}.sum`]), node("Expand", [`${to}.sum`, asked], [to])],
    ask: (_, pick) => ints(1 + (pick % 3), 1 + (pick % 4)),
  },
  {
    nodes: (from, asked, to) => [node("ReduceMean", [from, asked], [to])],
    ask: (_, pick) => ints(pick % 2),
  },
  {
    nodes: (from, asked, to) => [node("Split", [from, asked], [`${to}.rest`, to])],
    ask: ([rows], pick) => ints(pick % rows, rows - (pick % rows)),
  },
  {
    nodes: (from, asked, to) => [node("Gather", [from, asked], [to])],
    ask: ([rows], pick) => ints(...Array.from({ length: 1 + (pick % 3) }, (_, at) => (pick + at) % rows)),
  },
  {
    nodes: (from, asked, to) => [node("Pad", [from, asked], [to])],
    ask: (_, pick) => ints(pick % 2, 0, 1, pick % 3),
  },
  {
    nodes: (from, asked, to) => [
      node("Equal", [asked, `${asked}.one`], [`${to}.is`]),
      node("Cast", [`${to}.is`], [`${to}.number`], { to: 1 }),
      node("Add", [from, `${to}.number`], [to]),
    ],
    ask: (_, pick) => ints(2 ** 24 + (pick % 2)),
  },
];

test("random graphs, each run with other sizes and other shapes asked for", async () => {
  const runs = fc.array(
    fc.record({ rows: fc.integer({ min: 1, max: 4 }), columns: fc.integer({ min: 1, max: 5 }), pick: fc.nat(50) }),
    { minLength: 2, maxLength: 4 },
  );
  const chosen = fc.array(fc.nat(steps.length - 1), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(chosen, runs, async (path, sizes) => {
      const list = path.map((at) => steps[at]!);
      const asking = list.flatMap(({ ask }, at) => (ask === undefined ? [] : [`asked${at}`]));
      const bytes = buildOnnx({
        nodes: list.flatMap(({ nodes }, at) => nodes(`v${at}`, `asked${at}`, `v${at + 1}`)),
        inputs: [
          { name: "v0", type: "float32", shape: ["rows", "columns"] },
          ...asking.map((name) => ({ name, type: "int64" as const, shape: [`${name}.size`] })),
        ],
        outputs: list.map((_, at) => ({ name: `v${at + 1}`, type: "float32" as const })),
        constants: Object.fromEntries(asking.map((name) => [`${name}.one`, ints(2 ** 24 + 1)])),
      });
      const model = await readOnnx(bytes, { backend: "wasm" });
      for (const { rows, columns, pick } of sizes) {
        const given: Record<string, Tensor> = { v0: floats([rows, columns]) };
        for (const [at, { ask }] of list.entries()) {
          if (ask === undefined) continue;
          const { shape } = evaluate(model, given, [`v${at}`])![`v${at}`]!;
          given[`asked${at}`] = ask([shape[0]!, shape[1]!], pick + at);
        }
        expect(await countRuns(model, [given])).toBe(1);
      }
      model.dispose();
    }),
    { numRuns: 60 },
  );
});
