/** How a product's right side is packed, and how the product is cut into tiles. */
import type { BufferId, ProductStatement, Program, Statement } from "../../lower/ir.ts";
import type { Features } from "./features.ts";
import { highestTile, tileCycles } from "./tile.ts";

/**
 * A packed K × N matrix: `full` panels of `width` columns and then, where columns are left, one of `tail` columns, all
 * widths multiples of four. Element (k, n) of a panel of width w that begins at column `at` lies at `at × K + k × w + n - at`.
 */
export interface Panels {
  readonly width: number;
  readonly full: number;
  readonly tail: number;
}

/** The panels of a matrix of `columns` columns, for panels `width` wide. */
export function panelsOf(columns: number, width: number): Panels {
  const whole = Math.ceil(columns / 4) * 4;
  return { width, full: Math.floor(whole / width), tail: whole % width };
}

/** Widths worth trying, the usual one first; wide ones serve products of few rows. */
export const panelWidths: readonly number[] = [8, 12, 16, 24, 28, 32];

/** Of a packed matrix that no product reads. */
export const widthOfUnread = 8;

/** `count` tiles of `rows` rows, one below the other. */
export interface Run {
  readonly rows: number;
  readonly count: number;
}

/** The cheapest way to cut `rows` rows, `columns` wide, into tiles of at most `highestTile` rows; the higher tiles come first. */
export function cutRows(rows: number, columns: number, features: Features): readonly Run[] {
  const highest = highestTile(columns, features);
  // Only the last few rows need thought: so many that any number of them can be cut into the two highest tiles.
  const whole = Math.max(0, Math.floor(rows / highest) - highest);
  const counts = new Map<number, number>([[highest, whole]]);
  for (const height of cutRest(rows - whole * highest, columns, highest))
    counts.set(height, (counts.get(height) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => b - a)
    .map(([height, count]) => ({ rows: height, count }));
}

/** best[r] = min over h of best[r - h] + cycles of a tile of h rows. */
function cutRest(rows: number, columns: number, highest: number): readonly number[] {
  const best: { readonly cycles: number; readonly heights: readonly number[] }[] = [{ cycles: 0, heights: [] }];
  for (let r = 1; r <= rows; r++) {
    let choice = { cycles: Infinity, heights: [] as readonly number[] };
    for (let h = Math.min(highest, r); h >= 1; h--) {
      const rest = best[r - h];
      if (rest === undefined) continue;
      const cycles = rest.cycles + tileCycles(h, columns);
      if (cycles < choice.cycles) choice = { cycles, heights: [...rest.heights, h] };
    }
    best.push(choice);
  }
  return best[rows]?.heights ?? [];
}

/** A product and how often one step runs it. */
interface Reader {
  readonly product: ProductStatement;
  readonly times: number;
}

/** The panel width for each packed buffer: the one with which all products that read it take the fewest cycles together. */
export function choosePanelWidths(program: Program, features: Features): ReadonlyMap<BufferId, number> {
  const readers = new Map<BufferId, Reader[]>();
  const visit = (statement: Statement, times: number): void => {
    if (statement.kind === "loop") for (const inner of statement.body) visit(inner, times * statement.count);
    if (statement.kind === "product")
      readers.set(statement.b, [...(readers.get(statement.b) ?? []), { product: statement, times }]);
  };
  for (const { body } of program.functions) for (const statement of body) visit(statement, 1);
  return new Map([...readers].map(([buffer, of]) => [buffer, chooseWidth(of, features)]));
}

function chooseWidth(readers: readonly Reader[], features: Features): number {
  let best = { width: widthOfUnread, cycles: Infinity };
  for (const width of panelWidths) {
    const cycles = readers.reduce(
      (sum, { product, times }) => sum + times * productCycles(product, width, features),
      0,
    );
    if (cycles < best.cycles) best = { width, cycles };
  }
  return best.width;
}

/** Cycles of a product for each step of its depth. */
function productCycles({ rows, columns }: ProductStatement, width: number, features: Features): number {
  const { full, tail } = panelsOf(columns, width);
  return full * panelCycles(rows, width, features) + (tail > 0 ? panelCycles(rows, tail, features) : 0);
}

/** Cycles of one panel for each step of its depth. */
export function panelCycles(rows: number, columns: number, features: Features): number {
  return cutRows(rows, columns, features).reduce((sum, run) => sum + run.count * tileCycles(run.rows, columns), 0);
}
