/** The gradient of a whole network's run in float64: back through its layers, through time, and into its encoder. */
import { known, RecurraError } from "../../util/errors.ts";
import { pullLayer } from "./layers.ts";
import { pullCell } from "./pull-cell.ts";
import type { CellGradient } from "./pull-cell.ts";
import type { ChainSetup, RunLayer } from "./run-chain.ts";
import { findStarts } from "./run-network.ts";
import type { NetworkRun } from "./run-network.ts";
import { addSignal, columnsFrom, createSignal } from "./signal.ts";
import type { Signal } from "./signal.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

/** What of a network's output is looked at: Σ weights ⊙ output. */
export interface OutputRead {
  /** The number of one of the outputs; the sum of all if absent. */
  readonly unit?: number;
  /** Steps of the output that are read; the last if absent. */
  readonly steps?: readonly number[];
  /** In place of both, a weight for each number of the output, `[steps, size]`: such as the gradient of a loss towards it. */
  readonly weights?: ArrayLike<number>;
}

/** The weights of a read, checked against an output. Throws `util/bad-argument`. */
export function weightsOf(output: Signal, { unit, steps = [output.steps - 1], weights }: OutputRead): Signal {
  const { size } = output;
  const read = createSignal(output.steps, size);
  if (weights !== undefined) {
    if (weights.length !== read.values.length)
      throw new RecurraError(
        "util/bad-argument",
        `weights has ${weights.length} numbers, but the output has ${output.steps} × ${size} = ${read.values.length}.`,
      );
    read.values.set(weights);
    return read;
  }
  checkIndex("unit", unit, size);
  for (const step of steps) {
    checkIndex("step", step, output.steps);
    read.values.fill(1, step * size + (unit ?? 0), step * size + (unit ?? size - 1) + 1);
  }
  return read;
}

function checkIndex(what: string, index: number | undefined, count: number): void {
  if (index === undefined || (Number.isInteger(index) && index >= 0 && index < count)) return;
  throw new RecurraError("util/bad-argument", `The output has no ${what} ${index}; it has ${count}, numbered from 0.`);
}

/** Σ weights ⊙ output. */
export function readOutput(output: Signal, weights: Signal): number {
  return output.values.reduce((sum, value, i) => sum + value * weights.values[i]!, 0);
}

export interface NetworkGradient {
  /** Of what the network's own layers were given, and the encoder's; undefined of tokens. */
  readonly own: Signal | undefined;
  readonly source: Signal | undefined;
  /** By the path of each recurrent layer's directions. */
  readonly cells: ReadonlyMap<string, CellGradient>;
}

/** Goes back through a run, given the gradient of its output. */
export function pullNetwork({ setup, own, encoder }: NetworkRun, dOutput: Signal): NetworkGradient {
  const back = pullChain(own, dOutput, new Map());
  if (encoder === undefined) return { own: back.dInput, source: undefined, cells: back.cells };
  const dFinal = new Map<string, Record<string, Float64Array>>();
  for (const { name, from } of findStarts(setup.spec)) {
    const path = name.slice(0, name.lastIndexOf("."));
    const state = name.slice(path.length + 1);
    // A state that was given from outside did not start from the encoder.
    if (setup.states[name] !== undefined) continue;
    const whole = known(back.cells.get(path)?.dInitial[state], `the gradient of ${name}`);
    const size = whole.length / from.length;
    from.forEach((one, i) => {
      const finals = dFinal.get(one.path) ?? {};
      const sum = finals[one.state] ?? new Float64Array(size);
      for (let j = 0; j < size; j++) sum[j]! += whole[i * size + j]!;
      dFinal.set(one.path, { ...finals, [one.state]: sum });
    });
  }
  const memory = known(own.setup.memory, "an encoder's output");
  const dMemory: Signal = { ...memory, values: back.dMemory ?? new Float64Array(memory.values.length) };
  const first = pullChain(encoder, dMemory, dFinal);
  return { own: back.dInput, source: first.dInput, cells: new Map([...first.cells, ...back.cells]) };
}

interface ChainGradient {
  readonly dInput: Signal | undefined;
  readonly cells: ReadonlyMap<string, CellGradient>;
  /** Of what cells attend to, where any does. */
  readonly dMemory: Float64Array | undefined;
}

/** Goes back through the layers of a chain; `dFinal` are gradients of final states by path. */
function pullChain(
  { setup, layers }: { readonly setup: ChainSetup; readonly layers: readonly RunLayer[] },
  dOutput: Signal,
  dFinal: ReadonlyMap<string, Arrays>,
): ChainGradient {
  const cells = new Map<string, CellGradient>();
  let gradient: Signal | undefined = dOutput;
  let dMemory: Float64Array | undefined;
  for (const run of [...layers].reverse()) {
    const { layer, path, shape, input, output } = run;
    if (gradient === undefined) break;
    if (layer.kind !== "cell") {
      const parameter = (name: string): Float64Array => setup.parameter(`${path}.${name}`);
      gradient = pullLayer(layer, { input, output, dOutput: gradient }, { shape, parameter });
      continue;
    }
    const dInput = createSignal(input.steps, input.size);
    for (const [back, name] of pullDirections(run, gradient, dFinal)) {
      cells.set(name, back);
      addSignal(back.dInput, dInput);
      for (const part of Object.values(back.dMemories)) {
        dMemory ??= new Float64Array(part.length);
        for (let i = 0; i < part.length; i++) dMemory[i]! += part[i]!;
      }
    }
    if (layer.residual === true) addSignal(gradient, dInput);
    gradient = dInput;
  }
  return { dInput: gradient, cells, dMemory };
}

/** The gradient of each direction of a cell layer, whose outputs stand side by side. */
function pullDirections(
  { input, runs }: RunLayer,
  dOutput: Signal,
  dFinal: ReadonlyMap<string, Arrays>,
): readonly (readonly [CellGradient, string])[] {
  const width = dOutput.size / runs.length;
  return runs.map((run, i) => {
    const { path } = run.setup;
    const part = runs.length === 1 ? dOutput : columnsFrom(dOutput, i * width, width);
    return [pullCell({ setup: run.setup, input, run, dOutput: part, dFinal: dFinal.get(path) }), path];
  });
}
