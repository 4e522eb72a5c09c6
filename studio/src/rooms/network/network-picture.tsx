/** The network at a position of the animation, with its values. */
import { useMemo, useRef } from "preact/hooks";
import { useWidth } from "../../parts/use-width.ts";
import { theme } from "../../settings.ts";
import { findLargest } from "./colours.ts";
import { DrawnArrows } from "./drawn-arrows.tsx";
import { DrawnLabels } from "./drawn-labels.tsx";
import { DrawnLayers } from "./drawn-layers.tsx";
import { DrawnNeurons } from "./drawn-neurons.tsx";
import { ramp } from "./ease.ts";
import { layout } from "./layout.ts";
import { layerSizes } from "../../work/network/network-cell.ts";
import "./network-picture.css";
import type { NetworkTrace } from "../../work/network/trace.ts";
import { useNetworkWords } from "./use-words.ts";

export interface NetworkPictureProps {
  readonly trace: NetworkTrace;
  readonly position: number;
  /** From 0. */
  readonly step: number;
  /** Hidden layer from 1 and neuron from 0: the one whose sum is shown. */
  readonly chosen: { readonly layer: number; readonly neuron: number };
  /** What each step reads, where it has a name. */
  readonly names?: readonly string[] | undefined;
  readonly onStep: (step: number) => void;
  readonly onNeuron: (layer: number, neuron: number) => void;
}

/** Pixels: more layers need more room once they stand upright. */
const heightOf = (layers: number): number => 400 + 30 * (layers - 3);

export function NetworkPicture(props: NetworkPictureProps) {
  const { trace, position, step, names, onStep } = props;
  const words = useNetworkWords();
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(240, useWidth(box, 720));
  const sizes = layerSizes(trace.sizes);
  const frame = { width, height: heightOf(sizes.length) };
  const steps = trace.recurrent.values.length;
  const scene = layout({ layers: sizes, steps, step }, position, frame);
  const most = useMemo(() => findLargest(trace), [trace]);
  const shared = { scene, trace, most, theme: theme.value, step, looped: ramp(position, 3, 4) };
  const form = words.forms.names[Math.round(position)] ?? "";
  const label = words.picture(sizes.join(", "), form) + (position > 4.5 ? words.pictureStep(String(step + 1)) : "");
  const isUnrolled = position > 4.5;
  return (
    <div ref={box} class="network-picture">
      <svg viewBox={`0 0 ${frame.width} ${frame.height}`} height={frame.height} role="img" aria-label={label}>
        {scene.apart > 0
          ? scene.stepLabels.map((place) => (
              <rect
                key={place.step}
                class={place.step === step ? "column chosen" : "column"}
                x={place.x - scene.columnSpacing / 2 + 2}
                y={10}
                width={scene.columnSpacing - 4}
                height={frame.height - 20}
                rx={12}
                opacity={place.opacity}
                onClick={isUnrolled ? () => onStep(place.step) : undefined}
              />
            ))
          : null}
        <DrawnArrows {...shared} />
        <DrawnLayers {...shared} />
        <DrawnNeurons {...shared} chosen={props.chosen} onNeuron={position < 1.3 ? props.onNeuron : undefined} />
        <DrawnLabels scene={scene} sizes={sizes} frame={frame} step={step} names={names} />
      </svg>
    </div>
  );
}
