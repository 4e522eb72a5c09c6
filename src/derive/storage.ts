/**
 * What has a place in memory. Starting from what must leave a step (outputs, next states, gradients), it walks back through each stage: a value of
 * another stage is computed again where it is used when that is cheap, and stored otherwise. A value of the forward step that the way back needs is
 * never computed again through a matrix product: the products' results need not outlive the step.
 */
import { argumentsOf, elementwiseOperations } from "../language/index.ts";
import type { Dimension, Node, NodeId } from "../language/index.ts";
import { isProduct } from "./schedule.ts";
import type { Phase, Placement } from "./schedule.ts";

/** How long a stored value lives: within a step, for all steps of the sequence, or one for all members and steps. */
export type Extent = "step" | "sequence" | "shared";

/** A value that a stage writes somewhere. */
export interface Export {
  readonly node: NodeId;
  readonly to:
    /** Its own place in memory, for later stages. */
    | { readonly kind: "value" }
    | { readonly kind: "next"; readonly state: string }
    | { readonly kind: "output" }
    /** The place of term `term` of product gradient `group` (in `Derivation.products`, or `onceProducts` where `once`). */
    | { readonly kind: "slot"; readonly group: number; readonly term: number; readonly once: boolean }
    /** The gradient of a state's previous value, for the step before. */
    | { readonly kind: "carry"; readonly state: string }
    | { readonly kind: "input"; readonly name: string }
    /** The sum over members and steps of the gradient of shared node `of`. */
    | { readonly kind: "shared"; readonly of: NodeId }
    | { readonly kind: "parameter"; readonly name: string };
  readonly phase: Phase;
  readonly level: number;
  /** The dimension it is computed along; absent for a lone number. */
  readonly home: Dimension | undefined;
}

export interface StorageOptions {
  readonly nodes: readonly Node[];
  readonly placements: readonly (Placement | undefined)[];
  readonly forwardCount: number;
  /** Nodes that always have a state's place. */
  readonly nextValues: ReadonlySet<NodeId>;
}

export interface StageKey {
  readonly backward: boolean;
  readonly phase: Phase;
  readonly level: number;
}

export interface Storage {
  readonly stored: ReadonlyMap<NodeId, Extent>;
  /** The stages that read each leaf. */
  readonly reads: ReadonlyMap<NodeId, readonly StageKey[]>;
  /** Follows what computing and writing `node` in this stage needs. */
  demand(node: NodeId, stage: StageKey): void;
  /** Gives `node` a place of its own, written where it is computed, as a reader in `stage` sees it. */
  store(node: NodeId, stage: StageKey): void;
}

export function createStorage({ nodes, placements, forwardCount, nextValues }: StorageOptions): Storage {
  const stored = new Map<NodeId, Extent>();
  const reads = new Map<NodeId, StageKey[]>();
  const visited = new Set<string>();

  const isBackward = (id: NodeId): boolean => id >= forwardCount;

  const extentSeenFrom = (id: NodeId, stage: StageKey): Extent => {
    const phase = placements[id]!.phase;
    if (phase === "prior" || phase === "once") return "shared";
    return phase === "loop" && stage.phase === "loop" && isBackward(id) === stage.backward ? "step" : "sequence";
  };

  // Whether a forward value can be had on the way back without a product's result: those are not kept.
  const recomputable = (id: NodeId): boolean => {
    const node = nodes[id]!;
    if (isProduct(node)) return nextValues.has(id);
    return node.kind !== "apply" || nextValues.has(id) || !isCheap(node) || node.args.every(recomputable);
  };

  const store = (id: NodeId, stage: StageKey): void => {
    const place = placements[id];
    if (place === undefined) return;
    const extent = nextValues.has(id) ? "sequence" : extentSeenFrom(id, stage);
    const before = stored.get(id);
    if (before === "sequence" || before === extent) return;
    stored.set(id, extent);
    if (before !== undefined) return;
    const own: StageKey = { backward: isBackward(id), phase: place.phase, level: place.level };
    const node = nodes[id]!;
    if (node.kind === "product") store(node.vector, own);
    else if (!isProduct(node)) demand(id, own);
  };

  const demand = (id: NodeId, stage: StageKey): void => {
    const node = nodes[id]!;
    const place = placements[id];
    const key = `${id} ${stage.backward} ${stage.phase} ${stage.level}`;
    if (visited.has(key)) return;
    visited.add(key);
    if (place === undefined) {
      reads.set(id, [...(reads.get(id) ?? []), stage]);
      return;
    }
    const here =
      isBackward(id) === stage.backward &&
      place.phase === stage.phase &&
      place.level === stage.level &&
      !isProduct(node);
    const again =
      !here &&
      node.kind === "apply" &&
      isCheap(node) &&
      !nextValues.has(id) &&
      (isBackward(id) === stage.backward || recomputable(id));
    if (here || again) for (const arg of argumentsOf(node)) demand(arg, stage);
    else store(id, stage);
  };

  return { stored, reads, demand, store };
}

function isCheap(node: Node): boolean {
  return node.kind === "apply" && elementwiseOperations[node.operation].cost === "cheap";
}
