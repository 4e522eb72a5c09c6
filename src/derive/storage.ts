/**
 * What has a place in memory. Starting from what must leave a step (outputs, next states, gradients), it walks back through each stage: a value of
 * another stage is computed again where it is used when that is cheap, and stored otherwise. A value of the forward step that the way back needs is
 * never computed again through a matrix product: the products' results need not outlive the step.
 */
import { argumentsOf, elementwiseOperations } from "../language/index.ts";
import type { Node, NodeId } from "../language/index.ts";
import { isProduct, isSameStage, readsMemory, valueArguments } from "./schedule.ts";
import type { StageKey, Timing } from "./schedule.ts";

/** How long a stored value lives: within a step, for all steps of the sequence, or one for all members and steps. */
export type Extent = "step" | "sequence" | "shared";

/** The nodes of a step and its gradient, and when each is computed. */
export interface TimedNodes {
  readonly nodes: readonly Node[];
  /** Leaves have none. */
  readonly timings: readonly (Timing | undefined)[];
  /** Next values that differ from step to step: they always lie in their states' places. */
  readonly nextValues: ReadonlySet<NodeId>;
}

export interface Storage {
  readonly stored: ReadonlyMap<NodeId, Extent>;
  /** The stages that read each leaf. */
  readonly reads: ReadonlyMap<NodeId, readonly StageKey[]>;
  /** Follows what computing and writing `node` in this stage needs. */
  demand(node: NodeId, stage: StageKey): void;
  /** Whether what the node is made from has been demanded in this stage, so that it costs no more storage to read it there. */
  isDemanded(node: NodeId, stage: StageKey): boolean;
  /** Gives `node` a place of its own, written where it is computed, as a reader in `stage` sees it. */
  store(node: NodeId, stage: StageKey): void;
}

export function createStorage({ nodes, timings, nextValues }: TimedNodes): Storage {
  const stored = new Map<NodeId, Extent>();
  const reads = new Map<NodeId, StageKey[]>();
  const visited = new Set<string>();

  // Whether a forward value can be had on the way back without a product's result: those are not kept.
  const recomputable: boolean[] = [];
  nodes.forEach((node, id) => {
    recomputable[id] = isProduct(node)
      ? nextValues.has(id)
      : !isCheap(node) || nextValues.has(id) || argumentsOf(node).every((arg) => recomputable[arg]);
  });

  const store = (id: NodeId, stage: StageKey): void => {
    const timing = timings[id];
    if (timing === undefined) return;
    const extent = nextValues.has(id) ? "sequence" : extentSeenFrom(timing, stage);
    const before = stored.get(id);
    if (before === "sequence" || before === extent) return;
    stored.set(id, extent);
    if (before !== undefined) return;
    const node = nodes[id]!;
    if (node.kind === "product") store(node.vector, timing);
    else if (readsMemory(node)) for (const arg of valueArguments(node)) store(arg, timing);
    else if (!isProduct(node)) demand(id, timing);
  };

  const keyOf = (id: NodeId, { backward, phase, level }: StageKey): string => `${id} ${backward} ${phase} ${level}`;
  const demand = (id: NodeId, stage: StageKey): void => {
    const key = keyOf(id, stage);
    if (visited.has(key)) return;
    visited.add(key);
    const timing = timings[id];
    if (timing === undefined) {
      reads.set(id, [...(reads.get(id) ?? []), stage]);
      return;
    }
    const node = nodes[id]!;
    const isHere = isSameStage(timing, stage) && !isProduct(node);
    const isAgain = isCheap(node) && !nextValues.has(id) && (timing.backward === stage.backward || recomputable[id]);
    if (isHere || isAgain) for (const arg of argumentsOf(node)) demand(arg, stage);
    else store(id, stage);
  };

  return { stored, reads, demand, isDemanded: (id, stage) => visited.has(keyOf(id, stage)), store };
}

/** Whether a value is as soon computed again as read. */
export function isCheap(node: Node): boolean {
  return node.kind === "apply" && elementwiseOperations[node.operation].cost === "cheap";
}

/** Whether a reader in `stage` finds the value of a stored node in its place; if not, it has to compute it again. */
export function isReadable(
  { stored, timings }: Pick<TimedNodes, "timings"> & Pick<Storage, "stored">,
  id: NodeId,
  stage: StageKey,
): boolean {
  const [extent, timing] = [stored.get(id), timings[id]];
  if (extent === undefined || timing === undefined) return false;
  return extent !== "step" || extentSeenFrom(timing, stage) === "step";
}

/** What a reader in `stage` needs of a value: that of its own step, if both are within one loop. */
function extentSeenFrom({ phase, backward }: StageKey, stage: StageKey): Extent {
  if (phase === "prior" || phase === "once") return "shared";
  return phase === "loop" && stage.phase === "loop" && backward === stage.backward ? "step" : "sequence";
}
