/** What a cell changes of another one, line by line: equations are paired by what they define and how they are built, and the words that differ are marked. */
import { printCell } from "recurra";
import type { Cell } from "recurra";

/** A piece of a line, and whether the other line lacks it. */
export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** One equation of either cell beside its counterpart in the other. */
export type EquationRow =
  /** The same equation; `under` is the name that the other cell gives to what it defines, where that is another one. */
  | { readonly kind: "same"; readonly text: string; readonly under?: string }
  | { readonly kind: "changed"; readonly pieces: readonly Piece[]; readonly before: readonly Piece[] }
  /** Only this cell has it. */
  | { readonly kind: "added"; readonly text: string }
  /** Only the other cell has it. */
  | { readonly kind: "missing"; readonly text: string };

/** A word of a line, where it stands, and what it counts as in comparisons. */
interface Token {
  readonly text: string;
  readonly start: number;
  readonly form: string;
}

interface Line {
  readonly target: string;
  readonly next: boolean;
  /** Whether it defines a state or the output: what the cell is seen to be from outside. */
  readonly isState: boolean;
  readonly isOutput: boolean;
  readonly text: string;
}

function linesOf(cell: Cell): readonly Line[] {
  const texts = printCell(cell).split("\n").slice(cell.declarations.length);
  return cell.equations.map(({ target, next }, at) => ({
    target,
    next,
    isState: next,
    isOutput: target === cell.output.name,
    text: texts[at] ?? "",
  }));
}

/**
 * The words of a line. A parameter counts by its letter alone (`W_i` as `W`), what a line defines as one thing under any name, and a name that has a
 * counterpart in the other cell as that one.
 */
function readTokens(line: Line, cell: Cell, names: ReadonlyMap<string, string>): readonly Token[] {
  const parameters = new Set(cell.parameters.map(({ name }) => name));
  const isTarget = (text: string, start: number): boolean => start === 0 && text.replace("'", "") === line.target;
  return [...line.text.matchAll(/[\p{L}_][\p{L}\p{N}_]*'?|\d+(?:\.\d+)?(?:e-?\d+)?|\S/gu)].map(
    ({ 0: text, index: start }) => {
      const name = text.replace("'", "");
      const mark = text.endsWith("'") ? "'" : "";
      if (isTarget(text, start)) return { text, start, form: `target${mark}` };
      if (parameters.has(name)) return { text, start, form: `parameter ${name.replace(/_.*/, "")}` };
      return { text, start, form: `${names.get(name) ?? name}${mark}` };
    },
  );
}

/** Brackets and the like say nothing of what a line computes. */
const isWord = ({ form }: Token): boolean => !/^[(),=]$/.test(form) && !form.startsWith("target");

/** How much two lines have in common, from 0 to 1: twice the words of both among the words of each (Dice's coefficient). */
function similarity(one: readonly Token[], other: readonly Token[]): number {
  const [words, left] = [one.filter(isWord), other.filter(isWord).map(({ form }) => form)];
  const all = words.length + left.length;
  let common = 0;
  for (const { form } of words) {
    const at = left.indexOf(form);
    if (at < 0) continue;
    left.splice(at, 1);
    common++;
  }
  return all === 0 ? 0 : (2 * common) / all;
}

/** Lines of one name that have less in common than this share a name and nothing else. */
const leastOfOneName = 0.3;
/** Lines of different names are held to be one that was changed from here on. */
const leastOfTwoNames = 0.65;

/** Pairs of lines, each a number into the lines of its cell. */
class Pairing {
  readonly #base: { readonly cell: Cell; readonly lines: readonly Line[] };
  readonly #own: { readonly cell: Cell; readonly lines: readonly Line[] };
  /** By the number of the own line. */
  readonly pairs = new Map<number, number>();
  /** Own names with what the other cell calls the same thing. */
  readonly names = new Map<string, string>();

  constructor(base: Cell, own: Cell) {
    this.#base = { cell: base, lines: linesOf(base) };
    this.#own = { cell: own, lines: linesOf(own) };
  }

  tokens(own: number, base: number): readonly [own: readonly Token[], base: readonly Token[]] {
    return [
      readTokens(this.#own.lines[own]!, this.#own.cell, this.names),
      readTokens(this.#base.lines[base]!, this.#base.cell, new Map()),
    ];
  }

  /** Pairs, in order of the own lines, each free line with the free one that it goes with best, if any. */
  pair(scoreOf: (own: Line, base: Line, tokens: () => readonly [readonly Token[], readonly Token[]]) => number): void {
    for (const [own, line] of this.#own.lines.entries()) {
      if (this.pairs.has(own)) continue;
      let best: { readonly base: number; readonly score: number } | undefined;
      for (const [base, other] of this.#base.lines.entries()) {
        if ([...this.pairs.values()].includes(base)) continue;
        const score = scoreOf(line, other, () => this.tokens(own, base));
        if (score > (best?.score ?? 0)) best = { base, score };
      }
      if (best === undefined) continue;
      this.pairs.set(own, best.base);
      const under = this.#base.lines[best.base]!.target;
      if (under !== line.target) this.names.set(line.target, under);
    }
  }
}

const sameForms = (one: readonly Token[], other: readonly Token[]): boolean =>
  one.length === other.length && one.every(({ form }, at) => form === other[at]?.form);

/**
 * The equations of `own` beside those of `base`: each line of either is in exactly one row. Rows are in the order of `own`; what is missing stands where
 * `base` has it.
 */
export function compareEquations(base: Cell, own: Cell): readonly EquationRow[] {
  const pairing = new Pairing(base, own);
  pairing.pair((one, other) => Number(one.text === other.text));
  // States are what a cell is from outside, so one name means one thing; so does the output.
  pairing.pair((one, other) => Number(one.isState && other.isState && one.target === other.target));
  pairing.pair((one, other) => Number(one.isOutput && other.isOutput));
  pairing.pair((one, other, tokens) => (one.target === other.target && sameForms(...tokens()) ? 1 : 0));
  pairing.pair((_one, _other, tokens) => Number(sameForms(...tokens())));
  const scoreFrom = (least: number, tokens: () => readonly [readonly Token[], readonly Token[]]): number => {
    const score = similarity(...tokens());
    return score >= least ? score : 0;
  };
  pairing.pair((one, other, tokens) => (one.target === other.target ? scoreFrom(leastOfOneName, tokens) : 0));
  pairing.pair((_one, _other, tokens) => scoreFrom(leastOfTwoNames, tokens));
  return arrangeRows(linesOf(base), linesOf(own), pairing);
}

function arrangeRows(base: readonly Line[], own: readonly Line[], pairing: Pairing): readonly EquationRow[] {
  const { pairs } = pairing;
  const rows: { readonly row: EquationRow; readonly base: number | undefined }[] = own.map((line, at) => {
    const paired = pairs.get(at);
    if (paired === undefined) return { row: { kind: "added", text: line.text }, base: undefined };
    return { row: rowOf(line, base[paired]!, pairing.tokens(at, paired)), base: paired };
  });
  const found = new Set(pairs.values());
  for (const [at, { text }] of base.entries()) {
    if (found.has(at)) continue;
    // After what stands before it in the other cell, so that the lines keep that cell's order as far as they can.
    const before = rows.findLastIndex((row) => row.base !== undefined && row.base < at);
    rows.splice(before + 1, 0, { row: { kind: "missing", text }, base: at });
  }
  return rows.map(({ row }) => row);
}

function rowOf(
  own: Line,
  base: Line,
  [ownTokens, baseTokens]: readonly [readonly Token[], readonly Token[]],
): EquationRow {
  if (own.next === base.next && sameForms(ownTokens, baseTokens))
    return { kind: "same", text: own.text, ...(own.target === base.target ? {} : { under: base.target }) };
  const common = longestCommon(ownTokens, baseTokens);
  return {
    kind: "changed",
    pieces: markPieces(own.text, ownTokens, new Set(common.map(([one]) => one))),
    before: markPieces(base.text, baseTokens, new Set(common.map(([, other]) => other))),
  };
}

/** Pairs of places of the longest common subsequence of words. */
function longestCommon(one: readonly Token[], other: readonly Token[]): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--)
      lengths[i]![j] =
        one[i]!.form === other[j]!.form
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i]!.form === other[j]!.form) pairs.push([i++, j++]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** The line in pieces; words that are not common are marked, with the space between two of them. */
function markPieces(text: string, tokens: readonly Token[], common: ReadonlySet<number>): readonly Piece[] {
  const pieces: { text: string; isMarked: boolean }[] = [];
  const add = (part: string, isMarked: boolean): void => {
    const last = pieces.at(-1);
    if (last?.isMarked === isMarked) last.text += part;
    else if (part !== "") pieces.push({ text: part, isMarked });
  };
  let end = 0;
  for (const [at, token] of tokens.entries()) {
    const isMarked = !common.has(at);
    const space = text.slice(end, token.start);
    add(space, isMarked && pieces.at(-1)?.isMarked === true);
    add(token.text, isMarked);
    end = token.start + token.text.length;
  }
  add(text.slice(end), false);
  return pieces;
}
