/** Recurrent nodes that are one of ONNX's own: its kind, and its weights stacked as ONNX stacks them. */
import { cellOf } from "../../../network/index.ts";
import { printSyntax } from "../../../language/index.ts";
import type { Cell } from "../../../language/index.ts";
import { createGraphBuilder } from "../../../graph/build-graph.ts";
import type { GraphBuilder } from "../../../graph/build-graph.ts";
import type { Attribute, Graph, RecurrentNode, ValueName } from "../../../graph/graph.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { integerTensor } from "../../../graph/tensors.ts";
import { known } from "../../../util/errors.ts";
import {
  activationNames,
  cellFor,
  gatesOf,
  peepholes,
  usualActivations,
  usualNumbers,
} from "../recurrent/equations.ts";
import type { EquationOptions, RecurrentKind } from "../recurrent/equations.ts";

/** Which of ONNX's operators a cell is, and its attributes. */
export interface OwnCell {
  readonly kind: RecurrentKind;
  readonly options: EquationOptions;
}

/** ONNX's own operator that computes a recurrent node's equations; undefined where there is none. */
export function ownCellOf(node: RecurrentNode): OwnCell | undefined {
  if (node.mask !== undefined || node.memories !== undefined || hasFirstStates(node)) return undefined;
  const cell = cellOf(node.cell);
  const printed = printSyntax(cell);
  const before = found.get(printed);
  if (before !== undefined) return before ?? undefined;
  const match = candidatesOf(cell).find(({ kind, options }) => printSyntax(cellOf(cellFor(kind, options))) === printed);
  found.set(printed, match ?? null);
  return match;
}

const found = new Map<string, OwnCell | null>();

/** States that start from a number of the cell's own, and are not given. */
function hasFirstStates({ cell, states }: RecurrentNode): boolean {
  return Object.entries(cell.options.initialStates ?? {}).some(
    ([name, value]) => value !== 0 && states[name] === undefined,
  );
}

/** Everything ONNX can say of a cell that uses these functions and numbers. */
function candidatesOf(cell: Cell): readonly OwnCell[] {
  const text = printSyntax(cell);
  const numbers = cell.graph.nodes.flatMap((node) => (node.kind === "constant" && node.value > 0 ? [node.value] : []));
  const clips = [undefined, ...(text.includes("clamp") ? numbers : [])];
  const functions = activationNames(text);
  const states = cell.states.length;
  const kinds: readonly RecurrentKind[] = states === 2 ? ["LSTM"] : states === 1 ? ["RNN", "GRU"] : [];
  const choose = (count: number): readonly (readonly string[])[] =>
    Array.from({ length: count }).reduce<readonly (readonly string[])[]>(
      (all) => all.flatMap((names) => functions.map((name) => [...names, name])),
      [[]],
    );
  const yesNo = [false, true];
  return kinds.flatMap((kind) =>
    choose(usualActivations[kind].length).flatMap((names) =>
      clips.flatMap((clip) =>
        yesNo.flatMap((first) =>
          (kind === "LSTM" ? yesNo : [false]).map((second) => ({
            kind,
            options: {
              activations: names.map((name) => ({ name, alpha: undefined, beta: undefined })),
              clip,
              hasPeepholes: kind === "LSTM" && first,
              inputForget: kind === "LSTM" && second,
              linearBeforeReset: kind === "GRU" && first,
            },
          })),
        ),
      ),
    ),
  );
}

/** An operator that no graph has, but a file may. */
export interface FileNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly ValueName[];
  readonly outputs: readonly ValueName[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface WrittenRecurrent {
  /** Operators that bring its inputs into ONNX's shapes, to stand before it, and constants. */
  readonly before: Graph;
  readonly node: FileNode;
  /** Operators that bring its outputs into the graph's shapes. */
  readonly after: Graph;
}

/** A recurrent node as ONNX's operator. */
export function writeRecurrent(
  node: RecurrentNode,
  { kind, options }: OwnCell,
  constants: ReadonlyMap<ValueName, Tensor>,
): WrittenRecurrent {
  const before = createGraphBuilder(node.name, `${node.name}/`);
  const after = createGraphBuilder(node.name, `${node.name}/out/`);
  const { size } = node;
  const gates = gatesOf[kind];
  const named = (letter: string, gate: string): string => (gate === "" ? letter : `${letter}_${gate}`);
  const value = (name: string): ValueName => known(node.parameters[name], name);
  // What a cell does not have in a place that the operator has: a gate that is always open, the second bias.
  const stack = (label: string, names: readonly (string | undefined)[], shape: readonly number[]): ValueName =>
    stackValues(
      { builder: before, label, constants, shape },
      names.map((name) => (name === undefined ? undefined : value(name))),
    );
  const hasGate = (name: string): string | undefined => (node.parameters[name] === undefined ? undefined : name);
  const inputSize = known(
    constants.get(value(named("W", gates[0] ?? "")))?.shape[1] ?? sizeOfFirst(),
    "the input size",
  );
  function sizeOfFirst(): number | undefined {
    for (const gate of gates) {
      const shape = constants.get(node.parameters[named("W", gate)] ?? "")?.shape;
      if (shape !== undefined) return shape[1];
    }
    return undefined;
  }
  const w = stack(
    "W",
    gates.map((gate) => hasGate(named("W", gate))),
    [size, inputSize],
  );
  const r = stack(
    "R",
    gates.map((gate) => hasGate(named("U", gate))),
    [size, size],
  );
  const b = stack(
    "B",
    [...gates.map((gate) => hasGate(named("b", gate))), ...gates.map((gate) => hasGate(named("v", gate)))],
    [size],
  );
  const p = options.hasPeepholes
    ? stack(
        "P",
        peepholes.map((gate) => hasGate(`p_${gate}`)),
        [size],
      )
    : "";
  const raised = (name: string): ValueName => {
    const first = node.states[name];
    return first === undefined
      ? ""
      : before.operator("Unsqueeze", [first, before.constant(integerTensor([0]), "axes")]);
  };
  const lengths =
    node.lengths === undefined ? "" : before.operator("Cast", [node.lengths], { attributes: { to: "int32" } });
  const inputs = [node.input, w, r, b, lengths, raised("h"), ...(kind === "LSTM" ? [raised("c"), p] : [])];
  while (inputs.at(-1) === "") inputs.pop();

  const { sequence, states } = node.outputs;
  const outputs = [
    sequence === undefined ? "" : `${node.name}/Y`,
    states["h"] === undefined ? "" : `${node.name}/Y_h`,
    ...(kind === "LSTM" ? [states["c"] === undefined ? "" : `${node.name}/Y_c`] : []),
  ];
  const lowered = (from: ValueName, to: ValueName | undefined, axis: number): void => {
    if (to !== undefined)
      after.operators("Squeeze", [from, after.constant(integerTensor([axis]), "axes")], { outputs: [to] });
  };
  lowered(`${node.name}/Y`, sequence, 1);
  lowered(`${node.name}/Y_h`, states["h"], 0);
  if (kind === "LSTM") lowered(`${node.name}/Y_c`, states["c"], 0);
  while (outputs.at(-1) === "") outputs.pop();
  return {
    before: before.finish([]),
    node: { name: node.name, operator: kind, inputs, outputs, attributes: attributesOf(node, kind, options) },
    after: after.finish([]),
  };
}

function attributesOf(
  { size, direction }: RecurrentNode,
  kind: RecurrentKind,
  { activations, clip, inputForget, linearBeforeReset }: EquationOptions,
): Record<string, Attribute> {
  const names = activations.map(({ name }) => name);
  const areUsual = names.every((name, n) => name.toLowerCase() === usualActivations[kind][n]!.toLowerCase());
  // Runtimes do not agree on what they are where they are left out.
  const numbers = (which: "alpha" | "beta"): readonly number[] =>
    names.flatMap((name) => usualNumbers(name)[which] ?? []);
  const [alphas, betas] = [numbers("alpha"), numbers("beta")];
  return {
    hidden_size: size,
    direction: direction === "backward" ? "reverse" : "forward",
    ...(areUsual ? {} : { activations: names }),
    ...(alphas.length === 0 ? {} : { activation_alpha: alphas }),
    ...(betas.length === 0 ? {} : { activation_beta: betas }),
    ...(clip === undefined ? {} : { clip }),
    ...(inputForget ? { input_forget: 1 } : {}),
    ...(linearBeforeReset ? { linear_before_reset: 1 } : {}),
  };
}

interface StackOptions {
  readonly builder: GraphBuilder;
  readonly label: string;
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  /** Of each value. */
  readonly shape: readonly number[];
}

/** `[1, values × size, …]`: one value below the other, zeros where there is none. A constant where all are, else by operators. */
function stackValues(
  { builder, label, constants, shape }: StackOptions,
  values: readonly (ValueName | undefined)[],
): ValueName {
  const length = shape.reduce((product, size) => product * size, 1);
  const zeros: Tensor = { type: "float32", shape, data: new Float32Array(length) };
  const tensors = values.map((value) => (value === undefined ? zeros : constants.get(value)));
  if (tensors.every((tensor) => tensor !== undefined)) {
    const is64 = tensors.some(({ type }) => type === "float64");
    const data = is64 ? new Float64Array(length * values.length) : new Float32Array(length * values.length);
    tensors.forEach((tensor, at) => data.set(tensor.data as Float32Array, at * length));
    const [rows = 1, ...rest] = shape;
    return builder.constant(
      { type: is64 ? "float64" : "float32", shape: [1, rows * values.length, ...rest], data },
      label,
    );
  }
  const names = values.map((value) => value ?? builder.constant(zeros, "zeros"));
  const stacked = builder.operator("Concat", names, { attributes: { axis: 0 } });
  return builder.operator("Unsqueeze", [stacked, builder.constant(integerTensor([0]), "axes")]);
}
