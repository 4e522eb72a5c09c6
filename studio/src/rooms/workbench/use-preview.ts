/** Data and plans as they are looked into, in workers that stay as long as the room is shown. */
import { useEffect, useRef, useState } from "preact/hooks";
import { createAsker } from "../../work/ask.ts";
import type { Asker } from "../../work/ask.ts";
import type { DataFile, LessonChoice } from "../../work/lessons/lesson.ts";
import type { KeptFacts } from "../../work/lessons/kept-run.ts";
import type { LessonFacts } from "../../work/lessons/plan-lesson.ts";
import { previewWork } from "../../work/preview.ts";
import type { DataFacts, PreviewAnswer, PreviewQuestion } from "../../work/preview.ts";
import { openBuiltIn } from "./built-in-data.ts";
import type { DataName } from "./state.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

type PreviewAsker = Asker<PreviewQuestion, PreviewAnswer>;

/** A worker from the first question on. */
function useAsker(): () => PreviewAsker {
  const asker = useRef<PreviewAsker>(undefined);
  useEffect(() => () => asker.current?.dispose(), []);
  return () => (asker.current ??= createAsker(previewWork));
}

/** What is wanted, looked into; undefined until it is. `look` does not throw. */
function useLooked<W extends object | string, T>(
  wanted: W | undefined,
  look: (wanted: W, asker: PreviewAsker) => Promise<T>,
): T | undefined {
  const [open, setOpen] = useState<{ readonly of: W; readonly found: T }>();
  const ask = useAsker();
  useEffect(() => {
    if (wanted === undefined) return undefined;
    let isLeft = false;
    void look(wanted, ask()).then((found) => isLeft || setOpen({ of: wanted, found }));
    return () => {
      isLeft = true;
    };
  }, [wanted]);
  return open !== undefined && open.of === wanted ? open.found : undefined;
}

export interface OpenData {
  readonly data?: DataFile;
  readonly facts?: DataFacts;
  readonly failure?: Failure;
}

/** The data that are chosen, looked into; empty until they are. */
export function useData(own: DataFile | undefined, builtIn: DataName | undefined): OpenData {
  return useLooked<DataFile | DataName, OpenData>(own ?? builtIn, lookAtData) ?? {};
}

async function lookAtData(wanted: DataFile | DataName, asker: PreviewAsker): Promise<OpenData> {
  let data: DataFile | undefined;
  try {
    data = typeof wanted === "string" ? await openBuiltIn(wanted) : wanted;
    const facts = await asker.ask({ kind: "data", data });
    return facts?.kind === "table" || facts?.kind === "text" ? { data, facts } : {};
  } catch (error) {
    return { ...(data === undefined ? {} : { data }), failure: failureOf(error) };
  }
}

export interface OpenKept {
  readonly file?: DataFile;
  readonly facts?: KeptFacts;
  readonly failure?: Failure;
}

/** A checkpoint that was opened, looked into; empty until it is. */
export function useKept(file: DataFile | undefined): OpenKept {
  return useLooked(file, lookAtKept) ?? {};
}

async function lookAtKept(file: DataFile, asker: PreviewAsker): Promise<OpenKept> {
  try {
    const facts = await asker.ask({ kind: "kept", file });
    return facts?.kind === "kept" || facts?.kind === "ended" ? { file, facts } : {};
  } catch (error) {
    return { file, failure: failureOf(error) };
  }
}

export interface OpenPlan {
  readonly facts?: LessonFacts;
  readonly failure?: Failure;
  /** Whether it is of the choice as it is. */
  readonly isReady: boolean;
}

/** Milliseconds without a change after which a plan is made: plans take longer than a slider stays. */
const rest = 250;

/** What is to be known of a choice before it is trained. The last plan stays until the next is there. */
export function usePlan(choice: LessonChoice | undefined): OpenPlan {
  const [plan, setPlan] = useState<Omit<OpenPlan, "isReady"> & { readonly key?: string }>({});
  const ask = useAsker();
  const latest = useRef(choice);
  latest.current = choice;
  const key = choice === undefined ? undefined : keyOf(choice);
  useEffect(() => {
    if (key === undefined) return undefined;
    let isLeft = false;
    const timer = setTimeout(() => {
      if (latest.current === undefined) return;
      ask()
        .ask({ kind: "plan", choice: latest.current })
        .then(
          (answer) => isLeft || answer?.kind !== "plan" || setPlan({ key, facts: answer.facts }),
          (error: unknown) => isLeft || setPlan({ key, failure: failureOf(error) }),
        );
    }, rest);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [key]);
  return { ...plan, isReady: plan.key === key };
}

const numbers = new WeakMap<Blob, number>();
let last = 0;

/** Equal for equal choices of the same files. */
function keyOf(choice: LessonChoice): string {
  return JSON.stringify(choice, (_, value: unknown) => {
    if (!(value instanceof Blob)) return value;
    const number = numbers.get(value) ?? ++last;
    numbers.set(value, number);
    return number;
  });
}
