/** A race of cells in a worker of its own, which ends with the component. It is shown a few times a second, whatever comes from there. */
import type { CompareOptions } from "recurra";
import { useEffect, useRef, useState } from "preact/hooks";
import { compareWork } from "./compare.ts";
import { advanceRace } from "./race.ts";
import type { Race } from "./race.ts";
import { runWork } from "./run-work.ts";
import { failureOf } from "./protocol.ts";
import type { Failure } from "./protocol.ts";

export interface RaceControl {
  readonly race: Race;
  /** Why it could not be run to its end. */
  readonly failure: Failure | undefined;
  readonly start: (options: CompareOptions) => void;
  readonly stop: () => void;
}

/** Milliseconds between two pictures of a race. */
const drawEvery = 400;

export function useRace(): RaceControl {
  const [race, setRace] = useState<Race>({ kind: "ready" });
  const [failure, setFailure] = useState<Failure>();
  const control = useRef<AbortController>(undefined);
  const isLeft = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      isLeft.current = true;
      control.current?.abort();
      clearTimeout(timer.current);
    },
    [],
  );
  const follow = async (options: CompareOptions, signal: AbortSignal): Promise<void> => {
    let now: Race = { kind: "ready" };
    try {
      for await (const event of runWork(compareWork, options, { signal })) {
        // Who has gone elsewhere waits for no worker.
        if (isLeft.current) return;
        now = advanceRace(now, event);
        timer.current ??= setTimeout(() => {
          timer.current = undefined;
          setRace(now);
        }, drawEvery);
      }
    } catch (error) {
      setFailure(failureOf(error));
      now = { kind: "ready" };
      setRace(now);
    }
  };
  const start = (options: CompareOptions): void => {
    control.current = new AbortController();
    clearTimeout(timer.current);
    timer.current = undefined;
    setFailure(undefined);
    setRace({ kind: "running", runners: [] });
    void follow(options, control.current.signal);
  };
  return { race, failure, start, stop: () => control.current?.abort() };
}
