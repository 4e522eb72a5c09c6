/** What the library says of its options about reading, in terms of the flags that there are where it is said. */
import { everyRule } from "./place.ts";
import type { Place, RuleName } from "./place.ts";

/** Advice about missing values: what may be done beside filling them in. The rules of the library stand in brackets. */
const aboutMissing =
  /, (?:or )?(?:state a(?:nother)? rule|drop such rows)(?: for this column)? \(missing(?:: ([^)]*)|ByColumn: \{ .*: "drop" \})\)(, or leave (?:the column|columns) out \(columns\))?/g;

interface Phrase {
  /** As messages have it. */
  readonly code: RegExp;
  /** As a flag. */
  readonly flag: string;
  /** Instead of the phrase, where there is no such flag. */
  readonly otherwise: { readonly code: RegExp; readonly words: string };
}

const phrases: readonly Phrase[] = [
  {
    code: /\(quotes: false\)/g,
    flag: "--no-quotes",
    otherwise: { code: /,? or read without quotes \(quotes: false\)/g, words: "" },
  },
  {
    code: /\(decimal: "," or "\."\)/g,
    flag: "--decimal , or .",
    otherwise: {
      code: /Say which mark is the decimal one \(decimal: "," or "\."\)/g,
      words: "Write numbers with a decimal point",
    },
  },
  {
    code: /\(dateOrder: "day-first" or "month-first"\)/g,
    flag: "--date-order day-first or month-first",
    otherwise: { code: /,? or by the order given \(dateOrder: "day-first" or "month-first"\)/g, words: "" },
  },
  {
    code: /\(dateOrder\)/g,
    flag: "--date-order",
    otherwise: { code: /,? or with the year last in the order given \(dateOrder\)/g, words: "" },
  },
  {
    code: /\(dateOrder: "(day|month)-first"\)/g,
    flag: "--date-order $1-first",
    otherwise: { code: /Say so \(dateOrder: "(day|month)-first"\)/g, words: "Write them as 2012-01-03" },
  },
  {
    code: /\(groupColumn\)/g,
    flag: "--group COLUMN",
    otherwise: { code: /,? name the column that tells series apart \(groupColumn\)/g, words: "" },
  },
];

/** A message with the flags of a place instead of the options about reading. */
export function nameReading(message: string, place: Place): string {
  const said = message.replace(aboutMissing, (_, given: string | undefined, leave: string | undefined) =>
    adviseRules(place, namesOf(given ?? '"drop"'), leave !== undefined),
  );
  return phrases.reduce((text, { code, flag, otherwise }) => {
    if (place.reading === "nowhere") return text.replace(otherwise.code, otherwise.words);
    return text.replace(code, `(${flag}${place.reading === "here" ? "" : " when training"})`);
  }, said);
}

/** The rules of a list such as `"drop", "linear" or a value`. */
function namesOf(given: string): readonly RuleName[] {
  return everyRule.filter((rule) => given.includes(rule === "number" ? "a value" : `"${rule}"`));
}

function adviseRules({ reading, rules }: Place, given: readonly RuleName[], mayLeave: boolean): string {
  const names = given.filter((rule) => rules.includes(rule)).map((rule) => (rule === "number" ? "a number" : rule));
  if (names.length === 0) return "";
  const last = names.at(-1) ?? "";
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
  if (reading === "training") return `, or train with --missing ${list}`;
  if (names.length === 1) return `, or drop such rows (--missing ${list})`;
  const rule = `state a rule (--missing ${list})`;
  return mayLeave ? `, ${rule}, or leave the column out` : `, or ${rule}`;
}
