/** What the rest of the room needs to know of the animation. */

/** Without the loop, with it, and with its steps side by side. */
export type Stage = "alone" | "looped" | "unrolled";

/** The stage of the form that a position is nearest to. */
export function stageAt(position: number): Stage {
  if (position < 3.5) return "alone";
  return position < 4.5 ? "looped" : "unrolled";
}
