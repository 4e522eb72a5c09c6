/** Formulas in one line of SVG text: italic names, bold matrices, subscripts and superscripts. */
import { printSignificant } from "./format-number.ts";
import type { MathTarget, PrintedName } from "./math.ts";
import { greekLetters } from "./symbol.ts";
import type { Accent } from "./symbol.ts";
import { element, escapeXml } from "./svg.ts";
import { textWidth } from "./text-width.ts";

/** A piece of a line in one style. */
export interface Run {
  readonly text: string;
  readonly style: "plain" | "italic" | "bold";
  /** Below or above the line, in smaller type. */
  readonly level: "line" | "below" | "above";
}

export type RichText = readonly Run[];

/** Size of subscripts to that of the line. */
const smallFactor = 0.72;
/** How far subscripts sink and superscripts rise, in font sizes. */
const shifts = { line: 0, below: 0.24, above: -0.36 } as const;

export function plainText(text: string): RichText {
  return [{ text, style: "plain", level: "line" }];
}

const accentMarks: Readonly<Record<Accent, string>> = { hat: "\u0302", tilde: "\u0303", bar: "\u0304" };

/** A name with its subscripts and its step: h with t−1 below. */
export function printRichName({ symbol, time, rank, letters }: PrintedName): RichText {
  const base = greekLetters[symbol.base] ?? symbol.base;
  const mark = symbol.accent === undefined ? "" : accentMarks[symbol.accent];
  const style = rank === 2 ? "bold" : "italic";
  const runs: Run[] = [{ text: base + mark, style, level: "line" }];
  const parts = symbol.subscripts.map((part): Run => {
    const word = part.length > 1 && !/^\p{L}?\d*$/u.test(part) && ![...part].every((letter) => letters.has(letter));
    return { text: greekLetters[part] ?? part, style: word ? "plain" : "italic", level: "below" };
  });
  if (time !== undefined) parts.push({ text: time === "t" ? "t" : "t−1", style: "italic", level: "below" });
  parts.forEach((part, at) =>
    runs.push(...(at > 0 ? [{ text: ",", style: "plain", level: "below" } as const] : []), part),
  );
  return runs;
}

const raise = (content: RichText): RichText => content.map((run) => ({ ...run, level: "above" }));
const joined = (left: RichText, symbol: string, right: RichText): RichText => [...left, ...plainText(symbol), ...right];
const bracket = (content: RichText): RichText => joined(plainText("("), "", [...content, ...plainText(")")]);

const infixSymbols: Readonly<Record<string, string>> = { "-": "−", "*": "⊙" };
const fences: Readonly<Record<string, readonly [string, string]>> = {
  abs: ["|", "|"],
  floor: ["⌊", "⌋"],
  ceil: ["⌈", "⌉"],
  sqrt: ["√(", ")"],
};

/** The letters of a LaTeX function name: `\\log\\sigma` is log σ. */
function readCallName(latex: string): string {
  const plain = latex
    .replace(/\\operatorname\{([^{}]*)\}/g, "$1 ")
    .replace(/\\([A-Za-z]+)/g, (_, word: string) => `${greekLetters[word] ?? word} `);
  return plain.replaceAll("\\", "").trim();
}

/** How expressions look in a line of text. */
export const richTarget: MathTarget<RichText> = {
  name: printRichName,
  number: (value) =>
    plainText(
      printSignificant(value, 6)
        .replace(/(\.\d*?)0+(?=e|$)/, "$1")
        .replace(/\.(?=e|$)/, ""),
    ),
  multiply: (left, right, form) => joined(left, { elementwise: " ⊙ ", beside: "\u2009", dot: " · " }[form], right),
  infix: (notation, left, right) => joined(left, ` ${infixSymbols[notation.symbol] ?? notation.symbol} `, right),
  prefix: (notation, argument) => joined([], infixSymbols[notation.symbol] ?? notation.symbol, argument),
  call: (notation, _, args) => {
    const list = args.flatMap((arg, at) => (at === 0 ? arg : joined([], ", ", arg)));
    return [...plainText(readCallName(notation.latex)), ...bracket(list)];
  },
  fence: (_, name, argument) => {
    const [open, close] = fences[name] ?? [`${name}(`, ")"];
    return joined(plainText(open), "", [...argument, ...plainText(close)]);
  },
  divide: { flat: true, print: (left, right) => joined(left, " / ", right) },
  power: (base, exponent) => [...base, ...raise(exponent)],
  product: (matrix, vector) => joined(matrix, "\u2009", vector),
  bracket,
};

function runWidth(run: Run, size: number): number {
  return textWidth(
    run.text,
    run.level === "line" ? size : size * smallFactor,
    run.style === "bold" ? "bold" : "regular",
  );
}

/** Pixels a line takes. */
export function richWidth(text: RichText, size: number): number {
  return text.reduce((width, run) => width + runWidth(run, size), 0);
}

/** The plain characters of a line, for comparing and for screen readers. */
export function flattenRichText(text: RichText): string {
  return text.map((run) => run.text).join("");
}

/** Breaks before ` + `, ` − ` and ` ⊙ ` so that lines are at most `limit` pixels where they can be; later lines begin with the operator. */
export function wrapRichText(text: RichText, limit: number, size: number): readonly RichText[] {
  const lines: Run[][] = [[]];
  let chunk: Run[] = [];
  const flush = (): void => {
    const line = lines.at(-1) ?? [];
    if (line.length > 0 && richWidth([...line, ...chunk], size) > limit) lines.push([...chunk]);
    else line.push(...chunk);
    chunk = [];
  };
  for (const run of text) {
    if (/^ [+−] $/.test(run.text)) flush();
    chunk.push(run);
  }
  flush();
  return lines;
}

/** A `text` element whose line starts, or is centred, at (x, y), the baseline. */
export function drawRichText(
  text: RichText,
  at: { readonly x: number; readonly y: number; readonly size: number; readonly className: string },
): string {
  let shift = 0;
  const spans = text.map((run) => {
    const dy = (shifts[run.level] - shift) * at.size;
    shift = shifts[run.level];
    return element(
      "tspan",
      {
        dy: dy === 0 ? undefined : dy,
        "font-size": run.level === "line" ? undefined : at.size * smallFactor,
        "font-style": run.style === "italic" ? "italic" : undefined,
        "font-weight": run.style === "bold" ? "bold" : undefined,
      },
      escapeXml(run.text),
    );
  });
  return element(
    "text",
    { class: at.className, x: at.x, y: at.y, "font-size": at.size, "xml:space": "preserve" },
    spans.join(""),
  );
}
