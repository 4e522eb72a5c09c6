/** The model that is open: a worker that holds it, and answers about it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { createAsker } from "../../work/ask.ts";
import type { Asker } from "../../work/ask.ts";
import { modelWork } from "../../work/model/model.ts";
import type { GivenFile, GraphModelFacts, ModelAnswer, ModelFacts, ModelQuestion } from "../../work/model/model.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

/** Asks about the open model; undefined where a newer question came first. Throws a `WorkError`. */
export type AskModel = (
  question: Exclude<ModelQuestion, { readonly kind: "open" }>,
) => Promise<ModelAnswer | undefined>;

export interface OpenedFiles {
  readonly file: GivenFile;
  readonly beside: readonly GivenFile[];
}

export interface OpenModel {
  readonly facts: ModelFacts | GraphModelFacts | undefined;
  /** As it was read. */
  readonly file: GivenFile | undefined;
  readonly failure: Failure | undefined;
  readonly isOpening: boolean;
  /** Another one each time a model is opened. */
  readonly ask: AskModel;
  /** Opens the model that is read, with files of weights that lie beside it. */
  readonly open: (read: () => Promise<OpenedFiles>) => Promise<void>;
}

export function useModel(): OpenModel {
  const [state, setState] = useState<{
    facts?: ModelFacts | GraphModelFacts;
    file?: GivenFile;
    failure?: Failure;
    isOpening: boolean;
  }>({ isOpening: false });
  const asker = useRef<Asker<ModelQuestion, ModelAnswer>>(undefined);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => () => asker.current?.dispose(), []);
  // The asker drops what waits for something newer; parts of the room ask different things, and each wants its answer.
  const inTurn = async (question: ModelQuestion): Promise<ModelAnswer | undefined> => {
    const own = queue.current.then(() => (asker.current ??= createAsker(modelWork)).ask(question));
    queue.current = own.catch(() => undefined);
    return own;
  };
  const open = async (read: () => Promise<OpenedFiles>): Promise<void> => {
    setState(({ failure: _failure, ...before }) => ({ ...before, isOpening: true }));
    try {
      const { file, beside } = await read();
      const facts = await inTurn({ kind: "open", ...file, beside });
      if (facts?.kind === "model" || facts?.kind === "graph") setState({ facts, file, isOpening: false });
    } catch (error) {
      setState((before) => ({ ...before, failure: failureOf(error), isOpening: false }));
    }
  };
  return {
    facts: state.facts,
    file: state.file,
    failure: state.failure,
    isOpening: state.isOpening,
    ask: inTurn,
    open,
  };
}
