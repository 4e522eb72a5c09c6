/** Runs all vitest tests and counts them: passed, failed, skipped and why. */
import path from "node:path";
import { startVitest } from "vitest/node";
import { root } from "./tools.mjs";

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {ReadonlyMap<string, number>} skipped how many tests were skipped, by reason
 */

/**
 * Runs the tests in this process's view (progress goes to the terminal; the failed ones are named again at the end). A test file or a suite that cannot be set up counts as one
 * failure, and so does an error outside any test.
 * @returns {Promise<Counts>}
 */
export async function runVitest() {
  let passed = 0;
  let failed = 0;
  /** @type {Map<string, number>} */
  const skipped = new Map();
  /** @type {import("vitest/node").Reporter} */
  const counter = {
    onTestRunEnd(modules, unhandledErrors) {
      failed += unhandledErrors.length;
      for (const module of modules) {
        const groups = [module, ...module.children.allSuites()];
        failed += groups.filter((group) => group.errors().length > 0).length;
        for (const test of module.children.allTests()) {
          const result = test.result();
          if (result.state === "passed") passed++;
          else if (result.state === "skipped") {
            const named = /\(skipped where ([^)]*)\)/.exec(test.fullName)?.[1];
            const reason = result.note ?? named ?? `${path.relative(root, module.moduleId)} gives no reason`;
            skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
          } else {
            failed++;
            console.log(`failed ${path.relative(root, module.moduleId)}: ${test.fullName}`);
          }
        }
      }
    },
  };
  const vitest = await startVitest("test", [], { root, watch: false, reporters: ["default", counter] });
  await vitest.close();
  return { passed, failed, skipped };
}
