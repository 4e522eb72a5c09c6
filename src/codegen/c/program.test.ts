/** Programs as C: one as a golden file, others that share a text, and what the numbers beside it hold. */
import { describe, expect, it } from "vitest";
import { programOf } from "../../../test/support/cell-cases.ts";
import { expectGolden } from "../../../test/support/golden.ts";
import { cells } from "../../cells/index.ts";
import { planMemory } from "../../engine/plan.ts";
import { at, createProgramBuilder } from "../../lower/builder.ts";
import type { Program } from "../../lower/ir.ts";
import { planThreads } from "../../lower/threads.ts";
import { printProgram } from "./program.ts";
import type { PrintedProgram } from "./program.ts";

function print(program: Program, barrierWork?: number): PrintedProgram {
  const plan = planMemory(program);
  return printProgram(program, plan, planThreads(program, plan, barrierWork === undefined ? {} : { barrierWork }));
}

const sizes = { steps: 5, batch: 2, inputSize: 3, hiddenSize: 6 };

describe("printProgram", () => {
  it("prints a leaky cell, all of it shared by threads", () => {
    expectGolden("leaky/program.c", print(programOf(cells.leaky, sizes), 0).text);
  });

  it.each(["rnn", "lstm", "gru"] as const)("prints %s of other sizes as the same text", (name) => {
    const [one, other] = [sizes, { steps: 7, batch: 3, inputSize: 5, hiddenSize: 9 }].map((of) =>
      print(programOf(cells[name], of)),
    ) as [PrintedProgram, PrintedProgram];
    expect(other.text).toBe(one.text);
    expect(other.numbers.length).toBe(one.numbers.length);
    expect(other.numbers).not.toEqual(one.numbers);
  });

  it("asks for no number that is not in the table, which holds integers", () => {
    const { text, numbers } = print(programOf(cells.lstm, { ...sizes, lengths: [5, 2], reverse: true }));
    const asked = [...text.matchAll(/\bn\[(\d+)\]/g)].map(([, place]) => Number(place));
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.max(...asked)).toBeLessThan(numbers.length);
    expect(numbers.every(Number.isSafeInteger)).toBe(true);
  });

  it("lets thread 0 alone do what is not shared, and all wait where they must", () => {
    const { text } = print(programOf(cells.rnn, sizes));
    expect(text).toContain("if (c->thread == 0) {");
    expect(print(programOf(cells.rnn, sizes), 0).text).toContain("c->barrier(c);");
  });

  it("prints numbers to the last bit", () => {
    const builder = createProgramBuilder();
    const buffer = builder.buffer({ name: "y", length: 1, role: "port" });
    const values = [0.1, -0, 1e-45, 3.5e38, -Infinity, NaN, 2 ** 24];
    const body = values.map((value, n) => ({
      kind: "fill" as const,
      name: `${n}`,
      buffer,
      offset: at(0),
      length: 1,
      value,
    }));
    const { text } = print(builder.finish([{ name: "f", body }]));
    expect([...text.matchAll(/\.value = ([^,]+),/g)].map(([, value]) => value)).toEqual([
      "0.10000000149011612f",
      "-0.0f",
      "1.401298464324817e-45f",
      "INFINITY",
      "-INFINITY",
      "NAN",
      "16777216.0f",
    ]);
  });

  it("prints a program of no functions", () => {
    expect(print(createProgramBuilder().finish([])).text).toContain("recurra_functions[] = {0};");
  });
});
