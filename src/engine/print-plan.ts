/** A memory plan as a table for people. */
import type { BufferRole } from "../lower/ir.ts";
import type { MemoryPlan, PlannedBuffer } from "./plan.ts";

/**
 * One line a buffer (name, shape, role, offset and length in words, first and last use), then the words of each role. `bytesPerWord` is 4
 * for float32 backends, 8 for the float64 interpreter.
 */
export function printPlan(plan: MemoryPlan, bytesPerWord: 4 | 8 = 4): string {
  const header = ["name", "shape", "role", "offset", "words", "uses"];
  const rows = plan.buffers.map(rowOf);
  const widths = header.map((title, n) => Math.max(title.length, ...rows.map((row) => row[n]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, n) => (n === 3 || n === 4 ? cell.padStart(widths[n]!) : cell.padEnd(widths[n]!)))
      .join("  ")
      .trimEnd();
  const size = (words: number): string => printBytes(words * bytesPerWord);

  const roles = [...new Set(plan.buffers.map((buffer) => buffer.role))].filter((role) => role !== "scratch");
  const totals = roles.map((role) => `${role}: ${size(wordsOf(plan, role))}`);
  if (plan.totalScratch > 0) totals.push(`scratch: ${size(plan.peakScratch)} (${size(plan.totalScratch)} unshared)`);
  return [
    line(header),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    "",
    `${size(plan.words)} in all; ${totals.join(", ")}`,
    "",
  ].join("\n");
}

function rowOf(buffer: PlannedBuffer): readonly string[] {
  const { firstUse, lastUse } = buffer;
  const uses = firstUse === undefined ? "none" : firstUse === lastUse ? String(firstUse) : `${firstUse} to ${lastUse}`;
  return [buffer.name, `[${buffer.shape.join(", ")}]`, buffer.role, String(buffer.offset), String(buffer.length), uses];
}

function wordsOf(plan: MemoryPlan, role: BufferRole): number {
  return plan.buffers.filter((buffer) => buffer.role === role).reduce((sum, buffer) => sum + buffer.length, 0);
}

/** `812 B`, `1.5 KiB`, `23.1 MiB`. */
export function printBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
