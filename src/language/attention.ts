/** The forms in which attend takes a memory: `memory`, or `K memory` with a matrix K. */
import type { Expression } from "./syntax.ts";

type CallExpression = Extract<Expression, { readonly kind: "call" }>;
type NameExpression = Extract<Expression, { readonly kind: "name" }>;

/** The name of the memory in an argument of attend, or undefined where the argument has neither form. */
export function memoryIn(argument: Expression): NameExpression | undefined {
  const name = argument.kind === "product" && argument.matrix.kind === "name" ? argument.vector : argument;
  return name.kind === "name" && !name.next ? name : undefined;
}

/** The arguments of a call of attend that must be memories: the second, and the third where there is one. */
export function memoryArguments({ args }: CallExpression): readonly Expression[] {
  return args.slice(1, 3);
}

/** The calls of attend in an expression, the outer ones first. */
export function attentionsIn(expression: Expression): CallExpression[] {
  switch (expression.kind) {
    case "number":
    case "name":
      return [];
    case "product":
      return [expression.matrix, expression.vector].flatMap(attentionsIn);
    case "call": {
      const inner = expression.args.flatMap(attentionsIn);
      return expression.operation === "attend" ? [expression, ...inner] : inner;
    }
  }
}
