/** Operations of `keras.ops` that move numbers about, and those that make them. */
import type { ElementType } from "../../../graph/tensor.ts";
import { known } from "../../../util/errors.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import { badConfig } from "../refusals.ts";
import type { Settings } from "../settings.ts";
import { axisOf, fixedSize, fixSize, integers, nameOf, operator, scalar, sizeFrom, valueOf } from "../values.ts";
import type { Building, Dimension, Value } from "../values.ts";
import { axesOf, castTo, listedOperands, operandAt, promoted } from "./operands.ts";

/** The value as it is. */
const handOn: LayerKind = { call: (call) => [operandAt(call, 0)] };

const types: Readonly<Record<string, ElementType>> = {
  float32: "float32",
  float: "float32",
  int32: "int32",
  int64: "int32",
  bool: "bool",
};

function typeOf(settings: Settings, otherwise: ElementType): ElementType {
  if (!settings.has("dtype")) return otherwise;
  const name = settings.text("dtype");
  return (Object.hasOwn(types, name) ? types[name] : undefined) ?? settings.refuse("dtype");
}

const cast: LayerKind = {
  call: (call) => {
    const value = operandAt(call, 0);
    return [castTo(call.graph, value, typeOf(call.settings, value.type))];
  },
};

/** As many of one number as a value has. */
function filled(number: 0 | 1): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = operandAt(call, 0);
      const type = typeOf(settings, value.type);
      const data =
        type === "float32" ? Float32Array.of(number) : type === "int32" ? Int32Array.of(number) : Uint8Array.of(number);
      const one = graph.builder.constant({ type, shape: [], data });
      const sizes = operator(graph, "Shape", [nameOf(graph, value)]);
      return [valueOf(operator(graph, "Expand", [one, sizes]), value.shape, { type })];
    },
  };
}

/** Whole numbers of a setting: one, or a list of them. */
function wholesOf(settings: Settings, key: string): readonly number[] {
  const given = settings.raw(key);
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isWhole = (one: unknown): one is number => Number.isSafeInteger(one) && Math.abs(Number(one)) < 2 ** 24;
  return list.every(isWhole) ? list : settings.refuse(key);
}

const expandDims: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const rank = value.shape.length + wholesOf(settings, "axis").length;
    const axes = wholesOf(settings, "axis").map((axis) => (axis < 0 ? axis + rank : axis));
    if (axes.some((axis) => axis < 0 || axis >= rank)) return settings.refuse("axis");
    const rest = [...value.shape];
    const shape = Array.from({ length: rank }, (_, axis) =>
      axes.includes(axis) ? fixedSize(1) : known(rest.shift(), "an axis"),
    );
    return [
      valueOf(operator(graph, "Unsqueeze", [nameOf(graph, value), integers(graph, axes)]), shape, { type: value.type }),
    ];
  },
};

const squeeze: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const axes = settings.has("axis")
      ? axesOf(settings, value)
      : [...value.shape.keys()].filter((axis) => value.shape[axis]?.size === 1);
    const name = operator(graph, "Squeeze", [nameOf(graph, value), integers(graph, axes)]);
    return [
      valueOf(
        name,
        value.shape.filter((_, axis) => !axes.includes(axis)),
        { type: value.type },
      ),
    ];
  },
};

function product(dimensions: readonly Dimension[]): Dimension {
  return sizeFrom(dimensions, (...sizes) => sizes.reduce((all, size) => all * size, 1));
}

/** To sizes that name the batch too; one of them may be open. */
const reshape: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const given = settings.raw("newshape");
    if (!Array.isArray(given)) return settings.refuse("newshape");
    const sizes = given.map((size: unknown) => size ?? -1);
    const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && Number(size) >= -1;
    if (sizes.length > 8 || !sizes.every(isSize) || sizes.filter((size) => size === -1).length > 1)
      return settings.refuse("newshape");
    // What the fixed sizes hold is what the file says of the input.
    for (const [axis, { size }] of value.shape.entries())
      if (axis > 0 && size !== undefined) fixSize(graph, value, axis);
    const fixed = sizes.filter((size) => size !== -1).reduce((all, size) => all * size, 1);
    const [batch, ...others] = value.shape;
    const isBatch = sizes[0] === -1 && product(others).size === fixed && batch !== undefined;
    const open = isBatch ? batch : sizeFrom([product(value.shape)], (all = 0) => Math.floor(all / Math.max(1, fixed)));
    const shape = sizes.map((size) => (size === -1 ? open : fixedSize(size)));
    return [
      valueOf(operator(graph, "Reshape", [nameOf(graph, value), integers(graph, sizes)]), shape, { type: value.type }),
    ];
  },
};

function permuted(graph: Building, value: Value, perm: readonly number[]): Value {
  if (perm.toSorted((a, b) => a - b).some((axis, at) => axis !== at) || perm.length !== value.shape.length)
    throw badConfig(
      `Layer ${JSON.stringify(graph.layer.name)} (${graph.layer.className}): [${perm.join(", ")}] is no order of ${value.shape.length} axes.`,
    );
  const shape = perm.map((axis) => known(value.shape[axis], "an axis"));
  return valueOf(operator(graph, "Transpose", [nameOf(graph, value)], { perm }), shape, { type: value.type });
}

const transpose: LayerKind = {
  call: (call) => {
    const value = operandAt(call, 0);
    const axes = [...value.shape.keys()];
    const perm = call.settings.has("axes")
      ? wholesOf(call.settings, "axes").map((axis) => axisOf(value, axis))
      : axes.toReversed();
    return [permuted(call.graph, value, perm)];
  },
};

const swapaxes: LayerKind = {
  call: (call) => {
    const value = operandAt(call, 0);
    const [a, b] = ["axis1", "axis2"].map((key) => axisOf(value, call.settings.whole(key)));
    const perm = [...value.shape.keys()].map((axis) =>
      axis === a ? known(b, "an axis") : axis === b ? known(a, "an axis") : axis,
    );
    return [permuted(call.graph, value, perm)];
  },
};

const concatenate: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const values = promoted(graph, listedOperands(call));
    const first = known(values[0], "a value");
    const axis = axisOf(first, settings.whole("axis", 0));
    const name = operator(
      graph,
      "Concat",
      values.map((value) => nameOf(graph, value)),
      { axis },
    );
    const along = sizeFrom(
      values.map(({ shape }) => known(shape[axis], "an axis")),
      (...all) => all.reduce((sum, size) => sum + size, 0),
    );
    return [
      valueOf(
        name,
        first.shape.map((size, at) => (at === axis ? along : size)),
        { type: first.type },
      ),
    ];
  },
};

const stack: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const values = promoted(graph, listedOperands(call));
    const first = known(values[0], "a value");
    const given = settings.whole("axis", 0);
    const axis = given < 0 ? given + first.shape.length + 1 : given;
    if (axis < 0 || axis > first.shape.length) return settings.refuse("axis");
    const parts = values.map((value) => operator(graph, "Unsqueeze", [nameOf(graph, value), integers(graph, [axis])]));
    const shape = first.shape.toSpliced(axis, 0, fixedSize(values.length));
    return [valueOf(operator(graph, "Concat", parts, { axis }), shape, { type: first.type })];
  },
};

const flip: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const axes = axesOf(settings, value);
    const all = (number: number): string =>
      integers(
        graph,
        axes.map(() => number),
      );
    const inputs = [nameOf(graph, value), all(-1), all(-Number.MAX_SAFE_INTEGER), integers(graph, axes), all(-1)];
    return [valueOf(operator(graph, "Slice", inputs), value.shape, { type: value.type })];
  },
};

/** A file tells a number of parts without anything to show for them. */
const mostParts = 4096;

/** Into as many equal parts, or at places. */
const split: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const axis = axisOf(value, settings.whole("axis", 0));
    const size = fixSize(graph, value, axis);
    const given = wholesOf(settings, "indices_or_sections");
    const isCount = !Array.isArray(settings.raw("indices_or_sections"));
    const count = known(given[0], "a number");
    if (isCount && (count < 1 || count > mostParts || size % count !== 0))
      return settings.refuse("indices_or_sections");
    const places = isCount ? Array.from({ length: count - 1 }, (_, at) => ((at + 1) * size) / count) : given;
    const sizes = [...places, size].map((place, at) => place - (places[at - 1] ?? 0));
    if (sizes.some((one) => one < 0)) return settings.refuse("indices_or_sections");
    const names = graph.builder.operators("Split", [nameOf(graph, value), integers(graph, sizes)], {
      name: `${graph.layer.name}/Split`,
      outputs: sizes.length,
      attributes: { axis },
    });
    return names.map((name, at) =>
      valueOf(name, value.shape.with(axis, fixedSize(known(sizes[at], "a size"))), { type: value.type }),
    );
  },
};

const pad: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = castTo(graph, operandAt(call, 0), "float32");
    if (settings.text("mode", "constant") !== "constant") return settings.refuse("mode");
    const given = settings.raw("pad_width");
    const rows = (Array.isArray(given) ? given : [given]).map((row: unknown) =>
      Array.isArray(row) ? row.map(Number) : [Number(row)],
    );
    const pairs = value.shape.map((_, axis) => (rows.length === 1 ? rows[0] : rows[axis]) ?? []);
    const [before, after] = [pairs.map(([first = NaN]) => first), pairs.map((row) => row.at(-1) ?? NaN)];
    if (![...before, ...after].every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 20))
      return settings.refuse("pad_width");
    const number =
      call.args[1] === undefined || isNothing(call.args[1])
        ? scalar(graph, 0)
        : nameOf(graph, castTo(graph, operandAt(call, 1), "float32"));
    const name = operator(graph, "Pad", [nameOf(graph, value), integers(graph, [...before, ...after]), number], {
      mode: "constant",
    });
    const shape = value.shape.map((size, axis) => {
      const more = known(before[axis], "a size") + known(after[axis], "a size");
      return more === 0 ? size : sizeFrom([size], (one = 0) => one + more);
    });
    return [valueOf(name, shape)];
  },
};

function isNothing(argument: CallOfLayer["args"][number]): boolean {
  return "constant" in argument && argument.constant === null;
}

/** Each number several times, or the whole several times. */
const tile: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const value = operandAt(call, 0);
    const given = wholesOf(settings, "repeats");
    if (given.length > value.shape.length || given.some((times) => times < 1)) return settings.refuse("repeats");
    const repeats = value.shape.map((_, axis) => given[axis - value.shape.length + given.length] ?? 1);
    const shape = value.shape.map((size, axis) =>
      sizeFrom([size], (one = 0) => one * known(repeats[axis], "a number")),
    );
    const whole = shape.map((size, axis) => (repeats[axis] === 1 ? known(value.shape[axis], "an axis") : size));
    return [
      valueOf(operator(graph, "Tile", [nameOf(graph, value), integers(graph, repeats)]), whole, { type: value.type }),
    ];
  },
};

/** Rows of the first by the numbers of the second, along an axis. */
const take: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const [value, places] = [operandAt(call, 0), castTo(graph, operandAt(call, 1), "int32")];
    if (!settings.has("axis")) return settings.refuse("axis", "of all numbers together");
    const axis = axisOf(value, settings.whole("axis"));
    const name = operator(graph, "Gather", [nameOf(graph, value), nameOf(graph, places)], { axis });
    const shape = [...value.shape.slice(0, axis), ...places.shape, ...value.shape.slice(axis + 1)];
    return [valueOf(name, shape, { type: value.type })];
  },
};

export const moveOperations: Readonly<Record<string, LayerKind>> = {
  Cast: cast,
  ConvertToTensor: cast,
  StopGradient: handOn,
  Copy: handOn,
  Identity: handOn,
  ZerosLike: filled(0),
  OnesLike: filled(1),
  ExpandDims: expandDims,
  Squeeze: squeeze,
  Reshape: reshape,
  Transpose: transpose,
  Swapaxes: swapaxes,
  Concatenate: concatenate,
  Stack: stack,
  Flip: flip,
  Split: split,
  Pad: pad,
  Tile: tile,
  Take: take,
};
