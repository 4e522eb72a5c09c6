/** Cells over short sequences, run on kernels and held to the reference: outputs, final states and every gradient. */
import { expect } from "vitest";
import type { Backend, Numbers } from "../../src/engine/backend.ts";
import { compileOn } from "../../src/engine/compile.ts";
import type { CompiledCell, ForwardOptions, NamedNumbers } from "../../src/engine/compiled-cell.ts";
import { createInterpreterBackend } from "../../src/engine/interpreter-backend.ts";
import type { Cell } from "../../src/language/index.ts";
import type { Program } from "../../src/lower/ir.ts";
import { createRandom } from "../../src/util/random.ts";

export interface CellCase {
  readonly steps: number;
  readonly batch: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Of the cell's other dimensions. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  readonly checkpoint?: number;
}

/** What every backend must get right: lengths, both directions, checkpoints, single steps and members. */
export const everyWay: readonly CellCase[] = [
  { steps: 4, batch: 3, inputSize: 3, hiddenSize: 5 },
  { steps: 1, batch: 1, inputSize: 1, hiddenSize: 1 },
  { steps: 5, batch: 4, inputSize: 2, hiddenSize: 4, lengths: [5, 1, 3, 2] },
  { steps: 3, batch: 4, inputSize: 2, hiddenSize: 3, lengths: [1, 3, 2, 3] },
  { steps: 4, batch: 2, inputSize: 3, hiddenSize: 3, lengths: [2, 4], reverse: true },
  { steps: 3, batch: 1, inputSize: 4, hiddenSize: 6, reverse: true },
  { steps: 7, batch: 2, inputSize: 2, hiddenSize: 3, checkpoint: 3 },
  { steps: 6, batch: 2, inputSize: 2, hiddenSize: 4, checkpoint: 2, reverse: true, lengths: [6, 3] },
];

export interface CellNumbers {
  readonly forward: ForwardOptions;
  /** A random projection of all outputs and final states. */
  readonly gradients: { readonly dOutputs: Numbers; readonly dStates: NamedNumbers };
}

/** Random numbers for a case, which float32 holds exactly, so that all sides start from the same. */
export function drawNumbers(
  cell: Cell,
  compiled: CompiledCell,
  { steps, batch, inputSize, lengths, checkpoint }: CellCase,
  seed: number,
): CellNumbers {
  const random = createRandom(seed);
  const draw = (length: number, scale = 0.6): Float64Array =>
    Float64Array.from({ length }, () => Math.fround(random.normal(0, scale)));
  const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
  const first = (name: string): number => cell.options.initialStates?.[name] ?? 0;
  const forward: ForwardOptions = {
    steps,
    batch,
    inputs: draw(steps * batch * inputSize),
    parameters: Object.fromEntries(
      compiled.parameters.map(({ name, shape }) => [
        name,
        draw(count(shape), shape.length === 2 ? 1 / Math.sqrt(shape[1]!) : 0.6),
      ]),
    ),
    states: Object.fromEntries(
      compiled.states.map(({ name, shape }) => [
        name,
        draw(batch * count(shape)).map((v) => Math.fround(Math.abs(v) + first(name))),
      ]),
    ),
    ...(lengths === undefined ? {} : { lengths }),
  };
  const gradients = {
    dOutputs: draw(steps * batch * compiled.outputSize),
    dStates: Object.fromEntries(compiled.states.map(({ name, shape }) => [name, draw(batch * count(shape))])),
  };
  // Members have memories of different lengths where they differ in steps, and with checkpoints.
  const rows = steps + 2;
  const differ = lengths !== undefined || checkpoint !== undefined;
  const named = <T>(value: (size: number) => T): Record<string, T> =>
    Object.fromEntries(compiled.memories.map(({ name, shape }) => [name, value(count(shape))]));
  const memory = {
    memory: named((size) => draw(rows * batch * size)),
    ...(differ
      ? { memoryLengths: named(() => Array.from({ length: batch }, (_, b) => 1 + ((3 * b + 2) % rows))) }
      : {}),
  };
  return { forward: { ...forward, ...memory }, gradients };
}

/** The program of a cell's forward and backward pass. */
export function programOf(cell: Cell, one: CellCase): Program {
  const programs: Program[] = [];
  const interpreter = createInterpreterBackend();
  const backend: Backend = {
    ...interpreter,
    load: (program) => {
      programs.push(program);
      return interpreter.load(program);
    },
  };
  const compiled = compileOn(backend, cell, one);
  compiled.forward(drawNumbers(cell, compiled, one, 1).forward);
  compiled.dispose();
  return programs[0]!;
}

/** The function whose gradient is checked: a random projection of all outputs and final states. */
function project(
  compiled: CompiledCell,
  options: ForwardOptions,
  { dOutputs, dStates }: CellNumbers["gradients"],
): number {
  const { outputs, states } = compiled.forward(options);
  let sum = 0;
  outputs.forEach((value, i) => (sum += value * dOutputs[i]!));
  for (const [name, values] of Object.entries(states))
    values.forEach((value, i) => (sum += value * dStates[name]![i]!));
  return sum;
}

/** Expects the reference's gradient towards everything that a cell is given to be that of central differences. */
export function expectCentralDifferences(cell: Cell, options: CellCase): void {
  const compiled = compileOn(undefined, cell, options);
  const { forward, gradients } = drawNumbers(cell, compiled, options, 7);
  compiled.forward(forward);
  const { dInputs, dMemory, dParameters, dStates } = compiled.backward(gradients);
  const check = (name: string, values: Numbers, gradient: Numbers): void => {
    for (let i = 0; i < values.length; i++) {
      const before = values[i]!;
      const at = (delta: number): number => {
        values[i] = before + delta;
        return project(compiled, forward, gradients);
      };
      // Fourth-order central difference.
      const h = 3e-4;
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      values[i] = before;
      const error = Math.abs(slope - gradient[i]!) / Math.max(1, Math.abs(slope));
      if (!(error < 1e-7)) throw new Error(`${name}[${i}]: ${gradient[i]}, by differences ${slope}`);
    }
  };
  check("dInputs", forward.inputs, dInputs);
  for (const [name, values] of Object.entries(forward.parameters)) check(name, values, dParameters[name]!);
  for (const [name, values] of Object.entries(forward.memory!)) check(`memory ${name}`, values, dMemory[name]!);
  for (const [name, values] of Object.entries(forward.states!)) check(`first ${name}`, values, dStates[name]!);
}

/** Expects kernels to compute what the reference does, within `tolerance` of the largest number of each result. */
export function expectAsReference(backend: Backend, cell: Cell, one: CellCase, tolerance: number): void {
  const reference = compileOn(undefined, cell, one);
  const kernels = compileOn(backend, cell, one);
  const { forward, gradients } = drawNumbers(cell, reference, one, 11);
  const close = (actual: Numbers | undefined, expected: Numbers, what: string): void =>
    expectClose(actual ?? [], expected, tolerance, `${what} of ${JSON.stringify(one)} of\n${cell.text}\n`);
  const [wanted, got] = [reference.forward(forward), kernels.forward(forward)];
  close(got.outputs, wanted.outputs, "outputs");
  for (const [name, values] of Object.entries(wanted.states)) close(got.states[name], values, `final ${name}`);
  for (const [name, values] of Object.entries(wanted.attention))
    close(got.attention[name], values, `attention ${name}`);
  const [dWanted, dGot] = [reference.backward(gradients), kernels.backward(gradients)];
  close(dGot.dInputs, dWanted.dInputs, "dInputs");
  for (const [name, values] of Object.entries(dWanted.dMemory)) close(dGot.dMemory[name], values, `d memory ${name}`);
  for (const [name, values] of Object.entries(dWanted.dParameters)) close(dGot.dParameters[name], values, `d${name}`);
  for (const [name, values] of Object.entries(dWanted.dStates)) close(dGot.dStates[name], values, `d first ${name}`);
  // A second way back from the same forward, as for another projection, gives the same bits.
  expect(kernels.backward(gradients), "a second backward").toEqual(dGot);
  reference.dispose();
  kernels.dispose();
}

/** Expects two backends to compute the same bits. */
export function expectSameBits(backends: readonly [Backend, Backend], cell: Cell, one: CellCase): void {
  const results = backends.map((backend) => {
    const compiled = compileOn(backend, cell, one);
    const { forward, gradients } = drawNumbers(cell, compiled, one, 13);
    const result = { forward: compiled.forward(forward), backward: compiled.backward(gradients) };
    compiled.dispose();
    return result;
  });
  expect(results[1], JSON.stringify(one)).toEqual(results[0]);
}

function expectClose(actual: ArrayLike<number>, expected: Numbers, tolerance: number, what: string): void {
  expect(`${what}: ${actual.length}`).toBe(`${what}: ${expected.length}`);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((should, i) => {
    const error = Math.abs(actual[i]! - should) / scale;
    if (!(error <= tolerance))
      throw new Error(`${what}[${i}]: ${actual[i]} instead of ${should}, ${error} of the largest`);
  });
}
