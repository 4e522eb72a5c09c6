/** How wide text will be, without a DOM: Helvetica's advance widths, with a margin for fonts that stand in for it. */

/** Advance widths of Helvetica in thousandths of the font size, for U+0020 to U+007E (Adobe's AFM file). */
// prettier-ignore
const helvetica = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
  556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
  1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
  667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
  333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
  556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
] as const;

/** Fonts that replace Helvetica are up to this much wider. */
const margin = 1.04;

/** Bold is about this much wider than regular. */
const boldFactor = 1.07;

/** Letters with marks are as wide as the letter; ideographs and most symbols take a whole em. */
function characterWidth(character: string): number {
  const base = character.normalize("NFD");
  const code = base.codePointAt(0) ?? 0;
  const known = helvetica[code - 0x20];
  if (known !== undefined) return known;
  if (code >= 0x300 && code < 0x370) return 0;
  if (code >= 0x1100) return code >= 0x2000 && code < 0x2e80 ? 640 : 1000;
  return 600;
}

/** The width in pixels of one line of text. */
export function textWidth(text: string, size: number, weight: "regular" | "bold" = "regular"): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return (width / 1000) * size * margin * (weight === "bold" ? boldFactor : 1);
}

/** The text, cut with an ellipsis where it is wider than `limit` pixels. */
export function fitText(text: string, limit: number, size: number, weight: "regular" | "bold" = "regular"): string {
  if (textWidth(text, size, weight) <= limit) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size, weight) > limit) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The text in at most `lines` lines of at most `limit` pixels, broken at spaces; what does not fit ends in an ellipsis. */
export function wrapText(
  text: string,
  options: { limit: number; size: number; lines: number; weight?: "regular" | "bold" },
): readonly string[] {
  const { limit, size, weight = "regular" } = options;
  const words = text.split(/\s+/).filter((word) => word !== "");
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    const fits = textWidth(longer, size, weight) <= limit;
    if (last !== undefined && (fits || lines.length === options.lines)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => fitText(line, limit, size, weight));
}
