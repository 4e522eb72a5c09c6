/** What the tests see of `find-chromium.mjs`. */

/** The browser's executable, or undefined where there is none. */
export function findChromium(): string | undefined;
