/** All that is computed of a network at hand: its values on what it reads, and what a pulse leaves in it. */
import { tracePulse } from "./pulse.ts";
import type { PulseTraces } from "./pulse.ts";
import { traceSequence } from "./trace.ts";
import type { NetworkTrace, TraceOptions } from "./trace.ts";

/** Plain data, so that it may come from a worker. */
export interface NetworkValues {
  readonly trace: NetworkTrace;
  readonly pulse: PulseTraces;
}

export async function computeValues(options: TraceOptions): Promise<NetworkValues> {
  return { trace: await traceSequence(options), pulse: await tracePulse(options) };
}
