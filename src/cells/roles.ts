/** What each parameter is to its cell, read off the graph: initialisers differ by it. */
import { argumentsOf } from "../language/index.ts";
import type { Cell, Graph, Node } from "../language/index.ts";
import { known } from "../util/errors.ts";

/**
 * - `recurrent`: a matrix that multiplies something which depends on what the cell remembers.
 * - `input`: any other matrix.
 * - `bias`: a vector that is only ever added or subtracted.
 * - `other`: any other vector, such as a peephole, a gain or a decay.
 */
export type ParameterRole = "recurrent" | "input" | "bias" | "other";

/** The role of every parameter, in the order of the cell's parameters. */
export function parameterRoles(cell: Cell): ReadonlyMap<string, ParameterRole> {
  const { nodes } = cell.graph;
  const memory = memoryStates(cell.graph);
  const remembers = spread(nodes, (node) => node.kind === "state" && memory.has(node.name));
  const roles = new Map<string, ParameterRole>();
  for (const { name, shape } of cell.parameters) {
    const isThis = (node: Node): boolean => node.kind === "parameter" && node.name === name;
    if (shape.length === 2) {
      const holds = spread(nodes, isThis);
      const recurrent = nodes.some((node) => node.kind === "product" && holds[node.matrix] && remembers[node.vector]);
      roles.set(name, recurrent ? "recurrent" : "input");
    } else {
      const id = nodes.findIndex(isThis);
      const users = nodes.filter((node) => argumentsOf(node).includes(id));
      roles.set(name, users.length > 0 && users.every(isSum) ? "bias" : "other");
    }
  }
  return roles;
}

function isSum(node: Node): boolean {
  return node.kind === "apply" && (node.operation === "add" || node.operation === "subtract");
}

/**
 * The states whose next value depends, in one step or more, on their own last value. A state that only delays the input (`p' = x`)
 * is none: a matrix that multiplies it is a filter over the input.
 */
function memoryStates(graph: Graph): ReadonlySet<string> {
  // reads[a] are the states whose last values the next value of a depends on, then, step by step, on which those depend.
  const reads = new Map<string, Set<string>>();
  for (const name of graph.next.keys()) reads.set(name, new Set());
  for (const source of graph.next.keys()) {
    const depends = spread(graph.nodes, (node) => node.kind === "state" && node.name === source);
    for (const [name, next] of graph.next) if (depends[next]) known(reads.get(name), name).add(source);
  }
  for (const through of reads.keys()) {
    for (const set of reads.values()) {
      if (set.has(through)) for (const name of known(reads.get(through), through)) set.add(name);
    }
  }
  return new Set([...reads].filter(([name, set]) => set.has(name)).map(([name]) => name));
}

/** For each node whether it is, or depends on, one for which `source` holds. */
function spread(nodes: readonly Node[], source: (node: Node) => boolean): readonly boolean[] {
  const result: boolean[] = [];
  for (const node of nodes) result.push(source(node) || argumentsOf(node).some((arg) => result[arg]));
  return result;
}
