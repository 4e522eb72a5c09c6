/** Labelled sequences: rows that a column puts together, texts, and windows that carry a label. */
import { printCount } from "../util/count.ts";
import { RecurraError, known } from "../util/errors.ts";
import { checkSizes } from "./check-size.ts";
import { groupRows } from "./group-rows.ts";
import type { RowGroup } from "./group-rows.ts";
import type { Numbers } from "./numbers.ts";
import { findScaler, fitScaler, scaleValue } from "./scalers.ts";
import type { Scaler, ScalerKind } from "./scalers.ts";
import { addColumns, cellError, findColumn, readNumbers, readTexts } from "./table.ts";
import type { Table } from "./table.ts";
import { buildClasses, encodeText, numberOfClass } from "./vocabulary.ts";
import type { Classes, Vocabulary } from "./vocabulary.ts";
import { createWindows } from "./windows.ts";
import type { WindowChoice, Windows } from "./windows.ts";

/** Number of a label that is not known. */
export const unlabelled = -1;

/** Sequences of any lengths ≥ 1 with a class each. `I = inputNames.length`. */
export interface SequenceSet {
  readonly kind: "sequences";
  readonly count: number;
  /** What the table calls each sequence; the number of the text, from 1, for texts. */
  readonly names: readonly string[];
  readonly inputNames: readonly string[];
  readonly lengths: Int32Array;
  /** The first step of each sequence in `values`. */
  readonly starts: Int32Array;
  /** Inputs `[all steps, I]`. */
  readonly values: Float64Array;
  /** Number of each sequence's class, `unlabelled` where there is none. */
  readonly labels: Int32Array;
  readonly classes: Classes;
}

export interface GroupedOptions {
  /** The column that names the sequence of each row. */
  readonly sequence: string;
  /** The column with the class, the same in all rows of a sequence; none for sequences to be classified. */
  readonly label?: string | undefined;
  /** Number columns that are the inputs of each step. */
  readonly features: readonly string[];
  /** Classes of a trained model; found from the labels where not given. */
  readonly classes?: Classes | undefined;
}

/**
 * Sequences of the rows of a table, steps in the table's order. Throws `data/label-changes`, `data/unknown-label`,
 * `data/missing-value`, `data/wrong-type`, `data/unknown-column`, `data/too-few-rows`, `data/scaler-domain`.
 */
export function groupSequences(table: Table, options: GroupedOptions): SequenceSet {
  const { features, label } = options;
  if (features.length === 0) throw new RecurraError("util/bad-argument", "Sequences need at least one feature column");
  for (const name of features) failAtMissing(table, name);
  const groups = groupRows(table, options.sequence);
  const texts = label === undefined ? undefined : readLabels(table, label, groups);
  const classes = options.classes ?? buildClasses(texts ?? []);
  checkSizes(table, features);
  const columns = features.map((name) => readNumbers(table, name));
  const rows = groups.flatMap((group) => [...group.rows]);
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, step) =>
    columns.forEach((column, at) => (values[step * columns.length + at] = known(column[row], "a value"))),
  );
  return {
    kind: "sequences",
    count: groups.length,
    names: groups.map(({ name }) => name),
    inputNames: features,
    ...placeSequences(groups.map((group) => group.rows.length)),
    values,
    labels: Int32Array.from(groups, (_, index) =>
      texts === undefined ? unlabelled : numberOfClass(classes, known(texts[index], "a label")),
    ),
    classes,
  };
}

function failAtMissing(table: Table, name: string): void {
  const row = findColumn(table, name).missing?.indexOf(1) ?? -1;
  if (row < 0) return;
  throw cellError(
    "data/missing-value",
    table,
    row,
    name,
    'the value is missing. Fill it in, or state a rule (missing: "drop", "previous", "linear" or a value)',
  );
}

function readLabels(table: Table, label: string, groups: readonly RowGroup[]): readonly string[] {
  failAtMissing(table, label);
  const labels = readTexts(table, label).map((text) => text.normalize("NFC"));
  return groups.map(({ name, rows }) => {
    const first = known(labels[known(rows[0], "a row")], "a label");
    const other = rows.find((row) => labels[row] !== first);
    if (other === undefined) return first;
    const what = `the label of sequence "${name}" changes from "${first}" to "${known(labels[other], "a label")}"`;
    throw cellError(
      "data/label-changes",
      table,
      other,
      label,
      `${what}; give each sequence one label, or classify windows instead`,
    );
  });
}

function placeSequences(lengths: readonly number[]): { readonly lengths: Int32Array; readonly starts: Int32Array } {
  let start = 0;
  const starts = lengths.map((length) => {
    start += length;
    return start - length;
  });
  return { lengths: Int32Array.from(lengths), starts: Int32Array.from(starts) };
}

export interface TextOptions {
  readonly vocabulary: Vocabulary;
  /** One a text; none for texts to be classified. */
  readonly labels?: readonly string[] | undefined;
  /** Classes of a trained model; found from the labels where not given. */
  readonly classes?: Classes | undefined;
  /** What messages call the texts. */
  readonly source?: string | undefined;
}

/** Texts as sequences of tokens: one input, the token's number. Throws `data/empty-sequence`, `data/unknown-label`, `util/bad-argument`. */
export function textSequences(texts: readonly string[], options: TextOptions): SequenceSet {
  const { vocabulary, labels, source = "texts" } = options;
  if (labels !== undefined && labels.length !== texts.length) {
    throw new RecurraError(
      "util/bad-argument",
      `There are ${texts.length} texts and ${labels.length} labels; give one label a text`,
    );
  }
  const tokens = texts.map((text) => encodeText(vocabulary, text));
  const empty = tokens.findIndex((sequence) => sequence.length === 0);
  if (empty >= 0)
    throw new RecurraError(
      "data/empty-sequence",
      `${source}, text ${empty + 1} has no ${vocabulary.unit}; leave it out`,
    );
  const classes = options.classes ?? buildClasses(labels ?? []);
  const placed = placeSequences(tokens.map((sequence) => sequence.length));
  const values = new Float64Array(tokens.reduce((sum, sequence) => sum + sequence.length, 0));
  tokens.forEach((sequence, index) => values.set(sequence, placed.starts[index]));
  return {
    kind: "sequences",
    count: texts.length,
    names: texts.map((_, index) => String(index + 1)),
    inputNames: ["token"],
    ...placed,
    values,
    labels: Int32Array.from(texts, (_, index) =>
      labels === undefined ? unlabelled : numberOfClass(classes, known(labels[index], "a label")),
    ),
    classes,
  };
}

/** Scalers of each input by name, fitted on the steps of these (training) sequences. Throws `data/scaler-domain`, `data/too-few-rows`. */
export function fitSequenceScalers(
  set: SequenceSet,
  training: Int32Array,
  options: { readonly kind?: ScalerKind; readonly byColumn?: Readonly<Record<string, ScalerKind>> } = {},
): Readonly<Record<string, Scaler>> {
  const { kind = "standard", byColumn = {} } = options;
  const isTraining = new Set(training);
  return Object.fromEntries(
    set.inputNames.map((name, at) => {
      const values: number[] = [];
      for (const index of isTraining) {
        const start = known(set.starts[index], "a sequence");
        for (let step = start; step < start + known(set.lengths[index], "a length"); step++) {
          values.push(known(set.values[step * set.inputNames.length + at], "a value"));
        }
      }
      return [
        name,
        fitScaler(Object.hasOwn(byColumn, name) ? known(byColumn[name], "a kind") : kind, values, `column "${name}"`),
      ];
    }),
  );
}

/** The set with its inputs scaled. */
export function scaleSequences(set: SequenceSet, scalers: Readonly<Record<string, Scaler>>): SequenceSet {
  const byInput = set.inputNames.map((name) => findScaler(scalers, name));
  const values = set.values.map((value, at) => scaleValue(known(byInput[at % byInput.length], "a scaler"), value));
  return { ...set, values };
}

/** Where a batch is put. */
export interface SequenceBatch {
  /** `[steps, B, I]`, 0 past a sequence's end. */
  readonly inputs: Numbers;
  /** `[B]` */
  readonly lengths: Int32Array;
  /** `[B]`, class numbers. */
  readonly labels: Int32Array;
}

/**
 * Writes the sequences with these indices, padded to `steps`, into given arrays, which may be longer than needed; nothing is
 * allocated. Throws `util/bad-argument`.
 */
export function assembleSequences(
  set: SequenceSet,
  indices: ArrayLike<number>,
  steps: number,
  into: SequenceBatch,
): void {
  const width = set.inputNames.length;
  const batch = indices.length;
  if (into.inputs.length < steps * batch * width || into.lengths.length < batch || into.labels.length < batch) {
    throw new RecurraError(
      "util/bad-argument",
      `A batch of ${batch} sequences of ${steps} steps and ${width} inputs has no room in the arrays given`,
    );
  }
  for (let member = 0; member < batch; member++) {
    const index = indices[member] ?? -1;
    const length = set.lengths[index] ?? 0;
    const start = set.starts[index] ?? 0;
    if (length === 0 || length > steps) {
      throw new RecurraError(
        "util/bad-argument",
        `Sequence ${index} has ${printCount(length, "step")}; a batch of ${steps} steps holds lengths from 1 to ${steps}`,
      );
    }
    into.lengths[member] = length;
    into.labels[member] = set.labels[index] ?? unlabelled;
    for (let step = 0; step < steps; step++) {
      for (let at = 0; at < width; at++) {
        into.inputs[(step * batch + member) * width + at] =
          step < length ? (set.values[(start + step) * width + at] ?? NaN) : 0;
      }
    }
  }
}

export interface LabelledWindowOptions {
  /** The column with the class of each row. */
  readonly label: string;
  /** Number columns that are the inputs of each step. */
  readonly features: readonly string[];
  readonly window: number;
  readonly stride?: number | undefined;
  /** Steps from the window's last row to the row whose label it is given; 0, the last row itself, where not given. */
  readonly horizon?: number | undefined;
  readonly group?: string | undefined;
  readonly classes?: Classes | undefined;
}

export interface LabelledWindows {
  /** One target: the number of the class. */
  readonly windows: Windows;
  readonly classes: Classes;
}

/**
 * Windows whose target is the class of a row. With `choice.open` labels may be missing, or their column absent.
 * Throws as `createWindows`, and `data/unknown-label`.
 */
export function labelWindows(table: Table, options: LabelledWindowOptions, choice: WindowChoice = {}): LabelledWindows {
  const { label, features, classes } = options;
  const { numbers, classes: found } = numberLabels(table, label, classes, choice.open === true);
  const missing = Uint8Array.from(numbers, (number) => (Number.isNaN(number) ? 1 : 0));
  const labelled = addColumns(table, [
    { kind: "number", name: label, values: numbers, ...(missing.includes(1) ? { missing } : {}) },
  ]);
  const { window, stride, horizon = 0, group } = options;
  const spec = { targets: [label], covariates: features, window, stride, horizon, group, targetsAreInputs: false };
  return { windows: createWindows(labelled, spec, choice), classes: found };
}

function numberLabels(
  table: Table,
  label: string,
  classes: Classes | undefined,
  open: boolean,
): { numbers: Float64Array; classes: Classes } {
  const isAbsent = !table.columns.some((column) => column.name === label);
  if (isAbsent && open && classes !== undefined) return { numbers: new Float64Array(table.rows).fill(NaN), classes };
  if (!open) failAtMissing(table, label);
  const { missing } = findColumn(table, label);
  const texts = readTexts(table, label);
  const found = classes ?? buildClasses(texts.filter((_, row) => missing?.[row] !== 1));
  const numbers = Float64Array.from(texts, (text, row) => (missing?.[row] === 1 ? NaN : numberOfClass(found, text)));
  return { numbers, classes: found };
}
