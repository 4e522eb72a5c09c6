/** Builds the studio into dist/studio/: a static site that works in any folder of any host. Needs dist/ to be built. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { root } from "./tools.mjs";

/** Where the site is built to. */
export const siteFolder = path.join(root, "dist/studio");

/**
 * The policy that a static host cannot give as a header stands in the page.
 * @param {string} policy
 * @returns {import("vite").Plugin}
 */
const policyPlugin = (policy) => ({
  name: "content-policy",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: policy },
      injectTo: "head-prepend",
    },
  ],
});

/** What the library asks for in Node alone; in a page nothing comes to it. */
const node = /^node:/;

/** Builds the site. Throws what Vite throws. */
export async function buildStudio() {
  const { pagePolicy } = await import(pathToFileURL(path.join(root, "dist/cli/studio-policy.js")).href);
  await build({
    configFile: false,
    logLevel: "warn",
    root: path.join(root, "studio"),
    base: "./",
    plugins: [policyPlugin(pagePolicy)],
    resolve: {
      alias: [
        { find: /^recurra$/, replacement: path.join(root, "dist/index.js") },
        { find: /^recurra\/((?:formats\/)?\w+)$/, replacement: path.join(root, "dist/$1/index.js") },
      ],
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    worker: { format: "es", rolldownOptions: { external: node, checks: { pluginTimings: false } } },
    build: {
      outDir: siteFolder,
      emptyOutDir: true,
      target: "es2022",
      // An address of data would be refused by the policy where it is not a picture.
      assetsInlineLimit: 0,
      // The size check reads which files the first page loads.
      manifest: "manifest.json",
      modulePreload: { polyfill: false },
      rolldownOptions: { external: node, checks: { pluginTimings: false } },
    },
  });
}
