/** PyTorch's recurrent modules (layers × directions) as cells of ours, one after another, with results under PyTorch's names. */
import { compileOn } from "../../src/engine/compile.ts";
import type { CompiledCell } from "../../src/engine/compiled-cell.ts";
import type { Backend, Numbers } from "../../src/engine/backend.ts";
import type { TorchTensors } from "./torch-fixtures.ts";
import { stack, torchCell, unstack } from "./torch-cells.ts";
import type { TorchCellKind, TorchStack } from "./torch-cells.ts";

/** A case of modules.json. */
export interface TorchModule {
  readonly id: string;
  readonly file: string;
  readonly kind: TorchCellKind;
  readonly input_size: number;
  readonly hidden_size: number;
  /** 0 without a projection. */
  readonly proj_size: number;
  readonly num_layers: number;
  readonly bidirectional: boolean;
  readonly bias: boolean;
  /** Signals are `[batch, steps, columns]`, else `[steps, batch, columns]`; states are `[layers × directions, batch, columns]` in either. */
  readonly batch_first: boolean;
  /** Of the members of a packed sequence, in the order of the batch. */
  readonly lengths: readonly number[] | null;
  readonly dtype: "float32" | "float64";
  readonly batch: number;
  readonly seq_len: number;
}

export type NamedResults = Record<string, Numbers>;

/** Numbers in a row of an output. */
export function outputColumns(module: TorchModule): number {
  return (module.proj_size || module.hidden_size) * (module.bidirectional ? 2 : 1);
}

/** A signal of a case as `[steps, batch, columns]`, or back again: the two leading axes change places where the batch stands first. */
export function transposed(data: Numbers, module: TorchModule, to: "ours" | "torch"): Float64Array {
  const { batch, seq_len: steps } = module;
  if (!module.batch_first) return Float64Array.from(data);
  const columns = data.length / (steps * batch);
  const inner = to === "ours" ? batch : steps;
  return Float64Array.from(data, (_, n) => {
    const [outer, within, column] = [Math.floor(n / (inner * columns)), Math.floor(n / columns) % inner, n % columns];
    const [step, member] = to === "ours" ? [outer, within] : [within, outer];
    return data[(to === "ours" ? member * steps + step : step * batch + member) * columns + column]!;
  });
}

/** The module's own names of the directions of each layer: `l0`, `l0_reverse`, `l1`, …, in the order of its states. */
export function directionNames({ num_layers, bidirectional }: TorchModule): readonly (readonly string[])[] {
  return Array.from({ length: num_layers }, (_, layer) =>
    bidirectional ? [`l${layer}`, `l${layer}_reverse`] : [`l${layer}`],
  );
}

/** Parameters of one direction under our names. */
export function directionParameters(
  module: TorchModule,
  tensors: TorchTensors,
  direction: string,
): Record<string, Float64Array> {
  const stacks = stacksOf(module).map((name) =>
    unstack(module.kind, name, tensors[`param.${name}_${direction}`]!.data),
  );
  return Object.assign({}, ...stacks) as Record<string, Float64Array>;
}

function stacksOf({ kind, bias }: TorchModule): readonly TorchStack[] {
  return [
    "weight_ih",
    "weight_hh",
    ...(bias ? (["bias_ih", "bias_hh"] as const) : []),
    ...(kind === "LSTM_PROJ" ? (["weight_hr"] as const) : []),
  ];
}

/** States of one direction (counted over all layers) from tensors such as `h_0` and `c_0`; none where the case has none. */
export function directionStates(
  tensors: TorchTensors,
  names: Readonly<Record<string, string>>,
  direction: number,
  count: number,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([state, name]) => {
      const data = tensors[name]?.data;
      return data === undefined
        ? []
        : [[state, data.slice((direction * data.length) / count, ((direction + 1) * data.length) / count)]];
    }),
  );
}

/** Runs all layers forwards and backwards: `output`, `h_n`, `c_n`, `grad.input`, `grad.h_0`, `grad.c_0` and `grad.param.…`. */
export function runTorchModule(backend: Backend | undefined, module: TorchModule, tensors: TorchTensors): NamedResults {
  const { layers, output } = runForward(backend, module, tensors);
  const { input, parameters } = runBackward(layers, module, tensors);
  const states = Object.keys(layers[0]![0]!.finals).map(
    (state) =>
      [
        [`${state}_n`, joined(layers.flat().map((run) => run.finals[state]!))],
        [`grad.${state}_0`, joined(layers.flat().map((run) => run.firstGradients[state]!))],
      ] as const,
  );
  for (const { compiled } of layers.flat()) compiled.dispose();
  return {
    output: transposed(output, module, "torch"),
    "grad.input": transposed(input, module, "torch"),
    ...Object.fromEntries(states.flat()),
    ...parameters,
  };
}

/** One direction of a layer. */
interface DirectionRun {
  /** As PyTorch has it: `l0_reverse`. */
  readonly name: string;
  /** Its place among all directions of all layers. */
  readonly number: number;
  readonly compiled: CompiledCell;
  readonly outputs: Numbers;
  readonly finals: Readonly<Record<string, Numbers>>;
  /** Gradients of its first states, once they are known. */
  readonly firstGradients: Record<string, Numbers>;
}

function runForward(
  backend: Backend | undefined,
  module: TorchModule,
  tensors: TorchTensors,
): { readonly layers: readonly (readonly DirectionRun[])[]; readonly output: Numbers } {
  const { batch, seq_len: steps, lengths } = module;
  const cell = torchCell(module.kind, module);
  const names = directionNames(module);
  let signal: Numbers = transposed(tensors["input"]!.data, module, "ours");
  const layers = names.map((directions, layer) => {
    const runs = directions.map((name, i): DirectionRun => {
      const number = layer * directions.length + i;
      const compiled = compileOn(backend, cell, {
        inputSize: signal.length / (steps * batch),
        hiddenSize: module.hidden_size,
        reverse: i === 1,
        ...(module.proj_size === 0 ? {} : { sizes: { P: module.proj_size } }),
      });
      const { outputs, states } = compiled.forward({
        steps,
        batch,
        inputs: signal,
        parameters: directionParameters(module, tensors, name),
        states: directionStates(tensors, { h: "h_0", c: "c_0" }, number, names.flat().length),
        ...(lengths === null ? {} : { lengths }),
      });
      return { name, number, compiled, outputs, finals: states, firstGradients: {} };
    });
    signal = sideBySide(
      runs.map((run) => run.outputs),
      outputColumns(module) / directions.length,
    );
    return runs;
  });
  return { layers, output: signal };
}

/** Gradients of the input and, under PyTorch's names, of the parameters. */
function runBackward(
  layers: readonly (readonly DirectionRun[])[],
  module: TorchModule,
  tensors: TorchTensors,
): { readonly input: Numbers; readonly parameters: NamedResults } {
  const all = outputColumns(module);
  const count = layers.flat().length;
  const parameters: NamedResults = {};
  let gradient: Numbers = transposed(tensors["R_output"]!.data, module, "ours");
  for (const runs of layers.toReversed()) {
    const width = all / runs.length;
    const backs = runs.map(({ name, number, compiled, firstGradients }, i) => {
      const back = compiled.backward({
        dOutputs: columnsOf(gradient, { first: i * width, width, all }),
        dStates: directionStates(tensors, { h: "R_h", c: "R_c" }, number, count),
      });
      Object.assign(firstGradients, back.dStates);
      for (const into of stacksOf(module))
        parameters[`grad.param.${into}_${name}`] = stack(module.kind, into, back.dParameters);
      return back.dInputs;
    });
    gradient = backs.reduce((sum, one) => sum.map((value, n) => value + one[n]!));
  }
  return { input: gradient, parameters };
}

function joined(parts: readonly Numbers[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

/** Rows of each part next to one another. */
function sideBySide(parts: readonly Numbers[], width: number): Float64Array {
  const all = width * parts.length;
  return Float64Array.from(
    { length: parts[0]!.length * parts.length },
    (_, n) => parts[Math.floor((n % all) / width)]![Math.floor(n / all) * width + (n % width)]!,
  );
}

function columnsOf(
  rows: Numbers,
  { first, width, all }: { readonly first: number; readonly width: number; readonly all: number },
): Float64Array {
  return Float64Array.from(
    { length: (rows.length / all) * width },
    (_, n) => rows[Math.floor(n / width) * all + first + (n % width)]!,
  );
}
