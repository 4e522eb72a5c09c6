/** What only Node can do: set flags of V8, count cores. Loads unchanged in a browser, where it does nothing. */

/**
 * Switches relaxed SIMD on in V8 and returns whether it may have worked. Only Node 20 has it behind a flag; later versions have it
 * anyway and would print a complaint about the flag, so nothing is done there. The flag holds for modules compiled after it.
 */
export function enableRelaxedSimd(): boolean {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  if (node?.versions?.node?.startsWith("20.") !== true) return false;
  const v8 = node.getBuiltinModule?.("node:v8");
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return v8 !== undefined;
}

/** Cores that this process may use, or undefined outside Node. */
export function coresOfNode(): number | undefined {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  return node?.getBuiltinModule?.("node:os")?.availableParallelism();
}
