/** Puts programs together: buffers with unique names, loops, and maps whose equal values are shared. */
import { assert } from "../util/errors.ts";
import { laneArity } from "./ir.ts";
import type {
  BufferId,
  BufferSpec,
  KernelFunction,
  LaneOperation,
  LoopId,
  LoopStatement,
  MapStatement,
  MapStore,
  MapValue,
  Offset,
  Program,
  RowWindow,
  Statement,
  ValueId,
  View,
} from "./ir.ts";

/** The offset of `constant` words, whatever the loops around it do. */
export function at(constant: number): Offset {
  return { constant, terms: [] };
}

/** `offset` plus `stride` words for each step of `loop`; strides of the same loop add up. */
export function plus(offset: Offset, loop: LoopId, stride: number): Offset {
  const before = offset.terms.find((term) => term.loop === loop)?.stride ?? 0;
  const others = offset.terms.filter((term) => term.loop !== loop);
  const total = before + stride;
  return { constant: offset.constant, terms: total === 0 ? others : [...others, { loop, stride: total }] };
}

/** `offset` moved by `words`. */
export function shift(offset: Offset, words: number): Offset {
  return { constant: offset.constant + words, terms: offset.terms };
}

/** Collects the values and stores of one map. A value asked for twice is computed once. */
export interface MapBuilder {
  /** What `view` holds at (row, column), before any store of this map to that place. */
  load(view: View): ValueId;
  constant(value: number): ValueId;
  apply(operation: LaneOperation, ...args: readonly ValueId[]): ValueId;
  /** The number of the row or column, or of a surrounding loop, as a float. */
  rowIndex(): ValueId;
  columnIndex(): ValueId;
  loopIndex(loop: LoopId): ValueId;
  /** The sum or largest of `arg` over all columns of the row. */
  reduce(operation: "sum" | "max", arg: ValueId): ValueId;
  /** Uniform in [0, 1); see `hashRandom`. */
  random(options: { readonly seed: View; readonly salt: number; readonly counter: Offset }): ValueId;
  store(view: View, value: ValueId, mode?: MapStore["mode"]): void;
  /** The map as it stands. */
  finish(): MapStatement;
}

export interface MapSizes {
  readonly rows: number;
  readonly columns: number;
  /** The rows that are worked on, where it is not all of them. */
  readonly window?: RowWindow | undefined;
}

/** A builder of one map over `rows × columns`. */
export function createMapBuilder(name: string, sizes: MapSizes): MapBuilder {
  const values: MapValue[] = [];
  const known = new Map<string, ValueId>();
  const stores: MapStore[] = [];

  const share = (value: MapValue): ValueId => {
    const key = keyOf(value);
    const before = known.get(key);
    if (before !== undefined) return before;
    values.push(value);
    known.set(key, values.length - 1);
    return values.length - 1;
  };
  const check = (value: ValueId): void =>
    assert(Number.isInteger(value) && value >= 0 && value < values.length, `map ${name}: there is no value ${value}`);

  return {
    load: (view) => share({ kind: "load", view }),
    constant: (value) => share({ kind: "constant", value }),
    apply: (operation, ...args) => {
      args.forEach(check);
      assert(
        args.length === laneArity[operation],
        `map ${name}: ${operation} takes ${laneArity[operation]} arguments, got ${args.length}`,
      );
      return share({ kind: "apply", operation, args });
    },
    rowIndex: () => share({ kind: "index", of: "row" }),
    columnIndex: () => share({ kind: "index", of: "column" }),
    loopIndex: (loop) => share({ kind: "index", of: "loop", loop }),
    reduce: (operation, arg) => {
      check(arg);
      return share({ kind: "reduce", operation, arg });
    },
    random: ({ seed, salt, counter }) => share({ kind: "random", seed, salt, counter }),
    store: (view, value, mode = "set") => {
      check(value);
      stores.push({ view, value, mode });
    },
    finish: () => ({
      kind: "map",
      name,
      rows: sizes.rows,
      ...(sizes.window === undefined ? {} : { window: sizes.window }),
      columns: sizes.columns,
      values: [...values],
      stores: [...stores],
    }),
  };
}

/** A text that two values share exactly when they are the same computation. */
function keyOf(value: MapValue): string {
  switch (value.kind) {
    case "load":
      return `load ${viewKey(value.view)}`;
    case "constant":
      return `constant ${Object.is(value.value, -0) ? "-0" : value.value}`;
    case "index":
      return value.of === "loop" ? `loop ${value.loop}` : value.of;
    case "apply":
      return `${value.operation} ${value.args.join(" ")}`;
    case "reduce":
      return `reduce ${value.operation} ${value.arg}`;
    case "random":
      return `random ${viewKey(value.seed)} ${value.salt} ${offsetKey(value.counter)}`;
  }
}

/** `padded` is left out: it says nothing about what is read. */
function viewKey(view: View): string {
  const rows = view.rows === undefined ? "" : ` [${viewKey(view.rows)}]`;
  return `${view.buffer} ${offsetKey(view.offset)} ${view.rowStride} ${view.columnStride}${rows}`;
}

function offsetKey(offset: Offset): string {
  const terms = offset.terms.filter((term) => term.stride !== 0).map((term) => `${term.loop}*${term.stride}`);
  return [String(offset.constant), ...terms.sort()].join("+");
}

/** Collects the buffers and loops of one program. */
export interface ProgramBuilder {
  /** A new buffer; if its name is taken it becomes `name#2`, `name#3`, …. */
  buffer(spec: Omit<BufferSpec, "id" | "shape"> & { readonly shape?: readonly number[] }): BufferId;
  /** The table so far, by id. */
  readonly buffers: readonly BufferSpec[];
  loopId(): LoopId;
  /** A map whose values and stores `fill` gives. */
  map(name: string, sizes: MapSizes, fill: (map: MapBuilder) => void): MapStatement;
  /** A loop over `count` steps whose statements `fill` gives. */
  loop(
    name: string,
    options: { readonly count: number; readonly reverse?: boolean },
    fill: (loop: LoopId) => readonly Statement[],
  ): LoopStatement;
  /** The program of all buffers so far and `functions`, in the order in which one step calls them. */
  finish(functions: readonly KernelFunction[]): Program;
}

/** A builder of one program. */
export function createProgramBuilder(): ProgramBuilder {
  const buffers: BufferSpec[] = [];
  const names = new Set<string>();
  let loops = 0;

  const unique = (name: string): string => {
    let candidate = name;
    for (let n = 2; names.has(candidate); n++) candidate = `${name}#${n}`;
    names.add(candidate);
    return candidate;
  };

  return {
    buffers,
    buffer: ({ name, length, role, shape }) => {
      assert(Number.isInteger(length) && length >= 0, `buffer ${name}: its length ${length} is not a count of words`);
      const id = buffers.length;
      buffers.push({ id, name: unique(name), length, role, shape: shape ?? [length] });
      return id;
    },
    loopId: () => loops++,
    map: (name, sizes, fill) => {
      const map = createMapBuilder(name, sizes);
      fill(map);
      return map.finish();
    },
    loop: (name, { count, reverse = false }, fill) => {
      const loop = loops++;
      return { kind: "loop", loop, name, count, reverse, body: fill(loop) };
    },
    finish: (functions) => ({ buffers: [...buffers], functions: [...functions] }),
  };
}
