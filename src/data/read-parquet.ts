/** Parquet files to raw tables, by hyparquet; loaded only when one is read. */
import { parquetMetadata, parquetRead, parquetSchema } from "hyparquet";
import type { FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { RecurraError } from "../util/errors.ts";
import type { RawTable } from "./raw-table.ts";
import { unknownColumn } from "./table.ts";

/** Rows of a Parquet file, of these columns or all. Throws `data/bad-parquet`, `data/no-rows`, `data/unknown-column`. */
export async function readParquet(bytes: Uint8Array, source: string, columns?: readonly string[]): Promise<RawTable> {
  // Not `slice`: that of a Node Buffer does not copy.
  const file = new Uint8Array(bytes).buffer;
  const metadata = readMetadata(file, source);
  const all = parquetSchema(metadata).children.map((child) => child.element.name);
  for (const name of columns ?? []) if (!all.includes(name)) throw unknownColumn(source, name, all);
  const names = columns ?? all;
  const rows = Number(metadata.num_rows);
  if (rows === 0) throw new RecurraError("data/no-rows", `${source} has columns but no rows; give it at least one`);
  const cells = new Map(names.map((name) => [name, new Array<unknown>(rows)]));
  try {
    await parquetRead({
      file,
      metadata,
      columns: [...names],
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const target = cells.get(columnName) ?? [];
        for (let i = 0; i < columnData.length; i++) target[rowStart + i] = columnData[i];
      },
    });
  } catch (cause) {
    throw badParquet(source, cause);
  }
  return { source, names, rows, cells: [...cells.values()], commasAreDoubtful: false };
}

function readMetadata(file: ArrayBuffer, source: string): FileMetaData {
  try {
    return parquetMetadata(file);
  } catch (cause) {
    throw badParquet(source, cause);
  }
}

function badParquet(source: string, cause: unknown): RecurraError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RecurraError(
    "data/bad-parquet",
    `${source} cannot be read as Parquet (${reason}); write it again or convert it to CSV`,
    { cause },
  );
}
