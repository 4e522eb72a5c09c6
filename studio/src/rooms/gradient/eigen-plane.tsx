/** Eigenvalues in the complex plane, with the unit circle. */
import type { Points } from "../../work/measure-gradient.ts";
import { planeReach, round } from "./geometry.ts";

export interface EigenPlaneProps {
  readonly label: string;
  /** Of the step's Jacobian. */
  readonly jacobian: Points;
  /** Of the recurrent matrix itself. */
  readonly weights?: Points | undefined;
}

const half = 130;

export function EigenPlane({ label, jacobian, weights }: EigenPlaneProps) {
  const reach = planeReach([jacobian, ...(weights === undefined ? [] : [weights])]);
  const place = (value: number): number => round((value / reach) * (half - 8));
  const dots = (points: Points, name: string, radius: number) =>
    Array.from(points.real, (real, at) => (
      <circle key={`${name}${at}`} class={name} cx={place(real)} cy={-place(points.imaginary[at] ?? 0)} r={radius} />
    ));
  return (
    <svg class="eigen-plane" viewBox={`${-half} ${-half} ${2 * half} ${2 * half}`} role="img" aria-label={label}>
      <path class="eigen-axis" d={`M${-half} 0H${half}M0 ${-half}V${half}`} />
      <circle class="eigen-circle" r={place(1)} />
      <text class="eigen-one" x={place(1) + 4} y="13">
        1
      </text>
      {weights === undefined ? null : dots(weights, "eigen-weights", 5)}
      {dots(jacobian, "eigen-jacobian", 4)}
    </svg>
  );
}
