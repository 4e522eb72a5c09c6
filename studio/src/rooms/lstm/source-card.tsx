/** What is read, and by which network. */
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import type { LanguageModelName } from "../../models/shipped.ts";
import { modelChoices, mostCharacters, textFor } from "./state.ts";
import type { LstmState } from "./state.ts";
import { examples, passages } from "./texts.ts";
import { useLstmWords } from "./use-words.ts";

export interface SourceCardProps {
  readonly state: LstmState;
  readonly change: (some: Partial<LstmState>) => void;
  readonly model: LanguageModelName | undefined;
  readonly isMissing: boolean;
  readonly unknown: readonly string[];
}

export function SourceCard({ state, change, model, isMissing, unknown }: SourceCardProps) {
  const words = useLstmWords();
  const read = (next: string): void => change({ text: next.slice(0, mostCharacters), at: 0, part: "forget" });
  return (
    <section class="card lstm-source" aria-label={words.text}>
      <TextField code label={words.text} value={state.text} help={words.textHelp} onChange={read} />
      <div class="stack">
        <Select
          label={words.model}
          value={state.model}
          options={modelChoices.map((name) => ({ name, text: words.models[name] }))}
          onChange={(name) => change({ model: name, text: textFor(name, state.text), at: 0, part: "forget", unit: 0 })}
        />
        <div class="field">
          <span class="field-label">{words.examples}</span>
          <div class="lstm-examples">
            {examples.map(({ name, model: reader }) => (
              <Button
                key={name}
                onClick={() =>
                  change({
                    text: passages[name],
                    at: 0,
                    part: "forget",
                    unit: 0,
                    ...(model === undefined ? {} : { model: reader }),
                  })
                }
              >
                {words.example[name]}
              </Button>
            ))}
          </div>
        </div>
        {isMissing ? <Note kind="warning">{words.missing}</Note> : null}
        {model === undefined ? <Note>{words.untrained}</Note> : null}
        {unknown.length > 0 && !isMissing ? <Note kind="warning">{words.unknown(unknown.join(" "))}</Note> : null}
      </div>
    </section>
  );
}
