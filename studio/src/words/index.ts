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

/** A number in the language's notation: a whole one in full, any other with so many significant digits. */
export function printNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  const options = Number.isInteger(value) ? {} : { maximumSignificantDigits: digits };
  // The true minus is what both languages print; a hyphen is too short beside digits.
  return new Intl.NumberFormat(language.value, options).format(value).replace("-", "\u2212");
}
