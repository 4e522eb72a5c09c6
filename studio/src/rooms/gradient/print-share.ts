/** Numbers of any size, as people read them: 0.34, 1,200, 3.4 × 10⁻⁹. */
import { printNumber, printScientific } from "../../words/index.ts";

/** Two digits; a power of ten where the number is below a thousandth or of five digits. */
export function printShare(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(2));
  const size = Math.abs(rounded);
  return size === 0 || (size >= 0.001 && size < 10_000) ? printNumber(rounded, 2) : printScientific(value, 2);
}
