/** Streams of graphs equal whole runs; what cannot be a stream says which node. */
import { describe, expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { resolveSizes } from "../language/index.ts";
import { shapeOf, specOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { createGraphBuilder } from "./build-graph.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { Graph } from "./graph.ts";
import type { GraphModel } from "./graph-model.ts";
import { createGraphModel } from "./model.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, integerTensor } from "./tensors.ts";

const random = createRandom(5);
const numbers = (...shape: readonly number[]): Tensor => ({
  type: "float32",
  shape,
  data: Float32Array.from({ length: countElements(shape) }, () => random.uniform(-1, 1)),
});

interface Parts {
  readonly name: CellName;
  /** What says which steps count. */
  readonly mask?: string;
  readonly direction?: "forward" | "backward";
  readonly states?: Readonly<Record<string, string>>;
}

/** A recurrent node of 4 units over `x`. */
function addCell(b: GraphBuilder, input: string, { name, mask, direction = "forward", states = {} }: Parts) {
  const cell = cells[name];
  const sizes = resolveSizes(cell, { I: 3, H: 4 });
  b.recurrent({
    name,
    cell: specOf(cell),
    size: 4,
    direction,
    input,
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [one.name, b.constant(numbers(...shapeOf(one, sizes)))]),
    ),
    states,
    ...(mask === undefined ? {} : { mask: { value: mask, masked: "repeat" } }),
    outputs: {
      sequence: "sequence",
      states: Object.fromEntries(cell.states.map((one) => [one.name, `last.${one.name}`])),
    },
  });
}

function create(build: (b: GraphBuilder) => void, outputs: readonly string[]): GraphModel {
  const b = createGraphBuilder("g");
  b.input({ name: "x", type: "float32", shape: ["steps", "batch", 3] });
  build(b);
  const info = (name: string) => ({ name, type: "float32" as const });
  return createGraphModel(b.finish(outputs.map(info)), { backend: "wasm" });
}

/** Six steps of two members at once, and one after another. */
async function expectStream(model: GraphModel): Promise<void> {
  const x = numbers(6, 2, 3);
  const whole = await model.run({ x });
  const expected = whole[model.outputs[0]!.name]!;
  const session = model.session({ batch: 2 });
  const size = expected.data.length / 6;
  for (const turn of [0, 1]) {
    let fork = session;
    for (let step = 0; step < 6; step++) {
      const row = (x.data as Float32Array).subarray(step * 6, (step + 1) * 6);
      if (step === 3) fork = session.fork();
      const y = session.step(row);
      for (let i = 0; i < size; i++) expect(y[i]).toBeCloseTo(Number(expected.data[step * size + i]), 5);
      if (step === 3) expect(Array.from(fork.step(row))).toEqual(Array.from(y));
    }
    const snapshot = session.snapshot();
    const after = Array.from(session.step(new Float32Array(6)));
    session.restore(snapshot);
    expect(Array.from(session.step(new Float32Array(6)))).toEqual(after);
    if (turn === 0) session.reset();
  }
}

describe("a stream equals the whole run", () => {
  test.each(["rnn", "lstm", "gru", "slstm", "qrnn"] as const)("of %s, whose state is inside", (name) =>
    expectStream(create((b) => addCell(b, "x", { name }), ["sequence"])),
  );

  test("with operators around, and first states that are computed", () =>
    expectStream(
      create(
        (b) => {
          const shape = b.operator("Shape", ["x"]);
          const batch = b.operator("Gather", [shape, b.constant(integerTensor([1]))]);
          const sizes = b.operator("Concat", [batch, b.constant(integerTensor([4]))], { attributes: { axis: 0 } });
          const half: Tensor = { type: "float32", shape: [1], data: Float32Array.of(0.5) };
          const first = b.operator("ConstantOfShape", [sizes], { attributes: { value: half } });
          addCell(b, b.operator("Tanh", ["x"]), { name: "gru", states: { h: first } });
          const turned = b.operator("Transpose", ["sequence"], { attributes: { perm: [1, 0, 2] } });
          const back = b.operator("Transpose", [turned], { attributes: { perm: [1, 0, 2] } });
          b.operator("MatMul", [back, b.constant(numbers(4, 2))], { outputs: ["y"] });
        },
        ["y"],
      ),
    ));
});

/** A GRU over the steps whose first number is above 0; the others repeat its output. */
const masked = (states: Readonly<Record<string, string>>): GraphModel =>
  create(
    (b) => {
      for (const name of Object.values(states)) b.input({ name, type: "float32", shape: ["batch", 4] });
      const place = b.constant({ ...integerTensor([0]), shape: [] });
      const first = b.operator("Gather", ["x", place], { attributes: { axis: 2 } });
      const zero = b.constant({ type: "float32", shape: [], data: Float32Array.of(0) });
      addCell(b, "x", { name: "gru", mask: b.operator("Greater", [first, zero]), states });
    },
    ["sequence", "last.h"],
  );

test("a step that does not count gives the output of the step before it", () => expectStream(masked({})));

test("where that is not what the state has stayed, the graph is refused", () => {
  expect(() => masked({ h: "h0" }).session()).toThrow(
    expect.objectContaining({ code: "graph/no-stream", message: expect.stringMatching(/node gru/) as string }),
  );
});

/** Rows of a table by their numbers, then a cell. */
const tokens = (): GraphModel => {
  const b = createGraphBuilder("tokens");
  b.input({ name: "tokens", type: "int64", shape: ["steps", "batch"] });
  addCell(b, b.operator("Gather", [b.constant(numbers(7, 3)), "tokens"]), { name: "gru" });
  return createGraphModel(b.finish([{ name: "sequence", type: "float32" }]), { backend: "wasm" });
};

test("forks of other sizes do not disturb one another, and a step that fails changes nothing", () => {
  const b = createGraphBuilder("open");
  b.input({ name: "x", type: "float32", shape: ["steps", "batch", 3] });
  b.input({ name: "gain", type: "float32", shape: ["batch", "n"] });
  addCell(b, "x", { name: "gru" });
  const sum = b.operator("ReduceSum", ["gain"]);
  b.operator("Mul", ["sequence", sum], { outputs: ["y"] });
  const session = createGraphModel(b.finish([{ name: "y", type: "float32" }]), { backend: "wasm" }).session();
  const x = [0.1, 0.2, 0.3];
  session.step({ x, gain: [1] });
  const fork = session.fork();
  const [wide, narrow] = [fork.step({ x, gain: [0.5, 0.5] }), session.step({ x, gain: [1] })].map((y) => Array.from(y));
  for (const [i, value] of wide!.entries()) expect(value).toBeCloseTo(narrow![i]!, 6);
  const before = session.snapshot();
  for (const wrong of [{ x }, { x, gain: [1], other: [1] }, { x: [0.1], gain: [1] }])
    expect(() => session.step(wrong)).toThrow(expect.objectContaining({ code: "graph/bad-input" }) as Error);
  expect(session.snapshot()).toEqual(before);
  expect(Array.from(session.step({ x, gain: [1] }))).toEqual(Array.from(fork.step({ x, gain: [1] })));
});

test("a token that is not in the table is an error, and the stream goes on", () => {
  const [session, other] = [tokens(), tokens()].map((model) => model.session());
  for (const one of [session!, other!]) one.step([2]);
  expect(() => session!.step([7])).toThrow(RecurraError);
  expect(session!.step([3])).toHaveLength(4);
  expect(session!.outputs()["sequence"]?.shape).toEqual([1, 1, 4]);
});

test("states that are inputs and outputs find each other", async () => {
  const model = create(
    (b) => {
      b.input({ name: "h0", type: "float32", shape: ["batch", 4] });
      b.input({ name: "memory", type: "float32", shape: ["batch", 4] });
      addCell(b, "x", { name: "lstm", states: { h: "h0", c: "memory" } });
    },
    ["sequence", "last.c", "last.h"],
  );
  const x = numbers(6, 2, 3);
  const first = { h0: numbers(2, 4), memory: numbers(2, 4) };
  const zeros = {
    h0: { ...first.h0, data: new Float32Array(8) },
    memory: { ...first.memory, data: new Float32Array(8) },
  };
  const expected = await model.run({ x, ...zeros });
  const session = model.session({ batch: 2 });
  let y: ArrayLike<number> = [];
  for (let step = 0; step < 6; step++) y = session.step((x.data as Float32Array).subarray(step * 6, (step + 1) * 6));
  const last = Array.from(expected["sequence"]!.data as Float32Array).slice(-8);
  for (const [i, value] of last.entries()) expect(y[i]).toBeCloseTo(value, 5);
});

/** Adds each step to a sum, which it gives. */
function sumBody(b: GraphBuilder): Graph {
  const body = createGraphBuilder("sum", "sum.");
  const [sum = "", part = ""] = ["sum", "part"].map((name) => body.input({ name: b.name(name), type: "float32" }));
  const next = body.operator("Add", [sum, part]);
  return body.finish([next, body.operator("Identity", [next])].map((name) => ({ name, type: "float32" })));
}

describe("what reads a whole sequence is refused by name", () => {
  type Case = readonly [string, (b: GraphBuilder) => void, RegExp, Readonly<Record<string, string>>?];
  const refused: readonly Case[] = [
    [
      "a backward cell",
      (b) => addCell(b, "x", { name: "rnn", direction: "backward" }),
      /node rnn \(rnn\).*from the end/,
    ],
    [
      "a mean over the steps",
      (b) => {
        addCell(b, "x", { name: "rnn" });
        b.operator("ReduceMean", ["sequence", b.constant(integerTensor([0]))], { name: "mean" });
      },
      /node mean \(ReduceMean\)/,
    ],
    [
      "a softmax over the steps",
      (b) => {
        addCell(b, "x", { name: "rnn" });
        b.operator("Softmax", ["sequence"], { name: "weights", attributes: { axis: 0 } });
      },
      /node weights \(Softmax\)/,
    ],
    [
      "a first state that is made of a state",
      (b) => {
        b.input({ name: "h0", type: "float32", shape: ["batch", 4] });
        addCell(b, "x", { name: "rnn", states: { h: b.operator("Tanh", ["h0"], { name: "bounded" }) } });
      },
      /node bounded \(Tanh\)/,
      { "last.h": "h0" },
    ],
    [
      "a first state that is the last one of a cell",
      (b) => {
        addCell(b, "x", { name: "rnn" });
        const attributes = { body: sumBody(b), num_scan_inputs: 1 };
        b.operators("Scan", ["last.h", "sequence"], { name: "decoder", attributes, outputs: 2 });
      },
      /node decoder \(Scan\)/,
    ],
    [
      "a shift of the steps",
      (b) => {
        const one = b.constant(integerTensor([1]));
        const end = b.constant(integerTensor([2 ** 31]));
        const zero = b.constant(integerTensor([0]));
        addCell(b, b.operator("Slice", ["x", one, end, zero], { name: "later" }), { name: "rnn" });
      },
      /node later \(Slice\)/,
    ],
  ];
  test.each(refused.map(([name, ...rest]) => ({ name, rest })))("$name", ({ rest: [build, message, states] }) => {
    const model = create(build, ["sequence", "last.h"]);
    expect(() => model.session(states === undefined ? {} : { states })).toThrow(
      expect.objectContaining({ code: "graph/no-stream", message: expect.stringMatching(message) as string }),
    );
  });
});

test("sizes that a graph leaves open are told, and weights in fewer bits need kernels", () => {
  const model = (operator: string): GraphModel => {
    const b = createGraphBuilder("g");
    b.input({ name: "x", type: "float32", shape: ["members", 4] });
    b.input({ name: "state", type: "float32", shape: ["members", "size"] });
    const seen = b.operator(operator, ["x", ...(operator === "CumSum" ? [b.constant(integerTensor(1))] : [])], {
      name: "seen",
    });
    b.operator("Add", [b.operator("MatMul", [seen, b.constant(numbers(4, 4))]), "state"], { outputs: ["stateN"] });
    b.operator("Neg", ["stateN"], { outputs: ["y"] });
    const info = (name: string) => ({ name, type: "float32", shape: ["members", 4] }) as const;
    return createGraphModel(b.finish([info("y"), info("stateN")]), { backend: "wasm" });
  };
  const x = [1, 2, 3, 4];
  const tanh = model("Tanh");
  expect(() => tanh.session().step(x)).toThrow(/size of the state state is not known/);
  const shapes = { state: [1, 4] };
  const [whole, half] = (["float32", "float16"] as const).map((weights) => {
    const session = tanh.session({ shapes, weights });
    session.step(x);
    return session.step(x);
  });
  expect(half).not.toEqual(whole);
  for (const [n, value] of whole!.entries()) expect(Math.abs(half![n]! - value)).toBeLessThan(0.01);
  expect(() => tanh.session({ shapes: { state: [4] } })).toThrow(/shape \[4\] is given for the input state/);
  expect(() => model("CumSum").session({ shapes, weights: "int8" }).step(x)).toThrow(/node seen \(CumSum\) has none/);
});
