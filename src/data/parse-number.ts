/** Numbers as people and programs write them in tables. */

/** The mark between whole and fraction. */
export type DecimalMark = "." | ",";

/** 12, -3.5, .5, 5., 1e-3 */
const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Whole parts in groups of three with one mark throughout: a comma (a point, where the comma is the decimal mark), an apostrophe
 * or a space, also the narrow and the unbreakable one.
 */
const groupMarks = "'’ \\u00a0\\u202f";
const grouped = {
  ".": new RegExp(`^[+-]?\\d{1,3}([,${groupMarks}])\\d{3}(?:\\1\\d{3})*(?:\\.\\d+)?$`),
  ",": new RegExp(`^[+-]?\\d{1,3}([.${groupMarks}])\\d{3}(?:\\1\\d{3})*(?:,\\d+)?$`),
} as const;

/**
 * The number a trimmed text stands for, or nothing. "1,234,567" is a number where the point is the decimal mark, "1,23" is not;
 * a minus may be U+2212. Infinite where the text says more than float64 holds.
 */
export function parseNumber(text: string, decimal: DecimalMark): number | undefined {
  if (decimal === "." && plain.test(text)) return Number(text);
  const signed = text.replace(/^\u2212/, "-");
  const marks = grouped[decimal].exec(signed);
  const ungrouped = marks === null ? signed : signed.replaceAll(marks[1] ?? "", "");
  if (decimal === "," && ungrouped.includes(".")) return undefined;
  const usual = decimal === "," ? ungrouped.replace(",", ".") : ungrouped;
  return plain.test(usual) ? Number(usual) : undefined;
}
