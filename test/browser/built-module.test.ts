/** Modules that were built run in a page, a module worker and an AudioWorklet of Chromium, and give the library's numbers there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildModule } from "../../src/build/index.ts";
import type { BuildOptions } from "../../src/build/index.ts";
import { readOnnx, writeOnnx } from "../../src/formats/onnx/index.ts";
import { createModel, initialiseNetwork, network } from "../../src/network/index.ts";
import type { Model } from "../../src/network/index.ts";
import { runBuilt } from "../support/run-built.ts";
import { createBrowser } from "./create-browser.ts";
import type { Browser } from "./create-browser.ts";

let browser: Browser | undefined;

beforeAll(async () => {
  const chromium = inject("chromium");
  if (chromium !== "") browser = await createBrowser(chromium);
});

afterAll(() => browser?.dispose());

/** The three places, each of which goes through all samples in steps. */
interface Places {
  readonly page: readonly (readonly number[])[];
  readonly worker: readonly (readonly number[])[];
  readonly worklet: readonly (readonly number[])[];
}

const steps = 12;

/** `follow(samples)` of a module: outputs of its steps. */
const following = (address: string): string => `
import { createNetwork, selfTest } from ${JSON.stringify(address)};
selfTest();
const network = createNetwork();
const follow = (samples, size) =>
  Array.from({ length: samples.length / size }, (_, t) => Array.from(network.step(samples.slice(t * size, (t + 1) * size))));
`;

/** A processor that takes a step as soon as enough samples have come, and tells what it gave. */
const processor = `
registerProcessor("network", class extends AudioWorkletProcessor {
  waiting = [];
  process([[samples]], _, { size }) {
    if (samples !== undefined) this.waiting.push(...samples);
    const count = Math.floor(this.waiting.length / size[0]) * size[0];
    for (const output of follow(this.waiting.splice(0, count), size[0])) this.port.postMessage(output);
    return true;
  }
  static parameterDescriptors = [{ name: "size" }];
});
`;

/** A page that asks all three. */
const page = (code: { readonly [place: string]: string }, samples: Float32Array, size: number): string => `
${code["page"]}
const samples = Float32Array.from(${JSON.stringify(Array.from(samples))});
const inWorker = () => new Promise((resolve, reject) => {
  const worker = new Worker(${JSON.stringify(code["worker"])}, { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ samples, size: ${size} });
});
const inWorklet = async () => {
  const context = new OfflineAudioContext(1, samples.length, 16_000);
  await context.audioWorklet.addModule(${JSON.stringify(code["worklet"])});
  const buffer = context.createBuffer(1, samples.length, 16_000);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  const node = new AudioWorkletNode(context, "network", { parameterData: { size: ${size} } });
  const all = new Promise((resolve, reject) => {
    const outputs = [];
    node.port.onmessage = ({ data }) => {
      if (outputs.push(data) === ${steps}) resolve(outputs);
    };
    node.onprocessorerror = () => reject(new Error("the processor has failed"));
  });
  source.connect(node).connect(context.destination);
  source.start();
  await context.startRendering();
  return all;
};
export const result = { page: follow(samples, ${size}), worker: await inWorker(), worklet: await inWorklet() };
`;

async function runEverywhere(
  { addModule, runInBrowser }: Browser,
  built: string,
  samples: Float32Array,
): Promise<Places> {
  const size = samples.length / steps;
  const follow = following(addModule(built));
  const worker = `${follow}\nonmessage = ({ data: { samples, size } }) => postMessage(follow(samples, size));`;
  const code = { page: follow, worker: addModule(worker), worklet: addModule(follow + processor) };
  return (await runInBrowser(page(code, samples, size))) as Places;
}

const makeNetwork = (): Model => {
  const spec = network({ features: 128 }).recurrent("lstm", { size: 24 }).dense(16, { activation: "tanh" }).build();
  return createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }), backend: "wasm" });
};

const silero = fileURLToPath(new URL("../../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", import.meta.url));

interface Case {
  readonly size: number;
  /** The module, and what steps in the library. */
  make(): Promise<{ readonly code: string; step(x: Float32Array): ArrayLike<number> }>;
}

/** A graph with settings. */
async function makeGraph(bytes: Uint8Array, options: Pick<BuildOptions, "fixed" | "shapes">): ReturnType<Case["make"]> {
  const model = await readOnnx(bytes, { backend: "wasm" });
  const { fixed = {}, shapes = {} } = options;
  return { code: buildModule(model, options).code, step: model.session({ fixed, shapes }).step };
}

const cases: Readonly<Record<string, Case>> = {
  "a network": {
    size: 128,
    make: async () => {
      const model = makeNetwork();
      return {
        code: buildModule(model, { weights: "float16" }).code,
        step: model.session({ weights: "float16" }).step,
      };
    },
  },
  "a graph with states as inputs": {
    size: 128,
    // A shape is told so that it is not built as the network that it was.
    make: () => makeGraph(writeOnnx(makeNetwork(), { states: "inputs" }), { shapes: { input: [1, 1, 128] } }),
  },
  "Silero's voice activity model": {
    size: 576,
    make: () =>
      makeGraph(readFileSync(silero), {
        fixed: { sr: { shape: [], data: [16_000] } },
        shapes: { input: [1, 576] },
      }),
  },
};

test.for(Object.entries(cases))("%s", async ([name, { size, make }], context) => {
  if (browser === undefined) return context.skip(inject("chromiumMissing"));
  if (name.startsWith("Silero") && !existsSync(silero)) return context.skip("@ricky0123/vad-web is not installed");
  const { code, step } = await make();
  const samples = Float32Array.from({ length: steps * size }, (_, n) => Math.sin(n * (0.02 + n / 1e5)) / 2);
  const parts = Array.from({ length: steps }, (_, t) => samples.slice(t * size, (t + 1) * size));
  const alone = runBuilt(code);
  const wanted = parts.map((x) => Array.from(alone.step(x)));
  for (const [t, x] of parts.entries())
    for (const [n, value] of Array.from(step(x)).entries()) expect(Math.abs(value - wanted[t]![n]!)).toBeLessThan(1e-5);
  // Kernels without relaxed instructions give the same bits wherever they run.
  expect(await runEverywhere(browser, code, samples)).toEqual({ page: wanted, worker: wanted, worklet: wanted });
});
