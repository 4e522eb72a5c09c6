/** Recurra as it was built, with the types of its sources; the built files need not be there when these are checked. */

/** @param {string} file within dist/ */
const load = (file) => import(new URL(`../dist/${file}`, import.meta.url).href);

/** @returns {Promise<typeof import("../src/node.ts")>} */
export const loadRecurra = () => load("node.js");

/** @returns {Promise<typeof import("../src/formats/onnx/index.ts")>} */
export const loadOnnx = () => load("formats/onnx/index.js");

/**
 * What writes WebAssembly.
 * @returns {Promise<typeof import("../src/codegen/wasm/assembler.ts") & typeof import("../src/codegen/wasm/code.ts")
 *   & typeof import("../src/codegen/wasm/tile.ts") & typeof import("../src/codegen/wasm/row-tile.ts")>}
 */
export async function loadAssembler() {
  const parts = await Promise.all(
    ["assembler", "code", "tile", "row-tile"].map((name) => load(`codegen/wasm/${name}.js`)),
  );
  return Object.assign({}, ...parts);
}

/** @returns {Promise<typeof import("../src/engine/platform.ts")>} */
export const loadPlatform = () => load("engine/platform.js");
