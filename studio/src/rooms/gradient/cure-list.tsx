/** Cures, each with what it does, what it changed, and a switch that shows it in the picture. */
import { Button } from "../../parts/button.tsx";
import { Slider } from "../../parts/slider.tsx";
import type { GradientLeft } from "../../work/measure-gradient.ts";
import { printNumber } from "../../words/index.ts";
import { clipNorm, cureNames, effectOf } from "./cures.ts";
import type { CureEffect, CureName } from "./cures.ts";
import { printShare } from "./print-share.ts";
import { ranges } from "./state.ts";
import type { GradientState } from "./state.ts";
import { useGradientWords } from "./use-words.ts";

export interface CureListProps {
  readonly state: GradientState;
  readonly change: (some: Partial<GradientState>) => void;
  /** Of the network without a cure, and with each; undefined until they are measured. */
  readonly before: GradientLeft | undefined;
  readonly after: Readonly<Partial<Record<CureName, GradientLeft>>>;
  /** Steps that an echo state network recalls. */
  readonly recall: number | undefined;
}

export function CureList({ state, change, before, after, recall }: CureListProps) {
  const words = useGradientWords();
  return (
    <section class="stack" aria-labelledby="gradient-cures">
      <h2 id="gradient-cures">{words.cures}</h2>
      <p class="soft">{words.curesIntro}</p>
      <ul class="cures">
        {cureNames.map((cure) => {
          const measured = after[cure];
          const isOn = state.cure === cure;
          return (
            <li key={cure} class={`card cure${isOn ? " is-on" : ""}`}>
              <h3>{words.cure[cure].title}</h3>
              <p class="small soft">{words.cure[cure].text}</p>
              {cure === "truncate" ? (
                <Slider label={words.keep} value={state.keep} {...ranges.keep} onChange={(keep) => change({ keep })} />
              ) : null}
              {before === undefined || measured === undefined ? null : (
                <Effect
                  effect={effectOf(state, { cure, keep: state.keep }, { before, after: measured })}
                  cure={cure}
                  change={change}
                />
              )}
              {cure === "echo" && recall !== undefined ? (
                <p class="small soft">{words.recall(printShare(recall))}</p>
              ) : null}
              <Button
                pressed={isOn}
                label={`${words.cure[cure].title}: ${isOn ? words.isOn : words.turnOn}`}
                onClick={() => change({ cure: isOn ? "none" : cure })}
              >
                {isOn ? words.isOn : words.turnOn}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface EffectProps {
  readonly effect: CureEffect;
  readonly cure: CureName;
  readonly change: (some: Partial<GradientState>) => void;
}

function Effect({ effect, cure, change }: EffectProps) {
  const words = useGradientWords();
  const { measure, before, after } = effect;
  if (cure === "clip" && before <= clipNorm)
    return (
      <div class="cure-effect">
        <p class="small">{words.nothingToClip}</p>
        <Button
          kind="quiet"
          onClick={() => change({ cell: "rnn", activation: "relu", start: "random", radius: 2, cure: "clip" })}
        >
          {words.makeExplode}
        </Button>
      </div>
    );
  // Numbers that are trained are counted, and stand in full.
  const print = measure === "trained" ? printNumber : printShare;
  const [one, other] = [print(before), print(after)];
  return (
    <p class="cure-effect" aria-label={words.effect(words.effects[measure], one, other)} role="group">
      <span class="small soft">{words.effects[measure]}</span>
      <span class="cure-numbers">
        {one} <span aria-hidden="true">→</span> <strong>{other}</strong>
      </span>
    </p>
  );
}
