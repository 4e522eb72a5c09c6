/** The worker's side of questions: answers each as it comes. */
import type { Answered, Asked } from "./ask.ts";
import { describeFailure } from "./serve-work.ts";

/** The part of a worker's global scope that is needed. */
export interface AnswerScope<Question, Answer> {
  postMessage(message: Answered<Answer>): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Asked<Question>>) => void): void;
}

/** Answers every question. Call it once, at the end of a worker's file; tests give a scope of their own. */
export function serveAnswers<Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
  scope: AnswerScope<Question, Answer> = globalThis,
): void {
  const serve = async ({ id, question }: Asked<Question>): Promise<void> => {
    try {
      scope.postMessage({ kind: "answer", id, answer: await answer(question) });
    } catch (error) {
      scope.postMessage({ kind: "failed", id, failure: describeFailure(error) });
    }
  };
  scope.addEventListener("message", ({ data }) => void serve(data));
}
