/** Training in a worker, from the built package: a thread of Node, and a module worker in Chromium. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { createBrowser } from "./create-browser.ts";
import type { Browser } from "./create-browser.ts";

const chromium = inject("chromium");
let browser: Browser | undefined;
beforeAll(async () => {
  if (chromium !== "") browser = await createBrowser(chromium);
});
afterAll(async () => browser?.dispose());

/** A module that trains the same small network in a worker and on its own thread, and stops and resumes a third run, which without the stop would not end. */
const source = (entry: string): string => `
import { network, train, trainInWorker } from ${JSON.stringify(entry)};
const inputs = Float64Array.from({ length: 60 }, (_, n) => Math.sin(n));
const starts = Int32Array.from({ length: 12 }, (_, n) => 5 * n);
const options = {
  network: network({ features: 1 }).recurrent("lstm", { size: 6 }).last().dense(1).build(),
  data: { kind: "sequences", inputs, inputSize: 1, starts, lengths: starts.map(() => 5), targets: Float64Array.from(starts, Math.cos), targetSize: 1, perStep: false },
  loss: { kind: "mean-squared" }, epochs: 400, batch: 4, stepSeconds: 0,
};
async function collect(events, stopAt, stop) {
  const all = [];
  for await (const event of events) { all.push(event); if (event.kind === "step" && event.update === stopAt) stop.abort(); }
  return all;
}
const there = await collect(trainInWorker(options));
const here = await collect(train(options));
const stop = new AbortController();
const part = (await collect(trainInWorker({ ...options, epochs: 1e6 }, { signal: stop.signal }), 3, stop)).at(-1);
const further = { ...options, epochs: part.checkpoint.progress.epoch + 2 };
const rest = await collect(trainInWorker({ ...further, resume: part.checkpoint }));
const whole = await collect(train(further));
let code = "";
try { await collect(trainInWorker({ ...options, epochs: 0 })); } catch (error) { code = error.code; }
const bits = (events) => Object.values(events.at(-1).parameters).flatMap((values) => [...values]);
export const result = { note: there[0].note, backend: there[0].backend, steps: there.filter((event) => event.kind === "step").length, there: bits(there), here: bits(here), resumed: bits(rest), whole: bits(whole), code, last: part.kind };
`;

interface Result {
  readonly note: string;
  readonly backend: string;
  readonly steps: number;
  readonly there: readonly number[];
  readonly here: readonly number[];
  readonly resumed: readonly number[];
  /** A run on this thread as long as the one that was resumed. */
  readonly whole: readonly number[];
  readonly code: string;
  /** How the run that was stopped ended. */
  readonly last: string;
}

/** What every run must give. */
function expected({ here, whole }: Result): unknown {
  return {
    backend: "wasm",
    steps: 1200,
    code: "training/bad-option",
    last: "stopped",
    there: here,
    resumed: whole,
    note: expect.not.stringMatching(/this thread/) as string,
  };
}

it("trains in a thread of Node", async (context) => {
  const entry = new URL("../../dist/index.js", import.meta.url);
  if (!existsSync(entry)) return context.skip("dist/ is missing");
  const module = (await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source(entry.href))}`
  )) as { readonly result: Result };
  expect(module.result).toMatchObject(expected(module.result) as object);
});

it("trains in a module worker in Chromium", async (context) => {
  if (browser === undefined) return context.skip(inject("chromiumMissing"));
  const result = (await browser.runInBrowser(source("recurra"))) as Result;
  expect(result).toMatchObject(expected(result) as object);
});
