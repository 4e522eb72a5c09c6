/** Questions about graphs: what a node reads, what it depends on, what it is shared by. */
import { argumentsOf } from "../language/index.ts";
import type { Node, NodeId } from "../language/index.ts";

/** For each node whether it is, or depends on, a node for which `source` holds. */
export function dependsOn(nodes: readonly Node[], source: (node: Node) => boolean): boolean[] {
  const result: boolean[] = [];
  for (const node of nodes) result.push(source(node) || argumentsOf(node).some((arg) => result[arg]));
  return result;
}

/** For each node whether one of `roots` is it or depends on it. */
export function neededBy(nodes: readonly Node[], roots: Iterable<NodeId>): boolean[] {
  const result = nodes.map(() => false);
  for (const root of roots) result[root] = true;
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (result[id]) for (const arg of argumentsOf(nodes[id]!)) result[arg] = true;
  }
  return result;
}

/** For each node whether all members and steps share it: it is made from parameters, constants and sizes alone. */
export function sharedNodes(nodes: readonly Node[]): boolean[] {
  return dependsOn(nodes, differsByMember).map((differs) => !differs);
}

function differsByMember(node: Node): boolean {
  switch (node.kind) {
    case "input":
    case "memory":
    case "length":
    case "state":
    case "step":
      return true;
    case "adjoint":
      return node.of !== "shared";
    default:
      return false;
  }
}
