/** Cells of the reader's own equations, which begin as those of a built-in one. */
import { cell, cells, RecurraError } from "recurra";
import type { Cell, CellName, CellOptions, CellSpec } from "recurra";

/** What the reader's own cell is called. */
export const ownName = "own";

/** The equations of a built-in cell without its comments. */
export function textOf(base: CellName): string {
  return cells[base].text.trim();
}

/**
 * The cell of equations, with what the built-in one they began as has beside its text (first values, constants, what is frozen) as far as that means something
 * in them. Throws `language/…` with line and column.
 */
export function makeOwnCell(base: CellName, text: string): Cell {
  if (text.trim() === textOf(base)) return cells[base];
  const { source: _source, summary: _summary, ...options } = cells[base].options;
  return keepOptions(text, options);
}

/** Leaves out, one by one, what the text no longer has a name for. */
function keepOptions(text: string, options: CellOptions): Cell {
  try {
    return cell(ownName, text, options);
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "language/unused-option") throw error;
    const fewer = leaveOut(text, options);
    if (fewer === undefined) throw error;
    return keepOptions(text, fewer);
  }
}

/** The options without the first entry that names nothing; undefined where all of them mean something. */
function leaveOut(text: string, options: CellOptions): CellOptions | undefined {
  for (const [key, value] of Object.entries(options)) {
    const names: readonly string[] = Array.isArray(value) ? (value as string[]) : Object.keys(value as object);
    for (const name of names) {
      const only: unknown = Array.isArray(value) ? [name] : { [name]: (value as Record<string, unknown>)[name] };
      if (isMeant(text, { [key]: only })) continue;
      const rest: unknown = Array.isArray(value)
        ? names.filter((one) => one !== name)
        : Object.fromEntries(Object.entries(value as object).filter(([one]) => one !== name));
      return { ...options, [key]: rest };
    }
  }
  return undefined;
}

function isMeant(text: string, options: CellOptions): boolean {
  try {
    cell(ownName, text, options);
    return true;
  } catch (error) {
    return !(error instanceof RecurraError && error.code === "language/unused-option");
  }
}

/** A cell as options of a task have it: by its name where it is built in. */
export function specOf(made: Cell): CellName | CellSpec {
  const { name, text, options } = made;
  return made === cells[name as CellName] ? (name as CellName) : { name, text, options };
}
