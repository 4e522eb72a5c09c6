/**
 * Takes sums of shared gradients (of biases, say) out of the time loop. What is summed is often there after the loop anyway: the gradients of
 * products' results, states, kept values. Summed from those, over all steps at once, the loop's work on one member touches nothing of another's.
 */
import { argumentsOf } from "../language/index.ts";
import type { NodeId } from "../language/index.ts";
import { isCheap } from "./storage.ts";
import { readsMemory } from "./schedule.ts";
import type { StageKey } from "./schedule.ts";
import type { Export } from "./stages.ts";
import type { Storage, TimedNodes } from "./storage.ts";

export interface DeferOptions {
  readonly graph: TimedNodes;
  readonly storage: Storage;
  /** Values that are written for every step as the gradients of products. */
  readonly slots: ReadonlySet<NodeId>;
}

const after: StageKey = { backward: true, phase: "after", level: 0 };

/** Whether an export is a sum over members and steps that the loop would make, or what follows from it. */
export function isSum({ to, phase }: Export): boolean {
  return to.kind === "shared" && (phase === "loop" || phase === "after");
}

/**
 * The sum after the loop, if what it sums is computed there for another reason, or follows by cheap operations from what is stored for every step
 * anyway; all of that is then demanded. Else the sum as it is. All other demands must have been made.
 */
export function deferSum(sum: Export, options: DeferOptions): Export {
  const { storage, graph } = options;
  const parts = availableParts(sum.node, options);
  if (parts === undefined) {
    if (sum.phase === "loop" && storage.isDemanded(sum.node, after)) return { ...sum, ...after };
    storage.demand(sum.node, sum);
    return sum;
  }
  for (const part of parts) {
    if (graph.timings[part] === undefined) storage.demand(part, after);
    else storage.store(part, after);
  }
  return { ...sum, ...after };
}

/** The leaves and stored values that a value follows from after the loop by cheap operations, or undefined if it does not. */
function availableParts(id: NodeId, options: DeferOptions): readonly NodeId[] | undefined {
  const node = options.graph.nodes[id]!;
  if (options.graph.timings[id] === undefined) {
    const isOfStep = node.kind === "step" || (node.kind === "adjoint" && node.of !== "output");
    return isOfStep ? undefined : [id];
  }
  if (isStored(id, options)) return [id];
  // What goes over a memory's rows lies in a place anyway; kept for all steps, it can be summed over all of them.
  if (readsMemory(node)) return options.graph.timings[id].phase === "loop" ? [id] : undefined;
  if (!isCheap(node)) return undefined;
  const parts = argumentsOf(node).map((arg) => availableParts(arg, options));
  return parts.every((part) => part !== undefined) ? [...new Set(parts.flat())] : undefined;
}

/** Whether a value lies in memory once the loop is over: what the way back computes only then may come too late. */
function isStored(id: NodeId, { graph, storage, slots }: DeferOptions): boolean {
  const { nodes, nextValues, timings } = graph;
  const timing = timings[id];
  if (timing?.backward === true && (timing.phase === "after" || timing.phase === "once")) return false;
  const extent = storage.stored.get(id);
  if (extent === "sequence" || extent === "shared") return true;
  const { kind, shape } = nodes[id]!;
  const isComputedInMap = kind === "apply" || kind === "reduce";
  return isComputedInMap && shape.length > 0 && (slots.has(id) || nextValues.has(id));
}
