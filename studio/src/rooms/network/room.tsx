/** From a feed-forward network to a recurrent one, in six forms of the network at hand. */
import { useMemo, useState } from "preact/hooks";
import { usePlaceState } from "../../place.ts";
import { useWords } from "../../words/index.ts";
import { Brain } from "./brain.tsx";
import { readSequence } from "./inputs.ts";
import { MemoryDemo } from "./memory-demo.tsx";
import { Morph } from "./morph.tsx";
import { NetworkSizesCard } from "./network-sizes.tsx";
import "./network.css";
import { networkFields, stepBounds } from "./state.ts";
import { stageAt } from "./stage.ts";
import { StepCard } from "./step-card.tsx";
import { useValues } from "./use-values.ts";
import { useNetworkWords } from "./use-words.ts";
import { RoomHead } from "../../parts/room-head.tsx";
import { InTurn } from "../../parts/in-turn.tsx";

export function NetworkRoom() {
  const words = useNetworkWords();
  const parts = useWords();
  const [state, change] = usePlaceState(networkFields);
  const [stage, setStage] = useState(stageAt(state.p));
  const { input, inputs, steps, words: typed, numbers } = state;
  const sequence = useMemo(
    () => readSequence({ input, inputs, steps, words: typed, numbers }, words.sentence),
    [input, inputs, steps, typed, numbers, words.sentence],
  );
  const { shown, failure } = useValues(sequence, state);
  const count = shown?.trace.recurrent.values.length ?? stepBounds.from;
  const step = Math.min(state.step, count) - 1;
  // While other values are computed, those that are shown are of other sizes.
  const { layers, hidden } = shown?.trace.sizes ?? state;
  const chosen = { layer: Math.min(state.layer, layers), neuron: Math.min(state.neuron, hidden) - 1 };
  const choose = (layer: number, neuron: number): void => change({ layer, neuron: neuron + 1 });
  return (
    <div class="wide-stack">
      <InTurn>
        <RoomHead words={words} failure={failure} />
        {shown === undefined && sequence !== undefined && failure === undefined ? (
          <div class="card network-wait" aria-busy="true">
            {parts.loading}
          </div>
        ) : null}
        {shown === undefined ? null : (
          <>
            <Morph
              shown={shown}
              linked={state.p}
              step={step}
              chosen={chosen}
              onRest={(p) => change({ p })}
              onStage={setStage}
              onStep={(at) => change({ step: at + 1 })}
              onNeuron={choose}
            />
            <StepCard
              shown={shown}
              step={step}
              chosen={chosen}
              hasLoop={stage !== "alone"}
              isUnrolled={stage === "unrolled"}
              onStep={(at) => change({ step: at + 1 })}
              onNeuron={choose}
            />
          </>
        )}
        <NetworkSizesCard
          state={state}
          change={change}
          inputs={shown?.trace.sizes.inputs ?? inputs}
          steps={count}
          isGood={sequence !== undefined}
        />
        {shown === undefined ? null : (
          <MemoryDemo pulse={shown.pulse} loop={state.loop} onLoop={(loop) => change({ loop })} />
        )}
        <Brain />
      </InTurn>
    </div>
  );
}
