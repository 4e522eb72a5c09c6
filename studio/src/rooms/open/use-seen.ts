/** An answer of the open model to something that is typed or chosen. */
import { useEffect, useState } from "preact/hooks";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

/** Milliseconds without a key after which a text is read. */
const rest = 200;

export interface Seen<Answer> {
  /** The last one stays until the next is there. */
  readonly seen: Answer | undefined;
  readonly failure: Failure | undefined;
}

/** Asks again when one of the inputs is another and then rests; where it is not wanted, not at all. */
export function useSeen<Answer>(
  ask: () => Promise<Answer | undefined>,
  inputs: readonly unknown[],
  isWanted = true,
): Seen<Answer> {
  const [state, setState] = useState<{ readonly seen?: Answer; readonly failure?: Failure }>({});
  useEffect(() => {
    if (!isWanted) return undefined;
    let isLeft = false;
    const timer = setTimeout(() => {
      ask().then(
        (seen) => isLeft || (seen !== undefined && setState({ seen })),
        (error: unknown) => isLeft || setState(({ seen }) => ({ ...(seen && { seen }), failure: failureOf(error) })),
      );
    }, rest);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [...inputs, isWanted]);
  return { seen: state.seen, failure: state.failure };
}
