/** Functions that copy strips of a matrix into panels. */
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import { advance, createFrame, differ, get, repeat, set, vectorBytes, wordBytes } from "./code.ts";
import { emitTailStore } from "./tail.ts";

/** `columns` neighbouring columns of a matrix, and the panel they go to. Strides are in words. */
export interface Strip {
  readonly columns: number;
  /** From one step of depth to the next, and from one column to the next. */
  readonly depthStride: number;
  readonly columnStride: number;
  /** Columns of the panel: words from one step of depth to the next. */
  readonly panel: number;
}

/** Equal strips share one function. */
export function stripName({ columns, depthStride, columnStride, panel }: Strip): string {
  return `strip.${columns}.d${depthStride}.c${columnStride}.p${panel}`;
}

/**
 * The function (from, to, end), addresses in bytes: copies one step of depth after the other until `to` is `end`; at least one.
 * What it reads past the strip's last column lies within three words of it.
 */
export function emitStrip(strip: Strip): WasmFunction {
  const frame = createFrame(["from", "to", "end"]);
  const [from, to, end] = [0, 1, 2];
  const value = frame.local("v128", "value");
  const step: Code[] = [];
  if (strip.columnStride === 1) {
    for (let n = 0; n < strip.columns; n += 4) {
      step.push(
        set(value, op("v128.load", [n * wordBytes], get(from))),
        emitTailStore({
          address: get(to),
          offset: n * wordBytes,
          value: get(value),
          lanes: Math.min(4, strip.columns - n),
        }),
      );
    }
  } else {
    for (let n = 0; n < strip.columns; n++) {
      step.push(
        op("i32.store", [n * wordBytes], get(to), op("i32.load", [n * strip.columnStride * wordBytes], get(from))),
      );
    }
  }
  step.push(advance(from, strip.depthStride * wordBytes), advance(to, strip.panel * wordBytes));
  return frame.finish(stripName(strip), repeat(step.flat(), differ(get(to), get(end))));
}

/** Lanes of two vectors x and y side by side, as `i8x16.shuffle` numbers them: 0 to 3 are x's, 4 to 7 are y's. */
function shuffle(lanes: readonly number[], x: Code, y: Code): Code {
  return op(
    "i8x16.shuffle",
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
    x,
    y,
  );
}

export function turnedName(strip: Strip): string {
  return `${stripName(strip)}.turned`;
}

/**
 * As `emitStrip` for `depthStride` 1, four steps of depth at a time, so their number must be a multiple of four. Four vectors that run
 * along the depth become four that run along the columns:
 *
 *     x0 x1 x2 x3 → (x0 x1 interleaved low, high), (x2 x3 interleaved low, high) → pairs of pairs
 */
export function emitTurnedStrip(strip: Strip): WasmFunction {
  const frame = createFrame(["from", "to", "end"]);
  const [from, to, end] = [0, 1, 2];
  const names = ["x0", "x1", "x2", "x3", "low01", "low23", "high01", "high23", "turned"];
  const [x0 = 0, x1 = 0, x2 = 0, x3 = 0, low01 = 0, low23 = 0, high01 = 0, high23 = 0, turned = 0] = names.map((name) =>
    frame.local("v128", name),
  );
  const step: Code[] = [];
  for (let n = 0; n < strip.columns; n += 4) {
    const lanes = Math.min(4, strip.columns - n);
    // A column that is not there is a copy of the last one; its lane is not stored.
    [x0, x1, x2, x3].forEach((local, i) =>
      step.push(
        set(local, op("v128.load", [(n + Math.min(i, lanes - 1)) * strip.columnStride * wordBytes], get(from))),
      ),
    );
    step.push(
      set(low01, shuffle([0, 4, 1, 5], get(x0), get(x1))),
      set(high01, shuffle([2, 6, 3, 7], get(x0), get(x1))),
      set(low23, shuffle([0, 4, 1, 5], get(x2), get(x3))),
      set(high23, shuffle([2, 6, 3, 7], get(x2), get(x3))),
    );
    const rows = [
      shuffle([0, 1, 4, 5], get(low01), get(low23)),
      shuffle([2, 3, 6, 7], get(low01), get(low23)),
      shuffle([0, 1, 4, 5], get(high01), get(high23)),
      shuffle([2, 3, 6, 7], get(high01), get(high23)),
    ];
    rows.forEach((row, k) => {
      const offset = (k * strip.panel + n) * wordBytes;
      step.push(set(turned, row), emitTailStore({ address: get(to), offset, value: get(turned), lanes }));
    });
  }
  step.push(advance(from, vectorBytes), advance(to, 4 * strip.panel * wordBytes));
  return frame.finish(turnedName(strip), repeat(step.flat(), differ(get(to), get(end))));
}
