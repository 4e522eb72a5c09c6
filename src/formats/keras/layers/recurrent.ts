/** Recurrent layers: a cell, or several on top of each other, over the steps of a sequence. */
import { known } from "../../../util/errors.ts";
import { cellLayers, cellWeights, readCell } from "../cells.ts";
import type { KerasCell } from "../cells.ts";
import type { CallOfLayer, LayerKind, NamedArgument } from "../layer-kind.ts";
import { badConfig, unsupported } from "../refusals.ts";
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
  if (argument === undefined || "constant" in argument) return [];
  return "shape" in argument ? [argument] : argument;
}

/** The mask that is given by name, or comes with the first input. */
export function maskOf(call: CallOfLayer): Value | undefined {
  return valuesOf(call.named.get("mask"))[0] ?? call.inputs[0]?.mask;
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

/** The layer over its sequence: its output, and its last states where they are asked for. */
function runLayer(call: CallOfLayer, parts: readonly CallOfLayer[]): readonly Value[] {
  const { graph, settings } = call;
  const isBackward = settings.flag("go_backwards", false);
  const isSequence = settings.flag("return_sequences", false);
  const masked = settings.flag("zero_output_for_mask", false) ? "zero" : "repeat";
  if (settings.flag("reverse_state_order", false)) settings.refuse("reverse_state_order");
  const input = inputOf(call);
  const mask = maskOf(call);
  const first = firstStates(call);
  const states: Value[] = [];
  let value = input;
  let lastOutput: Value | undefined;
  for (const [at, part] of parts.entries()) {
    const isTop = at === parts.length - 1;
    const cell = readCell(part, fixSize(graph, value, 2));
    const done = runCell(graph, {
      cell,
      direction: isBackward ? "backward" : "forward",
      input: value,
      states: first.slice(states.length, states.length + cell.states.length),
      mask,
      masked: isTop ? masked : "repeat",
      isStateful: settings.flag("stateful", false),
      prefix: parts.length === 1 ? graph.layer.name : `${graph.layer.name}/${at}`,
    });
    if (part.layer !== call.layer) part.settings.refuseOthers();
    states.push(...done.states);
    value = done.sequence;
    lastOutput = done.states[0];
  }
  if (first.length !== 0 && first.length !== states.length)
    throw badConfig(
      `Layer ${JSON.stringify(graph.layer.name)} (${graph.layer.className}): it is given ${first.length} first states, and has ${states.length}.`,
    );
  // The state is the last output, but where a mask leaves it before the first step or puts zeros in its place.
  const isState = mask === undefined || (masked === "repeat" && first.length === 0);
  const whole = isSequence ? inTimeOrder(call, isBackward ? reverseSteps(graph, value) : value) : undefined;
  const output = whole ?? (isState && lastOutput !== undefined ? lastOutput : endOf(graph, value, isBackward ? 0 : -1));
  return settings.flag("return_state", false) ? [output, ...states] : [output];
}

/** One step of a sequence. */
function endOf(graph: Building, { shape, ...value }: Value, step: number): Value {
  const index = graph.builder.constant({ type: "int64", shape: [], data: BigInt64Array.of(BigInt(step)) });
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
function partsOf(call: CallOfLayer): readonly CallOfLayer[] {
  const cell = call.layer.children.get("cell");
  if (cell === undefined) throw unsupported(call.layer, "a recurrent layer without a cell");
  if (cell.className !== "StackedRNNCells") return [call.callOf(cell)];
  const inner = call.callOf(cell);
  const isReversed = inner.settings.flag("reverse_state_order", false);
  if (isReversed && (call.inputs.length > 1 || call.settings.flag("return_state", false)))
    inner.settings.refuse("reverse_state_order");
  inner.settings.raw("cells");
  inner.settings.refuseOthers();
  return cellsOf(cell).map((one) => call.callOf(one));
}

function cellsOf(stack: Layer): readonly Layer[] {
  return [...stack.children].filter(([attribute]) => /^\d+$/.test(attribute)).map(([, cell]) => cell);
}

const cellLayer: LayerKind = { weights: cellWeights, call: (call) => runLayer(call, [call]) };

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
      return runLayer(call, partsOf(call));
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
