import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeScratch } from "./place-scratch.ts";
import type { ScratchSlot } from "./place-scratch.ts";

const slots: fc.Arbitrary<readonly ScratchSlot[]> = fc.array(
  fc
    .record({ words: fc.integer({ min: 1, max: 40 }).map((n) => n * 4), first: fc.nat(20), length: fc.nat(10) })
    .map(({ words, first, length }) => ({ words, first, last: first + length })),
  { maxLength: 30 },
);

describe("placeScratch", () => {
  it("keeps apart what lives at the same time, within the words it says", () => {
    fc.assert(
      fc.property(slots, (given) => {
        const { offsets, words } = placeScratch(given);
        given.forEach((a, n) => {
          expect(offsets[n]! + a.words).toBeLessThanOrEqual(words);
          given.slice(n + 1).forEach((b, m) => {
            const [atA, atB] = [offsets[n]!, offsets[n + 1 + m]!];
            const together = a.first <= b.last && b.first <= a.last;
            if (together) expect(atA + a.words <= atB || atB + b.words <= atA).toBe(true);
          });
        });
      }),
    );
  });

  it("needs at least what lives at once, and never more than everything", () => {
    fc.assert(
      fc.property(slots, (given) => {
        const { words } = placeScratch(given);
        for (let time = 0; time <= 30; time++) {
          const live = given
            .filter((slot) => slot.first <= time && time <= slot.last)
            .reduce((sum, slot) => sum + slot.words, 0);
          expect(words).toBeGreaterThanOrEqual(live);
        }
        expect(words).toBeLessThanOrEqual(given.reduce((sum, slot) => sum + slot.words, 0));
      }),
    );
  });

  it("takes the smallest gap that is large enough", () => {
    const { offsets, words } = placeScratch([
      { words: 40, first: 0, last: 0 },
      { words: 20, first: 0, last: 9 },
      { words: 16, first: 5, last: 9 },
      { words: 12, first: 0, last: 9 },
    ]);
    expect(offsets).toEqual([0, 40, 0, 60]);
    expect(words).toBe(72);
  });
});
