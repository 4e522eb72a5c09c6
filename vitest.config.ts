/** Three groups of tests: `plain` and `unit` need only the sources, `unit` in a process for each file; `browser` needs dist/ and Chromium. */
import path from "node:path";
import type { ViteUserConfig } from "vitest/config";

/** The studio's logic is tested with the library's sources, as a user of its public entry. */
const sources = path.join(import.meta.dirname, "src");

/** What nothing else is started for: their files share what they import, which would take longer than the tests. */
const plain = ["language", "cells", "derive", "lower", "codegen", "data", "formats", "graph", "inspect", "util"].map(
  (folder) => `src/${folder}/**/*.test.ts`,
);

const config: ViteUserConfig = {
  resolve: {
    alias: [
      { find: /^recurra$/, replacement: path.join(sources, "index.ts") },
      { find: /^recurra\/((?:formats\/)?\w+)$/, replacement: path.join(sources, "$1/index.ts") },
    ],
  },
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Compiling C for every small network would take most of the time; what is native says so.
    env: { RECURRA_BACKEND: "wasm" },
    projects: [
      { extends: true, test: { name: "plain", include: plain, isolate: false } },
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "src/**/*.test.ts",
            "studio/src/**/*.test.ts",
            "test/**/*.test.ts",
            "scripts/**/*.test.mjs",
            "bench/*.test.mjs",
            "examples/**/*.test.mjs",
          ],
          exclude: [...plain, "test/browser/**", "test/studio/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          // Threads of two pages that are tried at once wait for one another.
          testTimeout: 90_000,
          include: ["test/browser/**/*.test.ts", "test/studio/**/*.test.ts"],
          globalSetup: ["test/browser/find-chromium.ts"],
        },
      },
    ],
  },
};

export default config;
