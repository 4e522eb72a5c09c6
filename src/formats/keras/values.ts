/** Values on their way through a model: what Keras calls a tensor, with its mask, in whichever order of axes somebody made it. */
import type { GraphBuilder, OperatorOptions } from "../../graph/build-graph.ts";
import type { Attribute, ValueName } from "../../graph/graph.ts";
import type { ElementType, Tensor } from "../../graph/tensor.ts";
import { integerTensor } from "../../graph/tensors.ts";
import { known } from "../../util/errors.ts";
import { badConfig, unsupported } from "./refusals.ts";
import type { LayerName } from "./refusals.ts";
import type { KerasVersion } from "./topology.ts";

/**
 * A size along an axis. A file may tell a number that nothing depends on, such as how many steps a model was trained with: as long as nobody asks for it, it is any number when the model runs.
 */
export interface Dimension {
  readonly size: number | undefined;
  /** What it is called where it is not fixed. */
  readonly symbol: string;
  /** Those that a computed one follows from. */
  readonly from: readonly Dimension[];
  isFixed: boolean;
}

/** `keras`: as the model has them, `[batch, steps, …, features]`; `steps`: `[steps, batch, …]`; `channels`: `[batch, features, …]`. */
export type Layout = "keras" | "steps" | "channels";

export interface Value {
  readonly type: ElementType;
  /** In Keras's order. */
  readonly shape: readonly Dimension[];
  /** The values of the graph that hold it. */
  readonly names: Map<Layout, ValueName>;
  /** bool `[batch, steps]`: which steps count. */
  readonly mask?: Value | undefined;
  /** The same backwards in time, where that was there before. */
  readonly reversed?: Value;
}

/** A graph in the making, and what layers need to know of the model. */
export interface Building {
  readonly builder: GraphBuilder;
  readonly version: KerasVersion;
  /** Whether the states of stateful layers are inputs and outputs. */
  readonly statesAsInputs: boolean;
  /** Those, as they were met. */
  readonly stateOutputs: { readonly name: ValueName; readonly from: ValueName; readonly size: number }[];
  /** The constants of layers, which may be called more than once. */
  readonly constants: Map<string, ValueName>;
  /** The layer that is being built: names of nodes begin with it. */
  layer: LayerName;
}

export function fixedSize(size: number): Dimension {
  return { size, symbol: String(size), from: [], isFixed: true };
}

export function freeSize(symbol: string, size?: number): Dimension {
  return { size, symbol, from: [], isFixed: false };
}

/** A size that follows from others: `compute` of them where they are known. */
export function sizeFrom(from: readonly Dimension[], compute: (...sizes: readonly number[]) => number): Dimension {
  const sizes = from.map(({ size }) => size);
  const size = sizes.every((one) => one !== undefined) ? compute(...sizes) : undefined;
  return { size, symbol: "", from, isFixed: size !== undefined && from.every(({ isFixed }) => isFixed) };
}

/** A file tells sizes without the bytes to show for them. */
const longestAxis = 2 ** 24;

/** The size, which from now on no other may be: throws `keras/unsupported` where it is not known. */
export function fixSize(graph: Building, value: Value, axis: number): number {
  const dimension = value.shape.at(axis);
  if (dimension?.size === undefined)
    throw unsupported(graph.layer, `an input whose size along axis ${axis} is not in the file`);
  if (dimension.size > longestAxis) throw unsupported(graph.layer, `an axis of ${dimension.size} numbers`);
  fix(dimension);
  return dimension.size;
}

function fix(dimension: Dimension): void {
  dimension.isFixed = true;
  for (const before of dimension.from) fix(before);
}

/** Which axis of Keras's order stands where in a layout. */
function orderOf(layout: Layout, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (layout === "keras" || rank < 2) return axes;
  if (layout === "steps") return [1, 0, ...axes.slice(2)];
  return [0, rank - 1, ...axes.slice(1, -1)];
}

/** The name of a value in this order of axes; it is transposed once, where it is not there yet. */
export function nameOf(graph: Building, value: Value, layout: Layout = "keras"): ValueName {
  const found = value.names.get(layout);
  if (found !== undefined) return found;
  const [from, source] = known([...value.names][0], "a value");
  const before = orderOf(from, value.shape.length);
  const perm = orderOf(layout, value.shape.length).map((axis) => before.indexOf(axis));
  const name = perm.every((axis, at) => axis === at) ? source : operator(graph, "Transpose", [source], { perm });
  value.names.set(layout, name);
  return name;
}

export interface ValueOptions {
  readonly layout?: Layout;
  readonly type?: ElementType;
  readonly mask?: Value | undefined;
  readonly reversed?: Value;
}

export function valueOf(
  name: ValueName,
  shape: readonly Dimension[],
  { layout = "keras", type = "float32", mask, reversed }: ValueOptions = {},
): Value {
  return { type, shape, names: new Map([[layout, name]]), mask, ...(reversed === undefined ? {} : { reversed }) };
}

/** The first output of an operator. */
export function operator(
  graph: Building,
  name: string,
  inputs: readonly ValueName[],
  attributes: Readonly<Record<string, Attribute>> = {},
): ValueName {
  const options: OperatorOptions = { attributes, name: `${graph.layer.name}/${name}` };
  return graph.builder.operator(name, inputs, options);
}

/** A constant of float32. */
export function numbers(graph: Building, data: ArrayLike<number>, shape: readonly number[] = [data.length]): ValueName {
  return graph.builder.constant(
    { type: "float32", shape, data: Float32Array.from(data) },
    `${graph.layer.name}/numbers`,
  );
}

/** One number, which is broadcast. */
export function scalar(graph: Building, value: number): ValueName {
  return numbers(graph, [value], []);
}

/** A constant of int64, such as a list of axes. */
export function integers(graph: Building, data: readonly number[]): ValueName {
  return graph.builder.constant(integerTensor(data), `${graph.layer.name}/integers`);
}

/** A constant by its name; a layer that is called twice has its weights once. */
export function weight(graph: Building, name: string, tensor: () => Tensor): ValueName {
  const found = graph.constants.get(name);
  if (found !== undefined) return found;
  const made = graph.builder.constant(tensor(), name);
  graph.constants.set(name, made);
  return made;
}

/** The same operation for each number, in the order of axes that is there. */
export function elementwise(
  graph: Building,
  value: Value,
  apply: (name: ValueName, layout: Layout) => ValueName,
): Value {
  const [layout, name] = known([...value.names][0], "a value");
  return valueOf(apply(name, layout), value.shape, { layout, type: value.type, mask: value.mask });
}

/** An operation on the last axis, `[…, features]`, with the steps or the batch first, whichever is there. */
export function onFeatures(
  graph: Building,
  value: Value,
  apply: (name: ValueName) => ValueName,
  features: Dimension | undefined = value.shape.at(-1),
): Value {
  const layout = value.names.has("keras") || !value.names.has("steps") || value.shape.length < 3 ? "keras" : "steps";
  const shape = [...value.shape.slice(0, -1), known(features, "the features")];
  return valueOf(apply(nameOf(graph, value, layout)), shape, { layout, mask: value.mask });
}

/** An axis from 0 on. */
export function axisOf(value: Value, axis: number): number {
  const from = axis < 0 ? axis + value.shape.length : axis;
  if (!Number.isInteger(from) || from < 0 || from >= value.shape.length)
    throw badConfig(`There is no axis ${axis} in a value of ${value.shape.length} axes.`);
  return from;
}

/** The layer's one input. */
export function only(graph: Building, values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined || values.length > 1)
    throw badConfig(
      `Layer ${JSON.stringify(graph.layer.name)} (${graph.layer.className}): it is given ${values.length} inputs, and takes one.`,
    );
  return value;
}

/** Throws `keras/unsupported` unless a value has so many axes. */
export function checkRank(graph: Building, value: Value, ranks: readonly number[]): void {
  if (!ranks.includes(value.shape.length))
    throw unsupported(graph.layer, `an input of ${value.shape.length} axes where it takes ${ranks.join(" or ")}`);
}
