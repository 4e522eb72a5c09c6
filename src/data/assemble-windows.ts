/** Values of windows: put together into given arrays, and turned back into the table's own units. */
import { RecurraError, known } from "../util/errors.ts";
import type { Numbers } from "./numbers.ts";
import { scaleValue, unscaleValue } from "./scalers.ts";
import { dependsOnWindow, fromTargetForm, toInputForm, toTargetForm } from "./target-forms.ts";
import type { Windows } from "./windows.ts";

/**
 * Writes the inputs `[T, B, I]` and, if given, the targets `[B, O]` of the windows with these indices, where `B` is their
 * number. Arrays may be longer; only their first `T·B·I` and `B·O` numbers are written, and nothing is allocated.
 * A target that is not known yet (of an open window) is NaN. Throws `util/bad-argument`.
 */
export function assembleWindows(
  windows: Windows,
  indices: ArrayLike<number>,
  inputs: Numbers,
  targets?: Numbers,
): void {
  const batch = indices.length;
  const { window } = windows.spec;
  const width = windows.inputNames.length;
  checkRoom("inputs", inputs, window * batch * width);
  for (let member = 0; member < batch; member++) {
    const end = endOf(windows, indices, member);
    for (let step = 0; step < window; step++) {
      writeStep(windows, end, end - window + 1 + step, inputs, (step * batch + member) * width);
    }
  }
  if (targets !== undefined) assembleTargets(windows, indices, targets);
}

/** The inputs at one position of the window that ends at `end`: targets, covariates, known columns, known columns ahead. */
function writeStep(windows: Windows, end: number, position: number, inputs: Numbers, start: number): void {
  const { present, targets, knownAhead } = windows;
  const { form } = windows.spec;
  const ahead = windows.spec.known.length;
  const width = windows.inputNames.length - knownAhead.length * ahead;
  for (let column = 0; column < width; column++) inputs[start + column] = present[position * width + column] ?? NaN;
  if (dependsOnWindow(form)) {
    for (let column = 0; column < targets.length; column++) {
      const target = known(targets[column], "a target");
      inputs[start + column] = scaleValue(target.inputScaler, toInputForm(form, target.values, position, end));
    }
  }
  let at = start + width;
  for (let step = 0; step < knownAhead.length; step++) {
    const first = (position + (knownAhead[step] ?? 0) + 1) * width - ahead;
    for (let column = 0; column < ahead; column++) inputs[at++] = present[first + column] ?? NaN;
  }
}

function assembleTargets(windows: Windows, indices: ArrayLike<number>, targets: Numbers): void {
  checkRoom("targets", targets, indices.length * windows.outputNames.length);
  let at = 0;
  for (let member = 0; member < indices.length; member++) {
    const end = endOf(windows, indices, member);
    for (const step of windows.stepsAhead) {
      for (const { values, scaler } of windows.targets) {
        const value = toTargetForm(windows.spec.form, valueAhead(windows, values, end, step), values[end] ?? NaN);
        targets[at++] = scaleValue(scaler, value);
      }
    }
  }
}

/** A column's value some steps after the window that ends at `end`; NaN past the end of its series. */
function valueAhead(windows: Windows, values: Float64Array, end: number, step: number): number {
  return windows.series[end + step] === windows.series[end] ? (values[end + step] ?? NaN) : NaN;
}

/** The network's outputs `[B, O]` for these windows in the table's own units, into `into` or a new float64 array. */
export function restoreOutputs(
  windows: Windows,
  indices: ArrayLike<number>,
  outputs: Numbers,
  into: Numbers = new Float64Array(indices.length * windows.outputNames.length),
): Numbers {
  checkRoom("outputs", outputs, indices.length * windows.outputNames.length);
  let at = 0;
  for (let member = 0; member < indices.length; member++) {
    const end = endOf(windows, indices, member);
    for (let step = 0; step < windows.stepsAhead.length; step++) {
      for (const { values, scaler } of windows.targets) {
        into[at] = fromTargetForm(windows.spec.form, unscaleValue(scaler, outputs[at] ?? NaN), values[end] ?? NaN);
        at += 1;
      }
    }
  }
  return into;
}

/** The true values `[B, O]` of what these windows forecast, in the table's own units; NaN where not known yet. */
export function readTruth(windows: Windows, indices: ArrayLike<number>): Float64Array {
  return fillOutputs(windows, indices, (values, end, step) => valueAhead(windows, values, end, step));
}

/**
 * The seasonal-naive forecast `[B, O]` of these windows in the table's own units: the value of the latest whole number of seasons
 * before the row forecast that is known at the window's end. Season 1 is the naive forecast, the window's last value.
 * NaN where the series is too short for it.
 */
export function forecastNaive(windows: Windows, indices: ArrayLike<number>, season = 1): Float64Array {
  return fillOutputs(windows, indices, (values, end, step) =>
    valueAhead(windows, values, end, step - season * Math.ceil(step / season)),
  );
}

/**
 * The drift forecast `[B, O]` of these windows: the line through the first and the last value known of the series, carried on
 * (Hyndman and Athanasopoulos 2021, section 5.2).
 */
export function forecastDrift(windows: Windows, indices: ArrayLike<number>): Float64Array {
  const starts = findStarts(windows);
  return fillOutputs(windows, indices, (values, end, step) => {
    const first = starts[end] ?? end;
    const last = values[end] ?? NaN;
    return first === end ? last : last + (step * (last - (values[first] ?? NaN))) / (end - first);
  });
}

/** The mean forecast `[B, O]` of these windows: the mean of all values of the series that are known at the window's end. */
export function forecastMean(windows: Windows, indices: ArrayLike<number>): Float64Array {
  const starts = findStarts(windows);
  const means = new Map(
    windows.targets.map(({ values }) => {
      let sum = 0;
      const running = values.map((value, at) => {
        sum = starts[at] === at ? value : sum + value;
        return sum / (at - (starts[at] ?? at) + 1);
      });
      return [values, running];
    }),
  );
  return fillOutputs(windows, indices, (values, end) => means.get(values)?.[end] ?? NaN);
}

/** The position at which the series of each position begins. */
function findStarts({ series }: Windows): Int32Array {
  const starts = new Int32Array(series.length);
  for (let at = 1; at < series.length; at++) starts[at] = series[at] === series[at - 1] ? (starts[at - 1] ?? 0) : at;
  return starts;
}

/** Table rows `[B, steps ahead]` of what these windows forecast; -1 past the end of the series. */
export function targetRows(windows: Windows, indices: ArrayLike<number>): Int32Array {
  const result = new Int32Array(indices.length * windows.stepsAhead.length);
  let at = 0;
  for (let member = 0; member < indices.length; member++) {
    const end = endOf(windows, indices, member);
    for (const step of windows.stepsAhead) {
      result[at++] = windows.series[end + step] === windows.series[end] ? known(windows.rows[end + step], "a row") : -1;
    }
  }
  return result;
}

type ValueAt = (values: Float64Array, end: number, step: number) => number;

/** Numbers `[B, O]`: by window, by step ahead, by target. */
function fillOutputs(windows: Windows, indices: ArrayLike<number>, valueAt: ValueAt): Float64Array {
  const result = new Float64Array(indices.length * windows.outputNames.length);
  let at = 0;
  for (let member = 0; member < indices.length; member++) {
    const end = endOf(windows, indices, member);
    for (const step of windows.stepsAhead) {
      for (const { values } of windows.targets) result[at++] = valueAt(values, end, step);
    }
  }
  return result;
}

function endOf(windows: Windows, indices: ArrayLike<number>, member: number): number {
  const end = windows.ends[indices[member] ?? -1];
  if (end !== undefined) return end;
  throw new RecurraError(
    "util/bad-argument",
    `Window ${indices[member]} was asked for; there are ${windows.count}, numbered from 0`,
  );
}

function checkRoom(name: string, array: Numbers, needed: number): void {
  if (array.length >= needed) return;
  throw new RecurraError(
    "util/bad-argument",
    `The array of ${name} has room for ${array.length} numbers where ${needed} are needed`,
  );
}
