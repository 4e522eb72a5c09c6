/** Puts a cell's equations in an order in which each reads only what is there. */
import { known } from "../util/errors.ts";
import { languageError } from "./report.ts";
import type { NameTable } from "./names.ts";
import { namesIn, written } from "./names.ts";
import type { Equation } from "./syntax.ts";

/**
 * The equations in the order of their text, save that each comes after those it needs.
 *
 * @throws {RecurraError} `language/cycle`, naming the equations that wait for one another.
 */
export function orderEquations(text: string, equations: readonly Equation[], names: NameTable): Equation[] {
  const ordered: Equation[] = [];
  const done = new Set<Equation>();
  // Depth first, with the path kept by hand: a long chain of equations would exhaust the stack.
  for (const root of equations) {
    const path: { readonly equation: Equation; readonly needs: Equation[] }[] = [];
    const onPath = new Set<Equation>();
    const enter = (equation: Equation): void => {
      path.push({ equation, needs: needsOf(equation, names).toReversed() });
      onPath.add(equation);
    };
    if (!done.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = top.needs.pop();
      if (need === undefined) {
        ordered.push(top.equation);
        done.add(top.equation);
        onPath.delete(top.equation);
        path.pop();
      } else if (onPath.has(need)) {
        throw cycleError(text, [...path.map(({ equation }) => equation), need]);
      } else if (!done.has(need)) enter(need);
    }
  }
  return ordered;
}

/** The equations whose values this one reads. */
function needsOf(equation: Equation, names: NameTable): Equation[] {
  const needs = namesIn(equation.expression).map(({ name, next }) =>
    next ? names.states.get(name) : names.intermediates.get(name),
  );
  return needs.filter((need) => need !== undefined);
}

/** `path` ends with the equation it comes back to. */
function cycleError(text: string, path: readonly Equation[]): Error {
  const again = known(path.at(-1), "end of the cycle");
  const cycle = path.slice(path.indexOf(again));
  const place = again.place;
  if (cycle.length === 2) {
    const name = again.target;
    return languageError(text, {
      code: "language/cycle",
      place,
      what: `${written(again)} needs itself`,
      advice: [
        again.next
          ? `Its own equation reads ${name}', the value it computes. The previous value is ${name}, without a prime.`
          : `Make it a state to read the value of the step before: ${name}' = ….`,
      ],
    });
  }
  const shown =
    cycle.length > 8 ? [...cycle.slice(0, 4).map(written), "…", ...cycle.slice(-3).map(written)] : cycle.map(written);
  return languageError(text, {
    code: "language/cycle",
    place,
    what: `these equations need each other: ${shown.join(" needs ")}`,
    advice: ["Break the circle by reading the previous value of a state (h, not h') in one of them."],
  });
}
