/** `npm run tune`: finds the sizes of tiles by measuring, of native code (src/codegen/c/tiles.h) and of WebAssembly (bench/tiles.json). */
import { UsageError } from "./options.mjs";
import { tuneNative } from "./tune-native.mjs";
import { help, parseTuneOptions } from "./tune-options.mjs";

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(help);
  process.exit(0);
}
try {
  const options = parseTuneOptions(args);
  if (options.backend === "native") await tuneNative(options);
  else await (await import("./tune-wasm.mjs")).tuneWasm(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
