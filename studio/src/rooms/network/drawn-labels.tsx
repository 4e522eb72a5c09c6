/** The names and sizes of layers, and the numbers of steps. */
import { roleOf } from "./colours.ts";
import { isSeen } from "./drawn.ts";
import type { Scene } from "./layout.ts";
import { printLetter } from "./letters.ts";
import type { Frame } from "./measures.ts";
import { isNarrow, letterSpacing } from "./measures.ts";
import { layerMark } from "../../work/network/network-cell.ts";
import { useNetworkWords } from "./use-words.ts";

export interface DrawnLabelsProps {
  readonly scene: Scene;
  readonly sizes: readonly number[];
  readonly frame: Frame;
  readonly step: number;
  readonly names: readonly string[] | undefined;
}

export function DrawnLabels({ scene, sizes, frame, step, names }: DrawnLabelsProps) {
  const words = useNetworkWords();
  const letterOf = (layer: number): string => {
    const role = roleOf(layer, sizes.length);
    return role === "input" ? "x" : role === "output" ? "y" : printLetter(`h${layerMark(layer, sizes.length - 2)}`);
  };
  return (
    <>
      {scene.layerLabels
        .filter(({ opacity }) => isSeen(opacity))
        .map(({ layer, side, x, y, opacity }) => {
          const size = sizes[layer] ?? 0;
          const said = words.layer[roleOf(layer, sizes.length)](size);
          const isShort = isNarrow(frame) && (side === "beside" || sizes.length > 3);
          return (
            <text key={`${layer}-${side}`} class={`layer-label ${side}`} opacity={opacity}>
              <tspan class="letter" x={x} y={side === "beside" && !isShort ? y - 3 : y + 4}>
                {letterOf(layer)}
              </tspan>
              {isShort && side === "beside" ? null : (
                <tspan class="size" x={x} dy={16}>
                  {isShort ? size : said}
                </tspan>
              )}
            </text>
          );
        })}
      {scene.stepLabels
        .filter(({ opacity }) => isSeen(opacity))
        .map((label) => {
          const isWide = scene.columnSpacing >= letterSpacing;
          const word = isWide || label.step === step ? names?.[label.step] : undefined;
          return (
            <text key={label.step} class={`step-label${label.step === step ? " chosen" : ""}`} opacity={label.opacity}>
              <tspan x={label.x} y={label.y}>
                {isWide ? `t = ${label.step + 1}` : label.step + 1}
              </tspan>
              {word === undefined ? null : (
                <tspan x={label.x} dy={17} class="word">
                  {word}
                </tspan>
              )}
            </text>
          );
        })}
    </>
  );
}
