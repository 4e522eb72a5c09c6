/** Layers as circles; the stripes in each are its values. */
import { useId } from "preact/hooks";
import { colourValue, roleOf } from "./colours.ts";
import { isSeen, opacityInTime, valueOf } from "./drawn.ts";
import type { DrawnProps } from "./drawn.ts";
import type { Disc } from "./layout.ts";
import { listSlots } from "./slots.ts";

export function DrawnLayers(props: DrawnProps) {
  const { scene } = props;
  const id = useId();
  const discs = scene.discs.filter(({ opacity }) => isSeen(opacity));
  return (
    <>
      <defs>
        {discs.map((disc) => (
          <Stripes key={`${disc.step}-${disc.layer}`} id={`${id}-${disc.step}-${disc.layer}`} disc={disc} {...props} />
        ))}
      </defs>
      {inDepth(discs, props.step).map(({ step, layer, x, y, radius, opacity }) => (
        <circle
          key={`${step}-${layer}`}
          class={`layer of-${roleOf(layer, props.trace.sizes.layers + 2)}`}
          cx={x}
          cy={y}
          r={radius}
          fill={`url(#${id}-${step}-${layer})`}
          opacity={opacity * opacityInTime(props, step)}
        />
      ))}
    </>
  );
}

/** The copy that is looked at lies on top while they still overlap. */
const inDepth = (discs: readonly Disc[], step: number): readonly Disc[] => [
  ...discs.filter((disc) => disc.step !== step),
  ...discs.filter((disc) => disc.step === step),
];

/** One stripe for each neuron that is drawn; they turn with the network. */
function Stripes({ id, disc, ...props }: DrawnProps & { readonly id: string; readonly disc: Disc }) {
  const { scene, trace, most, theme } = props;
  const { step, layer } = disc;
  const count = trace.sizes.layers + 2;
  const role = roleOf(layer, count);
  const size = role === "input" ? trace.sizes.inputs : role === "output" ? trace.sizes.outputs : trace.sizes.hidden;
  const slots = listSlots(size);
  return (
    <linearGradient id={id} x1="0" x2="0" y1="0" y2="1" gradientTransform={`rotate(${scene.angle} 0.5 0.5)`}>
      {slots.flatMap((unit, slot) => {
        const colour =
          unit === undefined
            ? "var(--paper)"
            : colourValue(valueOf(props, step, layer, unit), { role, most: most[layer] ?? 1, theme });
        return [slot, slot + 1].map((edge) => (
          <stop key={`${slot}-${edge}`} offset={edge / slots.length} stop-color={colour} />
        ));
      })}
    </linearGradient>
  );
}
