/** What the studio itself refuses, with codes of its own: the library's say what is wrong with a file, these what the page has no room for. */

/** Each says one thing, as the library's codes do. */
export const studioCodes = [
  "studio/too-large",
  "studio/file-gone",
  "studio/missing-weights",
  "studio/part-of-data",
  "studio/other-task",
  "studio/other-column",
  "studio/other-data",
] as const;
export type StudioCode = (typeof studioCodes)[number];

/** Its message says what, where, and what to do, in English. */
export class StudioError extends Error {
  override readonly name = "StudioError";
  readonly code: StudioCode;

  constructor(code: StudioCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
