/** Options that several tasks have. Each is one object, so that it is declared once and means the same everywhere. */
import { oneOf, readingOptionList } from "../read-data.ts";
import { layerSize, rowsOrShare, whole } from "../values.ts";
import type { TaskOption } from "./command-task.ts";

export const target: TaskOption = {
  flags: "--target <COLUMN...>",
  description: "the column to learn: numbers to forecast (several columns), a class, or a number of a text",
};

export const label: TaskOption = { flags: "--label <COLUMN>", description: "--task classify --target COLUMN, shorter" };

export const heldBack: readonly TaskOption[] = [
  {
    flags: "--test <ROWS>",
    description:
      "kept for the test, the last rows or some drawn at random: a count, a share, or 0 (default: by the task)",
    parse: rowsOrShare,
  },
  {
    flags: "--validation <ROWS>",
    description: "the same, to decide when to stop (default: by the task)",
    parse: rowsOrShare,
  },
];

export const chart: TaskOption = {
  flags: "--chart <FILE>",
  description: "draw it as SVG: a forecast beside the truth, how sure and how right classes of texts are",
};

/** The column of texts. */
export const text: TaskOption = { flags: "--text <COLUMN>", description: "the column of texts to learn from" };

export const unit: TaskOption = {
  flags: "--unit <UNIT>",
  description: "what texts are cut into: word, character or subword (default: by the task)",
  parse: oneOf(["word", "character", "subword"]),
};

export const embedding: TaskOption = {
  flags: "--embedding <SIZE>",
  description: "numbers that stand for a word or character (default: by the task)",
  parse: layerSize,
};

export const vocabulary: TaskOption = {
  flags: "--vocabulary <COUNT>",
  description: "most words that are known (default: 20000; to generate: 10000, 2000 subwords)",
  parse: whole(3),
};

export const lowercase: TaskOption = {
  flags: "--lowercase",
  description: "make no difference between capitals and small letters",
};

export const tie: TaskOption = { flags: "--tie", description: "the output's weights are those of its embedding" };

/** Of predict: one text instead of a file of them. */
export const input: TaskOption = { flags: "--input <TEXT>", description: "this text, instead of a file of them" };

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
