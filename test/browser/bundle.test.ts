/** An app that a bundler makes of the package runs in Chromium. */
import path from "node:path";
import { build, type Rolldown } from "vite";
import { expect, inject, test } from "vitest";
import { createBrowser } from "./create-browser.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Where the app would lie. */
const entry = path.join(root, "app.js");

const app = `
  import { cells, compile } from "recurra";
  const run = await compile(cells.rnn, { inputSize: 1, hiddenSize: 1, backend: "wasm" });
  const parameters = { W: Float32Array.of(1), U: Float32Array.of(0), b: Float32Array.of(0) };
  export const result = run.forward({ steps: 1, batch: 1, inputs: Float32Array.of(0.5), parameters }).outputs;
`;

/** The app as one module without imports, made by Vite with its usual settings. */
async function bundleApp(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "app",
        enforce: "pre",
        resolveId: (id) => (id === entry ? entry : id === "recurra" ? path.join(root, "dist/index.js") : undefined),
        load: (id) => (id === entry ? app : undefined),
      },
    ],
    build: {
      target: "es2022",
      write: false,
      lib: { entry, formats: ["es"], fileName: "app" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [bundle] = output as Rolldown.RolldownOutput[];
  return bundle?.output[0].code ?? "";
}

test("a bundled app computes tanh(0.5)", async (context) => {
  const chromium = inject("chromium");
  if (chromium === "") return context.skip(inject("chromiumMissing"));
  const browser = await createBrowser(chromium);
  try {
    const result = (await browser.runInBrowser(await bundleApp())) as Float32Array;
    expect(result[0]).toBeCloseTo(Math.tanh(0.5), 6);
  } finally {
    await browser.dispose();
  }
});
