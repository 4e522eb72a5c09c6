/** The gradient of a cell's step as equations that people read. */
import { printNode } from "../language/index.ts";
import type { Cell, Node, NodeId } from "../language/index.ts";
import { deriveGradient } from "./gradient.ts";

/**
 * One equation a line, in the order of computing: the gradient of each named value (`do = …`, `dh' = …` being what comes from the step after, `dy` from
 * the output), of each product's result, then of states, inputs and parameters. `Σ` sums over steps and members.
 */
export function printGradient(cell: Cell): string {
  const gradient = deriveGradient(cell.graph);
  const { nodes } = gradient;
  const names = new Map<string, NodeId>(cell.graph.names);
  const lines: string[] = [];
  const define = (name: string, id: NodeId): void => {
    const text = printNode({ nodes, names }, id).split("\n");
    const last = text.pop();
    // A gradient that is another one by name, or a bare leaf, needs no equation.
    if (last === name) return;
    lines.push(...text, `${name} = ${last}`);
    if (!isLeaf(nodes[id]!) && !names.has(name)) names.set(name, id);
  };

  const named = [...cell.graph.names].filter(([name, id]) => gradient.adjoints.has(id) && !isLeaf(nodes[id]!) && !cell.states.some((state) => state.name === name));
  named.sort(([, a], [, b]) => b - a);
  for (const [name, id] of named) define(name.endsWith("'") ? `total d${name}` : `d${name}`, gradient.adjoints.get(id)!);

  const results = new Map<NodeId, string>();
  for (const { operand, terms } of gradient.products) {
    const vector = printNode({ nodes, names }, operand);
    for (const { matrix, adjoint } of terms) {
      const name = printNode({ nodes }, matrix);
      if (!results.has(adjoint)) {
        define(`d(${name} ${vector})`, adjoint);
        results.set(adjoint, printNode({ nodes, names }, adjoint) === "dy" ? "dy" : `d(${name} ${vector})`);
        names.set(results.get(adjoint)!, adjoint);
      }
      lines.push(`d${name} = Σ ${results.get(adjoint)} ${vector.includes(" ") ? `(${vector})` : vector}ᵀ`);
    }
  }
  for (const [state, id] of gradient.states) lines.push(`d${state} = ${printNode({ nodes, names }, id).split("\n").join("; ")}`);
  for (const [input, id] of gradient.inputs) lines.push(`d${input} = ${printNode({ nodes, names }, id).split("\n").join("; ")}`);
  for (const { node, adjoint } of gradient.shared) {
    if (nodes[node]!.kind === "constant" || nodes[node]!.kind === "size") continue;
    const name = [...names].find(([, id]) => id === adjoint)?.[0];
    lines.push(`d${printNode({ nodes, names }, node)} = Σ ${name ?? printNode({ nodes, names }, adjoint).split("\n").join("; ")}`);
  }
  return `${lines.join("\n")}\n`;
}

function isLeaf(node: Node): boolean {
  return node.kind !== "apply" && node.kind !== "reduce" && node.kind !== "product" && node.kind !== "pullback";
}
