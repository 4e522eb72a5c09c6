/** What each word does to the feeling of a sentence, made ready to be shown. */
import type { FeltPiece } from "../../work/demo.ts";

export interface PaintedPiece {
  readonly text: string;
  readonly side: "for" | "against" | "none";
  /** From 0 to 1, beside the strongest. */
  readonly strength: number;
}

/** Log-odds below which a word did nothing worth a colour. */
const leastEffect = 0.05;

export function paintPieces(pieces: readonly FeltPiece[]): readonly PaintedPiece[] {
  const most = strongest(pieces);
  return pieces.map(({ text, effect = 0 }) => {
    if (Math.abs(effect) < leastEffect) return { text, side: "none", strength: 0 };
    return { text, side: effect > 0 ? "for" : "against", strength: Math.abs(effect) / most };
  });
}

function strongest(pieces: readonly FeltPiece[]): number {
  return Math.max(leastEffect, ...pieces.map(({ effect = 0 }) => Math.abs(effect)));
}

/** Beside the strongest, what a word must have done to be named. */
const leastShare = 0.15;

/** The words that did most for a side, the strongest first; signs are no words. */
export function tippingWords(pieces: readonly FeltPiece[], side: "for" | "against", count = 3): readonly string[] {
  const sign = side === "for" ? 1 : -1;
  const least = Math.max(leastEffect, leastShare * strongest(pieces));
  return pieces
    .filter(({ text, effect = 0 }) => sign * effect >= least && /[\p{L}\p{N}]/u.test(text))
    .sort((one, other) => sign * ((other.effect ?? 0) - (one.effect ?? 0)))
    .slice(0, count)
    .map(({ text }) => text);
}
