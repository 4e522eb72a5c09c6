/** Lengths of members before and after a layer whose windows slide along the sequence. */
import { memberNumbers } from "../../lower/index.ts";
import type { BufferId, LoopId, MapBuilder, Statement, ValueId } from "../../lower/index.ts";
import { spanOf } from "../spatial.ts";
import type { Axis } from "../spatial.ts";
import type { LayerContext } from "./layer.ts";

export interface MemberLengths {
  /** Of the input and of the output; absent where all members are as long as the sequence. */
  readonly before: BufferId | undefined;
  readonly after: BufferId | undefined;
  readonly statements: readonly Statement[];
}

/** Windows of each member: ⌈n / stride⌉, or whole ones, max(0, ⌊(n - span) / stride⌋) + 1. */
export function slideLengths({ builder, batch, name, lengths }: LayerContext, axis: Axis): MemberLengths {
  if (lengths === undefined || (axis.stride === 1 && !axis.isValid))
    return { before: lengths, after: lengths, statements: [] };
  const after = builder.buffer({ name: `${name}.lengths`, length: batch, role: "scratch" });
  const count = builder.map(`${name}.lengths`, { rows: batch, columns: 1 }, (map) => {
    const length = map.load(memberNumbers(lengths));
    const shift = map.constant(axis.isValid ? -spanOf(axis) : axis.stride - 1);
    const steps = map.apply("divide", map.apply("add", length, shift), map.constant(axis.stride));
    const whole = map.apply("floor", steps);
    const windows = axis.isValid ? map.apply("add", map.apply("max", whole, map.constant(0)), map.constant(1)) : whole;
    map.store(memberNumbers(after), windows);
  });
  return { before: lengths, after, statements: [count] };
}

/** `value` at the steps that a member has, 0 at others. */
export function whereActive(
  map: MapBuilder,
  lengths: BufferId | undefined,
  loop: LoopId | undefined,
  value: ValueId,
): ValueId {
  if (lengths === undefined || loop === undefined) return value;
  const active = map.apply("less", map.loopIndex(loop), map.load(memberNumbers(lengths)));
  return map.apply("select", active, value, map.constant(0));
}
