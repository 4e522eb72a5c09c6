/** The words of the language that is chosen, and numbers as that language writes them. */
import { language } from "../settings.ts";
import type { Language } from "../settings.ts";
import { en } from "./en.ts";
import type { Words } from "./en.ts";
import { vi } from "./vi.ts";

export type { RoomName, Words } from "./en.ts";

const catalogues: Readonly<Record<Language, Words>> = { en, vi };

/** The page's own words; a component that reads them follows the choice of language. */
export function useWords(): Words {
  return catalogues[language.value];
}

/** A room's own words, of its catalogue in each language. */
export function pickWords<T>(words: Readonly<Record<Language, T>>): T {
  return words[language.value];
}

/** Below it a number is a power of ten: there would be more zeros than one counts. */
const least = 1e-4;

/** A number in the language's notation: a whole one in full, any other with so many significant digits. */
export function printNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  if (value !== 0 && Math.abs(value) < least) return printScientific(value, digits);
  return print(value, Number.isInteger(value) ? {} : { maximumSignificantDigits: digits });
}

/** Numbers that stand beside each other or are added up: all with as many digits behind the point. */
export function printFixed(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  // No minus before what is zero once it is rounded.
  const rounded = Number(value.toFixed(digits)) + 0;
  return print(rounded, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** 3.4 × 10⁻⁹, with so many significant digits. */
export function printScientific(value: number, digits: number): string {
  const [mantissa = "", power = "0"] = value.toExponential(digits - 1).split("e");
  return `${print(Number(mantissa), {})} × ${printPower(Number(power))}`;
}

/** A power of ten, its exponent in small raised digits. */
export function printPower(power: number): string {
  const digits = Array.from(String(Math.abs(power)), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "").join("");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

function print(value: number, options: Intl.NumberFormatOptions): string {
  // The true minus is what both languages print; a hyphen is too short beside digits.
  return formatOf(language.value, options).format(value).replace("-", "\u2212");
}

/** Formats by language and options: to make one is slow beside using it, and a table or a slider prints many numbers. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const made = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, made);
  return made;
}
