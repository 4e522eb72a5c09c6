/** Numbers as the page shows them. */

/** @param {readonly number[]} values NaN of none */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Three digits, without exponents; a dash for what was not measured. @param {number} value */
export function threeDigits(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/e.*/, "");
}

/** @param {number} share of 1 */
export const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : "–");

/** @param {number} bytes */
export function printBytes(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes) || 1) / 10)));
  const value = bytes / 1024 ** at;
  return `${Number.isInteger(value) ? value : threeDigits(value)} ${units[at]}`;
}

/**
 * A table in Markdown; columns after the first stand right, but those whose heads end in a space.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function printTable(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map((text) => text.trim()).join(" | ")} |`;
  const rule = head.map((title, at) => (at === 0 || title.endsWith(" ") ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("\n");
}
