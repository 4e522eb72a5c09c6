/** The LaTeX of names, numbers and expressions. */
import type { MathTarget, PrintedName, Time } from "./math.ts";
import { greekLetters, splitName } from "./symbol.ts";
import type { Symbol } from "./symbol.ts";

/** Text in LaTeX's text mode, its special characters escaped. */
export function escapeLatex(text: string): string {
  const special: Readonly<Record<string, string>> = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
  };
  return text.replace(/[\\~^]|[#$%&_{}]/g, (character) => special[character] ?? `\\${character}`);
}

const plainLetters = /^[A-Za-z]+$/;

function printBase(base: string, bold: boolean): string {
  if (greekLetters[base] !== undefined) return bold ? `\\boldsymbol{\\${base}}` : `\\${base}`;
  if (!plainLetters.test(base)) return `\\text{${escapeLatex(base)}}`;
  if (bold) return `\\mathbf{${base}}`;
  return base.length === 1 ? base : `\\mathit{${base}}`;
}

/** A subscript of several letters is a word, upright, unless each of them is a name. */
function printSubscript(part: string, letters: ReadonlySet<string>): string {
  if (greekLetters[part] !== undefined) return `\\${part}`;
  if (/^[A-Za-z]?\d*$/.test(part) || [...part].every((letter) => letters.has(letter))) return part;
  return plainLetters.test(part) ? `\\mathrm{${part}}` : `\\text{${escapeLatex(part)}}`;
}

export interface LatexName {
  readonly symbol: Symbol;
  readonly time?: Time;
  readonly bold?: boolean;
  readonly letters?: ReadonlySet<string>;
}

/** A name with its subscripts, the step last: `h_{t-1}`, `\mathbf{W}_{i}`, `\tilde{c}_{1,t}`. */
export function printLatexName({ symbol, time, bold = false, letters = new Set() }: LatexName): string {
  const base = printBase(symbol.base, bold);
  const marked = symbol.accent === undefined ? base : `\\${symbol.accent}{${base}}`;
  const subscripts = symbol.subscripts.map((part) => printSubscript(part, letters));
  if (time !== undefined) subscripts.push(time);
  if (subscripts.length === 0) return marked;
  const text = subscripts.join(",");
  return text.length === 1 ? `${marked}_${text}` : `${marked}_{${text}}`;
}

/** Matrices are upright and bold, all else italic. */
function printName({ symbol, time, rank, letters }: PrintedName): string {
  return printLatexName({ symbol, time, bold: rank === 2, letters });
}

/** A parameter's name as LaTeX, given whether it is a matrix. */
export function printLatexParameter(name: string, matrix: boolean, letters?: ReadonlySet<string>): string {
  return printLatexName({ symbol: splitName(name), bold: matrix, ...(letters === undefined ? {} : { letters }) });
}

/** `0.5`, `10^{-5}`, `1.5 \times 10^{-5}`. */
export function printLatexNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "\\mathrm{NaN}" : value > 0 ? "\\infty" : "-\\infty";
  const [factor = "", power] = String(value).replace("e+", "e").split("e");
  if (power === undefined) return factor;
  return factor === "1" ? `10^{${power}}` : `${factor} \\times 10^{${power}}`;
}

/** Brackets grow only where what they hold is taller than a line. */
export function bracketLatex(content: string): string {
  return /\\frac|\\sqrt|\\left|\\sum/.test(content) ? `\\left(${content}\\right)` : `(${content})`;
}

function printPower(base: string, exponent: string): string {
  return `${base}^{${exponent}}`;
}

/** How expressions look in LaTeX. */
export const latexTarget: MathTarget<string> = {
  name: printName,
  number: printLatexNumber,
  multiply: (left, right, form) =>
    ({ elementwise: `${left} \\odot ${right}`, beside: `${left} \\, ${right}`, dot: `${left} \\cdot ${right}` })[form],
  infix: (notation, left, right) => `${left} ${notation.latex} ${right}`,
  prefix: (notation, argument) => `${notation.latex}${argument}`,
  call: (notation, _, args) => `${notation.latex}${bracketLatex(args.join(", "))}`,
  fence: (notation, _, argument) => `${notation.open}${argument}${notation.close}`,
  divide: { flat: false, print: (left, right) => `\\frac{${left}}{${right}}` },
  power: printPower,
  product: (matrix, vector) => `${matrix} ${vector}`,
  bracket: bracketLatex,
};
