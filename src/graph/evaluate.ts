/** Goes through the nodes of a graph, with those of its bodies in scopes of their own. */
import { RecurraError } from "../util/errors.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueName } from "./graph.ts";
import { createCall } from "./operators/operator.ts";
import { operators } from "./operators/index.ts";
import { planOf, printNode } from "./plan.ts";
import type { Tensor } from "./tensor.ts";

/** What is known by name; a body sees what is known around it. */
export interface Scope {
  readonly values: Map<ValueName, Tensor>;
  readonly outer: Scope | undefined;
}

export interface Evaluation {
  /** What runs recurrent nodes. */
  readonly recur: (node: RecurrentNode, values: (name: ValueName) => Tensor) => ReadonlyMap<ValueName, Tensor>;
  /** Counts work, and throws where it is too much: loops of a hostile file must end. */
  readonly spend: (work: number) => void;
}

/** Nodes that may be computed in one run, those of loops counted each time. */
const mostWork = 20_000_000;

/** A counter that throws `graph/too-deep` when a run goes on for too long. */
export function createSpend(most: number = mostWork): (work: number) => void {
  let spent = 0;
  return (work) => {
    spent += work;
    if (spent > most)
      throw new RecurraError("graph/too-deep", `More than ${most} nodes were computed; a loop does not seem to end.`);
  };
}

export function find(scope: Scope, name: ValueName): Tensor {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const value = at.values.get(name);
    if (value !== undefined) return value;
  }
  throw new RecurraError("graph/undefined-value", `The value ${JSON.stringify(name)} was not computed.`);
}

export interface EvaluateOptions extends Evaluation {
  readonly values: ReadonlyMap<ValueName, Tensor>;
  readonly outer?: Scope | undefined;
  /** Values that are kept although nothing reads them. */
  readonly keep?: ReadonlySet<ValueName>;
}

/** Computes the nodes in their order; gives the values that are left. */
export function evaluateGraph(graph: Graph, options: EvaluateOptions): Scope {
  const { last } = planOf(graph);
  const scope: Scope = { values: new Map(graph.constants), outer: options.outer };
  for (const [name, value] of options.values) scope.values.set(name, value);
  for (const [at, node] of graph.nodes.entries()) {
    options.spend(1);
    evaluateNode(node, { scope, graph, evaluation: options });
    for (const name of last[at]!) if (options.keep?.has(name) !== true) scope.values.delete(name);
  }
  return scope;
}

interface NodeOptions {
  readonly scope: Scope;
  readonly graph: Graph;
  readonly evaluation: Evaluation;
}

/** Computes one node, and puts its outputs into the scope. An error names the node. */
export function evaluateNode(node: GraphNode, { scope, graph, evaluation }: NodeOptions): void {
  try {
    if (node.kind === "operator") computeOperator(node, scope, evaluation);
    else
      for (const [name, value] of evaluation.recur(node, (wanted) => find(scope, wanted)))
        scope.values.set(name, value);
  } catch (error) {
    throw nameNode(error, node, graph);
  }
}

function computeOperator(node: OperatorNode, scope: Scope, evaluation: Evaluation): void {
  const operator = operators.get(node.operator)!;
  const call = createCall({
    attributes: node.attributes,
    inputs: node.inputs.map((name) => (name === "" ? undefined : find(scope, name))),
    wanted: node.outputs.map((name) => name !== ""),
    spend: evaluation.spend,
    run: (body, inputs) => {
      if (inputs.length !== body.inputs.length)
        throw new RecurraError(
          "graph/bad-value",
          `its body has ${body.inputs.length} inputs, but is given ${inputs.length}`,
        );
      const values = new Map(body.inputs.map(({ name }, at) => [name, inputs[at]!]));
      const inner = evaluateGraph(body, { ...evaluation, values, outer: scope });
      return body.outputs.map(({ name }) => find(inner, name));
    },
  });
  const given = operator.compute(call);
  const outputs = Array.isArray(given) ? (given as readonly (Tensor | undefined)[]) : [given as Tensor];
  if (outputs.length < node.outputs.length)
    call.fail(`it gives ${outputs.length} outputs, but ${node.outputs.length} are asked for`);
  for (const [at, name] of node.outputs.entries()) {
    if (name === "") continue;
    const value = outputs[at];
    scope.values.set(name, value ?? call.fail(`it does not give output ${at}`));
  }
}

/** An error with the node in its message. */
function nameNode(error: unknown, node: GraphNode, graph: Graph): unknown {
  if (error instanceof RecurraError) {
    if (error.code === "internal/impossible" || error.code === "graph/too-deep") return error;
    if (/^In node /.test(error.message)) return error;
    const code = error.code.startsWith("graph/") ? error.code : "graph/bad-value";
    return new RecurraError(code, `In ${printNode(node)} of graph ${graph.name}: ${error.message}`, { cause: error });
  }
  if (error instanceof RangeError && /stack/.test(error.message))
    return new RecurraError("graph/too-deep", `Graphs are nested too deeply in ${printNode(node)}.`, { cause: error });
  return error;
}
