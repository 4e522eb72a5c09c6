/** Small facts about shapes. */
import type { Shape } from "./graph.ts";

/** Whether two shapes have the same dimensions, by name or number. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i]);
}

/** A shape for people: `a number`, `[H]`, `[H, I]`. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? "a number" : `[${shape.join(", ")}]`;
}
