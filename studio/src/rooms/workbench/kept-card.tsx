/** A run that a checkpoint holds: what it is, how far it has come, and whether the data are those that it learns from. */
import { Button } from "../../parts/button.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { printNumber } from "../../words/index.ts";
import type { KeptFacts } from "../../work/lessons/kept-run.ts";
import { PlanFacts, RateSlider } from "./learning-card.tsx";
import type { OpenPlan } from "./use-preview.ts";
import { useWorkbenchWords } from "./use-words.ts";

export interface KeptCardProps {
  readonly name: string;
  readonly facts: Extract<KeptFacts, { readonly kind: "kept" }>;
  /** With the data that are chosen. */
  readonly plan: OpenPlan;
  /** Whether there are data. */
  readonly isChosen: boolean;
  /** Another learning rate than it had. */
  readonly rate: number | undefined;
  readonly onRate: (rate: number) => void;
  readonly onLeave: () => void;
  readonly disabled: boolean;
}

export function KeptCard(props: KeptCardProps) {
  const { name, facts, plan, isChosen, rate, onRate, onLeave, disabled } = props;
  const words = useWorkbenchWords();
  const { kept: said } = words;
  const { progress, layers, about } = facts.model;
  const network = layers.map((layer) => `${layer.name} ${printNumber(layer.outputs)}`).join(" → ");
  const planned = rate ?? plan.facts?.rate;
  return (
    <section class="card stack" aria-labelledby="workbench-kept">
      <h2 id="workbench-kept">{said.title}</h2>
      <NumberRow
        numbers={[
          { name: said.file, value: name, note: [words.tasks[facts.task], ...about].join("; ") },
          {
            name: said.progress,
            value: said.epoch(printNumber(progress?.epoch ?? 1)),
            note: said.updates(printNumber(progress?.update ?? 0)),
          },
        ]}
      />
      <p class="small soft">{network}</p>
      <p class="small soft">{said.help}</p>
      {isChosen ? <PlanFacts plan={plan} /> : null}
      {planned === undefined || plan.failure !== undefined ? null : (
        <div class="bench-rate">
          <RateSlider value={planned} disabled={disabled} onChange={onRate} />
        </div>
      )}
      <div>
        <Button kind="quiet" disabled={disabled} onClick={onLeave}>
          {said.leave}
        </Button>
      </div>
    </section>
  );
}
