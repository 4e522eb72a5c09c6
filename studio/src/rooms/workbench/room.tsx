/** The workbench: data, a cell, a run, and what it has come to. */
import { useMemo, useState } from "preact/hooks";
import { usePlaceState } from "../../place.ts";
import type { DataFile } from "../../work/lessons/lesson.ts";
import { CellCard, useSeenCell } from "./cell-card.tsx";
import { choose, chooseTask } from "./choose.ts";
import { DataCard } from "./data-card.tsx";
import { LearningCard } from "./learning-card.tsx";
import { ResultCard } from "./result-card.tsx";
import { isBusy, RunCard } from "./run-card.tsx";
import { chooseData, workbenchFields } from "./state.ts";
import { useData, usePlan } from "./use-preview.ts";
import { useRun } from "./use-run.ts";
import { useWorkbenchWords } from "./use-words.ts";
import "./workbench.css";
import { RoomHead } from "../../parts/room-head.tsx";

export function WorkbenchRoom() {
  const words = useWorkbenchWords();
  const [state, change] = usePlaceState(workbenchFields);
  const [own, setOwn] = useState<DataFile>();
  const control = useRun();
  const open = useData(own, state.task === "memory" ? undefined : chooseData(state));
  // A file of another kind than the task is for brings its own task.
  const task = own === undefined || open.facts === undefined ? state.task : chooseTask(state.task, open.facts);
  const shown = useMemo(
    () => ({ ...state, task: state.task === "memory" ? state.task : task }),
    [JSON.stringify(state), task],
  );
  const cell = useSeenCell(state);
  const { seen, isReady } = cell;
  const spec = seen?.kind === "cell" && isReady && !seen.attends ? seen.spec : undefined;
  const choice = useMemo(
    () => choose(shown, { data: open.data, facts: open.facts, cell: spec }),
    [shown, open.data, open.facts, spec],
  );
  const plan = usePlan(choice);
  const stem = (open.data?.name ?? `${state.memory}-${state.steps}`).replace(/\.\w+$/, "");
  const take = async (file: File): Promise<void> => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    setOwn({ name: file.name, bytes });
    change({ target: "", text: "" });
  };
  const disabled = isBusy(control.run);
  const { finished } = control.run;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <DataCard
        state={shown}
        change={change}
        open={open}
        own={own}
        onFile={(file) => void take(file)}
        onBuiltIn={() => setOwn(undefined)}
        disabled={disabled}
      />
      <CellCard state={state} change={change} cell={cell} facts={plan.facts} disabled={disabled} />
      <LearningCard state={shown} change={change} plan={plan} isChosen={choice !== undefined} disabled={disabled} />
      <RunCard control={control} choice={plan.isReady && plan.facts !== undefined ? choice : undefined} stem={stem} />
      {finished === undefined ? null : <ResultCard conclusion={finished.conclusion} stem={stem} />}
    </div>
  );
}
