/** Operators that move elements, most of them by seeing the same words otherwise. */
import { at } from "../../lower/index.ts";
import type { View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { OperatorNode } from "../graph.ts";
import { copy } from "./context.ts";
import type { LowerContext, LowerOperator } from "./context.ts";
import { broadcast, memoryOrder, permute, reshape, take } from "./placed.ts";
import { countElements } from "../tensors.ts";
import type { Placed, Range } from "./placed.ts";
import { axisFrom, numberOf } from "./settings.ts";

/** Plain numbers of a constant input; undefined where it is left out, null where it is not constant. */
function constants(node: OperatorNode, context: LowerContext, input: number): readonly number[] | undefined | null {
  const name = node.inputs[input] ?? "";
  if (name === "") return undefined;
  const tensor = context.constant(name);
  return tensor === undefined ? null : Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

const first = (names: readonly string[]): string => known(names[0], "a name");

/** The same elements in order under the shape that the output has. */
const reshaped: LowerOperator = (node, context) => {
  const from = context.place(first(node.inputs));
  const output = first(node.outputs);
  const shape = context.shape(output);
  const seen = reshape(from, shape);
  if (seen === undefined) {
    const whole = context.allocate(`${output}.whole`, from.shape);
    context.add(copy(context.builder, `${output}.copy`, from, whole));
    context.define(output, known(reshape(whole, shape), "row-major takes any shape"));
  } else context.define(output, seen);
  return true;
};

const transposed: LowerOperator = (node, context) => {
  const from = context.place(first(node.inputs));
  const axes = (node.attributes["perm"] as readonly number[] | undefined) ?? [...from.shape.keys()].reverse();
  context.define(first(node.outputs), permute(from, axes));
  return true;
};

const expanded: LowerOperator = (node, context) => {
  const output = first(node.outputs);
  context.define(output, broadcast(context.place(first(node.inputs)), context.shape(output)));
  return true;
};

const sliced: LowerOperator = (node, context) => {
  const [starts, , axes, steps] = [1, 2, 3, 4].map((input) => constants(node, context, input));
  if (starts === null || starts === undefined || axes === null || steps === null) return false;
  const output = first(node.outputs);
  const shape = context.shape(output);
  let seen = context.place(first(node.inputs));
  const rank = seen.shape.length;
  starts.forEach((given, n) => {
    const named = axes?.[n] ?? n;
    const axis = axisFrom(named, rank);
    const size = seen.shape[axis]!;
    const step = steps?.[n] ?? 1;
    const start = Math.min(Math.max(given < 0 ? given + size : given, 0), step < 0 ? size - 1 : size);
    seen = take(seen, axis, { start, step, count: shape[axis]! });
  });
  context.define(output, seen);
  return true;
};

const split: LowerOperator = (node, context) => {
  const from = context.place(first(node.inputs));
  const axis = axisFrom(numberOf(node, "axis", 0), from.shape.length);
  const size = from.shape[axis]!;
  const even = Math.ceil(size / node.outputs.length);
  const sizes = constants(node, context, 1);
  let start = 0;
  for (const [at, output] of node.outputs.entries()) {
    const count = sizes?.[at] ?? Math.min(even, size - start);
    if (output !== "") context.define(output, take(from, axis, { start, step: 1, count }));
    start += count;
  }
  return true;
};

const joined: LowerOperator = (node, context) => {
  const output = first(node.outputs);
  const shape = context.shape(output);
  const axis = axisFrom(numberOf(node, "axis", 0), shape.length);
  const parts = node.inputs.map((name) => context.place(name));
  const to = context.allocate(output, shape, { order: memoryOrder(known(parts[0], "a part")) });
  let start = 0;
  for (const part of parts) {
    const count = part.shape[axis]!;
    context.add(copy(context.builder, `${output}.part`, part, take(to, axis, { start, step: 1, count })));
    start += count;
  }
  context.define(output, to);
  return true;
};

/** Elements around the edges, axis by axis; those of a later axis include what an earlier one added. */
const padded: LowerOperator = (node, context) => {
  const [pads, value, axes] = [1, 2, 3].map((input) => constants(node, context, input));
  if (pads === null || pads === undefined || value === null || axes === null) return false;
  const output = first(node.outputs);
  const from = context.place(first(node.inputs));
  const shape = context.shape(output);
  const named = (axes ?? [...shape.keys()]).map((axis) => axisFrom(axis, shape.length));
  const before = shape.map((_, axis) => (named.includes(axis) ? pads[named.indexOf(axis)]! : 0));
  const after = shape.map((size, axis) => size - before[axis]! - from.shape[axis]!);
  if ([...before, ...after].some((count) => count < 0)) return false;
  const { mode = "constant" } = node.attributes;
  const { builder } = context;
  const to = context.allocate(output, shape, { order: memoryOrder(from) });
  const whole = (one: Placed, axis: number): Range => ({ start: 0, step: 1, count: one.shape[axis]! });
  if (mode === "constant") {
    const length = countElements(shape);
    context.add([
      { kind: "fill", name: `${output}.fill`, buffer: to.buffer, offset: at(0), length, value: value?.[0] ?? 0 },
    ]);
  }
  const middle = shape.reduce(
    (seen, _, axis) => take(seen, axis, { start: before[axis]!, step: 1, count: from.shape[axis]! }),
    to,
  );
  context.add(copy(builder, `${output}.copy`, from, middle));
  if (mode !== "constant") {
    shape.forEach((_, axis) => {
      // Of axes that come later only the middle is there so far.
      const rows = shape.reduce(
        (seen, __, other) =>
          take(
            seen,
            other,
            other > axis ? { start: before[other]!, step: 1, count: from.shape[other]! } : whole(seen, other),
          ),
        to,
      );
      const size = from.shape[axis]!;
      const [low, high] = [before[axis]!, after[axis]!];
      const outside = [...Array(low).keys(), ...Array.from({ length: high }, (_x, n) => low + size + n)];
      const sources = outside.map((place) => low + sourceOf(mode, place - low, size));
      for (const run of evenRuns(outside, sources))
        context.add(copy(builder, `${output}.edge`, take(rows, axis, run.from), take(rows, axis, run.to)));
    });
  }
  context.define(output, to);
  return true;
};

/** Places side by side whose sources are evenly apart. */
function evenRuns(
  places: readonly number[],
  sources: readonly number[],
): { readonly from: Range; readonly to: Range }[] {
  const runs: { from: Range; to: Range }[] = [];
  places.forEach((place, n) => {
    const last = runs.at(-1);
    if (last !== undefined && place === last.to.start + last.to.count) {
      const step = sources[n]! - sources[n - 1]!;
      if (last.to.count === 1 || step === last.from.step) {
        const count = last.to.count + 1;
        runs[runs.length - 1] = { from: { start: last.from.start, step, count }, to: { ...last.to, count } };
        return;
      }
    }
    runs.push({ from: { start: sources[n]!, step: 1, count: 1 }, to: { start: place, step: 1, count: 1 } });
  });
  return runs;
}

/** Which element of `size` stands at a place outside of them. */
function sourceOf(mode: unknown, place: number, size: number): number {
  if (mode === "edge") return Math.min(Math.max(place, 0), size - 1);
  if (mode === "wrap") return ((place % size) + size) % size;
  const period = Math.max(1, 2 * (size - 1));
  const within = ((place % period) + period) % period;
  return within < size ? within : period - within;
}

/** One element along an axis, or rows of axis 0 by their numbers: constant ones, or such as come in. */
const gathered: LowerOperator = (node, context) => {
  const [table = "", indices = ""] = node.inputs;
  const axis = numberOf(node, "axis", 0);
  const output = first(node.outputs);
  const chosen = constants(node, context, 1);
  const from = context.place(table);
  if (chosen !== null && chosen?.length === 1) {
    const own = axisFrom(axis, from.shape.length);
    const size = from.shape[own]!;
    const start = chosen[0]! < 0 ? chosen[0]! + size : chosen[0]!;
    context.define(
      output,
      known(reshape(take(from, own, { start, step: 1, count: 1 }), context.shape(output)), "an axis of one element"),
    );
    return true;
  }
  if (axis !== 0 || from.shape.length !== 2 || from.strides[1] !== 1) return false;
  if (chosen === null && !context.mustIndex(indices, known(from.shape[0], "rows"))) return false;
  const numbers = context.placeWhole(indices);
  const rows = countElements(context.shape(indices));
  if (chosen?.some((row) => row < 0) === true) return false;
  const columns = from.shape[1]!;
  const to = context.allocate(output, context.shape(output));
  const rowOf: View = { buffer: numbers.buffer, offset: at(0), rowStride: 1, columnStride: 0 };
  context.add([
    context.builder.map(output, { rows, columns }, (map) =>
      map.store(
        { buffer: to.buffer, offset: at(0), rowStride: columns, columnStride: 1 },
        map.load({
          buffer: from.buffer,
          offset: at(from.offset),
          rowStride: from.strides[0]!,
          columnStride: 1,
          rows: rowOf,
        }),
      ),
    ),
  ]);
  context.define(output, to);
  return true;
};

/** Lowerings of all operators that only move elements. */
export const moves: ReadonlyMap<string, LowerOperator> = new Map([
  ["Reshape", reshaped],
  ["Squeeze", reshaped],
  ["Unsqueeze", reshaped],
  ["Flatten", reshaped],
  ["Transpose", transposed],
  ["Expand", expanded],
  ["Slice", sliced],
  ["Split", split],
  ["Concat", joined],
  ["Pad", padded],
  ["Gather", gathered],
]);
