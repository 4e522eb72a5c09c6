/** Everything that a network computes on one sequence, in float64: each layer's values over time by the names of its equations. */
import { attentionNames } from "../../derive/index.ts";
import type { Cell } from "../../language/index.ts";
import { cellOf } from "../../network/index.ts";
import type { CellLayer, LayerSpec } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { setUpCells } from "./run-chain.ts";
import type { DirectedRun, RunLayer } from "./run-chain.ts";
import { runNetwork, setUpNetwork, signalOf } from "./run-network.ts";
import type { Inspected, NetworkRun, TraceOptions } from "./run-network.ts";
import type { Signal } from "./signal.ts";
import { findValueFacts } from "./value-role.ts";
import type { ValueFacts } from "./value-role.ts";

/** A value of a cell over time: `steps`, `size` and `values` `[steps, size]`. */
export interface TracedValue extends Signal, ValueFacts {
  /** As in the equations: `i`, `c'`. */
  readonly name: string;
}

/** How much each row of a memory counted. */
export interface TracedAttention extends Signal {
  /** The memory's; a second use of the same memory is `name#2`. */
  readonly name: string;
}

/** One direction of a cell layer. */
export interface CellTrace {
  /** `0`, `1.backward`, `encoder.0`: before the names of its parameters and states. */
  readonly path: string;
  readonly cell: Cell;
  /** From the last step to the first: its state after step t has read the steps from t on. */
  readonly reverse: boolean;
  /** In the order of the equations. A value that is the same in all steps is repeated. With zoneout a state's is what the next step reads. */
  readonly values: readonly TracedValue[];
  readonly output: Signal;
  /** What states started from, by name. */
  readonly initialStates: Readonly<Record<string, Float64Array>>;
  /** Of cells that attend; `size` is the number of the source's steps. */
  readonly attention: readonly TracedAttention[];
}

export interface LayerTrace {
  /** `0`, `encoder.1` */
  readonly path: string;
  readonly layer: LayerSpec;
  /** The cell's name, or the layer's kind. */
  readonly name: string;
  readonly input: Signal;
  readonly output: Signal;
  /** One for each direction of a cell; none of other layers. */
  readonly cells: readonly CellTrace[];
}

/** What one sequence did in a network; plain data, positions of the sequence in rows. */
export interface Trace {
  /** What was traced, and with what: as given. */
  readonly model: Inspected;
  readonly options: TraceOptions;
  readonly input: Signal;
  /** What the encoder read, where there is one. */
  readonly source?: Signal;
  readonly layers: readonly LayerTrace[];
  /** Of the encoder; none without one. */
  readonly encoder: readonly LayerTrace[];
  /** One row where the network gives one vector for the sequence. */
  readonly output: Signal;
}

/**
 * Runs a model over one sequence and keeps every value of every equation. Straight from the equations in float64, so that it agrees with `predict` to
 * float32's rounding; dropout is off, zoneout at its mean. Some 30 ms for 200 steps of an LSTM of 128 units.
 *
 * @throws {RecurraError} `network/bad-input`, `network/bad-token`, `network/bad-parameters`, `network/bad-snapshot` (states).
 */
export function traceNetwork(model: Inspected, options: TraceOptions): Trace {
  const { run, input, source } = runOptions(model, options);
  const { spec, parameters } = model;
  return {
    model: { spec, parameters },
    options,
    input,
    ...(source === undefined ? {} : { source }),
    layers: run.own.layers.map(traceLayer),
    encoder: run.encoder?.layers.map(traceLayer) ?? [],
    output: run.own.layers.at(-1)?.output ?? input,
  };
}

/** Runs a model over what the options give. */
export function runOptions(
  model: Inspected,
  options: TraceOptions,
): { readonly run: NetworkRun; readonly input: Signal; readonly source: Signal | undefined } {
  const { spec } = model;
  if ((spec.encoder === undefined) !== (options.source === undefined))
    throw new RecurraError(
      "network/bad-input",
      spec.encoder === undefined
        ? "A `source` was given, but the network has no encoder."
        : "The network has an encoder, so give what that reads as `source`.",
    );
  const setup = setUpNetwork(model, options);
  const input = signalOf(spec, options.inputs, "inputs");
  const source =
    spec.encoder === undefined || options.source === undefined
      ? undefined
      : { signal: signalOf(spec.encoder, options.source, "source"), from: 0 };
  return { run: runNetwork(setup, { signal: input, from: 0 }, source), input, source: source?.signal };
}

function traceLayer({ path, layer, input, output, runs }: RunLayer): LayerTrace {
  return {
    path,
    layer,
    name: layer.kind === "cell" ? layer.cell.name : layer.kind,
    input,
    output,
    cells: layer.kind === "cell" ? runs.map((run) => traceCell(layer, run)) : [],
  };
}

function traceCell(layer: CellLayer, { setup, values, output, attention }: DirectedRun): CellTrace {
  const cell = cellOf(layer.cell);
  const facts = findValueFacts(cell);
  return {
    path: setup.path,
    cell,
    reverse: setup.reverse,
    values: [...values].map(([name, signal]) => ({ name, ...known(facts.get(name), name), ...signal })),
    output,
    initialStates: setup.initialStates,
    attention: attentionNames(cell).map(({ name }) => ({ name, ...known(attention.get(name), name) })),
  };
}

/** All directions of all recurrent layers, the encoder's first. */
export function recurrentCells({ encoder, layers }: Pick<Trace, "encoder" | "layers">): readonly CellTrace[] {
  return [...encoder, ...layers].flatMap(({ cells }) => cells.filter(({ cell }) => cell.states.length > 0));
}

/**
 * A recurrent layer of a trace by its path; without one, the only one there is.
 *
 * @throws {RecurraError} `util/bad-argument` naming those there are.
 */
export function findCell(trace: Pick<Trace, "encoder" | "layers">, path?: string): CellTrace {
  const all = recurrentCells(trace);
  const found = path === undefined && all.length === 1 ? all[0] : all.find((one) => one.path === path);
  if (found !== undefined) return found;
  const names = all.map((one) => `${one.path} (${one.cell.name})`).join(", ");
  throw new RecurraError(
    "util/bad-argument",
    all.length === 0
      ? "The network has no recurrent layer, so there is no state to look at."
      : `${path === undefined ? "The network has several recurrent layers" : `The network has no recurrent layer ${path}`}; name one of ${names}.`,
  );
}

/**
 * A value of a traced cell by the name of its equation.
 *
 * @throws {RecurraError} `util/bad-argument` naming those there are.
 */
export function findValue({ cell, values }: CellTrace, name: string): TracedValue {
  const found = values.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new RecurraError(
    "util/bad-argument",
    `The cell ${cell.name} has no value ${name}; it has ${values.map((one) => one.name).join(", ")}.`,
  );
}

/** What a traced cell was run with, and what it read. */
export function setupOf(
  trace: Trace,
  { path }: CellTrace,
): { readonly setup: DirectedRun["setup"]; readonly input: Signal } {
  const { spec } = trace.model;
  const network = setUpNetwork(trace.model, trace.options);
  const inEncoder = trace.encoder.some(({ cells }) => cells.some((one) => one.path === path));
  const layers = inEncoder ? trace.encoder : trace.layers;
  const index = layers.findIndex(({ cells }) => cells.some((one) => one.path === path));
  const { layer, input, path: place, cells } = known(layers[index], "a layer");
  const shapes = inEncoder ? known(network.shape.encoder, "a shape") : network.shape;
  const chain = {
    chain: inEncoder ? known(spec.encoder, "an encoder") : spec,
    shape: shapes,
    prefix: "",
    parameter: network.parameter,
    memory: inEncoder ? undefined : (trace.encoder.at(-1)?.output ?? trace.source),
    states: Object.fromEntries(
      cells.flatMap((one) =>
        Object.entries(one.initialStates).map(([name, first]) => [`${one.path}.${name}`, first] as const),
      ),
    ),
    firstStep: inEncoder ? 0 : network.firstStep,
  };
  const setups = setUpCells(chain, layer as CellLayer, { path: place, shape: known(shapes.layers[index], "a shape") });
  return {
    setup: known(
      setups.find((one) => one.path === path),
      path,
    ),
    input,
  };
}
