/** Random syntax trees of the language of cells, for property tests. */
import fc from "fast-check";
import { operations } from "../../src/language/index.ts";
import type { Equation, Expression, OperationName } from "../../src/language/index.ts";

const place = { line: 1, column: 1, length: 1 };

export const name = (written: string): Expression => ({
  kind: "name",
  name: written.replace("'", ""),
  next: written.endsWith("'"),
  place,
});

const functions = [...operations.values()];

/** Expressions of any shape that the grammar can write, well-shaped or not. */
export const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; product: Expression }>(
  (tie) => ({
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("x", "h", "c", "b_1", "γ", "b̃₀", "h'", "W", "t").map(name),
      fc
        .double({ min: 0, noNaN: true, noDefaultInfinity: true })
        .filter((value) => !Object.is(value, -0))
        .map((value): Expression => ({ kind: "number", value, place })),
      fc
        .constantFrom(...functions)
        .chain(({ name: operation, arity }) =>
          fc
            .array(tie("expression"), { minLength: arity[0], maxLength: arity[1] })
            .map((args): Expression => ({ kind: "call", operation, args, place })),
        ),
      tie("product"),
    ),
    // A number directly before a value is not in the grammar, nor is a lower-case name before a bracket.
    product: fc
      .tuple(fc.oneof(fc.constantFrom("W", "U_1", "Λ").map(name), tie("product")), tie("expression"))
      .map(([matrix, vector]): Expression => ({ kind: "product", matrix, vector, place })),
  }),
).expression;

/** Equations that define distinct names. */
export const anyEquations: fc.Arbitrary<Equation[]> = fc
  .uniqueArray(fc.constantFrom("a", "b", "c'", "h'", "Q", "y"), { minLength: 1, maxLength: 4 })
  .chain((targets) =>
    fc.tuple(
      ...targets.map((target) =>
        anyExpression.map((expression): Equation => ({
          target: target.replace("'", ""),
          next: target.endsWith("'"),
          expression,
          place,
        })),
      ),
    ),
  );

const continuous: readonly OperationName[] = [
  "add",
  "subtract",
  "multiply",
  "negate",
  "tanh",
  "sigmoid",
  "min",
  "max",
  "abs",
  "softsign",
  "sin",
];

const call = (operation: OperationName, ...args: Expression[]): Expression => ({
  kind: "call",
  operation,
  args,
  place,
});
const number = (value: number): Expression => ({ kind: "number", value, place });

/**
 * Continuous expressions (but for what they select by leaves alone) over the vectors `v`, `w` and the numbers `p`, `q`, with the constants
 * that algebra has rules for.
 */
export const continuousExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; leaf: Expression }>(
  (tie) => ({
    leaf: fc.constantFrom(name("v"), name("w"), name("p"), name("q"), number(0), number(1), number(2), number(0.5)),
    expression: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      tie("leaf"),
      fc.constantFrom(...continuous).chain((operation) => {
        const [count] = operations.get(operation)!.arity;
        return fc
          .array(tie("expression"), { minLength: count, maxLength: count })
          .map((args) => call(operation, ...args));
      }),
      fc
        .tuple(tie("expression"), fc.constantFrom(0, 1, 2, 3))
        .map(([base, exponent]) => call("power", base, number(exponent))),
      fc
        .tuple(tie("expression"), fc.constantFrom(1, -1, 2))
        .map(([value, by]) => call("divide", value, by < 0 ? call("negate", number(-by)) : number(by))),
      tie("expression").map((vector) => call("sum", call("add", vector, name("v")))),
      fc
        .tuple(tie("leaf"), tie("leaf"), tie("expression"), tie("expression"))
        .map(([a, b, chosen, other]) => call("select", call("less", a, b), chosen, other)),
    ),
  }),
).expression;
