/** How often gates stand fully open or shut, and squashed values at their ends. */
import type { CellTrace, TracedValue } from "./trace.ts";
import { isWithin } from "./value-role.ts";

export interface Saturation {
  /** Of the value: `f`, `g`. */
  readonly name: string;
  /** `gate`: within 0…1. `squashed`: within -1…1, as what tanh gives. */
  readonly kind: "gate" | "squashed";
  /** For each unit the share of steps at the lower end: below 0.1 of a gate, below -0.9 otherwise. */
  readonly left: Float64Array;
  /** For each unit the share of steps above 0.9. */
  readonly right: Float64Array;
}

/** The ends of Karpathy, Johnson and Fei-Fei 2015. */
const [gateLow, gateHigh, squashedEnd] = [0.1, 0.9, 0.9];

/**
 * For each unit of each gate of a traced cell the share of steps in which it is left-saturated (< 0.1) or right-saturated (> 0.9) (Karpathy, Johnson and
 * Fei-Fei 2015, figure 2); the same at ±0.9 for values that the equations keep within -1…1. A forget gate that is right-saturated most of the
 * time is a unit that remembers; one that is left-saturated works as a layer without memory. Values without such bounds are left out.
 */
export function saturation({ values }: Pick<CellTrace, "values">): readonly Saturation[] {
  return values.flatMap((value): readonly Saturation[] => {
    const { name, role, range } = value;
    if (role === "gate")
      return [
        {
          name,
          kind: "gate",
          left: shareOf(value, (one) => one < gateLow),
          right: shareOf(value, (one) => one > gateHigh),
        },
      ];
    if (!isWithin(range, -1, 1) || isWithin(range, 0, 1)) return [];
    return [
      {
        name,
        kind: "squashed",
        left: shareOf(value, (one) => one < -squashedEnd),
        right: shareOf(value, (one) => one > squashedEnd),
      },
    ];
  });
}

function shareOf({ steps, size, values }: TracedValue, holds: (value: number) => boolean): Float64Array {
  const shares = new Float64Array(size);
  values.forEach((value, at) => {
    if (holds(value)) shares[at % size]!++;
  });
  return shares.map((count) => count / steps);
}
