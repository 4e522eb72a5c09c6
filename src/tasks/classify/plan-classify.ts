/** From a table to everything a classifier's training needs. */
import {
  findColumn,
  fitScaler,
  fitSequenceScalers,
  groupSequences,
  labelWindows,
  readNumbers,
  rowsOfPart,
  scaleSequences,
  splitByItem,
  splitByTime,
  windowsOfPart,
} from "../../data/index.ts";
import type { Classes, Scaler, ScalerKind, Split, Table } from "../../data/index.ts";
import { orderRows } from "../../data/order-rows.ts";
import type { TrainingOptions } from "../../training/index.ts";
import { RecurraError } from "../../util/errors.ts";
import type { ClassifyTask } from "./classify-task.ts";
import { dataOf, findMajority } from "../items.ts";
import type { Items } from "../items.ts";
import { buildNetwork, planTraining, usualLearning } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import { findDateColumn } from "../reading.ts";
import type { ReadingChoice } from "../reading.ts";
import { partsOfSplit } from "../task-kind.ts";
import type { TaskParts } from "../task-kind.ts";

/** Everything but `label` has a default, said beside it. Plain data. */
export interface ClassifyOptions extends LearningOptionsOf<"classify"> {
  /** The column with the class. */
  readonly label: string;
  /** The column that names the sequence of each row; windows are classified where there is none. */
  readonly sequence?: string | undefined;
  /** Number columns that are the inputs of each step: all others */
  readonly features?: readonly string[] | undefined;
  /** Of windows, steps that the network sees: 30 */
  readonly window?: number | undefined;
  /** Of windows, steps from the last seen to the one whose label is told: 0, the last one itself */
  readonly horizon?: number | undefined;
  /** Of windows, the column of times: the first one with dates */
  readonly date?: string | undefined;
  /** Of windows, the column that tells series apart: none */
  readonly group?: string | undefined;
  /** `"standard"` */
  readonly scaler?: ScalerKind | undefined;
  /** Share (or count) of sequences, drawn at random, or of rows, the last ones, kept for the test; 0 for none: 0.15 */
  readonly test?: number | undefined;
  /** The same by which training is ended early: 0.15 */
  readonly validation?: number | undefined;
  readonly reading?: ReadingChoice | undefined;
}

export interface ClassifyPlan {
  readonly kind: "classify-plan";
  readonly options: ClassifyOptions;
  readonly task: ClassifyTask;
  readonly table: Table;
  readonly items: Items;
  readonly parts: TaskParts;
  readonly training: TrainingOptions;
}

const defaults = { heldBack: 0.15, window: 30 } as const;

interface Prepared {
  readonly table: Table;
  readonly of: ClassifyTask["of"];
  readonly classes: Classes;
  readonly scalers: Readonly<Record<string, Scaler>>;
  readonly items: Items;
  readonly parts: TaskParts;
  readonly dateColumn: string | undefined;
}

/** What is taken where the options say nothing. */
export const classifyUsual: UsualLearning = usualLearning({ test: defaults.heldBack, validation: defaults.heldBack });

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planClassify(given: Table, options: ClassifyOptions): ClassifyPlan {
  refuseOptions("classify", options);
  findColumn(given, options.label);
  const features = options.features ?? chooseFeatures(given, options);
  const prepared =
    options.sequence === undefined
      ? prepareWindows(given, features, options)
      : prepareSequences(given, features, { ...options, sequence: options.sequence });
  const { table, of, classes, scalers, items, parts, dateColumn } = prepared;
  checkParts(parts);
  const group = options.sequence ?? options.group;
  const columns = [dateColumn, group, options.label, ...features];
  const task: ClassifyTask = {
    kind: "classify",
    label: options.label,
    classes,
    majority: findMajority(items, parts.train, classes),
    features,
    scalers,
    of,
    reading: {
      columns: columns.filter((name) => name !== undefined),
      ...(dateColumn === undefined ? {} : { dateColumn }),
      ...(group === undefined ? {} : { groupColumn: group }),
      ...options.reading,
    },
  };
  const training = planTraining(options, {
    network: buildNetwork(options, { inputs: features.length, outputs: classes.names.length }),
    data: dataOf(items, parts.train),
    validation: parts.validation.length === 0 ? undefined : dataOf(items, parts.validation),
    members: parts.train.length,
    loss: { kind: "cross-entropy" },
  });
  return { kind: "classify-plan", options, task, table, items, parts, training };
}

function chooseFeatures(table: Table, { label, sequence, group }: ClassifyOptions): readonly string[] {
  const names = table.columns
    .filter(({ kind, name }) => (kind === "number" || kind === "boolean") && ![label, sequence, group].includes(name))
    .map(({ name }) => name);
  if (names.length > 0) return names;
  throw new RecurraError(
    "data/too-few-rows",
    `${table.origin.source} has no column of numbers beside the label; a sequence is classified by its numbers.`,
  );
}

function prepareSequences(
  table: Table,
  features: readonly string[],
  options: ClassifyOptions & { readonly sequence: string },
): Prepared {
  const { sequence, label, scaler, seed = 1 } = options;
  const dateColumn = findDateColumn(table, options.date);
  const ordered =
    dateColumn === undefined
      ? table
      : orderRows(table, { dateColumn, groupColumn: sequence, duplicates: "keep" }).table;
  const set = groupSequences(ordered, { sequence, label, features });
  const split = splitByItem(set.count, {
    what: "sequences",
    seed,
    test: options.test ?? defaults.heldBack,
    validation: options.validation ?? defaults.heldBack,
  });
  const parts = partsOfSplit(split);
  const scalers = fitSequenceScalers(set, parts.train, scaler === undefined ? {} : { kind: scaler });
  return {
    table: ordered,
    of: { kind: "sequences", sequence },
    classes: set.classes,
    scalers,
    items: { kind: "sequences", set: scaleSequences(set, scalers) },
    parts,
    dateColumn,
  };
}

function prepareWindows(given: Table, features: readonly string[], options: ClassifyOptions): Prepared {
  const { label, group, scaler = "standard", window = defaults.window, horizon = 0 } = options;
  const dateColumn = findDateColumn(given, options.date);
  const table = dateColumn === undefined ? given : orderRows(given, { dateColumn, groupColumn: group }).table;
  const split = splitByTime(table, {
    test: options.test ?? defaults.heldBack,
    validation: options.validation ?? defaults.heldBack,
    ...(group === undefined ? {} : { groupColumn: group, dateColumn }),
  });
  const scalers = Object.fromEntries(features.map((name) => [name, fitToTraining(table, name, split, scaler)]));
  const labelled = labelWindows(
    table,
    { label, features, window, horizon, group },
    { scalers: { kind: "window-scalers", inputs: scalers, targets: {} } },
  );
  const { windows, classes } = labelled;
  const of = (part: "train" | "validation" | "test"): Int32Array => windowsOfPart(windows, split, part);
  const parts = { train: of("train"), validation: of("validation"), test: of("test") };
  return {
    table,
    of: { kind: "windows", window, horizon },
    classes,
    scalers,
    items: { kind: "windows", windows },
    parts,
    dateColumn,
  };
}

function fitToTraining(table: Table, name: string, split: Split, kind: ScalerKind): Scaler {
  const values = readNumbers(table, name);
  return fitScaler(
    kind,
    Float64Array.from(rowsOfPart(split, "train"), (row) => values[row] ?? NaN),
    `column "${name}"`,
  );
}

function checkParts(parts: TaskParts): void {
  if (parts.train.length > 0) return;
  throw new RecurraError(
    "data/too-few-rows",
    "Nothing is left to train on; hold back less for validation and test, or shorten the window.",
  );
}

/** Sequences or windows of a table for a trained task; labels may be missing, or their column absent. */
export function itemsOf(given: Table, task: ClassifyTask): { readonly items: Items; readonly table: Table } {
  const { label, classes, features, scalers, of, reading } = task;
  const { dateColumn, groupColumn } = reading;
  const duplicates = of.kind === "sequences" ? "keep" : "error";
  const table = dateColumn === undefined ? given : orderRows(given, { dateColumn, groupColumn, duplicates }).table;
  if (of.kind === "windows") {
    const { window, horizon } = of;
    const inputs = { kind: "window-scalers", inputs: scalers, targets: {} } as const;
    return {
      table,
      items: {
        kind: "windows",
        windows: labelWindows(
          table,
          { label, features, window, horizon, group: groupColumn, classes },
          { scalers: inputs, open: true },
        ).windows,
      },
    };
  }
  const labelled = table.columns.some(({ name, missing }) => name === label && missing === undefined);
  const set = groupSequences(table, { sequence: of.sequence, features, classes, ...(labelled ? { label } : {}) });
  return { table, items: { kind: "sequences", set: scaleSequences(set, scalers) } };
}
