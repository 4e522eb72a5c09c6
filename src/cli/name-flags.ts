/** What the library says of its options, in terms of the command line. */

import { nameReading } from "./name-reading.ts";
import { anywhere } from "./place.ts";
import type { Place } from "./place.ts";

interface Phrase {
  /** As messages have it. */
  readonly code: RegExp;
  /** As a flag; nothing where the command line has none. */
  readonly flag: string;
}

/** The longer before the shorter that they contain. */
const phrases: readonly Phrase[] = [
  { code: /,? (?:or )?let it count as missing \(missingMarks\)/g, flag: "" },
  {
    code: /,? or (?:read the column as text|give its type when reading|name another type for the column) \(types[^)]*\)/g,
    flag: "",
  },
  { code: /\bgive dateOrder\b/g, flag: "give --date-order" },
  {
    code: /, (name the column that tells series apart \([^)]*\)), or say which to keep \(duplicates: [^)]*\)/g,
    flag: " or $1",
  },
  { code: /,? or say which to keep \(duplicates: [^)]*\)/g, flag: "" },
  { code: /give the step \(dateStep\) or rows/g, flag: "give rows" },
  { code: /name it \(date\)/g, flag: "name it (--date COLUMN)" },
  { code: / \(columns\)/g, flag: "" },
  { code: / or give its encoding \(encoding: [^)]*\)/g, flag: "" },
  { code: /give it \(format\): /g, flag: "end its name in " },
  { code: /use the form "subtract-last" or "difference"/g, flag: "use --difference instead of --normalise window" },
  { code: /\brestore: "diacritics"/g, flag: "--restore diacritics" },
  { code: /\bclip: \{ kind: "norm", most: 1 \}/g, flag: "--clip 1" },
  { code: /lower the learning rate to (\S+)\./g, flag: "lower the learning rate: --rate $1." },
  { code: /say its shape \(shapes\)/g, flag: "say its shape (--shape INPUT=SIZE,SIZE,…)" },
  { code: /say which inputs stay the same \(fixed\)/g, flag: "say which inputs stay the same (--fixed INPUT=NUMBERS)" },
  { code: /say of how many steps/g, flag: "say of how many steps (--steps)" },
  { code: /leave out bidirectional\b/g, flag: "leave out --bidirectional" },
  { code: /hold back more \(validation\)/g, flag: "hold back more (--validation)" },
  { code: /\b(test|validation): (-?[\d.]+)/g, flag: "--$1 $2" },
];

/** Stands for the nth text that is kept: a character of Unicode's private use, which no phrase has. */
const standIn = (at: number): string => String.fromCodePoint(0xf0000 + at);

/**
 * A message with the flags of a place instead of options in code, which the command line does not have. What is the user's own stays as it is: whatever stands in quotes, and the words of the
 * command line with the parts of their paths.
 */
export function nameFlags(message: string, words: readonly string[] = [], place: Place = anywhere): string {
  const rewrite = (text: string): string =>
    phrases.reduce((sofar, { code, flag }) => sofar.replace(code, flag), nameReading(text, place));
  const quoted = message.match(/"[^"]*"/g) ?? [];
  const kept = [...new Set([...words, ...words.flatMap((word) => word.split(/[/\\=]/)), ...quoted])]
    .filter((text) => rewrite(text) !== text)
    .sort((a, b) => b.length - a.length);
  const hidden = kept.reduce((text, own, at) => text.replaceAll(own, standIn(at)), message);
  return kept.reduce((text, own, at) => text.replaceAll(standIn(at), () => own), rewrite(hidden));
}
