/**
 * The derivative of one step, symbolically, the way forwards: for each elementwise operation the slopes towards its arguments, with the rule of the
 * operation table. With them a Jacobian towards all states is one walk over the step (forward mode: Wengert 1964), where the gradient needs one walk for
 * each row.
 */
import { createGraphBuilder, elementwiseOperations } from "../language/index.ts";
import type { Graph, Node, NodeId } from "../language/index.ts";
import { known } from "../util/errors.ts";
import { dependsOn, neededBy } from "./dependence.ts";

/** d node = Σ slope ⊙ d argument; a number stands for all elements. */
export interface Slope {
  readonly arg: NodeId;
  readonly slope: NodeId;
}

export interface StepTangent {
  /** The nodes of the step, as they were, then the slopes. */
  readonly nodes: readonly Node[];
  readonly forwardCount: number;
  /** The nodes through which a state's previous value gets to a next value, in order. */
  readonly order: readonly NodeId[];
  /** Of the elementwise operations among them, towards the arguments among them; an operation that is flat everywhere has none. */
  readonly slopes: ReadonlyMap<NodeId, readonly Slope[]>;
}

/** How the next states follow small changes of the states before. */
export function deriveTangent(graph: Graph): StepTangent {
  const builder = createGraphBuilder(graph.nodes);
  const forwardCount = graph.nodes.length;
  const moved = dependsOn(graph.nodes, ({ kind }) => kind === "state");
  const needed = neededBy(graph.nodes, graph.next.values());
  const order = [...graph.nodes.keys()].filter((id) => moved[id] && needed[id]);
  const one = builder.constant(1);
  const slopes = new Map<NodeId, readonly Slope[]>();
  for (const id of order) {
    const node = known(graph.nodes[id], "node");
    if (node.kind !== "apply") continue;
    const found = elementwiseOperations[node.operation].derivative(builder, one, node.args, id);
    slopes.set(
      id,
      node.args.flatMap((arg, i) => {
        const slope = found[i];
        return slope === undefined || !moved[arg] || builder.uniform(slope) === 0 ? [] : [{ arg, slope }];
      }),
    );
  }
  return { nodes: builder.nodes, forwardCount, order, slopes };
}
