/** Translating a sentence, with the alignment drawn. */
import { drawAlignment } from "recurra/inspect";
import { useMemo } from "preact/hooks";
import { Picture } from "../../parts/picture.tsx";
import { Slider } from "../../parts/slider.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { theme } from "../../settings.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { english } from "./examples.ts";
import { pairUp } from "../../work/pair-up.ts";
import { TryTexts } from "./try-texts.tsx";
import { useDemo, useDemoAnswer } from "./use-demo.ts";
import type { DemoAnswered } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";

type Translated = NonNullable<
  DemoAnswered<{ readonly kind: "translate"; readonly text: string; readonly width: number }>["last"]
>["answer"];

export function TranslateDemo({ state, change }: DemoProps) {
  const { translate: words } = useApplicationsWords();
  const demo = useDemo("translate");
  const { english: text, beam } = state;
  const isEmpty = !/[\p{L}\p{N}]/u.test(text);
  const { last, failure, isReady } = useDemoAnswer(
    demo,
    isEmpty ? undefined : { kind: "translate", text, width: beam },
  );
  return (
    <DemoFrame name="translate" demo={demo} isBusy={demo.kind === "ready" && !isReady} failure={failure}>
      <div class="demo-input">
        <TextField label={words.label} value={text} onChange={(sentence) => change({ english: sentence })} />
        <TryTexts texts={english} lang="en" onChange={(sentence) => change({ english: sentence })} />
      </div>
      <div class="columns demo-sliders">
        <Slider
          label={words.beam}
          help={words.beamHelp}
          value={beam}
          from={1}
          to={8}
          onChange={(width) => change({ beam: width })}
        />
      </div>
      {isEmpty ? <p class="soft">{words.empty}</p> : null}
      {last === undefined ? null : <TranslatedSentence translated={last.answer} />}
    </DemoFrame>
  );
}

function TranslatedSentence({ translated }: { readonly translated: Translated }) {
  const { translate: words } = useApplicationsWords();
  const { text, tokens, source, looks } = translated;
  const shown = theme.value;
  const svg = useMemo(
    () =>
      looks === undefined
        ? undefined
        : drawAlignment({
            source,
            // The end is said as well, and is called as the page calls it.
            target: tokens.length < looks.length ? [...tokens, `(${words.end})`] : tokens,
            weights: looks,
            title: words.alignment,
            theme: shown,
          }),
    [tokens, source, looks, shown, words],
  );
  return (
    <>
      <div class="said">
        <h3>{words.result}</h3>
        <p class="said-text" lang="vi" role="status">
          {text}
        </p>
      </div>
      <DemoShape
        kind="encoder-decoder"
        content={{
          inputs: source,
          outputs: tokens,
          isBoth: true,
          isFedBack: true,
          ...(looks === undefined ? {} : { looks: looks.slice(0, tokens.length) }),
        }}
        lang="vi"
      />
      {svg === undefined || looks === undefined ? null : (
        <div class="stack">
          <h3>{words.alignment}</h3>
          <Picture svg={svg} label={words.alignmentLabel(pairUp(tokens, source, looks))} keepSize saveAs="alignment" />
          <p class="small soft">{words.alignmentHelp}</p>
        </div>
      )}
    </>
  );
}
