/**
 * Expressions as a paper prints them, for any target: which brackets are needed, when a product is written with ⊙ and when by putting side by side,
 * and which step a name belongs to. A target says how each piece looks (LaTeX, or text in an SVG).
 */
import { operations } from "../language/index.ts";
import type { Expression, Notation } from "../language/index.ts";
import { known } from "../util/errors.ts";
import type { Rank, Roles } from "./roles.ts";
import { splitName } from "./symbol.ts";
import type { Symbol } from "./symbol.ts";

/** The step of a value: this one, the one before, or none for what all steps share. */
export type Time = "t" | "t-1" | undefined;

export interface PrintedName {
  readonly symbol: Symbol;
  readonly time: Time;
  readonly rank: Rank;
  /** See `Roles`. */
  readonly letters: ReadonlySet<string>;
}

export interface MathTarget<Content> {
  readonly name: (name: PrintedName) => Content;
  readonly number: (value: number) => Content;
  /** Elementwise product, as ⊙ or side by side, or `dot` between numbers. */
  readonly multiply: (left: Content, right: Content, form: "elementwise" | "beside" | "dot") => Content;
  readonly infix: (notation: Extract<Notation, { kind: "infix" }>, left: Content, right: Content) => Content;
  readonly prefix: (notation: Extract<Notation, { kind: "prefix" }>, argument: Content) => Content;
  readonly call: (notation: Extract<Notation, { kind: "call" }>, name: string, args: readonly Content[]) => Content;
  readonly fence: (notation: Extract<Notation, { kind: "fence" }>, name: string, argument: Content) => Content;
  /** A quotient; `flat` where the target writes it in a line, which then needs brackets like any operator. */
  readonly divide: { readonly flat: boolean; readonly print: (left: Content, right: Content) => Content };
  readonly power: (base: Content, exponent: Content) => Content;
  readonly product: (matrix: Content, vector: Content) => Content;
  readonly bracket: (content: Content) => Content;
}

/** A piece and how tightly its outermost operator binds. */
interface Piece<Content> {
  readonly content: Content;
  readonly precedence: number;
  /** Begins with a digit, so that it cannot stand directly after another number or name. */
  readonly digit?: boolean;
}

/** Of the operation table's precedences: `+ -` 1, `* /` 2, minus sign 3, `^` 5; matrix products and 2 × 10^9 lie between the last two. */
const precedences = { sum: 1, product: 2, sign: 3, matrix: 4, scientific: 4.5, power: 5, atom: 9 } as const;

export interface MathOptions<Content> {
  readonly roles: Roles;
  readonly target: MathTarget<Content>;
  /** Printed instead of an expression, where not undefined: a placeholder. */
  readonly replace?: (e: Expression) => Content | undefined;
}

/** The time a name is printed with. */
export function timeOf(name: string, next: boolean, roles: Roles): Time {
  const role = roles.roleOf(name);
  if (role === "state") return next ? "t" : "t-1";
  return (role === "input" || role === "intermediate") && roles.isMovingName(name) ? "t" : undefined;
}

/** A name with its time, rank and letters. */
export function describeName(name: string, next: boolean, roles: Roles): PrintedName {
  return {
    symbol: splitName(name),
    time: timeOf(name, next, roles),
    rank: roles.rankOfName(name),
    letters: roles.letters,
  };
}

/** An expression in a target's form. */
export function printMath<Content>(expression: Expression, options: MathOptions<Content>): Content {
  return createPrinter(options)(expression).content;
}

function createPrinter<Content>({ roles, target, replace }: MathOptions<Content>): (e: Expression) => Piece<Content> {
  const { atom, matrix } = precedences;
  const wrap = (piece: Piece<Content>, least: number): Content =>
    piece.precedence < least ? target.bracket(piece.content) : piece.content;

  const print = (e: Expression): Piece<Content> => {
    const replaced = replace?.(e);
    if (replaced !== undefined) return { content: replaced, precedence: atom };
    if (e.kind === "number") {
      const precedence = String(e.value).includes("e") ? precedences.scientific : atom;
      return { content: target.number(e.value), precedence, digit: true };
    }
    if (e.kind === "name") return { content: target.name(describeName(e.name, e.next, roles)), precedence: atom };
    if (e.kind === "product")
      return {
        content: target.product(wrap(print(e.matrix), atom), wrap(print(e.vector), matrix)),
        precedence: matrix,
      };
    return printCall(e);
  };

  const printCall = (e: Extract<Expression, { kind: "call" }>): Piece<Content> => {
    const { notation, spellings } = known(operations.get(e.operation), `operation ${e.operation}`);
    const [first, second] = e.args;
    if (e.operation === "power" && first && second) {
      return { content: target.power(wrap(print(first), atom), print(second).content), precedence: precedences.power };
    }
    if (notation.kind === "call")
      return {
        content: target.call(
          notation,
          spellings[0] ?? e.operation,
          e.args.map((arg) => print(arg).content),
        ),
        precedence: atom,
      };
    if (!first)
      return { content: target.call({ kind: "call", latex: e.operation }, e.operation, []), precedence: atom };
    if (notation.kind === "fence")
      return { content: target.fence(notation, spellings[0] ?? e.operation, print(first).content), precedence: atom };
    if (notation.kind === "prefix")
      return {
        content: target.prefix(notation, wrap(print(first), notation.precedence)),
        precedence: notation.precedence,
      };
    return second ? printInfix(e.operation, notation, first, second) : print(first);
  };

  const printInfix = (
    operation: string,
    notation: Extract<Notation, { kind: "infix" }>,
    first: Expression,
    second: Expression,
  ): Piece<Content> => {
    const { precedence } = notation;
    const [left, right] = [print(first), print(second)];
    if (operation === "divide" && !target.divide.flat)
      return { content: target.divide.print(left.content, right.content), precedence: atom };
    if (operation === "multiply") return { content: multiply({ first, second, left, right }), precedence };
    // The right side of - and / would otherwise join the left; a sign directly after an operator is bracketed.
    const least = operation === "add" ? precedence : precedence + 1;
    const rightContent = isSigned(second) ? target.bracket(right.content) : wrap(right, least);
    const leftContent = wrap(left, precedence);
    if (operation === "divide") return { content: target.divide.print(leftContent, rightContent), precedence };
    return { content: target.infix(notation, leftContent, rightContent), precedence };
  };

  // 2x and αx stand side by side, 2 · 3 needs a dot, and (W x) ⊙ v brackets, as W x ⊙ v could be read as W (x ⊙ v).
  const multiply = ({
    first,
    second,
    left,
    right,
  }: {
    first: Expression;
    second: Expression;
    left: Piece<Content>;
    right: Piece<Content>;
  }): Content => {
    const beside = roles.rankOf(first) === 0;
    const form = beside
      ? right.digit === true
        ? "dot"
        : "beside"
      : roles.rankOf(second) === 0
        ? "dot"
        : "elementwise";
    const bracket = (piece: Piece<Content>, e: Expression, least: number): Content =>
      (piece.precedence === matrix && form !== "beside") || isSigned(e)
        ? target.bracket(piece.content)
        : wrap(piece, least);
    return target.multiply(
      isSigned(first) ? wrap(left, precedences.product) : bracket(left, first, precedences.product),
      bracket(right, second, precedences.product),
      form,
    );
  };
  return print;
}

function isSigned(e: Expression): boolean {
  return e.kind === "call" && operations.get(e.operation)?.notation.kind === "prefix";
}
