/** The layers of a network in float64, one after another, for one sequence; everything that they computed is kept. */
import { cellOf, directionsOf, shapeOf, sizesOf, withZoneout } from "../../network/index.ts";
import type { CellLayer, ChainShape, ChainSpec, LayerShape, LayerSpec } from "../../network/index.ts";
import { rowsOf } from "../../language/index.ts";
import type { Cell } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { runCell } from "./cell-step.ts";
import type { CellRun, CellSetup } from "./cell-step.ts";
import { runLayer } from "./layers.ts";
import { addSignal, createSignal } from "./signal.ts";
import type { Signal } from "./signal.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

/** A chain with all that is given to it. */
export interface ChainSetup {
  readonly chain: ChainSpec;
  readonly shape: ChainShape;
  /** Before the layers' numbers: `encoder.`, or nothing. */
  readonly prefix: string;
  /** By full name. */
  readonly parameter: (name: string) => Float64Array;
  /** What cells attend to: an encoder's outputs. */
  readonly memory?: Signal | undefined;
  /** First values of states by `layer.state`, before anything that the layer says. */
  readonly states: Arrays;
  readonly firstStep: number;
}

/** A direction of a cell layer that was run. */
export interface DirectedRun extends CellRun {
  readonly setup: CellSetup;
}

export interface RunLayer {
  /** `0`, `encoder.1` */
  readonly path: string;
  readonly layer: LayerSpec;
  readonly shape: LayerShape;
  readonly input: Signal;
  readonly output: Signal;
  /** One for each direction of a cell; none of other layers. */
  readonly runs: readonly DirectedRun[];
}

/** Runs the layers from number `from` on. */
export function runChain(setup: ChainSetup, first: Signal, from = 0): readonly RunLayer[] {
  let input = first;
  return setup.chain.layers.slice(from).map((layer, n) => {
    const index = from + n;
    const run = runAnyLayer(setup, { layer, index, input });
    input = run.output;
    return run;
  });
}

interface LayerPlace {
  readonly layer: LayerSpec;
  readonly index: number;
  readonly input: Signal;
}

function runAnyLayer(setup: ChainSetup, { layer, index, input }: LayerPlace): RunLayer {
  const path = `${setup.prefix}${index}`;
  const shape = known(setup.shape.layers[index], "a layer's shape");
  const place = { path, layer, shape, input };
  if (layer.kind !== "cell")
    return {
      ...place,
      output: runLayer(layer, input, { shape, parameter: (name) => setup.parameter(`${path}.${name}`) }),
      runs: [],
    };
  const runs = setUpCells(setup, layer, { path, shape }).map((cell) => ({ setup: cell, ...runCell(cell, input) }));
  const output = sideBySide(runs.map((run) => run.output));
  if (layer.residual === true) addSignal(input, output);
  return { ...place, output, runs };
}

/** A new signal. */
function sideBySide(parts: readonly Signal[]): Signal {
  const steps = known(parts[0], "a direction").steps;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const whole = createSignal(steps, size);
  for (let step = 0, at = 0; step < steps; step++) {
    for (const part of parts) {
      whole.values.set(part.values.subarray(step * part.size, (step + 1) * part.size), at);
      at += part.size;
    }
  }
  return whole;
}

/** The cell of a layer for each of its directions. */
export function setUpCells(
  setup: ChainSetup,
  layer: CellLayer,
  { path, shape }: { readonly path: string; readonly shape: LayerShape },
): readonly CellSetup[] {
  const plain = cellOf(layer.cell);
  const own = sizesOf(layer, shape);
  const { memory, parameter } = setup;
  const memories = Object.fromEntries(plain.memories.map(({ name }) => [name, known(memory, "an encoder").values]));
  const rows = Object.fromEntries(plain.memories.map(({ name }) => [rowsOf(name), known(memory, "an encoder").steps]));
  return directionsOf(layer, path).map(({ prefix, reverse }) => ({
    path: prefix,
    cell: zoned(plain, layer),
    reverse,
    keep: layer.zoneout ?? 0,
    sizes: { ...own, ...rows },
    parameters: Object.fromEntries(
      plain.parameters.map(({ name }) => [name, parameter(layer.ties?.[name] ?? `${prefix}.${name}`)]),
    ),
    memories,
    initialStates: Object.fromEntries(
      plain.states.map((state) => {
        const name = `${prefix}.${state.name}`;
        const size = shapeOf(state, own)[0] ?? 1;
        const learned = layer.initialState === "learned" ? parameter(`${prefix}.initial.${state.name}`) : undefined;
        const start = plain.options.initialStates?.[state.name] ?? 0;
        return [state.name, setup.states[name] ?? learned ?? new Float64Array(size).fill(start)];
      }),
    ),
    firstStep: setup.firstStep,
  }));
}

const zonedCells = new WeakMap<Cell, Cell>();

/** The cell with the mean of zoneout, made once. */
function zoned(cell: Cell, { zoneout = 0 }: CellLayer): Cell {
  if (zoneout === 0) return cell;
  const before = zonedCells.get(cell);
  if (before !== undefined) return before;
  const result = withZoneout(cell);
  zonedCells.set(cell, result);
  return result;
}
