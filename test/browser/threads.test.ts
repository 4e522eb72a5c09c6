/** Threads from the built package: in Node, in a page that may share memory, and in one that may not. */
import { existsSync } from "node:fs";
import { expect, inject, it } from "vitest";
import { createBrowser } from "./create-browser.ts";

/** A module that runs a cell with one thread and with two, and counts calls in which two took part. */
const source = (entry: string, pool: string): string => `
import { cells, chooseBackend, compile, network, train, trainInWorker } from ${JSON.stringify(entry)};
import { sharedPool } from ${JSON.stringify(pool)};
const [shared, calls] = [sharedPool(), { alone: 0, two: 0 }];
const { load } = shared;
shared.load = (program, workers) => {
  const loaded = load(program, workers);
  const run = (index, threads, own) =>
    loaded.run(index, threads, (thread, count) => { calls[count === 1 ? "alone" : "two"]++; own(thread, count); });
  return { ...loaded, run };
};
const sizes = { inputSize: 32, hiddenSize: 64, backend: "wasm" };
const draw = (length, seed) => Float32Array.from({ length }, (_, n) => Math.sin(seed + 12.9898 * n) / 4);
const run = async (threads) => {
  const compiled = await compile(cells.lstm, { ...sizes, threads });
  const count = (shape) => shape.reduce((product, n) => product * n, 1);
  const parameters = Object.fromEntries(compiled.parameters.map(({ name, shape }, n) => [name, draw(count(shape), n)]));
  const [inputs, dOutputs] = [draw(20 * 16 * 32, 1), draw(20 * 16 * 64, 2)];
  let result;
  for (let n = 0; n < 200 && (n < 3 || (threads > 1 && calls.two < 10)); n++) {
    const { outputs } = compiled.forward({ steps: 20, batch: 16, inputs, parameters });
    result = [...outputs, ...Object.values(compiled.backward({ dOutputs }).dParameters).flatMap((one) => [...one])];
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  compiled.dispose();
  return result;
};
const [one, two] = [await run(1), await run(2)];
const summary = chooseBackend("wasm", { threads: 2 }).backend.describe().summary;
const options = {
  network: network({ features: 32 }).recurrent("lstm", { size: 64 }).last().dense(1).build(),
  data: { kind: "sequences", inputs: draw(32 * 20 * 32, 3), inputSize: 32, starts: Int32Array.from({ length: 32 }, (_, n) => 20 * n), lengths: new Int32Array(32).fill(20), targets: draw(32, 4), targetSize: 1, perStep: false },
  loss: { kind: "mean-squared" }, epochs: 20, batch: 16, stepSeconds: 0,
};
const last = async (events) => { let end; for await (const event of events) end = event; return Object.values(end.parameters).flatMap((one) => [...one]); };
const [here, there] = [await last(train({ ...options, threads: 1 })), await last(trainInWorker({ ...options, threads: 2 }))];
const same = (a, b) => a.length === b.length && a.every((value, n) => Object.is(value, b[n]));
export const result = { calls: calls.two, same: same(one, two), trained: same(here, there), summary };
`;

interface Result {
  /** Calls in which two threads took part. */
  readonly calls: number;
  readonly same: boolean;
  readonly trained: boolean;
  readonly summary: string;
}

async function runInPage(chromium: string, isolated: boolean): Promise<Result> {
  const browser = await createBrowser(chromium, { isolated });
  try {
    return (await browser.runInBrowser(source("recurra", "/dist/engine/pool.js"))) as Result;
  } finally {
    await browser.dispose();
  }
}

it("share the work in Node", async (context) => {
  const [entry, pool] = ["index.js", "engine/pool.js"].map((file) => new URL(`../../dist/${file}`, import.meta.url));
  if (!existsSync(entry!)) return context.skip("dist/ is missing");
  const text = encodeURIComponent(source(entry!.href, pool!.href));
  const { result } = (await import(/* @vite-ignore */ `data:text/javascript,${text}`)) as { readonly result: Result };
  expect(result).toMatchObject({
    same: true,
    trained: true,
    summary: expect.stringContaining("up to 2 threads") as string,
  });
  expect(result.calls).toBeGreaterThan(0);
});

it("share the work in a page that is cross-origin isolated", async (context) => {
  const chromium = inject("chromium");
  if (chromium === "") return context.skip(inject("chromiumMissing"));
  const result = await runInPage(chromium, true);
  expect(result).toMatchObject({
    same: true,
    trained: true,
    summary: expect.stringContaining("up to 2 threads") as string,
  });
  expect(result.calls).toBeGreaterThan(0);
});

it("are done without in a page that is not, and that is said", async (context) => {
  const chromium = inject("chromium");
  if (chromium === "") return context.skip(inject("chromiumMissing"));
  const result = await runInPage(chromium, false);
  expect(result).toMatchObject({ calls: 0, same: true, trained: true });
  expect(result.summary).toMatch(/one thread \(.*cross-origin isolated\)/);
});
