/** `npm run tune`: finds the sizes of tiles by measuring, of native code (src/codegen/c/tiles.h) and of WebAssembly (bench/tiles.json). */
import { UsageError } from "./options.mjs";
import { tuneNative } from "./tune-native.mjs";
import { parseTuneOptions } from "./tune-options.mjs";

try {
  const options = parseTuneOptions(process.argv.slice(2));
  if (options.backend === "native") await tuneNative(options);
  else await (await import("./tune-wasm.mjs")).tuneWasm(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
