/** A graph of known shapes as one kernel program: operators next to one another in one function, on one memory. */
import type { BufferId, Program, Statement, WeightFormat } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { GraphNode, OperatorNode, ValueName } from "../graph.ts";
import { readsOf } from "../plan.ts";
import { writesOf } from "../walk-nodes.ts";
import type { SpecialGraph, Unlowered } from "../specialise.ts";
import type { ElementType, Tensor } from "../tensor.ts";
import { copy, createContext } from "./context.ts";
import type { LowerContext, LowerOperator } from "./context.ts";
import { elementwise } from "./elementwise.ts";
import { isFloat } from "../tensors.ts";
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
  /** Inputs that are outputs as they are, of types that kernels do not hold. */
  readonly through: readonly ValueName[];
  /** Outputs that do not depend on the inputs. */
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  /** Numbers of buffers that never change. */
  readonly held: ReadonlyMap<BufferId, ArrayLike<number>>;
  /** Inputs whose numbers must be whole ones from 0 to below this. */
  readonly indices: ReadonlyMap<ValueName, number>;
}

/** Numbers that kernels hold in float32 as they are. */
const exact: ReadonlySet<ElementType> = new Set<ElementType>(["float32", "bool"]);

const comparisons: ReadonlySet<string> = new Set(["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"]);

/** Whole numbers below this in size are the same in float32, and those above it stay above. */
const mostWhole = 2 ** 24;

/** Whether kernels, which compute in float32, give what a node gives. */
function isExact(node: GraphNode, { examples, constants }: SpecialGraph): boolean {
  const typeOf = (name: ValueName): ElementType => known(examples.get(name), name).type;
  if (!writesOf(node).every((name) => exact.has(typeOf(name)))) return false;
  const inexact = readsOf(node).filter((name) => !constants.has(name) && !exact.has(typeOf(name)));
  if (inexact.length === 0) return true;
  // Lengths, which are numbers of steps.
  if (node.kind === "recurrent") return inexact.every((name) => name === node.lengths);
  const [first = "", second = ""] = node.inputs;
  if (node.operator === "Cast") return typeOf(node.outputs[0]!) === "float32";
  if (node.operator === "Gather") return exact.has(typeOf(first));
  const [other] = [first, second].flatMap((name) => constants.get(name) ?? []);
  if (!comparisons.has(node.operator) || other === undefined || !inexact.every((name) => !isFloat(typeOf(name))))
    return false;
  return Array.from(other.data as ArrayLike<number | bigint>, Number).every((one) => Math.abs(one) < mostWhole);
}

export interface LowerGraphOptions {
  readonly inputs: readonly ValueName[];
  readonly wanted: readonly ValueName[];
  /** How weights of products are held: float32 if absent. */
  readonly weights?: WeightFormat;
  /** Inputs by the wanted values that they are in the next run: the program puts them there. */
  readonly next?: ReadonlyMap<ValueName, ValueName>;
}

/** The program of a graph; the first node that it cannot have, otherwise. */
export function lowerGraph(graph: SpecialGraph, options: LowerGraphOptions): LoweredGraph | Unlowered {
  const { inputs, wanted, weights = "float32", next = new Map<ValueName, ValueName>() } = options;
  const nodes = neededNodes(graph.nodes, wanted);
  const exampleOf = (name: ValueName): Tensor => known(graph.examples.get(name), name);
  const context = createContext({
    constants: graph.constants,
    shapes: new Map([...graph.examples].map(([name, { shape }]) => [name, shape])),
    uses: countUses(nodes, wanted),
    inputs: new Set(inputs),
    weights,
  });
  const ports = new Map(inputs.map((name) => [name, portOf(context, name, exampleOf(name))]));
  for (const [name, { buffer, shape }] of ports) context.define(name, rowMajor(buffer, shape));
  for (const node of nodes) if (!isExact(node, graph) || !lowerNode(node, context)) return { unlowered: node };
  const outputs = new Map<ValueName, Port>();
  const constants = new Map<ValueName, Tensor>();
  const through: ValueName[] = [];
  for (const name of new Set(wanted)) {
    if (ports.has(name) && !exact.has(exampleOf(name).type)) {
      through.push(name);
      continue;
    }
    const constant = graph.constants.get(name);
    if (constant !== undefined) {
      constants.set(name, constant);
      continue;
    }
    const port = portOf(context, `${name}.out`, exampleOf(name));
    outputs.set(name, port);
    context.add(write(context, name, port));
  }
  // All are written before the first is replaced, which others may be made of.
  for (const [name, input] of next) {
    const port = outputs.get(name);
    const from = port === undefined ? context.place(name) : rowMajor(port.buffer, port.shape);
    const to = known(ports.get(input), input);
    context.add(copy(context.builder, `${input}.next`, from, rowMajor(to.buffer, from.shape)));
  }
  const program = context.builder.finish([
    { name: "prepare", body: context.prepared },
    { name: "run", body: context.body },
  ]);
  return { program, inputs: ports, outputs, through, constants, held: context.held, indices: context.indices };
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
