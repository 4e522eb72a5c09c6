/** What the values of a cell's equations are to one another, and the ranges they cannot leave: both from the equations, never from their names. */
import { dependsOn, neededBy, sharedNodes } from "../../derive/index.ts";
import type { Cell, Node, NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { equationNodes } from "./cell-step.ts";
import { findRanges } from "./ranges.ts";
import type { Range } from "./ranges.ts";

/**
 * `gate`: changes from step to step, and the equations keep it within 0…1. `candidate`: no gate and no carrier of a state's last value, and a gate
 * multiplies it on its way to a state's next value. `state`: a state's next value. `output`: the readout `y`. `other`: the rest, such as sums before an
 * activation.
 */
export type ValueRole = "gate" | "candidate" | "state" | "output" | "other";

export interface ValueFacts {
  readonly role: ValueRole;
  /** The least and the most that the equations let it be, whatever inputs, states and parameters are; infinite where they set no bound. */
  readonly range: Range;
}

const factsByCell = new WeakMap<Cell, ReadonlyMap<string, ValueFacts>>();

/** Role and range of each equation's value, by its name, next values under `h'`. */
export function findValueFacts(cell: Cell): ReadonlyMap<string, ValueFacts> {
  const before = factsByCell.get(cell);
  if (before !== undefined) return before;
  const { graph } = cell;
  const ranges = findRanges(graph.nodes);
  const shared = sharedNodes(graph.nodes);
  const isGate = (id: NodeId): boolean => !shared[id] && isWithin(known(ranges[id], "a range"), 0, 1);
  const candidates = findCandidates(cell, isGate);
  const facts = new Map(
    [...equationNodes(cell)].map(([name, id]): [string, ValueFacts] => {
      const range = known(ranges[id], "a range");
      if (name.endsWith("'")) return [name, { role: "state", range }];
      if (name === cell.output.name) return [name, { role: "output", range }];
      if (isGate(id)) return [name, { role: "gate", range }];
      return [name, { role: candidates.has(id) ? "candidate" : "other", range }];
    }),
  );
  factsByCell.set(cell, facts);
  return facts;
}

/** Whether a range lies within another one. */
export function isWithin([low, high]: Range, least: number, most: number): boolean {
  return low >= least && high <= most;
}

/** What a gate multiplies on the way to a next value, where it does not carry a state's last value. */
function findCandidates({ graph }: Cell, isGate: (id: NodeId) => boolean): ReadonlySet<NodeId> {
  const { nodes } = graph;
  const leads = neededBy(nodes, graph.next.values());
  const carries = findCarriers(nodes);
  const moves = dependsOn(nodes, ({ kind }) => kind === "input" || kind === "state");
  const found = new Set<NodeId>();
  nodes.forEach((node, id) => {
    if (node.kind !== "apply" || node.operation !== "multiply" || !leads[id]) return;
    const [a = -1, b = -1] = node.args;
    for (const [gate, other] of [
      [a, b],
      [b, a],
    ] as const)
      if (isGate(gate) && !isGate(other) && !carries[other] && moves[other]) found.add(other);
  });
  return found;
}

/** Nodes through which a state's last value comes as it is or scaled: by sums, elementwise products and quotients, and choices. */
function findCarriers(nodes: readonly Node[]): readonly boolean[] {
  const carries: boolean[] = [];
  for (const node of nodes) {
    const args = node.kind === "apply" ? node.args.map((arg) => carries[arg] === true) : [];
    const passes = node.kind === "apply" && carrying.has(node.operation) && args.some(Boolean);
    carries.push(node.kind === "state" || passes);
  }
  return carries;
}

const carrying: ReadonlySet<string> = new Set([
  "add",
  "subtract",
  "multiply",
  "divide",
  "negate",
  "min",
  "max",
  "select",
]);
