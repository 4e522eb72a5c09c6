/** Recurrent layers: a cell, or several on top of each other, over the steps of a sequence. */
import { integerTensor } from "../../../graph/tensors.ts";
import { known } from "../../../util/errors.ts";
import { cellLayers, cellWeights, countStates, readCell } from "../cells.ts";
import type { KerasCell } from "../cells.ts";
import type { CallOfLayer, LayerKind, NamedArgument } from "../layer-kind.ts";
import { badConfig, unsupported } from "../refusals.ts";
import { isSince } from "../topology.ts";
import type { Layer } from "../topology.ts";
import { countedNames } from "../weights.ts";
import { checkRank, fixedSize, fixSize, integers, nameOf, operator, scalar, valueOf, weight } from "../values.ts";
import type { Building, Value } from "../values.ts";

/** A value backwards in time; backwards twice is the value itself. */
export function reverseSteps(graph: Building, value: Value): Value {
  if (value.reversed !== undefined) return value.reversed;
  const list = (number: number): string => integers(graph, [number]);
  // From the last step down to before the first.
  const name = operator(graph, "Slice", [
    nameOf(graph, value, "steps"),
    list(-1),
    list(-Number.MAX_SAFE_INTEGER),
    list(0),
    list(-1),
  ]);
  return valueOf(name, value.shape, { layout: "steps", mask: value.mask, reversed: value });
}

/** What a layer was given as first states: after its input, or by name. */
function firstStates(call: CallOfLayer): readonly Value[] {
  const named = call.named.get("initial_state");
  return [...call.inputs.slice(1), ...valuesOf(named)];
}

export function valuesOf(argument: NamedArgument | undefined): readonly Value[] {
  return placesOf(argument).filter((value) => value !== undefined);
}

/** With the places of a list that are left out. */
export function placesOf(argument: NamedArgument | undefined): readonly (Value | undefined)[] {
  if (argument === undefined || "constant" in argument) return [];
  return "shape" in argument ? [argument] : argument;
}

/** The mask that is given by name, or comes with the first input; Keras 3 does not ask that for one where there are first states. */
export function maskOf(call: CallOfLayer): Value | undefined {
  const given = valuesOf(call.named.get("mask"))[0];
  const isAlone = firstStates(call).length === 0 || !isSince(call.graph.version, 3);
  return given ?? (isAlone ? call.inputs[0]?.mask : undefined);
}

interface CellRun {
  readonly cell: KerasCell;
  readonly direction: "forward" | "backward";
  readonly input: Value;
  readonly states: readonly Value[];
  readonly mask: Value | undefined;
  readonly masked: "repeat" | "zero";
  readonly isStateful: boolean;
  /** Before the names of its values. */
  readonly prefix: string;
}

function runCell(graph: Building, run: CellRun): { readonly sequence: Value; readonly states: readonly Value[] } {
  const { cell, input, mask, prefix } = run;
  const { builder } = graph;
  const name = (what: string): string => builder.name(`${prefix}/${what}`);
  const parameters = Object.fromEntries(
    cell.parameters.map((one) => [one.name, weight(graph, `${prefix}/${one.name}`, one.tensor)]),
  );
  const shape = [known(input.shape[0], "the batch"), fixedSize(cell.size)];
  const given = cell.states.map((state, at) => {
    const first = run.states[at];
    if (first !== undefined) return nameOf(graph, first);
    if (!run.isStateful || !graph.statesAsInputs) return undefined;
    return builder.input({ name: name(state), type: "float32", shape: ["batch", cell.size] });
  });
  const sequence = name("sequence");
  const finals = cell.states.map((state) => name(`last_${state}`));
  const input3 = nameOf(graph, input, "steps");
  builder.recurrent({
    name: prefix,
    cell: cell.spec,
    size: cell.size,
    direction: run.direction,
    input: input3,
    parameters,
    states: entries(cell.states, given),
    ...(mask === undefined ? {} : { mask: { value: nameOf(graph, mask, "steps"), masked: run.masked } }),
    outputs: { sequence, states: entries(cell.states, finals) },
  });
  if (run.isStateful && graph.statesAsInputs && run.states.length === 0)
    for (const [at, from] of finals.entries())
      graph.stateOutputs.push({ name: `${prefix}/next_${cell.states[at]}`, from, size: cell.size });
  return {
    sequence: valueOf(sequence, [...input.shape.slice(0, 2), fixedSize(cell.size)], { layout: "steps", mask }),
    states: finals.map((final) => valueOf(final, shape)),
  };
}

function entries(names: readonly string[], values: readonly (string | undefined)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name, at) => {
      const value = values[at];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The cells of a layer, from the first to the top. */
interface Stack {
  readonly parts: readonly CallOfLayer[];
  /** Whether states are given from the top to the first, as TF.js and the first versions of Keras 2 do. */
  readonly isReversed: boolean;
}

/** The layer over its sequence: its output, and its last states where they are asked for. */
function runLayer(call: CallOfLayer, { parts, isReversed }: Stack): readonly Value[] {
  const { graph, settings } = call;
  const isBackward = settings.flag("go_backwards", false);
  const isSequence = settings.flag("return_sequences", false);
  const masked = settings.flag("zero_output_for_mask", false) ? "zero" : "repeat";
  const mask = maskOf(call);
  const given = firstStates(call);
  const first = statesOfParts(call, { parts, isReversed, given });
  const states: (readonly Value[])[] = [];
  let value = inputOf(call);
  for (const [at, part] of parts.entries()) {
    const done = runCell(graph, {
      cell: readCell(part, fixSize(graph, value, 2)),
      direction: isBackward ? "backward" : "forward",
      input: value,
      states: first[at] ?? [],
      mask,
      masked: at === parts.length - 1 ? masked : "repeat",
      isStateful: settings.flag("stateful", false),
      prefix: parts.length === 1 ? graph.layer.name : `${graph.layer.name}/${at}`,
    });
    if (part.layer !== call.layer) part.settings.refuseOthers();
    states.push(done.states);
    value = done.sequence;
  }
  // The state is the last output, but where a mask leaves it before the first step or puts zeros in its place.
  const isState = mask === undefined || (masked === "repeat" && given.length === 0);
  const lastOutput = states.at(-1)?.[0];
  const inOrder = isBackward ? reverseSteps(graph, value) : value;
  const whole = isSequence ? inTimeOrder(call, { ...inOrder, mask: call.inputs[0]?.mask }) : undefined;
  const output = whole ?? (isState && lastOutput !== undefined ? lastOutput : endOf(graph, value, isBackward ? 0 : -1));
  const all = isReversed ? states.toReversed().flat() : states.flat();
  return settings.flag("return_state", false) ? [output, ...all] : [output];
}

/** Which of the first states that were given are whose. */
function statesOfParts(
  { graph }: CallOfLayer,
  { parts, isReversed, given }: Stack & { readonly given: readonly Value[] },
): readonly (readonly Value[])[] {
  const counts = parts.map(({ layer }) => countStates(layer));
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (given.length !== 0 && given.length !== count)
    throw badConfig(
      `Layer ${JSON.stringify(graph.layer.name)} (${graph.layer.className}): it is given ${given.length} first states, and has ${count}.`,
    );
  let at = 0;
  const taken = (isReversed ? counts.toReversed() : counts).map((one) => given.slice(at, (at += one)));
  return isReversed ? taken.toReversed() : taken;
}

/** One step of a sequence. */
export function endOf(graph: Building, { shape, ...value }: Value, step: number): Value {
  const index = graph.builder.constant(integerTensor(step));
  const name = operator(graph, "Gather", [nameOf(graph, { shape, ...value }, "steps"), index], { axis: 0 });
  return valueOf(name, [known(shape[0], "the batch"), ...shape.slice(2)]);
}

/** `time_major`: what the model calls `[batch, steps, …]` is `[steps, batch, …]`. */
function inputOf(call: CallOfLayer): Value {
  const input = known(call.inputs[0], "the input of a recurrent layer");
  checkRank(call.graph, input, [3]);
  if (!call.settings.flag("time_major", false)) return input;
  const [steps, batch, features] = input.shape;
  return valueOf(
    nameOf(call.graph, input),
    [known(batch, "the batch"), known(steps, "the steps"), known(features, "the features")],
    { layout: "steps", mask: input.mask },
  );
}

function inTimeOrder(call: CallOfLayer, output: Value): Value {
  if (!call.settings.flag("time_major", false)) return output;
  const [batch, steps, features] = output.shape;
  return valueOf(
    nameOf(call.graph, output, "steps"),
    [known(steps, "the steps"), known(batch, "the batch"), known(features, "the features")],
    { mask: output.mask },
  );
}

/** The cells of a stack, or the one cell of a layer. */
function stackOf(call: CallOfLayer): Stack {
  const cell = call.layer.children.get("cell");
  if (cell === undefined) throw unsupported(call.layer, "a recurrent layer without a cell");
  if (cell.className !== "StackedRNNCells") return { parts: [call.callOf(cell)], isReversed: false };
  const { settings } = call.callOf(cell);
  const isReversed = settings.flag("reverse_state_order", call.graph.version.isTfjs);
  settings.raw("cells");
  settings.refuseOthers();
  return { parts: cellsOf(cell).map((one) => call.callOf(one)), isReversed };
}

function cellsOf(stack: Layer): readonly Layer[] {
  return [...stack.children].filter(([attribute]) => /^\d+$/.test(attribute)).map(([, cell]) => cell);
}

const cellLayer: LayerKind = {
  weights: cellWeights,
  call: (call) => runLayer(call, { parts: [call], isReversed: false }),
};

/** Cells have weights and are run by the layer around them. */
const cellAlone: LayerKind = {
  weights: cellWeights,
  call: (call) => {
    throw unsupported(call.layer, "a cell outside a recurrent layer");
  },
};

const merges: Readonly<Record<string, string>> = { sum: "Add", mul: "Mul", ave: "Add" };

const bidirectional: LayerKind = {
  children: (layer) =>
    [
      { layer: layer.children.get("layer"), path: "forward_layer" },
      { layer: layer.children.get("backward_layer"), path: "backward_layer" },
    ].flatMap(({ layer: inner, path }) => (inner === undefined ? [] : [{ layer: inner, path }])),
  call: (call) => {
    const { graph, layer, settings } = call;
    settings.raw("layer");
    settings.raw("backward_layer");
    const input = known(call.inputs[0], "the input of a recurrent layer");
    const first = firstStates(call);
    const half = first.length / 2;
    const named = new Map([...call.named].filter(([key]) => key === "mask"));
    const run = (attribute: string, states: readonly Value[]): readonly Value[] => {
      const inner = layer.children.get(attribute);
      if (inner === undefined) throw unsupported(layer, "a bidirectional layer without its layer");
      return call.inner(inner, [input, ...states], named);
    };
    const [forward, ...forwardStates] = run("layer", first.slice(0, half));
    const [backward, ...backwardStates] = run("backward_layer", first.slice(half));
    const ahead = known(forward, "the output of a layer");
    const back = known(backward, "the output of a layer");
    const merged = mergeBoth(call, ahead, ahead.shape.length === 3 ? reverseSteps(graph, back) : back);
    return [...merged, ...forwardStates, ...backwardStates];
  },
};

function mergeBoth({ graph, settings }: CallOfLayer, ahead: Value, back: Value): readonly Value[] {
  // None in Python: both outputs.
  const mode = settings.raw("merge_mode") === null ? undefined : settings.text("merge_mode", "concat");
  if (mode === undefined) return [ahead, { ...back, mask: ahead.mask }];
  const layout = ahead.shape.length === 3 ? "steps" : "keras";
  const names = [nameOf(graph, ahead, layout), nameOf(graph, back, layout)];
  if (mode === "concat") {
    const size = fixSize(graph, ahead, -1) + fixSize(graph, back, -1);
    const shape = [...ahead.shape.slice(0, -1), fixedSize(size)];
    return [valueOf(operator(graph, "Concat", names, { axis: -1 }), shape, { layout, mask: ahead.mask })];
  }
  const merge = Object.hasOwn(merges, mode) ? merges[mode] : undefined;
  if (merge === undefined) return settings.refuse("merge_mode");
  const both = operator(graph, merge, names);
  const name = mode === "ave" ? operator(graph, "Mul", [both, scalar(graph, 0.5)]) : both;
  return [valueOf(name, ahead.shape, { layout, mask: ahead.mask })];
}

const cellSettings = ["units", "activation", "recurrent_activation", "use_bias", "reset_after", "cells"];

export const recurrentLayers: Readonly<Record<string, LayerKind>> = {
  ...Object.fromEntries(
    cellLayers.flatMap((name) => [
      [name, cellLayer],
      [`${name}Cell`, cellAlone],
    ]),
  ),
  RNN: {
    children: (layer) => {
      const cell = layer.children.get("cell");
      return cell === undefined ? [] : [{ layer: cell, path: "cell" }];
    },
    call: (call) => {
      call.settings.raw("cell");
      // TF.js says the settings of the cell again beside it.
      if (call.graph.version.isTfjs) for (const key of cellSettings) call.settings.raw(key);
      return runLayer(call, stackOf(call));
    },
  },
  StackedRNNCells: {
    children: (layer) => {
      const cells = cellsOf(layer);
      const names = countedNames(cells);
      return cells.map((cell, at) => ({ layer: cell, path: `cells/${names[at]}` }));
    },
    call: (call) => {
      throw unsupported(call.layer, "a stack of cells outside a recurrent layer");
    },
  },
  Bidirectional: bidirectional,
};
