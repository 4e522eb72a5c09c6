/** A trained classifier at work: labels for sequences or windows, and how good they are beside always saying the most frequent one. */
import { createTable, findColumn, takeRows, targetRows, unlabelled } from "../../data/index.ts";
import type { Classes, Column, Table } from "../../data/index.ts";
import { softmax } from "../../network/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { judgeAll } from "../judge.ts";
import type { ClassEvaluation } from "./score-classes.ts";
import { mostLikely, scoreClasses } from "./score-classes.ts";
import { findMajority, labelsOf } from "../items.ts";
import type { Items } from "../items.ts";
import type { ClassifyTask } from "./classify-task.ts";
import { itemsOf } from "./plan-classify.ts";
import { runSequences } from "../run-sequences.ts";
import { runWindows } from "../run-windows.ts";

/** A network with all that turns tables into its inputs and its outputs into labels. */
export interface Classifier {
  readonly kind: "classifier";
  readonly model: Model;
  readonly task: ClassifyTask;
}

/** Probabilities `[items, classes]`. */
export function classProbabilities(
  model: Pick<Model, "predict" | "shape">,
  items: Items,
  indices: Int32Array,
  classes: Classes,
): Float64Array {
  const logits =
    items.kind === "windows"
      ? runWindows(model, items.windows, indices)
      : runSequences(model, items.set, indices, classes.names.length);
  return softmax(logits, classes.names.length);
}

interface Subject {
  readonly model: Pick<Model, "predict" | "shape">;
  readonly task: Pick<ClassifyTask, "classes" | "majority">;
  readonly items: Items;
  readonly indices: Int32Array;
}

/** Scores on items whose labels are known. */
export function evaluateItems({ model, task, items, indices }: Subject): ClassEvaluation {
  const { classes, majority = findMajority(items, indices, classes) } = task;
  const truth = labelsOf(items, indices);
  const probabilities = classProbabilities(model, items, indices, classes);
  const scores = scoreClasses({ truth, probabilities, classes, majority });
  return { ...scores, ...judgeAll(scores.accuracy, [["majority", scores.majority.accuracy]]) };
}

/** Scores on a table whose labels are known. Throws `data/…`. */
export function evaluateClassifier({ model, task }: Classifier, given: Table): ClassEvaluation {
  findColumn(given, task.label);
  const { items } = itemsOf(given, task);
  const labels = labelsOf(items, allOf(items));
  const labelled = allOf(items).filter((index) => known(labels[index], "a label") > unlabelled);
  if (labelled.length === 0)
    throw new RecurraError(
      "data/too-few-rows",
      `${given.origin.source} has no label to compare with; fill in the column "${task.label}".`,
    );
  return evaluateItems({ model, task, items, indices: labelled });
}

/** Of a probability: as many as float32 has. */
const digits = 7;

/** One row a sequence, or a window by its last row: what it is, the label told, and how likely it is. Throws `data/…`. */
export function classifyTable({ model, task }: Classifier, given: Table): Table {
  const { items, table } = itemsOf(given, task);
  const indices = allOf(items);
  const { names } = task.classes;
  const probabilities = classProbabilities(model, items, indices, task.classes);
  const predicted = mostLikely(probabilities, names.length);
  const columns: Column[] = [
    ...identify(items, indices, table, task),
    {
      kind: "text",
      name: `${task.label} predicted`,
      values: Array.from(predicted, (label) => known(names[label], "a class")),
    },
    {
      kind: "number",
      name: "probability",
      values: Float64Array.from(predicted, (label, item) =>
        Number(known(probabilities[item * names.length + label], "a probability").toPrecision(digits)),
      ),
    },
  ];
  return createTable(columns);
}

function allOf(items: Items): Int32Array {
  return Int32Array.from(
    { length: items.kind === "windows" ? items.windows.count : items.set.count },
    (_, index) => index,
  );
}

/** Columns that say what each item is. */
function identify(items: Items, indices: Int32Array, table: Table, { of, reading }: ClassifyTask): readonly Column[] {
  if (items.kind === "sequences")
    return [{ kind: "text", name: of.kind === "sequences" ? of.sequence : "sequence", values: items.set.names }];
  const rows = targetRows(items.windows, indices);
  // With a horizon the last windows speak of rows that are not there yet.
  const isThere = rows.every((row) => row >= 0);
  const ends = Int32Array.from(indices, (index) => known(items.windows.rows[items.windows.ends[index] ?? -1], "a row"));
  const about = takeRows(table, isThere ? rows : ends);
  const names = [reading.groupColumn, reading.dateColumn].filter((name) => name !== undefined);
  if (reading.dateColumn !== undefined) return names.map((name) => findColumn(about, name));
  return [
    ...names.map((name) => findColumn(about, name)),
    { kind: "number", name: "row", values: Float64Array.from(isThere ? rows : ends, (row) => row + 1) },
  ];
}
