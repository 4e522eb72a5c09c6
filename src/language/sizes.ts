/** Dimensions by name become numbers. */
import { RecurraError } from "../util/errors.ts";
import type { Cell } from "./cell.ts";

/**
 * The size of every dimension of a cell: those given (`{ I: 3, H: 64 }`), and for the others what the cell's options say, a number or
 * a share of a given one such as "H/2", rounded up.
 *
 * @throws {RecurraError} `language/missing-size` where there is neither, `language/unknown-dimension` for a size of what the cell lacks
 *   (`I` and `H` may always be given).
 */
export function resolveSizes(cell: Cell, given: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  checkDimensions(cell, Object.keys(given));
  const result: Record<string, number> = { ...given };
  const variables = [...cell.inputs, ...cell.parameters, ...cell.states, cell.output];
  const named = variables.flatMap(({ shape }) => shape.filter((dimension) => typeof dimension === "string"));
  // Dimensions of intermediates alone are in the cell's list only.
  for (const name of new Set([...named, ...cell.dimensions])) {
    const size = given[name] ?? defaultSize(cell, name, given);
    if (!Number.isInteger(size) || size < 1) {
      throw new RecurraError(
        "language/missing-size",
        `Size ${name} of cell "${cell.name}" is ${size}, but must be a whole number of at least 1.`,
      );
    }
    result[name] = size;
  }
  return result;
}

function checkDimensions(cell: Cell, names: readonly string[]): void {
  const all = ["I", "H", ...cell.dimensions];
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  throw new RecurraError(
    "language/unknown-dimension",
    `Cell "${cell.name}" has no dimension ${unknown}, but a size is given for it; its dimensions are ${all.join(", ")}.`,
  );
}

function defaultSize(cell: Cell, name: string, given: Readonly<Record<string, number>>): number {
  const rule = cell.options.sizes?.[name];
  if (typeof rule === "number") return rule;
  const [, whole = "", divisor = "1"] = /^\s*(\p{L}\w*)\s*(?:\/\s*(\d+))?\s*$/u.exec(rule ?? "") ?? [];
  const size = given[whole];
  if (size === undefined) {
    const wanted =
      rule === undefined ? "no size is given for it" : `its size ${rule} cannot be told from the sizes given`;
    throw new RecurraError(
      "language/missing-size",
      `Cell "${cell.name}" has a dimension ${name}, but ${wanted}; give one, such as { ${name}: 32 }.`,
    );
  }
  return Math.ceil(size / Number(divisor));
}
