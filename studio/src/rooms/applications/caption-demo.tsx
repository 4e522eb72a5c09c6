/** Captioning a picture, with the regions that were looked at for each word. */
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { catalogue } from "../../models/catalogue.ts";
import { Player } from "../../parts/player.tsx";
import { language } from "../../settings.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { LookPicture } from "../../parts/look-picture.tsx";
import { PictureChoice } from "./picture-choice.tsx";
import type { ChosenPicture } from "./picture-choice.tsx";
import { useDemo, useDemoAnswer } from "./use-demo.ts";
import { useEmoji } from "./use-emoji.ts";
import { useApplicationsWords } from "./use-words.ts";

/** Milliseconds from word to word. */
const pace = 900;

/** The language that captions are said in: the page's, where there is a model for it. */
function chooseLanguage(): "en" | "vi" {
  const own = language.value;
  const names = catalogue.value?.map(({ name }) => name) ?? [];
  const other = own === "en" ? "vi" : "en";
  return !names.includes(`captions-${own}`) && names.includes(`captions-${other}`) ? other : own;
}

export function CaptionDemo({ state, change }: DemoProps) {
  const { caption: words } = useApplicationsWords();
  const spoken = chooseLanguage();
  const demo = useDemo(`captions-${spoken}`);
  const { emoji, failure: unread } = useEmoji();
  const [picture, setPicture] = useState<ChosenPicture>();
  const side = demo.kind === "ready" ? demo.side : 0;
  const pixels = picture?.pixels;
  const isFitting = pixels !== undefined && pixels.length === side * side * 3;
  const { last, failure, isReady } = useDemoAnswer(demo, isFitting ? { kind: "caption", side, pixels } : undefined);
  // A caption stays with its picture until the next one's is there.
  const captioned = useRef<ChosenPicture>(undefined);
  if (isFitting && isReady && last !== undefined) captioned.current = picture;
  const shown = captioned.current;
  const truth = shown?.emoji === undefined ? undefined : emoji?.sheet.emoji[shown.emoji]?.[spoken];
  return (
    <DemoFrame
      name="caption"
      demo={demo}
      isBusy={demo.kind === "ready" && unread === undefined && !(isFitting && isReady)}
      failure={failure ?? unread}
    >
      <div class="caption-columns">
        {emoji === undefined || side === 0 ? null : (
          <PictureChoice
            emoji={emoji}
            at={state.emoji}
            side={side}
            onEmoji={(at) => change({ emoji: at })}
            onPicture={setPicture}
          />
        )}
        {shown === undefined || last === undefined ? null : (
          <Captioned
            key={last.answer.words.join(" ")}
            address={shown.address}
            caption={last.answer.words}
            looks={last.answer.looks}
            truth={truth}
            lang={spoken}
          />
        )}
      </div>
      {language.value === "vi" && spoken === "en" ? <p class="small soft">{words.english}</p> : null}
      {shown === undefined || last === undefined ? null : (
        <DemoShape
          kind="one-to-many"
          lang={spoken}
          picture={shown.address}
          content={{
            inputs: [""],
            outputs: [...last.answer.words, `(${words.end})`],
            hasPicture: true,
            isFedBack: true,
          }}
        />
      )}
    </DemoFrame>
  );
}

interface CaptionedProps {
  readonly address: string;
  readonly caption: readonly string[];
  readonly looks: readonly (readonly number[])[] | undefined;
  readonly truth: string | undefined;
  readonly lang: string;
}

function Captioned({ address, caption, looks = [], truth, lang }: CaptionedProps) {
  const { caption: words } = useApplicationsWords();
  const all = [...caption, words.end].slice(0, Math.max(1, looks.length));
  const [at, setAt] = useState(0);
  const text = caption.join(" ");
  useEffect(() => setAt(0), [address]);
  return (
    <div class="captioned">
      <LookPicture address={address} look={looks[at]} label={words.look(all[at] ?? "")} />
      <div class="captioned-text">
        <p class="said-text" lang={lang} role="status">
          {caption.map((word, number) => (
            <Fragment key={number}>
              {number === 0 ? "" : " "}
              <span class={number === at ? "is-now" : undefined}>{word}</span>
            </Fragment>
          ))}
        </p>
        {truth === undefined ? null : <p class="soft">{truth === text ? words.exact : words.truth(truth)}</p>}
        {looks.length === 0 ? null : (
          <Player
            label={words.words}
            at={at}
            count={all.length}
            every={pace}
            print={(one) => all[one] ?? ""}
            onChange={setAt}
          />
        )}
      </div>
    </div>
  );
}
