/** Layers that put several values together. */
import type { ValueName } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import { badConfig, unsupported } from "../refusals.ts";
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

/**
 * Keras 3 keeps a mask where all have one, and a step that any of them counts; before, those that are there count, and a step must be in all.
 */
function mergeMasks(graph: Building, values: readonly Value[]): Value | undefined {
  const masks = values.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
  const [first, ...others] = masks;
  const isNew = graph.version.major >= 3;
  if (first === undefined || (isNew && masks.length < values.length)) return undefined;
  return others.reduce(
    (all, one) =>
      all === one
        ? all
        : valueOf(operator(graph, isNew ? "Or" : "And", [nameOf(graph, all), nameOf(graph, one)]), all.shape, {
            type: "bool",
          }),
    first,
  );
}

function elementwiseMerge(
  apply: (graph: Building, names: readonly ValueName[]) => ValueName,
  isPair = false,
): LayerKind {
  return {
    call: (call) => {
      const { graph } = call;
      const values = alignRanks(graph, severalOf(call));
      if (isPair && values.length !== 2) throw unsupported(graph.layer, `a merge of ${values.length} inputs`);
      const layout = layoutOf(values);
      const name = apply(
        graph,
        values.map((value) => nameOf(graph, value, layout)),
      );
      return [valueOf(name, broadcast(values), { layout, mask: mergeMasks(graph, values) })];
    },
  };
}

const inTurn =
  (name: string) =>
  (graph: Building, names: readonly ValueName[]): ValueName =>
    names.reduce((all, one) => operator(graph, name, [all, one]));

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
    return [valueOf(name, shape, { layout, mask: axis === rank - 1 ? allMasks(graph, values) : undefined })];
  },
};

function sumOf(sizes: readonly Dimension[]): Dimension {
  return sizeFrom(sizes, (...all) => all.reduce((sum, size) => sum + size, 0));
}

/** A step counts where it does in all that have a mask. */
function allMasks(graph: Building, values: readonly Value[]): Value | undefined {
  const masks = values.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
  const [first, ...others] = masks;
  return others.reduce<Value | undefined>(
    (all, one) =>
      all === undefined || all === one
        ? all
        : valueOf(operator(graph, "And", [nameOf(graph, all), nameOf(graph, one)]), all.shape, { type: "bool" }),
    first,
  );
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
  Subtract: elementwiseMerge(inTurn("Sub"), true),
  Multiply: elementwiseMerge(inTurn("Mul")),
  Average: elementwiseMerge((graph, names) =>
    operator(graph, "Mul", [inTurn("Add")(graph, names), scalar(graph, 1 / names.length)]),
  ),
  Maximum: elementwiseMerge(inTurn("Max")),
  Minimum: elementwiseMerge(inTurn("Min")),
  Concatenate: concatenate,
  Dot: dot,
};
