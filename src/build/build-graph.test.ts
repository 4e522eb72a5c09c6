/** Built modules of graphs against the graphs' own sessions: the same numbers, step by step. */
import { describe, expect, test } from "vitest";
import { runBuilt } from "../../test/support/run-built.ts";
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { readOnnx, writeOnnx } from "../formats/onnx/index.ts";
import { createGraphBuilder } from "../graph/build-graph.ts";
import type { GraphBuilder } from "../graph/build-graph.ts";
import type { GraphModel, GraphSessionOptions } from "../graph/graph-model.ts";
import { createGraphModel } from "../graph/model.ts";
import type { ElementType, Tensor } from "../graph/tensor.ts";
import { countElements, integerTensor } from "../graph/tensors.ts";
import { resolveSizes } from "../language/index.ts";
import { shapeOf, specOf } from "../network/index.ts";
import type { WeightFormat } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import { buildModule } from "./index.ts";

const random = createRandom(5);
const numbers = (...shape: readonly number[]): Tensor => ({
  type: "float32",
  shape,
  data: Float32Array.from({ length: countElements(shape) }, () => random.uniform(-1, 1)),
});

interface Parts {
  readonly input: string;
  readonly name: CellName;
  readonly states?: Readonly<Record<string, string>>;
  readonly direction?: "forward" | "backward";
}

/** A recurrent node of 4 units over `[T, B, 3]`: the name of its sequence, and of its last states `<name>.<state>`. */
function addCell(b: GraphBuilder, { input, name, states = {}, direction = "forward" }: Parts): string {
  const cell = cells[name];
  const sizes = resolveSizes(cell, { I: 3, H: 4 });
  const sequence = b.name(`${name}.sequence`);
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
    outputs: { sequence, states: Object.fromEntries(cell.states.map((one) => [one.name, `${name}.${one.name}`])) },
  });
  return sequence;
}

function create(
  build: (b: GraphBuilder) => readonly string[],
  inputs: Readonly<Record<string, { readonly type?: ElementType; readonly shape: readonly (number | string)[] }>>,
): GraphModel {
  const b = createGraphBuilder("g");
  for (const [name, { type = "float32", shape }] of Object.entries(inputs)) b.input({ name, type, shape });
  const outputs = build(b);
  return createGraphModel(b.finish(outputs.map((name) => ({ name, type: "float32" as const }))), { backend: "wasm" });
}

const sequence = { x: { shape: ["steps", "batch", 3] } };

/** No chains of layers. */
const graphs: Readonly<Record<string, GraphModel>> = {
  "two cells side by side, whose states are inside": create((b) => {
    const both = [
      addCell(b, { input: "x", name: "lstm" }),
      addCell(b, { input: b.operator("Tanh", ["x"]), name: "gru" }),
    ];
    b.operator("Mul", both, { outputs: ["y"] });
    return ["y"];
  }, sequence),
  "states that are inputs and outputs": create(
    (b) => {
      const y = addCell(b, { input: "x", name: "lstm", states: { h: "h0", c: "c0" } });
      b.operator("Sin", [y], { outputs: ["y"] });
      return ["y", "lstm.h", "lstm.c"];
    },
    { ...sequence, h0: { shape: ["batch", 4] }, c0: { shape: ["batch", 4] } },
  ),
  "states that change places, and one that nothing recurrent reads": create(
    (b) => {
      b.operator("Add", ["x", "one_in"], { outputs: ["two_out"] });
      b.operator("Mul", ["two_in", b.constant(numbers(3))], { outputs: ["one_out"] });
      b.operator("Sub", ["one_in", "two_in"], { outputs: ["y"] });
      return ["y", "one_out", "two_out"];
    },
    { x: { shape: [1, 3] }, one_in: { shape: [1, 3] }, two_in: { shape: [1, 3] } },
  ),
  "first states that follow from sizes": create((b) => {
    const batch = b.operator("Gather", [b.operator("Shape", ["x"]), b.constant(integerTensor([1]))]);
    const sizes = b.operator("Concat", [batch, b.constant(integerTensor([4]))], { attributes: { axis: 0 } });
    const half: Tensor = { type: "float32", shape: [1], data: Float32Array.of(0.5) };
    const first = b.operator("ConstantOfShape", [sizes], { attributes: { value: half } });
    const y = addCell(b, { input: b.operator("Tanh", ["x"]), name: "gru", states: { h: first } });
    b.operator("Mul", [y, y], { outputs: ["y"] });
    return ["y"];
  }, sequence),
  "several inputs and outputs": create(
    (b) => {
      b.operator("Sigmoid", [addCell(b, { input: "x", name: "lstm" })], { outputs: ["gain"] });
      b.operator("Mul", ["gain", "__proto__"], { outputs: ["a b"] });
      return ["a b", "gain"];
    },
    { ...sequence, ["__proto__"]: { shape: [1, 1, 4] } },
  ),
  "whole numbers that count as numbers": create(
    (b) => {
      const on = b.operator("Cast", ["tokens"], { attributes: { to: "float32" } });
      b.operator("Mul", [on, addCell(b, { input: "x", name: "lstm" })], { outputs: ["y"] });
      return ["y"];
    },
    { ...sequence, tokens: { type: "int64", shape: [1, 1, 4] } },
  ),
  "rows of a table": create(
    (b) => {
      const rows = b.operator("Gather", [b.constant(numbers(7, 3)), "tokens"]);
      const y = addCell(b, { input: rows, name: "gru" });
      b.operator("Mul", [y, y], { outputs: ["y"] });
      return ["y"];
    },
    { tokens: { type: "int32", shape: ["steps", "batch"] } },
  ),
};

type Step = Readonly<Record<string, Float32Array>>;

/** Numbers for the inputs of a step. */
function drawStep(sizes: ReadonlyMap<string, number>): Step {
  return Object.fromEntries(
    [...sizes].map(([name, length]) => [
      name,
      Float32Array.from({ length }, () => (name === "tokens" ? random.integer(7) : random.normal())),
    ]),
  );
}

const close = (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void => {
  expect(got.length).toBe(wanted.length);
  for (let n = 0; n < got.length; n++) expect(Math.abs(got[n]! - wanted[n]!)).toBeLessThan(tolerance);
};

/** Steps a module and a session side by side, with a snapshot half-way. */
function expectStream(model: GraphModel, options: GraphSessionOptions & { readonly weights: WeightFormat }): void {
  const built = runBuilt(buildModule(model, options).code);
  expect(() => built.selfTest()).not.toThrow();
  const sizes = new Map(
    Object.entries(built.info.inputs).map(([name, { shape }]) => [name, shape.reduce((a, b) => a * b, 1)]),
  );
  const isSeveral = sizes.size > 1;
  const given = (step: Step): never => (isSeveral ? step : Object.values(step)[0]) as never;
  const session = model.session(options);
  const stream = built.createNetwork();
  const steps = Array.from({ length: 40 }, () => drawStep(sizes));
  const outputs: Float32Array[] = [];
  for (const [t, step] of steps.entries()) {
    outputs.push(Float32Array.from(session.step(step)));
    close(stream.step(given(step)), outputs[t]!, 1e-5);
    const names = Object.keys(built.info.outputs);
    for (const name of names.length > 1 ? names : [])
      close(stream.outputs()[name]!, session.outputs()[name]!.data as Float32Array, 1e-5);
    if (t !== 20) continue;
    const kept = stream.snapshot();
    for (const [name, state] of Object.entries(session.snapshot().states)) close(kept[name]!, state, 1e-5);
    stream.reset();
    stream.restore(kept);
  }
  const joined = Object.fromEntries(
    [...sizes.keys()].map((name) => [name, Float32Array.from(steps.flatMap((step) => [...step[name]!]))]),
  );
  close(
    stream.predict(given(joined)),
    outputs.flatMap((one) => [...one]),
    1e-5,
  );
  stream.reset();
  close(stream.step(given(steps[0]!)), outputs[0]!, 1e-5);
}

describe.each(Object.entries(graphs))("%s", (_, model) => {
  test.each<WeightFormat>(["float32", "float16", "int8"])("in %s gives the session's numbers", (weights) =>
    expectStream(model, { weights }),
  );

  test("after a way through ONNX", async () => {
    expectStream(await readOnnx(writeOnnx(model), { backend: "wasm" }), { weights: "float32" });
  });
});

test("a setting decides a branch, and a shape is told", () => {
  const model = create(
    (b) => {
      const branch = (scale: number) => {
        const inner = createGraphBuilder("branch", `b${scale}`);
        inner.operator("Mul", ["x", inner.constant({ type: "float32", shape: [], data: Float32Array.of(scale) })], {
          outputs: [`y${scale}`],
        });
        return inner.finish([{ name: `y${scale}`, type: "float32" }]);
      };
      const is = b.operator("Equal", ["rate", b.constant(integerTensor(16_000))]);
      b.operator("If", [is], { outputs: ["y"], attributes: { then_branch: branch(2), else_branch: branch(3) } });
      return ["y"];
    },
    { x: { shape: ["batch", "samples"] }, rate: { type: "int64", shape: [] } },
  );
  const rate = (value: number) => ({ fixed: { rate: { shape: [], data: [value] } }, shapes: { x: [1, 4] } });
  const scaled = [16_000, 8000].map((value) => runBuilt(buildModule(model, rate(value)).code).step([1, 2, 3, 4])[3]);
  expect(scaled).toEqual([8, 12]);
  expect(() => buildModule(model, { shapes: { x: [1, 4] } })).toThrow(
    /node If \(If\) decides.*stay the same \(fixed\)/,
  );
  expect(() => buildModule(model, { fixed: rate(8000).fixed })).toThrow(/reads whole sequences \(node If/);
  expect(() => buildModule(model, { ...rate(8000), shapes: { x: [4] } })).toThrow(
    /shape \[4\] is given for the input x/,
  );
  expect(() => buildModule(model, { ...rate(8000), shapes: { z: [4] } })).toThrow(/the inputs are x, rate/);
});

test("what reads whole sequences is built for one length", async () => {
  const model = create((b) => {
    const both = (["forward", "backward"] as const).map((direction, n) =>
      addCell(b, { input: "x", name: n === 0 ? "lstm" : "gru", direction }),
    );
    b.operator("Add", both, { outputs: ["y"] });
    return ["y"];
  }, sequence);
  expect(() => buildModule(model)).toThrow(/node gru \(gru\) reads its sequence from the end.*of how many steps/);
  const built = runBuilt(buildModule(model, { steps: 6 }).code);
  built.selfTest();
  const x = numbers(6, 1, 3);
  const { y } = await model.run({ x });
  close(built.predict(x.data as Float32Array), y!.data as Float32Array, 1e-5);
  expect(() => buildModule(model, { steps: 6, weights: "int8" })).toThrow(/leave them in float32/);
});

describe("what cannot be built names the node", () => {
  const refused: readonly (readonly [string, () => GraphModel, RegExp])[] = [
    [
      "an operator without a kernel",
      () =>
        create(
          (b) => {
            b.operator("CumSum", [addCell(b, { input: "x", name: "rnn" }), b.constant(integerTensor(2))], {
              name: "sums",
              outputs: ["y"],
            });
            return ["y"];
          },
          { x: { shape: [1, 1, 3] } },
        ),
      /node sums \(CumSum\)/,
    ],
    [
      "a shape that hangs on numbers",
      () =>
        create(
          (b) => {
            b.operator("Cast", [b.operator("NonZero", ["x"], { name: "which" })], {
              outputs: ["y"],
              attributes: { to: "float32" },
            });
            return ["y"];
          },
          { x: { shape: [1, 3] } },
        ),
      /node which \(NonZero\)/,
    ],
    [
      "a state that starts from what the first step holds",
      () =>
        create(
          (b) => {
            const row = b.operator("MatMul", ["z", b.constant(numbers(3, 4))], { name: "begin" });
            b.operator("Neg", [addCell(b, { input: "x", name: "gru", states: { h: row } })], { outputs: ["y"] });
            return ["y"];
          },
          { ...sequence, z: { shape: ["batch", 3] } },
        ),
      /node begin \(MatMul\) gives for the first step/,
    ],
    [
      "an input of whole numbers that is an output too",
      () =>
        create((b) => ["n", b.operator("Tanh", ["x"])].reverse(), {
          x: { shape: ["batch", 3] },
          n: { type: "int64", shape: ["batch", 2] },
        }),
      /The output n is an input whose numbers float32 does not hold/,
    ],
  ];
  test.each(refused)("%s", (_, make, message) => {
    const build = (): unknown => buildModule(make());
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ code: "build/unsupported" }));
  });

  test("options that do not fit", () => {
    const [model] = Object.values(graphs);
    expect(() => buildModule(model!, { steps: 3 })).toThrow(/leave the number of steps out/);
    expect(() => buildModule(model!, { fixed: { rate: { shape: [], data: [1] } } })).toThrow(/no input "rate"/);
    const built = runBuilt(buildModule(graphs["several inputs and outputs"]!).code);
    expect(() => built.step({ x: [1, 2, 3] } as never)).toThrow(/A step of "__proto__" needs 4 numbers/);
  });
});
