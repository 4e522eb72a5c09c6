/** Zoneout as equations: outside of training a state keeps its rate of what it was. */
import { parseSyntax, printSyntax } from "../language/index.ts";
import type { Equation, Expression } from "../language/index.ts";
import type { CellLayer, CellSpec } from "../network/index.ts";

/** A layer's cell, where it has zoneout with `h' = rate * h + (1 - rate) * new` for each state (Krueger et al. 2017, as in evaluation). */
export function zonedCell({ cell, zoneout = 0 }: CellLayer): CellSpec {
  if (zoneout === 0) return cell;
  const syntax = parseSyntax(cell.text);
  const taken = new Set([cell.text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []].flat());
  const names = new Map<string, string>();
  for (const { target, next } of syntax.equations) {
    if (!next) continue;
    let name = `${target}_new`;
    while (taken.has(name)) name += "_";
    names.set(target, name);
  }
  const equations = syntax.equations.map((equation): Equation => {
    const expression = renamed(equation.expression, names);
    const own = equation.next ? names.get(equation.target) : undefined;
    return own === undefined ? { ...equation, expression } : { ...equation, target: own, next: false, expression };
  });
  const mixed = [...names].map(([state, name]) => `${state}' = ${zoneout} * ${state} + (1 - ${zoneout}) * ${name}`);
  return { ...cell, text: [printSyntax({ ...syntax, equations }), ...mixed].join("\n") };
}

/** Reads of next values become reads of what they are made of. */
function renamed(expression: Expression, names: ReadonlyMap<string, string>): Expression {
  switch (expression.kind) {
    case "number":
      return expression;
    case "name": {
      const name = expression.next ? names.get(expression.name) : undefined;
      return name === undefined ? expression : { ...expression, name, next: false };
    }
    case "call":
      return { ...expression, args: expression.args.map((arg) => renamed(arg, names)) };
    case "product":
      return {
        ...expression,
        matrix: renamed(expression.matrix, names),
        vector: renamed(expression.vector, names),
      };
  }
}
