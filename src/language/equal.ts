/** Structural equality of cells: what they compute, not how they are spelled. */
import type { Cell, CellOptions } from "./cell.ts";
import { printSyntax } from "./print-expression.ts";
import type { Syntax } from "./syntax.ts";

/** Whether two texts have the same declarations and equations in the same order, up to spelling, spacing, brackets and comments. */
export function equalSyntax(a: Syntax, b: Syntax): boolean {
  // The canonical text determines the syntax tree: printing is the comparison.
  return printSyntax(a) === printSyntax(b);
}

/** Whether two cells have the same equations and, names and sources aside, the same options. */
export function equalCells(a: Cell, b: Cell): boolean {
  return equalSyntax(a, b) && canonicalOptions(a.options) === canonicalOptions(b.options);
}

/** The options that a cell's numbers depend on, as text: entries in order of their names, empty ones left out. */
function canonicalOptions({ source: _source, summary: _summary, ...options }: CellOptions): string {
  const { frozen, ...records } = options;
  const entries = Object.entries(records)
    .map(
      ([option, record]) =>
        [
          option,
          Object.entries(record)
            .map(([name, value]) => [name, canonicalValue(value)])
            .toSorted(byName),
        ] as const,
    )
    .filter(([, record]) => record.length > 0)
    .toSorted(byName);
  return JSON.stringify([entries, [...new Set(frozen)].toSorted()]);
}

function canonicalValue(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.entries(value).toSorted(byName) : value;
}

function byName(a: readonly unknown[], b: readonly unknown[]): number {
  const [first, second] = [String(a[0]), String(b[0])];
  return first < second ? -1 : first > second ? 1 : 0;
}
