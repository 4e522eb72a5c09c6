/** What a pulse in the first step leaves behind: the difference that it makes to the last hidden layer at every step. */
import { traceSequence } from "./trace.ts";
import type { Traced, TraceOptions } from "./trace.ts";

/** Steps of the demonstration. */
export const pulseSteps = 8;

/** Ones in the first step, and silence after it. */
export function makePulse(inputs: number, steps: number): readonly Float64Array[] {
  return Array.from({ length: steps }, (_, step) => new Float64Array(inputs).fill(step === 0 ? 1 : 0));
}

export interface PulseTrace {
  /** `[steps, hidden]`: the state after the pulse less the state without one. */
  readonly difference: Float64Array;
  /** Its length at each step as a share of that in the first; 0 where the pulse does nothing even there. */
  readonly shares: readonly number[];
}

export interface PulseTraces {
  readonly withLoop: PulseTrace;
  readonly without: PulseTrace;
}

export async function tracePulse(options: Omit<TraceOptions, "inputs">): Promise<PulseTraces> {
  const { inputs: size, hidden, layers } = options.sizes;
  const pulse = await traceSequence({ ...options, inputs: makePulse(size, pulseSteps) });
  const silence = Array.from({ length: pulseSteps }, () => new Float64Array(size));
  const quiet = await traceSequence({ ...options, inputs: silence });
  const compare = (one: Traced, other: Traced): PulseTrace => {
    const difference = new Float64Array(pulseSteps * hidden);
    const lengths = one.values.map((layersOf, step) => {
      const row = difference.subarray(step * hidden, (step + 1) * hidden);
      row.set(
        Float64Array.from(layersOf[layers] ?? [], (value, at) => value - (other.values[step]?.[layers]?.[at] ?? 0)),
      );
      return Math.hypot(...row);
    });
    const first = lengths[0] ?? 0;
    return { difference, shares: lengths.map((length) => (first === 0 ? 0 : length / first)) };
  };
  return {
    withLoop: compare(pulse.recurrent, quiet.recurrent),
    without: compare(pulse.feedForward, quiet.feedForward),
  };
}
