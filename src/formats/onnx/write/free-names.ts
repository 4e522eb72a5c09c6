/** Names of recurrent nodes under which there is room: what is written of a node has names that begin with its own. */
import type { Attribute, Graph, GraphNode, ValueName } from "../../../graph/graph.ts";
import { isGraph } from "../../../graph/operators/operator.ts";
import { walkNodes, writesOf } from "../../../graph/walk-nodes.ts";
import { createNames } from "../../../util/names.ts";

/** The graph with recurrent nodes called so, in bodies too, that no value of it is called `node/…`. */
export function withFreeNames(graph: Graph): Graph {
  const names = createNames();
  for (const name of valuesOf(graph))
    for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) names.add(name.slice(0, at));
  const renameBody = (body: Graph): Graph => ({ ...body, nodes: body.nodes.map(rename) });
  const rename = (node: GraphNode): GraphNode => {
    if (node.kind === "recurrent") return { ...node, name: names.take(node.name) };
    const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
      name,
      isGraph(attribute) ? renameBody(attribute) : attribute,
    ]);
    return { ...node, attributes: Object.fromEntries(attributes) };
  };
  return renameBody(graph);
}

/** All names of values, those of bodies among them. */
function valuesOf(graph: Graph): readonly ValueName[] {
  const own = ({ inputs, constants }: Graph): ValueName[] => [...inputs.map(({ name }) => name), ...constants.keys()];
  const deep = walkNodes(graph).flatMap(({ node }) => [
    ...writesOf(node),
    ...(node.kind === "operator" ? Object.values(node.attributes).filter(isGraph).flatMap(own) : []),
  ]);
  return [...own(graph), ...deep];
}
