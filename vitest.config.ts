/** Two groups of tests: `unit` needs only the sources, `browser` needs dist/ and Chromium. */
import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    // Compiling C for every small network would take most of the time; what is native says so.
    env: { RECURRA_BACKEND: "wasm" },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.mjs", "bench/*.test.mjs"],
          exclude: ["test/browser/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/find-chromium.ts"],
        },
      },
    ],
  },
};

export default config;
