/** What the cells of a model do on a sample: heat maps of gates and states, a player, and what it says after each step. */
import { useEffect, useState } from "preact/hooks";
import { HeatMap } from "../../parts/heat-map.tsx";
import { Note } from "../../parts/note.tsx";
import { Player } from "../../parts/player.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { printNumber } from "../../words/index.ts";
import type { ModelFacts, TraceSeen, ValueSeen } from "../../work/model/model.ts";
import { messageOf } from "../../work/protocol.ts";
import type { AskModel } from "./use-model.ts";
import { useOpenWords } from "./use-words.ts";

export interface TraceCardProps {
  readonly facts: ModelFacts;
  readonly ask: AskModel;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Milliseconds without a key after which a text is read. */
const rest = 200;

export function TraceCard({ facts, ask, step, onStep }: TraceCardProps) {
  const words = useOpenWords();
  const [typed, setTyped] = useState<{ readonly of: ModelFacts; readonly text: string }>();
  const text = typed?.of === facts ? typed.text : facts.sample;
  const [seen, setSeen] = useState<TraceSeen>();
  const [failure, setFailure] = useState<string>();
  const [path, setPath] = useState("");
  const { isTraceable } = facts;
  useEffect(() => {
    if (!isTraceable) return undefined;
    let isLeft = false;
    const timer = setTimeout(() => {
      ask({ kind: "trace", text }).then(
        (answer) => {
          if (isLeft || answer?.kind !== "trace") return;
          setSeen(answer);
          setFailure(undefined);
        },
        (error: unknown) => isLeft || setFailure(messageOf(error)),
      );
    }, rest);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [facts, text, isTraceable]);
  const cell = seen?.cells.find((one) => one.path === path) ?? seen?.cells[0];
  const at = Math.min(step, Math.max(0, (seen?.steps ?? 1) - 1));
  return (
    <section class="card stack" aria-labelledby="open-trace">
      <h2 id="open-trace">{words.parts.trace}</h2>
      {isTraceable ? (
        <>
          {facts.sample === "" ? (
            <p class="soft">{words.sampleWave}</p>
          ) : (
            <TextField label={words.sample} value={text} onChange={(next) => setTyped({ of: facts, text: next })} />
          )}
          {failure === undefined ? null : (
            <Note kind="error">
              <span lang="en">{failure}</span>
            </Note>
          )}
          {seen === undefined || cell === undefined ? (
            failure === undefined ? (
              <div class="open-waiting" aria-busy="true" />
            ) : null
          ) : (
            <>
              <Player
                label={words.player}
                at={at}
                count={seen.steps}
                print={(one) => words.stepOf(printNumber(one + 1), seen.labels[one] ?? "")}
                onChange={onStep}
              />
              {seen.told[at] === undefined ? null : (
                <p class="open-told">
                  <span class="soft">{facts.task === "generate" ? words.says : words.tells}</span>{" "}
                  {seen.told[at].map(({ name, share }) => (
                    <span key={name} class="open-answer">
                      <code>{name.replace("\n", "⏎").replace(/^ $/, "␣")}</code> {printNumber(Math.round(100 * share))}{" "}
                      %
                    </span>
                  ))}
                </p>
              )}
              {seen.cells.length < 2 ? null : (
                <Select
                  label={words.cell}
                  value={cell.path}
                  options={seen.cells.map((one) => ({ name: one.path, text: `${one.path} (${one.name})` }))}
                  onChange={setPath}
                />
              )}
              <div class="open-maps">
                {cell.values.map((value) => (
                  <ValueMap
                    key={value.name}
                    value={value}
                    cell={seen.cells.length < 2 ? cell.name : cell.path}
                    seen={seen}
                    at={at}
                  />
                ))}
              </div>
            </>
          )}
        </>
      ) : (
        <p class="soft">{words.noTrace}</p>
      )}
    </section>
  );
}

/** Gates in the colours that they have in the diagrams, where their names are those of the LSTM. */
const tones = { i: "input", f: "forget", o: "output", "c'": "memory" } as const;

interface ValueMapProps {
  readonly value: ValueSeen;
  readonly cell: string;
  readonly seen: TraceSeen;
  readonly at: number;
}

function ValueMap({ value: { name, role, size, values }, cell, seen: { steps, labels }, at }: ValueMapProps) {
  const words = useOpenWords();
  const tone = name in tones ? tones[name as keyof typeof tones] : role === "gate" ? "forget" : "state";
  return (
    <div class="stack">
      <h3>
        <code>{name}</code> <span class="soft small">{words.roles[role]}</span>
      </h3>
      <HeatMap
        label={words.mapLabel(name, cell)}
        values={values}
        steps={steps}
        units={size}
        scale={role === "gate" ? "share" : "diverging"}
        tone={tone}
        nameStep={(step) => words.stepOf(printNumber(step + 1), labels[step] ?? "")}
        markedStep={at}
      />
    </div>
  );
}
