/** Errors that say where in a source they are. */
import { RecurraError } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";

/** A place in a source: what is known of it. */
export interface CellPlace {
  readonly source: string;
  readonly row?: number | undefined;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  /** 1-based number of the column. */
  readonly field?: number | undefined;
}

/** An error whose message begins `prices.csv, row 17 (line 18), column "Close": `; its `column` is the number of the column. */
export function placedError(code: ErrorCode, place: CellPlace, what: string): RecurraError {
  return new RecurraError(code, `${printCellPlace(place)}: ${what}`, {
    ...(place.line === undefined ? {} : { line: place.line }),
    ...(place.field === undefined ? {} : { column: place.field }),
  });
}

/** Such as `sales.csv, row 8 (line 9), column "sales"`. */
export function printCellPlace({ source, row, line, column }: CellPlace): string {
  const inFile = line === undefined ? "" : row === undefined ? `, line ${line}` : ` (line ${line})`;
  return `${source}${row === undefined ? "" : `, row ${row}`}${inFile}${column === undefined ? "" : `, column "${column}"`}`;
}
