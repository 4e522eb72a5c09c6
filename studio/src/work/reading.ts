/** Texts read by an LSTM, in a worker. */
import type { Reading } from "./read-text.ts";
import type { Work } from "./run-work.ts";

export interface ReadingAsked {
  /** The address of a model file; without one a network that has learned nothing reads. */
  readonly address?: string;
  readonly text: string;
}

export type ReadingAnswer =
  | { readonly kind: "reading"; readonly reading: Reading }
  /** There is no file at the address. */
  | { readonly kind: "missing" };

export const readingWork: Work<ReadingAsked, ReadingAnswer> = {
  create: () => new Worker(new URL("./reading.worker.ts", import.meta.url), { type: "module" }),
};
