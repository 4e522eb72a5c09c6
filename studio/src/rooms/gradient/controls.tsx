/** The network that is looked at: cell, first values, sizes. */
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printNumber } from "../../words/index.ts";
import { activations, gradientCells, starts } from "../../work/measure-gradient.ts";
import { ranges } from "./state.ts";
import type { GradientState } from "./state.ts";
import { useGradientWords } from "./use-words.ts";

export interface ControlsProps {
  readonly state: GradientState;
  readonly change: (some: Partial<GradientState>) => void;
}

export function Controls({ state, change }: ControlsProps) {
  const words = useGradientWords();
  // Whoever changes the network wants to see it, not a cure that sets the same thing.
  const set = (some: Partial<GradientState>): void => change({ ...some, cure: "none" });
  const gated = state.cure === "lstm" || state.cure === "gru" ? state.cure : state.cure === "none" ? state.cell : "rnn";
  return (
    <section class="card columns gradient-controls" aria-label={words.network}>
      <Select
        label={words.cell}
        value={state.cell}
        options={gradientCells.map((name) => ({ name, text: words.cells[name] }))}
        onChange={(cell) => set({ cell })}
      />
      <Select
        label={words.activation}
        value={state.activation}
        options={activations.map((name) => ({ name, text: words.activations[name] }))}
        disabled={gated !== "rnn"}
        onChange={(activation) => set({ activation })}
      />
      <Select
        label={words.start}
        value={state.start}
        options={starts.map((name) => ({ name, text: words.starts[name] }))}
        onChange={(start) => set({ start })}
      />
      {gated === "rnn" ? null : (
        <Slider
          label={words.bias[gated]}
          value={state.bias}
          {...ranges.bias}
          step={0.1}
          print={(value) => printNumber(value)}
          help={words.biasHelp}
          onChange={(bias) => change({ bias })}
        />
      )}
      <Slider label={words.steps} value={state.steps} {...ranges.steps} onChange={(steps) => change({ steps })} />
      <Slider label={words.hidden} value={state.hidden} {...ranges.hidden} onChange={(hidden) => change({ hidden })} />
      <Slider label={words.seed} value={state.seed} {...ranges.seed} onChange={(seed) => change({ seed })} />
    </section>
  );
}

/** The slider of the room: the size of the recurrent matrix. */
export function RadiusSlider({ state, change }: ControlsProps) {
  const words = useGradientWords();
  // Cures that set the radius themselves give way to who sets it.
  const isSet = state.cure === "orthogonal" || state.cure === "identity" || state.cure === "echo";
  return (
    <div class="gradient-size">
      <Slider
        label={words.radius}
        value={state.radius}
        {...ranges.radius}
        step={0.01}
        print={(value) => printNumber(value)}
        help={words.radiusHelp}
        onChange={(radius) => change(isSet ? { radius, cure: "none" } : { radius })}
      />
    </div>
  );
}
