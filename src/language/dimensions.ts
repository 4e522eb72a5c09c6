/** Dimensions that are yet to be found out, and what is known of them: unification. */
import { known } from "../util/errors.ts";
import type { Dimension } from "./graph.ts";

/** A dimension under inference. */
export type DimensionId = number;

interface Slot {
  parent: DimensionId;
  /** How many slots hang below, itself included. */
  size: number;
  /** What it is, once known; only at the root. */
  value: Dimension | undefined;
  /** Why that is its value, for people. */
  origin: string;
  /** The line in which a slot that was open got its value. */
  settledIn: number | undefined;
}

/** Union–find by size; without path compression, so that the way a dimension took can still be told. */
export interface DimensionTable {
  /** A dimension that nothing is known of. */
  open(): DimensionId;
  /** A dimension with a value, and the reason for it ("h is a state"). */
  fixed(value: Dimension, origin: string): DimensionId;
  /** Makes both the same, in the given line; false (and nothing done) if they have different values. */
  unify(a: DimensionId, b: DimensionId, line: number): boolean;
  value(id: DimensionId): Dimension | undefined;
  same(a: DimensionId, b: DimensionId): boolean;
  /** Why the dimension has its value; "" while it has none. */
  reason(id: DimensionId): string;
}

export function createDimensionTable(): DimensionTable {
  const slots: Slot[] = [];
  const slot = (id: DimensionId): Slot => known(slots[id], "dimension");
  const root = (id: DimensionId): DimensionId => {
    let at = id;
    while (slot(at).parent !== at) at = slot(at).parent;
    return at;
  };
  const add = (value: Dimension | undefined, origin: string): DimensionId => {
    slots.push({ parent: slots.length, size: 1, value, origin, settledIn: undefined });
    return slots.length - 1;
  };

  return {
    open: () => add(undefined, ""),
    fixed: add,
    value: (id) => slot(root(id)).value,
    same: (a, b) => root(a) === root(b),
    unify: (a, b, line) => {
      const [first, second] = [slot(root(a)), slot(root(b))];
      if (first === second) return true;
      if (first.value !== undefined && second.value !== undefined && first.value !== second.value) return false;
      const [large, small] = first.size >= second.size ? [first, second] : [second, first];
      if ((large.value === undefined) !== (small.value === undefined)) {
        const [valued, open] = large.value === undefined ? [small, large] : [large, small];
        open.settledIn = line;
        open.origin = valued.origin;
        large.value = valued.value;
      }
      small.parent = large.parent;
      large.size += small.size;
      return true;
    },
    reason: (id) => {
      const { value, origin } = slot(root(id));
      if (value === undefined) return "";
      for (let at = id; ; at = slot(at).parent) {
        const { settledIn, origin: own } = slot(at);
        if (settledIn !== undefined) return `since line ${settledIn} (${own})`;
        if (own !== "") return `(${own})`;
        if (slot(at).parent === at) return `(${origin})`;
      }
    },
  };
}
