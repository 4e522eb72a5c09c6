/**
 * `npm test`: builds, checks the sources, runs every test, and ends with `N passed, N failed` (`, N skipped` where there are any).
 * Each check counts as one test. `npm test -- NAMES` runs only those named: see `parts`.
 */
import { checkDocs } from "./check-docs.mjs";
import { checkLayers } from "./check-layers.mjs";
import { checkPackage } from "./check-package.mjs";
import { checkStudioSize } from "./check-studio-size.mjs";
import { runVitest } from "./run-vitest.mjs";
import { run, toolCommand } from "./tools.mjs";

/** @typedef {import("./run-vitest.mjs").Counts} Counts */

/** @type {ReadonlyMap<string, number>} */
const none = new Map();

/**
 * A part that is one command: it passes where the command exits with 0, and its output is shown where it does not.
 * @param {readonly string[]} command
 * @returns {() => Promise<Counts>}
 */
const commandPart = (command) => async () => {
  const { code, output } = await run(command);
  if (code !== 0) console.log(output.trimEnd());
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: none };
};

/**
 * A part that is one function: it passes where the function finds no fault.
 * @param {() => Promise<readonly string[]>} findFaults
 * @returns {() => Promise<Counts>}
 */
const checkPart = (findFaults) => async () => {
  const faults = await findFaults();
  if (faults.length > 0) console.log(faults.join("\n"));
  return { passed: faults.length === 0 ? 1 : 0, failed: faults.length === 0 ? 0 : 1, skipped: none };
};

/**
 * A part that could not do its work is one failure.
 * @param {unknown} error
 * @returns {Counts}
 */
const countAsFailure = (error) => {
  console.log(error);
  return { passed: 0, failed: 1, skipped: none };
};

const tsc = toolCommand("typescript", "tsc");

/** What `npm test` does, in order; what needs dist/ comes after `build`. */
const parts = new Map([
  ["build", commandPart([process.execPath, "scripts/build.mjs"])],
  ["types", commandPart([...tsc, "-p", "tsconfig.json"])],
  ["studio-types", commandPart([...tsc, "-p", "studio/tsconfig.json"])],
  ["script-types", commandPart([...tsc, "-p", "tsconfig.scripts.json"])],
  ["layers", checkPart(checkLayers)],
  ["lint", commandPart(toolCommand("oxlint"))],
  ["format", commandPart([...toolCommand("oxfmt"), "--list-different"])],
  ["unused", commandPart([...toolCommand("knip"), "--no-progress"])],
  ["package", checkPart(checkPackage)],
  ["studio-size", checkPart(checkStudioSize)],
  ["tests", runVitest],
  ["docs", () => checkDocs()],
]);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !parts.has(name));
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(", ")}: the parts are ${[...parts.keys()].join(", ")}`);
  process.exit(2);
}

// Tells the browser tests that they may install Chromium where that is possible without asking.
process.env["RECURRA_INSTALL_CHROMIUM"] ??= "1";

let passed = 0;
let failed = 0;
/** @type {string[]} */
const failedParts = [];
/** @type {Map<string, number>} */
const skipped = new Map();
for (const [name, part] of parts) {
  if (names.length > 0 && !names.includes(name)) continue;
  const start = performance.now();
  const counts = await part().catch(countAsFailure);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${counts.failed === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  passed += counts.passed;
  failed += counts.failed;
  if (counts.failed > 0) failedParts.push(name);
  for (const [reason, count] of counts.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + count);
}

let skippedCount = 0;
for (const [reason, count] of skipped) {
  skippedCount += count;
  console.log(`skipped ${count}: ${reason}`);
}
if (failedParts.length > 0) console.log(`failed in: ${failedParts.join(", ")}`);
console.log(`${passed} passed, ${failed} failed${skippedCount > 0 ? `, ${skippedCount} skipped` : ""}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
