/**
 * What goes over the rows of memories outside the loop over steps, one member after the other, as matrix products over all of the member's steps: with
 * Q its queries, M its memory and A the weights of its rows, a row for each step or row of the memory
 *
 *     scores  Q Mᵀ        mixes  A M        gradient of the memory  dM += Aᵀ Q
 */
import { windowAt } from "./active.ts";
import { at, plus } from "./builder.ts";
import type { CellWork } from "./cell-work.ts";
import { outerScratchLength, packedLength } from "./ir.ts";
import type { LoopId, Offset, Statement } from "./ir.ts";
import { padTo4, viewAt } from "./location.ts";
import type { Location, Moment, TimeRange } from "./location.ts";

/**
 * Steps and rows from which a product is faster than going over rows. Measured natively on one thread, forwards and backwards together: with 12 of each as
 * much, with 24 a fourth less, with 100 a third less; and threads share the work of a product only if there is enough of it.
 */
const leastSteps = 16;

export interface MemberProduct {
  readonly name: string;
  readonly range: TimeRange;
  /** Of the memory. */
  readonly count: number;
  readonly memory: Location;
  /** What each step has: a query, or weights of the rows. */
  readonly from: Location;
  readonly to: Location;
}

/** Whether these places allow it, and it pays. Steps that lie in one place, or rows that are looked up, are no rows of a matrix. */
export function goesByProducts(
  { members }: CellWork,
  { range, loop }: Moment,
  count: number,
  places: readonly Location[],
): boolean {
  const isLong = loop === undefined && range.count >= leastSteps && count >= leastSteps;
  const isWhole = members === undefined || range.count === members.steps;
  return isLong && isWhole && places.every((one) => one.stepStride !== 0 && one.rows === undefined);
}

/** Q Mᵀ: the result's rows must have room for whole vectors. */
export function multiplyByRows(work: CellWork, product: MemberProduct): Statement {
  const { memory, count } = product;
  const packing = { depth: memory.columns, columns: count, depthStride: 1, columnStride: memory.stepStride };
  return multiplyMembers(work, product, packing);
}

/** A M: as above. */
export function mixRows(work: CellWork, product: MemberProduct): Statement {
  const { memory, count } = product;
  const packing = { depth: count, columns: memory.columns, depthStride: memory.stepStride, columnStride: 1 };
  return multiplyMembers(work, product, packing);
}

interface Packing {
  readonly depth: number;
  readonly columns: number;
  readonly depthStride: number;
  readonly columnStride: number;
}

function multiplyMembers(
  { builder, batch, members }: CellWork,
  { name, range, memory, from, to }: MemberProduct,
  packing: Packing,
): Statement {
  const { depth, columns, depthStride, columnStride } = packing;
  const width = padTo4(columns);
  const packed = builder.buffer({
    name: `${name}.packed`,
    length: packedLength(depth, width),
    role: "scratch",
    shape: [depth, width],
  });
  return builder.loop(`${name}.members`, { count: batch }, (member) => {
    const moment: Moment = { range, loop: undefined, member };
    const [a, c, window] = [viewAt(from, moment), viewAt(to, moment), windowAt(members, moment)];
    const block = { buffer: memory.buffer, offset: offsetOf(memory, member), depthStride, columnStride };
    return [
      {
        kind: "pack",
        name: `${name}.pack`,
        depth,
        columns: width,
        blocks: [{ ...block, depth, columns, depthAt: 0, columnAt: 0 }],
        to: packed,
      },
      {
        kind: "product",
        name,
        rows: range.count,
        ...(window === undefined ? {} : { window }),
        columns: width,
        depth,
        segments: 1,
        a: { buffer: a.buffer, offset: a.offset, rowStride: a.rowStride, segmentStride: 0 },
        b: packed,
        c: { buffer: c.buffer, offset: c.offset, rowStride: c.rowStride },
        accumulate: false,
      },
    ];
  });
}

/** dM += Aᵀ Q, with A `from` and Q `rows`. */
export function addMemberOuters(
  { builder, batch, members }: CellWork,
  { name, range, count, memory, from, rows }: Omit<MemberProduct, "to"> & { readonly rows: Location },
): Statement {
  const { columns } = memory;
  const sizes = { rows: count, columns, depth: range.count };
  const length = outerScratchLength(sizes);
  const scratch = builder.buffer({ name: `${name}.scratch`, length, role: "scratch" });
  return builder.loop(`${name}.members`, { count: batch }, (member) => {
    const moment: Moment = { range, loop: undefined, member };
    const [a, b, window] = [viewAt(from, moment), viewAt(rows, moment), windowAt(members, moment)];
    const part = { buffer: memory.buffer, offset: offsetOf(memory, member), rowStride: memory.stepStride };
    return [
      {
        kind: "outer",
        name,
        ...sizes,
        ...(window === undefined ? {} : { window }),
        a: { buffer: a.buffer, offset: a.offset, rowStride: a.rowStride },
        b: { buffer: b.buffer, offset: b.offset, rowStride: b.rowStride },
        c: [{ ...part, rows: count, at: 0 }],
        accumulate: true,
        scratch,
      },
    ];
  });
}

/** Where a member's rows of a memory start. */
function offsetOf(memory: Location, member: LoopId): Offset {
  return plus(at(memory.offset), member, memory.rowStride);
}
