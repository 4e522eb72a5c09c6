/** Recurrent nodes as `Scan`: a cell's equations as operators in a body that is run for each step, for formats and runtimes that know no such cell. */
import { resolveSizes } from "../language/index.ts";
import type { Cell, Shape } from "../language/index.ts";
import { cellOf } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createGraphBuilder } from "./build-graph.ts";
import type { GraphBuilder } from "./build-graph.ts";
import { addStep } from "./cell-operators.ts";
import type { Graph, GraphNode, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import type { ElementType, Tensor } from "./tensor.ts";
import { integerTensor } from "./tensors.ts";

/** The graph with those recurrent nodes spelled out for which `keep` is false. All values keep their names. Throws `graph/no-graph` naming a node that cannot be. */
export function expandRecurrent(graph: Graph, keep: (node: RecurrentNode) => boolean): Graph {
  const constants = new Map(graph.constants);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (node.kind === "operator" || keep(node)) {
      nodes.push(node);
      continue;
    }
    const added = scanOf(node, graph.constants);
    for (const [name, tensor] of added.constants) constants.set(name, tensor);
    nodes.push(...added.nodes);
  }
  return { ...graph, constants, nodes };
}

/** What is known of a node that becomes a Scan. */
interface Expansion {
  readonly node: RecurrentNode;
  readonly cell: Cell;
  readonly builder: GraphBuilder;
  readonly body: GraphBuilder;
  readonly numbers: (shape: Shape) => number[];
  readonly type: ElementType;
}

/**
 *     for t in steps (from the last one on, where the node reads backwards):
 *       next, y = step(x_t, states)
 *       states = next where the step counts, else as they were
 */
function scanOf(node: RecurrentNode, constants: ReadonlyMap<ValueName, Tensor>): Graph {
  const cell = cellOf(node.cell);
  const sizes = resolveSizes(cell, { ...node.sizes, ...inputSizeOf(node, cell, constants), H: node.size });
  const builder = createGraphBuilder(node.name, `${node.name}/`);
  const body = createGraphBuilder(`${node.name}.step`, `${node.name}/step/`);
  const numbers = (shape: Shape): number[] =>
    shape.map((size) => (typeof size === "number" ? size : known(sizes[size], size)));
  const type = Object.values(node.parameters)
    .map((name) => constants.get(name)?.type)
    .includes("float64")
    ? "float64"
    : "float32";
  const work: Expansion = { node, cell, builder, body, numbers, type };
  const readsStep = cell.graph.nodes.some(({ kind }) => kind === "step");
  if (readsStep && node.mask !== undefined)
    throw new RecurraError(
      "graph/no-graph",
      `The cell ${cell.name} reads the number of the step, and node ${node.name} leaves steps out by a mask; both together have no form as a Scan.`,
    );

  // What goes round: the states, and where a step that does not count repeats the output before it, that.
  const repeats = node.mask?.masked === "repeat";
  const outputSize = columnsOf(numbers(cell.output.shape));
  const states = new Map(
    cell.states.map(({ name, shape }) => [name, body.input(info(work, name, columnsOf(numbers(shape))))]),
  );
  const lastOutput = repeats ? body.input(info(work, "output", outputSize)) : undefined;
  const carried = [
    ...cell.states.map(({ name, shape }) => firstState(work, name, numbers(shape))),
    ...(repeats ? [filled(work, [outputSize], 0)] : []),
  ];

  const x = body.input(info(work, "x", numbers([cell.inputs[0]?.shape[0] ?? "I"])[0]!));
  const sequences = [node.input];
  const lengths = node.lengths === undefined ? undefined : column(work, asFloat(work, node.lengths));
  let position: ValueName | undefined;
  if (readsStep || lengths !== undefined) {
    sequences.push(asFloat(work, range(work, sizeAt(work, node.input, 0))));
    position = body.input({ name: `${node.name}/step/position`, type, shape: [] });
  }
  let counts = lengths === undefined ? undefined : body.operator("Less", [known(position, "a position"), lengths]);
  if (node.mask !== undefined) {
    sequences.push(builder.operator("Unsqueeze", [node.mask.value, whole(builder, [2])]));
    const mask = body.input({ name: `${node.name}/step/mask`, type: "bool", shape: ["batch", 1] });
    counts = counts === undefined ? mask : body.operator("And", [counts, mask]);
  }

  const valueOf = addStep({
    inner: body,
    outer: builder,
    cell,
    sizes,
    values: {
      inputs: new Map([["x", x]]),
      states,
      step: readsStep ? stepNumber(work, known(position, "a position"), lengths) : undefined,
      parameters: new Map(Object.entries(node.parameters)),
      ...memoriesOf(work),
    },
    type,
  });
  const outputs: ValueInfo[] = [];
  const give = (name: string, value: ValueName, columns: number): void => {
    const [own = ""] = body.operators("Identity", [value], { outputs: [`${node.name}/step/${name}`] });
    outputs.push({ name: own, type, shape: ["batch", columns] });
  };
  const chosen = (value: ValueName, otherwise: ValueName): ValueName =>
    counts === undefined ? value : body.operator("Where", [counts, value, otherwise]);
  for (const [name, next] of cell.graph.next) {
    const before = known(states.get(name), name);
    const { value, isShared } = valueOf(next);
    const own = isShared ? body.operator("Expand", [value, body.operator("Shape", [before])]) : value;
    const { shape } = known(
      cell.states.find((state) => state.name === name),
      name,
    );
    give(`${name}.next`, chosen(own, before), columnsOf(numbers(shape)));
  }
  const { value: y } = valueOf(cell.graph.output);
  const shown = chosen(y, lastOutput ?? scalar(body, type, 0));
  if (repeats) give("output.next", shown, outputSize);
  give("y", shown, outputSize);

  const results = builder.operators("Scan", [...carried, ...sequences], {
    name: node.name,
    outputs: outputs.length,
    attributes: {
      body: body.finish(outputs),
      num_scan_inputs: sequences.length,
      ...(node.direction === "backward"
        ? { scan_input_directions: sequences.map(() => 1), scan_output_directions: [1] }
        : {}),
    },
  });
  cell.states.forEach(({ name, shape }, at) => {
    const to = node.outputs.states[name];
    if (to !== undefined) finish(work, known(results[at], name), to, shape);
  });
  if (node.outputs.sequence !== undefined)
    finish(work, known(results.at(-1), "the output"), node.outputs.sequence, cell.output.shape);
  return builder.finish([]);
}

/** A number is a column of its own in kernels of other frameworks. */
function columnsOf(shape: readonly number[]): number {
  return shape[0] ?? 1;
}

function info({ node, type }: Expansion, name: string, columns: number): ValueInfo {
  return { name: `${node.name}/step/${name}`, type, shape: ["batch", columns] };
}

/** The input size: a matrix that reads x has as many columns. */
function inputSizeOf(
  node: RecurrentNode,
  cell: Cell,
  constants: ReadonlyMap<ValueName, Tensor>,
): { readonly I: number } {
  for (const { name, shape } of cell.parameters) {
    const at = shape.indexOf("I");
    const size = at < 0 ? undefined : constants.get(node.parameters[name] ?? "")?.shape[at];
    if (size !== undefined) return { I: size };
  }
  // A cell without such a matrix reads x as it is, into states of its size.
  return { I: node.size };
}

function whole(builder: GraphBuilder, numbers: number | readonly number[]): ValueName {
  return builder.constant(integerTensor(numbers), "whole");
}

function scalar(builder: GraphBuilder, type: ElementType, value: number): ValueName {
  const data = type === "float64" ? Float64Array.of(value) : Float32Array.of(value);
  return builder.constant({ type, shape: [], data }, "number");
}

function asFloat({ builder, type }: Expansion, value: ValueName): ValueName {
  return builder.operator("Cast", [value], { attributes: { to: type } });
}

/** `[B]` as `[B, 1]`. */
function column({ builder }: Expansion, value: ValueName): ValueName {
  return builder.operator("Unsqueeze", [value, whole(builder, [1])]);
}

/** One size of a value, `[]`. */
function sizeAt(work: Expansion, value: ValueName, axis: number): ValueName {
  const shape = work.builder.operator("Shape", [value]);
  return work.builder.operator("Gather", [shape, whole(work.builder, axis)], { attributes: { axis: 0 } });
}

/** Whole numbers from 0 to below a size. */
function range(work: Expansion, size: ValueName): ValueName {
  return work.builder.operator("Range", [whole(work.builder, 0), size, whole(work.builder, 1)]);
}

/** `[B, …columns]` of one number. */
function filled(work: Expansion, columns: readonly number[], value: number): ValueName {
  const { builder, node, type } = work;
  const batch = builder.operator("Unsqueeze", [sizeAt(work, node.input, 1), whole(builder, [0])]);
  const shape = builder.operator("Concat", [batch, whole(builder, columns)], { attributes: { axis: 0 } });
  const data = type === "float64" ? Float64Array.of(value) : Float32Array.of(value);
  return builder.operator("ConstantOfShape", [shape], { attributes: { value: { type, shape: [1], data } } });
}

function firstState(work: Expansion, name: string, shape: readonly number[]): ValueName {
  const given = work.node.states[name];
  if (given === undefined) return filled(work, [columnsOf(shape)], work.node.cell.options.initialStates?.[name] ?? 0);
  return shape.length === 0 ? column(work, given) : given;
}

/** The number of the step in the order in which steps are done. */
function stepNumber(work: Expansion, position: ValueName, lengths: ValueName | undefined): ValueName {
  const { node, body, builder, type } = work;
  if (node.direction === "forward") return position;
  const count = lengths ?? asFloat(work, sizeAt(work, node.input, 0));
  const last = builder.operator("Sub", [count, scalar(builder, type, 1)]);
  return body.operator("Sub", [last, position]);
}

/** What the cell attends to, `[B, rows, n]`, and how many rows count. */
function memoriesOf(work: Expansion) {
  const { node, cell, builder } = work;
  const memories = new Map<string, ValueName>();
  const lengths = new Map<string, ValueName>();
  const places = new Map<string, ValueName>();
  for (const { name } of cell.memories) {
    const memory = known(node.memories?.[name], name);
    memories.set(name, builder.operator("Transpose", [memory.value], { attributes: { perm: [1, 0, 2] } }));
    const rows = sizeAt(work, memory.value, 0);
    places.set(name, asFloat(work, range(work, rows)));
    const count = asFloat(work, memory.lengths ?? rows);
    lengths.set(name, memory.lengths === undefined ? count : column(work, count));
  }
  return { memories, lengths, places };
}

/** A result under the name that the graph has for it; columns of one number lose their axis. */
function finish({ builder }: Expansion, value: ValueName, name: ValueName, shape: Shape): void {
  if (shape.length > 0) builder.operators("Identity", [value], { outputs: [name] });
  else builder.operators("Squeeze", [value, whole(builder, [-1])], { outputs: [name] });
}
