import { describe, expect, test } from "vitest";
import { floats, graphFrom } from "../../test/support/made-graphs.ts";
import { batch, inputsOf, steps } from "../../test/support/sample-networks.ts";
import { cells } from "../cells/index.ts";
import { createModel } from "../network/index.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { Graph } from "./graph.ts";
import { createGraphModel } from "./model.ts";
import { integerTensor } from "./tensors.ts";
import { networkOf } from "./to-network.ts";

interface Both {
  /** Sequences and last states of the lower and the upper layer, forward and backward. */
  readonly sequences: readonly string[];
  readonly lasts: readonly string[];
  /** The upper layer's outputs side by side. */
  readonly output: string;
  readonly list: (...numbers: readonly number[]) => string;
  readonly row: (value: string, axis: number, at: number) => string;
  readonly part: (value: string, axis: number, from: number, to: number) => string;
}

/** Two layers of 2 units in both directions over `[steps, batch, 3]`. */
const graphOfBoth = (make: (builder: GraphBuilder, both: Both) => string | readonly string[]): Graph =>
  graphFrom(["steps", "batch", 3], (builder, input) => {
    const list = (...numbers: readonly number[]): string => builder.constant(integerTensor(numbers));
    const sequences: string[] = [];
    const lasts: string[] = [];
    let value = input;
    for (const [layer, inputs] of [3, 4].entries()) {
      const outputs = (["forward", "backward"] as const).map((direction) => {
        const [W, U, b] = [[2, inputs], [2, 2], [2]].map((shape) => builder.constant(floats(shape)));
        const sequence = `${direction}${layer}`;
        builder.recurrent({
          name: sequence,
          cell: { name: "rnn", text: cells.rnn.text, options: {} },
          size: 2,
          direction,
          input: value,
          parameters: { W: W!, U: U!, b: b! },
          states: {},
          outputs: { sequence, states: { h: `${sequence}.h` } },
        });
        lasts.push(`${sequence}.h`);
        sequences.push(sequence);
        return sequence;
      });
      value = builder.operator("Concat", outputs, { attributes: { axis: 2 } });
    }
    return make(builder, {
      sequences,
      lasts,
      output: value,
      list,
      row: (from, axis, at) =>
        builder.operator("Gather", [from, builder.constant(integerTensor(at))], { attributes: { axis } }),
      part: (from, axis, start, end) => builder.operator("Slice", [from, list(start), list(end), list(axis)]),
    });
  });

const side = (b: GraphBuilder, values: readonly string[], axis = 1): string =>
  b.operator("Concat", values, { attributes: { axis } });
const stack = (b: GraphBuilder, values: readonly string[], axis: string, at = 0): string =>
  side(
    b,
    values.map((one) => b.operator("Unsqueeze", [one, axis])),
    at,
  );
const end = Number.MAX_SAFE_INTEGER;

/** The upper layer's outputs from the last step to the first. */
const turn = (b: GraphBuilder, { output, list }: Both): string =>
  b.operator("Slice", [output, list(-1), list(-Number.MAX_SAFE_INTEGER), list(0), list(-1)]);

describe("final outputs of both directions, however they are put together", () => {
  test.each<[string, (b: GraphBuilder, both: Both) => string]>([
    ["last states side by side", (b, { lasts }) => side(b, lasts.slice(2), -1)],
    [
      "two of a stack of last states",
      (b, { lasts, list, row }) => {
        const all = stack(b, lasts, list(0));
        return side(b, [row(all, 0, -2), row(all, 0, -1)]);
      },
    ],
    [
      "two slices of a stack of last states",
      (b, { lasts, list, part }) => {
        const all = stack(b, [...lasts], list(0));
        const one = (from: number, to: number): string => b.operator("Squeeze", [part(all, 0, from, to), list(0)]);
        return side(b, [one(2, 3), one(-1, end)]);
      },
    ],
    [
      "stacks of two layers on top of one another",
      (b, { lasts, list, row }) => {
        const all = side(b, [stack(b, lasts.slice(0, 2), list(0)), stack(b, lasts.slice(2), list(0))], 0);
        return side(b, [row(all, 0, 2), row(all, 0, 3)]);
      },
    ],
    [
      "a stack of which the last two are laid flat",
      (b, { lasts, list, part }) => {
        const turned = b.operator("Transpose", [part(stack(b, lasts, list(0)), 0, -2, end)], {
          attributes: { perm: [1, 0, 2] },
        });
        return b.operator("Reshape", [turned, list(-1, 4)]);
      },
    ],
    [
      "halves of the last and the first step",
      (b, { output, row, part }) => side(b, [part(row(output, 0, -1), 1, 0, 2), part(row(output, 0, 0), 1, 2, end)]),
    ],
    [
      "the last and the first step of halves",
      (b, { output, row, part, list }) => {
        const first = b.operator("Squeeze", [part(part(output, 2, 2, 4), 0, 0, 1), list(0)]);
        return side(b, [row(part(output, 2, 0, -2), 0, -1), first]);
      },
    ],
    [
      "ends of steps that are turned round",
      (b, both) => {
        const { row, part } = both;
        const turned = turn(b, both);
        return side(b, [part(row(turned, 0, 0), 1, 0, 2), part(row(turned, 0, -1), 1, 2, 4)]);
      },
    ],
    [
      "the last step of one node and the first of the other",
      (b, { sequences, row }) => side(b, [row(sequences[2]!, 0, -1), row(sequences[3]!, 0, 0)]),
    ],
    [
      "steps of outputs that have directions on an axis of their own",
      (b, { sequences, list, row }) => {
        const all = stack(b, sequences.slice(2), list(1), 1);
        return side(b, [row(row(all, 0, -1), 0, 0), row(row(all, 1, 1), 0, 0)]);
      },
    ],
    [
      "such outputs, taken apart, put together and taken apart again",
      (b, { sequences, list, part, row }) => {
        const all = stack(b, sequences.slice(2), list(1), 1);
        const half = (from: number, to: number): string => b.operator("Squeeze", [part(all, 1, from, to), list(1)]);
        const again = side(b, [half(0, 1), half(1, 2)], 2);
        return side(b, [part(row(again, 0, -1), 1, 0, 2), part(row(again, 0, 0), 1, 2, 4)]);
      },
    ],
  ])("%s", async (_, make) => {
    const graph = graphOfBoth((b, both) => b.operator("Tanh", [make(b, both)]));
    const { spec, parameters } = networkOf(graph);
    expect(spec.layers.slice(0, 3)).toMatchObject([
      { direction: "both" },
      { direction: "both" },
      { kind: "pool", over: "final" },
    ]);
    const inputs = inputsOf(spec);
    const wanted = createModel({ spec, parameters, backend: "wasm" }).predict({ steps, batch, inputs });
    const data = { X: { shape: [steps, batch, 3], data: inputs } };
    const [got] = Object.values(await createGraphModel(graph, { backend: "wasm" }).run(data));
    expect(got?.shape).toEqual([batch, 4]);
    for (const [i, value] of wanted.entries()) expect(Math.abs(Number(got!.data[i]) - value)).toBeLessThan(1e-6);
  });

  test.each<[string, (b: GraphBuilder, both: Both) => string]>([
    ["steps turned round, given out", (b, both) => turn(b, both)],
    ["in the other order", (b, { lasts }) => side(b, [lasts[3]!, lasts[2]!])],
    ["of two layers", (b, { lasts }) => side(b, [lasts[0]!, lasts[3]!])],
    ["of four states", (b, { lasts }) => side(b, lasts)],
    ["half of them alone", (_, { output, row, part }) => part(row(output, 0, -1), 1, 0, 2)],
    ["the first step of both", (_, { output, row }) => row(output, 0, 0)],
    [
      "the first step of what reads forward",
      (b, { output, row, part }) => side(b, [part(row(output, 0, 0), 1, 0, 2), part(row(output, 0, -1), 1, 2, 4)]),
    ],
    ["a part that is no half", (_, { output, row, part }) => part(row(output, 0, -1), 1, 0, 3)],
  ])("what is none of them is no network: %s", (_, make) => {
    expect(() => networkOf(graphOfBoth(make))).toThrow(expect.objectContaining({ code: "graph/no-network" }) as Error);
  });

  test("last states of all layers may be given out beside them", () => {
    const graph = graphOfBoth((b, { lasts, list }) => [side(b, lasts.slice(2)), stack(b, lasts, list(0))]);
    expect(networkOf(graph).spec.layers).toHaveLength(3);
  });
});
