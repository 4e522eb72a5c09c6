/** The run: its buttons, its numbers and curves as they change, and what the network says meanwhile. */
import { useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { saveFile } from "../../save-file.ts";
import { printNumber } from "../../words/index.ts";
import type { LessonChoice } from "../../work/lessons/lesson.ts";
import { RateSlider } from "./learning-card.tsx";
import { progressOf } from "./run.ts";
import type { Run } from "./run.ts";
import { LossCurves, NormCurve } from "./run-curves.tsx";
import { SampleView } from "./sample-view.tsx";
import type { RunControl } from "./use-run.ts";
import { useWorkbenchWords } from "./use-words.ts";

export interface RunCardProps {
  readonly control: RunControl;
  /** Undefined where something is not chosen. */
  readonly choice: LessonChoice | undefined;
  /** The checkpoint that is gone on with. */
  readonly kept: string | undefined;
  /** What files are called, without an ending. */
  readonly stem: string;
}

/** Whether nothing else may be changed. */
export function isBusy({ kind }: Run): boolean {
  return kind === "starting" || kind === "learning" || kind === "pausing" || kind === "paused";
}

export function RunCard({ control, choice, kept, stem }: RunCardProps) {
  const words = useWorkbenchWords();
  const { run } = control;
  return (
    <section class="card stack" aria-labelledby="workbench-run">
      <h2 id="workbench-run">{words.parts.run}</h2>
      <RunButtons control={control} choice={choice} kept={kept} stem={stem} />
      {run.failure === undefined ? null : <FailureNote what={words.failed} failure={run.failure} />}
      {run.kind === "ready" || run.steps.updates.length === 0 ? null : (
        <>
          <RunNumbers run={run} />
          {run.before === undefined ? null : (
            <p class="small soft">{words.kept.otherBackend(run.before, run.backend ?? "")}</p>
          )}
          <div class="bench-curves">
            <LossCurves run={run} />
            <NormCurve run={run} />
          </div>
          {run.sample === undefined || run.finished !== undefined ? null : (
            <SampleView sample={run.sample.sample} epoch={run.sample.epoch} />
          )}
        </>
      )}
    </section>
  );
}

function RunButtons({ control: { run, start, pause, goOn, forget }, choice, kept, stem }: RunCardProps) {
  const words = useWorkbenchWords();
  const [rate, setRate] = useState<number>();
  const begin = (): void => {
    setRate(undefined);
    if (choice !== undefined) start(choice);
  };
  const { kind, paused } = run;
  const planned = run.facts?.rate ?? 0;
  return (
    <div class="stack">
      <div class="bench-go">
        {kind === "ready" || kind === "finished" || kind === "failed" ? (
          <Button kind="main" disabled={choice === undefined} onClick={begin}>
            {kept !== undefined ? words.kept.goOn(kept) : kind === "ready" ? words.start : words.again}
          </Button>
        ) : kind === "paused" ? (
          <Button kind="main" onClick={() => goOn(rate ?? planned)}>
            {words.goOn}
          </Button>
        ) : (
          <Button disabled={kind !== "learning"} onClick={pause}>
            {words.pause}
          </Button>
        )}
        {kind === "paused" && paused?.file !== undefined ? (
          <Button onClick={() => paused.file !== undefined && saveFile(paused.file, `${stem}.checkpoint`)}>
            {words.downloadCheckpoint}
          </Button>
        ) : null}
        {kind === "paused" ? (
          <Button kind="quiet" onClick={forget}>
            {words.forget}
          </Button>
        ) : null}
        {kind === "ready" || kind === "failed" ? null : <RunProgress run={run} />}
      </div>
      {kind === "paused" ? (
        <div class="bench-rate">
          <RateSlider value={rate ?? planned} onChange={setRate} />
          <p class="small soft">{words.pausedHelp}</p>
        </div>
      ) : null}
    </div>
  );
}

function RunProgress({ run }: { readonly run: Run }) {
  const words = useWorkbenchWords();
  return (
    <>
      <progress class="bench-bar" value={progressOf(run)} max={1} aria-label={words.progress} />
      <span class="small soft" role="status">
        {printStatus(run)}
      </span>
    </>
  );

  function printStatus({ kind, updatesPerEpoch, updates, update, finished }: Run): string {
    const said = words.status;
    const epochs = Math.round(updates / updatesPerEpoch);
    const epoch = printNumber(Math.min(Math.max(1, epochs), Math.floor(update / updatesPerEpoch) + 1));
    if (kind === "learning") return said.learning(epoch, printNumber(epochs));
    if (kind === "paused") return said.paused(epoch);
    if (kind === "finished") return said.finished[finished?.because ?? "epochs"];
    return kind === "pausing" ? said.pausing : said.starting;
  }
}

/** The least validation loss, and where it was. */
function printBest({ epochs, bestEpoch }: Run, print: (loss: string, epoch: string) => string): string {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)?.validation;
  return best === undefined || bestEpoch === undefined ? "" : print(printNumber(best, 3), printNumber(bestEpoch));
}

function RunNumbers({ run }: { readonly run: Run }) {
  const { epochs, facts, steps, speed, rate } = run;
  const { now } = useWorkbenchWords();
  const last = epochs.at(-1);
  return (
    <NumberRow
      numbers={[
        { name: now.loss, value: printNumber(last?.loss ?? steps.losses.at(-1) ?? NaN, 3), note: now.lossNote },
        ...(last?.validation === undefined
          ? []
          : [
              {
                name: now.validation,
                value: printNumber(last.validation, 3),
                note: printBest(run, now.validationNote),
              },
            ]),
        {
          name: now.norm,
          value: printNumber(steps.norms.at(-1) ?? NaN, 2),
          note: facts?.clip === undefined ? "" : now.normNote(printNumber(facts.clip)),
        },
        { name: now.rate, value: printNumber(rate ?? NaN, 2), note: facts?.isCosine === true ? now.rateNote : "" },
        { name: now.speed, value: printNumber(speed === undefined ? NaN : Math.round(speed)) },
      ]}
    />
  );
}
