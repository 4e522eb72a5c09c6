/** Every registered cell: the reference against central differences, and kernels against the reference. */
import { afterAll, describe, test } from "vitest";
import {
  everyWay,
  expectAsReference,
  expectCentralDifferences,
  expectSameBits,
} from "../../test/support/cell-cases.ts";
import type { CellCase } from "../../test/support/cell-cases.ts";
import { startTestPool } from "../../test/support/start-test-pool.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cells } from "../cells/index.ts";
import type { Backend } from "./backend.ts";
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

describe.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("%s", (_, cell) => {
  test("the reference's gradient is that of central differences", () => {
    expectCentralDifferences(cell, { steps: 3, batch: 2, inputSize: 2, hiddenSize: 3, lengths: [3, 2] });
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
