/** A graph of known shapes as one kernel program: operators next to one another in one function, on one memory. */
import type { BufferId, Program, Statement } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { GraphNode, OperatorNode, ValueName } from "../graph.ts";
import { readsOf } from "../plan.ts";
import { writesOf } from "../walk-nodes.ts";
import type { SpecialGraph } from "../specialise.ts";
import type { ElementType, Tensor } from "../tensor.ts";
import { createContext } from "./context.ts";
import type { LowerContext, LowerOperator } from "./context.ts";
import { elementwise } from "./elementwise.ts";
import { overElements } from "./elements.ts";
import { moves } from "./moves.ts";
import { rowMajor } from "./placed.ts";
import { products } from "./products.ts";
import { lowerRecurrent } from "./recurrent.ts";
import { wholeAxes } from "./reductions.ts";

/** Operators that there are kernels for; the others are computed in plain code, and their graph with them. */
export const lowerings: ReadonlyMap<string, LowerOperator> = new Map([
  ...elementwise,
  ...moves,
  ...products,
  ...wholeAxes,
]);

export interface Port {
  readonly buffer: BufferId;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export interface LoweredGraph {
  /** Functions `prepare`, to be called once, and `run`. */
  readonly program: Program;
  /** Row-major. */
  readonly inputs: ReadonlyMap<ValueName, Port>;
  readonly outputs: ReadonlyMap<ValueName, Port>;
  /** Outputs that do not depend on the inputs. */
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  /** Numbers of buffers that never change. */
  readonly held: ReadonlyMap<BufferId, ArrayLike<number>>;
  /** Inputs whose numbers must be whole ones from 0 to below this. */
  readonly indices: ReadonlyMap<ValueName, number>;
}

/** Numbers that kernels hold in float32 as they are. */
const exact: ReadonlySet<ElementType> = new Set<ElementType>(["float32", "bool"]);

/** The program of a graph whose inputs are `inputs`; the name of the first node that it cannot have, otherwise. */
export function lowerGraph(
  graph: SpecialGraph,
  { inputs, wanted }: { readonly inputs: readonly ValueName[]; readonly wanted: readonly ValueName[] },
): LoweredGraph | { readonly unlowered: GraphNode } {
  const nodes = neededNodes(graph.nodes, wanted);
  const exampleOf = (name: ValueName): Tensor => known(graph.examples.get(name), name);
  const context = createContext({
    constants: graph.constants,
    shapes: new Map([...graph.examples].map(([name, { shape }]) => [name, shape])),
    uses: countUses(nodes, wanted),
    inputs: new Set(inputs),
  });
  const ports = new Map(inputs.map((name) => [name, portOf(context, name, exampleOf(name))]));
  for (const [name, { buffer, shape }] of ports) context.define(name, rowMajor(buffer, shape));
  for (const node of nodes) {
    const areExact = writesOf(node).every((name) => exact.has(exampleOf(name).type));
    if (!areExact || !lowerNode(node, context)) return { unlowered: node };
  }
  const outputs = new Map<ValueName, Port>();
  const constants = new Map<ValueName, Tensor>();
  for (const name of new Set(wanted)) {
    const constant = graph.constants.get(name);
    if (constant !== undefined) {
      constants.set(name, constant);
      continue;
    }
    const port = portOf(context, `${name}.out`, exampleOf(name));
    outputs.set(name, port);
    context.add(write(context, name, port));
  }
  const program = context.builder.finish([
    { name: "prepare", body: context.prepared },
    { name: "run", body: context.body },
  ]);
  return { program, inputs: ports, outputs, constants, held: context.held, indices: context.indices };
}

function lowerNode(node: GraphNode, context: LowerContext): boolean {
  if (node.kind === "recurrent") return lowerRecurrent(node, context);
  return lowerings.get(node.operator)?.(node satisfies OperatorNode, context) ?? false;
}

function portOf({ builder }: LowerContext, name: string, { type, shape, data }: Tensor): Port {
  return { buffer: builder.buffer({ name, length: data.length, role: "port", shape }), type, shape };
}

/** Puts a value where whoever runs the program reads it; what is pending is computed there. */
function write(context: LowerContext, name: ValueName, { buffer, shape }: Port): readonly Statement[] {
  const { reads, emit } = context.pending(name, shape);
  const to = rowMajor(buffer, shape);
  return overElements({ builder: context.builder, name: `${name}.out`, reads, writes: [to] }, (map, views, [into]) =>
    map.store(
      known(into, "a place"),
      emit(
        map,
        views.map((view) => map.load(view)),
      ),
    ),
  );
}

function countUses(nodes: readonly GraphNode[], wanted: readonly ValueName[]): Map<ValueName, number> {
  const uses = new Map<ValueName, number>();
  for (const name of [...nodes.flatMap(readsOf), ...wanted]) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** Those that what is wanted depends on. */
function neededNodes(nodes: readonly GraphNode[], wanted: readonly ValueName[]): readonly GraphNode[] {
  const needed = new Set(wanted);
  const kept = [...nodes].reverse().filter((node) => {
    if (!writesOf(node).some((name) => needed.has(name))) return false;
    for (const name of readsOf(node)) needed.add(name);
    return true;
  });
  return kept.reverse();
}
