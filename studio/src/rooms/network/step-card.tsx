/** One step in numbers: what it reads, keeps and gives, and how one neuron comes to its value. */
import { Player } from "../../parts/player.tsx";
import { NeuronSum } from "./neuron-sum.tsx";
import { StepValues } from "./step-values.tsx";
import type { ShownValues } from "./use-values.ts";
import { useNetworkWords } from "./use-words.ts";

export interface StepCardProps {
  readonly shown: ShownValues;
  /** From 0. */
  readonly step: number;
  /** Hidden layer from 1 and neuron from 0. */
  readonly chosen: { readonly layer: number; readonly neuron: number };
  readonly hasLoop: boolean;
  readonly isUnrolled: boolean;
  readonly onStep: (step: number) => void;
  readonly onNeuron: (layer: number, neuron: number) => void;
}

export function StepCard({
  shown: { trace, names },
  step,
  chosen,
  hasLoop,
  isUnrolled,
  onStep,
  onNeuron,
}: StepCardProps) {
  const words = useNetworkWords();
  const nameOf = (at: number): string => {
    const word = names?.[at];
    return word === undefined ? words.step.title(String(at + 1)) : words.step.titleWord(String(at + 1), word);
  };
  return (
    <section class="card stack" aria-labelledby="step-title">
      <h2 id="step-title">{nameOf(step)}</h2>
      <p class="soft">
        {isUnrolled ? words.step.intro : words.step.introForm}{" "}
        {hasLoop ? (step === 0 ? words.step.zero : "") : words.step.noLoop}
      </p>
      <Player
        label={words.step.player}
        at={step}
        count={trace.recurrent.values.length}
        every={1400}
        print={nameOf}
        onChange={onStep}
      />
      <div class="step-pair">
        <StepValues trace={trace} step={step} hasLoop={hasLoop} chosen={chosen} onNeuron={onNeuron} />
        <div class="stack">
          <h3>{words.sum.title}</h3>
          <NeuronSum trace={trace} step={step} {...chosen} hasLoop={hasLoop} />
        </div>
      </div>
    </section>
  );
}
