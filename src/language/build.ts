/** Turns checked equations into the graph of one step. */
import { known } from "../util/errors.ts";
import { argumentsOf } from "./arguments.ts";
import type { Graph, Node, NodeId, Shape } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { createGraphBuilder } from "./graph-builder.ts";
import type { InferredShapes } from "./infer.ts";
import { written } from "./names.ts";
import type { NameTable } from "./names.ts";
import { operations } from "./operations.ts";
import type { Equation, Expression } from "./syntax.ts";

/** Equations of which all is known. */
export interface ShapedEquations {
  /** Each after those it needs. */
  readonly ordered: readonly Equation[];
  readonly names: NameTable;
  readonly output: Equation;
  readonly shapes: InferredShapes;
}

/**
 * The graph of a step, linear in the size of the text: equal subexpressions are one node, constants are folded. It holds a leaf for
 * each input, memory, state and parameter that is read, also where algebra made its use vanish, and nothing else that no equation needs.
 */
export function buildGraph({ ordered, names, output, shapes }: ShapedEquations): Graph {
  const b = createGraphBuilder();
  const step = createStep(b, names, shapes);
  for (const equation of ordered) step.define(equation);
  const next = new Map([...names.states].map(([name, equation]): [string, NodeId] => [name, step.valueOf(equation)]));
  return pruned({ nodes: b.nodes, names: step.values, next, output: step.valueOf(output) });
}

interface Step {
  /** Values of equations by what they define: `i`, `h'`. */
  readonly values: ReadonlyMap<string, NodeId>;
  define(equation: Equation): void;
  valueOf(equation: Equation): NodeId;
}

function createStep(b: GraphBuilder, names: NameTable, shapes: InferredShapes): Step {
  const values = new Map<string, NodeId>();

  const nameNode = (name: string): NodeId => {
    const constant = names.constants.get(name);
    if (constant !== undefined) return b.constant(constant);
    const input = shapes.inputs.get(name);
    if (input !== undefined) return b.input(name, input);
    const memory = shapes.memories.get(name);
    if (memory !== undefined) return b.memory(name, memory);
    const state = shapes.states.get(name);
    if (state !== undefined) return b.state(name, state);
    const parameter = shapes.parameters.get(name);
    if (parameter !== undefined) return b.parameter(name, parameter);
    return name === "t" ? b.step() : known(values.get(name), name);
  };

  const node = (expression: Expression): NodeId => {
    switch (expression.kind) {
      case "number":
        return b.constant(expression.value);
      case "name":
        return expression.next ? known(values.get(`${expression.name}'`), expression.name) : nameNode(expression.name);
      case "product":
        return b.product(node(expression.matrix), node(expression.vector));
      case "call":
        return known(operations.get(expression.operation), expression.operation).build(b, ...expression.args.map(node));
    }
  };

  const shapeOf = ({ target, next }: Equation): Shape =>
    known((next ? shapes.states : shapes.intermediates).get(target), target);
  return {
    values,
    define: (equation) => {
      values.set(written(equation), b.fit(node(equation.expression), shapeOf(equation)));
    },
    valueOf: (equation) => known(values.get(written(equation)), written(equation)),
  };
}

/** The graph without nodes that nothing needs; leaves of the cell stay. */
function pruned(graph: Graph): Graph {
  const needed = new Set<NodeId>([...graph.names.values(), ...graph.next.values(), graph.output]);
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = known(graph.nodes[id], "node");
    if (isLeaf(node)) needed.add(id);
    if (needed.has(id)) for (const arg of argumentsOf(node)) needed.add(arg);
  }
  const ids = new Map<NodeId, NodeId>();
  const moved = (id: NodeId): NodeId => known(ids.get(id), "node that is needed");
  const nodes: Node[] = [];
  graph.nodes.forEach((node, id) => {
    if (!needed.has(id)) return;
    ids.set(id, nodes.length);
    nodes.push(withArguments(node, moved));
  });
  const movedAll = (names: ReadonlyMap<string, NodeId>): Map<string, NodeId> =>
    new Map([...names].map(([name, id]) => [name, moved(id)]));
  return { nodes, names: movedAll(graph.names), next: movedAll(graph.next), output: moved(graph.output) };
}

function isLeaf({ kind }: Node): boolean {
  return kind === "input" || kind === "memory" || kind === "state" || kind === "parameter";
}

function withArguments(node: Node, moved: (id: NodeId) => NodeId): Node {
  switch (node.kind) {
    case "apply":
      return { ...node, args: node.args.map(moved) };
    case "reduce":
      return { ...node, arg: moved(node.arg) };
    case "product":
      return { ...node, matrix: moved(node.matrix), vector: moved(node.vector) };
    case "pullback":
      return {
        ...node,
        terms: node.terms.map(({ matrix, vector }) => ({ matrix: moved(matrix), vector: moved(vector) })),
      };
    case "keys":
      return { ...node, matrix: moved(node.matrix), memory: moved(node.memory) };
    case "score": {
      const weights = node.weights === undefined ? {} : { weights: moved(node.weights) };
      return { ...node, rows: moved(node.rows), query: moved(node.query), ...weights };
    }
    case "mix":
      return { ...node, rows: moved(node.rows), weights: moved(node.weights) };
    default:
      return node;
  }
}
