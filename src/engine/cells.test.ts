/** Every registered cell: the reference against central differences, and kernels against the reference. */
import { afterAll, describe, test } from "vitest";
import { drawNumbers, everyWay, expectAsReference, expectSameBits } from "../../test/support/cell-cases.ts";
import type { CellCase, CellNumbers } from "../../test/support/cell-cases.ts";
import { startTestPool } from "../../test/support/start-test-pool.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cells } from "../cells/index.ts";
import type { Backend, Numbers } from "./backend.ts";
import { compileOn } from "./compile.ts";
import type { CompiledCell, ForwardOptions } from "./compiled-cell.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createNativeBackend } from "./native-backend.ts";
import { findNative } from "./platform-native.ts";
import { createWasmBackend } from "./wasm-backend.ts";

/** Sizes around whole vectors and tiles. */
const oddSizes: readonly CellCase[] = [
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
  readonly shapes: readonly CellCase[];
  readonly tolerance: number;
}

const backends: readonly BackendCase[] = [
  { name: "float64 kernels", create: createInterpreterBackend, shapes: everyWay, tolerance: tolerances.float64Kernels },
  {
    name: "wasm",
    create: () => createWasmBackend({ relaxed: false }),
    shapes: [...everyWay, ...oddSizes.slice(0, 2)],
    tolerance: tolerances.float32Cell,
  },
  {
    name: "wasm, relaxed",
    create: () => createWasmBackend(),
    shapes: [...everyWay, ...oddSizes],
    tolerance: tolerances.float32Cell,
  },
];

const native = findNative();
/** Compiled for a quarter of a second each, so fewer shapes: all steps, lengths, backwards, checkpoints, sizes around whole vectors. */
const nativeBackends: readonly BackendCase[] =
  typeof native === "string"
    ? []
    : [
        {
          name: "native",
          create: createNativeBackend,
          shapes: [...[0, 2, 3, 5].map((n) => everyWay[n]!), ...oddSizes.slice(2, 4)],
          tolerance: tolerances.float32Cell,
        },
      ];

const pool = await startTestPool();
afterAll(() => pool.dispose());

/** One thread, and two or three that share all that can be. */
const [alone, two, three] = [1, 2, 3].map((threads) =>
  createWasmBackend({ threads }, { pool, planning: { barrierWork: 0 } }),
) as [Backend, Backend, Backend];

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

describe.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  test("the reference's gradient is that of central differences", () => {
    const options: CellCase = { steps: 3, batch: 2, inputSize: 2, hiddenSize: 3, lengths: [3, 2] };
    const compiled = compileOn(undefined, cell, options);
    const { forward, gradients } = drawNumbers(cell, compiled, options, 7);
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

  test.each([...backends, ...nativeBackends])(
    "$name agrees with the reference",
    ({ create, shapes, tolerance }) => {
      for (const shape of shapes) expectAsReference(create(), cell, shape, tolerance);
    },
    120_000,
  );

  test("threads give the bits of one", () => {
    for (const shape of [...everyWay, ...oddSizes.slice(2)]) expectSameBits([alone, two], cell, shape);
    for (const shape of everyWay.slice(0, 3)) expectSameBits([alone, three], cell, shape);
  });

  test("threads give the bits of one natively", (context) => {
    if (typeof native === "string") return context.skip(`the native backend does not work here: ${native}`);
    const [one, both] = [1, 2].map((threads) => createNativeBackend({ threads }, { barrierWork: 0 })) as [
      Backend,
      Backend,
    ];
    for (const shape of [everyWay[2]!, oddSizes[2]!]) expectSameBits([one, both], cell, shape);
  }, 120_000);
});
