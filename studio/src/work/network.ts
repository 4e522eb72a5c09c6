/** The values of the network at hand, in a worker. */
import type { NetworkValues } from "./network/network-values.ts";
import type { TraceOptions } from "./network/trace.ts";
import type { Work } from "./run-work.ts";

export const networkWork: Work<TraceOptions, NetworkValues> = {
  create: () => new Worker(new URL("./network.worker.ts", import.meta.url), { type: "module" }),
};
