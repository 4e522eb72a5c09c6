import { expect, test } from "vitest";
import { advance, lastForm, restAtForm } from "./playing.ts";
import type { Playing } from "./playing.ts";

test("stops at every form, stays there a while, and ends at the last", () => {
  let now: Playing = { position: 0.4, rested: 0 };
  const rests = new Map<number, number>();
  for (let frame = 0; frame < 3000 && now.position < lastForm; frame++) {
    const next = advance(now, 17);
    expect(next.position).toBeGreaterThanOrEqual(now.position);
    expect(next.position - now.position).toBeLessThan(0.01);
    if (next.position === now.position) rests.set(now.position, (rests.get(now.position) ?? 0) + 17);
    now = next;
  }
  expect(now.position).toBe(lastForm);
  expect([...rests.keys()]).toEqual([1, 2, 3, 4]);
  for (const rest of rests.values()) expect(Math.abs(rest - restAtForm)).toBeLessThan(35);
});

test("a frame that took long does not skip a form", () => {
  expect(advance({ position: 1.9, rested: 0 }, 60_000)).toEqual({ position: 2, rested: 0 });
  expect(advance({ position: lastForm, rested: 0 }, 17).position).toBe(lastForm);
});
