/** Data and plans as they are looked into, in workers that stay as long as the room is shown. */
import { useEffect, useRef, useState } from "preact/hooks";
import { createAsker } from "../../work/ask.ts";
import type { Asker } from "../../work/ask.ts";
import type { DataFile, LessonChoice } from "../../work/lessons/lesson.ts";
import type { LessonFacts } from "../../work/lessons/plan-lesson.ts";
import { previewWork } from "../../work/preview.ts";
import type { DataFacts, PreviewAnswer, PreviewQuestion } from "../../work/preview.ts";
import { openBuiltIn } from "./built-in-data.ts";
import type { DataName } from "./state.ts";
import { messageOf } from "../../work/protocol.ts";

type PreviewAsker = Asker<PreviewQuestion, PreviewAnswer>;

/** A worker from the first question on. */
function useAsker(): () => PreviewAsker {
  const asker = useRef<PreviewAsker>(undefined);
  useEffect(() => () => asker.current?.dispose(), []);
  return () => (asker.current ??= createAsker(previewWork));
}

export interface OpenData {
  readonly data?: DataFile;
  readonly facts?: DataFacts;
  readonly failure?: string;
}

/** The data that are chosen, looked into; empty until they are. */
export function useData(own: DataFile | undefined, builtIn: DataName | undefined): OpenData {
  const [open, setOpen] = useState<OpenData & { readonly of?: DataFile | DataName }>({});
  const ask = useAsker();
  const wanted = own ?? builtIn;
  useEffect(() => {
    if (wanted === undefined) return undefined;
    let isLeft = false;
    const look = async (): Promise<OpenData> => {
      const data = typeof wanted === "string" ? await openBuiltIn(wanted) : wanted;
      try {
        const facts = await ask().ask({ kind: "data", data });
        return facts === undefined || facts.kind === "plan" ? {} : { data, facts };
      } catch (error) {
        return { data, failure: messageOf(error) };
      }
    };
    look().then(
      (found) => isLeft || setOpen({ ...found, of: wanted }),
      (error: unknown) => isLeft || setOpen({ failure: messageOf(error), of: wanted }),
    );
    return () => {
      isLeft = true;
    };
  }, [wanted]);
  return open.of === wanted ? open : {};
}

export interface OpenPlan {
  readonly facts?: LessonFacts;
  readonly failure?: string;
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
          (error: unknown) => isLeft || setPlan({ key, failure: messageOf(error) }),
        );
    }, rest);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [key]);
  return { ...plan, isReady: plan.key === key };
}

/** Equal for equal choices of the same file. */
function keyOf({ task, learning }: LessonChoice): string {
  const { data, ...others }: { data?: DataFile } & Record<string, unknown> = { ...task };
  return JSON.stringify([others, data?.name, data?.bytes.length, learning]);
}
