/** What a map knows of time: the number of its step, and whose rows it works on. */
import type { MapBuilder } from "./builder.ts";
import { at, plus } from "./builder.ts";
import type { LowerCellOptions } from "./cell-options.ts";
import { memberNumbers } from "./fill.ts";
import type { BufferId, ValueId } from "./ir.ts";
import type { Moment } from "./location.ts";

export interface MapTime {
  /** The step's number `t`, counted from where a member's sequence starts in the direction of processing. */
  stepNumber(): ValueId;
  /** A number of each member's, from a buffer `[batch]`. */
  ofMember(buffer: BufferId): ValueId;
}

/** `needSteps` is called in a map over all rows of the range at once, which cannot tell its steps apart. */
export function createMapTime(
  map: MapBuilder,
  options: LowerCellOptions,
  { range, loop, member }: Moment,
  needSteps: (() => void) | undefined,
): MapTime {
  const { lengths, clock, steps, reverse = false } = options;
  // The step's place in the sequence as it lies in memory.
  const position = (): ValueId => {
    const { first, count, segment } = range;
    if (count > 1 || segment !== undefined) needSteps?.();
    let index = map.constant(first);
    if (member !== undefined) return map.apply("add", index, map.rowIndex());
    if (loop !== undefined) index = map.apply("add", index, map.loopIndex(loop));
    if (segment === undefined) return index;
    return map.apply("add", index, map.apply("multiply", map.loopIndex(segment.loop), map.constant(segment.steps)));
  };
  const ofMember = (buffer: BufferId): ValueId =>
    member === undefined
      ? map.load(memberNumbers(buffer))
      : map.load({ buffer, offset: plus(at(0), member, 1), rowStride: 0, columnStride: 0 });
  return {
    ofMember: (buffer) => {
      needSteps?.();
      return ofMember(buffer);
    },
    stepNumber: () => {
      if (!reverse) return clock === undefined ? position() : map.apply("add", position(), ofMember(clock));
      const count = lengths === undefined ? map.constant(steps) : ofMember(lengths);
      return map.apply("subtract", map.apply("subtract", count, map.constant(1)), position());
    },
  };
}
