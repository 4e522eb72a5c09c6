/** Operators that go over an axis as a whole: sums and means, softmax, normalisation, pooling. */
import type { MapBuilder, Statement, ValueId } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { OperatorNode } from "../graph.ts";
import { copy } from "./context.ts";
import type { LowerContext, LowerOperator } from "./context.ts";
import { combine } from "./elementwise.ts";
import { overElements } from "./elements.ts";
import { broadcast, reshape, take } from "./placed.ts";
import type { Placed } from "./placed.ts";
import { axisFrom, numberOf } from "./settings.ts";
import { windowsOf } from "./products.ts";

const first = (names: readonly string[]): string => known(names[0], "a name");

/** A place whose `axes` come last, as one, side by side. */
function lastAsOne(context: LowerContext, name: string, placed: Placed, axes: readonly number[]): Placed {
  const kept = [...placed.shape.keys()].filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const turned: Placed = {
    ...placed,
    shape: order.map((axis) => placed.shape[axis]!),
    strides: order.map((axis) => placed.strides[axis]!),
  };
  const size = axes.reduce((product, axis) => product * placed.shape[axis]!, 1);
  const shape = [...kept.map((axis) => placed.shape[axis]!), size];
  const seen = reshape(turned, shape);
  if (seen !== undefined && (seen.strides.at(-1) === 1 || size === 1)) return seen;
  const to = context.allocate(`${name}.turned`, turned.shape);
  context.add(copy(context.builder, `${name}.turned`, turned, to));
  return known(reshape(to, shape), "row-major takes any shape");
}

interface Rows {
  readonly name: string;
  readonly from: Placed;
  readonly to: Placed;
  /** Read beside them. */
  readonly more?: readonly Placed[];
}

/** Row by row: `emit` is given a row's value at each column, and may reduce it. */
function overRows(
  { builder }: LowerContext,
  { name, from, to, more = [] }: Rows,
  emit: (map: MapBuilder, value: ValueId, more: readonly ValueId[]) => ValueId,
): readonly Statement[] {
  const along = from.shape.length - 1;
  return overElements({ builder, name, reads: [from, ...more], writes: [to], along }, (map, reads, [write]) => {
    const [value, ...others] = reads.map((view) => map.load(view));
    map.store(known(write, "a place"), emit(map, known(value, "a value"), others));
  });
}

type Reduction = (map: MapBuilder, value: ValueId, count: number) => ValueId;

const divided = (map: MapBuilder, value: ValueId, count: number): ValueId =>
  map.apply("multiply", value, map.constant(1 / count));

const reductions: Readonly<Record<string, Reduction>> = {
  ReduceSum: (map, value) => map.reduce("sum", value),
  ReduceMean: (map, value, count) => divided(map, map.reduce("sum", value), count),
  ReduceMax: (map, value) => map.reduce("max", value),
  ReduceMin: (map, value) => map.apply("negate", map.reduce("max", map.apply("negate", value))),
  ReduceL1: (map, value) => map.reduce("sum", map.apply("abs", value)),
  ReduceL2: (map, value) => map.apply("sqrt", map.reduce("sum", map.apply("multiply", value, value))),
  ReduceSumSquare: (map, value) => map.reduce("sum", map.apply("multiply", value, value)),
};

const reduced =
  (reduction: Reduction): LowerOperator =>
  (node, context) => {
    const [x = "", given = ""] = node.inputs;
    const rank = context.shape(x).length;
    const named = given === "" ? [] : context.constant(given)?.data;
    if (named === undefined) return false;
    const listed = Array.from(named as ArrayLike<number | bigint>, Number).map((axis) => axisFrom(axis, rank));
    if (listed.length === 0 && numberOf(node, "noop_with_empty_axes", 0) !== 0) return false;
    const axes = listed.length === 0 ? [...Array(rank).keys()] : listed;
    return reduceAxes(node, context, axes, reduction);
  };

function reduceAxes(node: OperatorNode, context: LowerContext, axes: readonly number[], reduction: Reduction): boolean {
  const output = first(node.outputs);
  const from = context.place(first(node.inputs));
  if (from.shape.includes(0)) return false;
  const rows = lastAsOne(context, output, from, axes);
  const kept = rows.shape.slice(0, -1);
  const to = context.allocate(output, kept);
  const written: Placed = { ...to, shape: rows.shape, strides: [...to.strides, 0] };
  const count = rows.shape.at(-1)!;
  context.add(
    overRows(context, { name: output, from: rows, to: written }, (map, value) => reduction(map, value, count)),
  );
  context.define(output, known(reshape(to, context.shape(output)), "row-major takes any shape"));
  return true;
}

const pooledAll =
  (reduction: string): LowerOperator =>
  (node, context) => {
    const rank = context.shape(first(node.inputs)).length;
    return reduceAxes(node, context, [...Array(rank).keys()].slice(2), known(reductions[reduction], "a reduction"));
  };

/** exp(x - m) / Σ exp(x - m), or its logarithm. */
const softmax =
  (isLog: boolean): LowerOperator =>
  (node, context) => {
    const output = first(node.outputs);
    const from = context.place(first(node.inputs));
    const rank = from.shape.length;
    const axis = axisFrom(numberOf(node, "axis", -1), rank);
    if (from.shape.includes(0)) return false;
    const rows = lastAsOne(context, output, from, [axis]);
    const to = context.allocate(output, rows.shape);
    context.add(
      overRows(context, { name: output, from: rows, to }, (map, value) => {
        const apart = map.apply("subtract", value, map.reduce("max", value));
        const exponential = map.apply("exp", apart);
        const sum = map.reduce("sum", exponential);
        return isLog ? map.apply("subtract", apart, map.apply("log", sum)) : map.apply("divide", exponential, sum);
      }),
    );
    const order = [...rows.shape.keys()].slice(0, -1).toSpliced(axis, 0, rank - 1);
    context.define(output, {
      ...to,
      shape: order.map((one) => to.shape[one]!),
      strides: order.map((one) => to.strides[one]!),
    });
    return true;
  };

/** (x - mean) / √(variance + ε) over the last axes, times a scale and plus a bias. */
const layerNormalised: LowerOperator = (node, context) => {
  const [x = "", scale = "", bias = ""] = node.inputs;
  if (node.outputs.slice(1).some((name) => name !== "")) return false;
  const output = first(node.outputs);
  const from = context.place(x);
  const rank = from.shape.length;
  const axis = axisFrom(numberOf(node, "axis", -1), rank);
  if (from.shape.includes(0)) return false;
  const rows = lastAsOne(context, output, from, [...from.shape.keys()].slice(axis));
  const count = rows.shape.at(-1)!;
  const wide = from.shape.slice(axis);
  const flat = (name: string): Placed => {
    const placed = context.placeWhole(name);
    const whole = broadcast(placed, wide);
    return broadcast(
      known(reshape(whole, [count]) ?? reshape(placed, [count]), "a scale of the last axes"),
      rows.shape,
    );
  };
  const more = [scale, ...(bias === "" ? [] : [bias])].map(flat);
  const to = context.allocate(output, rows.shape);
  const epsilon = numberOf(node, "epsilon", 1e-5);
  context.add(
    overRows(context, { name: output, from: rows, to, more }, (map, value, [own = 0, added]) => {
      const apart = map.apply("subtract", value, divided(map, map.reduce("sum", value), count));
      const variance = divided(map, map.reduce("sum", map.apply("multiply", apart, apart)), count);
      const unit = map.apply("divide", apart, map.apply("sqrt", map.apply("add", variance, map.constant(epsilon))));
      const scaled = map.apply("multiply", unit, own);
      return added === undefined ? scaled : map.apply("add", scaled, added);
    }),
  );
  context.define(output, known(reshape(to, from.shape), "row-major takes any shape"));
  return true;
};

/** x · s + b for each channel, of constant statistics. */
const batchNormalised: LowerOperator = (node, context) => {
  const [x = "", ...statistics] = node.inputs;
  const [scale, bias, mean, variance] = statistics.map(
    (name) => context.constant(name)?.data as Float32Array | undefined,
  );
  if (scale === undefined || bias === undefined || mean === undefined || variance === undefined) return false;
  if (node.outputs.slice(1).some((name) => name !== "")) return false;
  const output = first(node.outputs);
  const shape = context.shape(output);
  const epsilon = numberOf(node, "epsilon", 1e-5);
  const factors = Array.from(scale, (own, c) => own / Math.sqrt(variance[c]! + epsilon));
  const offsets = factors.map((factor, c) => bias[c]! - mean[c]! * factor);
  const perChannel = (name: string, numbers: readonly number[]) => {
    const buffer = context.hold(`${output}.${name}`, numbers);
    const strides = shape.map((_, axis) => (axis === 1 ? 1 : 0));
    return {
      shape,
      reads: [{ buffer, offset: 0, shape, strides }],
      emit: (_: MapBuilder, [one = 0]: readonly ValueId[]) => one,
    };
  };
  context.define(
    output,
    combine(
      [context.pending(x, shape), perChannel("factors", factors), perChannel("offsets", offsets)],
      shape,
      (map, value = 0, factor = 0, offset = 0) => map.apply("add", map.apply("multiply", value, factor), offset),
    ),
  );
  return true;
};

/** Tap by tap over the whole output: the largest so far, or the sum. */
const pooled =
  (kind: "max" | "mean"): LowerOperator =>
  (node, context) => {
    const output = first(node.outputs);
    const from = context.place(first(node.inputs));
    const shape = context.shape(output);
    const kernel = node.attributes["kernel_shape"] as readonly number[] | undefined;
    if (kernel === undefined || shape.includes(0) || node.outputs.slice(1).some((name) => name !== "")) return false;
    const windows = windowsOf(node, from.shape.slice(2), kernel);
    // Windows that reach past an edge count fewer elements: those of zeros around are left to the plain way.
    const reaches = windows.some(
      ({ before, stride, dilation, kernel: size }, axis) =>
        before > 0 || (shape[axis + 2]! - 1) * stride + (size - 1) * dilation >= from.shape[axis + 2]!,
    );
    if (reaches) return false;
    const to = context.allocate(output, shape);
    const taps = windows.reduce<number[][]>(
      (all, window) =>
        all.flatMap((tap) => Array.from({ length: window.kernel }, (_, k) => [...tap, k * window.dilation])),
      [[]],
    );
    taps.forEach((tap, n) => {
      const seen = windows.reduce(
        (one, { stride }, axis) => take(one, axis + 2, { start: tap[axis]!, step: stride, count: shape[axis + 2]! }),
        from,
      );
      const isLast = n === taps.length - 1;
      context.add(
        overElements(
          { builder: context.builder, name: output, reads: n === 0 ? [seen] : [seen, to], writes: [to] },
          (map, reads, [write]) => {
            const [own = 0, before] = reads.map((view) => map.load(view));
            const all = before === undefined ? own : map.apply(kind === "max" ? "max" : "add", before, own);
            map.store(known(write, "a place"), kind === "mean" && isLast ? divided(map, all, taps.length) : all);
          },
        ),
      );
    });
    context.define(output, to);
    return true;
  };

/** Lowerings of all operators that take an axis as a whole. */
export const wholeAxes: ReadonlyMap<string, LowerOperator> = new Map<string, LowerOperator>([
  ...Object.entries(reductions).map(([name, reduction]): [string, LowerOperator] => [name, reduced(reduction)]),
  ["Softmax", softmax(false)],
  ["LogSoftmax", softmax(true)],
  ["LayerNormalization", layerNormalised],
  ["BatchNormalization", batchNormalised],
  ["GlobalAveragePool", pooledAll("ReduceMean")],
  ["GlobalMaxPool", pooledAll("ReduceMax")],
  ["MaxPool", pooled("max")],
  ["AveragePool", pooled("mean")],
]);
