/** Comparisons of cells in a worker: events of `compareCells`. */
import type { CompareEvent, CompareOptions } from "recurra";
import type { Work } from "./run-work.ts";

export const compareWork: Work<CompareOptions, CompareEvent> = {
  create: () => new Worker(new URL("./compare.worker.ts", import.meta.url), { type: "module" }),
};
