/** Maps in the interpreter: row by row, value by value, each value an array over the row's columns. */
import { RecurraError } from "../../util/errors.ts";
import { hashRandom } from "../../lower/random.ts";
import type { MapStatement, MapStore, MapValue, View } from "../../lower/ir.ts";
import { laneValues } from "./lanes.ts";
import { rowsIn, valueOf, wordAt } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** A stretch of columns of one row: what a closure works on. */
interface Stretch {
  row: number;
  from: number;
  count: number;
}

/** Columns done at a time where nothing needs the whole row, so that long rows (all parameters in one) stay in cache. */
const stretchColumns = 1024;

/**
 *     for each row
 *       for each stretch of columns           (the whole row, if the map has reductions)
 *         compute every value for the stretch; then make every store
 *
 * A verified map stores nothing that another column of the same row loads, so stretches do not disturb one another.
 */
export function interpretMap(map: MapStatement, machine: Machine): () => void {
  const whole = map.values.some((value) => value.kind === "reduce");
  const width = whole ? map.columns : Math.min(map.columns, stretchColumns);
  const arrays = map.values.map(() => new Float64Array(width));
  const values = map.values.flatMap((value, id) => interpretValue(value, arrays[id]!, { map, arrays, machine }));
  const stores = map.stores.map((store) => interpretStore(store, arrays[store.value]!, map, machine));
  const stretch: Stretch = { row: 0, from: 0, count: 0 };
  const window = rowsIn(map.window, map.rows, machine);
  return () => {
    const { from, to } = window();
    for (stretch.row = from; stretch.row < to; stretch.row++) {
      for (stretch.from = 0; stretch.from < map.columns; stretch.from += width) {
        stretch.count = Math.min(width, map.columns - stretch.from);
        for (const compute of values) compute(stretch);
        for (const store of stores) store(stretch);
      }
    }
  };
}

interface Inside {
  readonly map: MapStatement;
  readonly arrays: readonly Float64Array[];
  readonly machine: Machine;
}

/** The closure that fills `out` with a stretch of the value; none for a constant, whose array is filled here for good. */
function interpretValue(
  value: MapValue,
  out: Float64Array,
  { map, arrays, machine }: Inside,
): readonly ((stretch: Stretch) => void)[] {
  switch (value.kind) {
    case "load":
      return [interpretLoad(value.view, out, map, machine)];
    case "constant":
      out.fill(value.value);
      return [];
    case "index":
      if (value.of === "loop") return [({ count }) => out.fill(machine.indices[value.loop]!, 0, count)];
      if (value.of === "row") return [({ row, count }) => out.fill(row, 0, count)];
      return [
        ({ from, count }) => {
          for (let n = 0; n < count; n++) out[n] = from + n;
        },
      ];
    case "apply":
      return [interpretApply(value, out, arrays)];
    case "reduce":
      return [interpretReduce(value.operation, arrays[value.arg]!, out)];
    case "random": {
      const seedRow = rowStart(value.seed, map, machine);
      const counter = valueOf(value.counter, machine);
      return [
        ({ row, from, count }) => {
          const seed = machine.memory[seedRow(row)]!;
          const first = counter() + row * map.columns + from;
          for (let n = 0; n < count; n++) out[n] = hashRandom(seed, value.salt, first + n);
        },
      ];
    }
  }
}

function interpretApply(
  value: MapValue & { kind: "apply" },
  out: Float64Array,
  arrays: readonly Float64Array[],
): (stretch: Stretch) => void {
  const compute = laneValues[value.operation];
  // An operation of fewer arguments ignores the last, which then may be any array.
  const [a, b, c] = [0, 1, 2].map((n) => arrays[value.args[n] ?? value.args[0]!]!) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return ({ count }) => {
    for (let n = 0; n < count; n++) out[n] = compute(a[n]!, b[n]!, c[n]!);
  };
}

function interpretReduce(operation: "sum" | "max", from: Float64Array, out: Float64Array): (stretch: Stretch) => void {
  return ({ count }) => {
    let result = operation === "sum" ? 0 : -Infinity;
    for (let n = 0; n < count; n++) result = operation === "sum" ? result + from[n]! : Math.max(result, from[n]!);
    out.fill(result, 0, count);
  };
}

function interpretLoad(view: View, out: Float64Array, map: MapStatement, machine: Machine): (stretch: Stretch) => void {
  const { memory } = machine;
  const start = rowStart(view, map, machine);
  if (view.columnStride === 0) return ({ row, count }) => out.fill(memory[start(row)]!, 0, count);
  return ({ row, from, count }) => {
    const first = start(row) + from;
    for (let n = 0; n < count; n++) out[n] = memory[first + n]!;
  };
}

/** A store of column stride 0 takes column 0's value; a padded store writes exactly, which is allowed. */
function interpretStore(
  { view, mode }: MapStore,
  value: Float64Array,
  map: MapStatement,
  machine: Machine,
): (stretch: Stretch) => void {
  const { memory } = machine;
  const start = rowStart(view, map, machine);
  return ({ row, from, count }) => {
    if (view.columnStride === 0 && from > 0) return;
    const first = start(row) + from;
    const columns = view.columnStride === 0 ? 1 : count;
    if (mode === "add") for (let n = 0; n < columns; n++) memory[first + n]! += value[n]!;
    else for (let n = 0; n < columns; n++) memory[first + n] = value[n]!;
  };
}

/** The word at which the view's row starts; indirect rows are looked up and must lie in memory. */
function rowStart(view: View, map: MapStatement, machine: Machine): (row: number) => number {
  const start = wordAt(view, machine);
  if (view.rows === undefined) return (row) => start() + row * view.rowStride;
  const { memory } = machine;
  const numberAt = rowStart(view.rows, map, machine);
  return (row) => {
    const number = memory[numberAt(row)]!;
    const word = start() + number * view.rowStride;
    if (!Number.isInteger(number) || number < 0 || word + map.columns * view.columnStride > memory.length) {
      throw new RecurraError(
        "internal/impossible",
        `${map.name}: row ${row} asks for row ${number}, which is not there`,
      );
    }
    return word;
  };
}
