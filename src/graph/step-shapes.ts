/** How large the inputs of a graph are in one step of a stream. */
import { RecurraError } from "../util/errors.ts";
import type { Graph, SymbolicSize, ValueInfo, ValueName } from "./graph.ts";
import type { StepAxes } from "./step-axes.ts";

/** The number of members that the graph itself says. */
export function batchOf(graph: Graph, { members, counts }: StepAxes): number | undefined {
  for (const { name, shape = [] } of graph.inputs)
    for (const [axis, size] of shape.entries())
      if (typeof size === "number" && members.has(`${name}:${axis}`)) return size;
  return [...counts.keys()][0];
}

/** The shape of an input in a step: axes of steps are 1, those of members and others of their name the batch; of others that are open the last one follows from the numbers. */
export function shapeAtStep(
  { name, shape }: ValueInfo,
  { graph, axes, batch, states }: ShapeOptions,
): readonly (number | undefined)[] {
  if (shape === undefined)
    throw new RecurraError("graph/no-stream", `The input ${name} has no shape, so its step is not known.`);
  const names = new Set(
    graph.inputs.flatMap((one) => one.shape?.filter((_, at) => axes.members.has(`${one.name}:${at}`)) ?? []),
  );
  const isOfMembers = (size: SymbolicSize, axis: number): boolean =>
    axes.members.has(`${name}:${axis}`) || (typeof size === "string" && names.has(size));
  // Where no recurrent node says which axis is that of members, it is the first whose size is open; a state has one of its own.
  const isSaid = states.has(name) ? shape.some(isOfMembers) : axes.members.size + axes.counts.size > 0;
  const first = isSaid
    ? -1
    : shape.findIndex((size, axis) => typeof size === "string" && !axes.steps.has(`${name}:${axis}`));
  return shape.map((size, axis) => {
    if (axes.steps.has(`${name}:${axis}`)) return 1;
    if (isOfMembers(size, axis) || axis === first) return batch;
    return typeof size === "number" ? size : undefined;
  });
}

interface ShapeOptions {
  readonly graph: Graph;
  readonly axes: StepAxes;
  readonly batch: number;
  readonly states: ReadonlySet<ValueName>;
}
