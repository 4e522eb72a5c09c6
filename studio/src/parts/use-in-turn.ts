/** A value that comes to the parts of a room one after the other, a frame for each: drawn all at once, they would hold up the page. */
import { useEffect, useState } from "preact/hooks";
import { afterFrame } from "./after-frame.ts";

/** What each of `count` parts has: the value, the one before until its turn comes, or undefined where it had none. Parts that are memoised are drawn in their turn alone. */
export function useInTurn<Value>(value: Value, count: number): readonly (Value | undefined)[] {
  const [held, setHeld] = useState<readonly (Value | undefined)[]>(() => Array.from({ length: count }));
  const turn = held.findIndex((one) => one !== value);
  useEffect(() => (turn < 0 ? undefined : afterFrame(() => setHeld(held.with(turn, value)))), [held, turn, value]);
  return held;
}
