/** The sheet of emoji that captions are tried on. */

export interface EmojiSheet {
  /** Pixels of a picture's side, and pictures in a row. */
  readonly side: number;
  readonly columns: number;
  /** What each shows, in both languages. */
  readonly emoji: readonly { readonly en: string; readonly vi: string }[];
}

/** Throws where it is no such list. */
export function parseEmojiSheet(json: unknown): EmojiSheet {
  const { side, columns, emoji } = (json ?? {}) as Partial<EmojiSheet>;
  if (!Number.isInteger(side) || !Number.isInteger(columns) || !Array.isArray(emoji))
    throw new Error("the list of emoji is damaged");
  return { side, columns, emoji } as EmojiSheet;
}

/** Where the upper left corner of a picture lies in the sheet. */
export function placeOnSheet(
  { side, columns }: Pick<EmojiSheet, "side" | "columns">,
  at: number,
): { readonly x: number; readonly y: number } {
  return { x: side * (at % columns), y: side * Math.floor(at / columns) };
}
