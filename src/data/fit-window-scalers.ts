/** Scalers of windows, fitted on what training may see. */
import { printCount } from "../util/count.ts";
import { RecurraError, known } from "../util/errors.ts";
import { fitScaler } from "./scalers.ts";
import type { Scaler, ScalerKind } from "./scalers.ts";
import { partNumber, rowsOfPart } from "./split.ts";
import type { Split } from "./split.ts";
import { readNumbers } from "./table.ts";
import type { Table } from "./table.ts";
import { toInputForm, toTargetForm } from "./target-forms.ts";
import { windowsOfPart } from "./windows.ts";
import type { WindowScalers, Windows } from "./windows.ts";

export interface WindowScalerOptions {
  /** For columns that `byColumn` does not name; `"standard"` where not given. */
  readonly kind?: ScalerKind | undefined;
  /** By column: `"none"` suits time features and other columns that already lie within −1 and 1. */
  readonly byColumn?: Readonly<Record<string, ScalerKind>> | undefined;
}

/** Values looked at for the inputs of a form that depends on the window: enough for any scaler, and bounded. */
const mostInputValues = 1_000_000;

/**
 * Scalers for the inputs and targets of windows, from training rows alone: levels from the rows of the training part,
 * forms that depend on the window from the windows that lie wholly in it. Throws `data/too-few-rows`, `data/scaler-domain`.
 */
export function fitWindowScalers(
  table: Table,
  windows: Windows,
  split: Split,
  options: WindowScalerOptions = {},
): WindowScalers {
  const { kind = "standard", byColumn = {} } = options;
  const training = windowsOfPart(windows, split, "train");
  if (training.length === 0) {
    const what = `No window of ${printCount(windows.spec.window, "row")} with its target lies in the training part`;
    throw new RecurraError("data/too-few-rows", `${what}; hold back fewer rows or shorten the window`);
  }
  const kindOf = (name: string): ScalerKind => (Object.hasOwn(byColumn, name) ? known(byColumn[name], "a kind") : kind);
  const trainingRows = rowsOfPart(split, "train");
  const fit = (name: string, what: string, values: Float64Array): readonly [string, Scaler] => [
    name,
    fitScaler(kindOf(name), values, what),
  ];
  const helpers = [...windows.spec.covariates, ...windows.spec.known].map((name) => {
    const values = readNumbers(table, name);
    return fit(
      name,
      `column "${name}"`,
      Float64Array.from(trainingRows, (row) => values[row] ?? NaN),
    );
  });
  const describe = (name: string): string => `column "${name}" as "${windows.spec.form}"`;
  const pasts = windows.targets.map(({ name, values }) =>
    fit(name, describe(name), listInputValues(windows, values, training, split)),
  );
  const targets = windows.targets.map(({ name, values }) =>
    fit(name, describe(name), listTargetValues(windows, values, training, split)),
  );
  return {
    kind: "window-scalers",
    inputs: Object.fromEntries([...(windows.spec.targetsAreInputs ? pasts : []), ...helpers]),
    targets: Object.fromEntries(targets),
  };
}

/** Values of training rows by position, NaN for all others. */
function listLevels(windows: Windows, values: Float64Array, split: Split): Float64Array {
  return values.map((value, position) => (isTraining(windows, split, position) ? value : NaN));
}

function isTraining(windows: Windows, split: Split, position: number): boolean {
  return split.parts[windows.rows[position] ?? -1] === partNumber("train");
}

function listTargetValues(windows: Windows, values: Float64Array, training: Int32Array, split: Split): Float64Array {
  const { form } = windows.spec;
  if (form === "level") return listLevels(windows, values, split);
  return Float64Array.from(
    [...training].flatMap((index) => {
      const end = known(windows.ends[index], "a window");
      return windows.stepsAhead.map((step) => toTargetForm(form, values[end + step] ?? NaN, values[end] ?? NaN));
    }),
  );
}

function listInputValues(windows: Windows, values: Float64Array, training: Int32Array, split: Split): Float64Array {
  const { form, window } = windows.spec;
  if (form === "level") return listLevels(windows, values, split);
  if (form === "difference") {
    return values.map((_, position) => {
      const isWithin = windows.series[position] === windows.series[position - 1];
      const isSeen = isTraining(windows, split, position) && isTraining(windows, split, position - 1);
      return isWithin && isSeen ? toInputForm(form, values, position, position) : NaN;
    });
  }
  const every = Math.ceil((training.length * window) / mostInputValues);
  const sample = training.filter((_, index) => index % every === 0);
  const result = new Float64Array(sample.length * window);
  sample.forEach((index, member) => {
    const end = known(windows.ends[index], "a window");
    for (let step = 0; step < window; step++)
      result[member * window + step] = toInputForm(form, values, end - window + 1 + step, end);
  });
  return result;
}
