/** A text beside the same with its marks: what was put on, and how much of it is as someone typed it. */

export interface MarkedPiece {
  readonly text: string;
  /** Whether marks were put on. */
  readonly isMarked: boolean;
}

/** A letter without its marks; đ loses its stroke too. */
export function unmark(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D");
}

/** Runs of letters that have marks, and of those that have none. */
export function splitMarked(text: string): readonly MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  for (const letter of text.normalize("NFC")) {
    const isMarked = unmark(letter) !== letter;
    const before = pieces.at(-1);
    if (before?.isMarked === isMarked) pieces[pieces.length - 1] = { text: before.text + letter, isMarked };
    else pieces.push({ text: letter, isMarked });
  }
  return pieces;
}

/** Words that came out as they were typed, where the typed text has marks. */
export function countRight(
  typed: string,
  restored: string,
): { readonly right: number; readonly all: number } | undefined {
  const wordsOf = (text: string): readonly string[] => text.normalize("NFC").match(/[\p{L}\p{M}]+/gu) ?? [];
  if (unmark(typed) === typed.normalize("NFC")) return undefined;
  const [own, other] = [wordsOf(typed), wordsOf(restored)];
  return { right: own.filter((word, at) => word === other[at]).length, all: own.length };
}
