/** One step of the LSTM for one unit: the drawing, the equations with numbers, and a player through both. */
import type { ComponentChildren } from "preact";
import { Button } from "../../parts/button.tsx";
import { Player } from "../../parts/player.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printFixed, printNumber } from "../../words/index.ts";
import type { Reading } from "../../work/read-text.ts";
import { showCharacter } from "./show-character.ts";
import { parts, placeAt, positionOf } from "./state.ts";
import type { LstmState, PartName } from "./state.ts";
import { StepPicture } from "./step-picture.tsx";
import { TextStrip } from "./text-strip.tsx";
import { useLstmWords } from "./use-words.ts";
import { mostChangedAt, valuesAt } from "./values.ts";
import type { UnitValues } from "./values.ts";

export interface StepCardProps {
  readonly reading: Reading;
  readonly isTrained: boolean;
  readonly at: number;
  readonly part: PartName;
  /** From 0. */
  readonly unit: number;
  readonly change: (some: Partial<LstmState>) => void;
}

/** Two places after the point: gates are shares, and more would hide what matters. */
const short = (value: number): string => printFixed(value, 2);
const percent = (share: number): string => `${printNumber(Math.round(share * 100))} %`;

export function StepCard({ reading, isTrained, at, part, unit, change }: StepCardProps) {
  const words = useLstmWords();
  const { characters, hidden } = reading;
  const values = valuesAt(reading, { at, unit });
  const nameOf = (character: string): string =>
    character === " " ? words.names.space : character === "\n" ? words.names.line : character;
  const sentence = describePart(part, values, words.partTexts);
  const print = (position: number): string => {
    const place = placeAt(position);
    return words.at(nameOf(characters[place.at] ?? ""), place.at + 1, characters.length, words.parts[place.part]);
  };
  return (
    <section class="card stack" aria-labelledby="lstm-step">
      <h2 id="lstm-step">{words.step}</h2>
      <TextStrip
        label={words.stripLabel}
        characters={characters}
        marked={at}
        onChoose={(to) => change({ at: to, part: "forget" })}
      />
      <Player
        label={words.play}
        at={positionOf({ at, part })}
        count={parts.length * characters.length}
        every={1300}
        print={print}
        onChange={(position) => change(placeAt(position))}
      />
      <div class="lstm-step-shown">
        <StepPicture
          label={words.pictureLabel(words.parts[part], sentence)}
          part={part}
          values={values}
          character={showCharacter(characters[at] ?? "")}
        />
        <Equations values={values} part={part} onChoose={(next) => change({ part: next })} />
      </div>
      <p class="lstm-sentence" role="status">
        {sentence}
      </p>
      <div class="lstm-unit">
        <Slider
          label={words.unit}
          value={unit + 1}
          from={1}
          to={hidden}
          help={words.unitHelp(hidden)}
          onChange={(to) => change({ unit: to })}
        />
        <Button onClick={() => change({ unit: mostChangedAt(reading, at) + 1 })}>{words.mostChanged}</Button>
      </div>
      <Guesses guesses={isTrained ? (reading.guesses[at] ?? []) : []} nameOf={nameOf} />
    </section>
  );
}

function describePart(
  part: PartName,
  { f, i, g, o, c, h, before }: UnitValues,
  said: ReturnType<typeof useLstmWords>["partTexts"],
): string {
  switch (part) {
    case "forget":
      return said.forget(percent(f));
    case "input":
      return said.input(percent(i), short(g));
    case "cell":
      return said.cell(short(before), short(c));
    case "output":
      return said.output(percent(o));
    case "hidden":
      return said.hidden(short(h));
  }
}

interface EquationsProps {
  readonly values: UnitValues;
  readonly part: PartName;
  readonly onChoose: (part: PartName) => void;
}

/** The equations with their numbers; each leads to its part. */
function Equations({ values: { f, i, g, o, c, h, before }, part, onChoose }: EquationsProps) {
  const words = useLstmWords();
  const sum = (value: number): string => `(${short(value)})`;
  const sign = (value: number): string => (value < 0 ? sum(value) : short(value));
  const gate = (name: string, squash: string, value: number): ComponentChildren => (
    <span>
      <i>{name}</i> = {squash}(<i>W</i>
      <sub>{name}</sub> <i>x</i> + <i>U</i>
      <sub>{name}</sub> <i>h</i> + <i>b</i>
      <sub>{name}</sub>) = <b>{short(value)}</b>
    </span>
  );
  const lines: Readonly<Record<PartName, ComponentChildren>> = {
    forget: gate("f", "σ", f),
    input: (
      <>
        {gate("i", "σ", i)}
        {gate("g", "tanh", g)}
      </>
    ),
    cell: (
      <>
        <span>
          <i>c</i>′ = <i>f</i>·<i>c</i> + <i>i</i>·<i>g</i>
        </span>
        <span>
          = {short(f)} · {sign(before)} + {short(i)} · {sign(g)} = <b>{short(c)}</b>
        </span>
      </>
    ),
    output: gate("o", "σ", o),
    hidden: (
      <>
        <span>
          <i>h</i>′ = <i>o</i> · tanh(<i>c</i>′)
        </span>
        <span>
          = {short(o)} · {sign(Math.tanh(c))} = <b>{short(h)}</b>
        </span>
      </>
    ),
  };
  return (
    <ol class="lstm-equations">
      {parts.map((name) => (
        <li key={name}>
          <button
            type="button"
            class={`lstm-equation of-${name}`}
            aria-current={name === part ? "step" : undefined}
            onClick={() => onChoose(name)}
          >
            <span class="lstm-equation-name">{words.parts[name]}</span>
            {lines[name]}
          </button>
        </li>
      ))}
    </ol>
  );
}

interface GuessesProps {
  readonly guesses: Reading["guesses"][number];
  readonly nameOf: (character: string) => string;
}

function Guesses({ guesses, nameOf }: GuessesProps) {
  const words = useLstmWords();
  return (
    <div class="lstm-guesses">
      <span class="field-label">{words.guess}</span>
      {guesses.length === 0 ? <span class="soft small">{words.noGuess}</span> : null}
      {guesses.map(({ character, share }) => (
        <span key={character} class="lstm-guess" style={{ "--share": String(share) }}>
          <span aria-label={nameOf(character)} role="img">
            {showCharacter(character)}
          </span>
          <span class="small soft">{percent(share)}</span>
        </span>
      ))}
    </div>
  );
}
