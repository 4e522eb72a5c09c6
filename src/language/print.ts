/** Prints a cell as text in its one canonical form. */
import type { Cell } from "./cell.ts";
import { printSyntax } from "./print-expression.ts";

/** The cell's text without comments, each operation in its first spelling and no bracket too many; parsing it gives the same equations. */
export function printCell(cell: Cell): string {
  return printSyntax(cell);
}
