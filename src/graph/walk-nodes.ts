/** Goes through all nodes of a graph, those in bodies among them. */
import type { Graph, GraphNode, ValueName } from "./graph.ts";
import { isGraph } from "./operators/operator.ts";
import type { Tensor } from "./tensor.ts";

export interface PlacedNode {
  readonly node: GraphNode;
  /** Its name; where several nodes have that, with the nodes and bodies around it: `loop/body/cell`. */
  readonly path: string;
  /** How many bodies it stands in. */
  readonly depth: number;
  /** A constant that it may read, of its graph or of one around it. */
  readonly constant: (name: ValueName) => Tensor | undefined;
}

/** All nodes in their order, each followed by those of its bodies. */
export function walkNodes(graph: Graph): readonly PlacedNode[] {
  const placed: (PlacedNode & { readonly around: string })[] = [];
  const visit = (body: Graph, around: string, outer: { readonly depth: number; readonly constant: Constant }): void => {
    const own = ownNames(body);
    const constant: Constant = (name) => body.constants.get(name) ?? (own.has(name) ? undefined : outer.constant(name));
    for (const node of body.nodes) {
      placed.push({ node, path: node.name, around, depth: outer.depth, constant });
      if (node.kind === "recurrent") continue;
      for (const [name, inner] of Object.entries(node.attributes))
        if (isGraph(inner)) visit(inner, `${around}${node.name}/${name}/`, { depth: outer.depth + 1, constant });
    }
  };
  visit(graph, "", { depth: 0, constant: () => undefined });
  const times = new Map<string, number>();
  for (const { path } of placed) times.set(path, (times.get(path) ?? 0) + 1);
  return placed.map(({ around, ...one }) => (times.get(one.path) === 1 ? one : { ...one, path: around + one.path }));
}

type Constant = PlacedNode["constant"];

/** What a body's inputs and nodes give a name to: it hides what is around the body. */
function ownNames({ inputs, nodes }: Graph): ReadonlySet<ValueName> {
  return new Set([...inputs.map(({ name }) => name), ...nodes.flatMap(writesOf)]);
}

/** Values that a node defines. */
export function writesOf(node: GraphNode): ValueName[] {
  if (node.kind === "operator") return node.outputs.filter((name) => name !== "");
  const { sequence, states } = node.outputs;
  return [...(sequence === undefined ? [] : [sequence]), ...Object.values(states)];
}
