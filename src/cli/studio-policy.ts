/** What a browser lets the studio's pages do: nothing but run their own code and read their own files. */

const rules: Readonly<Record<string, string>> = {
  "default-src": "'none'",
  // Kernels are WebAssembly that the library makes as the page runs.
  "script-src": "'self' 'wasm-unsafe-eval'",
  "worker-src": "'self' blob:",
  // Pictures carry their own style sheets.
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data: blob:",
  "connect-src": "'self'",
  "font-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
};

/** The policy as it stands in the page itself, for hosts that send no headers. */
export const pagePolicy: string = Object.entries(rules)
  .map(([name, value]) => `${name} ${value}`)
  .join("; ");

/** The headers of every answer. Isolated from other origins, a page may share memory between threads. */
export const studioHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": `${pagePolicy}; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};
