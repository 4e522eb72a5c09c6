/** A graph either streams to the numbers of its whole run, or is refused with the node that reads more than a step. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import { resolveSizes } from "../language/index.ts";
import { shapeOf, specOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { createGraphBuilder } from "./build-graph.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { Attribute, SymbolicSize } from "./graph.ts";
import type { GraphModel } from "./graph-model.ts";
import { createGraphModel } from "./model.ts";
import { findStepAxes } from "./step-axes.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, integerTensor } from "./tensors.ts";

const [steps, batch, features] = [5, 2, 3];

const random = createRandom(11);
const numbers = (...shape: readonly number[]): Tensor => ({
  type: "float32",
  shape,
  data: Float32Array.from({ length: countElements(shape) }, () => random.uniform(-1, 1)),
});
const scalar = (value: number): Tensor => ({ ...integerTensor([value]), shape: [] });
const all = 2 ** 31;
const whole: Value = { name: "x", shape: [steps, batch, features] };

/** A value of the graph, with its shape in the whole run. */
interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

interface Parts {
  readonly b: GraphBuilder;
  /** Values that were made before. */
  readonly before: readonly Value[];
  /** Numbers that are drawn. */
  readonly draw: (below: number) => number;
}

const list = (b: GraphBuilder, ...values: readonly number[]): string => b.constant(integerTensor(values));

function operate(
  { b }: Pick<Parts, "b">,
  operator: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  return b.operator(operator, inputs, { attributes });
}

/** An LSTM of 2 units; its sequence and its last state. */
function recur(b: GraphBuilder, { name: input, shape }: Value): readonly [Value, Value] {
  const cell = cells.lstm;
  const sizes = resolveSizes(cell, { I: shape[2]!, H: 2 });
  const [sequence, last] = [b.name("sequence"), b.name("last")];
  b.recurrent({
    name: "lstm",
    cell: specOf(cell),
    size: 2,
    direction: "forward",
    input,
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [one.name, b.constant(numbers(...shapeOf(one, sizes)))]),
    ),
    states: {},
    outputs: { sequence, states: { h: last } },
  });
  return [
    { name: sequence, shape: [shape[0]!, shape[1]!, 2] },
    { name: last, shape: [shape[1]!, 2] },
  ];
}

function createModel(shape: readonly SymbolicSize[], build: (b: GraphBuilder) => string): GraphModel {
  const b = createGraphBuilder("g");
  b.input({ name: "x", type: "float32", shape });
  const output = build(b);
  return createGraphModel(b.finish([{ name: output, type: "float32" }]), { backend: "reference" });
}

/** Places `from` to `to` along an axis. */
function cut({ shape, data }: Pick<Tensor, "shape" | "data">, axis: number, from: number, to: number): number[] {
  const inner = countElements(shape.slice(axis + 1));
  const size = shape[axis]! * inner;
  const outer = countElements(shape.slice(0, axis));
  return Array.from({ length: outer }, (_, o) =>
    Array.from((data as Float32Array).subarray(o * size + from * inner, o * size + to * inner)),
  ).flat();
}

/** Runs all of x, and its steps one after another. Says whether the graph streams. */
async function compare(model: GraphModel, x: Tensor, members?: number): Promise<boolean> {
  let session: ReturnType<GraphModel["session"]>;
  try {
    session = model.session(members === undefined ? {} : { batch: members });
  } catch (error) {
    expect(error).toMatchObject({ code: "graph/no-stream" });
    return false;
  }
  const axes = findStepAxes(model.graph, { states: new Set(), fixed: new Map(), told: new Set() });
  expect(axes.steps.size).toBe(1);
  const axis = Number([...axes.steps][0]!.split(":")[1]);
  const total = x.shape[axis]!;
  const [info] = model.outputs;
  const whole = (await model.run({ x }))[info!.name]!;
  for (let step = 0; step < total; step++) {
    try {
      session.step(cut(x, axis, step, step + 1));
    } catch (error) {
      // Which of several open axes is that of members is for the session's options to say.
      fc.pre(!(error instanceof RecurraError && error.code === "graph/bad-input"));
      throw error;
    }
    const part = session.outputs()[info!.name]!;
    const along = part.shape.findIndex((size, at) => size !== whole.shape[at]);
    if (along < 0 && step < total - 1 && total > 1) continue;
    const count = part.shape[along] ?? 0;
    if (along >= 0) expect(whole.shape[along]).toBe(count * total);
    const expected =
      along < 0 ? Array.from(whole.data as Float32Array) : cut(whole, along, step * count, (step + 1) * count);
    const given = Array.from(part.data as Float32Array);
    expect(given.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(given[i]).toBeCloseTo(value, 5);
  }
  return true;
}

/** One operator more; undefined where it does not fit the value. */
type Maker = (parts: Parts, value: Value) => Value | undefined;

const otherSizes = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((one, at) => (at === axis ? size : one));

const makers: Readonly<Record<string, Maker>> = {
  tanh: (p, { name, shape }) => ({ name: operate(p, "Tanh", [name]), shape }),
  "a constant added": (p, { name, shape }) => {
    const own = shape.map((size) => (p.draw(3) === 0 ? size : 1)).slice(p.draw(shape.length + 1));
    return { name: operate(p, "Add", [name, p.b.constant(numbers(...own))]), shape };
  },
  "an earlier value added": (p, { name, shape }) => {
    const fits = p.before.filter(
      (one) =>
        one.shape.length <= shape.length &&
        one.shape.every((size, at) => size === 1 || size === shape[at + shape.length - one.shape.length]),
    );
    const other = fits[p.draw(Math.max(1, fits.length))];
    return other && { name: operate(p, "Add", [name, other.name]), shape };
  },
  transpose: (p, { name, shape }) => {
    const perm = shape.map((_, axis) => axis);
    for (let at = perm.length - 1; at > 0; at--) {
      const other = p.draw(at + 1);
      [perm[at], perm[other]] = [perm[other]!, perm[at]!];
    }
    return { name: operate(p, "Transpose", [name], { perm }), shape: perm.map((axis) => shape[axis]!) };
  },
  slice: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    const [start, end, step] = [[0, 0, 1, -1, -2][p.draw(5)]!, [all, all, -1, 2][p.draw(4)]!, [1, 1, 2][p.draw(3)]!];
    const size = shape[axis]!;
    const [from, to] = [
      Math.max(0, start < 0 ? start + size : start),
      Math.min(size, end < 0 ? Math.max(0, end + size) : end),
    ];
    const length = Math.ceil((to - from) / step);
    const inputs = [name, list(p.b, start), list(p.b, end), list(p.b, axis), list(p.b, step)];
    return length < 1 ? undefined : { name: operate(p, "Slice", inputs), shape: otherSizes(shape, axis, length) };
  },
  convolution: (p, { name, shape }) => {
    const [kernel, stride, pad] = [[1, 1, 3][p.draw(3)]!, 1 + p.draw(2), p.draw(2)];
    const length = Math.floor((shape[2]! + 2 * pad - kernel) / stride) + 1;
    if (shape.length !== 3 || length < 1) return undefined;
    const weights = p.b.constant(numbers(3, shape[1]!, kernel));
    const attributes = { kernel_shape: [kernel], strides: [stride], pads: [pad, pad] };
    return { name: operate(p, "Conv", [name, weights], attributes), shape: [shape[0]!, 3, length] };
  },
  product: (p, { name, shape }) =>
    shape.length < 2
      ? undefined
      : {
          name: operate(p, "MatMul", [name, p.b.constant(numbers(shape.at(-1)!, 3))]),
          shape: [...shape.slice(0, -1), 3],
        },
  "axes taken together": (p, { name, shape }) => {
    if (shape.length < 2) return undefined;
    const at = p.draw(shape.length - 1);
    const merged = shape.toSpliced(at, 2, shape[at]! * shape[at + 1]!);
    const told = merged.map((size, axis) => (axis === at ? -1 : axis < at && p.draw(2) === 0 ? 0 : size));
    return { name: operate(p, "Reshape", [name, list(p.b, ...told)]), shape: merged };
  },
  "the shape of an earlier value": (p, { name, shape }) => {
    const fits = p.before.filter((one) => countElements(one.shape) === countElements(shape));
    const other = fits[p.draw(Math.max(1, fits.length))];
    return other && { name: operate(p, "Reshape", [name, operate(p, "Shape", [other.name])]), shape: other.shape };
  },
  "sums from the beginning": (p, { name, shape }) => ({
    name: operate(p, "CumSum", [name, p.b.constant(scalar(p.draw(shape.length)))]),
    shape,
  }),
  softmax: (p, { name, shape }) => ({ name: operate(p, "Softmax", [name], { axis: p.draw(shape.length) }), shape }),
  mean: (p, { name, shape }) => {
    const [axis, keepdims] = [p.draw(shape.length), p.draw(2)];
    return {
      name: operate(p, "ReduceMean", [name, list(p.b, axis)], { keepdims }),
      shape: keepdims === 1 ? otherSizes(shape, axis, 1) : shape.toSpliced(axis, 1),
    };
  },
  "the best place": (p, { name, shape }) => {
    const [axis, keepdims] = [p.draw(shape.length), p.draw(2)];
    const best = operate(p, "ArgMax", [name], { axis, keepdims });
    return {
      name: operate(p, "Cast", [best], { to: "float32" }),
      shape: keepdims === 1 ? otherSizes(shape, axis, 1) : shape.toSpliced(axis, 1),
    };
  },
  gather: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    if (p.draw(2) === 0)
      return {
        name: operate(p, "Gather", [name, p.b.constant(scalar(-p.draw(2)))], { axis }),
        shape: shape.toSpliced(axis, 1),
      };
    const places = Array.from({ length: 1 + p.draw(3) }, () => p.draw(2) - 1);
    return {
      name: operate(p, "Gather", [name, list(p.b, ...places)], { axis }),
      shape: otherSizes(shape, axis, places.length),
    };
  },
  unsqueeze: (p, { name, shape }) => {
    const axis = p.draw(shape.length + 1);
    return { name: operate(p, "Unsqueeze", [name, list(p.b, axis)]), shape: shape.toSpliced(axis, 0, 1) };
  },
  squeeze: (p, { name, shape }) => {
    const axis = shape.indexOf(1);
    return axis < 0
      ? undefined
      : { name: operate(p, "Squeeze", [name, list(p.b, axis)]), shape: shape.toSpliced(axis, 1) };
  },
  positions: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    const size = operate(p, "Gather", [operate(p, "Shape", [name]), p.b.constant(scalar(axis))]);
    const places = operate(p, "Range", [p.b.constant(scalar(0)), size, p.b.constant(scalar(1))]);
    const column = [shape[axis]!, ...shape.slice(axis + 1).map(() => 1)];
    const told = list(p.b, -1, ...column.slice(1));
    const added = operate(p, "Reshape", [operate(p, "Cast", [places], { to: "float32" }), told]);
    return { name: operate(p, "Add", [name, added]), shape };
  },
  "stretched to an earlier value": (p, { name, shape }) => {
    const fits = p.before.filter(
      (one) => one.shape.length === shape.length && shape.every((size, at) => size === 1 || size === one.shape[at]),
    );
    const other = fits[p.draw(Math.max(1, fits.length))];
    return other && { name: operate(p, "Expand", [name, operate(p, "Shape", [other.name])]), shape: other.shape };
  },
  tile: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    const repeats = shape.map((_, at) => (at === axis ? 2 : 1));
    return {
      name: operate(p, "Tile", [name, list(p.b, ...repeats)]),
      shape: otherSizes(shape, axis, 2 * shape[axis]!),
    };
  },
  concatenation: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    const other = p.draw(2) === 0 ? shape : otherSizes(shape, axis, 1);
    const inputs = other === shape ? [name, name] : [p.b.constant(numbers(...other)), name];
    return {
      name: operate(p, "Concat", inputs, { axis }),
      shape: otherSizes(shape, axis, shape[axis]! + other[axis]!),
    };
  },
  pad: (p, { name, shape }) => {
    const axis = p.draw(shape.length);
    const pads = [...shape, ...shape].map((_, at) => (at === axis ? 1 : 0));
    return {
      name: operate(p, "Pad", [name, list(p.b, ...pads)]),
      shape: otherSizes(shape, axis, shape[axis]! + 1),
    };
  },
  flatten: (p, { name, shape }) => {
    const axis = p.draw(shape.length + 1);
    return {
      name: operate(p, "Flatten", [name], { axis }),
      shape: [countElements(shape.slice(0, axis)), countElements(shape.slice(axis))],
    };
  },
  normalisation: (p, { name, shape }) => ({
    name: operate(p, "LayerNormalization", [name, p.b.constant(numbers(1))], { axis: -1 - p.draw(shape.length) }),
    shape,
  }),
  "the sum over a scan": (p, { name, shape }) => {
    if (shape.length < 2) return undefined;
    const inner = createGraphBuilder("body", "inner.");
    const own = (prefix: string) => inner.input({ name: p.b.name(prefix), type: "float32" });
    const [sum, part] = [own("sum"), own("part")];
    const next = inner.operator("Add", [sum, part]);
    const body = inner.finish(
      [next, inner.operator("Identity", [next])].map((one) => ({ name: one, type: "float32" })),
    );
    const zeros = p.b.constant(numbers(...shape.slice(1).map(() => 1)));
    const like = operate(p, "Expand", [
      zeros,
      operate(p, "Slice", [operate(p, "Shape", [name]), list(p.b, 1), list(p.b, all)]),
    ]);
    const outputs = p.b.operators("Scan", [like, name], { attributes: { body, num_scan_inputs: 1 }, outputs: 2 });
    return p.draw(2) === 0 ? { name: outputs[0]!, shape: shape.slice(1) } : { name: outputs[1]!, shape };
  },
  "a loop that reads it from outside": (p, { name, shape }) => {
    const inner = createGraphBuilder("body", "turn.");
    const turn = inner.input({ name: p.b.name("turn"), type: "int64", shape: [] });
    const goesOn = inner.input({ name: p.b.name("on"), type: "bool", shape: [] });
    const sum = inner.input({ name: p.b.name("sum"), type: "float32" });
    const part = inner.operator("Gather", [name, turn]);
    const next = inner.operator("Add", [inner.operator("Tanh", [sum]), part]);
    const body = inner.finish([
      { name: inner.operator("Identity", [goesOn]), type: "bool" },
      { name: next, type: "float32" },
    ]);
    const turns = operate(p, "Gather", [operate(p, "Shape", [name]), p.b.constant(scalar(0))]);
    const on = p.b.constant({ type: "bool", shape: [], data: Uint8Array.of(1) });
    const first = p.b.constant(numbers(...shape.slice(1)));
    return { name: operate(p, "Loop", [turns, on, first], { body }), shape: shape.slice(1) };
  },
  "an LSTM": (p, value) => (value.shape.length === 3 ? recur(p.b, value)[p.draw(2)] : undefined),
};

const drawn = fc.record({
  shape: fc.constantFrom<SymbolicSize[]>(
    ["T", batch, features],
    ["T", "B", features],
    [steps, batch, features],
    ["B", "T", features],
  ),
  before: fc.array(fc.constantFrom(...Object.keys(makers)), { maxLength: 3 }),
  after: fc.array(fc.constantFrom(...Object.keys(makers)), { maxLength: 2 }),
  draws: fc.array(fc.nat(59), { minLength: 24, maxLength: 24 }),
});

test("a random graph streams to the numbers of its whole run, or is refused", { timeout: 120_000 }, async () => {
  let [streamed, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(drawn, async ({ shape, before, after, draws }) => {
      const x = numbers(...shape.map((size) => (size === "T" ? steps : size === "B" ? batch : size) as number));
      let at = 0;
      const draw = (below: number): number => draws[at++ % draws.length]! % below;
      let members: number | undefined;
      const model = createModel(shape, (b) => {
        const values: Value[] = [{ name: "x", shape: x.shape }];
        for (const name of [...before, "an LSTM", ...after]) {
          const value = values.at(-1)!;
          const next = makers[name]!({ b, draw, before: values }, value);
          if (name === "an LSTM") {
            if (next === undefined) fc.pre(false);
            members ??= value.shape[1]!;
          }
          if (next !== undefined) values.push(next);
        }
        return values.at(-1)!.name;
      });
      try {
        await model.run({ x });
      } catch (error) {
        expect(error).toBeInstanceOf(RecurraError);
        fc.pre(false);
      }
      if (await compare(model, x, members)) streamed++;
      else refused++;
      model.dispose();
    }),
    { numRuns: 100 },
  );
  // Both happen, so that neither is said of everything.
  expect(streamed).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(10);
});

describe("what reads more than a step is refused by name", () => {
  const usual: readonly SymbolicSize[] = ["T", batch, features];
  type Case = readonly [string, (p: Pick<Parts, "b">) => string, RegExp, readonly SymbolicSize[]];
  const refused: readonly Case[] = [
    [
      "every other step",
      ({ b }) => {
        const inputs = ["x", list(b, 0), list(b, all), list(b, 0), list(b, 2)];
        return recur(b, { name: b.operator("Slice", inputs, { name: "half" }), shape: [3, batch, features] })[1].name;
      },
      /node half \(Slice\)/,
      usual,
    ],
    [
      "a convolution of one place with a stride",
      (p) => {
        const weights = p.b.constant(numbers(features, features, 1));
        const attributes = { kernel_shape: [1], strides: [2] };
        const half = p.b.operator("Conv", ["x", weights], { name: "half", attributes });
        const name = operate(p, "Transpose", [half], { perm: [2, 0, 1] });
        return recur(p.b, { name, shape: [3, batch, features] })[1].name;
      },
      /node half \(Conv\)/,
      [batch, features, "T"],
    ],
    [
      "constants for so many steps",
      ({ b }) => {
        const name = b.operator("Add", ["x", b.constant(numbers(steps, 1, features))], { name: "places" });
        return recur(b, { ...whole, name })[1].name;
      },
      /node places \(Add\)/,
      usual,
    ],
    [
      "positions by the number of steps",
      (p) => {
        const { b } = p;
        const count = operate(p, "Gather", [operate(p, "Shape", ["x"]), b.constant(scalar(0))]);
        const places = b.operator("Range", [b.constant(scalar(0)), count, b.constant(scalar(1))], { name: "places" });
        const rows = operate(p, "Gather", [b.constant(numbers(8, features)), places]);
        const name = operate(p, "Add", ["x", operate(p, "Unsqueeze", [rows, list(b, 1)])]);
        return recur(b, { ...whole, name })[1].name;
      },
      /node places \(Range\)/,
      usual,
    ],
    [
      "a loop that reads the sequence from outside",
      ({ b }) => makers["a loop that reads it from outside"]!({ b, before: [], draw: () => 0 }, whole)!.name,
      /\(Loop\)/,
      usual,
    ],
    [
      "sums in the shape of the input",
      (p) => {
        const sums = p.b.operator("CumSum", ["x", p.b.constant(scalar(0))], { name: "sums" });
        return recur(p.b, { ...whole, name: operate(p, "Reshape", [sums, operate(p, "Shape", ["x"])]) })[1].name;
      },
      /node sums \(CumSum\)/,
      usual,
    ],
    [
      "a cell over the last step alone",
      (p) => {
        const name = operate(p, "Slice", ["x", list(p.b, -1), list(p.b, all), list(p.b, 0)]);
        return recur(p.b, { name, shape: [1, batch, features] })[1].name;
      },
      /node lstm \(lstm\) keeps a state/,
      usual,
    ],
    [
      "outputs of all steps beside the last state",
      (p) =>
        operate(
          p,
          "Add",
          recur(p.b, whole).map(({ name }) => name),
        ),
      /\(Add\)/,
      usual,
    ],
    [
      "steps that do not lie one after another",
      (p) => operate(p, "Flatten", [operate(p, "Transpose", [recur(p.b, whole)[0].name], { perm: [1, 2, 0] })]),
      /\(Flatten\)/,
      usual,
    ],
  ];

  test.each(refused)("%s", (_, build, message, shape) => {
    const model = createModel(shape, (b) => build({ b }));
    expect(() => model.session()).toThrow(
      expect.objectContaining({ code: "graph/no-stream", message: expect.stringMatching(message) as string }),
    );
  });
});

describe("what only moves numbers within a step streams", () => {
  const streamed: readonly (readonly [string, (p: Pick<Parts, "b">) => string])[] = [
    [
      "steps and members taken together, and apart again",
      (p) => {
        const rows = operate(p, "Reshape", ["x", list(p.b, -1, features)]);
        const tall = operate(p, "MatMul", [rows, p.b.constant(numbers(features, features))]);
        return recur(p.b, { ...whole, name: operate(p, "Reshape", [tall, operate(p, "Shape", ["x"])]) })[1].name;
      },
    ],
    [
      "each step twice",
      (p) => {
        const pairs = operate(p, "Tile", [operate(p, "Unsqueeze", ["x", list(p.b, 1)]), list(p.b, 1, 2, 1, 1)]);
        const sizes = operate(p, "Mul", [operate(p, "Shape", ["x"]), list(p.b, 2, 1, 1)]);
        return recur(p.b, { ...whole, name: operate(p, "Reshape", [pairs, sizes]) })[0].name;
      },
    ],
    [
      "the last of all outputs",
      (p) => operate(p, "Gather", [recur(p.b, whole)[0].name, p.b.constant(scalar(-1))], { axis: 0 }),
    ],
  ];

  test.each(streamed)("%s", async (_, build) => {
    const model = createModel(["T", "B", features], (b) => build({ b }));
    expect(await compare(model, numbers(steps, batch, features), batch)).toBe(true);
  });
});
