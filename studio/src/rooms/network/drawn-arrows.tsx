/** Arrows from layer to layer, and from step to step. */
import { opacityInTime, isSeen } from "./drawn.ts";
import type { DrawnProps } from "./drawn.ts";
import { ramp } from "./ease.ts";
import type { Point } from "./ease.ts";
import { letterSpacing } from "./measures.ts";
import { printLetter } from "./letters.ts";
import { matrixAbove } from "./wires.ts";
import { layerMark } from "../../work/network/network-cell.ts";

export function DrawnArrows(props: DrawnProps) {
  const { scene, trace, step: read } = props;
  const { layers } = trace.sizes;
  const isApart = scene.apart > 0.9;
  return (
    <>
      {scene.arrows
        .filter(({ opacity }) => isSeen(opacity))
        .map(({ step, layer, start, end, opacity, letter, letterOpacity }) => {
          const name = matrixAbove(layer, layers);
          const kind = `${layer === layers ? "out" : "in"}${isApart && step === read ? " flow" : ""}`;
          const dim = opacityInTime(props, step);
          return (
            <g key={`${step}-${layer}`} class={`arrow ${kind}`} opacity={opacity * dim}>
              <path d={`M${start.x} ${start.y}L${end.x} ${end.y}`} />
              <Head tip={end} from={start} />
              <Letter at={letter} opacity={letterOpacity} text={printLetter(name)} />
            </g>
          );
        })}
      {scene.loops
        .filter(({ opacity }) => isSeen(opacity))
        .map(({ step, layer, points, opacity, drawn, letter, letterOpacity }) => {
          const [p0, p1, p2, p3] = points;
          const dim = opacityInTime(props, step + 1);
          return (
            <g
              key={`${step}-${layer}`}
              class={`arrow loop${isApart && step === read - 1 ? " flow" : ""}`}
              opacity={opacity * dim}
            >
              <path
                d={`M${p0.x} ${p0.y}C${p1.x} ${p1.y} ${p2.x} ${p2.y} ${p3.x} ${p3.y}`}
                {...(drawn < 1 ? { pathLength: 1, "stroke-dasharray": `${drawn} 1` } : {})}
              />
              <Head tip={p3} from={p2} opacity={ramp(drawn, 0.85, 1)} />
              <Letter at={letter} opacity={letterOpacity} text={printLetter(`U${layerMark(layer, layers)}`)} />
              {step < 0 && scene.columnSpacing >= letterSpacing ? (
                <Letter at={{ x: (p0.x + p3.x) / 2, y: p0.y - 11 }} opacity={1} text="0" />
              ) : null}
            </g>
          );
        })}
    </>
  );
}

/** Half the width of an arrow's head, and its length. */
const [halfHead, headLength] = [4.6, 9];

function Head({ tip, from, opacity = 1 }: { readonly tip: Point; readonly from: Point; readonly opacity?: number }) {
  const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
  const [dx, dy] = [(tip.x - from.x) / length, (tip.y - from.y) / length];
  const [bx, by] = [tip.x - headLength * dx, tip.y - headLength * dy];
  return (
    <path
      class="head"
      opacity={opacity}
      d={`M${tip.x} ${tip.y}L${bx - halfHead * dy} ${by + halfHead * dx}L${bx + halfHead * dy} ${by - halfHead * dx}Z`}
    />
  );
}

function Letter({ at, opacity, text }: { readonly at: Point; readonly opacity: number; readonly text: string }) {
  if (!isSeen(opacity)) return null;
  return (
    <text class="letter" x={at.x} y={at.y} opacity={opacity} dominant-baseline="central">
      {text}
    </text>
  );
}
