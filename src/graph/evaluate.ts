/** Goes through the nodes of a graph, with those of its bodies in scopes of their own. */
import { RecurraError } from "../util/errors.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueName } from "./graph.ts";
import { createCall } from "./operators/operator.ts";
import { operators } from "./operators/index.ts";
import { printNode, readsOf } from "./plan.ts";
import { writesOf } from "./walk-nodes.ts";
import type { Tensor } from "./tensor.ts";

/** What is known by name; a body sees what is known around it. */
export interface Scope {
  readonly values: ReadonlyMap<ValueName, Tensor>;
  readonly outer: Scope | undefined;
}

/** A scope that nodes write to. */
export interface OpenScope extends Scope {
  readonly values: Map<ValueName, Tensor>;
}

export interface Evaluation {
  /** What runs recurrent nodes. */
  readonly recur: (node: RecurrentNode, values: (name: ValueName) => Tensor) => ReadonlyMap<ValueName, Tensor>;
  /** Counts work, and throws where it is too much: loops of a hostile file must end. */
  readonly spend: (work: number) => void;
}

/** Nodes that may be computed in one run, those of loops counted each time. */
const mostWork = 4_000_000;

/** A counter that throws `graph/too-deep` when a run goes on for too long. */
export function createSpend(most: number = mostWork): (work: number) => void {
  let spent = 0;
  return (work) => {
    spent += work;
    if (spent > most)
      throw new RecurraError("graph/too-deep", `More than ${most} nodes were computed; a loop does not seem to end.`);
  };
}

/** The value of that name, here or further out. */
export function lookUp(scope: Scope, name: ValueName): Tensor | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const value = at.values.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function find(scope: Scope, name: ValueName): Tensor {
  const value = lookUp(scope, name);
  if (value !== undefined) return value;
  throw new RecurraError("graph/undefined-value", `The value ${JSON.stringify(name)} was not computed.`);
}

export interface EvaluateOptions extends Evaluation {
  readonly values: ReadonlyMap<ValueName, Tensor>;
  readonly outer?: Scope | undefined;
  /** Only what these need is computed; all outputs of the graph if absent. */
  readonly wanted?: readonly ValueName[];
}

/** Which nodes of a graph are needed for these values, and after which of them each value may be let go. */
function planNeeds(graph: Graph, wanted: readonly ValueName[]): Needs {
  const needed = new Set(wanted);
  const seen = new Set(wanted);
  const isNeeded: boolean[] = graph.nodes.map(() => false);
  const last: ValueName[][] = graph.nodes.map(() => []);
  for (let at = graph.nodes.length - 1; at >= 0; at--) {
    const node = graph.nodes[at]!;
    const written = writesOf(node);
    if (!written.some((name) => needed.has(name))) continue;
    isNeeded[at] = true;
    for (const name of readsOf(node)) needed.add(name);
    for (const name of [...written, ...readsOf(node)]) {
      if (seen.has(name)) continue;
      seen.add(name);
      last[at]!.push(name);
    }
  }
  return { isNeeded, last };
}

interface Needs {
  readonly isNeeded: readonly boolean[];
  readonly last: readonly (readonly ValueName[])[];
}

const needs = new WeakMap<Graph, Map<string, Needs>>();

/** Plans are kept, for a graph is run many times for the same values. */
function needsOf(graph: Graph, wanted: readonly ValueName[]): Needs {
  const known = needs.get(graph) ?? new Map<string, Needs>();
  needs.set(graph, known);
  const key = JSON.stringify(wanted);
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= 16) known.clear();
  const made = planNeeds(graph, wanted);
  known.set(key, made);
  return made;
}

/** Computes the nodes that are needed in their order; gives the values that are left. */
export function evaluateGraph(graph: Graph, options: EvaluateOptions): Scope {
  const { isNeeded, last } = needsOf(graph, options.wanted ?? graph.outputs.map(({ name }) => name));
  const around: Scope = { values: graph.constants, outer: options.outer };
  const scope = { values: new Map(options.values), outer: around };
  for (const [at, node] of graph.nodes.entries()) {
    if (isNeeded[at] !== true) continue;
    options.spend(1);
    evaluateNode(node, { scope, graph, evaluation: options });
    for (const name of last[at]!) scope.values.delete(name);
  }
  return scope;
}

interface NodeOptions {
  readonly scope: OpenScope;
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

function computeOperator(node: OperatorNode, scope: OpenScope, evaluation: Evaluation): void {
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
      const inner = evaluateGraph(body, { recur: evaluation.recur, spend: evaluation.spend, values, outer: scope });
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
    if (error.message.startsWith("In node ")) return error;
    const code = error.code.startsWith("graph/") ? error.code : "graph/bad-value";
    return new RecurraError(code, `In ${printNode(node)} of graph ${graph.name}: ${error.message}`, { cause: error });
  }
  if (error instanceof RangeError && /stack/.test(error.message))
    return new RecurraError("graph/too-deep", `Graphs are nested too deeply in ${printNode(node)}.`, { cause: error });
  return error;
}
