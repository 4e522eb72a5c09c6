/** The temporal loop of each hidden layer, which opens into the arrows from step to step. */
import { mix, ramp } from "./ease.ts";
import type { Point } from "./ease.ts";
import { letterSpacing, placeLayer, untilCopies } from "./measures.ts";
import type { Measures } from "./measures.ts";

/** A cubic Bézier curve from a hidden layer to itself, one step on. */
export interface Loop {
  readonly layer: number;
  /** The step it leaves, from 0; -1 for the first state, which comes from nowhere. */
  readonly step: number;
  readonly points: readonly [start: Point, control: Point, control2: Point, end: Point];
  readonly opacity: number;
  /** The share of it that is drawn, from its start. */
  readonly drawn: number;
  readonly letter: Point;
  readonly letterOpacity: number;
}

/** Degrees from the way to the right, clockwise: a loop leaves a little above it and comes back as far below. */
const leaving = -42;

const onCircle = (centre: Point, degrees: number, radius: number): Point => ({
  x: centre.x + radius * Math.cos((degrees * Math.PI) / 180),
  y: centre.y + radius * Math.sin((degrees * Math.PI) / 180),
});

/** The point of a cubic Bézier curve at a share of its way. */
export function pointOn([p0, p1, p2, p3]: Loop["points"], share: number): Point {
  const rest = 1 - share;
  const [a, b, c, d] = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3];
  return { x: a * p0.x + b * p1.x + c * p2.x + d * p3.x, y: a * p0.y + b * p1.y + c * p2.y + d * p3.y };
}

/** Between two copies: a loop while they stand in one place, a straight arrow once they are apart. */
function curveBetween(measures: Measures, layer: number, step: number): Loop["points"] {
  const { radius, apart, columnSpacing, clearance } = measures;
  const [from, to] = [placeLayer(measures, layer, step), placeLayer(measures, layer, step + 1)];
  const [leave, arrive] = [leaving * (1 - apart), mix(-leaving, 180, apart)];
  const reach = mix(radius * 2.6, columnSpacing * 0.22, apart);
  const trim = radius + clearance;
  return [
    onCircle(from, leave, trim),
    onCircle(from, leave, trim + reach),
    onCircle(to, arrive, trim + reach),
    onCircle(to, arrive, trim),
  ];
}

/** A straight way of a length, as a curve. */
const straight = (start: Point, length: number): Loop["points"] => [
  start,
  { x: start.x + length / 3, y: start.y },
  { x: start.x + (2 * length) / 3, y: start.y },
  { x: start.x + length, y: start.y },
];

/** The loops of all hidden layers, and what goes into the first copy and out of the last one. */
export function placeLoops(measures: Measures): readonly Loop[] {
  const { network, radius, position, looped, apart, stub, columnSpacing, clearance } = measures;
  const trim = radius + clearance;
  // The loop that is there before the copies come apart: into the one that is looked at, as that is what its equation says.
  const main = Math.max(0, network.step - 1);
  const late = ramp(apart, 0.6, 1);
  const loops = (layer: number): readonly Loop[] =>
    Array.from({ length: network.steps + 1 }, (_, at): Loop => {
      const step = at - 1;
      const isEnd = step < 0 || step === network.steps - 1;
      const centre = placeLayer(measures, layer, Math.max(0, step));
      const points = isEnd
        ? straight({ x: step < 0 ? centre.x - trim - stub : centre.x + trim, y: centre.y }, stub)
        : curveBetween(measures, layer, step);
      const middle = pointOn(points, 0.5);
      const opacity = isEnd ? late : step === main ? ramp(looped, 0, 0.15) : ramp(apart, 0, untilCopies);
      return {
        layer,
        step,
        points,
        opacity,
        drawn: isEnd || step !== main ? 1 : ramp(position, 3.1, 3.9),
        letter: { x: middle.x + mix(16, 0, apart), y: middle.y - mix(0, 11, apart) },
        letterOpacity:
          !isEnd && (step === main || columnSpacing >= letterSpacing)
            ? opacity * ramp(step === main ? looped : apart, 0.5, 1)
            : 0,
      };
    });
  return Array.from({ length: network.layers.length - 2 }, (_, at) => loops(at + 1)).flat();
}
