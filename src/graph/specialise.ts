/** A graph for inputs of given shapes: what follows from shapes is computed, branches that are decided are taken, and every value's shape is known. */
import { cellOf, shapeOf } from "../network/index.ts";
import { resolveSizes } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createSpend, evaluateNode } from "./evaluate.ts";
import type { OpenScope } from "./evaluate.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueName } from "./graph.ts";
import { operators } from "./operators/index.ts";
import { isGraph } from "./operators/operator.ts";
import { readsOf } from "./plan.ts";
import { writesOf } from "./walk-nodes.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, createArray } from "./tensors.ts";

export interface SpecialGraph {
  /** Without bodies. */
  readonly nodes: readonly GraphNode[];
  /** Values that do not depend on what the inputs hold. */
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  /** Of every value; what they hold means nothing. */
  readonly examples: ReadonlyMap<ValueName, Tensor>;
}

/** A node because of which a graph is no kernel program. */
export interface Unlowered {
  readonly unlowered: GraphNode;
}

/**
 * `examples` has a tensor for each input that may hold anything, `fixed` those that stay as they are. Where shapes hang on what inputs hold, or a branch does, and where
 * something is empty, the node at which that is so.
 */
export function specialise(
  graph: Graph,
  {
    examples,
    fixed,
  }: { readonly examples: ReadonlyMap<ValueName, Tensor>; readonly fixed: ReadonlyMap<ValueName, Tensor> },
): SpecialGraph | Unlowered {
  const constants = new Map<ValueName, Tensor>([...graph.constants, ...fixed]);
  const values = new Map<ValueName, Tensor>([...examples, ...constants]);
  const nodes: GraphNode[] = [];
  let visited: GraphNode | undefined;
  const spend = createSpend();
  const scope: OpenScope = { values, outer: undefined };
  const evaluation = { recur: exampleOf, spend };

  /** Goes through a graph whose values are called as `called` says; false where it cannot. */
  const visit = (body: Graph, called: (name: ValueName) => ValueName): boolean =>
    body.nodes.every((node) => {
      const own = rename(node, called);
      visited = own;
      if (own.kind === "operator" && Object.values(own.attributes).some(isGraph)) return decide(own, called);
      if (own.kind === "operator" && !isShapedByConstants(own)) return false;
      evaluateNode(own, { scope, graph, evaluation });
      if (own.kind === "operator" && (operators.get(own.operator)?.ofShapes === true || isConstant(own)))
        for (const name of writesOf(own)) constants.set(name, values.get(name)!);
      else nodes.push(own);
      return true;
    });
  const isShapedByConstants = ({ operator, inputs }: OperatorNode): boolean =>
    (operators.get(operator)?.shapedBy ?? []).every((at) => (inputs[at] ?? "") === "" || constants.has(inputs[at]!));
  const isConstant = (node: GraphNode): boolean => readsOf(node).every((name) => constants.has(name));
  /** Takes the branch that a constant condition says. */
  const decide = (node: OperatorNode, called: (name: ValueName) => ValueName): boolean => {
    const condition = constants.get(node.inputs[0] ?? "");
    if (node.operator !== "If" || condition === undefined) return false;
    const body = node.attributes[condition.data[0] ? "then_branch" : "else_branch"];
    if (body === undefined || !isGraph(body)) return false;
    const own = new Set([...body.constants.keys(), ...body.nodes.flatMap(writesOf)]);
    const inner = (name: ValueName): ValueName => (own.has(name) ? `${node.name}/${name}` : called(name));
    for (const [name, tensor] of body.constants) {
      constants.set(inner(name), tensor);
      values.set(inner(name), tensor);
    }
    if (!visit(body, inner)) return false;
    node.outputs.forEach((output, at) => {
      if (output === "") return;
      const from = inner(body.outputs[at]!.name);
      const value = constants.get(from);
      values.set(output, values.get(from)!);
      if (value === undefined)
        nodes.push({
          kind: "operator",
          name: `${node.name}/${output}`,
          operator: "Identity",
          inputs: [from],
          outputs: [output],
          attributes: {},
        });
      else constants.set(output, value);
    });
    return true;
  };
  const isWhole = (): boolean => {
    try {
      return visit(graph, (name) => name);
    } catch (error) {
      // What inputs hold decides more than shapes do here; whoever runs the graph on real inputs gets the error, if there is one.
      if (error instanceof RecurraError) return false;
      throw error;
    }
  };
  if (!isWhole()) return { unlowered: known(visited, "a node") };
  // Loops of kernels run at least once.
  const isEmpty = (name: ValueName): boolean => values.get(name)?.data.length === 0;
  const unlowered = nodes.find((node) => [...readsOf(node), ...writesOf(node)].some(isEmpty));
  return unlowered === undefined ? { nodes, constants, examples: values } : { unlowered };
}

function rename(node: GraphNode, called: (name: ValueName) => ValueName): GraphNode {
  const all = (names: readonly ValueName[]): readonly ValueName[] =>
    names.map((name) => (name === "" ? "" : called(name)));
  if (node.kind === "operator") return { ...node, inputs: all(node.inputs), outputs: all(node.outputs) };
  const each = (record: Readonly<Record<string, ValueName>>): Record<string, ValueName> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, called(value)]));
  const { sequence, states } = node.outputs;
  return {
    ...node,
    input: called(node.input),
    parameters: each(node.parameters),
    states: each(node.states),
    ...(node.memories === undefined
      ? {}
      : {
          memories: Object.fromEntries(
            Object.entries(node.memories).map(([name, { value, lengths }]) => [
              name,
              { value: called(value), ...(lengths === undefined ? {} : { lengths: called(lengths) }) },
            ]),
          ),
        }),
    ...(node.lengths === undefined ? {} : { lengths: called(node.lengths) }),
    ...(node.mask === undefined ? {} : { mask: { ...node.mask, value: called(node.mask.value) } }),
    outputs: { ...(sequence === undefined ? {} : { sequence: called(sequence) }), states: each(states) },
  };
}

/** Zeros in the shapes of a recurrent node's outputs. */
function exampleOf(node: RecurrentNode, values: (name: ValueName) => Tensor): ReadonlyMap<ValueName, Tensor> {
  const { type, shape } = values(node.input);
  const [steps = 0, batch = 0, inputSize = 0] = shape;
  const cell = cellOf(node.cell);
  const sizes = resolveSizes(cell, { ...node.sizes, I: inputSize, H: node.size });
  const zeros = (wanted: readonly number[]): Tensor => ({
    type,
    shape: wanted,
    data: createArray(type, countElements(wanted)),
  });
  const given = new Map<ValueName, Tensor>();
  if (node.outputs.sequence !== undefined)
    given.set(node.outputs.sequence, zeros([steps, batch, ...shapeOf(cell.output, sizes)]));
  for (const state of cell.states) {
    const name = node.outputs.states[state.name];
    if (name !== undefined) given.set(name, zeros([batch, ...shapeOf(state, sizes)]));
  }
  return given;
}
