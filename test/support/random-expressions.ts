/** Random syntax trees of the language of cells, for property tests. */
import fc from "fast-check";
import { operations } from "../../src/language/index.ts";
import type { Equation, Expression, OperationName } from "../../src/language/index.ts";

const place = { line: 1, column: 1, length: 1 };

export const name = (written: string): Expression => ({ kind: "name", name: written.replace("'", ""), next: written.endsWith("'"), place });

const functions = [...operations.values()];

/** Expressions of any shape that the grammar can write, well-shaped or not. */
export const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; product: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("x", "h", "c", "b_1", "γ", "b̃₀", "h'", "W", "t").map(name),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)).map((value): Expression => ({ kind: "number", value, place })),
    fc.constantFrom(...functions).chain(({ name: operation, arity }) =>
      fc.array(tie("expression"), { minLength: arity[0], maxLength: arity[1] }).map((args): Expression => ({ kind: "call", operation, args, place })),
    ),
    tie("product"),
  ),
  // A number directly before a value is not in the grammar, nor is a lower-case name before a bracket.
  product: fc
    .tuple(fc.oneof(fc.constantFrom("W", "U_1", "Λ").map(name), tie("product")), tie("expression"))
    .map(([matrix, vector]): Expression => ({ kind: "product", matrix, vector, place })),
})).expression;

/** Equations that define distinct names. */
export const anyEquations: fc.Arbitrary<Equation[]> = fc
  .uniqueArray(fc.constantFrom("a", "b", "c'", "h'", "Q", "y"), { minLength: 1, maxLength: 4 })
  .chain((targets) =>
    fc.tuple(...targets.map((target) => anyExpression.map((expression): Equation => ({ target: target.replace("'", ""), next: target.endsWith("'"), expression, place })))),
  );

const smooth: readonly OperationName[] = ["add", "subtract", "multiply", "negate", "tanh", "sigmoid", "min", "max", "abs", "select", "less", "softsign", "sin"];

/**
 * Expressions over the vectors `v`, `w` and the numbers `p`, `q` and constants, whose values stay of moderate size; each is a vector or a number.
 */
export const boundedExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom("v", "w", "p", "q").map(name),
    fc.constantFrom(0, 1, 2, 0.5).map((value): Expression => ({ kind: "number", value, place })),
    fc.constantFrom(...smooth).chain((operation) => {
      const [least] = operations.get(operation)!.arity;
      return fc.array(tie("expression"), { minLength: least, maxLength: least }).map((args): Expression => ({ kind: "call", operation, args, place }));
    }),
    fc
      .tuple(tie("expression"), fc.constantFrom(1, 2, 3))
      .map(([base, value]): Expression => ({ kind: "call", operation: "power", args: [base, { kind: "number", value, place }], place })),
    fc
      .tuple(tie("expression"), fc.constantFrom(1, -1, 2))
      .map(([value, divisor]): Expression => {
        const number: Expression = { kind: "number", value: Math.abs(divisor), place };
        const signed: Expression = divisor < 0 ? { kind: "call", operation: "negate", args: [number], place } : number;
        return { kind: "call", operation: "divide", args: [value, signed], place };
      }),
    tie("expression").map((vector): Expression => ({ kind: "call", operation: "sum", args: [{ kind: "call", operation: "add", args: [vector, name("v")], place }], place })),
  ),
})).expression;
