/** Sizes and how it is learned, and what that comes to before anything is computed. */
import { FailureNote } from "../../parts/failure-note.tsx";
import { Fold } from "../../parts/fold.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printNumber, useWords } from "../../words/index.ts";
import { missingRules, moreOptions, moreOptionsOf, settleLearning } from "./state.ts";
import type { WorkbenchState } from "./state.ts";
import type { OpenPlan } from "./use-preview.ts";
import { useWorkbenchWords } from "./use-words.ts";

export interface LearningCardProps {
  readonly state: WorkbenchState;
  readonly change: (some: Partial<WorkbenchState>) => void;
  readonly plan: OpenPlan;
  /** Whether there is something to plan. */
  readonly isChosen: boolean;
  readonly disabled: boolean;
}

export function LearningCard({ state, change, plan, isChosen, disabled }: LearningCardProps) {
  const words = useWorkbenchWords();
  const { hidden, epochs, rate } = settleLearning(state);
  return (
    <section class="card stack" aria-labelledby="workbench-learning">
      <h2 id="workbench-learning">{words.parts.learning}</h2>
      <div class="bench-sliders">
        <Slider
          label={words.hidden}
          value={hidden}
          from={1}
          to={256}
          log
          disabled={disabled}
          onChange={(value) => change({ hidden: value })}
        />
        <Slider
          label={words.layers}
          value={state.layers}
          from={1}
          to={3}
          disabled={disabled}
          onChange={(value) => change({ layers: value })}
        />
        <Slider
          label={words.epochs}
          value={epochs}
          from={1}
          to={200}
          log
          disabled={disabled}
          onChange={(value) => change({ epochs: value })}
        />
        <RateSlider value={rate} disabled={disabled} onChange={(value) => change({ rate: value })} />
      </div>
      <Fold title={words.more.title}>
        <div class="bench-fields">
          {moreOptionsOf(state.task).map((name) => (
            <Select<string>
              key={name}
              label={words.more.names[name]}
              value={state[name]}
              options={moreOptions[name].map((one) => ({ name: one, text: nameOption(one, words.more) }))}
              disabled={disabled}
              onChange={(value) => change({ [name]: value })}
            />
          ))}
        </div>
        <p class="small soft">{words.more.help}</p>
      </Fold>
      {isChosen ? <PlanFacts plan={plan} /> : <p class="soft small">{words.planWaits}</p>}
      <MissingChoice state={state} change={change} plan={plan} disabled={disabled} />
    </section>
  );
}

/** Numbers in the notation of the page. */
function nameOption(value: string, { usual, none }: { readonly usual: string; readonly none: string }): string {
  if (value === "") return usual;
  if (value === "none") return none;
  return Number.isNaN(Number(value)) ? value : printNumber(Number(value));
}

const aboutMissing: ReadonlySet<string | undefined> = new Set(["data/missing-value", "data/missing-rule"]);

/** What is done about missing values: asked for as soon as they are in the way. */
function MissingChoice({ state, change, plan, disabled }: Omit<LearningCardProps, "isChosen">) {
  const words = useWorkbenchWords();
  if (state.missing === "" && !aboutMissing.has(plan.failure?.code)) return null;
  return (
    <div class="bench-fields">
      <Select
        label={words.missing.label}
        value={state.missing}
        help={words.missing.help}
        options={missingRules.map((name) => ({ name, text: words.missing.rules[name === "" ? "error" : name] }))}
        disabled={disabled}
        onChange={(name) => change({ missing: name })}
      />
    </div>
  );
}

export interface RateSliderProps {
  readonly value: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** Two digits are as fine as a rate need be. */
export function RateSlider({ value, disabled = false, onChange }: RateSliderProps) {
  const words = useWorkbenchWords();
  return (
    <Slider
      label={words.rate}
      value={value}
      from={0.0001}
      to={0.1}
      log
      step={0.0001}
      print={(one) => printNumber(one, 2)}
      disabled={disabled}
      onChange={(one) => onChange(Number(one.toPrecision(2)))}
    />
  );
}

/** What a plan comes to, or why it is none. */
export function PlanFacts({ plan: { facts, failure, isReady } }: { readonly plan: OpenPlan }) {
  const words = useWorkbenchWords();
  const { loading } = useWords();
  if (failure !== undefined)
    return (
      <div class={`bench-plan${isReady ? "" : " is-old"}`} aria-busy={!isReady}>
        <FailureNote what={words.noPlan} failure={failure} />
      </div>
    );
  if (facts === undefined)
    return (
      <p class="soft small bench-waiting" aria-busy="true">
        {loading}
      </p>
    );
  const { counts, parameters, batch } = facts;
  const said = words.facts;
  return (
    <div class={`bench-plan${isReady ? "" : " is-old"}`} aria-busy={!isReady}>
      <NumberRow
        numbers={[
          {
            name: said.learned,
            value: words.plan[counts.item](printNumber(counts.train)),
            note: said.watched(printNumber(counts.validation), printNumber(counts.test)),
          },
          { name: said.parameters, value: printNumber(parameters), note: said.parametersNote },
          { name: said.batch, value: printNumber(batch), note: said.batchNote },
        ]}
      />
    </div>
  );
}
