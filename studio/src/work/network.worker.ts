/** Runs the network at hand, away from the page. */
import { computeValues } from "./network/network-values.ts";
import type { NetworkValues } from "./network/network-values.ts";
import type { TraceOptions } from "./network/trace.ts";
import { serveWork } from "./serve-work.ts";

serveWork<TraceOptions, NetworkValues>(async function* compute(options) {
  yield await computeValues(options);
});
