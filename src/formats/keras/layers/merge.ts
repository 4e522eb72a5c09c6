/** Layers that put several values together. */
import type { ValueName } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import { badConfig, unsupported } from "../refusals.ts";
import { isSince } from "../topology.ts";
import { axisOf, fixedSize, integers, nameOf, operator, scalar, sizeFrom, valueOf } from "../values.ts";
import type { Building, Dimension, Layout, Value } from "../values.ts";

function severalOf({ graph, inputs }: CallOfLayer): readonly Value[] {
  if (inputs.length === 0)
    throw badConfig(`Layer ${JSON.stringify(graph.layer.name)} (${graph.layer.className}): it has no inputs.`);
  return inputs;
}

/** All with the steps first, where they are so already. */
function layoutOf(values: readonly Value[]): Layout {
  return values.every(({ names, shape }) => names.has("steps") && shape.length === 3) ? "steps" : "keras";
}

/** Values of fewer axes get axes of length 1 after the batch. */
function alignRanks(graph: Building, values: readonly Value[]): readonly Value[] {
  const rank = Math.max(...values.map(({ shape }) => shape.length));
  return values.map((value) => {
    const missing = rank - value.shape.length;
    if (missing === 0) return value;
    const axes = Array.from({ length: missing }, (_, at) => at + 1);
    const name = operator(graph, "Unsqueeze", [nameOf(graph, value), integers(graph, axes)]);
    const [batch, ...others] = value.shape;
    const ones: readonly Dimension[] = axes.map(() => fixedSize(1));
    return valueOf(name, [known(batch, "the batch"), ...ones, ...others], { mask: value.mask });
  });
}

/** The sizes that broadcasting gives. */
function broadcast(values: readonly Value[]): readonly Dimension[] {
  const [first, ...others] = values;
  return known(first, "a value").shape.map((size, axis) => {
    const sizes = [size, ...others.map(({ shape }) => known(shape[axis], "an axis"))];
    return sizes.find((one) => one.size !== 1) ?? size;
  });
}

/** Which of the steps that count in these count in all of them, or in any. */
function together(graph: Building, how: "And" | "Or", masks: readonly Value[]): Value | undefined {
  const [first, ...others] = masks;
  return others.reduce(
    (all, one) =>
      all === undefined || all === one
        ? all
        : valueOf(operator(graph, how, [nameOf(graph, all), nameOf(graph, one)]), all.shape, { type: "bool" }),
    first,
  );
}

/**
 * Until Keras 3 the masks that are there count, and a step must be in all. Keras 3 hands no mask through a merge before 3.4, and from then on one where all have one, with the steps that any of them counts. So it is for features side by side.
 */
function mergeMasks(graph: Building, values: readonly Value[]): Value | undefined {
  const masks = values.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
  if (!isSince(graph.version, 3)) return together(graph, "And", masks);
  return isSince(graph.version, 3, 4) && masks.length === values.length ? together(graph, "Or", masks) : undefined;
}

/** A value that is merged, and which of its numbers count, where that matters. */
interface Part {
  readonly name: ValueName;
  readonly marks: ValueName | undefined;
}

type Merge = (graph: Building, parts: readonly Part[]) => ValueName;

/** `asksMasks`: from Keras 3.4 on it leaves out what does not count. */
function elementwiseMerge(apply: Merge, { isPair = false, asksMasks = false } = {}): LayerKind {
  return {
    call: (call) => {
      const { graph } = call;
      const values = alignRanks(graph, severalOf(call));
      if (isPair && values.length !== 2) throw unsupported(graph.layer, `a merge of ${values.length} inputs`);
      const layout = layoutOf(values);
      const parts = values.map(({ mask, ...value }): Part => ({
        name: nameOf(graph, value, layout),
        marks:
          mask !== undefined && asksMasks && isSince(graph.version, 3, 4)
            ? wideMask(graph, mask, { layout, rank: value.shape.length })
            : undefined,
      }));
      return [valueOf(apply(graph, parts), broadcast(values), { layout, mask: mergeMasks(graph, values) })];
    },
  };
}

/** A mask with axes of length 1 for the features. */
function wideMask(
  graph: Building,
  mask: Value,
  { layout, rank }: { readonly layout: Layout; readonly rank: number },
): ValueName {
  const axes = Array.from({ length: rank - mask.shape.length }, (_, at) => mask.shape.length + at);
  return operator(graph, "Unsqueeze", [nameOf(graph, mask, layout), integers(graph, axes)]);
}

const inTurn =
  (name: string): Merge =>
  (graph, parts) =>
    parts.map((part) => part.name).reduce((all, one) => operator(graph, name, [all, one]));

/** What does not count multiplies by 1, and what counts in no factor becomes 0. */
const product: Merge = (graph, parts) => {
  const factors = parts.map(({ name, marks }) => ({
    name: marks === undefined ? name : operator(graph, "Where", [marks, name, scalar(graph, 1)]),
    marks,
  }));
  const all = inTurn("Mul")(graph, factors);
  const marks = parts.flatMap((part) => (part.marks === undefined ? [] : [part.marks]));
  if (marks.length < parts.length) return all;
  const any = marks.reduce((one, other) => operator(graph, "Or", [one, other]));
  return operator(graph, "Where", [any, all, scalar(graph, 0)]);
};

/** What does not count gives way to what does. */
const extreme =
  (how: "Max" | "Min"): Merge =>
  (graph, parts) => {
    const choose = (marks: ValueName | undefined, name: ValueName, otherwise: ValueName): ValueName =>
      marks === undefined ? name : operator(graph, "Where", [marks, name, otherwise]);
    return parts.reduce((all, one) => {
      const next = choose(one.marks, one.name, all.name);
      const name = operator(graph, how, [choose(all.marks, all.name, next), next]);
      const isBoth = all.marks !== undefined && one.marks !== undefined;
      return { name, marks: isBoth ? operator(graph, "Or", [all.marks, one.marks]) : undefined };
    }).name;
  };

const concatenate: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const values = severalOf(call);
    const [first] = values;
    const rank = known(first, "a value").shape.length;
    if (values.some(({ shape }) => shape.length !== rank))
      throw unsupported(graph.layer, "inputs of different numbers of axes");
    const axis = axisOf(known(first, "a value"), settings.whole("axis", -1));
    const layout = axis === rank - 1 ? layoutOf(values) : "keras";
    const name = operator(
      graph,
      "Concat",
      values.map((value) => nameOf(graph, value, layout)),
      { axis },
    );
    const sizes = values.map(({ shape }) => known(shape[axis], "an axis"));
    const shape = known(first, "a value").shape.map((size, at) => (at === axis ? sumOf(sizes) : size));
    const mask =
      axis === rank - 1 ? mergeMasks(graph, values) : axis < 2 ? joinedMasks(graph, values, axis) : undefined;
    return [valueOf(name, shape, { layout, mask })];
  },
};

function sumOf(sizes: readonly Dimension[]): Dimension {
  return sizeFrom(sizes, (...all) => all.reduce((sum, size) => sum + size, 0));
}

/** Sequences one after the other, or batches: so are their masks, from Keras 3.4 on and before Keras 3. */
function joinedMasks(graph: Building, values: readonly Value[], axis: number): Value | undefined {
  const isBetween = isSince(graph.version, 3) && !isSince(graph.version, 3, 4);
  if (isBetween || values.every(({ mask }) => mask === undefined)) return undefined;
  const names = values.map((value) => (value.mask === undefined ? allSteps(graph, value) : nameOf(graph, value.mask)));
  const sizes = [0, 1].map((at) => {
    const along = values.map(({ shape }) => known(shape[at], "an axis"));
    return at === axis ? sumOf(along) : known(along[0], "an axis");
  });
  return valueOf(operator(graph, "Concat", names, { axis }), sizes, { type: "bool" });
}

/** bool `[batch, steps]`, all true. */
function allSteps(graph: Building, value: Value): ValueName {
  const sizes = operator(graph, "Shape", [nameOf(graph, value)], { start: 0, end: 2 });
  const one = graph.builder.constant({ type: "bool", shape: [], data: Uint8Array.of(1) });
  return operator(graph, "Expand", [one, sizes]);
}

/** Products of the vectors along an axis of each, for each member: matrices of at most three axes. */
const dot: LayerKind = {
  call: (call) => {
    const { graph, settings } = call;
    const [a, b, ...more] = call.inputs;
    if (a === undefined || b === undefined || more.length > 0)
      throw unsupported(graph.layer, `a product of ${call.inputs.length} inputs`);
    const given = settings.raw("axes");
    const [first, second] =
      Array.isArray(given) && given.length === 2 ? given.map(Number) : [Number(given), Number(given)];
    const isNormal = settings.flag("normalize", false);
    const left = matrixFor(graph, a, { axis: axisOf(a, known(first, "an axis")), isFirst: true, isNormal });
    const right = matrixFor(graph, b, { axis: axisOf(b, known(second, "an axis")), isFirst: false, isNormal });
    const product = operator(graph, "MatMul", [left.name, right.name]);
    const shape = [known(a.shape[0], "the batch"), ...left.rest, ...right.rest];
    // Of two vectors [1, 1] is left, of a vector and a matrix an axis of length 1 to take away.
    const idle = left.rest.length === 0 ? 1 : right.rest.length === 0 ? 2 : undefined;
    const name = idle === undefined ? product : operator(graph, "Squeeze", [product, integers(graph, [idle])]);
    return [valueOf(name, shape.length === 1 ? [...shape, fixedSize(1)] : shape)];
  },
};

interface DotSide {
  readonly axis: number;
  readonly isFirst: boolean;
  readonly isNormal: boolean;
}

/** `[batch, rest, axis]`, or `[batch, axis, rest]` for the second: a vector has one row, or one column. */
function matrixFor(
  graph: Building,
  value: Value,
  { axis, isFirst, isNormal }: DotSide,
): { readonly name: ValueName; readonly rest: readonly Dimension[] } {
  const rank = value.shape.length;
  if (rank < 2 || rank > 3 || axis === 0)
    throw unsupported(graph.layer, `a product along axis ${axis} of ${rank} axes`);
  const plain = nameOf(graph, value);
  const name = isNormal ? normalised(graph, plain, axis) : plain;
  if (rank === 2) return { name: operator(graph, "Unsqueeze", [name, integers(graph, [isFirst ? 1 : 2])]), rest: [] };
  const wanted = isFirst ? 2 : 1;
  const rest = [known(value.shape[3 - axis], "an axis")];
  return { name: axis === wanted ? name : operator(graph, "Transpose", [name], { perm: [0, 2, 1] }), rest };
}

/** Vectors along an axis over their length. */
export function normalised(graph: Building, name: ValueName, axis: number): ValueName {
  const squares = operator(graph, "ReduceSum", [operator(graph, "Mul", [name, name]), integers(graph, [axis])], {
    keepdims: 1,
  });
  return operator(graph, "Div", [
    name,
    operator(graph, "Sqrt", [operator(graph, "Max", [squares, scalar(graph, 1e-12)])]),
  ]);
}

export const mergeLayers: Readonly<Record<string, LayerKind>> = {
  Add: elementwiseMerge(inTurn("Add")),
  Subtract: elementwiseMerge(inTurn("Sub"), { isPair: true }),
  Multiply: elementwiseMerge(product, { asksMasks: true }),
  Average: elementwiseMerge((graph, parts) =>
    operator(graph, "Mul", [inTurn("Add")(graph, parts), scalar(graph, 1 / parts.length)]),
  ),
  Maximum: elementwiseMerge(extreme("Max"), { asksMasks: true }),
  Minimum: elementwiseMerge(extreme("Min"), { asksMasks: true }),
  Concatenate: concatenate,
  Dot: dot,
};
