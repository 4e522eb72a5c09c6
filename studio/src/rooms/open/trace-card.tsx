/** What the cells of a model do on a sample: heat maps of gates and states, a player, where it looked, and what it says after each step. */
import { toneOf } from "recurra/inspect";
import { useState } from "preact/hooks";
import { FailureNote } from "../../parts/failure-note.tsx";
import { HeatMap } from "../../parts/heat-map.tsx";
import { PictureDrop } from "../../parts/picture-drop.tsx";
import { Player } from "../../parts/player.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { printNumber } from "../../words/index.ts";
import type { CellSeen, GivenFile, ModelFacts, TraceSeen, ValueSeen } from "../../work/model/model.ts";
import { readsTable, readsText } from "./reads.ts";
import { LooksView } from "./looks-view.tsx";
import type { AskModel } from "./use-model.ts";
import { useSeen } from "./use-seen.ts";
import { useOpenWords } from "./use-words.ts";

export interface TraceCardProps {
  readonly facts: ModelFacts;
  readonly ask: AskModel;
  /** A table that the model answered to. */
  readonly table: GivenFile | undefined;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** What the model is given to read; what is not given is of the worker's making. */
interface Sample {
  readonly text?: string;
  readonly pixels?: readonly number[];
}

/** It is given a key by file: what the reader gave stays while the run of a file goes on. */
export function TraceCard({ facts, ask, table, step, onStep }: TraceCardProps) {
  const words = useOpenWords();
  const [given, setGiven] = useState<Sample>({});
  const { text = facts.sample, pixels } = given;
  const { seen, failure } = useSeen(
    async () => {
      const answer = await ask({
        kind: "trace",
        text,
        ...(pixels === undefined ? {} : { pixels }),
        ...(table === undefined ? {} : { table }),
      });
      return answer?.kind === "trace" ? answer : undefined;
    },
    [facts, text, pixels, table],
    facts.isRecurrent,
  );
  return (
    <section class="card stack" aria-labelledby="open-trace">
      <h2 id="open-trace">{words.parts.trace}</h2>
      {facts.isRecurrent ? (
        <>
          <SampleField
            facts={facts}
            text={text}
            numbers={seen?.numbers}
            isGiven={pixels !== undefined}
            onGive={setGiven}
          />
          {failure === undefined ? null : <FailureNote failure={failure} />}
          {seen === undefined ? (
            failure === undefined ? (
              <div class="open-waiting" aria-busy="true" />
            ) : null
          ) : (
            <TraceView task={facts.task} seen={seen} step={step} onStep={onStep} />
          )}
        </>
      ) : (
        <p class="soft">{words.notRecurrent}</p>
      )}
    </section>
  );
}

interface SampleFieldProps {
  readonly facts: ModelFacts;
  readonly text: string;
  readonly numbers: TraceSeen["numbers"];
  readonly isGiven: boolean;
  readonly onGive: (sample: Sample) => void;
}

function SampleField({ facts, text, numbers, isGiven, onGive }: SampleFieldProps) {
  const words = useOpenWords();
  const { task, side } = facts;
  if (readsText(task))
    return <TextField label={words.sample} value={text} onChange={(next) => onGive({ text: next })} />;
  if (task !== "caption")
    return numbers === undefined ? null : (
      <p class="soft">
        {words.numbers[numbers.kind]("name" in numbers ? numbers.name : "")} {readsTable(task) ? words.giveTable : ""}
      </p>
    );
  return (
    <>
      {side === undefined ? null : (
        <PictureDrop
          label={words.picture}
          side={side}
          unread={words.unread}
          onPicture={({ pixels }) => onGive({ pixels })}
        />
      )}
      {isGiven ? null : <p class="soft">{words.samplePicture}</p>}
    </>
  );
}

export interface TraceViewProps {
  readonly task: ModelFacts["task"];
  readonly seen: TraceSeen;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

export function TraceView({ task, seen, step, onStep }: TraceViewProps) {
  const words = useOpenWords();
  const [path, setPath] = useState("");
  const { cells } = seen;
  const cell = cells.find((one) => one.path === path) ?? cells.find(({ isEncoder }) => !isEncoder) ?? cells[0];
  if (cell === undefined) return null;
  const at = Math.min(step, cell.labels.length - 1);
  const hasEncoder = cells.some(({ isEncoder }) => isEncoder);
  const nameCell = (one: CellSeen): string => {
    const whose = hasEncoder ? `${one.isEncoder ? words.encoder : words.decoder}, ` : "";
    return `${whose}${one.path.replace(/^encoder\./, "")} (${one.name})`;
  };
  return (
    <>
      {seen.said === undefined ? null : (
        <p class="open-told">
          <span class="soft">{words.saysWhole}</span> <strong>{seen.said === "" ? words.end : seen.said}</strong>
        </p>
      )}
      <LooksView seen={seen} at={cell.isEncoder ? undefined : at} />
      {cells.length < 2 ? null : (
        <Select
          label={words.cell}
          value={cell.path}
          options={cells.map((one) => ({ name: one.path, text: nameCell(one) }))}
          onChange={setPath}
        />
      )}
      <Player
        label={words.player}
        at={at}
        count={cell.labels.length}
        print={(one) => words.stepOf(printNumber(one + 1), nameStep(cell, one, words))}
        onChange={onStep}
      />
      {cell.isEncoder ? null : <ToldView task={task} told={seen.told.length === 1 ? seen.told[0] : seen.told[at]} />}
      <div class="open-maps">
        {cell.values.map((value) => (
          <ValueMap
            key={value.name}
            value={value}
            cell={cell}
            name={cells.length < 2 ? cell.name : nameCell(cell)}
            at={at}
          />
        ))}
      </div>
    </>
  );
}

/** What is read at a step. */
function nameStep({ labels }: CellSeen, step: number, { beginning }: { readonly beginning: string }): string {
  const label = labels[step] ?? "";
  return label === "" ? beginning : label;
}

function ToldView({
  task,
  told,
}: {
  readonly task: ModelFacts["task"];
  readonly told: TraceSeen["told"][number] | undefined;
}) {
  const words = useOpenWords();
  if (told === undefined) return null;
  const isNext = task === "generate" || task === "translate" || task === "caption";
  return (
    <p class="open-told">
      <span class="soft">{isNext ? words.says : words.tells}</span>{" "}
      {told.map(({ name, share }) => (
        <span key={name} class="open-answer">
          <code>{nameAnswer(name, words)}</code> {printNumber(Math.round(100 * share))} %
        </span>
      ))}
    </p>
  );
}

/** An answer as it is shown: the end and what is unknown by words, a blank by a sign. */
function nameAnswer(name: string, { end, unknown }: { readonly end: string; readonly unknown: string }): string {
  if (name === "") return end;
  return name === "\ufffd" ? unknown : name.replace("\n", "⏎").replace(/^ $/, "␣");
}

interface ValueMapProps {
  readonly value: ValueSeen;
  readonly cell: CellSeen;
  /** Of the cell. */
  readonly name: string;
  readonly at: number;
}

function ValueMap({ value: { name, role, size, values }, cell, name: called, at }: ValueMapProps) {
  const words = useOpenWords();
  return (
    <div class="stack">
      <h3>
        <code>{name}</code> <span class="soft small">{words.roles[role]}</span>
      </h3>
      <HeatMap
        label={words.mapLabel(name, called)}
        values={values}
        steps={cell.labels.length}
        units={size}
        scale={role === "gate" ? "share" : "diverging"}
        tone={toneOf({ name, role })}
        nameStep={(step) => words.stepOf(printNumber(step + 1), nameStep(cell, step, words))}
        markedStep={at}
      />
    </div>
  );
}
