/** Trains cells on a memory task, away from the page. */
import { compareCells } from "recurra";
import type { CompareEvent, CompareOptions } from "recurra";
import { serveWork } from "./serve-work.ts";

/** Seconds between two events, at least: about as often as a screen is redrawn. */
const progressSeconds = 0.03;
/** Updates between them, at most: the curve of the shortest race still has points. */
const progressUpdates = 25;

serveWork<CompareOptions, CompareEvent>((options, signal) =>
  compareCells(options, { signal, progressSeconds, progressUpdates }),
);
