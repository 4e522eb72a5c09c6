/**
 * All that follows from a cell before its sizes are known: the gradient, the order of work in both directions, and what is stored. This is what
 * `lower` turns into loops.
 */
import type { Cell, Graph, Node, NodeId } from "../language/index.ts";
import { assert } from "../util/errors.ts";
import { deferSum, isSum } from "./defer-sums.ts";
import { findEnds } from "./ends.ts";
import type { Ends, Wanted } from "./ends.ts";
import { deriveGradient } from "./gradient.ts";
import type { StepGradient } from "./gradient.ts";
import { schedule } from "./schedule.ts";
import { collectStages, isCarried, timeExports } from "./stages.ts";
import type { Ending, Stage } from "./stages.ts";
import { createStorage } from "./storage.ts";
import type { Storage, TimedNodes } from "./storage.ts";

export interface DeriveOptions {
  /** Whether the gradient will be asked for; without it nothing is kept for the way back. */
  readonly gradient: boolean;
  /** All if absent. */
  readonly wanted?: Wanted;
}

export interface Derivation extends TimedNodes {
  readonly cell: Cell;
  /** Its nodes: the step, then its gradient. */
  readonly gradient: StepGradient;
  readonly forward: readonly Stage[];
  /** Empty without a gradient. */
  readonly backward: readonly Stage[];
  /** Every computed value that has a place in memory; all others are computed where they are used. */
  readonly stored: Storage["stored"];
  /** The stages that read each leaf. */
  readonly reads: Storage["reads"];
  /** Products with a common operand of which a matrix gradient or the pullback is wanted: their adjoints stand side by side. */
  readonly products: Ends["products"];
  readonly onceProducts: Ends["onceProducts"];
  readonly rows: Ends["rows"];
}

const noEnds: Ends = { exports: [], operands: [], products: [], onceProducts: [], rows: [] };

/** Derives gradient, schedules and storage of a cell. */
export function deriveCell(cell: Cell, options: DeriveOptions): Derivation {
  const gradient = deriveGradient(cell.graph);
  const graph = timeNodes(cell.graph, gradient);
  const ends = options.gradient ? findEnds(gradient, options.wanted) : noEnds;
  const forward = timeExports(graph, forwardEnds(cell), false);
  const exits = timeExports(graph, ends.exports, true);

  const storage = createStorage(graph);
  const [sums, others] = [exits.filter(isSum), exits.filter((one) => !isSum(one))];
  for (const one of others) storage.demand(one.node, one);
  for (const operand of ends.operands) storage.store(operand, { backward: true, phase: "after", level: 0 });
  for (const one of forward) storage.demand(one.node, one);
  // How much each row of a memory counts is kept for people to look at.
  for (const { node } of attentionNames(cell)) storage.store(node, { backward: true, phase: "after", level: 0 });
  // Those that follow after the loop anyway go first: what they need then costs the others nothing.
  sums.sort((one, other) => one.phase.localeCompare(other.phase));
  const slots = new Set(ends.products.flatMap(({ terms }) => terms.map(({ adjoint }) => adjoint)));
  const backward = [...others, ...sums.map((one) => deferSum(one, { graph, storage, slots }))];
  return {
    ...graph,
    cell,
    gradient,
    forward: collectStages(graph, storage, forward, false),
    backward: options.gradient ? collectStages(graph, storage, backward, true) : [],
    stored: storage.stored,
    reads: storage.reads,
    products: ends.products,
    onceProducts: ends.onceProducts,
    rows: ends.rows,
  };
}

/** Schedules the step and its gradient, each for itself. */
function timeNodes({ next }: Graph, { nodes, forwardCount, states }: StepGradient): TimedNodes {
  const forward = schedule({
    nodes: nodes.slice(0, forwardCount),
    from: 0,
    backward: false,
    carriesIn: (node) => isCarried(node, false),
    carriesOut: [...next.values()],
  });
  const backward = schedule({
    nodes,
    from: forwardCount,
    backward: true,
    carriesIn: (node) => isCarried(node, true),
    carriesOut: [...states.values()],
  });
  const timings = [...forward, ...backward.slice(forwardCount)];
  const nextValues = new Set<NodeId>([...next.values()].filter((id) => timings[id]?.phase !== "prior"));
  return { nodes, timings, nextValues };
}

/** How much each row of a memory counts in one use of attend. */
export interface AttentionName {
  /** The memory's, with `#2`, `#3`, … for its second, third, … use. */
  readonly name: string;
  readonly memory: string;
  readonly node: NodeId;
}

/** Every different use of attend in a cell. */
export function attentionNames({ graph: { nodes } }: Pick<Cell, "graph">): readonly AttentionName[] {
  const found: AttentionName[] = [];
  for (const node of nodes) {
    if (node.kind !== "mix" || found.some((one) => one.node === node.weights)) continue;
    const memory = memoryOf(nodes, node.rows);
    const count = found.filter((one) => one.memory === memory).length + 1;
    found.push({ name: count === 1 ? memory : `${memory}#${count}`, memory, node: node.weights });
  }
  return found;
}

/** The memory that rows, maybe keys, are those of. */
export function memoryOf(nodes: readonly Node[], rows: NodeId): string {
  const node = nodes[rows]!;
  if (node.kind === "keys") return memoryOf(nodes, node.memory);
  assert(node.kind === "memory", "rows of a memory");
  return node.name;
}

/** What a step has to deliver. */
function forwardEnds({ graph, output }: Cell): Ending[] {
  const shapeOf = (id: NodeId): Ending["shape"] => graph.nodes[id]!.shape;
  return [
    ...[...graph.next].map(([state, node]): Ending => ({ node, to: { kind: "next", state }, shape: shapeOf(node) })),
    { node: graph.output, to: { kind: "output" }, shape: output.shape },
  ];
}
