/** The animation: its player, the picture, and what each form says. It alone is drawn anew in every frame. */
import { useEffect } from "preact/hooks";
import { FormText } from "./form-text.tsx";
import { MorphPlayer } from "./morph-player.tsx";
import { NetworkPicture } from "./network-picture.tsx";
import { stageAt } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { usePosition } from "./use-position.ts";
import type { ShownValues } from "./use-values.ts";
import { useNetworkWords } from "./use-words.ts";
import { ValueLegend } from "./value-legend.tsx";

export interface MorphProps {
  readonly shown: ShownValues;
  /** The position of the link. */
  readonly linked: number;
  /** From 0. */
  readonly step: number;
  /** Hidden layer from 1 and neuron from 0. */
  readonly chosen: { readonly layer: number; readonly neuron: number };
  /** Told of the position once it rests. */
  readonly onRest: (position: number) => void;
  /** Told when the animation comes to another stage. */
  readonly onStage: (stage: Stage) => void;
  readonly onStep: (step: number) => void;
  readonly onNeuron: (layer: number, neuron: number) => void;
}

export function Morph({ shown, linked, step, chosen, onRest, onStage, onStep, onNeuron }: MorphProps) {
  const words = useNetworkWords();
  const control = usePosition(linked, onRest);
  const { position } = control;
  const stage = stageAt(position);
  useEffect(() => onStage(stage), [stage]);
  const { trace, names } = shown;
  return (
    <section class="card morph" aria-label={words.player}>
      <MorphPlayer {...control} />
      <div class="morph-pair">
        <div class="morph-picture">
          <NetworkPicture
            trace={trace}
            names={names}
            position={position}
            step={step}
            chosen={chosen}
            onStep={onStep}
            onNeuron={onNeuron}
          />
          <ValueLegend />
        </div>
        <FormText
          position={position}
          sizes={trace.sizes}
          activation={trace.activation}
          steps={trace.recurrent.values.length}
          step={step + 1}
        />
      </div>
    </section>
  );
}
