/** A training step allocates no array and no object: neither for the batch, nor the gradient, nor the update. */
import { expect, test } from "vitest";
import { measureHeapGrowth } from "../../test/support/heap-growth.ts";
import { waveRun } from "../../test/support/training-runs.ts";
import { createWasmBackend } from "../engine/wasm-backend.ts";
import { createMachine } from "./machine.ts";
import { functionNames } from "./training-program.ts";
import { settleOptions } from "./training-options.ts";

const machine = createMachine(settleOptions(waveRun({ backend: "wasm" })), createWasmBackend());

test("the kernels of a step and an update allocate nothing", () => {
  const { step } = functionNames(machine.source.shapeOf(0));
  machine.step(0, 1);
  const grown = measureHeapGrowth(
    () => {
      machine.executable.call(step);
      machine.executable.call("update");
    },
    // An object a step would be at least 16,000 bytes.
    { warmUp: 20_000, runs: 1000, limit: 12_000 },
  );
  expect(grown).toBeLessThan(12_000);
});

test("with batch and rate, a step costs no more than a boxed number for each target", () => {
  let n = 0;
  const step = (): void => {
    machine.step(n % machine.source.count, n);
    machine.update(++n, 0.001);
  };
  // Where V8 does not inline a function it returns a number in a box of 16 bytes: eight targets, the rate, the loss and the norm.
  const limit = 1000 * 16 * (machine.source.batch + 6);
  expect(measureHeapGrowth(step, { warmUp: 20_000, runs: 1000, limit })).toBeLessThan(limit);
});
