/** Questions about expressions that decide how a diagram shows them. */
import { operations } from "../language/index.ts";
import type { Expression } from "../language/index.ts";
import { childrenOf } from "./roles.ts";
import type { Roles } from "./roles.ts";

type Call = Extract<Expression, { readonly kind: "call" }>;

/** One of several added expressions; `negative` where it is subtracted. */
export interface Term {
  readonly expression: Expression;
  readonly negative: boolean;
}

function isCallOf(e: Expression, names: readonly string[]): e is Call {
  return e.kind === "call" && names.includes(e.operation);
}

/** The terms of a chain of + and −, minus signs before a term included. */
export function splitTerms(e: Expression, negative = false): readonly Term[] {
  const [left, right] = e.kind === "call" ? e.args : [];
  if (isCallOf(e, ["negate"]) && left !== undefined) return splitTerms(left, !negative);
  if (!isCallOf(e, ["add", "subtract"]) || left === undefined || right === undefined)
    return [{ expression: e, negative }];
  return [...splitTerms(left, negative), ...splitTerms(right, negative !== (e.operation === "subtract"))];
}

/** The factors of a chain of ⊙. */
export function splitFactors(e: Expression): readonly Expression[] {
  return isCallOf(e, ["multiply"]) ? e.args.flatMap(splitFactors) : [e];
}

/** The terms added up again, from the left. */
export function sumOf(terms: readonly Term[]): Expression {
  const positive = [...terms.filter(({ negative }) => !negative), ...terms.filter(({ negative }) => negative)];
  const call = (operation: Call["operation"], ...args: Expression[]): Expression => ({
    kind: "call",
    operation,
    args,
    place: args[0]?.place ?? { line: 1, column: 1, length: 1 },
  });
  return positive
    .map(({ expression, negative }) => (negative ? call("negate", expression) : expression))
    .reduce((sum, term) => {
      const inner = isCallOf(term, ["negate"]) ? term.args[0] : undefined;
      return inner === undefined ? call("add", sum, term) : call("subtract", sum, inner);
    });
}

/**
 * Whether moving values are only added here, each perhaps weighted: W x + U h + p ⊙ c + b, and layer normalisations of such. What a matrix multiplies
 * may be anything: it then has a node of its own.
 */
function isWeightedSum(e: Expression, roles: Roles): boolean {
  if (!roles.isMoving(e) || e.kind === "name") return true;
  if (e.kind === "product") return !roles.isMoving(e.matrix);
  if (e.kind !== "call") return false;
  const all = e.args.every((arg) => isWeightedSum(arg, roles));
  const { operation } = e;
  if (operation === "add" || operation === "subtract" || operation === "negate") return all;
  if (operation === "multiply") return all && countMoving(e, roles) === 1;
  if (operation === "divide")
    return all && countMoving(e, roles) === 1 && e.args[1] !== undefined && !roles.isMoving(e.args[1]);
  return operations.get(e.operation)?.shape === "vector" && all;
}

function countMoving(e: Expression, roles: Roles): number {
  return childrenOf(e).filter((child) => roles.isMoving(child)).length;
}

/** Whether an expression is shown as one formula in a box: a weighted sum, functions of such, and what one of them is scaled or shifted by. */
export function isBox(e: Expression, roles: Roles): boolean {
  if (isWeightedSum(e, roles)) return true;
  if (e.kind !== "call") return false;
  const infix = operations.get(e.operation)?.notation.kind === "infix";
  return (!infix || countMoving(e, roles) === 1) && e.args.every((arg) => isBox(arg, roles));
}

/** Whether an expression is a plain sum of moving values without any weight: better a circle. */
export function isMixture(e: Expression, roles: Roles): boolean {
  return (
    isCallOf(e, ["add", "subtract"]) &&
    splitTerms(e).every(({ expression }) => expression.kind === "name" && roles.isMoving(expression))
  );
}

/** Whether a part of a box's formula is computed outside of it: where moving values multiply each other. */
export function needsNode(e: Expression, roles: Roles): boolean {
  return roles.isMoving(e) && !isBox(e, roles);
}
