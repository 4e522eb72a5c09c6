/** What attributes of operators say, for kernels. */
import type { OperatorNode } from "../graph.ts";

/** An attribute that is one number. */
export function numberOf({ attributes }: OperatorNode, name: string, otherwise: number): number {
  const value = attributes[name];
  return typeof value === "number" ? value : otherwise;
}

/** An axis that may be counted from the last one, -1, as one from 0 on. */
export function axisFrom(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
