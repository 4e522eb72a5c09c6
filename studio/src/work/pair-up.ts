/** An alignment in words: each thing said with the thing read that counted most for it. */
import type { Looks } from "./demo.ts";

export function pairUp(said: readonly string[], read: readonly string[], looks: Looks): string {
  return said
    .map((word, at) => {
      const row = looks[at] ?? [];
      const most = row.reduce((best, share, place) => (share > (row[best] ?? -1) ? place : best), 0);
      return `${word} ← ${read[most] ?? "–"}`;
    })
    .join(", ");
}
