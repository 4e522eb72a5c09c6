/** The state that the closures of one interpreted program share, and how they find their words in it. */
import type { BufferId, Offset, RowWindow } from "../../lower/ir.ts";
import { assert } from "../../util/errors.ts";

/** Where a program's buffers lie, in words. */
export interface Places {
  offsetOf(buffer: BufferId): number;
}

/** What the closures of one program share. */
export interface Machine {
  readonly memory: Float64Array;
  readonly places: Places;
  /** The index each loop stands at, by loop id. */
  readonly indices: Float64Array;
}

/** The word that `offset` in `buffer` stands at now. */
export function wordAt(
  { buffer, offset }: { readonly buffer: BufferId; readonly offset: Offset },
  machine: Machine,
): () => number {
  return valueOf({ constant: machine.places.offsetOf(buffer) + offset.constant, terms: offset.terms }, machine);
}

/** The rows of `rows` that a statement works on now: from the first to before the second. */
export function rowsIn(
  window: RowWindow | undefined,
  rows: number,
  machine: Machine,
): () => { readonly from: number; readonly to: number } {
  if (window === undefined) return () => ({ from: 0, to: rows });
  const countAt = wordAt(window.count, machine);
  return () => {
    const count = machine.memory[countAt()]!;
    assert(Number.isInteger(count) && count >= 0 && count <= rows, `a window of ${count} of ${rows} rows`);
    return window.part === "first" ? { from: 0, to: count } : { from: count, to: rows };
  };
}

/** The number that `offset` stands at now. */
export function valueOf({ constant, terms }: Offset, { indices }: Machine): () => number {
  if (terms.length === 0) return () => constant;
  return () => {
    let word = constant;
    for (const { loop, stride } of terms) word += indices[loop]! * stride;
    return word;
  };
}
