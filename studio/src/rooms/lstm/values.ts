/** Numbers of one unit at one character, and orders of units. */
import type { Reading, ValueName } from "../../work/read-text.ts";

/** The values of a unit in one step, and its cell before. */
export type UnitValues = Readonly<Record<ValueName | "before", number>>;

/** The values of a unit after a character, each from 0. */
export function valuesAt(
  { values, hidden }: Reading,
  { at, unit }: { readonly at: number; readonly unit: number },
): UnitValues {
  const value = (name: ValueName, step: number): number => values[name][step * hidden + unit] ?? NaN;
  return {
    f: value("f", at),
    i: value("i", at),
    g: value("g", at),
    o: value("o", at),
    c: value("c", at),
    h: value("h", at),
    before: at === 0 ? 0 : value("c", at - 1),
  };
}

/** The unit whose cell changes most in a step. */
export function mostChangedAt(reading: Reading, at: number): number {
  let [found, most] = [0, -1];
  for (let unit = 0; unit < reading.hidden; unit++) {
    const { before, c } = valuesAt(reading, { at, unit });
    const change = Math.abs(c - before);
    if (change > most) [found, most] = [unit, change];
  }
  return found;
}

/** The unit whose cell varies most over the text. */
export function mostVaried({ values, hidden }: Reading): number {
  const steps = values.c.length / hidden;
  let [found, most] = [0, -1];
  for (let unit = 0; unit < hidden; unit++) {
    let [sum, squares] = [0, 0];
    for (let step = 0; step < steps; step++) {
      const value = values.c[step * hidden + unit] ?? 0;
      sum += value;
      squares += value * value;
    }
    const variance = squares / steps - (sum / steps) ** 2;
    if (variance > most) [found, most] = [unit, variance];
  }
  return found;
}

/** Units by memory, the longest first. */
export function orderByMemory(memory: ArrayLike<number>): readonly number[] {
  return Array.from(memory, (_, unit) => unit).sort((one, other) => (memory[other] ?? 0) - (memory[one] ?? 0));
}

/** The same values with the units in an order: `[steps, units]` both. */
export function reorder(values: Float32Array, order: readonly number[]): Float32Array {
  const units = order.length;
  return values.map((_, at) => values[at - (at % units) + (order[at % units] ?? 0)] ?? NaN);
}

/** The values of one unit over the text. */
export function seriesOf(
  values: Float32Array,
  { unit, hidden }: { readonly unit: number; readonly hidden: number },
): Float32Array {
  return Float32Array.from({ length: values.length / hidden }, (_, step) => values[step * hidden + unit] ?? NaN);
}
