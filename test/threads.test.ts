/** How threads share programs: nothing that one writes is touched by another before they have met, and time loops over batches have no barrier. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cells } from "../src/cells/index.ts";
import { planMemory } from "../src/engine/plan.ts";
import type { Cell } from "../src/language/index.ts";
import type { LoopStatement, Program, Statement } from "../src/lower/ir.ts";
import { planThreads } from "../src/lower/threads.ts";
import type { ThreadOptions } from "../src/lower/threads.ts";
import { network } from "../src/network/index.ts";
import { lowerTraining } from "../src/training/index.ts";
import { everyWay, programOf } from "./support/cell-cases.ts";
import type { CellCase } from "./support/cell-cases.ts";
import { findRaces } from "./support/find-races.ts";
import { randomCell } from "./support/random-cells.ts";
import { createRandomProgram } from "./support/random-program.ts";
import { statementCases } from "./support/statement-cases.ts";

/** All shared that can be, and as it is done. */
const eagerness: readonly ThreadOptions[] = [{ barrierWork: 0 }, { barrierWork: 50 }, {}];

function racesOf(program: Program, counts: readonly number[] = [2, 3]): readonly string[] {
  const plan = planMemory(program);
  return eagerness.flatMap((options) => {
    const threads = planThreads(program, plan, options);
    return counts.flatMap((count) => findRaces(program, { plan, threads, count }));
  });
}

function trainingOf(cell: Cell, { batch, hidden }: { readonly batch: number; readonly hidden: number }): Program {
  return lowerTraining({
    network: network({ features: 3 })
      .recurrent(cell, { size: hidden })
      .recurrent(cell, { size: hidden })
      .dropout(0.2)
      .last()
      .dense(2)
      .build(),
    loss: { kind: "mean-squared" },
    optimiser: { kind: "adam" },
    clip: { kind: "norm", most: 1 },
    shapes: [{ steps: 3 }],
    batch,
    lengths: false,
  }).program;
}

function loopsOf(statements: readonly Statement[]): readonly LoopStatement[] {
  return statements.flatMap((one) => (one.kind === "loop" ? [one, ...loopsOf(one.body)] : []));
}

const everyCell = Object.values(cells).map((cell) => [cell.name, cell] as const);
/** Those that a network of layers can have. */
const everyLayer = everyCell.filter(([, { memories }]) => memories.length === 0);

describe("no race", () => {
  const wide: readonly CellCase[] = [
    { steps: 2, batch: 1, inputSize: 3, hiddenSize: 131 },
    { steps: 2, batch: 5, inputSize: 67, hiddenSize: 70 },
  ];
  test.each(everyCell)("in %s", (_, cell) => {
    for (const one of [...everyWay, ...wide]) expect(racesOf(programOf(cell, one)), JSON.stringify(one)).toEqual([]);
  });

  test.each(everyLayer)("in training %s", (_, cell) => {
    for (const batch of [1, 4]) expect(racesOf(trainingOf(cell, { batch, hidden: 6 }))).toEqual([]);
  });

  test("in statements of every kind", () => {
    for (const { name, program } of statementCases) expect(racesOf(program), name).toEqual([]);
  });

  test("in random programs", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(racesOf(createRandomProgram(seed))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("in random cells", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const cell = randomCell(seed);
        const sizes = Object.fromEntries(cell.dimensions.map((name) => [name, 4]));
        const one = { steps: 3, batch: 1 + (seed % 3), inputSize: 3, hiddenSize: 5, sizes };
        expect(racesOf(programOf(cell, one))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

test("races are found where barriers are missing", () => {
  const program = trainingOf(cells.lstm, { batch: 4, hidden: 6 });
  const plan = planMemory(program);
  const threads = { ...planThreads(program, plan, { barrierWork: 0 }), hasBarrier: () => false };
  expect(findRaces(program, { plan, threads, count: 2 }).length).toBeGreaterThan(100);
});

/** The program of a training step, or, of a cell that a network of layers cannot have, of the cell alone. */
function stepOf(cell: Cell): Program {
  if (cell.memories.length === 0) return trainingOf(cell, { batch: 4, hidden: 6 });
  return programOf(cell, { steps: 3, batch: 4, inputSize: 3, hiddenSize: 6 });
}

test.each(everyCell.filter(([, { states }]) => states.length > 0))("%s: no barrier within a time loop", (_, cell) => {
  const program = stepOf(cell);
  const { hasBarrier, splitOf } = planThreads(program, planMemory(program), { barrierWork: 0 });
  for (const { name, body } of program.functions.flatMap((fn) => loopsOf(fn.body))) {
    for (const one of body)
      expect(`${name} / ${one.name}: ${hasBarrier(one)} ${one.kind === "loop" ? "rows" : splitOf(one)}`).toMatch(
        /false rows$/,
      );
  }
});
