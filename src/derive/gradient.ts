/**
 * The gradient of one step, symbolically: one walk from the outputs back to the leaves (reverse mode), with the rule of each operation taken from the
 * operation table. A sequence's gradient is this step's, used from the last step to the first.
 */
import { createGraphBuilder, elementwiseOperations } from "../language/index.ts";
import type { Graph, GraphBuilder, Node, NodeId } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { dependsOn, sharedNodes } from "./dependence.ts";

/** The gradient of all products with one operand v: P_g = M_g v gives dM_g = dP_g vᵀ (summed over steps and members) and dv = Σ M_gᵀ dP_g. */
export interface ProductGradient {
  readonly operand: NodeId;
  readonly terms: readonly { readonly matrix: NodeId; readonly adjoint: NodeId }[];
}

/** What a memory's or keys' rows k are given by one use of them in a step; summed over steps. */
export type RowsTerm =
  /** dk_s = weights_s row. */
  | { readonly kind: "outer"; readonly weights: NodeId; readonly row: NodeId }
  /** Of a score v · tanh(q + k_s) with the gradient d: dk_s = d_s v (1 - tanh²(q + k_s)). */
  | { readonly kind: "score"; readonly query: NodeId; readonly weights: NodeId; readonly adjoint: NodeId };

/** The gradient of all rows of a memory or of keys. */
export interface RowsGradient {
  readonly rows: NodeId;
  readonly terms: readonly RowsTerm[];
}

export interface StepGradient {
  /** The nodes of the step, as they were, then those of its gradient. */
  readonly nodes: readonly Node[];
  readonly forwardCount: number;
  /** The gradient of each node of the step that the outputs depend on. */
  readonly adjoints: ReadonlyMap<NodeId, NodeId>;
  /** Gradient of each input; an input that the outputs do not depend on is absent. */
  readonly inputs: ReadonlyMap<string, NodeId>;
  /** Gradient of the previous value of each state. */
  readonly states: ReadonlyMap<string, NodeId>;
  /** Values shared by all members and steps, with the gradient to be summed over them. */
  readonly shared: readonly { readonly node: NodeId; readonly adjoint: NodeId }[];
  readonly products: readonly ProductGradient[];
  /** Of memories and keys; what keys give on to their matrix and memory is left to follow from the sums. */
  readonly rows: readonly RowsGradient[];
  /** What follows once those sums are known (leaves `adjoint` of `shared`): gradients of vector and number parameters. */
  readonly once: { readonly parameters: ReadonlyMap<string, NodeId>; readonly products: readonly ProductGradient[] };
}

/** The gradient of a step whose output and next states have the gradients given by its `adjoint` nodes. */
export function deriveGradient(graph: Graph): StepGradient {
  const builder = createGraphBuilder(graph.nodes);
  const forwardCount = graph.nodes.length;
  const shared = sharedNodes(graph.nodes);

  const rows = createWalk(builder, graph.nodes);
  rows.add(graph.output, builder.adjoint("output", "y", builder.shape(graph.output)));
  for (const [state, next] of graph.next) {
    const leaf = graph.nodes.find((node) => node.kind === "state" && node.name === state);
    rows.add(next, builder.adjoint("next", state, leaf?.shape ?? builder.shape(next)));
  }
  const boundary: { node: NodeId; adjoint: NodeId }[] = [];
  rows.run((id) => !shared[id]);
  for (let id = 0; id < forwardCount; id++) {
    const adjoint = shared[id] ? rows.adjoints.get(id) : undefined;
    if (adjoint !== undefined) boundary.push({ node: id, adjoint });
  }

  const once = createWalk(builder, graph.nodes);
  for (const { node } of boundary) once.add(node, builder.adjoint("shared", String(node), builder.shape(node)));
  once.run(() => true);

  const leaves = (kind: "input" | "state" | "parameter", walk: Walk): Map<string, NodeId> => {
    const found = new Map<string, NodeId>();
    graph.nodes.forEach((node, id) => {
      const adjoint = node.kind === kind ? walk.adjoints.get(id) : undefined;
      if (adjoint !== undefined && node.kind === kind) found.set(node.name, adjoint);
    });
    return found;
  };
  const states = leaves("state", rows);
  const unread = [...graph.next].filter(([state]) => !states.has(state));
  for (const [state, next] of unread) states.set(state, builder.fit(builder.constant(0), builder.shape(next)));
  return {
    nodes: builder.nodes,
    forwardCount,
    adjoints: rows.adjoints,
    inputs: leaves("input", rows),
    states,
    shared: boundary,
    products: rows.products,
    rows: rows.rows,
    once: { parameters: leaves("parameter", once), products: once.products },
  };
}

interface Walk {
  add(id: NodeId, contribution: NodeId): void;
  /** Passes every node's gradient on to its arguments, last node first, where `passes` holds. */
  run(passes: (id: NodeId) => boolean): void;
  readonly adjoints: ReadonlyMap<NodeId, NodeId>;
  readonly products: ProductGradient[];
  readonly rows: RowsGradient[];
}

/** One reverse walk over `nodes`, building gradient nodes as it goes. */
function createWalk(builder: GraphBuilder, nodes: readonly Node[]): Walk {
  const adjoints = new Map<NodeId, NodeId>();
  const consumers = new Map<NodeId, { matrix: NodeId; adjoint: NodeId }[]>();
  const products: ProductGradient[] = [];
  const rows: { readonly rows: NodeId; readonly terms: RowsTerm[] }[] = [];

  // A number that was broadcast over a vector gets the sum of the vector's gradient.
  const add = (id: NodeId, contribution: NodeId): void => {
    const before = adjoints.get(id);
    const fitted = builder.fit(contribution, builder.shape(id));
    adjoints.set(id, before === undefined ? fitted : builder.add(before, fitted));
  };

  const addRows = (id: NodeId, term: RowsTerm): void => {
    const before = rows.find((one) => one.rows === id);
    if (before === undefined) rows.push({ rows: id, terms: [term] });
    else before.terms.push(term);
  };

  // Products with one operand pull back together. Where the operand is part of the recurrence, those whose gradients wait for the step before
  // (backwards: after) are kept apart from those that do not, and so can be done for all steps at once.
  const recurs = dependsOn(nodes, (node) => node.kind === "state");
  const pullBack = (operand: NodeId): void => {
    const terms = consumers.get(operand);
    if (terms === undefined) return;
    const carried = dependsOn(builder.nodes, (node) => node.kind === "adjoint" && node.of === "next");
    const apart = recurs[operand]
      ? [terms.filter((term) => !carried[term.adjoint]), terms.filter((term) => carried[term.adjoint])]
      : [terms];
    for (const group of apart) {
      if (group.length === 0) continue;
      products.push({ operand, terms: group });
      const pulled = group.map(({ matrix, adjoint }) => ({ matrix, vector: adjoint }));
      add(operand, builder.pullback(pulled, builder.shape(operand)));
    }
  };

  const pass = (id: NodeId, node: Node): void => {
    const adjoint = adjoints.get(id);
    if (adjoint === undefined || builder.uniform(adjoint) === 0) return;
    switch (node.kind) {
      case "apply":
        elementwiseOperations[node.operation].derivative(builder, adjoint, node.args, id).forEach((contribution, i) => {
          const arg = known(node.args[i], "argument");
          if (contribution !== undefined) add(arg, contribution);
        });
        break;
      case "reduce":
        add(
          node.arg,
          node.operation === "sum" ? adjoint : builder.multiply(adjoint, builder.apply("equal", node.arg, id)),
        );
        break;
      case "product": {
        const terms = consumers.get(node.vector) ?? [];
        terms.push({ matrix: node.matrix, adjoint });
        consumers.set(node.vector, terms);
        break;
      }
      case "score": {
        const { query, weights } = node;
        if (weights === undefined) {
          add(query, builder.mix(node.rows, adjoint));
          addRows(node.rows, { kind: "outer", weights: adjoint, row: query });
          break;
        }
        const parts = { rows: node.rows, query, weights, adjoint };
        add(query, builder.scoreGradient("query", parts));
        add(weights, builder.scoreGradient("weights", parts));
        addRows(node.rows, { kind: "score", query, weights, adjoint });
        break;
      }
      case "mix":
        add(node.weights, builder.score(node.rows, adjoint));
        addRows(node.rows, { kind: "outer", weights: node.weights, row: adjoint });
        break;
      case "pullback":
      case "score-gradient":
      case "adjoint":
        throw new RecurraError("internal/impossible", "a gradient's own nodes have no gradient");
      default:
        // Leaves pass nothing on.
        break;
    }
  };

  return {
    add,
    products,
    rows,
    adjoints,
    run: (passes) => {
      for (let id = nodes.length - 1; id >= 0; id--) {
        pullBack(id);
        if (passes(id)) pass(id, nodes[id]!);
      }
    },
  };
}
