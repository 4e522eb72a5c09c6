/** Prints equations in the language's own text, with no more brackets than needed. */
import { known } from "../util/errors.ts";
import type { Shape } from "./graph.ts";
import { operations } from "./operations.ts";
import type { OperationName } from "./operations.ts";
import type { Declaration, Equation, Expression, Syntax } from "./syntax.ts";

/** How tightly pieces of text hold together: operators have the precedences of their notation, 1 to 5. */
export const atomPrecedence = 6;

/** The least precedence of what stands beside a sign without brackets: left of `*`, and left and right in a matrix product. */
export const precedences = { times: 2, matrix: 5, vector: 4 } as const;

/** A piece of text and how tightly it holds together. */
export interface Piece {
  readonly text: string;
  readonly precedence: number;
}

/** A cell's text in its canonical form: declarations first, then one equation a line. */
export function printSyntax({ declarations, equations }: Syntax): string {
  return [...declarations.map(printDeclaration), ...equations.map(printEquation)].join("\n");
}

/** `h' = tanh(W x + U h + b)`. */
export function printEquation({ target, next, expression }: Equation): string {
  return `${target}${next ? "'" : ""} = ${printExpression(expression)}`;
}

/** The expression as text that parses to an equal one. */
export function printExpression(expression: Expression): string {
  return pieceOf(expression).text;
}

/** An operation applied to pieces. */
export function applied(operation: OperationName, args: readonly Piece[]): Piece {
  const { notation, spellings } = known(operations.get(operation), operation);
  const [first, second] = args;
  if (notation.kind === "infix" && first !== undefined && second !== undefined) {
    const { symbol, precedence } = notation;
    // a ^ b ^ c is a ^ (b ^ c); the others group to the left.
    const [left, right] = symbol === "^" ? [precedence + 1, precedence] : [precedence, precedence + 1];
    return { text: `${bracketed(first, left)} ${symbol} ${bracketed(second, right)}`, precedence };
  }
  if (notation.kind === "prefix" && first !== undefined) {
    return { text: `${notation.symbol}${bracketed(first, notation.precedence)}`, precedence: notation.precedence };
  }
  return { text: `${spellings[0]}(${args.map(({ text }) => text).join(", ")})`, precedence: atomPrecedence };
}

/** A matrix times a vector. */
export function multiplied(matrix: Piece, vector: Piece): Piece {
  return {
    text: `${bracketed(matrix, precedences.matrix)} ${bracketed(vector, precedences.vector)}`,
    precedence: precedences.vector,
  };
}

/** A name, or a number that is not negative. */
export function atom(text: string): Piece {
  return { text, precedence: atomPrecedence };
}

/** An expression as text, for another to take in. */
export function pieceOf(expression: Expression): Piece {
  switch (expression.kind) {
    case "number":
      return atom(String(expression.value));
    case "name":
      return atom(`${expression.name}${expression.next ? "'" : ""}`);
    case "call":
      return applied(expression.operation, expression.args.map(pieceOf));
    case "product":
      return multiplied(pieceOf(expression.matrix), pieceOf(expression.vector));
  }
}

function printDeclaration({ name, shape }: Declaration): string {
  return `${name} in ${spaceText(shape)}`;
}

function spaceText(shape: Shape): string {
  if (shape.length === 0) return "R";
  return shape.length === 1 ? `R^${shape[0]}` : `R^(${shape.join(" x ")})`;
}

/** The piece's text, in brackets if it holds together less tightly than `least`. */
export function bracketed(piece: Piece, least: number): string {
  return piece.precedence >= least ? piece.text : `(${piece.text})`;
}
