/** Regularised forms of a cell, made by changing its graph: what the equations say stays, masks come in as further inputs. */
import { argumentsOf, createGraphBuilder } from "../language/index.ts";
import type { Cell, Graph, Node, NodeId } from "../language/index.ts";

/** The name of the input that scales a state where products read it. */
export function dropName(state: string): string {
  return `drop.${state}`;
}

/** The name of the input that says what share of a state's previous value is kept. */
export function keepName(state: string): string {
  return `keep.${state}`;
}

/** Products read `mask ⊙ h` in place of `h` (Gal and Ghahramani 2016; Semeniuta et al. 2016): input `drop.h` for each state. */
export function withRecurrentDropout(cell: Cell): Cell {
  return rewrite(cell, dropName, (builder, mapped, node, masks) => {
    if (node.kind !== "product") return undefined;
    const vector = cell.graph.nodes[node.vector]!;
    if (vector.kind !== "state") return undefined;
    return builder.product(mapped[node.matrix]!, builder.multiply(mapped[node.vector]!, masks.get(vector.name)!));
  });
}

/** h' becomes keep ⊙ h + (1 - keep) ⊙ h' (Krueger et al. 2017): input `keep.h` for each state; 0 or 1 in training, the rate otherwise. */
export function withZoneout(cell: Cell): Cell {
  const plain = rewrite(cell, keepName, () => undefined);
  const builder = createGraphBuilder(plain.graph.nodes);
  const next = new Map<string, NodeId>();
  const replaced = new Map<NodeId, NodeId>();
  for (const { name, shape } of cell.states) {
    const id = plain.graph.next.get(name)!;
    const keep = builder.input(keepName(name), shape);
    const previous = builder.state(name, shape);
    const value = builder.add(
      builder.multiply(keep, previous),
      builder.multiply(builder.subtract(builder.constant(1), keep), id),
    );
    next.set(name, value);
    replaced.set(id, value);
  }
  const output = replaced.get(plain.graph.output) ?? plain.graph.output;
  return { ...plain, graph: { nodes: builder.nodes, names: plain.graph.names, next, output } };
}

type Rewrite = (
  builder: ReturnType<typeof createGraphBuilder>,
  mapped: readonly NodeId[],
  node: Node,
  masks: ReadonlyMap<string, NodeId>,
) => NodeId | undefined;

/** The cell with an input for each state and every node replaced by what `change` says, or kept. */
function rewrite(cell: Cell, inputName: (state: string) => string, change: Rewrite): Cell {
  const { graph } = cell;
  const builder = createGraphBuilder();
  const masks = new Map(cell.states.map(({ name, shape }) => [name, builder.input(inputName(name), shape)]));
  const mapped: NodeId[] = [];
  for (const node of graph.nodes) mapped.push(change(builder, mapped, node, masks) ?? copyNode(builder, mapped, node));
  const moved = (ids: ReadonlyMap<string, NodeId>): ReadonlyMap<string, NodeId> =>
    new Map([...ids].map(([name, id]) => [name, mapped[id]!]));
  const rewritten: Graph = {
    nodes: builder.nodes,
    names: moved(graph.names),
    next: moved(graph.next),
    output: mapped[graph.output]!,
  };
  const inputs = [...cell.inputs, ...cell.states.map(({ name, shape }) => ({ name: inputName(name), shape }))];
  return { ...cell, inputs, graph: rewritten };
}

function copyNode(builder: ReturnType<typeof createGraphBuilder>, mapped: readonly NodeId[], node: Node): NodeId {
  const args = argumentsOf(node).map((arg) => mapped[arg]!);
  switch (node.kind) {
    case "apply":
      return builder.apply(node.operation, ...args);
    case "reduce":
      return builder.reduce(node.operation, args[0]!);
    case "product":
      return builder.product(args[0]!, args[1]!);
    case "pullback":
      return builder.pullback(
        node.terms.map((_, i) => ({ matrix: args[2 * i]!, vector: args[2 * i + 1]! })),
        node.shape,
      );
    case "keys":
      return builder.product(args[0]!, args[1]!);
    case "score":
      return builder.score(args[0]!, args[1]!, args[2]);
    case "mix":
      return builder.mix(args[0]!, args[1]!);
    case "score-gradient": {
      const [rows, query, weights, adjoint] = args;
      return builder.scoreGradient(node.of, { rows: rows!, query: query!, weights: weights!, adjoint: adjoint! });
    }
    case "memory":
      return builder.memory(node.name, node.shape.slice(1));
    case "length":
      return builder.length(node.memory);
    case "input":
      return builder.input(node.name, node.shape);
    case "state":
      return builder.state(node.name, node.shape);
    case "parameter":
      return builder.parameter(node.name, node.shape);
    case "constant":
      return builder.constant(node.value);
    case "step":
      return builder.step();
    case "position":
      return builder.position(node.shape[0]!);
    case "size":
      return builder.size(node.dimension);
    case "adjoint":
      return builder.adjoint(node.of, node.name, node.shape);
  }
}
