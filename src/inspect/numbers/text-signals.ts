/** Signals over a text that a network might keep track of: what Karpathy, Johnson and Fei-Fei (2015) looked for in its units. */

export interface TextSignal {
  /** `quotes`, `brackets`, … */
  readonly name: string;
  /** What it counts, in a few words. */
  readonly summary: string;
  /** Of 0 and 1 alone. */
  readonly isBinary: boolean;
  /** A number for each character; NaN where the signal says nothing. */
  readonly values: Float64Array;
}

/** Reads one character after another. */
type Reader = (character: string) => number;

interface Rule {
  readonly name: string;
  readonly summary: string;
  readonly isBinary: boolean;
  /** A reader at the beginning of a text. */
  readonly create: () => Reader;
}

const opening = new Set("([{");
const closing = new Set(")]}");
const vowels = new Set("aeiouy");

const isLineBreak = (character: string): boolean => character === "\n";
const isWord = (character: string): boolean => /^[\p{L}\p{M}\p{Nd}'’]/u.test(character);
/** A letter without its accents, in small form. */
const plainLetter = (character: string): string => character.normalize("NFD").charAt(0).toLowerCase();

/** 1 where `holds` does, whatever came before. */
function each(holds: (character: string) => boolean): () => Reader {
  return () => (character) => (holds(character) ? 1 : 0);
}

/** Characters since the last for which `ends` holds, which itself counts as 0. */
function since(ends: (character: string) => boolean): () => Reader {
  return () => {
    let count = 0;
    return (character) => (count = ends(character) ? 0 : count + 1);
  };
}

/** Straight marks open and close by turns. */
function readQuotes(): Reader {
  let isInside = false;
  return (character) => {
    const before = isInside;
    if (character === '"') isInside = !isInside;
    if (character === "“" || character === "«") isInside = true;
    if (character === "”" || character === "»") isInside = false;
    return before || isInside ? 1 : 0;
  };
}

/** Open brackets, the one at hand included; one that closes what was never opened counts for nothing. */
function readDepth(): Reader {
  let depth = 0;
  return (character) => {
    if (opening.has(character)) depth++;
    const here = depth;
    if (closing.has(character)) depth = Math.max(0, depth - 1);
    return here;
  };
}

function readInside(): Reader {
  const depth = readDepth();
  return (character) => Math.min(1, depth(character));
}

const rules: readonly Rule[] = [
  { name: "quotes", summary: "within quotation marks, these included", isBinary: true, create: readQuotes },
  { name: "brackets", summary: "within brackets, these included", isBinary: true, create: readInside },
  { name: "depth", summary: "how many brackets are open", isBinary: false, create: readDepth },
  {
    name: "line-position",
    summary: "characters of the line so far; 0 at its end",
    isBinary: false,
    create: since(isLineBreak),
  },
  {
    name: "word-position",
    summary: "characters of the word so far; 0 between words",
    isBinary: false,
    create: since((character) => !isWord(character)),
  },
  {
    name: "vowel",
    summary: "a vowel, with or without accents",
    isBinary: true,
    create: each((character) => vowels.has(plainLetter(character))),
  },
  {
    name: "space",
    summary: "a space, tab or end of line",
    isBinary: true,
    create: each((character) => /^\s/u.test(character)),
  },
  {
    name: "upper-case",
    summary: "a capital letter",
    isBinary: true,
    create: each((character) => /^\p{Lu}/u.test(character)),
  },
  { name: "digit", summary: "a digit", isBinary: true, create: each((character) => /^\p{Nd}/u.test(character)) },
];

/**
 * Signals over the characters of a text, for `trackUnits`: its code points in composed form (NFC), as a vocabulary of characters splits it; or characters given
 * one by one.
 */
export function textSignals(text: string | readonly string[]): readonly TextSignal[] {
  const characters = typeof text === "string" ? Array.from(text.normalize("NFC")) : text;
  const signals = rules.map(({ name, summary, isBinary, create }): TextSignal => {
    const read = create();
    return { name, summary, isBinary, values: Float64Array.from(characters, (character) => read(character)) };
  });
  return [...signals, lineRest(characters)];
}

/** How far the end of the line still is: what a unit would have to know that says when to break it. */
function lineRest(characters: readonly string[]): TextSignal {
  const values = new Float64Array(characters.length);
  let rest = NaN;
  for (let i = characters.length - 1; i >= 0; i--) {
    rest = isLineBreak(characters[i]!) ? 0 : rest + 1;
    values[i] = rest;
  }
  return {
    name: "line-rest",
    summary: "characters to the end of the line; nothing in a last line without one",
    isBinary: false,
    values,
  };
}
