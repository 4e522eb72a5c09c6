/** Continuing a text, character by character. */
import { useEffect } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printNumber } from "../../words/index.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { authors, mostText } from "./state.ts";
import type { ApplicationsState } from "./state.ts";
import { useDemo } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";
import { useWriting } from "./use-writing.ts";
import type { Writing } from "./use-writing.ts";

/** Characters that are written. */
const length = 320;
/** Steps in the picture: the last ones. */
const mostSteps = 14;

export function WriteDemo({ state, change }: DemoProps) {
  const { write: words } = useApplicationsWords();
  const { author, temperature, top, seed } = state;
  const prompt = state[author];
  const demo = useDemo(author);
  const { writing, start, stop } = useWriting(demo);
  const write = (from: number): void => start({ prompt, temperature, topK: top, seed: from, length });
  const isReady = demo.kind === "ready";
  useEffect(() => {
    if (isReady) write(seed);
    // Anything else that changes waits for the button.
  }, [isReady, author]);
  const isWriting = writing?.isWriting === true;
  const failure = writing?.failure;
  /** The prompt holds what the model has never seen. */
  const isUnknown = failure?.code === "data/unknown-token";
  return (
    <DemoFrame
      name="write"
      demo={demo}
      isBusy={isWriting}
      choice={<AuthorChoice state={state} change={change} />}
      failure={isUnknown ? undefined : failure}
    >
      <div class="columns write-settings">
        <Prompt
          prompt={prompt}
          onChange={(text) => change({ [author]: text })}
          lang={author === "kieu" ? "vi" : "en"}
        />
        <Slider
          label={words.temperature}
          help={words.temperatureHelp}
          value={temperature}
          from={0}
          to={1.5}
          step={0.05}
          print={(value) => printNumber(value)}
          onChange={(value) => change({ temperature: value })}
        />
        <Slider
          label={words.top}
          help={words.topHelp}
          value={top}
          from={1}
          to={80}
          onChange={(value) => change({ top: value })}
        />
      </div>
      <div class="demo-buttons">
        {isWriting ? (
          <Button onClick={stop}>{words.stop}</Button>
        ) : (
          <Button kind="main" onClick={() => write(seed)}>
            {words.start}
          </Button>
        )}
        <Button
          kind="quiet"
          onClick={() => {
            change({ seed: seed + 1 });
            write(seed + 1);
          }}
        >
          {words.again}
        </Button>
      </div>
      {isUnknown ? <Note kind="warning">{words.unknown}</Note> : null}
      {writing === undefined || failure !== undefined ? null : (
        <Written writing={writing} lang={author === "kieu" ? "vi" : "en"} />
      )}
    </DemoFrame>
  );
}

/** Whose manner it is; the beginning goes with it. */
function AuthorChoice({ state, change }: DemoProps) {
  const { write: words } = useApplicationsWords();
  return (
    <div class="columns demo-sliders">
      <Select
        label={words.author}
        value={state.author}
        options={authors.map((name) => ({ name, text: words.authors[name] }))}
        onChange={(author: ApplicationsState["author"]) => change({ author })}
      />
    </div>
  );
}

interface PromptProps {
  readonly prompt: string;
  readonly lang: string;
  readonly onChange: (prompt: string) => void;
}

/** A beginning may have several lines. */
function Prompt({ prompt, lang, onChange }: PromptProps) {
  const { write: words } = useApplicationsWords();
  return (
    <div class="field">
      <label class="field-label" for="write-prompt">
        {words.prompt}
      </label>
      <textarea
        id="write-prompt"
        class="text-box write-prompt"
        lang={lang}
        rows={2}
        maxLength={mostText}
        spellcheck={false}
        value={prompt}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </div>
  );
}

function Written({ writing, lang }: { readonly writing: Writing; readonly lang: string }) {
  const { write: words } = useApplicationsWords();
  const { prompt, text, isWriting } = writing;
  const letters = [...prompt, ...text];
  const first = Math.max(0, letters.length - 1 - mostSteps);
  const shown = letters.slice(first).map(nameCharacter);
  return (
    <>
      <div class="said">
        <h3>{words.result}</h3>
        <p class="written" lang={lang} aria-live="off">
          <span class="soft">{prompt}</span>
          {text}
          {isWriting ? <span class="caret" aria-hidden="true" /> : null}
        </p>
      </div>
      {shown.length < 2 ? null : (
        <DemoShape
          kind="aligned"
          lang={lang}
          content={{ inputs: shown.slice(0, -1), outputs: shown.slice(1), isFedBack: true, isOngoing: first > 0 }}
        />
      )}
    </>
  );
}

/** What cannot be seen has a sign of its own. */
function nameCharacter(character: string): string {
  return character === "\n" ? "↵" : /\s/.test(character) ? "␣" : character;
}
