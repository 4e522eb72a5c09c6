/** A text as it is written, some characters at a time. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { WriteQuestion } from "../../work/demo.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";
import type { Demo } from "./use-demo.ts";

export interface Writing {
  /** What it went on from. */
  readonly prompt: string;
  readonly text: string;
  readonly isWriting: boolean;
  readonly failure?: Failure;
}

/** Characters at once, and milliseconds from one time to the next: about as fast as one reads. */
const pace = { characters: 2, milliseconds: 30 } as const;

const wait = async (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starting ends what is being written; so does leaving. */
export function useWriting(demo: Demo): {
  readonly writing: Writing | undefined;
  readonly start: (question: WriteQuestion) => void;
  readonly stop: () => void;
} {
  const [writing, setWriting] = useState<Writing>();
  /** Counts what was begun: who finds another number has been overtaken. */
  const turn = useRef(0);
  const ask = demo.kind === "ready" ? demo.ask : undefined;
  useEffect(() => {
    setWriting(undefined);
    return () => void turn.current++;
  }, [ask]);
  const write = async (question: WriteQuestion, own: number): Promise<void> => {
    if (ask === undefined) return;
    let text = "";
    const show = (isWriting: boolean): void => setWriting({ prompt: question.prompt, text, isWriting });
    show(true);
    await ask({ kind: "write", ...question });
    for (let isDone = false; !isDone;) {
      const answer = await ask({ kind: "more", count: pace.characters });
      if (turn.current !== own) return;
      if (answer?.kind !== "written") break;
      text += answer.text;
      ({ isDone } = answer);
      show(!isDone);
      if (!isDone) await wait(pace.milliseconds);
      if (turn.current !== own) return;
    }
  };
  const start = (question: WriteQuestion): void => {
    const own = ++turn.current;
    write(question, own).catch((error: unknown) => {
      if (turn.current !== own) return;
      setWriting({ prompt: question.prompt, text: "", isWriting: false, failure: failureOf(error) });
    });
  };
  const stop = (): void => {
    turn.current++;
    setWriting((last) => (last === undefined ? undefined : { ...last, isWriting: false }));
  };
  return { writing, start, stop };
}
