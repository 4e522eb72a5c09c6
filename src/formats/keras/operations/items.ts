/** `x[…]` in a functional model: steps, slices and new axes. */
import { known } from "../../../util/errors.ts";
import { endOf } from "../layers/recurrent.ts";
import type { CallOfLayer, LayerKind, OperationArgument } from "../layer-kind.ts";
import { unsupported } from "../refusals.ts";
import { fixedSize, integers, nameOf, operator, sizeFrom, valueOf } from "../values.ts";
import type { Building, Dimension, Value } from "../values.ts";
import { operandAt } from "./operands.ts";

/** One place of a key. */
type Item =
  | { readonly kind: "one"; readonly index: number }
  | {
      readonly kind: "slice";
      readonly start: number | undefined;
      readonly stop: number | undefined;
      readonly step: number;
    }
  | { readonly kind: "new" }
  | { readonly kind: "rest" };

function itemsOf({ graph, args }: CallOfLayer): readonly Item[] {
  const [, key] = args;
  const list = Array.isArray(key) ? (key as readonly OperationArgument[]) : key === undefined ? [] : [key];
  return list.map((argument) => {
    const item = "constant" in argument ? itemOf(argument.constant) : undefined;
    if (item === undefined) throw unsupported(graph.layer, "an index that is neither a number nor a slice of numbers");
    return item;
  });
}

function itemOf(value: unknown): Item | undefined {
  if (value === null) return { kind: "new" };
  if (Number.isSafeInteger(value)) return { kind: "one", index: Number(value) };
  const { class_name: className, config } = value as {
    readonly class_name?: unknown;
    readonly config?: Readonly<Record<string, unknown>>;
  };
  if (className === "__ellipsis__") return { kind: "rest" };
  if (className !== "__slice__" || config === undefined) return undefined;
  const [start, stop, step] = ["start", "stop", "step"].map((name) => config[name] ?? undefined);
  const isWhole = (one: unknown): one is number | undefined => one === undefined || Number.isSafeInteger(one);
  if (!isWhole(start) || !isWhole(stop) || !isWhole(step) || step === 0) return undefined;
  return { kind: "slice", start, stop, step: step ?? 1 };
}

const isWhole = (item: Item): boolean =>
  item.kind === "slice" && item.start === undefined && item.stop === undefined && item.step === 1;

/** Python's length of `range(size)[start:stop:step]`. */
function lengthOf({ start, stop, step }: Extract<Item, { kind: "slice" }>, size: number): number {
  const clamp = (place: number | undefined, otherwise: number): number => {
    if (place === undefined) return otherwise;
    const from = place < 0 ? place + size : place;
    return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1);
  };
  const [first, last] = step > 0 ? [clamp(start, 0), clamp(stop, size)] : [clamp(start, size - 1), clamp(stop, -1)];
  return Math.max(0, Math.ceil((last - first) / step));
}

/** With a slice of everything for each axis that the key says nothing of. */
function completed(graph: Building, items: readonly Item[], rank: number): readonly Item[] {
  const count = items.filter(({ kind }) => kind === "one" || kind === "slice").length;
  if (count > rank || items.filter(({ kind }) => kind === "rest").length > 1)
    throw unsupported(graph.layer, `a key of ${count} places for a value of ${rank} axes`);
  const others = Array.from({ length: rank - count }, (): Item => ({
    kind: "slice",
    start: undefined,
    stop: undefined,
    step: 1,
  }));
  const at = items.findIndex(({ kind }) => kind === "rest");
  return at < 0 ? [...items, ...others] : items.toSpliced(at, 1, ...others);
}

/** First what lies outside the slices is left out, then single places are taken, and at last new axes are put in. */
function itemsTaken(graph: Building, value: Value, items: readonly Item[]): Value {
  const along = items.filter(({ kind }) => kind !== "new");
  const slices = along.flatMap((item, axis) => (item.kind === "slice" && !isWhole(item) ? [{ item, axis }] : []));
  let name = nameOf(graph, value);
  if (slices.length > 0) {
    const end = Number.MAX_SAFE_INTEGER;
    const all = (pick: (slice: (typeof slices)[number]) => number): string => integers(graph, slices.map(pick));
    name = operator(graph, "Slice", [
      name,
      all(({ item: { start, step } }) => start ?? (step > 0 ? 0 : -1)),
      all(({ item: { stop, step } }) => stop ?? (step > 0 ? end : -end)),
      all(({ axis }) => axis),
      all(({ item }) => item.step),
    ]);
  }
  for (const [axis, item] of [...along.entries()].toReversed())
    if (item.kind === "one") {
      const index = graph.builder.constant({ type: "int64", shape: [], data: BigInt64Array.of(BigInt(item.index)) });
      name = operator(graph, "Gather", [name, index], { axis });
    }
  const kept = items.filter(({ kind }) => kind !== "one");
  const fresh = kept.flatMap(({ kind }, axis) => (kind === "new" ? [axis] : []));
  if (fresh.length > 0) name = operator(graph, "Unsqueeze", [name, integers(graph, fresh)]);
  const sizes = along.flatMap((item, axis): Dimension[] => {
    const size = known(value.shape[axis], "an axis");
    if (item.kind !== "slice") return [];
    return [isWhole(item) ? size : sizeFrom([size], (one = 0) => lengthOf(item, one))];
  });
  const shape = kept.map(({ kind }) => (kind === "new" ? fixedSize(1) : known(sizes.shift(), "an axis")));
  return valueOf(name, shape, { type: value.type });
}

export const getItem: LayerKind = {
  call: (call) => {
    const { graph } = call;
    const value = operandAt(call, 0);
    const items = completed(graph, itemsOf(call), value.shape.length);
    const [batch, steps, features] = items;
    const isStep =
      value.shape.length === 3 &&
      items.length === 3 &&
      batch !== undefined &&
      isWhole(batch) &&
      features !== undefined &&
      isWhole(features);
    if (isStep && steps?.kind === "one") return [endOf(graph, value, steps.index)];
    return [itemsTaken(graph, value, items)];
  },
};
