/** The form in which tables are written. */
import path from "node:path";
import { UsageError } from "./terminal.ts";

export type OutputFormat = "csv" | "tsv" | "json" | "jsonl";

export const outputFormats: readonly OutputFormat[] = ["csv", "tsv", "json", "jsonl"];

/** The form asked for, by an option or the ending of `--out`; nothing where neither says one. */
export function chooseFormat({
  out,
  format,
  json,
}: {
  readonly out?: string;
  readonly format?: OutputFormat;
  readonly json?: boolean;
}): OutputFormat | undefined {
  if (json === true) {
    if (format !== undefined && format !== "json")
      throw new UsageError(`--json and --format ${format} contradict one another; give one of them`);
    return "json";
  }
  const ending = path.extname(out ?? "").slice(1);
  return format ?? outputFormats.find((one) => one === ending);
}
