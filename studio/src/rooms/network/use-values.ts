/** The values of the network at hand, computed again whenever something of it changes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { createAsker } from "../../work/ask.ts";
import type { Asker } from "../../work/ask.ts";
import { networkWork } from "../../work/network.ts";
import type { InputSequence } from "./inputs.ts";
import type { NetworkValues } from "../../work/network/network-values.ts";
import type { NetworkState } from "./state.ts";
import type { TraceOptions } from "../../work/network/trace.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

export interface ShownValues extends NetworkValues {
  /** What each step reads, where it has a name. */
  readonly names: readonly string[] | undefined;
}

/** The last values that came: while what is typed is no sequence, they stay. */
export function useValues(
  sequence: InputSequence | undefined,
  { layers, hidden, outputs, activation, seed, loop }: NetworkState,
): { readonly shown: ShownValues | undefined; readonly failure: Failure | undefined } {
  const [shown, setShown] = useState<ShownValues>();
  const [failure, setFailure] = useState<Failure>();
  const work = useRef<Asker<TraceOptions, NetworkValues>>(undefined);
  useEffect(() => {
    work.current = createAsker(networkWork);
    return () => work.current?.dispose();
  }, []);
  useEffect(() => {
    if (sequence === undefined) return;
    const { vectors: inputs, names } = sequence;
    const sizes = { inputs: inputs[0]?.length ?? 1, hidden, outputs, layers };
    const ask = async (): Promise<void> => {
      try {
        const values = await work.current?.ask({ sizes, activation, seed, gain: loop / 100, inputs });
        if (values !== undefined) setShown({ ...values, names });
      } catch (error) {
        setFailure(failureOf(error));
      }
    };
    void ask();
  }, [sequence, layers, hidden, outputs, activation, seed, loop]);
  return { shown, failure };
}
