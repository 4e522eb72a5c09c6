/** Letters and the marks on them: taken apart, so that the marks can be learned, and put together again. */

/** A text as letters without marks, and the marks of each (`""` for none), in Unicode's canonical order. */
export interface UnmarkedText {
  /** Each one character without a mark, in the case of the text. */
  readonly letters: readonly string[];
  /** As many as there are letters. */
  readonly marks: readonly string[];
}

/** The mark of letters with a stroke, which Unicode does not take apart; it stands before all others. */
const stroke = "\u0338";
/** Letters with a stroke, by the letter under it. */
const struck: Readonly<Record<string, string>> = { d: "đ", D: "Đ", l: "ł", L: "Ł", o: "ø", O: "Ø" };
const plainOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(struck).map(([plain, letter]) => [letter, plain]),
);

/** A character with the marks of Latin, Greek and Cyrillic letters (U+0300 to U+036F) that follow it, or such a mark that follows none. */
const markedLetter = /([^\u0300-\u036f])([\u0300-\u036f]*)|[\u0300-\u036f]/gu;

/** Takes a text apart: `sĩ` becomes `s`, `i` and no mark, tilde; `đ` becomes `d` and a stroke. */
export function splitMarks(text: string): UnmarkedText {
  const letters: string[] = [];
  const marks: string[] = [];
  for (const [whole, letter = whole, own = ""] of text.normalize("NFD").matchAll(markedLetter)) {
    const plain = plainOf[letter];
    letters.push(plain ?? letter);
    marks.push(plain === undefined ? own : stroke + own);
  }
  return { letters, marks };
}

/** Letters with these marks, in Unicode's composed form: the opposite of `splitMarks`. */
export function joinMarks({ letters, marks }: UnmarkedText): string {
  return letters
    .map((letter, at) => {
      const own = marks[at] ?? "";
      const other = own.startsWith(stroke) ? struck[letter] : undefined;
      return other === undefined ? letter + own : other + own.slice(stroke.length);
    })
    .join("")
    .normalize("NFC");
}

/** The text without the marks of Latin, Greek and Cyrillic letters, in Unicode's composed form: `toi la bac si`. */
export function stripMarks(text: string): string {
  return splitMarks(text).letters.join("").normalize("NFC");
}
