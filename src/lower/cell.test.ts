/** What becomes of cells: the products that leave the time loop, those that share an operand, and the kernels as golden files. */
import { describe, expect, test } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { cells } from "../cells/index.ts";
import { cell as createCell, resolveSizes } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { createProgramBuilder, lowerCell, printProgram } from "./index.ts";
import type { Location, Program, Statement } from "./index.ts";
import { verifyProgram } from "./verify.ts";

const [steps, batch] = [5, 2];

function lower(cell: Cell, options: { readonly lengths?: boolean; readonly reverse?: boolean } = {}): Program {
  const builder = createProgramBuilder();
  const sizes = resolveSizes(cell, { I: 3, H: 6 });
  const count = (shape: readonly (string | number)[]): number =>
    shape.reduce<number>((p, d) => p * (typeof d === "number" ? d : sizes[d]!), 1);
  const signal = (name: string, columns: number): Location => ({
    buffer: builder.buffer({ name, length: steps * batch * columns, role: "port" }),
    offset: 0,
    stepStride: batch * columns,
    rowStride: columns,
    columnStride: 1,
    columns,
    padded: false,
    local: false,
  });
  const parameters = Object.fromEntries(
    cell.parameters.map(({ name, shape }) => [
      name,
      {
        value: builder.buffer({ name, length: count(shape), role: "parameter" }),
        gradient: builder.buffer({ name: `d${name}`, length: count(shape), role: "gradient" }),
      },
    ]),
  );
  const [x, dx, dy] = [signal("x", 3), signal("dx", 3), signal("dy", count(cell.output.shape))];
  const lengths =
    options.lengths === true ? builder.buffer({ name: "lengths", length: batch, role: "port" }) : undefined;
  const memories = Object.fromEntries(
    cell.memories.map(({ name, shape }) => [
      name,
      { location: signal(name, count(shape)), steps, gradient: signal(`d${name}`, count(shape)) },
    ]),
  );
  const lowered = lowerCell({
    builder,
    name: cell.name,
    cell,
    sizes,
    steps,
    batch,
    reverse: options.reverse ?? false,
    ...(lengths === undefined ? {} : { lengths }),
    inputs: { x },
    memories,
    parameters,
    gradient: { inputs: ["x"] },
  });
  const back = lowered.backward({ output: dy, inputs: { x: { to: dx, mode: "set" } } });
  return builder.finish([
    { name: "forward", body: [...lowered.packs, ...lowered.begin, ...lowered.forward] },
    { name: "backward", body: [...back.packs, ...back.statements] },
  ]);
}

function productsOf(
  program: Program,
  name: string,
): { readonly inside: Statement[]; readonly outside: Statement[]; readonly outer: Statement[] } {
  const body = program.functions.find((one) => one.name === name)!.body;
  const inside = body
    .flatMap((statement) => (statement.kind === "loop" ? statement.body : []))
    .filter((one) => one.kind === "product");
  return {
    inside,
    outside: body.filter((one) => one.kind === "product"),
    outer: body.filter((one) => one.kind === "outer"),
  };
}

describe("products", () => {
  // Of a step forwards and backwards, then of the whole sequence forwards and backwards, then weight gradients.
  test.each([
    ["rnn", { step: [1, 1], sequence: [1, 1], outer: 2 }],
    ["lstm", { step: [1, 1], sequence: [1, 1], outer: 2 }],
    ["lstm-peephole", { step: [1, 1], sequence: [1, 1], outer: 2 }],
    // Of U h the part that is only added to W x is added in its place; that of the candidate is not.
    ["gru", { step: [2, 1], sequence: [1, 1], outer: 2 }],
    ["gru-v1", { step: [2, 2], sequence: [1, 1], outer: 3 }],
    ["indrnn", { step: [0, 0], sequence: [1, 1], outer: 1 }],
    ["sru", { step: [0, 0], sequence: [1, 1], outer: 1 }],
    ["min-gru", { step: [0, 0], sequence: [1, 1], outer: 1 }],
    ["dense", { step: [0, 0], sequence: [1, 1], outer: 1 }],
  ] as const)("%s", (name, { step, sequence, outer }) => {
    const program = lower(cells[name]);
    const [forward, backward] = [productsOf(program, "forward"), productsOf(program, "backward")];
    expect([forward.inside.length, backward.inside.length]).toEqual(step);
    expect([forward.outside.length, backward.outside.length]).toEqual(sequence);
    expect(backward.outer.length).toBe(outer);
  });

  test("of a feed-forward net of two layers run over all rows, one after the other", () => {
    const program = lower(createCell("two-layers", "y = V relu(W x + b) + c\nV in R^(H x 4)\nW in R^(4 x I)"));
    expect(productsOf(program, "forward")).toMatchObject({
      inside: [],
      outside: [{ rows: steps * batch }, { rows: steps * batch }],
    });
    expect(productsOf(program, "backward")).toMatchObject({ inside: [], outside: [{}, {}], outer: [{}, {}] });
  });
});

describe("kernels", () => {
  test.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("of %s are as reviewed", (name, cell) => {
    const program = lower(cell);
    verifyProgram(program);
    expectGolden(`${name}/kernels.txt`, printProgram(program));
  });

  test.each([false, true])("of an LSTM over members of different lengths, reverse %s, are as reviewed", (reverse) => {
    const program = lower(cells.lstm, { lengths: true, reverse });
    verifyProgram(program);
    expectGolden(`lstm/kernels-lengths${reverse ? "-reverse" : ""}.txt`, printProgram(program));
  });
});
