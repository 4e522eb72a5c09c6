import { expect, test } from "vitest";
import { traceSequence } from "../../work/network/trace.ts";
import type { Wire } from "./layout.ts";
import { createShares, joinWires, matrixAbove } from "./wires.ts";

const wire = (layer: number, from: number, to: number): Wire => ({
  layer,
  from,
  to,
  start: { x: 0, y: from },
  end: { x: 10, y: to },
});

test("a line is as strong as its weight beside the largest of its matrix", async () => {
  const sizes = { inputs: 3, hidden: 4, outputs: 2, layers: 2 } as const;
  const trace = await traceSequence({ sizes, activation: "tanh", seed: 1, gain: 1, inputs: [new Float64Array(3)] });
  const shareOf = createShares(trace);
  expect([0, 1, 2].map((layer) => matrixAbove(layer, 2))).toEqual(["W_1", "W_2", "V"]);
  for (const [layer, rows, columns] of [
    [0, 4, 3],
    [1, 4, 4],
    [2, 2, 4],
  ] as const) {
    const matrix = trace.parameters[matrixAbove(layer, 2)]!;
    expect(matrix).toHaveLength(rows * columns);
    const largest = Math.max(...matrix.map(Math.abs));
    for (let to = 0; to < rows; to++)
      for (let from = 0; from < columns; from++)
        expect(shareOf(wire(layer, from, to))).toBeCloseTo(Math.abs(matrix[to * columns + from]!) / largest, 12);
  }
});

test("lines of like strength are one path, and every line is in one", () => {
  const wires = [wire(0, 0, 0), wire(0, 1, 0), wire(0, 2, 0)];
  const paths = joinWires(wires, ({ from }) => [0.1, 1, 0.2][from]!);
  expect(paths).toEqual([
    { d: "M0.0 0.0L10.0 0.0M0.0 2.0L10.0 0.0", strength: 0.125 },
    { d: "M0.0 1.0L10.0 0.0", strength: 0.875 },
  ]);
});
