/** The form in which the tables of this folder hold a cell: its equations, and all that is given beside them. */
import type { CellOptions } from "../language/index.ts";

/** One built-in cell as data; where it comes from and what it is are never left out. */
export interface CellDefinition extends CellOptions {
  readonly text: string;
  readonly source: string;
  readonly summary: string;
}
