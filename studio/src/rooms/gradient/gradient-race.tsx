/** The simple network, the LSTM and the GRU learn the adding problem, side by side. */
import { drawForecast } from "recurra";
import type { CompareOptions } from "recurra";
import { useCallback } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Slider } from "../../parts/slider.tsx";
import { Table } from "../../parts/table.tsx";
import { printNumber } from "../../words/index.ts";
import { alignCurves, progressOf } from "../../work/race.ts";
import type { Runner } from "../../work/race.ts";
import { useRace } from "../../work/use-race.ts";
import { findLearned, smoothRunner } from "./race-result.ts";
import { ranges } from "./state.ts";
import type { GradientState } from "./state.ts";
import { useGradientWords } from "./use-words.ts";

export interface GradientRaceProps {
  readonly state: GradientState;
  readonly change: (some: Partial<GradientState>) => void;
}

/** Sizes at which an LSTM learns sequences of 40 steps within seconds. */
const raceHidden = 24;
const raceRate = 0.01;

/** The variance of a sum of two numbers that are uniform in [0, 1): the error of who always answers 1. */
const chance = 1 / 6;

export function GradientRace({ state: { length, updates, seed }, change }: GradientRaceProps) {
  const { race: said } = useGradientWords();
  const { race, failure, start, stop } = useRace();
  const isRunning = race.kind === "running";
  const runners = race.kind === "ready" ? [] : race.runners;
  const options: CompareOptions = {
    task: "adding",
    cells: ["rnn", "lstm", "gru"],
    steps: [length],
    seeds: 1,
    seed,
    hidden: raceHidden,
    updates,
    rate: raceRate,
    threads: 3,
  };
  const share = progressOf(runners);
  return (
    <section class="card stack" aria-labelledby="gradient-race">
      <h2 id="gradient-race">{said.title}</h2>
      <p class="soft">{said.intro(printNumber(length))}</p>
      <div class="columns">
        <Slider
          label={said.length}
          value={length}
          {...ranges.length}
          step={2}
          disabled={isRunning}
          onChange={(value) => change({ length: value })}
        />
        <Slider
          label={said.updates}
          value={updates}
          {...ranges.updates}
          step={100}
          disabled={isRunning}
          print={printNumber}
          onChange={(value) => change({ updates: value })}
        />
      </div>
      <div class="gradient-race-go">
        {isRunning ? (
          <Button onClick={stop}>{said.stop}</Button>
        ) : (
          <Button kind="main" onClick={() => start(options)}>
            {said.start}
          </Button>
        )}
        {race.kind === "ready" ? null : (
          <>
            <progress value={share} max={1} aria-label={said.progress} />
            <span class="small soft" role="status">
              {race.kind === "running" ? said.running(printNumber(Math.round(100 * share))) : said[race.kind]}
            </span>
          </>
        )}
      </div>
      {failure === undefined ? null : <FailureNote what={said.failed} failure={failure} />}
      {runners.some(({ updates: told }) => told.length > 1) ? <RaceChart runners={runners} /> : null}
      <RaceResults runners={runners} isOver={race.kind === "finished"} />
    </section>
  );
}

const styles = { rnn: "naive", lstm: "forecast", gru: "other" } as const;

function RaceChart({ runners }: { readonly runners: readonly Runner[] }) {
  const { race: said } = useGradientWords();
  const nameOf = (cell: string): string => said.names[cell] ?? cell;
  const draw = useCallback(
    (look: ChartLook) => {
      const { x, curves } = alignCurves(runners.map(smoothRunner));
      const series = runners.map(({ cell }, at) => ({
        name: said.names[cell] ?? cell,
        values: curves[at] ?? [],
        style: cell in styles ? styles[cell as keyof typeof styles] : ("other" as const),
      }));
      const usual = { name: said.chance, values: x.map(() => chance), style: "truth" as const };
      return drawForecast({
        ...look,
        title: said.curve,
        xLabel: said.x,
        yLabel: said.y,
        x,
        series: [...series, usual],
        log: true,
      });
    },
    [runners, said],
  );
  return <Chart label={said.curveLabel(runners.map(({ cell }) => nameOf(cell)).join(", "))} draw={draw} height={340} />;
}

function RaceResults({ runners, isOver }: { readonly runners: readonly Runner[]; readonly isOver: boolean }) {
  const { race: said } = useGradientWords();
  const results = runners.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return null;
  const learned = findLearned(results);
  return (
    <>
      <Table
        caption={said.table}
        columns={[
          { name: "cell", title: said.columns.cell },
          { name: "parameters", title: said.columns.parameters, isNumber: true },
          { name: "error", title: said.columns.error, isNumber: true },
          { name: "share", title: said.columns.share, isNumber: true },
        ]}
        rows={results.map((result) => ({
          key: result.cell,
          isMarked: result.cell === learned[0]?.cell,
          cells: [
            said.names[result.cell] ?? result.cell,
            printNumber(result.parameters),
            printNumber(result.error ?? NaN, 2),
            `${printNumber(Math.round((1000 * (result.error ?? NaN)) / result.chance) / 10)} %`,
          ],
        }))}
      />
      {isOver ? (
        <p role="status">
          {learned.length === 0
            ? said.open
            : learned
                .map(({ cell, times }) => said.verdict(said.names[cell] ?? cell, printNumber(Math.round(times))))
                .join(" ")}
        </p>
      ) : null}
    </>
  );
}
