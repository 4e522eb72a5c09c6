/** One step of a cell in float64, to be taken again and again: forwards, and whatever else is made of the same nodes. */
import { attentionNames, neededBy } from "../../derive/index.ts";
import type { Cell, Node, NodeId } from "../../language/index.ts";
import { keepName } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { spreadInto } from "./arithmetic.ts";
import { createGraphValues } from "./graph-values.ts";
import type { GraphLeaves, GraphValues } from "./graph-values.ts";
import { createSignal, rowOf } from "./signal.ts";
import type { Signal } from "./signal.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

/** A cell in its place: one direction of a layer. */
export interface CellSetup extends GraphLeaves {
  /** Before the names of its parameters: `0`, `1.backward`, `encoder.0`. */
  readonly path: string;
  /** With the mean of zoneout, where the layer has that. */
  readonly cell: Cell;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** The share of a state's previous value that zoneout keeps: 0 without. */
  readonly keep: number;
  readonly initialStates: Arrays;
  /** Of the first step that is taken. */
  readonly firstStep: number;
}

/** What a cell did: a signal for each equation, and what followed. */
export interface CellRun {
  /** By the names of the equations, next values under `h'`, in their order. */
  readonly values: ReadonlyMap<string, Signal>;
  readonly output: Signal;
  readonly finalStates: Arrays;
  /** How much each row of a memory counts, by the memory's name (`attentionNames`), `[steps, rows]`. */
  readonly attention: ReadonlyMap<string, Signal>;
}

export interface CellStep extends GraphValues {
  /** Computes what the equations say, from an input and the states before. */
  forward(from: { readonly x: Float64Array; readonly states: Arrays; readonly step: number }): void;
}

/** A step of a cell; `nodes` are those of its graph and maybe more that follow. */
export function createCellStep(setup: CellSetup, nodes: readonly Node[] = setup.cell.graph.nodes): CellStep {
  const { graph, states } = setup.cell;
  const graphValues = createGraphValues(nodes, setup);
  const { values } = graphValues;
  const find = (kind: "input" | "state", name: string): NodeId =>
    graph.nodes.findIndex((node) => node.kind === kind && node.name === name);
  const x = values[find("input", "x")];
  const leaves = states.map(({ name }) => [name, values[find("state", name)]] as const);
  for (const { name } of states) values[find("input", keepName(name))]?.fill(setup.keep);
  const needed = neededBy(graph.nodes, [
    graph.output,
    ...graph.next.values(),
    ...graph.names.values(),
    ...attentionNames(setup.cell).map(({ node }) => node),
  ]);
  const order = [...graph.nodes.keys()].filter((id) => needed[id]);
  return {
    ...graphValues,
    forward: (from) => {
      x?.set(from.x);
      for (const [name, leaf] of leaves) leaf?.set(known(from.states[name], `state ${name}`));
      graphValues.evaluate(order, from.step);
    },
  };
}

/** The name under which an equation's values are found. */
export function equationNames({ equations }: Cell): readonly string[] {
  return equations.map(({ target, next }) => (next ? `${target}'` : target));
}

/** The node of each equation; that of a state's next value is what the next step reads. */
export function equationNodes(cell: Cell): ReadonlyMap<string, NodeId> {
  const { names, next } = cell.graph;
  return new Map(
    equationNames(cell).map((name) => [
      name,
      known((name.endsWith("'") ? next.get(name.slice(0, -1)) : undefined) ?? names.get(name), `equation ${name}`),
    ]),
  );
}

/** The places of a sequence in the order in which a cell comes by. */
export function placesInOrder(steps: number, reverse: boolean): readonly number[] {
  return Array.from({ length: steps }, (_, count) => (reverse ? steps - 1 - count : count));
}

/** Runs a cell over a sequence. */
export function runCell(setup: CellSetup, input: Signal): CellRun {
  const { cell, sizes } = setup;
  const step = createCellStep(setup);
  const valueOf = (node: NodeId): Float64Array => known(step.values[node], `node ${node}`);
  const stateSizes = new Map(cell.states.map(({ name }) => [`${name}'`, setup.initialStates[name]!.length]));
  const record = (node: NodeId, size = valueOf(node).length) => ({
    from: valueOf(node),
    signal: createSignal(input.steps, size),
  });
  const named = new Map([...equationNodes(cell)].map(([name, node]) => [name, record(node, stateSizes.get(name))]));
  const output = record(
    cell.graph.output,
    cell.output.shape.reduce<number>((product, size) => product * (typeof size === "number" ? size : sizes[size]!), 1),
  );
  const attention = new Map(attentionNames(cell).map(({ name, node }) => [name, record(node)]));
  const all = [...named.values(), output, ...attention.values()];

  const states = Object.fromEntries(Object.entries(setup.initialStates).map(([name, first]) => [name, first.slice()]));
  const nextOf = [...cell.graph.next].map(([name, node]) => [states[name]!, valueOf(node)] as const);
  placesInOrder(input.steps, setup.reverse).forEach((place, count) => {
    step.forward({ x: rowOf(input, place), states, step: setup.firstStep + count });
    for (const { from, signal } of all) spreadInto(from, rowOf(signal, place));
    for (const [state, value] of nextOf) spreadInto(value, state);
  });
  const signals = (records: typeof named): ReadonlyMap<string, Signal> =>
    new Map([...records].map(([name, { signal }]) => [name, signal]));
  return { values: signals(named), output: output.signal, finalStates: states, attention: signals(attention) };
}

/** The states before the step at a place. */
export function statesBefore(
  { cell, reverse, initialStates }: Pick<CellSetup, "cell" | "reverse" | "initialStates">,
  values: ReadonlyMap<string, Signal>,
  place: number,
): Arrays {
  const before = place + (reverse ? 1 : -1);
  return Object.fromEntries(
    cell.states.map(({ name }) => {
      const signal = known(values.get(`${name}'`), `the next value of ${name}`);
      return [name, before < 0 || before >= signal.steps ? initialStates[name]! : rowOf(signal, before)];
    }),
  );
}
