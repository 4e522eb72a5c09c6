/** Cells compiled to WASM in Chromium give the numbers they give in Node, forwards and backwards. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type * as recurra from "../../src/index.ts";
import { cellNames } from "../../src/index.ts";
import { type Browser, createBrowser } from "./create-browser.ts";

let browser: Browser | undefined;

beforeAll(async () => {
  const chromium = inject("chromium");
  if (chromium !== "") browser = await createBrowser(chromium);
});

afterAll(() => browser?.dispose());

/** Both sides run the same build. */
const builtEntry = new URL("../../dist/index.js", import.meta.url).href;

/** All results of a cell, by name. */
type Results = Readonly<Record<string, Float32Array>>;

/**
 * Runs a cell over seven steps of three members of different lengths, and back again. It goes to the browser as text, so it
 * refers to nothing outside itself.
 */
async function runCell({ cells, compile }: Pick<typeof recurra, "cells" | "compile">, name: string): Promise<Results> {
  const sizes = { steps: 7, batch: 3, inputSize: 5, hiddenSize: 17 };
  const wave = (length: number, salt: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => 0.5 * Math.fround(Math.sin(1 + i * 0.7 + salt)));
  const run = await compile(cells[name as keyof typeof cells], { ...sizes, backend: "wasm", threads: 1 });
  const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
  const parameters = Object.fromEntries(run.parameters.map((p, i) => [p.name, wave(count(p.shape), i)]));
  const inputs = wave(sizes.steps * sizes.batch * sizes.inputSize, 20);
  const memory = Object.fromEntries(
    run.memories.map((m, i) => [m.name, wave(5 * sizes.batch * count(m.shape), 40 + i)]),
  );
  const memoryLengths = Object.fromEntries(run.memories.map((m) => [m.name, Int32Array.of(2, 5, 4)]));
  const lengths = Int32Array.of(7, 4, 1);
  const { outputs, states, attention } = run.forward({ ...sizes, inputs, parameters, lengths, memory, memoryLengths });
  const { dInputs, dParameters, dMemory } = run.backward({ dOutputs: wave(outputs.length, 30) });
  run.dispose();
  const gradients = {
    dInputs,
    ...dParameters,
    ...Object.fromEntries(Object.entries(dMemory).map(([n, d]) => [`d ${n}`, d])),
  };
  return { outputs, ...states, ...attention, ...gradients } as Results;
}

test.for(cellNames)("%s", async (name, context) => {
  if (browser === undefined) return context.skip(inject("chromiumMissing"));
  const built = (await import(/* @vite-ignore */ builtEntry)) as typeof recurra;
  const expected = await runCell(built, name);
  expect(expected["outputs"]?.some((value) => value !== 0 && Number.isFinite(value))).toBe(true);
  const actual = await browser.runInBrowser(`
    import * as recurra from "recurra";
    ${runCell.toString()}
    export const result = await runCell(recurra, "${name}");
  `);
  // Bit for bit: both have relaxed SIMD, and the order of every sum is the program's.
  expect(actual).toEqual(expected);
});
