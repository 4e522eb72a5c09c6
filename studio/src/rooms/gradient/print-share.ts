/** Numbers of any size, as people read them: 0.34, 1,200, 3.4 × 10⁻⁹. */
import { printNumber } from "../../words/index.ts";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** An exponent in small raised digits. */
export function printPower(power: number): string {
  const digits = Array.from(String(Math.abs(power)), (digit) => superscripts[Number(digit)] ?? "").join("");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

/** Two digits; a power of ten where the number is below a thousandth or of five digits. */
export function printShare(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(2));
  const size = Math.abs(rounded);
  if (size === 0 || (size >= 0.001 && size < 10_000)) return printNumber(rounded, 2);
  const [mantissa = "", power = "0"] = value.toExponential(1).split("e");
  return `${printNumber(Number(mantissa), 2)} × ${printPower(Number(power))}`;
}
