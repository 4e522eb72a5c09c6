/** Splits a cell's text into tokens. */
import { operations } from "./operations.ts";
import { languageError, splitLines } from "./report.ts";
import type { Place } from "./syntax.ts";

/**
 * Which step's value a name stands for, as written. `plain` is `h`, `next` is `h'`; the paper spellings are `current` for `h_t` and
 * `previous` for `h_{t-1}`.
 */
export type Time = "plain" | "next" | "current" | "previous";

export type Token =
  /** `name` is without time marks; `whole` is what a `current` one is called if its `_t` is part of the name (`W_t`). */
  | { readonly kind: "name"; readonly name: string; readonly whole: string; readonly time: Time; readonly place: Place }
  | { readonly kind: "number"; readonly value: number; readonly place: Place }
  /** An operator in its first spelling, a bracket, `,` or `=`; `in` for `∈`. */
  | { readonly kind: "symbol"; readonly symbol: string; readonly place: Place }
  | { readonly kind: "line-end"; readonly place: Place };

export type NameToken = Extract<Token, { readonly kind: "name" }>;

/** Of a name or subscript, in UTF-16 units; messages repeat names. */
const longestName = 64;
/** Letters of any alphabet, marks on them, digits, subscript digits and underscores, beginning with a letter. */
const namePattern = /(?![\u02B9ₜ])\p{L}(?:(?![\u02B9ₜ])[\p{L}\p{M}\p{Nd}₀-₉_])*/uy;
const numberPattern = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const spacePattern = /[^\S\n\r]+/y;
const primePattern = /['′’\u02B9]/y;
const subscriptPattern = /\{([^{}]*)\}/y;
const wholeSubscript = /^[\p{L}\p{M}\p{Nd}₀-₉_]+$/u;

const advices: Readonly<Record<string, string>> = {
  ";": "Write one equation a line.",
  ":": "An equation is written with = alone.",
  "@": "A matrix product is written by putting the matrix before the vector: W x.",
  "|": "The absolute value is abs(v).",
  "<": "Compare with less(a, b), which is 1 or 0.",
  ">": "Compare with greater(a, b), which is 1 or 0.",
  "²": "A square is written v^2.",
  "³": "A cube is written v^3.",
  "√": "The square root is sqrt(v).",
  _: "A name begins with a letter.",
  "′": "A prime stands directly after the name of a state: h'.",
  "'": "A prime stands directly after the name of a state: h'.",
};

/** All ways to write an operator, to the first of them. */
const operatorSymbols: ReadonlyMap<string, string> = new Map(
  [...operations.values()]
    .filter(({ notation }) => notation.kind === "infix" || notation.kind === "prefix")
    .flatMap(({ spellings }) =>
      spellings
        .filter((spelling) => !/\p{L}/u.test(spelling))
        .map((spelling): [string, string] => [spelling, spellings[0] ?? spelling]),
    ),
);

const openers = new Set(["(", "[", "{"]);
const closers = new Set([")", "]", "}"]);

/**
 * The tokens of a text, each line closed by a `line-end` unless a bracket is open.
 *
 * @throws {RecurraError} `language/bad-character`, `language/bad-number` or `language/bad-name`, at the place.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const lines = splitLines(text);
  let depth = 0;
  lines.forEach((line, index) => {
    const scanner = createLineScanner(text, line, index + 1);
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
      tokens.push(token);
      if (token.kind !== "symbol") continue;
      if (openers.has(token.symbol)) depth++;
      if (closers.has(token.symbol)) depth = Math.max(0, depth - 1);
    }
    const last = index === lines.length - 1;
    if (depth === 0 || last)
      tokens.push({ kind: "line-end", place: { line: index + 1, column: line.length + 1, length: 1 } });
  });
  return tokens;
}

function createLineScanner(text: string, line: string, number: number): { next(): Token | undefined } {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match === null) return undefined;
    at += match[0].length;
    return match;
  };
  const placeFrom = (start: number): Place => ({ line: number, column: start + 1, length: Math.max(1, at - start) });

  const numberToken = (start: number, written: string): Token => {
    const value = Number(written);
    const place = placeFrom(start);
    if (!Number.isFinite(value)) {
      throw languageError(text, {
        code: "language/bad-number",
        place,
        what: "this number is too large",
        advice: ["Numbers go up to about 1.8e308."],
      });
    }
    if (line[at] === "." || line[at] === "_") {
      throw languageError(text, {
        code: "language/bad-number",
        place,
        what: `a number cannot be followed by ${line[at]}`,
        advice: ["Write it like 0.5 or 1e-5."],
      });
    }
    return { kind: "number", value, place };
  };

  const nameToken = (start: number, written: string): Token => {
    const name = written.normalize("NFC");
    if (name.length > longestName) {
      throw languageError(text, {
        code: "language/bad-name",
        place: placeFrom(start),
        what: `this name is longer than ${longestName} characters`,
      });
    }
    if (take(primePattern) !== undefined)
      return { kind: "name", name, whole: name, time: "next", place: placeFrom(start) };
    if (line[at] === "ₜ") {
      at++;
      if (!line.startsWith("₋₁", at))
        return { kind: "name", name, whole: `${name}_t`, time: "current", place: placeFrom(start) };
      at += 2;
      return { kind: "name", name, whole: name, time: "previous", place: placeFrom(start) };
    }
    if (name.endsWith("_") && line[at] === "{") return subscripted(start, name.slice(0, -1));
    if (!name.endsWith("_t") || name.length < 3)
      return { kind: "name", name, whole: name, time: "plain", place: placeFrom(start) };
    if (/^[-−–]1(?![\d.])/.test(line.slice(at, at + 3))) {
      const base = name.slice(0, -2);
      throw languageError(text, {
        code: "language/bad-name",
        place: placeFrom(start),
        what: `${name}-1 can be read in two ways`,
        advice: [
          `Write ${base}_{t-1} for the previous value of ${base}, or ${name} - 1, with spaces, for a difference.`,
        ],
      });
    }
    return { kind: "name", name: name.slice(0, -2), whole: name, time: "current", place: placeFrom(start) };
  };

  const subscripted = (start: number, base: string): Token => {
    const written = take(subscriptPattern)?.[1]?.replace(/[\s,]/g, "").replace(/[−–]/g, "-").normalize("NFC");
    const place = placeFrom(start);
    if (written === "t") return { kind: "name", name: base, whole: `${base}_t`, time: "current", place };
    if (written === "t-1") return { kind: "name", name: base, whole: base, time: "previous", place };
    if (written !== undefined && written.length <= longestName && wholeSubscript.test(written)) {
      const name = `${base}_${written}`;
      return { kind: "name", name, whole: name, time: "plain", place };
    }
    throw languageError(text, {
      code: "language/bad-name",
      place,
      what: `the subscript of ${base} is not understood`,
      advice: ["A subscript in curly brackets is t, t-1, or letters and digits: h_{t-1}, W_{xh}."],
    });
  };

  const symbolToken = (start: number): Token => {
    const character = String.fromCodePoint(line.codePointAt(at) ?? 0);
    at += character.length;
    const place = placeFrom(start);
    const operator = operatorSymbols.get(character);
    if (operator !== undefined) return { kind: "symbol", symbol: operator, place };
    if (character === "∈") return { kind: "symbol", symbol: "in", place };
    if (character === "," || character === "=" || openers.has(character) || closers.has(character))
      return { kind: "symbol", symbol: character, place };
    const advice = advices[character];
    throw languageError(text, {
      code: "language/bad-character",
      place,
      what: `${characterText(character)} has no meaning here`,
      ...(advice === undefined ? {} : { advice: [advice] }),
    });
  };

  return {
    next: () => {
      take(spacePattern);
      if (at >= line.length || line[at] === "#") return undefined;
      const start = at;
      const digits = take(numberPattern);
      if (digits !== undefined) return numberToken(start, digits[0]);
      const letters = take(namePattern);
      if (letters !== undefined) return nameToken(start, letters[0]);
      return symbolToken(start);
    },
  };
}

/** A character for people: itself, or its number where it cannot be seen. */
function characterText(character: string): string {
  if (!/[\p{C}\p{Z}\p{M}]/u.test(character)) return `\`${character}\``;
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
