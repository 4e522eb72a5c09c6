/** Restoring diacritics as one types. */
import { TextField } from "../../parts/text-field.tsx";
import { printNumber } from "../../words/index.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { unmarked } from "./examples.ts";
import { countRight, splitMarked, unmark } from "./marks.ts";
import { TryTexts } from "./try-texts.tsx";
import { useDemo, useDemoAnswer } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";

/** Letters at whose steps the picture stops: more could hardly be followed. */
const mostSteps = 60;

export function RestoreDemo({ state, change }: DemoProps) {
  const { restore: words } = useApplicationsWords();
  const demo = useDemo("diacritics");
  const text = state.typed;
  const isEmpty = text.trim() === "";
  const { last, failure, isReady } = useDemoAnswer(demo, isEmpty ? undefined : { kind: "restore", text });
  const right = last === undefined ? undefined : countRight(last.question.text, last.answer.text);
  return (
    <DemoFrame name="restore" demo={demo} isBusy={demo.kind === "ready" && !isReady} failure={failure}>
      <div class="demo-input">
        <TextField label={words.label} help={words.help} value={text} onChange={(typed) => change({ typed })} />
        <TryTexts texts={unmarked} lang="vi" onChange={(typed) => change({ typed })} />
      </div>
      {isEmpty ? <p class="soft">{words.empty}</p> : null}
      {last === undefined ? null : (
        <>
          <div class="said">
            <h3>{words.result}</h3>
            <p class="said-text" lang="vi" role="status">
              {splitMarked(last.answer.text).map(({ text: piece, isMarked }, at) =>
                isMarked ? (
                  <mark key={at} class="put-on">
                    {piece}
                  </mark>
                ) : (
                  piece
                ),
              )}
            </p>
            {right === undefined ? null : (
              <p class="small soft">{words.right(printNumber(right.right), printNumber(right.all))}</p>
            )}
          </div>
          <DemoShape
            kind="aligned"
            lang="vi"
            content={{
              inputs: lettersOf(unmark(last.answer.text)),
              outputs: lettersOf(last.answer.text),
              isBoth: true,
            }}
          />
        </>
      )}
    </DemoFrame>
  );
}

/** A space has a sign of its own, so that its step is seen. */
function lettersOf(text: string): readonly string[] {
  return [...text.normalize("NFC")].slice(0, mostSteps).map((letter) => (/\s/.test(letter) ? "␣" : letter));
}
