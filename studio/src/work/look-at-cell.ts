/** Looks at equations: a formula and shapes, a diagram, or where they are wrong. */
import { drawCell, printMathML, RecurraError } from "recurra";
import type { CellAnswer, CellQuestion } from "./cell.ts";
import { makeOwnCell, specOf } from "./own-cell.ts";

export function lookAtCell({ base, text, drawn }: CellQuestion): CellAnswer {
  try {
    const made = makeOwnCell(base, text);
    const states = made.states.map(({ name }) => name);
    const ends = [
      ...states.map((name) => `${name}'`),
      ...(states.includes(made.output.name) ? [] : [made.output.name]),
    ];
    if (drawn !== undefined) return { kind: "diagram", svg: drawCell(made, drawn), ends };
    const frozen = new Set(made.options.frozen);
    return {
      kind: "cell",
      spec: specOf(made),
      mathml: printMathML(made),
      parameters: made.parameters.map(({ name, shape }) => ({ name, shape, isFrozen: frozen.has(name) })),
      states: made.states.map(({ name, shape }) => ({ name, shape })),
      attends: made.memories.length > 0,
    };
  } catch (error) {
    if (!(error instanceof RecurraError)) throw error;
    return {
      kind: "broken",
      code: error.code,
      message: error.message,
      line: error.line ?? 1,
      column: error.column ?? 1,
    };
  }
}

/** How many numbers a shape has, with sizes for its letters; undefined where one is missing. */
export function countNumbers(
  shape: readonly (string | number)[],
  sizes: Readonly<Record<string, number>>,
): number | undefined {
  let product = 1;
  for (const one of shape) {
    const size = typeof one === "number" ? one : sizes[one];
    if (size === undefined) return undefined;
    product *= size;
  }
  return product;
}
