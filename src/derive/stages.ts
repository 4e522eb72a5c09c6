/** The work of a step, stage by stage: what each writes, and the products that follow. */
import type { Dimension, Node, NodeId, Shape } from "../language/index.ts";
import { dependsOn } from "./dependence.ts";
import { isProduct, isSameStage, phases, readsMemory } from "./schedule.ts";
import type { Phase, StageKey, Timing } from "./schedule.ts";
import type { Storage, TimedNodes } from "./storage.ts";

/** A value that a stage writes somewhere. */
export interface Export extends StageKey {
  readonly node: NodeId;
  readonly to:
    /** Its own place in memory, for later stages. */
    | { readonly kind: "value" }
    | { readonly kind: "next"; readonly state: string }
    | { readonly kind: "output" }
    /** The place of term `term` of product gradient `group` (in `Derivation.products`, or `onceProducts` where `once`). */
    | { readonly kind: "slot"; readonly group: number; readonly term: number; readonly once: boolean }
    /** A place from which what goes over a memory's rows reads a gradient that is handed in. */
    | { readonly kind: "handed" }
    /** The gradient of a state's previous value, for the step before. */
    | { readonly kind: "carry"; readonly state: string }
    | { readonly kind: "input"; readonly name: string }
    /** The sum over members and steps of the gradient of shared node `of`. */
    | { readonly kind: "shared"; readonly of: NodeId }
    | { readonly kind: "parameter"; readonly name: string };
  /** The dimension it is computed along; absent for a lone number. */
  readonly home: Dimension | undefined;
}

/** An export that has no stage yet. */
export type Ending = Pick<Export, "node" | "to"> & {
  /** Of what it is written to. */
  readonly shape: Shape;
};

/** Products with one operand, done as one: the matrices stand side by side. */
export interface ProductGroup {
  readonly operand: NodeId;
  readonly terms: readonly { readonly node: NodeId; readonly matrix: NodeId }[];
}

/** One level of a phase: fused elementwise work, then products. */
export interface Stage extends StageKey {
  readonly exports: readonly Export[];
  readonly groups: readonly ProductGroup[];
  /** Pullback nodes. */
  readonly pullbacks: readonly NodeId[];
  /** Nodes that go over the rows of memories. */
  readonly memories: readonly NodeId[];
}

/** Whether a leaf brings in what is carried from step to step, in that direction. */
export function isCarried(node: Node, backward: boolean): boolean {
  return backward ? node.kind === "adjoint" && node.of === "next" : node.kind === "state";
}

/** Finds the stages of exports of one direction: where the value is computed, or, for one that is there before, as early as may be. */
export function timeExports({ nodes, timings }: TimedNodes, ends: readonly Ending[], backward: boolean): Export[] {
  const carried = dependsOn(nodes, (node) => isCarried(node, backward));
  return ends.map(({ node: id, to, shape }) => {
    const timing = timings[id]?.backward === backward ? timings[id] : undefined;
    const home = timing?.home ?? shape[0];
    if (timing === undefined || timing.phase === "prior") {
      return { node: id, to, backward, phase: earliest(to, carried[id] === true), level: 0, home };
    }
    const level = timing.level + (isProduct(nodes[id]!) ? 1 : 0);
    return { node: id, to, backward, phase: timing.phase, level, home };
  });
}

/** The phase in which a value that is there before can be written: what a step reads must be written within it. */
function earliest(to: Export["to"], isCarriedValue: boolean): Phase {
  switch (to.kind) {
    case "parameter":
      return "once";
    case "slot":
      if (to.once) return "once";
      return isCarriedValue ? "loop" : "before";
    case "next":
    case "carry":
    case "handed":
      return isCarriedValue ? "loop" : "before";
    default:
      return isCarriedValue ? "after" : "before";
  }
}

/** Sorts what one direction stores and writes into stages, phase by phase and level by level. */
export function collectStages(
  graph: TimedNodes,
  storage: Storage,
  exports: readonly Export[],
  backward: boolean,
): Stage[] {
  const { nodes, timings, nextValues } = graph;
  const stored = [...storage.stored.keys()].flatMap((id) => {
    const timing = timings[id];
    return timing?.backward === backward ? [{ id, timing }] : [];
  });
  const values = stored
    .filter(({ id }) => !isProduct(nodes[id]!) && !nextValues.has(id))
    .map(({ id, timing }) => valueExport(id, timing));
  const products = stored.filter(({ id }) => isProduct(nodes[id]!)).toSorted((one, other) => one.id - other.id);
  const written = [...values, ...exports];
  return phases.flatMap((phase) => {
    const levels = [...written, ...products.map(({ timing }) => timing)]
      .filter((one) => one.phase === phase)
      .map((one) => one.level);
    return Array.from({ length: Math.max(-1, ...levels) + 1 }, (_, level): Stage => {
      const key: StageKey = { backward, phase, level };
      const here = products.filter(({ timing }) => isSameStage(timing, key)).map(({ id }) => id);
      return {
        ...key,
        exports: written.filter((one) => isSameStage(one, key)),
        groups: groupByOperand(nodes, here),
        memories: here.filter((id) => readsMemory(nodes[id]!)),
        pullbacks: here.filter((id) => nodes[id]!.kind === "pullback"),
      };
    });
  });
}

function valueExport(node: NodeId, { backward, phase, level, home }: Timing): Export {
  return { node, to: { kind: "value" }, backward, phase, level, home };
}

function groupByOperand(nodes: readonly Node[], ids: readonly NodeId[]): ProductGroup[] {
  const groups = new Map<NodeId, { node: NodeId; matrix: NodeId }[]>();
  for (const id of ids) {
    const node = nodes[id]!;
    if (node.kind !== "product") continue;
    groups.set(node.vector, [...(groups.get(node.vector) ?? []), { node: id, matrix: node.matrix }]);
  }
  return [...groups].map(([operand, terms]) => ({ operand, terms }));
}
