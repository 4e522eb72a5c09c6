/** Options that several tasks have. Each is one object, so that it is declared once and means the same everywhere. */
import { oneOf, readingOptionList } from "../read-data.ts";
import { rowsOrShare, whole } from "../values.ts";
import type { TaskOption } from "./command-task.ts";

export const target: TaskOption = {
  flags: "--target <COLUMN...>",
  description: "the column to learn: numbers to forecast (several columns), a class",
};

export const label: TaskOption = { flags: "--label <COLUMN>", description: "--task classify --target COLUMN, shorter" };

export const heldBack: readonly TaskOption[] = [
  {
    flags: "--test <ROWS>",
    description: "kept for the test, the last rows or some drawn at random: a count, a share, or 0 (default: 0.15)",
    parse: rowsOrShare,
  },
  {
    flags: "--validation <ROWS>",
    description: "the same, to decide when to stop (default: 0.15)",
    parse: rowsOrShare,
  },
];

/** Of tasks about rows in order of time. */
export const rows: readonly TaskOption[] = [
  { flags: "--horizon <STEPS>", description: "how many steps ahead (default: 1; a class: 0)", parse: whole(0) },
  {
    flags: "--window <STEPS>",
    description: "steps of the past that are seen at once (default: some four seasons, or 30)",
    parse: whole(1),
  },
  { flags: "--date <COLUMN>", description: "the column of times, or none (default: the first with dates)" },
  { flags: "--group <COLUMN>", description: "the column that tells series apart, such as a shop" },
  {
    flags: "--scaler <KIND>",
    description: "standard, min-max, robust, log-standard or none (default: standard)",
    parse: oneOf(["standard", "min-max", "robust", "log-standard", "none"]),
  },
];

/** How tables are read. */
export const reading: readonly TaskOption[] = readingOptionList;
