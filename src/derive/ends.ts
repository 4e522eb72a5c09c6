/** What the way back has to deliver: gradients of what was asked for, and all that has to be computed on the way to them. */
import type { Node, NodeId } from "../language/index.ts";
import { dependsOn, neededBy } from "./dependence.ts";
import type { ProductGradient, RowsGradient, RowsTerm, StepGradient } from "./gradient.ts";
import { readsMemory, valueArguments } from "./schedule.ts";
import type { Ending } from "./stages.ts";

/** Names of inputs, memories and parameters whose gradients are wanted. */
export interface Wanted {
  readonly inputs: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  /** All if absent. */
  readonly memories?: ReadonlySet<string>;
}

export interface Ends {
  readonly exports: readonly Ending[];
  /** Forward values that weight gradients multiply with. */
  readonly operands: readonly NodeId[];
  /** Those of which a matrix gradient or the pullback is wanted. */
  readonly products: readonly ProductGradient[];
  readonly onceProducts: readonly ProductGradient[];
  /** Memories and keys whose rows' gradients are wanted. */
  readonly rows: readonly RowsGradient[];
}

/** All gradients are wanted if `wanted` is absent. */
export function findEnds(gradient: StepGradient, wanted: Wanted | undefined): Ends {
  const { nodes } = gradient;
  const isWanted = (id: NodeId): boolean => {
    const node = nodes[id]!;
    return node.kind === "parameter" && (wanted === undefined || wanted.parameters.has(node.name));
  };
  const values = valueEnds(gradient, wanted, isWanted);
  const rows = gradient.rows.filter((one) => wantsRows(nodes[one.rows]!, nodes, wanted, isWanted));
  const ofRows = [...new Set(rows.flatMap(({ terms }) => terms.flatMap(valuesOf)))];
  const trainsMatrix = ({ terms }: ProductGradient): boolean => terms.some(({ matrix }) => isWanted(matrix));
  const kept = keepProducts(gradient, [...values.map((one) => one.node), ...ofRows], trainsMatrix);
  const products = gradient.products.filter((group) => kept.has(group));
  const onceProducts = gradient.once.products.filter((group) => kept.has(group));
  const slots = (groups: readonly ProductGradient[], once: boolean): Ending[] =>
    groups.flatMap(({ terms }, group) =>
      terms.map(({ matrix, adjoint }, term) => ({
        node: adjoint,
        to: { kind: "slot", group, term, once } as const,
        shape: nodes[matrix]!.shape.slice(0, 1),
      })),
    );
  return {
    exports: [...values, ...slots(products, false), ...slots(onceProducts, true), ...handedEnds(gradient, ofRows)],
    operands: [...[...products, ...onceProducts].filter(trainsMatrix).map(({ operand }) => operand), ...ofRows],
    products,
    onceProducts,
    rows,
  };
}

/** Keys are wanted for their matrix or for their memory. */
function wantsRows(
  node: Node,
  nodes: readonly Node[],
  wanted: Wanted | undefined,
  isWanted: (id: NodeId) => boolean,
): boolean {
  if (node.kind === "memory") return wanted?.memories?.has(node.name) ?? true;
  return node.kind === "keys" && (isWanted(node.matrix) || wantsRows(nodes[node.memory]!, nodes, wanted, isWanted));
}

/** The values that a term of a memory's gradient is made from. */
export function valuesOf(term: RowsTerm): readonly NodeId[] {
  return term.kind === "outer" ? [term.weights, term.row] : [term.query, term.weights, term.adjoint];
}

/** Gradients that are handed in and read by what goes over a memory's rows; such work reads places only. */
function handedEnds({ nodes, forwardCount }: StepGradient, ofRows: readonly NodeId[]): Ending[] {
  const read = new Set([...nodes.slice(forwardCount).filter(readsMemory).flatMap(valueArguments), ...ofRows]);
  return [...read]
    .filter((id) => nodes[id]!.kind === "adjoint")
    .map((node) => ({ node, to: { kind: "handed" }, shape: nodes[node]!.shape }));
}

/** Gradients of states, inputs, shared values, and vector and number parameters. */
function valueEnds(gradient: StepGradient, wanted: Wanted | undefined, isWanted: (id: NodeId) => boolean): Ending[] {
  const { nodes, forwardCount } = gradient;
  const wantedNodes = new Set(nodes.filter((_, id) => isWanted(id)));
  const leadsToParameter = dependsOn(nodes.slice(0, forwardCount), (node) => wantedNodes.has(node));
  const end = (node: NodeId, to: Ending["to"], of: NodeId = node): Ending => ({ node, to, shape: nodes[of]!.shape });
  return [
    ...[...gradient.states].map(([state, node]) => end(node, { kind: "carry", state })),
    ...[...gradient.inputs]
      .filter(([name]) => wanted === undefined || wanted.inputs.has(name))
      .map(([name, node]) => end(node, { kind: "input", name })),
    ...gradient.shared
      .filter(({ node }) => leadsToParameter[node])
      .map(({ node, adjoint }) => end(adjoint, { kind: "shared", of: node }, node)),
    ...[...gradient.once.parameters]
      .filter(([name]) => wanted === undefined || wanted.parameters.has(name))
      .map(([name, node]) => end(node, { kind: "parameter", name })),
  ];
}

/**
 * The groups of products whose gradients are needed: for a weight, or for the pullback to something that is. A pullback may be needed only for the
 * weights before it, which may be kept only for a pullback, and so on.
 */
function keepProducts(
  gradient: StepGradient,
  ends: readonly NodeId[],
  trainsMatrix: (group: ProductGradient) => boolean,
): ReadonlySet<ProductGradient> {
  const { nodes } = gradient;
  const groups = [...gradient.products, ...gradient.once.products];
  const kept = new Set(groups.filter(trainsMatrix));
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    const adjoints = [...kept].flatMap(({ terms }) => terms.map(({ adjoint }) => adjoint));
    const needed = neededBy(nodes, [...ends, ...adjoints]);
    for (const group of groups) if (pullbacksOf(nodes, group).some((id) => needed[id])) kept.add(group);
  }
  return kept;
}

/** The pullback nodes of exactly these terms. */
function pullbacksOf(nodes: readonly Node[], { terms }: ProductGradient): NodeId[] {
  const key = terms.map((term) => `${term.matrix}:${term.adjoint}`).join();
  return nodes.flatMap((node, id) =>
    node.kind === "pullback" && node.terms.map((term) => `${term.matrix}:${term.vector}`).join() === key ? [id] : [],
  );
}
