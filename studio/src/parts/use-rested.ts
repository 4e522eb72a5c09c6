/** A value that changes quickly, as a text that is typed, once it rests. */
import { useEffect, useState } from "preact/hooks";

/** Milliseconds without a change: between two keys of who types there are fewer. */
const restAfter = 200;

/** The first value at once, each later one when it has not changed for a while. */
export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restAfter);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
