/**
 * Scalers: how a column's values become numbers of a size a network learns well from, and how forecasts become values again.
 * Plain data, fitted on training rows only, stored in the model file.
 */
import { RecurraError } from "../util/errors.ts";
import type { Numbers } from "./numbers.ts";

export type ScalerKind = Scaler["kind"];

/** Each is invertible: `scale` is never 0. */
export type Scaler =
  | { readonly kind: "none" }
  /** (x − mean) / deviation */
  | { readonly kind: "standard"; readonly center: number; readonly scale: number }
  /** (x − least) / (greatest − least) */
  | { readonly kind: "min-max"; readonly center: number; readonly scale: number }
  /** (x − median) / interquartile range: outliers do not move it. */
  | { readonly kind: "robust"; readonly center: number; readonly scale: number }
  /** (log(1 + x) − mean) / deviation of log(1 + x), for x > −1: counts and other skewed values. */
  | { readonly kind: "log-standard"; readonly center: number; readonly scale: number };

/**
 * A range below this share of the values' size is rounding, not variation (float64 carries 16 digits): the column counts as
 * constant, and its scale as 1.
 */
const leastRelativeRange = 1e-12;
/** So does a range whose square float64 cannot hold. */
const leastRange = 1e-150;

/**
 * A scaler for these values; NaN is left out. A constant column is only centred. Throws `data/scaler-domain` where a logarithm
 * meets a value ≤ −1, `data/too-few-rows` where there is no value.
 */
export function fitScaler(kind: ScalerKind, values: ArrayLike<number>, name = "the values"): Scaler {
  if (kind === "none") return { kind };
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  if (present.length === 0)
    throw new RecurraError("data/too-few-rows", `A scaler for ${name} has no training value to be fitted on`);
  if (kind === "log-standard") return { kind, ...fitStandard(takeLogarithms(present, name)) };
  if (kind === "standard") return { kind, ...fitStandard(present) };
  if (kind === "min-max") return { kind, ...fitRange(present) };
  return { kind, ...fitRobust(present) };
}

interface Affine {
  readonly center: number;
  readonly scale: number;
}

function takeLogarithms(values: Float64Array, name: string): Float64Array {
  const low = values.find((value) => value <= -1);
  if (low !== undefined) {
    throw new RecurraError(
      "data/scaler-domain",
      `${name} holds ${low}, but log(1 + x) needs x > −1; choose the standard or robust scaler`,
    );
  }
  return values.map(Math.log1p);
}

function findRange(values: Float64Array): {
  readonly low: number;
  readonly high: number;
  readonly isConstant: boolean;
} {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return { low, high, isConstant: isRounding(high - low, Math.max(Math.abs(low), Math.abs(high))) };
}

/** Whether a range of values of some size is too small to be variation. */
function isRounding(range: number, size: number): boolean {
  return range <= leastRelativeRange * size || range < leastRange;
}

/** Mean and population standard deviation, in two passes. */
function fitStandard(values: Float64Array): Affine {
  const center = mean(values);
  if (findRange(values).isConstant) return { center, scale: 1 };
  return { center, scale: Math.sqrt(mean(values.map((value) => (value - center) ** 2))) };
}

function fitRange(values: Float64Array): Affine {
  const { low, high, isConstant } = findRange(values);
  return { center: low, scale: isConstant ? 1 : high - low };
}

/** Median and interquartile range; the standard deviation stands in where half of all values are one value. */
function fitRobust(values: Float64Array): Affine {
  const sorted = values.toSorted();
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const center = quantile(sorted, 0.5);
  return { center, scale: isRounding(spread, Math.abs(center)) ? fitStandard(values).scale : spread };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The p-quantile of sorted values by linear interpolation (Hyndman and Fan 1996, definition 7). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The scaler of that name, or none. */
export function findScaler(scalers: Readonly<Record<string, Scaler>>, name: string): Scaler {
  return (Object.hasOwn(scalers, name) ? scalers[name] : undefined) ?? { kind: "none" };
}

/** One value, scaled. Throws `data/scaler-domain` where a logarithm meets a value ≤ −1. */
export function scaleValue(scaler: Scaler, value: number): number {
  if (scaler.kind === "none") return value;
  if (scaler.kind !== "log-standard") return (value - scaler.center) / scaler.scale;
  if (value <= -1) {
    throw new RecurraError(
      "data/scaler-domain",
      `The value ${value} cannot be scaled: log(1 + x) needs x > −1; correct it or train with another scaler`,
    );
  }
  return (Math.log1p(value) - scaler.center) / scaler.scale;
}

/** One value, in the units it had before `scaleValue`. */
export function unscaleValue(scaler: Scaler, value: number): number {
  if (scaler.kind === "none") return value;
  const affine = value * scaler.scale + scaler.center;
  return scaler.kind === "log-standard" ? Math.expm1(affine) : affine;
}

/** All values scaled, into `into` (which may be `values`) or a new float64 array. NaN stays NaN. */
export function applyScaler(scaler: Scaler, values: Numbers, into: Numbers = new Float64Array(values.length)): Numbers {
  for (let i = 0; i < values.length; i++) into[i] = scaleValue(scaler, values[i] ?? NaN);
  return into;
}

/** What `applyScaler` made, in the units it had before. */
export function invertScaler(
  scaler: Scaler,
  values: Numbers,
  into: Numbers = new Float64Array(values.length),
): Numbers {
  for (let i = 0; i < values.length; i++) into[i] = unscaleValue(scaler, values[i] ?? NaN);
  return into;
}
