/** Every built-in cell as a Scan of operators against its kernels, in all the ways a recurrent node can be. */
import { describe, expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import { resolveSizes } from "../language/index.ts";
import type { Cell, Shape } from "../language/index.ts";
import { specOf } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import { createGraphBuilder } from "./build-graph.ts";
import { expandRecurrent } from "./expand-recurrent.ts";
import type { Graph, RecurrentNode } from "./graph.ts";
import { createGraphModel } from "./model.ts";
import type { Tensor } from "./tensor.ts";

const [steps, batch, inputSize, size, rows] = [5, 3, 4, 4, 6];

interface Form {
  readonly direction?: RecurrentNode["direction"];
  readonly states?: boolean;
  readonly lengths?: boolean;
  readonly masked?: "repeat" | "zero";
}

const forms: readonly Form[] = [
  {},
  { direction: "backward", states: true },
  { states: true, lengths: true },
  { direction: "backward", lengths: true },
  { masked: "repeat" },
  { masked: "zero", direction: "backward" },
];

function graphOf(
  cell: Cell,
  { direction = "forward", states, lengths, masked }: Form,
): { graph: Graph; inputs: Record<string, Tensor> } {
  const random = createRandom(5);
  const builder = createGraphBuilder("cell");
  const sizes = resolveSizes(cell, {
    ...Object.fromEntries(cell.dimensions.map((name) => [name, 4])),
    I: inputSize,
    H: size,
  });
  const numbers = (shape: Shape): number[] => shape.map((one) => (typeof one === "number" ? one : (sizes[one] ?? 4)));
  const tensor = (shape: readonly number[]): Tensor => ({
    type: "float32",
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1)),
  });
  const inputs: Record<string, Tensor> = {};
  const input = (name: string, value: Tensor): string => {
    inputs[name] = value;
    return builder.input({ name, type: value.type, shape: value.shape });
  };
  const finals = Object.fromEntries(cell.states.map(({ name }) => [name, `last.${name}`]));
  const x = input("x", tensor([steps, batch, inputSize]));
  builder.recurrent({
    name: "node",
    cell: specOf(cell),
    size,
    sizes: Object.fromEntries(cell.dimensions.map((name) => [name, 4])),
    direction,
    input: x,
    parameters: Object.fromEntries(
      cell.parameters.map(({ name, shape }) => [name, builder.constant(tensor(numbers(shape)), name)]),
    ),
    states:
      states === true
        ? Object.fromEntries(
            cell.states.map(({ name, shape }) => [name, input(`first.${name}`, tensor([batch, ...numbers(shape)]))]),
          )
        : {},
    ...(lengths === true
      ? { lengths: input("lengths", { type: "int64", shape: [batch], data: BigInt64Array.of(3n, 5n, 1n) }) }
      : {}),
    ...(masked === undefined
      ? {}
      : {
          mask: {
            masked,
            value: input("mask", {
              type: "bool",
              shape: [steps, batch],
              data: Uint8Array.of(1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0),
            }),
          },
        }),
    ...(cell.memories.length === 0
      ? {}
      : {
          memories: Object.fromEntries(
            cell.memories.map(({ name, shape }) => [
              name,
              { value: input(name, tensor([rows, batch, ...numbers(shape)])) },
            ]),
          ),
        }),
    outputs: { sequence: "y", states: finals },
  });
  const outputs = ["y", ...Object.values(finals)];
  return { graph: builder.finish(outputs.map((name) => ({ name, type: "float32" }))), inputs };
}

describe.each(Object.entries(cells))("%s", (_, cell: Cell) => {
  test.each(forms)("%j", async (form) => {
    if (cell.states.length === 0 && (form.states === true || form.masked !== undefined)) return;
    const { graph, inputs } = graphOf(cell, form);
    const readsStep = cell.graph.nodes.some(({ kind }) => kind === "step");
    if (readsStep && form.masked !== undefined) {
      expect(() => expandRecurrent(graph, () => false)).toThrow(expect.objectContaining({ code: "graph/no-graph" }));
      return;
    }
    const expanded = expandRecurrent(graph, () => false);
    expect(expanded.nodes.some(({ kind }) => kind === "recurrent")).toBe(false);
    const wanted = await createGraphModel(graph, { backend: "reference" }).run(inputs);
    const got = await createGraphModel(expanded, { backend: "reference" }).run(inputs);
    for (const [name, { shape, data }] of Object.entries(wanted)) {
      expect(got[name]?.shape, name).toEqual(shape);
      const apart = Math.max(
        ...Array.from(data as Float32Array, (value, n) => Math.abs(value - Number(got[name]!.data[n]))),
      );
      expect(apart, name).toBeLessThan(1e-5);
    }
  });
});
