/** The workbench: data, a cell, a run, and what it has come to. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { takeHanded } from "../../handed-file.ts";
import { usePlaceState } from "../../place.ts";
import type { DataFile, LessonChoice } from "../../work/lessons/lesson.ts";
import { CellCard, useSeenCell } from "./cell-card.tsx";
import { choose, chooseTask, notationOf } from "./choose.ts";
import { DataCard } from "./data-card.tsx";
import { KeptCard } from "./kept-card.tsx";
import { keepModel, lastModel } from "./last-model.ts";
import type { FinishedModel } from "./last-model.ts";
import { LearningCard } from "./learning-card.tsx";
import { ResultCard } from "./result-card.tsx";
import { isBusy, RunCard } from "./run-card.tsx";
import type { Run } from "./run.ts";
import { chooseData, workbenchFields } from "./state.ts";
import { useData, useKept, usePlan } from "./use-preview.ts";
import { useRun } from "./use-run.ts";
import { useWorkbenchWords } from "./use-words.ts";
import "./workbench.css";
import { RoomHead } from "../../parts/room-head.tsx";
import { InTurn } from "../../parts/in-turn.tsx";

const isRunFile = /\.(checkpoint|safetensors)$/i;

export function WorkbenchRoom() {
  const words = useWorkbenchWords();
  const [state, change] = usePlaceState(workbenchFields);
  const [own, setOwn] = useState<DataFile>();
  const control = useRun(words.leave);
  const [keptFile, setKeptFile] = useState<DataFile>();
  const [rate, setRate] = useState<number>();
  const opened = useKept(keptFile);
  const kept = opened.facts?.kind === "kept" ? opened.facts : undefined;
  const wanted = kept?.task ?? state.task;
  const { decimal, dateOrder } = state;
  const read = useMemo(
    () => own && { ...own, notation: notationOf({ decimal, dateOrder }) },
    [own, decimal, dateOrder],
  );
  const open = useData(read, wanted === "memory" ? undefined : chooseData({ ...state, task: wanted }));
  // A file of another kind than the task is for brings its own task, unless a run is gone on with.
  const isOwnTask = wanted === "memory" || kept !== undefined || own === undefined || open.facts === undefined;
  const task = isOwnTask ? wanted : chooseTask(wanted, open.facts);
  const shown = useMemo(() => ({ ...state, task }), [JSON.stringify(state), task]);
  const cell = useSeenCell(state);
  const { seen, isReady } = cell;
  const spec = seen?.kind === "cell" && isReady && !seen.attends ? seen.spec : undefined;
  const choice = useMemo((): LessonChoice | undefined => {
    const { data, facts } = open;
    if (kept === undefined || opened.file === undefined) return choose(shown, { data, facts, cell: spec });
    if (data === undefined || facts === undefined) return undefined;
    return { run: opened.file, data, ...(rate === undefined ? {} : { rate }) };
  }, [shown, open.data, open.facts, spec, kept, opened.file, rate]);
  const plan = usePlan(choice);
  const named = kept === undefined ? open.data : opened.file;
  const stem = (named?.name ?? `${state.memory}-${state.steps}`).replace(/\.\w+$/, "");
  const take = (file: DataFile): void => {
    if (isRunFile.test(file.name)) {
      setKeptFile(file);
      setRate(undefined);
      control.forget();
      return;
    }
    // What could not be gone on with is done with.
    if (kept === undefined) setKeptFile(undefined);
    setOwn(file);
    change({
      target: "",
      text: "",
      decimal: "",
      dateOrder: "",
      ...(state.task === "memory" ? { task: "forecast" } : {}),
    });
  };
  useEffect(() => {
    const handed = takeHanded();
    if (handed !== undefined) take(handed);
  }, []);
  // Why a run failed says nothing of another choice.
  useEffect(() => {
    if (control.run.kind === "failed") control.forget();
  }, [choice]);
  const disabled = isBusy(control.run);
  const { finished } = control.run;
  const result = useResult(control.run, stem);
  return (
    <div class="wide-stack">
      <InTurn>
        <RoomHead words={words} />
        <DataCard
          state={shown}
          change={change}
          open={open}
          own={own}
          kept={opened}
          onFile={take}
          onBuiltIn={() => setOwn(undefined)}
          disabled={disabled}
        />
        {kept === undefined ? (
          <>
            <CellCard state={state} change={change} cell={cell} facts={plan.facts} disabled={disabled} />
            <LearningCard
              state={shown}
              change={change}
              plan={plan}
              isChosen={choice !== undefined}
              disabled={disabled}
            />
          </>
        ) : (
          <KeptCard
            name={opened.file?.name ?? ""}
            facts={kept}
            plan={plan}
            isChosen={choice !== undefined}
            rate={rate}
            onRate={setRate}
            onLeave={() => setKeptFile(undefined)}
            disabled={disabled}
          />
        )}
        <RunCard
          control={control}
          choice={plan.isReady && plan.facts !== undefined ? choice : undefined}
          kept={kept === undefined ? undefined : opened.file?.name}
          stem={stem}
        />
        {result === undefined || disabled ? null : <ResultCard {...result} isEarlier={finished === undefined} />}
      </InTurn>
    </div>
  );
}

/** What the run has come to, or the one before it: under the name that it had when it was finished. */
function useResult({ finished, facts }: Run, stem: string): FinishedModel | undefined {
  return useMemo(() => {
    const network = facts?.network;
    if (finished !== undefined)
      keepModel({ conclusion: finished.conclusion, stem, ...(network === undefined ? {} : { network }) });
    return lastModel();
  }, [finished]);
}
