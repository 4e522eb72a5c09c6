import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { unstabilisedStep } from "../../test/support/published-lstm-steps.ts";
import { createKnown } from "../../test/support/published-step.ts";
import { publishedSteps } from "../../test/support/published-steps.ts";
import { tolerances } from "../../test/tolerances.ts";
import { createReference } from "../codegen/reference/reference.ts";
import { resolveSizes } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { createRandom } from "../util/random.ts";
import { cellNames, cells } from "./index.ts";
import type { CellName } from "./index.ts";

const contractNames =
  `rnn rnn-relu jordan lstm lstm-peephole lstm-coupled lstm-nig lstm-nfg lstm-nog lstm-niaf lstm-noaf lstm-fgr lstm-layernorm
  lstm-projection lstm-multiplicative gru gru-v1 mgu ugrnn janet indrnn sru qrnn min-gru min-lstm recurrent-highway slstm lru echo-state
  leaky`.split(/\s+/);

const memoryRows = 3;

/** Parameters, states, memories and an input of a cell, all from random numbers. */
function randomValues(cell: Cell, sizes: Readonly<Record<string, number>>, seed: number) {
  const random = createRandom(seed);
  const length = (shape: readonly (string | number)[]): number =>
    shape.reduce<number>((product, d) => product * (typeof d === "number" ? d : sizes[d]!), 1);
  const draw = (variables: Cell["states"], low: number): Record<string, Float64Array> =>
    Object.fromEntries(
      variables.map(({ name, shape }) => [
        name,
        Float64Array.from({ length: length(shape) }, () => random.uniform(low, 1)),
      ]),
    );
  return {
    parameters: draw(cell.parameters, -1),
    states: draw(cell.states, -1),
    inputs: draw(cell.inputs, -1),
    memory: draw(
      cell.memories.map(({ name, shape }) => ({ name, shape: [memoryRows, ...shape] })),
      -1,
    ),
    units: length(cell.output.shape),
  };
}

/** One step of one member, by the reference. */
function step(cell: Cell, sizes: Readonly<Record<string, number>>, values: ReturnType<typeof randomValues>) {
  return createReference(cell, sizes).forward({ steps: 1, batch: 1, ...values });
}

/** Where two arrays differ by more than a step of the same formula may. */
function differences(actual: ArrayLike<number>, wanted: ArrayLike<number>, what: string): string[] {
  const found = actual.length === wanted.length ? [] : [`${what} has ${actual.length} elements, not ${wanted.length}`];
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(actual[i]! - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!));
    if (!(error <= tolerances.publishedStep)) found.push(`${what}[${i}] is ${actual[i]}, not ${wanted[i]}`);
  }
  return found;
}

describe("the registry", () => {
  test("has every name of the contract", () => {
    expect(contractNames.filter((name) => !cellNames.includes(name as CellName))).toEqual([]);
  });

  test("reads a cell once", () => {
    expect(cells.lstm).toBe(cells.lstm);
    expect(Object.keys(cells)).toEqual([...cellNames]);
  });

  test("has a name, a source with a year, and a summary for every cell", () => {
    const lacking = cellNames.filter((name) => {
      const { source = "", summary = "" } = cells[name].options;
      return cells[name].name !== name || !/\((19|20)\d\d\), \S/.test(source) || !/^[A-Z].*[^.]$/.test(summary);
    });
    expect(lacking).toEqual([]);
  });

  test("names parameters, states and outputs as reviewed", () => {
    const line = (cell: Cell): string => {
      const list = (variables: Cell["states"]): string =>
        variables.map(({ name, shape }) => `${name}[${shape.join(",")}]`).join(" ");
      return [
        `${cell.name}:`,
        `  parameters ${list(cell.parameters)}`,
        `  states ${list(cell.states)}`,
        ...(cell.memories.length === 0 ? [] : [`  memories ${list(cell.memories)}`]),
        `  output ${list([cell.output])}`,
      ].join("\n");
    };
    const printed = `${cellNames.map((name) => line(cells[name])).join("\n")}\n`;
    expectGolden("cells/parameters.txt", printed);
  });

  test("is the table of docs/cells.md", () => {
    const rows = cellNames.map((name) => {
      const { options, equations, states } = cells[name];
      const names = states.length === 0 ? "none" : states.map((state) => `\`${state.name}\``).join(", ");
      return `| \`${name}\` | ${options.summary} | ${equations.length} | ${names} | ${options.source} |`;
    });
    const document = readFileSync(new URL("../../docs/cells.md", import.meta.url), "utf8");
    const section = document.split("\n## ").find((part) => part.startsWith("The cells\n")) ?? "";
    expect(section.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows);
  });
});

describe("one step equals the paper's", () => {
  test.each(cellNames)("%s", (name) => {
    const cell = cells[name];
    for (const [seed, given] of [
      { I: 3, H: 4 },
      { I: 5, H: 2 },
      { I: 1, H: 1 },
      { I: 6, H: 6 },
    ].entries()) {
      const sizes = resolveSizes(cell, given);
      const values = randomValues(cell, sizes, 100 + seed);
      const actual = step(cell, sizes, values);
      const [rows = []] = Object.values(values.memory);
      const size = rows.length / memoryRows;
      const memory = Array.from({ length: memoryRows }, (_, s) => Array.from(rows.slice(s * size, (s + 1) * size)));
      const wanted = publishedSteps[name](createKnown({ ...values, memory, x: Array.from(values.inputs["x"]!) }));
      expect(Object.keys(wanted.next).toSorted()).toEqual(cell.states.map((state) => state.name).toSorted());
      const next = Object.entries(wanted.next).flatMap(([state, value]) =>
        differences(actual.states[state]!, value, `${state}'`),
      );
      expect([...differences(actual.outputs, wanted.output, "output"), ...next]).toEqual([]);
    }
  });
});

test("an sLSTM from states of zero is what it would be without its stabiliser", () => {
  const [cell, sizes] = [cells.slstm, { I: 3, H: 4 }];
  const { parameters, units } = randomValues(cell, sizes, 7);
  const steps = 12;
  const random = createRandom(8);
  const x = Float64Array.from({ length: steps * sizes.I }, () => random.uniform(-1, 1));
  const { outputs } = createReference(cell, sizes).forward({ steps, batch: 1, inputs: { x }, parameters });
  let states: Readonly<Record<string, readonly number[]>> = { h: [0, 0, 0, 0], c: [0, 0, 0, 0], n: [0, 0, 0, 0] };
  for (let t = 0; t < steps; t++) {
    const known = createKnown({ x: Array.from(x.subarray(t * sizes.I, (t + 1) * sizes.I)), states, parameters, units });
    const { output, next } = unstabilisedStep(known);
    expect(differences(outputs.subarray(t * units, (t + 1) * units), output, `output of step ${t}`)).toEqual([]);
    states = next;
  }
});

test("an sLSTM stays finite where its gates would overflow", () => {
  const [cell, sizes] = [cells.slstm, { I: 1, H: 2 }];
  const { parameters } = randomValues(cell, sizes, 9);
  parameters["b_i"] = Float64Array.of(2000, -500);
  parameters["b_f"] = Float64Array.of(-900, 900);
  const x = Float64Array.of(1, -1, 0.5, 2);
  const { outputs } = createReference(cell, sizes).forward({ steps: 4, batch: 1, inputs: { x }, parameters });
  expect(outputs.every((value) => Math.abs(value) <= 1)).toBe(true);
});
