/** Traces of graphs against the float64 reference of each node's cell, and against traces of equivalent networks. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { apart } from "../../../test/support/inspect-cases.ts";
import { modelOf } from "../../../test/support/sample-networks.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { cells } from "../../cells/index.ts";
import { readOnnx } from "../../formats/onnx/index.ts";
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { GraphBuilder } from "../../graph/build-graph.ts";
import { graphOf } from "../../graph/from-network.ts";
import type { RecurrentNode } from "../../graph/graph.ts";
import { createGraphModel } from "../../graph/model.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { countElements } from "../../graph/tensors.ts";
import { resolveSizes } from "../../language/index.ts";
import type { Cell } from "../../language/index.ts";
import { network, shapeOf, specOf } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { gradientThroughTime } from "./gradient-through-time.ts";
import { stepJacobians } from "./jacobian.ts";
import { memoryLength } from "./memory-length.ts";
import { recurrentNodes } from "./recurrent-nodes.ts";
import { jacobianSpectrum } from "./spectrum.ts";
import { traceGraph, traceGraphStream } from "./trace-graph.ts";
import { findCell, findValue, recurrentCells, traceNetwork } from "./trace.ts";

const random = createRandom(9);
const draw = (type: "float32" | "float64", ...shape: readonly number[]): Tensor => {
  const values = Array.from({ length: countElements(shape) }, () => random.uniform(-1, 1));
  return { type, shape, data: type === "float32" ? Float32Array.from(values) : Float64Array.from(values) };
};

/** Sizes that the cell leaves open beside I and H. */
function openSizes({ dimensions, options }: Cell): Readonly<Record<string, number>> {
  return {
    ...(dimensions.includes("M") ? { M: 3 } : {}),
    ...(dimensions.includes("P") && options.sizes?.["P"] === undefined ? { P: 2 } : {}),
  };
}

const sizesOfCell = (cell: Cell): Readonly<Record<string, number>> =>
  resolveSizes(cell, { I: 3, H: 4, ...openSizes(cell) });

type NodeParts = Partial<RecurrentNode> & { readonly name: string; readonly type?: "float32" | "float64" };

/** A node of four units over `x`, or what the parts say; its outputs are called after it. */
function addNode(b: GraphBuilder, cell: Cell, { type = "float32", ...parts }: NodeParts): void {
  const sizes = sizesOfCell(cell);
  const { name } = parts;
  b.recurrent({
    cell: specOf(cell),
    size: 4,
    sizes: openSizes(cell),
    direction: "forward",
    input: "x",
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [one.name, b.constant(draw(type, ...shapeOf(one, sizes)), `${name}.${one.name}`)]),
    ),
    states: {},
    outputs: {
      sequence: `${name}.y`,
      states: Object.fromEntries(cell.states.map((one) => [one.name, `${name}.${one.name}'`])),
    },
    ...parts,
  });
}

const info = (name: string, type: "float32" | "float64" = "float32") => ({ name, type });

/** Columns of one member of `[steps, 2, size]` at some steps. */
function memberOf({ shape, data }: Tensor, member: number, steps: readonly number[]): Float64Array {
  const size = shape[2]!;
  return Float64Array.from({ length: steps.length * size }, (_, at) =>
    Number(data[(steps[Math.floor(at / size)]! * shape[1]! + member) * size + (at % size)]),
  );
}

const recurrent = Object.values(cells).filter(({ states }) => states.length > 0);

describe.each(recurrent.map((one) => [one.name, one] as const))("a node of %s", (_, cell) => {
  test.each(["forward", "backward"] as const)("is traced %ss as the reference runs it", async (direction) => {
    const type = "float64";
    const b = createGraphBuilder("g");
    b.input({ name: "x", type, shape: ["steps", "batch", 3] });
    b.input({ name: "lengths", type: "int64", shape: ["batch"] });
    b.input({ name: "rows", type, shape: [5, "batch", 3] });
    const states = Object.fromEntries(
      cell.states.map((one) => [one.name, b.constant(draw(type, 2, ...shapeOf(one, sizesOfCell(cell))))]),
    );
    const memories = Object.fromEntries(cell.memories.map((one) => [one.name, { value: "rows" }]));
    addNode(b, cell, { name: "node", type, direction, lengths: "lengths", states, memories });
    const outputs = ["node.y", ...cell.states.map((one) => `node.${one.name}'`)];
    const model = createGraphModel(b.finish(outputs.map((name) => info(name, type))));
    const inputs = {
      x: draw(type, 6, 2, 3),
      lengths: { shape: [2], data: [6, 4] },
      rows: draw(type, 5, 2, 3),
    };
    for (const [member, count] of [6, 4].entries()) {
      const traced = await traceGraph(model, inputs, { member });
      expect(traced.cells.map(({ path }) => path)).toEqual(["node"]);
      const [one] = traced.cells;
      expect(one!.steps).toEqual(Array.from({ length: count }, (_unused, step) => step));
      expect(one!.cell.reverse).toBe(direction === "backward");
      expect(apart(one!.cell.output.values, memberOf(traced.outputs["node.y"]!, member, one!.steps))).toBeLessThan(
        tolerances.trace,
      );
      const last = direction === "backward" ? 0 : count - 1;
      for (const { name } of cell.states) {
        const { size, values } = findValue(one!.cell, `${name}'`);
        const final = traced.outputs[`node.${name}'`]!.data.slice(member * size, (member + 1) * size);
        expect(apart(values.subarray(last * size, (last + 1) * size), final as Float64Array)).toBeLessThan(
          tolerances.trace,
        );
      }
    }
    model.dispose();
  });
});

test("a network's graph has the trace of the network, and all that looks into one", async () => {
  const spec = network({ features: 3 })
    .recurrent("gru", { size: 4, direction: "both" })
    .recurrent("lstm", { size: 5 })
    .last()
    .dense(2)
    .build();
  const model = modelOf(spec);
  const x = draw("float32", 9, 1, 3);
  const own = traceNetwork(model, { inputs: x.data as Float32Array });
  const graph = createGraphModel(graphOf(model), { backend: "wasm" });
  const { cells: found, outputs } = await traceGraph(graph, { input: x });
  const [forward, backward, lstm] = recurrentCells(own);
  for (const [at, wanted] of [forward!, backward!].entries()) {
    expect(found[at]!.cell.reverse).toBe(wanted.reverse);
    // Both read the input itself.
    expect(found[at]!.cell.values).toEqual(wanted.values);
  }
  for (const { name, role, values } of lstm!.values) {
    expect(apart(findValue(found[2]!.cell, name).values, values)).toBeLessThan(tolerances.float32Cell);
    expect(findValue(found[2]!.cell, name).role).toBe(role);
  }
  expect(apart(outputs["output"]!.data as Float32Array, own.output.values)).toBeLessThan(tolerances.float32Cell);
  const { trace } = found[1]!;
  expect(stepJacobians(trace).matrices).toEqual(stepJacobians(own, { layer: "0.backward" }).matrices);
  expect(memoryLength(trace)).toEqual(memoryLength(own, { layer: "0.backward" }));
  expect(gradientThroughTime(trace).map(({ state, norms }) => [state, norms.length])).toEqual([["h", 9]]);
  const { parameters } = recurrentNodes(graph.graph)[2]!;
  const U = Float64Array.from(parameters["U_f"]!.data as Float32Array);
  expect(U).toEqual(Float64Array.from(model.parameters["1.U_f"]!));
  expect(jacobianSpectrum({ size: 5, matrices: [U] })[0]!.spectralRadius).toBeGreaterThan(0);
  graph.dispose();
});

test("two heads, and masks that leave steps out", async () => {
  const b = createGraphBuilder("g");
  b.input({ name: "x", type: "float32", shape: ["steps", "batch", 3] });
  b.input({ name: "mask", type: "bool", shape: ["steps", "batch"] });
  addNode(b, cells.gru, { name: "a", mask: { value: "mask", masked: "repeat" } });
  addNode(b, cells.lstm, { name: "b", direction: "backward" });
  const model = createGraphModel(b.finish([info("a.h'"), info("b.c'")]), { backend: "wasm" });
  expect(() => model.network()).toThrow(RecurraError);
  const x = draw("float32", 5, 1, 3);
  const { cells: found, outputs } = await traceGraph(model, { x, mask: { shape: [5, 1], data: [1, 0, 1, 1, 0] } });
  expect(found.map(({ path, steps }) => [path, steps])).toEqual([
    ["a", [0, 2, 3]],
    ["b", [0, 1, 2, 3, 4]],
  ]);
  const last = (at: number, name: string, row: number): Float64Array =>
    findValue(found[at]!.cell, name).values.slice(4 * row, 4 * row + 4);
  expect(apart(last(0, "h'", 2), outputs["a.h'"]!.data as Float32Array)).toBeLessThan(tolerances.float32Cell);
  expect(apart(last(1, "c'", 0), outputs["b.c'"]!.data as Float32Array)).toBeLessThan(tolerances.float32Cell);
  await expect(
    traceGraph(model, { x, mask: { shape: [5, 1], data: [1, 1, 1, 1, 1] } }, { member: 1 }),
  ).rejects.toMatchObject({ code: "graph/bad-input", message: expect.stringContaining("member is 1") as unknown });
  model.dispose();
});

/** Two branches, each with a node of the same name, and a loop whose state goes on from turn to turn. */
function createBodies() {
  const branch = (cell: Cell) => {
    const body = createGraphBuilder(cell.name, `${cell.name}/`);
    addNode(body, cell, { name: "node" });
    return body.finish([info("node.h'")]);
  };
  const turn = createGraphBuilder("turn", "turn/");
  turn.input({ name: "at", type: "int64", shape: [] });
  turn.input({ name: "going", type: "bool", shape: [] });
  turn.input({ name: "h", type: "float32", shape: [1, 4] });
  addNode(turn, cells.gru, { name: "again", states: { h: "h" } });
  const on = turn.operator("Identity", ["going"]);
  const b = createGraphBuilder("g");
  b.input({ name: "x", type: "float32", shape: ["steps", 1, 3] });
  b.input({ name: "small", type: "bool", shape: [] });
  b.operators("If", ["small"], {
    attributes: { then_branch: branch(cells.rnn), else_branch: branch(cells.gru) },
    outputs: ["first"],
  });
  const turns = b.constant({ type: "int64", shape: [], data: BigInt64Array.of(3n) });
  b.operators("Loop", [turns, "", "first"], {
    attributes: { body: turn.finish([{ name: on, type: "bool" }, info("again.h'")]) },
    outputs: ["last"],
  });
  return createGraphModel(b.finish([info("last")]), { backend: "wasm" });
}

test("nodes of bodies: the branch that was taken, and turns of a loop that go on from one another", async () => {
  const model = createBodies();
  expect(recurrentNodes(model.graph).map(({ path, cell }) => [path, cell.name])).toEqual([
    ["If/then_branch/node", "rnn"],
    ["If/else_branch/node", "gru"],
    ["again", "gru"],
  ]);
  const x = draw("float32", 4, 1, 3);
  for (const small of [1, 0]) {
    const { cells: found, outputs } = await traceGraph(model, { x, small: { shape: [], data: [small] } });
    expect(found.map(({ path, steps }) => [path, steps.length])).toEqual([
      [small === 1 ? "If/then_branch/node" : "If/else_branch/node", 4],
      ["again", 12],
    ]);
    const [, again] = found;
    const end = findValue(again!.cell, "h'").values.subarray(44);
    expect(apart(end, outputs["last"]!.data as Float32Array)).toBeLessThan(tolerances.float32Cell);
  }
  model.dispose();
});

test("a stream is traced as the whole sequence is", async () => {
  const b = createGraphBuilder("g");
  b.input({ name: "x", type: "float32", shape: ["steps", 1, 3] });
  addNode(b, cells.lstm, { name: "a" });
  addNode(b, cells.gru, { name: "b" });
  const model = createGraphModel(b.finish([info("a.y"), info("b.y")]), { backend: "wasm" });
  const x = draw("float32", 7, 1, 3);
  const whole = await traceGraph(model, { x });
  const steps = Array.from({ length: 7 }, (_, step) => x.data.slice(3 * step, 3 * step + 3) as Float32Array);
  const stream = traceGraphStream(model, steps);
  expect(stream.cells.map(({ path, steps: own }) => [path, own.length])).toEqual([
    ["a", 7],
    ["b", 7],
  ]);
  for (const [at, { cell }] of whole.cells.entries()) expect(stream.cells[at]!.cell.values).toEqual(cell.values);
  expect(findCell(stream.cells[0]!.trace).path).toBe("0");
  const joined = Float64Array.from(stream.outputs.flatMap((row) => [...row]));
  expect(apart(joined, whole.outputs["a.y"]!.data as Float32Array)).toBeLessThan(tolerances.float32Cell);
  model.dispose();
});

test("Silero's voice detector: the LSTM in the branch of its sampling rate, over a stream", async () => {
  const file = fileURLToPath(
    new URL("../../../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", import.meta.url),
  );
  const model = await readOnnx(readFileSync(file), { backend: "wasm" });
  expect(() => model.network()).toThrow(RecurraError);
  const steps = Array.from({ length: 12 }, () => draw("float32", 1, 576).data as Float32Array);
  const fixed = { sr: { shape: [], data: [16_000] } };
  const { cells: found, outputs } = traceGraphStream(model, steps, { fixed });
  expect(found).toHaveLength(1);
  const [{ cell, path, steps: read } = found[0]!] = found;
  expect(path).toMatch(/^If_0_then_branch.*LSTM/);
  expect(read).toHaveLength(12);
  const session = model.session({ fixed });
  expect(session.inputs).toEqual([{ name: "input", shape: [1, undefined] }]);
  for (const [at, x] of steps.entries()) {
    expect(session.step(x)[0]!).toBeCloseTo(outputs[at]![0]!, 5);
    const state = session.outputs()["stateN"]!.data as Float32Array;
    const h = findValue(cell, "h'").values.subarray(128 * at, 128 * at + 128);
    const c = findValue(cell, "c'").values.subarray(128 * at, 128 * at + 128);
    expect(apart(h, state.subarray(0, 128))).toBeLessThan(tolerances.torchOutput32);
    expect(apart(c, state.subarray(128))).toBeLessThan(tolerances.torchOutput32);
  }
  session.dispose();
  model.dispose();
});
