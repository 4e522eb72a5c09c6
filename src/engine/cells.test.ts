/** Every registered cell: the reference against central differences, and kernels against the reference. */
import { describe, expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import type { Cell } from "../language/index.ts";
import { createRandom } from "../util/random.ts";
import type { Backend, Numbers } from "./backend.ts";
import { compileOn } from "./compile.ts";
import type { CompiledCell, ForwardOptions } from "./compiled-cell.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createWasmBackend } from "./wasm-backend.ts";
import { tolerances } from "../../test/tolerances.ts";

interface Case {
  readonly steps: number;
  readonly batch: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  readonly checkpoint?: number;
}

function makeCase(cell: Cell, compiled: CompiledCell, { steps, batch, inputSize, lengths }: Case, seed: number) {
  const random = createRandom(seed);
  // Numbers that float32 holds exactly, so that both sides start from the same.
  const draw = (length: number, scale = 0.6): Float64Array => Float64Array.from({ length }, () => Math.fround(random.normal(0, scale)));
  const count = (shape: readonly number[]): number => shape.reduce((p, n) => p * n, 1);
  const options: ForwardOptions = {
    steps, batch,
    inputs: draw(steps * batch * inputSize),
    parameters: Object.fromEntries(compiled.parameters.map(({ name, shape }) => [name, draw(count(shape), shape.length === 2 ? 1 / Math.sqrt(shape[1]!) : 0.6)])),
    states: Object.fromEntries(compiled.states.map(({ name, shape }) => [name, draw(batch * count(shape)).map((v) => Math.fround(Math.abs(v) + (cell.options.initialStates?.[name] ?? 0)))])),
    ...(lengths === undefined ? {} : { lengths }),
  };
  const gradients = {
    dOutputs: draw(steps * batch * compiled.outputSize),
    dStates: Object.fromEntries(compiled.states.map(({ name, shape }) => [name, draw(batch * count(shape))])),
  };
  return { options, gradients };
}

function expectClose(actual: Numbers, expected: Numbers, tolerance: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  let scale = 1;
  for (const value of expected) scale = Math.max(scale, Math.abs(value));
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / scale;
    if (!(error <= tolerance)) throw new Error(`${what}[${i}]: ${actual[i]} instead of ${expected[i]}, ${error} of the largest`);
  }
}

/** What every backend must get right: lengths, both directions, checkpoints, single steps and members. */
const everyWay: readonly Case[] = [
  { steps: 4, batch: 3, inputSize: 3, hiddenSize: 5 },
  { steps: 1, batch: 1, inputSize: 1, hiddenSize: 1 },
  { steps: 5, batch: 4, inputSize: 2, hiddenSize: 4, lengths: [5, 1, 3, 2] },
  { steps: 4, batch: 2, inputSize: 3, hiddenSize: 3, lengths: [2, 4], reverse: true },
  { steps: 3, batch: 1, inputSize: 4, hiddenSize: 6, reverse: true },
  { steps: 7, batch: 2, inputSize: 2, hiddenSize: 3, checkpoint: 3 },
  { steps: 6, batch: 2, inputSize: 2, hiddenSize: 4, checkpoint: 2, reverse: true, lengths: [6, 3] },
];

/** Sizes around whole vectors and tiles. */
const oddSizes: readonly Case[] = [
  { steps: 2, batch: 9, inputSize: 17, hiddenSize: 1 },
  { steps: 2, batch: 8, inputSize: 1, hiddenSize: 17 },
  { steps: 2, batch: 7, inputSize: 5, hiddenSize: 33 },
  { steps: 3, batch: 5, inputSize: 64, hiddenSize: 3 },
  { steps: 1, batch: 6, inputSize: 33, hiddenSize: 64 },
  { steps: 2, batch: 1, inputSize: 3, hiddenSize: 127 },
];

interface BackendCase {
  readonly name: string;
  readonly create: () => Backend;
  readonly shapes: readonly Case[];
  readonly tolerance: number;
}

const backends: readonly BackendCase[] = [
  { name: "float64 kernels", create: createInterpreterBackend, shapes: everyWay, tolerance: tolerances.float64Kernels },
  { name: "wasm", create: () => createWasmBackend({ relaxed: false }), shapes: [...everyWay, ...oddSizes.slice(0, 2)], tolerance: tolerances.float32Cell },
  { name: "wasm, relaxed", create: () => createWasmBackend(), shapes: [...everyWay, ...oddSizes], tolerance: tolerances.float32Cell },
];

/** The function whose gradient is checked: a random projection of all outputs and final states. */
function project(compiled: CompiledCell, options: ForwardOptions, { dOutputs, dStates }: ReturnType<typeof makeCase>["gradients"]): number {
  const { outputs, states } = compiled.forward(options);
  let sum = 0;
  outputs.forEach((value, i) => (sum += value * dOutputs[i]!));
  for (const [name, values] of Object.entries(states)) values.forEach((value, i) => (sum += value * dStates[name]![i]!));
  return sum;
}

describe.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  test("the reference's gradient is that of central differences", () => {
    const options: Case = { steps: 3, batch: 2, inputSize: 2, hiddenSize: 3, lengths: [3, 2] };
    const compiled = compileOn(undefined, cell, options);
    const { options: forward, gradients } = makeCase(cell, compiled, options, 7);
    compiled.forward(forward);
    const { dInputs, dParameters, dStates } = compiled.backward(gradients);
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
    for (const [name, values] of Object.entries(forward.states!)) check(`first ${name}`, values, dStates[name]!);
  });

  test.each(backends)("$name agrees with the reference", ({ create, shapes, tolerance }) => {
    for (const shape of shapes) {
      const reference = compileOn(undefined, cell, shape);
      const kernels = compileOn(create(), cell, shape);
      const { options, gradients } = makeCase(cell, reference, shape, 11);
      const where = JSON.stringify(shape);
      const [wanted, got] = [reference.forward(options), kernels.forward(options)];
      expectClose(got.outputs, wanted.outputs, tolerance, `${where} outputs`);
      for (const [name, values] of Object.entries(wanted.states)) expectClose(got.states[name]!, values, tolerance, `${where} final ${name}`);
      const [dWanted, dGot] = [reference.backward(gradients), kernels.backward(gradients)];
      expectClose(dGot.dInputs, dWanted.dInputs, tolerance, `${where} dInputs`);
      for (const [name, values] of Object.entries(dWanted.dParameters)) expectClose(dGot.dParameters[name]!, values, tolerance, `${where} d${name}`);
      for (const [name, values] of Object.entries(dWanted.dStates)) expectClose(dGot.dStates[name]!, values, tolerance, `${where} d first ${name}`);
    }
  });
});
