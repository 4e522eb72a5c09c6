/** What a file format hands on: names and cells as the file has them, before anything is said about their types. */
import { placedError } from "./place.ts";
import type { CellPlace } from "./place.ts";
import type { RecurraError, ErrorCode } from "../util/errors.ts";

export interface RawTable {
  /** The file's name, or what stands for it. */
  readonly source: string;
  readonly names: readonly string[];
  readonly rows: number;
  /** `cells[column][row]`: texts from CSV; numbers, bigints, booleans, dates, null and more from the other formats. */
  readonly cells: readonly (readonly unknown[])[];
  /** 1-based line of each row, where the file is a text of lines. */
  readonly lines?: Int32Array;
  /** Whether a comma in a number could well be a decimal comma: the fields are separated by something else. */
  readonly commasAreDoubtful: boolean;
}

/** An error at a cell of a raw table. */
export function rawError(
  code: ErrorCode,
  raw: RawTable,
  column: number,
  row: number | undefined,
  what: string,
): RecurraError {
  const place: CellPlace = {
    source: raw.source,
    row: row === undefined ? undefined : row + 1,
    line: row === undefined ? undefined : raw.lines?.[row],
    column: raw.names[column],
    field: column + 1,
  };
  return placedError(code, place, what);
}
