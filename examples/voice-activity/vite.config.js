/** Serves the page with the library as it was built: `npx vite examples/voice-activity`, or `npx vite build examples/voice-activity` for a folder that any server can serve. */
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export default {
  base: "./",
  resolve: { alias: { "recurra/formats/onnx": `${root}dist/formats/onnx/index.js` } },
  server: { fs: { allow: [root] } },
  // The reader awaits the model at its top.
  worker: { format: "es" },
  build: { target: "es2022", outDir: `${root}out/voice-activity`, emptyOutDir: true, assetsInlineLimit: 0 },
};
