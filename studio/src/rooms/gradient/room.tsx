/** The vanishing gradient: a gradient on its way back through time, why it vanishes or explodes, what cures it, and a race. */
import { usePlaceState } from "../../place.ts";
import { useWords } from "../../words/index.ts";
import { gradientWork } from "../../work/gradient.ts";
import type { GradientLeft } from "../../work/measure-gradient.ts";
import { useAnswer } from "../../work/use-answer.ts";
import { Controls, RadiusSlider } from "./controls.tsx";
import { CureList } from "./cure-list.tsx";
import { applyCure, cureNames, judgeFate, leftWith, uncured } from "./cures.ts";
import type { CureName } from "./cures.ts";
import { GradientThroughTime } from "./gradient-picture.tsx";
import { GradientRace } from "./gradient-race.tsx";
import { printShare } from "./print-share.ts";
import { gradientFields, questionOf } from "./state.ts";
import { StepsCard } from "./steps-card.tsx";
import { useGradientWords } from "./use-words.ts";
import "./gradient.css";
import { RoomHead } from "../../parts/room-head.tsx";
import { InTurn } from "../../parts/in-turn.tsx";

export function GradientRoom() {
  const words = useGradientWords();
  const { loading } = useWords();
  const [state, change] = usePlaceState(gradientFields);
  const own = questionOf(state);
  const { cure } = state;
  const shown = cure === "none" ? own : applyCure(own, cure);
  const step = state.at === 0 ? state.steps - 1 : Math.min(state.steps, state.at) - 1;
  // Two workers: what the picture needs comes at once, whatever the rest takes.
  const picture = useAnswer(gradientWork, { kind: "left", questions: [shown, uncured(own)] });
  const around = useAnswer(gradientWork, {
    kind: "steps",
    question: shown,
    step,
    others: [uncured(own), ...cureNames.map((name) => applyCure(own, name))],
    reservoir: applyCure(own, "echo"),
  });
  const [measured, base] = picture.answer?.kind === "left" ? picture.answer.lefts : [];
  const steps = around.answer?.kind === "steps" ? around.answer : undefined;
  const [before, ...afters] = steps?.lefts ?? [];
  const after = Object.fromEntries(
    cureNames.flatMap((name, at) => (afters[at] === undefined ? [] : [[name, afters[at]]])),
  ) as Partial<Record<CureName, GradientLeft>>;
  const choose = (at: number): void => change({ at: at + 1 });
  const failure = picture.failure ?? around.failure;
  return (
    <div class="wide-stack">
      <InTurn>
        <RoomHead words={words} failure={failure} />
        <div class="gradient" aria-busy={failure === undefined && !(picture.isReady && around.isReady)}>
          <section class="card stack gradient-main" aria-labelledby="gradient-picture">
            <h2 id="gradient-picture">
              {words.picture}
              {cure === "none" ? null : <span class="gradient-cure-name">{words.cure[cure].title}</span>}
            </h2>
            <RadiusSlider state={state} change={change} />
            {measured === undefined ? (
              <p class="soft gradient-waiting">{loading}</p>
            ) : (
              <Picture
                measured={measured}
                base={cure === "none" ? undefined : base}
                state={state}
                bound={steps?.steps.products}
                step={step}
                onChoose={choose}
              />
            )}
          </section>
          <Controls state={state} change={change} />
        </div>
        {steps === undefined ? null : (
          <StepsCard question={steps.question} measured={steps.steps} step={step} onChoose={choose} />
        )}
        <CureList {...{ state, change, before, after }} recall={steps?.recall} />
        <GradientRace state={state} change={change} />
      </InTurn>
    </div>
  );
}

interface PictureProps {
  readonly measured: GradientLeft;
  /** Without the cure, where there is one. */
  readonly base: GradientLeft | undefined;
  readonly state: Parameters<typeof leftWith>[1];
  readonly bound: ArrayLike<number> | undefined;
  readonly step: number;
  readonly onChoose: (step: number) => void;
}

function Picture({ measured, base, state, bound, step, onChoose }: PictureProps) {
  const words = useGradientWords();
  const left = leftWith(measured, state);
  const fate = judgeFate(left);
  const sentence = words.fates[fate.kind](printShare(fate.first), printShare(fate.factor));
  const [main, other] = measured.states;
  const without = base?.states[0]?.left;
  // The norm of the product bounds the gradient of all states together, so of one alone where there is but one.
  const isBounded = other === undefined && state.cure !== "echo" && state.cure !== "truncate" && state.cure !== "clip";
  return (
    <>
      <p class={`gradient-fate ${fate.kind}`} role="status">
        {sentence}
      </p>
      <GradientThroughTime
        sentence={sentence}
        left={left}
        other={other?.left}
        without={without}
        bound={isBounded && bound?.length === left.length ? bound : undefined}
        marked={step}
        onChoose={onChoose}
      />
      <ul class="legend gradient-legend">
        <li>
          <span class="mark-left" aria-hidden="true" /> {words.legend.left(`${main?.state ?? "h"}ₜ`)}
        </li>
        {other === undefined ? null : (
          <li>
            <span class="mark-other" aria-hidden="true" /> {words.legend.other(`${other.state}ₜ`)}
          </li>
        )}
        {without === undefined ? null : (
          <li>
            <span class="mark-without" aria-hidden="true" /> {words.legend.without}
          </li>
        )}
        {isBounded ? (
          <li>
            <span class="mark-bound" aria-hidden="true" /> {words.legend.bound}
          </li>
        ) : null}
        <li>
          <span class="mark-one" aria-hidden="true" /> {words.legend.one}
        </li>
        <li>
          <span class="mark-rounding" aria-hidden="true" /> {words.legend.rounding}
        </li>
      </ul>
    </>
  );
}
