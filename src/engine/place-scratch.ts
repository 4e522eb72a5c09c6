/** Shares memory among buffers that are never needed at the same time. */

/** A buffer to place: its size, and the statements (both included) between which it must keep its contents. */
export interface ScratchSlot {
  readonly words: number;
  readonly first: number;
  readonly last: number;
}

export interface ScratchPlacement {
  /** Of each slot, in the order given. */
  readonly offsets: readonly number[];
  /** Words that all of them take together. */
  readonly words: number;
}

/**
 * Greedy by size (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference", algorithm 3): the
 * largest first, each into the smallest gap that holds it between those already placed that live at the same time, else after them.
 */
export function placeScratch(slots: readonly ScratchSlot[]): ScratchPlacement {
  const order = slots
    .map((_, n) => n)
    .sort((a, b) => slots[b]!.words - slots[a]!.words || slots[a]!.first - slots[b]!.first || a - b);
  const offsets: number[] = slots.map(() => 0);
  const placed: number[] = [];
  let words = 0;
  for (const n of order) {
    const slot = slots[n]!;
    const around = placed.filter((other) => slots[other]!.first <= slot.last && slot.first <= slots[other]!.last);
    around.sort((a, b) => offsets[a]! - offsets[b]!);
    const offset = findGap(
      around.map((other) => ({ offset: offsets[other]!, words: slots[other]!.words })),
      slot.words,
    );
    offsets[n] = offset;
    words = Math.max(words, offset + slot.words);
    placed.push(n);
  }
  return { offsets, words };
}

/** The start of the smallest gap of at least `words` between `taken` (by offset, may overlap), or the end of the last. */
function findGap(taken: readonly { readonly offset: number; readonly words: number }[], words: number): number {
  let best: number | undefined;
  let bestSize = Infinity;
  let end = 0;
  for (const { offset, words: size } of taken) {
    const gap = offset - end;
    if (gap >= words && gap < bestSize) {
      best = end;
      bestSize = gap;
    }
    end = Math.max(end, offset + size);
  }
  return best ?? end;
}
