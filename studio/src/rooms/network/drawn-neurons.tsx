/** Neurons one by one, and the lines between them. */
import { useMemo } from "preact/hooks";
import { colourValue, roleOf } from "./colours.ts";
import { isSeen, valueOf } from "./drawn.ts";
import type { DrawnProps } from "./drawn.ts";
import type { Neuron } from "./layout.ts";
import { createShares, joinWires } from "./wires.ts";

export interface DrawnNeuronsProps extends DrawnProps {
  readonly chosen: { readonly layer: number; readonly neuron: number };
  readonly onNeuron: ((layer: number, neuron: number) => void) | undefined;
}

export function DrawnNeurons(props: DrawnNeuronsProps) {
  const { scene, trace, most, theme, step, chosen, onNeuron } = props;
  const shareOf = useMemo(() => createShares(trace), [trace]);
  if (!isSeen(scene.neuronOpacity)) return null;
  const count = trace.sizes.layers + 2;
  const isChosen = ({ layer, unit }: Pick<Neuron, "layer" | "unit">): boolean =>
    layer === chosen.layer && unit === chosen.neuron;
  const own = scene.wires.filter(({ layer, to }) => isChosen({ layer: layer + 1, unit: to }));
  return (
    <>
      {isSeen(scene.wireOpacity) ? (
        <g class="wires" opacity={scene.wireOpacity}>
          {joinWires(scene.wires, shareOf).map(({ d, strength }) => (
            <path key={strength} d={d} opacity={0.12 + 0.6 * strength ** 1.5} stroke-width={0.8 + strength} />
          ))}
          {scene.angle === 0
            ? joinWires(own, shareOf).map(({ d, strength }) => (
                <path
                  key={`own${strength}`}
                  class="own"
                  d={d}
                  opacity={0.35 + 0.65 * strength}
                  stroke-width={0.9 + strength}
                />
              ))
            : null}
        </g>
      ) : null}
      <g opacity={scene.neuronOpacity}>
        {scene.neurons.map(({ layer, unit, x, y, radius }, at) => {
          const role = roleOf(layer, count);
          if (unit === undefined)
            return (
              <text key={at} class="dots" x={x} y={y} dominant-baseline="central">
                ⋮
              </text>
            );
          const value = valueOf(props, step, layer, unit);
          const choose = role === "hidden" && onNeuron !== undefined ? () => onNeuron(layer, unit) : undefined;
          return (
            <circle
              key={at}
              class={`neuron of-${role}${isChosen({ layer, unit }) ? " chosen" : ""}${choose === undefined ? "" : " can-choose"}`}
              cx={x}
              cy={y}
              r={radius}
              fill={colourValue(value, { role, most: most[layer] ?? 1, theme })}
              onClick={choose}
            />
          );
        })}
      </g>
    </>
  );
}
