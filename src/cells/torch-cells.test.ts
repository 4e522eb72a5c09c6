import { describe, expect, test } from "vitest";
import { findShared, readFixture } from "../../test/support/shared-fixtures.ts";
import type { FixtureTensor } from "../../test/support/shared-fixtures.ts";
import { tolerances } from "../../test/tolerances.ts";
import { createReference } from "../codegen/reference/reference.ts";
import type { Cell } from "../language/index.ts";
import { cells } from "./index.ts";

const folder = findShared("fixtures/torch/cells");

/** Which of PyTorch's stacked blocks, in its order, goes into which of our gates; `v` takes the recurrent bias of a block by itself. */
const cases: readonly {
  readonly file: string;
  readonly cell: Cell;
  readonly gates: readonly string[];
  readonly apart?: string;
}[] = [
  { file: "rnncell_tanh", cell: cells.rnn, gates: [""] },
  { file: "rnncell_relu", cell: cells["rnn-relu"], gates: [""] },
  { file: "lstmcell", cell: cells.lstm, gates: ["_i", "_f", "_g", "_o"] },
  { file: "grucell", cell: cells.gru, gates: ["_r", "_z", "_n"], apart: "_n" },
];

function parametersFrom(
  tensors: Readonly<Record<string, FixtureTensor>>,
  gates: readonly string[],
  apart: string | undefined,
  hidden: number,
) {
  const block = (name: string, g: number): Float64Array | undefined => {
    const data = tensors[`param.${name}`]?.data;
    return data?.subarray((g * data.length) / gates.length, ((g + 1) * data.length) / gates.length);
  };
  const parameters: Record<string, Float64Array> = {};
  for (const [g, gate] of gates.entries()) {
    parameters[`W${gate}`] = block("weight_ih", g)!;
    parameters[`U${gate}`] = block("weight_hh", g)!;
    const [input, recurrent] = [
      block("bias_ih", g) ?? new Float64Array(hidden),
      block("bias_hh", g) ?? new Float64Array(hidden),
    ];
    parameters[`b${gate}`] = gate === apart ? input : input.map((value, j) => value + recurrent[j]!);
    if (gate === apart) parameters[`v${gate}`] = recurrent;
  }
  return parameters;
}

describe.skipIf(folder === undefined)("PyTorch's cells (skipped where ../shared/fixtures is missing)", () => {
  for (const { file, cell, gates, apart } of cases) {
    for (const bias of ["", "_nobias"]) {
      test(`${file}${bias}`, () => {
        const tensors = readFixture(`${folder}/${file}${bias}_float64.safetensors`);
        const [batch = 0, inputSize = 0] = tensors["x"]!.shape;
        const hidden = tensors["h"]!.shape[1]!;
        const states = Object.fromEntries(cell.states.map(({ name }) => [name, tensors[name]!.data]));
        const result = createReference(cell, { I: inputSize, H: hidden }).forward({
          steps: 1,
          batch,
          inputs: { x: tensors["x"]!.data },
          parameters: parametersFrom(tensors, gates, apart, hidden),
          states,
        });
        for (const { name } of cell.states) {
          const errors = tensors[`${name}1`]!.data.map((value, i) => Math.abs(value - result.states[name]![i]!));
          expect(errors).toHaveLength(batch * hidden);
          expect(Math.max(...errors)).toBeLessThanOrEqual(tolerances.torchCell);
        }
      });
    }
  }
});
