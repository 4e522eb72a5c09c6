/** Numbers that stand beside each other or are added up: all with as many digits behind the point, so that one can check the sum. */
import { language } from "../../settings.ts";

export function printFixed(value: number, digits = 3): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  // No minus before what is zero once it is rounded.
  const rounded = Number(value.toFixed(digits)) + 0;
  return new Intl.NumberFormat(language.value, options).format(rounded).replace("-", "\u2212");
}
