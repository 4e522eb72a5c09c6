/** The answer to a question that changes: the last one stays until the next is there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { createAsker } from "./ask.ts";
import type { Asker } from "./ask.ts";
import type { Work } from "./run-work.ts";
import { failureOf } from "./protocol.ts";
import type { Failure } from "./protocol.ts";

export interface AnswerState<Answer> {
  /** Of the question as it is or was; undefined where there is none yet. */
  readonly answer: Answer | undefined;
  readonly failure: Failure | undefined;
  /** Whether the answer is to the question as it is. */
  readonly isReady: boolean;
}

/** Questions are plain data, and equal where their JSON is; undefined asks nothing. Each use has a worker of its own, from the first question on. */
export function useAnswer<Question, Answer>(
  work: Work<Question, Answer>,
  question: Question | undefined,
): AnswerState<Answer> {
  const [state, setState] = useState<{
    readonly key?: string;
    readonly answer?: Answer | undefined;
    readonly failure?: Failure;
  }>({});
  const asker = useRef<Asker<Question, Answer>>(undefined);
  useEffect(() => () => asker.current?.dispose(), []);
  const key = question === undefined ? undefined : JSON.stringify(question);
  useEffect(() => {
    if (key === undefined) return undefined;
    let isLeft = false;
    asker.current ??= createAsker(work);
    asker.current.ask(JSON.parse(key) as Question).then(
      // Answers come in order, and one that a newer question has overtaken is shown all the same: a slider moves on through them.
      (answer) => answer !== undefined && setState({ key, answer }),
      (error: unknown) => {
        const failure = failureOf(error);
        if (!isLeft) setState(({ answer }) => ({ key, answer, failure }));
      },
    );
    return () => {
      isLeft = true;
    };
  }, [key, work]);
  return { answer: state.answer, failure: state.failure, isReady: key !== undefined && state.key === key };
}
