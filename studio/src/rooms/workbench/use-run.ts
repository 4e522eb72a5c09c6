/** A run in a worker of its own, which ends with the room. */
import { useEffect, useRef, useState } from "preact/hooks";
import { guardRoom } from "../../place.ts";
import { learnWork } from "../../work/learn.ts";
import type { LearnRequest } from "../../work/learn.ts";
import { atRate } from "../../work/lessons/lesson.ts";
import type { LessonChoice } from "../../work/lessons/lesson.ts";
import { runWork } from "../../work/run-work.ts";
import { advanceRun, readyRun } from "./run.ts";
import type { Run } from "./run.ts";
import { failureOf } from "../../work/protocol.ts";

export interface RunControl {
  readonly run: Run;
  readonly start: (choice: LessonChoice) => void;
  readonly pause: () => void;
  /** Goes on with a paused run, at another rate. */
  readonly goOn: (rate: number) => void;
  readonly forget: () => void;
}

/** Milliseconds between two pictures of a run: more often nobody sees, and the page has better to do. */
const drawEvery = 200;

/** `leaveWords`: the question to who leaves a run that has not ended. */
export function useRun(leaveWords: string): RunControl {
  const [run, setRun] = useState<Run>(readyRun);
  const now = useRef<Run>(readyRun);
  const control = useRef<AbortController>(undefined);
  const choice = useRef<LessonChoice>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = (next: Run, isUrgent: boolean): void => {
    now.current = next;
    if (isUrgent) {
      clearTimeout(timer.current);
      timer.current = undefined;
      setRun(next);
    } else
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        setRun(now.current);
      }, drawEvery);
  };
  const leave = (): void => {
    control.current?.abort();
    control.current = undefined;
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  useEffect(() => leave, []);
  const mayBeLost = run.kind !== "ready" && run.kind !== "failed" && run.kind !== "finished";
  useEffect(() => {
    if (!mayBeLost) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    const letGo = guardRoom(() => confirm(leaveWords));
    return () => {
      removeEventListener("beforeunload", ask);
      letGo();
    };
  }, [mayBeLost, leaveWords]);
  const follow = async (request: LearnRequest): Promise<void> => {
    const own = new AbortController();
    control.current = own;
    try {
      for await (const event of runWork(learnWork, request, { signal: own.signal })) {
        // Another run has begun, or the room was left: the worker ends with the loop.
        if (control.current !== own) return;
        show(advanceRun(now.current, event), event.kind !== "step");
      }
    } catch (error) {
      if (control.current !== own) return;
      show({ ...now.current, kind: "failed", failure: failureOf(error) }, true);
    }
  };
  return {
    run,
    start: (chosen) => {
      leave();
      choice.current = chosen;
      show({ ...readyRun, kind: "starting" }, true);
      void follow({ choice: chosen });
    },
    pause: () => {
      if (now.current.kind !== "learning" && now.current.kind !== "starting") return;
      show({ ...now.current, kind: "pausing" }, true);
      control.current?.abort();
    },
    goOn: (rate) => {
      const { paused } = now.current;
      if (choice.current === undefined || paused === undefined) return;
      choice.current = atRate(choice.current, rate);
      const { failure: _failure, paused: _paused, ...others } = now.current;
      show({ ...others, kind: "starting" }, true);
      void follow({ choice: choice.current, resume: paused.checkpoint });
    },
    forget: () => {
      leave();
      show(readyRun, true);
    },
  };
}
