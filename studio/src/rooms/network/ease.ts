/** How one value becomes another as a position moves on. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** 0 before `from`, 1 after `to`, and a smooth way between: it starts and ends at rest. */
export function ramp(position: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (position - from) / (to - from)));
  return share * share * (3 - 2 * share);
}
