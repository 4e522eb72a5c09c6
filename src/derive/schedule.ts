/**
 * When each node is computed. A step is cut into phases by what it has to wait for, and a phase into levels by its matrix products: the elementwise
 * work of level k, then the products of level k, then the elementwise work of level k + 1.
 */
import { argumentsOf } from "../language/index.ts";
import type { Dimension, Node, NodeId } from "../language/index.ts";
import { dependsOn, neededBy, sharedNodes } from "./dependence.ts";

/**
 * `prior`: shared by all members and steps, computed once, first. `before`: does not depend on what is carried from step to step, so it is
 * computed for all steps at once ahead of the loop. `loop`: the step itself. `after`: nothing carried depends on it, so it is computed for all
 * steps at once after the loop. `once`: what follows from sums over all steps and members (gradients of shared values).
 */
export type Phase = "prior" | "before" | "loop" | "after" | "once";

export const phases: readonly Phase[] = ["prior", "before", "loop", "after", "once"];

/** One level of a phase, in one direction. */
export interface StageKey {
  /** Of the gradient. */
  readonly backward: boolean;
  readonly phase: Phase;
  readonly level: number;
}

export function isSameStage(one: StageKey, other: StageKey): boolean {
  return one.backward === other.backward && one.phase === other.phase && one.level === other.level;
}

/** When a node is computed: the stage, and among its work that of one dimension. */
export interface Timing extends StageKey {
  /** The dimension of the vectors this value is computed along; absent for a number that no vector was reduced to. */
  readonly home?: Dimension;
}

export interface ScheduleOptions {
  readonly nodes: readonly Node[];
  /** Nodes before this one are known already: the forward step, seen from its gradient. */
  readonly from: number;
  readonly backward: boolean;
  /** Whether a leaf brings in what is carried from the step before. */
  readonly carriesIn: (node: Node) => boolean;
  /** The nodes whose values are carried to the next step. */
  readonly carriesOut: readonly NodeId[];
}

/** The timing of every node from `from` on; leaves and earlier nodes have none. */
export function schedule({
  nodes,
  from,
  backward,
  carriesIn,
  carriesOut,
}: ScheduleOptions): readonly (Timing | undefined)[] {
  const waits = dependsOn(nodes, carriesIn);
  const carried = neededBy(nodes, carriesOut);
  const shared = sharedNodes(nodes);
  const summed = dependsOn(nodes, (node) => node.kind === "adjoint" && node.of === "shared");

  const phaseOf = (id: NodeId): Phase => {
    if (summed[id]) return "once";
    if (shared[id]) return "prior";
    if (!waits[id]) return "before";
    return carried[id] || twinsOf(nodes, id).some((twin) => carried[twin]) ? "loop" : "after";
  };

  const timings: (Timing | undefined)[] = [];
  nodes.forEach((node, id) => {
    if (id < from || !isComputed(node)) {
      timings.push(undefined);
      return;
    }
    const phase = phaseOf(id);
    const args = valueArguments(node).map((arg) => ({ node: nodes[arg]!, timing: timings[arg] }));
    const home = homeOf(node, args);
    let level = 0;
    for (const { node: arg, timing } of args) {
      if (timing?.phase !== phase) continue;
      // A product's result is there a level later; so is a number that was reduced along another dimension.
      const later =
        isProduct(arg) ||
        (!isProduct(node) && arg.shape.length === 0 && timing.home !== undefined && timing.home !== home);
      level = Math.max(level, timing.level + (later ? 1 : 0));
    }
    timings.push({ backward, phase, level, ...(home === undefined ? {} : { home }) });
  });
  return timings;
}

/** Other gradients of the same score: they are made of the same values, so they are computed with them. */
function twinsOf(nodes: readonly Node[], id: NodeId): readonly NodeId[] {
  const node = nodes[id]!;
  if (node.kind !== "score-gradient") return [];
  const args = argumentsOf(node).join();
  return nodes.flatMap((other, twin) =>
    other.kind === "score-gradient" && argumentsOf(other).join() === args ? [twin] : [],
  );
}

function isComputed(node: Node): boolean {
  return node.kind === "apply" || node.kind === "reduce" || isProduct(node);
}

type MemoryNode = Extract<Node, { kind: "score" | "mix" | "score-gradient" }>;

/** Whether a node goes over the rows of a memory. */
export function readsMemory(node: Node): node is MemoryNode {
  return node.kind === "score" || node.kind === "mix" || node.kind === "score-gradient";
}

/** Whether a node is no elementwise work, but follows it in its level. */
export function isProduct(node: Node): node is Extract<Node, { kind: "product" | "pullback" }> | MemoryNode {
  return node.kind === "product" || node.kind === "pullback" || readsMemory(node);
}

/** The arguments whose values (not matrices or rows of memories) a node reads. */
export function valueArguments(node: Node): readonly NodeId[] {
  if (readsMemory(node)) return argumentsOf(node).slice(1);
  if (node.kind === "product") return [node.vector];
  if (node.kind === "pullback") return node.terms.map((term) => term.vector);
  return argumentsOf(node);
}

function homeOf(
  node: Node,
  args: readonly { readonly node: Node; readonly timing: Timing | undefined }[],
): Dimension | undefined {
  if (node.shape.length > 0) return node.shape[0];
  if (node.kind === "reduce") return args[0]!.node.shape[0] ?? args[0]!.timing?.home;
  return args.map(({ timing }) => timing?.home).find((home) => home !== undefined);
}
