/** A cell and the LSTM learn the same task, here and now. */
import { cells } from "recurra";
import type { Cell, CompareOptions } from "recurra";
import { useMemo } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { progressOf } from "../../work/race.ts";
import type { Race } from "../../work/race.ts";
import { useRace } from "../../work/use-race.ts";
import { printNumber } from "../../words/index.ts";
import { RaceCurves } from "./race-curves.tsx";
import { fitSteps, lengthsOf, raceTaskNames, taskOf } from "./race-tasks.ts";
import { ResultsTable } from "./results-table.tsx";
import type { VariantsState } from "./state.ts";
import { summariseResults } from "./summarise-results.ts";
import { useVariantsWords } from "./use-words.ts";

export interface CellRaceProps {
  readonly cell: Cell;
  readonly state: VariantsState;
  readonly change: (some: Partial<VariantsState>) => void;
}

/** A rate at which the tasks are learned in few updates: the comparison's usual one is for longer runs. */
const rate = 0.01;

export function CellRace({ cell, state, change }: CellRaceProps) {
  const words = useVariantsWords();
  const { race: said } = words;
  const steps = fitSteps(state.task, state.steps);
  const { race, failure, start, stop } = useRace();
  const isRunning = race.kind === "running";
  // The LSTM itself runs beside the simplest cell.
  const { name, text, options: given } = cell.name === "lstm" ? cells.rnn : cell;
  const options: CompareOptions = {
    task: state.task,
    cells: [{ name, text, options: given }, "lstm"],
    steps: [steps],
    seeds: 1,
    hidden: state.hidden,
    updates: state.updates,
    rate,
    threads: 2,
  };
  const refusal = cell.memories.length > 0 ? said.noMemory : cell.states.length === 0 ? said.noState : undefined;
  const runners = race.kind === "ready" ? [] : race.runners;
  const rows = useMemo(() => summariseResults(runners.flatMap(({ result }) => result ?? [])), [runners]);
  return (
    <section class="card stack">
      <h3>{said.title}</h3>
      <p class="soft">{refusal ?? said.intro}</p>
      {refusal === undefined ? (
        <>
          <div class="columns race-settings">
            <Select
              label={said.task}
              value={state.task}
              options={raceTaskNames.map((name) => ({ name, text: said.tasks[name] ?? name }))}
              disabled={isRunning}
              onChange={(task) => change({ task, steps: fitSteps(task, state.steps) })}
            />
            <Slider
              label={said.steps}
              value={steps}
              {...lengthsOf[state.task]}
              disabled={isRunning}
              onChange={(value) => change({ steps: value })}
            />
            <Slider
              label={said.updates}
              value={state.updates}
              from={100}
              to={5000}
              step={100}
              disabled={isRunning}
              print={printNumber}
              onChange={(value) => change({ updates: value })}
            />
          </div>
          <div class="race-go">
            {isRunning ? (
              <Button onClick={stop}>{said.stop}</Button>
            ) : (
              <Button kind="main" onClick={() => start(options)}>
                {said.start}
              </Button>
            )}
            {race.kind === "ready" ? null : <RaceProgress race={race} />}
          </div>
        </>
      ) : null}
      {failure === undefined ? null : <FailureNote what={said.failed} failure={failure} />}
      {runners.some(({ updates }) => updates.length > 1) ? <RaceCurves runners={runners} /> : null}
      {rows.length === 0 ? null : <ResultsTable rows={rows} measure={taskOf(state.task).measure} />}
    </section>
  );
}

function RaceProgress({ race }: { readonly race: Exclude<Race, { readonly kind: "ready" }> }) {
  const { race: said } = useVariantsWords();
  const share = progressOf(race.runners);
  const text = race.kind === "running" ? said.running(printNumber(Math.round(100 * share))) : said[race.kind];
  return (
    <>
      <progress class="race-bar" value={share} max={1} aria-label={said.progress} />
      <span class="small soft" role="status">
        {text}
      </span>
    </>
  );
}
