/** Feeling a sentence: how likely it is praise, and the words that tipped it. */
import { TextField } from "../../parts/text-field.tsx";
import { printNumber } from "../../words/index.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { sentences } from "./examples.ts";
import { paintPieces, tippingWords } from "./feelings.ts";
import { TryTexts } from "./try-texts.tsx";
import { useDemo, useDemoAnswer } from "./use-demo.ts";
import type { DemoAnswered } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";

type Felt = NonNullable<DemoAnswered<{ readonly kind: "feel"; readonly text: string }>["last"]>["answer"];

export function FeelDemo({ state, change }: DemoProps) {
  const { feel: words } = useApplicationsWords();
  const demo = useDemo("feelings");
  const text = state.sentence;
  const isEmpty = !/[\p{L}\p{N}]/u.test(text);
  const { last, failure, isReady } = useDemoAnswer(demo, isEmpty ? undefined : { kind: "feel", text });
  return (
    <DemoFrame name="feel" demo={demo} isBusy={demo.kind === "ready" && !isReady} failure={failure}>
      <div class="demo-input">
        <TextField label={words.label} value={text} onChange={(sentence) => change({ sentence })} />
        <TryTexts texts={sentences} lang="en" onChange={(sentence) => change({ sentence })} />
      </div>
      {isEmpty ? <p class="soft">{words.empty}</p> : null}
      {last === undefined ? null : <FeltSentence felt={last.answer} />}
    </DemoFrame>
  );
}

function FeltSentence({ felt }: { readonly felt: Felt }) {
  const { feel: words } = useApplicationsWords();
  const { probability, pieces } = felt;
  const percent = printNumber(Math.round(100 * probability));
  const list = (side: "for" | "against") => {
    const found = tippingWords(pieces, side);
    return (
      <div>
        <dt>{words[side]}</dt>
        <dd class={`tipping ${side}`}>{found.length === 0 ? words.none : <span lang="en">{found.join(", ")}</span>}</dd>
      </div>
    );
  };
  const inputs = pieces.filter(({ effect }) => effect !== undefined).map(({ text }) => text);
  return (
    <>
      <div class="feeling">
        <span class="soft small">{words.bad}</span>
        <meter class="feeling-meter" min={0} max={1} value={probability} aria-label={words.meter}>
          {percent} %
        </meter>
        <span class="soft small">{words.good}</span>
        <strong class="feeling-said" role="status">
          {words.probability(percent)}
        </strong>
      </div>
      <div class="stack">
        <h3>{words.words}</h3>
        <p class="felt" lang="en">
          {paintPieces(pieces).map(({ text, side, strength }, at) =>
            side === "none" ? (
              text
            ) : (
              <span key={at} class={`felt-word ${side}`} style={{ "--strength": `${Math.round(100 * strength)}%` }}>
                {text}
              </span>
            ),
          )}
        </p>
        <p class="small soft">{words.help}</p>
        <dl class="tipping-words">
          {list("for")}
          {list("against")}
        </dl>
      </div>
      <DemoShape kind="many-to-one" content={{ inputs, outputs: [`${percent} %`], isBoth: true }} lang="en" />
    </>
  );
}
