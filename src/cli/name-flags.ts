/** What the library says of its options, in terms of the command line. */

interface Phrase {
  /** As messages have it. */
  readonly code: RegExp;
  /** As a flag; nothing where the command line has none. */
  readonly flag: string;
}

/** The longer before the shorter that they contain. */
const phrases: readonly Phrase[] = [
  { code: /\bquotes: false\b/g, flag: "--no-quotes" },
  {
    code: /\bmissing: "drop", "previous", "linear" or a value/g,
    flag: "--missing drop, previous, linear or a number",
  },
  { code: /\bmissing: "drop"/g, flag: "--missing drop" },
  { code: / for this column \(missingByColumn: [^)]*\)/g, flag: " (--missing drop)" },
  { code: /\(missing\)/g, flag: "(--missing drop)" },
  { code: /,? (?:or )?let it count as missing \(missingMarks\)/g, flag: "" },
  {
    code: /,? or (?:read the column as text|give its type when reading|name another type for the column) \(types[^)]*\)/g,
    flag: "",
  },
  { code: /\bdecimal: "," or "\."/g, flag: "--decimal , or ." },
  { code: /\bdateOrder(?::? "day-first" or "month-first")/g, flag: "--date-order day-first or month-first" },
  { code: /\bdateOrder: "(day|month)-first"/g, flag: "--date-order $1-first" },
  { code: /\bdateOrder\b/g, flag: "--date-order" },
  { code: /,? or say which to keep \(duplicates: [^)]*\)/g, flag: "" },
  { code: /\(groupColumn\)/g, flag: "(--group COLUMN)" },
  { code: /give the step \(dateStep\) or rows/g, flag: "give rows" },
  { code: /name it \(date\)/g, flag: "name it (--date COLUMN)" },
  { code: / \(columns\)/g, flag: "" },
  { code: / or give its encoding \(encoding: [^)]*\)/g, flag: "" },
  { code: /give it \(format\): /g, flag: "end its name in " },
  { code: /use the form "subtract-last" or "difference"/g, flag: "use --difference instead of --normalise window" },
  { code: /\brestore: "diacritics"/g, flag: "--restore diacritics" },
  { code: /\bclip: \{ kind: "norm", most: 1 \}/g, flag: "--clip 1" },
  { code: /lower the learning rate to (\S+)\./g, flag: "lower the learning rate: --rate $1." },
  { code: /leave out bidirectional\b/g, flag: "leave out --bidirectional" },
  { code: /hold back more \(validation\)/g, flag: "hold back more (--validation)" },
  { code: /\b(test|validation): (-?[\d.]+)/g, flag: "--$1 $2" },
];

/** Stands for the nth text that is kept: a character of Unicode's private use, which no phrase has. */
const standIn = (at: number): string => String.fromCodePoint(0xf0000 + at);

/**
 * A message with flags in place of options in code, which the command line does not have. What is the user's own stays as it is: whatever stands in quotes, and the words of the
 * command line with the parts of their paths.
 */
export function nameFlags(message: string, words: readonly string[] = []): string {
  const quoted = message.match(/"[^"]*"/g) ?? [];
  const kept = [...new Set([...words, ...words.flatMap((word) => word.split(/[/\\=]/)), ...quoted])]
    .filter((text) => rewrite(text) !== text)
    .sort((a, b) => b.length - a.length);
  const hidden = kept.reduce((text, own, at) => text.replaceAll(own, standIn(at)), message);
  return kept.reduce((text, own, at) => text.replaceAll(standIn(at), () => own), rewrite(hidden));
}

function rewrite(text: string): string {
  return phrases.reduce((sofar, { code, flag }) => sofar.replace(code, flag), text);
}
