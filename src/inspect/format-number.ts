/** Numbers as people read them: grouped digits, significant figures, and units scaled to their size. */

import { groupDigits } from "../util/count.ts";
import { RecurraError } from "../util/errors.ts";

const missing = "–";

/** With `decimals` decimals, thousands grouped by commas, and a true minus left as `-` so that it can be copied. */
export function printFixed(value: number, decimals: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  // toFixed leaves exponents for 1e21 and beyond.
  if (whole.includes("e")) return String(value);
  const digits = fraction === undefined ? groupDigits(whole) : `${groupDigits(whole)}.${fraction}`;
  return value < 0 && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/** To `figures` significant figures (integers in full up to a billion); very large and very small numbers in scientific notation. */
export function printSignificant(value: number, figures = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (Number.isInteger(value) && size < 1e9) return printFixed(value, 0);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(figures - 1).replace("e+", "e");
  const decimals = Math.max(0, figures - 1 - Math.floor(Math.log10(Number(size.toPrecision(figures)))));
  return printFixed(value, decimals);
}

/** A printed number with its power of ten raised: `1.20e-5` as `1.2 × 10⁻⁵`, `1e3` as `10³`, any other as it is. */
export function raisePower(text: string): string {
  const [factor = "", power] = text.split("e");
  if (power === undefined) return text;
  const raised = Array.from(power.replace("+", ""), (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join(
    "",
  );
  const short = String(Number(factor));
  return short === "1" ? `10${raised}` : `${short} × 10${raised}`;
}

interface Step {
  readonly at: number;
  readonly unit: string;
}

function printScaled(value: number, steps: readonly Step[]): string {
  const size = Math.abs(value);
  // The largest step that the number, once rounded to three figures, still reaches.
  const step = steps.find(({ at }) => Number(size.toPrecision(3)) >= at) ?? steps.at(-1);
  if (step === undefined) return printSignificant(value, 3);
  return `${printSignificant(Number((value / step.at).toPrecision(3)), 3)} ${step.unit}`;
}

function printDuration(milliseconds: number): string {
  if (Math.abs(milliseconds) < 60_000) {
    return printScaled(milliseconds, [
      { at: 1000, unit: "s" },
      { at: 1, unit: "ms" },
      { at: 1e-3, unit: "µs" },
      { at: 1e-6, unit: "ns" },
    ]);
  }
  const seconds = Math.round(milliseconds / 1000);
  const hours = Math.trunc(seconds / 3600);
  const minutes = Math.trunc((seconds % 3600) / 60);
  return hours !== 0 ? `${hours} h ${Math.abs(minutes)} min` : `${minutes} min ${Math.abs(seconds % 60)} s`;
}

const bytes: readonly Step[] = [
  { at: 2 ** 30, unit: "GiB" },
  { at: 2 ** 20, unit: "MiB" },
  { at: 2 ** 10, unit: "KiB" },
  { at: 1, unit: "B" },
];

/**
 * A number with its unit. `"ms"` (scaled: ns to hours), `"bytes"` (B to GiB), `"share"` (0.123 is 12.3 %) and `"count"`
 * (a whole number) are known; any other unit is written after the number. `undefined` and `null` are a dash.
 */
export function printQuantity(value: number | undefined | null, unit = "", decimals?: number): string {
  if (value === undefined || value === null) return missing;
  if (!Number.isFinite(value)) return printSignificant(value);
  if (unit === "ms") return value === 0 ? "0 ms" : printDuration(value);
  if (unit === "bytes") return value === 0 ? "0 B" : printScaled(value, bytes);
  if (unit === "share") return `${printFixed(value * 100, decimals ?? 1)} %`;
  if (unit === "count") return printFixed(value, decimals ?? 0);
  const text = decimals === undefined ? printSignificant(value) : printFixed(value, decimals);
  return unit === "" ? text : `${text} ${unit}`;
}

/**
 * A printed number with a language's signs: `1,234.5` is `1.234,5` where `locale` is `vi`. Throws `util/bad-argument` for what is no language tag.
 */
export function localiseNumber(text: string, locale: string | undefined): string {
  if (locale === undefined) return text;
  const parts = numberParts(locale);
  const signOf = (type: "decimal" | "group", otherwise: string): string =>
    parts.find((part) => part.type === type)?.value ?? otherwise;
  const [decimal, group] = [signOf("decimal", "."), signOf("group", "")];
  return text.replace(/(?<=\d)[.,](?=\d)/g, (sign) => (sign === "." ? decimal : group));
}

/** Kept, since making a format takes longer than all else that a chart does for a number. */
const partsOf = new Map<string, readonly Intl.NumberFormatPart[]>();

function numberParts(locale: string): readonly Intl.NumberFormatPart[] {
  const before = partsOf.get(locale);
  if (before !== undefined) return before;
  try {
    const parts = new Intl.NumberFormat(locale).formatToParts(123_456.7);
    partsOf.set(locale, parts);
    return parts;
  } catch (cause) {
    throw new RecurraError(
      "util/bad-argument",
      `The locale ${JSON.stringify(locale)} is no language tag; give one such as "vi" or "en-GB".`,
      { cause },
    );
  }
}
