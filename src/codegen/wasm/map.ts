/** Prints maps: for each row a pass over its columns, four at a time, and one more for each reduction on the way. */
import type { LoopId, MapStatement, MapStore, ValueId, View } from "../../lower/ir.ts";
import { columnBlock } from "../../lower/threads.ts";
import { known } from "../../util/errors.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import {
  constantVector,
  differ,
  get,
  i32,
  isAtLeast,
  isBelow,
  plusBytes,
  repeat,
  repeatTimes,
  set,
  splatFloat,
  timesBytes,
  unless,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitCall, loopsOf, windowLoops } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { createMapPointers, viewLoops } from "./map-pointers.ts";
import { flattenMap, isApart, shapeMap } from "../../lower/map-shape.ts";
import { cutStages } from "../../lower/map-stages.ts";
import {
  continueBody,
  createValueState,
  defineValue,
  isLoaded,
  localOf,
  pushCode,
  takeCode,
  valueOf,
  writeBody,
} from "./map-values.ts";
import type { Body, ColumnPart, ValueState } from "./map-values.ts";
import { atMost, cutToWindow, givenUnits, rangeOf, unlessEmpty } from "./share.ts";
import type { Share, UnitRange } from "./share.ts";
import { emitTailStore } from "./tail.ts";

/** The calls of functions that do the map, stage by stage. */
export function emitMap(statement: MapStatement, loops: Loops, context: Context, share?: Share): Code {
  const { rows, columns } = statement;
  const units = share?.split === "rows" ? rows : Math.ceil(columns / columnBlock);
  // A share's words are those of its rows or columns as they were planned, so these stay as they are.
  const whole = share === undefined ? flattenMap(statement) : statement;
  return cutStages(whole, context.aliasGroup).flatMap((map) =>
    emitCall(
      {
        name: map.name,
        uses: loopUses(map),
        given: share === undefined ? [] : givenUnits(units, share),
        body: (frame, inner, given) => {
          const range = rangeOf(given);
          const to = { frame, loops: inner, context };
          if (share?.split !== "columns" || range === undefined) return emitRows(map, range, undefined, to);
          return unlessEmpty(range, emitRows(map, undefined, range, to));
        },
      },
      loops,
      context,
    ),
  );
}

/** Every view of a map whose address is computed, those of looked-up rows aside. */
function viewsOf(map: MapStatement): readonly View[] {
  const read = map.values.flatMap((value) => {
    if (value.kind === "load") return [value.view];
    return value.kind === "random" ? [value.seed] : [];
  });
  return [...read, ...map.stores.map((store) => store.view)];
}

function loopUses(map: MapStatement): readonly LoopId[] {
  const others = map.values.flatMap((value) => {
    if (value.kind === "index" && value.of === "loop") return [value.loop];
    return value.kind === "random" ? loopsOf(value.counter) : [];
  });
  return [...viewLoops(viewsOf(map)), ...windowLoops(map.window), ...others];
}

interface MapFunction {
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
}

/**
 *     what never changes
 *     for each row
 *       for each pass but the last: what the row needs; for each vector: sum up; the reductions
 *       what the row needs; for each vector: compute and store
 *       stores of one number
 *
 * Of a range of rows or a window, nothing at all if it is empty. A range of blocks of columns is not empty.
 */
function emitRows(
  map: MapStatement,
  rows: UnitRange | undefined,
  columns: UnitRange | undefined,
  { frame, loops, context }: MapFunction,
): Code {
  const row = frame.local("i32", "row");
  const part = columns === undefined ? undefined : { ...columns, column: frame.local("i32", "column") };
  const pointers = createMapPointers(map, viewsOf(map), { frame, loops, context, firstColumn: part?.column });
  const shape = shapeMap(map, context.aliasGroup);
  const state = createValueState({ shape, frame, loops, context, pointers, row, part });
  const passes = [...emitReductions(state), ...emitStores(state)];
  const inRow = [...pointers.enterRow, ...passes];
  const before = takeCode("map", state);
  const next = [...pointers.leaveRow, ...set(row, plusBytes(get(row), 1))];
  const toColumn = part === undefined ? [] : set(part.column, timesBytes(get(part.first), columnBlock));
  const start = [...toColumn, ...pointers.start];
  if (map.window === undefined && rows === undefined) {
    const all = map.rows === 1 ? inRow : repeat([...inRow, ...next], differ(get(row), i32(map.rows)));
    return [...start, ...before, ...all];
  }
  const end = frame.local("i32", "rows");
  return [
    ...set(row, rows === undefined ? i32(0) : get(rows.first)),
    ...set(end, rows === undefined ? i32(map.rows) : get(rows.end)),
    ...cutToWindow(map.window, { first: row, end }, loops, context),
    ...unlessEmpty({ first: row, end }, [
      ...start,
      ...pointers.skipRows(row),
      ...before,
      ...repeat([...inRow, ...next], differ(get(row), get(end))),
    ]),
  ];
}

/** One pass for each level of reductions. */
function emitReductions(state: ValueState): Code {
  const { map, uses, levels } = state.shape;
  const code: Code[] = [];
  const needed = map.values.flatMap((value, id) =>
    value.kind === "reduce" && (uses[id] ?? 0) > 0 ? [{ id, ...value }] : [],
  );
  for (let level = 1; needed.some(({ id }) => (levels[id] ?? 0) >= level); level++) {
    const reductions = needed
      .filter(({ id }) => levels[id] === level)
      .map(({ id, operation, arg }) => ({ id, operation, arg, sum: state.frame.local("v128", operation) }));
    const columns = emitColumns(
      map.columns,
      (lanes) => reductions.forEach((reduction) => pushCode(accumulate(reduction, lanes, state), state)),
      state,
    );
    code.push(
      takeCode("row", state),
      reductions.flatMap(({ operation, sum }) => set(sum, splatFloat(neutral[operation]))),
      columns,
    );
    for (const reduction of reductions) {
      code.push(joinLanes(reduction));
      defineValue(reduction.id, reduction.sum, state);
    }
  }
  return code.flat();
}

interface Reduction {
  readonly id: ValueId;
  readonly operation: "sum" | "max";
  readonly arg: ValueId;
  readonly sum: LocalIndex;
}

const neutral = { sum: 0, max: -Infinity } as const;
const joins = { sum: "f32x4.add", max: "f32x4.max" } as const;

/** Takes the first lanes of a vector into the four sums; the other lanes may hold anything. */
function accumulate({ operation, arg, sum }: Reduction, lanes: number, state: ValueState): Code {
  const value = valueOf(arg, state);
  const mask = constantVector([0, 1, 2, 3].map((lane) => (lane < lanes ? -1 : 0)));
  const masked = lanes === 4 ? value : op("v128.bitselect", [], value, splatFloat(neutral[operation]), mask);
  return set(sum, op(joins[operation], [], get(sum), masked));
}

/** Four lanes to one, in all lanes: first across halves, then across neighbours. */
function joinLanes({ operation, sum }: Reduction): Code {
  const across = (lanes: readonly number[]): Code =>
    set(
      sum,
      op(
        joins[operation],
        [],
        get(sum),
        op(
          "i8x16.shuffle",
          lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
          get(sum),
          get(sum),
        ),
      ),
    );
  return [...across([2, 3, 0, 1]), ...across([1, 0, 3, 2])];
}

/** All columns of a row: whole vectors in a loop, then what is left, if anything. `write` writes the code for so many lanes. */
function emitColumns(columns: number, write: (lanes: number) => void, state: ValueState): Code {
  const whole = Math.floor(columns / 4);
  const tail = columns % 4;
  if (whole === 0) {
    const { enter, code } = writeBody(state, () => write(tail));
    return [...enter, ...code];
  }
  const { enter, code, next, pointer } = writeBody(state, () => write(4));
  const last = tail === 0 ? [] : continueBody(state, () => write(tail)).code;
  const body = { code, next, pointer };
  if (state.part !== undefined)
    return [...enter, ...emitPart(columns, body, state.part, state), ...unlessEnds(last, columns, state.part)];
  return [...enter, ...emitVectors(whole, body, state), ...last];
}

/** The whole vectors of a range of blocks of columns. */
function emitPart(
  columns: number,
  { code, next, pointer }: Omit<Body, "enter">,
  part: ColumnPart,
  { frame, shape }: ValueState,
): Code {
  const at = get(known(pointer, `${shape.map.name}: a pointer that moves with the columns`));
  const stop = frame.local("i32", "stop");
  const words = op("i32.sub", [], get(stop), get(part.column));
  return [
    ...set(stop, timesBytes(get(part.end), columnBlock)),
    ...atMost(stop, i32(columns - (columns % 4))),
    ...set(stop, op("i32.add", [], at, timesBytes(words, wordBytes))),
    ...unless(isAtLeast(at, get(stop)), repeat([...code, ...next], differ(at, get(stop)))),
  ];
}

/** Code for the last columns, where they are among a range of blocks. */
function unlessEnds(last: Code, columns: number, { end }: ColumnPart): Code {
  return last.length === 0 ? [] : unless(isBelow(timesBytes(get(end), columnBlock), i32(columns)), last);
}

/** The code for so many vectors, one after the other; in a loop it stops where a pointer has come to the end. */
function emitVectors(count: number, { code, next, pointer }: Omit<Body, "enter">, { frame }: ValueState): Code {
  const step = [...code, ...next];
  if (count === 1 || pointer === undefined) return repeatTimes(count, step, frame);
  const end = frame.local("i32", "end");
  return [...set(end, plusBytes(get(pointer), count * vectorBytes)), ...repeat(step, differ(get(pointer), get(end)))];
}

/** The last pass. */
function emitStores(state: ValueState): Code {
  const { map } = state.shape;
  const wide = map.stores.filter((store) => store.view.columnStride === 1);
  const first = emitFirstColumn(
    map.stores.filter((store) => store.view.columnStride === 0),
    state,
  );
  const exact = wide.some((store) => store.view.padded !== true);
  const columns = exact ? map.columns : Math.ceil(map.columns / 4) * 4;
  const code = wide.length === 0 ? [] : emitColumns(columns, (lanes) => writeStores(wide, lanes, state), state);
  return [...takeCode("row", state), ...first.before, ...code, ...first.after];
}

/** Stores of one number a row: column 0's value, computed before any store of the row and stored after all others. */
function emitFirstColumn(
  stores: readonly MapStore[],
  state: ValueState,
): { readonly before: Code; readonly after: Code } {
  const locals: LocalIndex[] = [];
  const { enter, code } = writeBody(state, () => locals.push(...stores.map((store) => localOf(store.value, state))));
  const after = stores.flatMap((store, n) => {
    const { local, offset } = state.pointers.at(store.view);
    const value = get(known(locals[n], "a stored value"));
    const sum =
      store.mode === "set" ? value : op("f32x4.add", [], value, op("v128.load32_splat", [offset], get(local)));
    return op("v128.store32_lane", [offset, 0], get(local), sum);
  });
  return { before: [...enter, ...code], after };
}

/**
 * Stores of the first lanes of a vector. A store to what the map has yet to load waits until all loads of the vector are done; the others go at
 * once, so that values need not be kept.
 */
function writeStores(stores: readonly MapStore[], lanes: number, state: ValueState): void {
  const { map } = state.shape;
  const waiting: Code[] = [];
  for (const store of stores) {
    const { local, offset } = state.pointers.at(store.view);
    state.views.add(store.view);
    const value = valueOf(store.value, state);
    const sum = store.mode === "set" ? value : op("f32x4.add", [], value, op("v128.load", [offset], get(local)));
    const mustWait = map.values.some(
      (one, id) =>
        one.kind === "load" &&
        state.shape.uses[id] !== 0 &&
        !isLoaded(id, state) &&
        !isApart(store.view, one.view, map, state.context.aliasGroup),
    );
    if (mustWait) waiting.push(emitStore({ local, offset, value: sum, lanes }, state));
    else pushCode(emitStore({ local, offset, value: sum, lanes }, state), state);
  }
  for (const code of waiting) pushCode(code, state);
}

interface Stored {
  readonly local: LocalIndex;
  readonly offset: number;
  readonly value: Code;
  readonly lanes: number;
}

function emitStore({ local, offset, value, lanes }: Stored, { frame }: ValueState): Code {
  if (lanes === 4) return op("v128.store", [offset], get(local), value);
  const kept = frame.local("v128", "stored");
  return [...set(kept, value), ...emitTailStore({ address: get(local), offset, value: get(kept), lanes })];
}
