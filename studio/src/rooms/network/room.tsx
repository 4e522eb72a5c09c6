/** From a feed-forward network to a recurrent one, in six forms of the network at hand. */
import { useMemo } from "preact/hooks";
import { Note } from "../../parts/note.tsx";
import { usePlaceState } from "../../place.ts";
import { useWords } from "../../words/index.ts";
import { Brain } from "./brain.tsx";
import { FormText } from "./form-text.tsx";
import { readSequence } from "./inputs.ts";
import { MemoryDemo } from "./memory-demo.tsx";
import { MorphPlayer } from "./morph-player.tsx";
import { NetworkPicture } from "./network-picture.tsx";
import { NetworkSizesCard } from "./network-sizes.tsx";
import "./network.css";
import { networkFields, stepBounds } from "./state.ts";
import { StepCard } from "./step-card.tsx";
import { usePosition } from "./use-position.ts";
import { useValues } from "./use-values.ts";
import { useNetworkWords } from "./use-words.ts";
import { ValueLegend } from "./value-legend.tsx";

export function NetworkRoom() {
  const words = useNetworkWords();
  const parts = useWords();
  const [state, change] = usePlaceState(networkFields);
  const control = usePosition(state.p, (p) => change({ p }));
  const { input, inputs, steps, words: typed, numbers } = state;
  const sequence = useMemo(
    () => readSequence({ input, inputs, steps, words: typed, numbers }, words.sentence),
    [input, inputs, steps, typed, numbers, words.sentence],
  );
  const { shown, failure } = useValues(sequence, state);
  const { position } = control;
  const count = shown?.trace.recurrent.values.length ?? stepBounds.from;
  const step = Math.min(state.step, count) - 1;
  const chosen = { layer: Math.min(state.layer, state.layers), neuron: Math.min(state.neuron, state.hidden) - 1 };
  const choose = (layer: number, neuron: number): void => change({ layer, neuron: neuron + 1 });
  return (
    <div class="wide-stack">
      <header class="stack">
        <h1>{words.title}</h1>
        <p class="soft">{words.intro}</p>
      </header>
      {failure === undefined ? null : (
        <Note kind="error">
          {words.failed}: {failure}
        </Note>
      )}
      {shown === undefined && sequence !== undefined && failure === undefined ? (
        <div class="card network-wait" aria-busy="true">
          {parts.loading}
        </div>
      ) : null}
      {shown === undefined ? null : (
        <>
          <section class="card morph" aria-label={words.player}>
            <MorphPlayer {...control} />
            <div class="morph-pair">
              <div class="morph-picture">
                <NetworkPicture
                  trace={shown.trace}
                  names={shown.names}
                  position={position}
                  step={step}
                  chosen={chosen}
                  onStep={(at) => change({ step: at + 1 })}
                  onNeuron={choose}
                />
                <ValueLegend />
              </div>
              <FormText
                position={position}
                sizes={shown.trace.sizes}
                activation={shown.trace.activation}
                steps={count}
                step={step + 1}
              />
            </div>
          </section>
          <StepCard
            shown={shown}
            step={step}
            chosen={chosen}
            hasLoop={position > 3.5}
            isUnrolled={position > 4.5}
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
    </div>
  );
}
