/** The state that the closures of one interpreted program share, and how they find their words in it. */
import type { BufferId, Offset } from "../../lower/ir.ts";

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

/** The number that `offset` stands at now. */
export function valueOf({ constant, terms }: Offset, { indices }: Machine): () => number {
  if (terms.length === 0) return () => constant;
  return () => {
    let word = constant;
    for (const { loop, stride } of terms) word += indices[loop]! * stride;
    return word;
  };
}
