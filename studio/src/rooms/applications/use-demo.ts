/** A demonstration model for a component: loaded, opened in a worker of its own, and asked. */
import { useEffect, useRef, useState } from "preact/hooks";
import { catalogue, findModels } from "../../models/catalogue.ts";
import type { ModelEntry } from "../../models/catalogue.ts";
import { fetchBytes } from "../../models/fetch-bytes.ts";
import { createAsker } from "../../work/ask.ts";
import type { Asker } from "../../work/ask.ts";
import { demoWork } from "../../work/demo.ts";
import type { DemoAnswer, DemoQuestion } from "../../work/demo.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

type Ask = Asker<DemoQuestion, DemoAnswer>["ask"];

export type Demo =
  /** It is not known yet which models there are. */
  | { readonly kind: "unknown" }
  | { readonly kind: "missing" }
  | { readonly kind: "loading"; readonly entry: ModelEntry; readonly loaded: number }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "ready"; readonly entry: ModelEntry; readonly ask: Ask; readonly side: number };

/** The model of this name. Its worker ends with the component, or with another name. */
export function useDemo(name: string): Demo {
  const [state, setState] = useState<Demo & { readonly of?: string }>({ kind: "unknown" });
  const entries = catalogue.value;
  const entry = entries?.find((one) => one.name === name);
  useEffect(() => void findModels(), []);
  useEffect(() => {
    if (entry === undefined) return undefined;
    let isLeft = false;
    let asker: Asker<DemoQuestion, DemoAnswer> | undefined;
    const show = (demo: Demo): void => void (isLeft || setState({ ...demo, of: name }));
    const open = async (): Promise<void> => {
      show({ kind: "loading", entry, loaded: 0 });
      const bytes = await fetchBytes(`./models/${name}.safetensors`, (loaded) =>
        show({ kind: "loading", entry, loaded }),
      );
      if (isLeft) return;
      asker = createAsker(demoWork);
      const opened = await asker.ask({ kind: "open", bytes });
      const side = opened?.kind === "open" ? (opened.side ?? 0) : 0;
      show({ kind: "ready", entry, ask: asker.ask, side });
    };
    open().catch((error: unknown) => show({ kind: "failed", failure: failureOf(error) }));
    return () => {
      isLeft = true;
      asker?.dispose();
    };
  }, [entry, name]);
  if (entries === undefined) return { kind: "unknown" };
  if (entry === undefined) return { kind: "missing" };
  return state.of === name ? state : { kind: "loading", entry, loaded: 0 };
}

/** An answer of the kind that was asked for. */
type AnswerTo<Q extends DemoQuestion> = Extract<DemoAnswer, { readonly kind: Q["kind"] }>;

export interface DemoAnswered<Q extends DemoQuestion> {
  /** The last answer that is there, and the question it is to; undefined where there is none yet. */
  readonly last: { readonly question: Q; readonly answer: AnswerTo<Q> } | undefined;
  readonly failure: Failure | undefined;
  /** Whether the answer is to the question as it is. */
  readonly isReady: boolean;
}

/** The answer to a question that changes: plain data, equal where its JSON is; undefined asks nothing. */
export function useDemoAnswer<Q extends DemoQuestion>(demo: Demo, question: Q | undefined): DemoAnswered<Q> {
  const [state, setState] = useState<
    Pick<DemoAnswered<Q>, "last"> & { readonly key?: string; readonly failure?: Failure }
  >({
    last: undefined,
  });
  const latest = useRef("");
  const ask = demo.kind === "ready" ? demo.ask : undefined;
  const key = question === undefined ? "" : JSON.stringify(question);
  latest.current = key;
  useEffect(() => {
    if (ask === undefined || key === "") return undefined;
    let isLeft = false;
    const own = JSON.parse(key) as Q;
    ask(own).then(
      // An answer that a newer question has overtaken is shown all the same, until the next one comes.
      (answer) => {
        if (answer !== undefined && latest.current !== "")
          setState({ key, last: { question: own, answer: answer as AnswerTo<Q> } });
      },
      (error: unknown) => isLeft || setState(({ last }) => ({ key, last, failure: failureOf(error) })),
    );
    return () => {
      isLeft = true;
    };
  }, [ask, key]);
  return {
    last: key === "" ? undefined : state.last,
    failure: state.key === key ? state.failure : undefined,
    isReady: key === "" || state.key === key,
  };
}
