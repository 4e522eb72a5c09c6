/** What operations of `keras.ops` are given: values, numbers, and lists of them, with the types and shapes that they have together. */
import type { ElementType, Tensor } from "../../../graph/tensor.ts";
import { known } from "../../../util/errors.ts";
import type { CallOfLayer, OperationArgument } from "../layer-kind.ts";
import { unsupported } from "../refusals.ts";
import type { Settings } from "../settings.ts";
import { axisOf, fixedSize, nameOf, operator, valueOf } from "../values.ts";
import type { Building, Dimension, Layout, Value } from "../values.ts";

function isValue(argument: OperationArgument): argument is Value {
  return "names" in argument;
}

/** The argument at this place as a value; a number becomes one of no axes. Throws `keras/unsupported` for anything else. */
export function operandAt({ graph, args }: CallOfLayer, at: number): Value {
  const argument = args[at];
  if (argument !== undefined && isValue(argument)) return unmasked(argument);
  const constant = argument !== undefined && "constant" in argument ? constantOf(argument.constant) : undefined;
  if (constant === undefined) throw unsupported(graph.layer, "an argument that is neither a value nor a number");
  return valueOf(graph.builder.constant(constant, `${graph.layer.name}/constant`), constant.shape.map(fixedSize), {
    type: constant.type,
  });
}

/** The values of a list that is the first argument. */
export function listedOperands({ graph, args }: CallOfLayer): readonly Value[] {
  const [list] = args;
  const values = Array.isArray(list) ? (list as readonly OperationArgument[]) : [];
  if (values.length === 0 || !values.every(isValue))
    throw unsupported(graph.layer, "anything but a list of values in this operation");
  return values.map(unmasked);
}

/** Operations know nothing of masks. */
function unmasked(value: Value): Value {
  return value.mask === undefined ? value : { ...value, mask: undefined };
}

/** A number, or an array as a file has it: `{ class_name: "__numpy__", config: { value, dtype } }`. */
function constantOf(constant: unknown): Tensor | undefined {
  const held = constant as { readonly class_name?: unknown; readonly config?: { readonly value?: unknown } } | null;
  const isArray = held?.class_name === "__numpy__" || held?.class_name === "__tensor__";
  const value = isArray ? held.config?.value : constant;
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0] as unknown) shape.push(inner.length);
  const flat = (Array.isArray(value) ? value.flat(8) : [value]) as unknown[];
  if (flat.length !== shape.reduce((all, size) => all * size, 1)) return undefined;
  if (flat.every((one) => typeof one === "boolean"))
    return { type: "bool", shape, data: Uint8Array.from(flat, Number) };
  if (!flat.every((one) => typeof one === "number")) return undefined;
  const isWhole = flat.every((one) => Number.isInteger(one) && Math.abs(one) < 2 ** 31);
  return isWhole
    ? { type: "int32", shape, data: Int32Array.from(flat) }
    : { type: "float32", shape, data: Float32Array.from(flat) };
}

/** The value as numbers of this type. */
export function castTo(graph: Building, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  const [layout, name] = known([...value.names][0], "a value");
  return valueOf(operator(graph, "Cast", [name], { to: type }), value.shape, { layout, type });
}

/** All in the one type that holds them: floats before integers before what is true or false. */
export function promoted(graph: Building, values: readonly Value[], least: ElementType = "bool"): readonly Value[] {
  const order: readonly ElementType[] = ["bool", "int32", "float32"];
  const rank = Math.max(...[least, ...values.map(({ type }) => type)].map((type) => order.indexOf(type)));
  return values.map((value) => castTo(graph, value, order[rank] ?? "float32"));
}

/** With the steps first, where those of three axes are so already and nothing else has axes. */
export function layoutOf(values: readonly Value[]): Layout {
  const ranked = values.filter(({ shape }) => shape.length > 0);
  const isTurned = ranked.every(({ names, shape }) => names.has("steps") && shape.length === 3);
  return ranked.length > 0 && isTurned ? "steps" : "keras";
}

/** The sizes that broadcasting gives, from the last axis on. */
export function broadcastShape(values: readonly Value[]): readonly Dimension[] {
  const rank = Math.max(...values.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = values.flatMap(({ shape }) => shape[axis - rank + shape.length] ?? []);
    return sizes.find((one) => one.size !== 1) ?? known(sizes[0], "a size");
  });
}

/** The operator on values that are broadcast against each other. */
export function together(
  graph: Building,
  {
    name,
    type = "float32",
    attributes = {},
  }: { readonly name: string; readonly type?: ElementType; readonly attributes?: Readonly<Record<string, number>> },
  values: readonly Value[],
): Value {
  const layout = layoutOf(values);
  const names = values.map((value) => nameOf(graph, value, layout));
  return valueOf(operator(graph, name, names, attributes), broadcastShape(values), { layout, type });
}

/** The axes that a setting names, from 0 on and in order: a number, a list of them, or nothing for all. */
export function axesOf(settings: Settings, value: Value): readonly number[] {
  const given = settings.raw("axis") ?? undefined;
  if (given === undefined) return [...value.shape.keys()];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (!list.every((axis) => typeof axis === "number")) return settings.refuse("axis");
  return list.map((axis) => axisOf(value, axis)).toSorted((a, b) => a - b);
}
