/** Makes a cell of its text: reads it, checks it, infers its shapes and builds the graph of its step. */
import { known, RecurraError } from "../util/errors.ts";
import { buildGraph } from "./build.ts";
import type { Cell, CellOptions, Variable } from "./cell.ts";
import type { Shape } from "./graph.ts";
import { inferShapes } from "./infer.ts";
import { findOutput, sortNames } from "./names.ts";
import { checkOptionForms, checkOptionNames } from "./options.ts";
import { orderEquations } from "./order.ts";
import { parseSyntax } from "./parse.ts";

/**
 * A cell from its equations: `cell("mine", "h' = tanh(W x + U h + b)")`.
 *
 * @throws {RecurraError} with a `language/…` code, and line and column where it is about the text; `util/bad-argument` without a name
 *   or a text.
 */
export function cell(name: string, text: string, options: CellOptions = {}): Cell {
  checkArguments(name, text, options);
  checkOptionForms(name, options);
  const syntax = parseSyntax(text, Object.keys(options.inputs ?? {}));
  const names = sortNames(text, syntax, options);
  const ordered = orderEquations(text, syntax.equations, names);
  const output = findOutput(text, syntax, names);
  const shapes = inferShapes({ text, ordered, names, output, options });
  const { target, next } = output;
  const outputShape = known((next ? shapes.states : shapes.intermediates).get(target), "output");
  const result: Cell = {
    kind: "cell",
    name,
    text,
    options,
    declarations: syntax.declarations,
    equations: syntax.equations,
    inputs: variables(shapes.inputs),
    memories: variables(shapes.memories),
    states: variables(shapes.states),
    parameters: variables(shapes.parameters),
    output: { name: target, shape: outputShape },
    dimensions: namedDimensions(Object.values(shapes)),
    graph: buildGraph({ ordered, names, output, shapes }),
  };
  checkOptionNames(result, names.constants);
  return result;
}

/** Types do not hold where JavaScript calls. */
function checkArguments(name: unknown, text: unknown, options: unknown): void {
  if (typeof name !== "string" || typeof text !== "string") {
    throw new RecurraError(
      "util/bad-argument",
      `cell needs a name and a text, both as strings: cell("mine", "h' = tanh(W x + U h + b)").`,
    );
  }
  if (typeof options === "object" && options !== null) return;
  throw new RecurraError(
    "language/bad-option",
    `cell "${name}": the options must be an object, such as { constants: { k: 2 } }`,
  );
}

function variables(shapes: ReadonlyMap<string, Shape>): Variable[] {
  return [...shapes].map(([name, shape]) => ({ name, shape }));
}

/** The names of dimensions other than I and H, in order of first appearance. */
function namedDimensions(groups: readonly ReadonlyMap<string, Shape>[]): string[] {
  const all = groups.flatMap((shapes) => [...shapes.values()].flat());
  return [
    ...new Set(all.filter((dimension) => typeof dimension === "string" && dimension !== "I" && dimension !== "H")),
  ] as string[];
}
