/** The network at hand: how large it is, and what it reads. */
import { Button } from "../../parts/button.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { GatesFold } from "./gates-fold.tsx";
import { isTyped } from "./inputs.ts";
import { isCapped, mostDrawn } from "../../network-link.ts";
import type { NetworkSizes } from "../../network-link.ts";
import { Note } from "../../parts/note.tsx";
import { printNumber } from "../../words/index.ts";
import { activations } from "../../work/network/network-cell.ts";
import { inputBounds, inputKinds, stepBounds } from "./state.ts";
import type { NetworkState } from "./state.ts";
import { useNetworkWords } from "./use-words.ts";

export interface NetworkSizesProps {
  readonly state: NetworkState;
  readonly change: (some: Partial<NetworkState>) => void;
  /** The sizes that follow from what is typed. */
  readonly inputs: number;
  readonly steps: number;
  /** Whether what is typed is a sequence. */
  readonly isGood: boolean;
}

export function NetworkSizesCard({ state, change, inputs, steps, isGood }: NetworkSizesProps) {
  const { sizes: words, sentence } = useNetworkWords();
  const typed = isTyped(state.input);
  const follows = typed ? { help: words.follows } : {};
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      {state.model === undefined ? null : <ModelNote model={state.model} />}
      <div class="columns">
        <Slider
          label={words.inputs}
          value={inputs}
          {...inputBounds}
          disabled={typed}
          {...follows}
          onChange={(value) => change({ inputs: value, model: undefined })}
        />
        <Slider
          label={words.hidden}
          value={state.hidden}
          from={1}
          to={mostDrawn.hidden}
          onChange={(value) => change({ model: undefined, hidden: value, neuron: Math.min(state.neuron, value) })}
        />
        <Slider
          label={words.layers}
          value={state.layers}
          from={1}
          to={mostDrawn.layers}
          onChange={(value) => change({ model: undefined, layers: value, layer: Math.min(state.layer, value) })}
        />
        <Slider
          label={words.outputs}
          value={state.outputs}
          from={1}
          to={mostDrawn.outputs}
          onChange={(value) => change({ outputs: value, model: undefined })}
        />
        <Slider
          label={words.steps}
          value={steps}
          {...stepBounds}
          disabled={typed}
          {...follows}
          onChange={(value) => change({ steps: value, step: Math.min(state.step, value) })}
        />
        <Select
          label={words.activation}
          value={state.activation}
          options={activations.map((name) => ({ name, text: words.activations[name] }))}
          onChange={(activation) => change({ activation })}
        />
        <Select
          label={words.input}
          value={state.input}
          options={inputKinds.map((name) => ({ name, text: words.kinds[name] }))}
          onChange={(input) => change({ input })}
        />
        <div class="new-weights">
          <Button onClick={() => change({ seed: (state.seed % 999) + 1 })}>{words.again}</Button>
        </div>
      </div>
      {state.input === "words" ? (
        <TextField
          label={words.words}
          value={state.words === "" ? sentence : state.words}
          help={words.wordsHelp}
          error={isGood ? undefined : words.wordsError}
          onChange={(text) => change({ words: text })}
        />
      ) : null}
      {state.input === "numbers" ? (
        <TextField
          label={words.numbers}
          value={state.numbers}
          help={words.numbersHelp}
          error={isGood ? undefined : words.numbersError}
          onChange={(text) => change({ numbers: text })}
        />
      ) : null}
      <GatesFold />
    </section>
  );
}

/** That the sizes are a model's, and what of it is not drawn. */
function ModelNote({ model }: { readonly model: NetworkSizes }) {
  const { sizes: words } = useNetworkWords();
  const print = ({ inputs, hidden, layers, outputs }: Omit<NetworkSizes, "cell">): string =>
    words.counted({
      inputs: printNumber(inputs),
      hidden: printNumber(hidden),
      layers: printNumber(layers),
      outputs: printNumber(outputs),
    });
  return (
    <Note>
      {words.ofModel(print(model), model.cell)} {isCapped(model) ? words.capped(print(mostDrawn)) : ""}
    </Note>
  );
}
