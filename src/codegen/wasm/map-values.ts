/** Computes a map's values: each in the code that runs as seldom as it may, loads and shared values once. */
import type { MapValue, ValueId, View } from "../../lower/ir.ts";
import { mixMultipliers, saltMultiplier, seedMultiplier } from "../../lower/random.ts";
import { known } from "../../util/errors.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { constantVector, floatBits, get, i32, set, plusBytes, splatFloat, splatInteger, timesBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitTerm } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { emitLanes } from "./lanes.ts";
import type { LaneSink } from "./lanes.ts";
import type { MapPointers } from "./map-pointers.ts";
import type { UnitRange } from "./share.ts";
import type { MapShape, Scope } from "../../lower/map-shape.ts";

type Apply = Extract<MapValue, { kind: "apply" }>;
type Random = Extract<MapValue, { kind: "random" }>;

/** A vector that moves on with the columns: column numbers, or counters of random numbers. */
interface Stepper {
  readonly local: LocalIndex;
  readonly start: Code;
  readonly next: Code;
}

/** The code of one scope so far, and the locals of what it has computed. */
interface Level {
  code: Code[];
  readonly known: Map<string, LocalIndex>;
}

/** A range of blocks of columns. */
export interface ColumnPart extends UnitRange {
  /** The number of its first column. */
  readonly column: LocalIndex;
}

/** A map's values while its function is written. */
export interface ValueState {
  readonly shape: MapShape;
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
  readonly pointers: MapPointers;
  /** The number of the row, an i32. */
  readonly row: LocalIndex;
  /** The columns that are computed, if not all are. */
  readonly part: ColumnPart | undefined;
  readonly levels: Readonly<Record<Scope, Level>>;
  /** Views whose column pointers the present pass uses, and vectors that move on with it. */
  readonly views: Set<View>;
  readonly steppers: Map<string, Stepper>;
}

export function createValueState(
  settings: Pick<ValueState, "shape" | "frame" | "loops" | "context" | "pointers" | "row" | "part">,
): ValueState {
  const level = (): Level => ({ code: [], known: new Map() });
  return {
    ...settings,
    levels: { map: level(), row: level(), column: level() },
    views: new Set(),
    steppers: new Map(),
  };
}

/** The columns of a pass: code for one vector, and what must run before the first and after each. */
export interface Body {
  readonly enter: Code;
  readonly code: Code;
  readonly next: Code;
  /** A pointer that moves on, if there is one. */
  readonly pointer: LocalIndex | undefined;
}

/** What `write` adds to the code of the columns, as a body that begins at the first of them. */
export function writeBody(state: ValueState, write: () => void): Body {
  state.views.clear();
  state.steppers.clear();
  return continueBody(state, write);
}

/** What `write` adds to the code of the columns, where the body before has left off; the values of its columns are forgotten. */
export function continueBody(state: ValueState, write: () => void): Body {
  const { column } = state.levels;
  column.code = [];
  column.known.clear();
  write();
  const views = [...state.views];
  const steppers = [...state.steppers.values()];
  const [first] = views;
  return {
    enter: [...state.pointers.enterColumns(views), ...steppers.flatMap((stepper) => stepper.start)],
    code: column.code.flat(),
    next: [...state.pointers.nextColumns(views), ...steppers.flatMap((stepper) => stepper.next)],
    pointer: first === undefined ? undefined : state.pointers.at(first).local,
  };
}

/** Adds code to the body that is being written. */
export function pushCode(code: Code, { levels }: ValueState): void {
  levels.column.code.push(code);
}

/** The code of a scope since it was last taken. */
export function takeCode(scope: Scope, { levels }: ValueState): Code {
  const code = levels[scope].code.flat();
  levels[scope].code = [];
  return code;
}

/** The code of a value: a local, a constant, or, where it is used only once and in its own scope, an expression. */
export function valueOf(id: ValueId, state: ValueState, from: Scope = "column"): Code {
  const value = known(state.shape.map.values[id], `value ${id}`);
  if (value.kind === "constant") return constantBits(floatBits(value.value), state);
  const scope = known(state.shape.scopes[id], `the scope of value ${id}`);
  const before = state.levels[scope].known.get(String(id));
  if (before !== undefined) return get(before);
  const code = compute(id, value, scope, state);
  if (value.kind === "apply" && scope === from && state.shape.uses[id] === 1) return code;
  return get(keep(String(id), value.kind === "apply" ? value.operation : value.kind, code, state.levels[scope], state));
}

/** Whether the code so far has read a loaded value. */
export function isLoaded(id: ValueId, { shape, levels }: ValueState): boolean {
  return levels[known(shape.scopes[id], `the scope of value ${id}`)].known.has(String(id));
}

/** The value in a local. */
export function localOf(id: ValueId, state: ValueState): LocalIndex {
  const code = valueOf(id, state);
  const [only] = code;
  if (code.length === 1 && only?.name === "local.get") return known(only.immediates[0], "a local");
  return keep(`local ${id}`, "value", code, state.levels.column, state);
}

/** Makes `value(id)` this local for the rest of the row: the result of a reduction. */
export function defineValue(id: ValueId, local: LocalIndex, { levels }: ValueState): void {
  levels.row.known.set(String(id), local);
}

/** Puts code in a new local, at the end of a scope's code so far. */
function keep(key: string, name: string, code: Code, level: Level, { frame }: ValueState): LocalIndex {
  const local = frame.local("v128", name);
  level.code.push(set(local, code));
  level.known.set(key, local);
  return local;
}

function constantBits(bits: number, state: ValueState): Code {
  if (bits === 0) return splatInteger(0);
  const key = `bits ${bits >>> 0}`;
  const before = state.levels.map.known.get(key);
  return get(before ?? keep(key, "constant", splatInteger(bits), state.levels.map, state));
}

function sinkOf(scope: Scope, state: ValueState): LaneSink {
  return {
    frame: state.frame,
    features: state.context.features,
    code: state.levels[scope].code,
    constantBits: (bits) => constantBits(bits, state),
    constantFloat: (value) => constantBits(floatBits(value), state),
  };
}

function compute(id: ValueId, value: Exclude<MapValue, { kind: "constant" }>, scope: Scope, state: ValueState): Code {
  switch (value.kind) {
    case "load":
      return load(value.view, state);
    case "index":
      if (value.of === "column") return get(stepper("column", state, () => columnNumbers(state)));
      if (value.of === "loop")
        return splatNumber(get(known(state.loops.get(value.loop), `the index of loop ${value.loop}`)));
      return splatNumber(get(state.row));
    case "apply":
      return fuse(value, scope, state) ?? apply(value, scope, state);
    case "reduce":
      return known<Code>(undefined, `${state.shape.map.name}: the reduction ${id}, asked for before its pass,`);
    case "random":
      return random(id, value, state);
  }
}

/** Views that columns do not move are read into all lanes. */
function load(view: View, state: ValueState): Code {
  if (view.columnStride === 1) state.views.add(view);
  const { local, offset } = state.pointers.at(view);
  return op(view.columnStride === 1 ? "v128.load" : "v128.load32_splat", [offset], get(local));
}

function apply({ operation, args }: Apply, scope: Scope, state: ValueState): Code {
  const constants = args.map((arg) => {
    const value = state.shape.map.values[arg];
    return value?.kind === "constant" ? value.value : undefined;
  });
  return emitLanes({ operation, args: args.map((arg) => valueOf(arg, state, scope)), constants }, sinkOf(scope, state));
}

/** `a × b + c` and `c - a × b` in one instruction, where the product is used only there. */
function fuse({ operation, args }: Apply, scope: Scope, state: ValueState): Code | undefined {
  if (!state.context.features.relaxed || (operation !== "add" && operation !== "subtract")) return undefined;
  const [first = 0, second = 0] = args;
  const factors = (id: ValueId): readonly ValueId[] | undefined => {
    const value = state.shape.map.values[id];
    const alone = state.shape.uses[id] === 1 && state.shape.scopes[id] === scope;
    return alone && value?.kind === "apply" && value.operation === "multiply" ? value.args : undefined;
  };
  const after = factors(second);
  const product = after ?? (operation === "add" ? factors(first) : undefined);
  if (product === undefined) return undefined;
  const [a = [], b = [], c = []] = [...product, after === undefined ? second : first].map((id) =>
    valueOf(id, state, scope),
  );
  return op(operation === "add" ? "f32x4.relaxed_madd" : "f32x4.relaxed_nmadd", [], a, b, c);
}

function splatNumber(integer: Code): Code {
  return op("f32x4.splat", [], op("f32.convert_i32_s", [], integer));
}

function stepper(key: string, state: ValueState, make: () => Stepper): LocalIndex {
  const used = state.steppers.get(key) ?? make();
  state.steppers.set(key, used);
  return used.local;
}

function columnNumbers({ frame, part }: ValueState): Stepper {
  const local = frame.local("v128", "columns");
  const first = constantVector([0, 1, 2, 3].map(floatBits));
  return {
    local,
    start: set(local, part === undefined ? first : op("f32x4.add", [], first, splatNumber(get(part.column)))),
    next: set(local, op("f32x4.add", [], get(local), splatFloat(4))),
  };
}

/** The hash of `random.ts` for four counters at once. */
function random(id: ValueId, { seed, salt, counter }: Random, state: ValueState): Code {
  const { frame, levels } = state;
  const isFixed = seed.rowStride === 0 && seed.rows === undefined;
  const level = isFixed ? levels.map : levels.row;
  const key = `seed ${id}`;
  const mixed = level.known.get(key) ?? keep(key, "seed", mixSeed(seed, salt, state), level, state);
  const counters = stepper(`counter ${id}`, state, () => counterNumbers(counter, state));
  const x = frame.local("v128", "hash");
  const shifted = (places: number): Code =>
    set(x, op("v128.xor", [], get(x), op("i32x4.shr_u", [], get(x), i32(places))));
  const times = (factor: number): Code => set(x, op("i32x4.mul", [], get(x), constantBits(factor, state)));
  levels.column.code.push(
    set(x, op("v128.xor", [], get(mixed), get(counters))),
    shifted(16),
    times(mixMultipliers[0]),
    shifted(15),
    times(mixMultipliers[1]),
    shifted(16),
  );
  const bits = op("i32x4.shr_u", [], get(x), i32(8));
  return op("f32x4.mul", [], op("f32x4.convert_i32x4_s", [], bits), constantBits(floatBits(2 ** -24), state));
}

/** `seed × multiplier ⊕ salt × multiplier` in all lanes. */
function mixSeed(seed: View, salt: number, { pointers }: ValueState): Code {
  const { local, offset } = pointers.at(seed);
  const number = op("i32.trunc_sat_f32_s", [], op("f32.load", [offset], get(local)));
  const mixed = op("i32.xor", [], timesBytes(number, seedMultiplier), i32(Math.imul(salt, saltMultiplier)));
  return op("i32x4.splat", [], mixed);
}

/** row × columns + column + the counter's own offset. */
function counterNumbers(counter: Random["counter"], { frame, shape, loops, row, part }: ValueState): Stepper {
  const local = frame.local("v128", "counters");
  const inRow = part === undefined ? i32(counter.constant) : plusBytes(get(part.column), counter.constant);
  const start = op("i32.add", [], timesBytes(get(row), shape.map.columns), inRow);
  const first = counter.terms.reduce<Code>((sum, term) => op("i32.add", [], sum, emitTerm(term, loops, 1)), start);
  return {
    local,
    start: set(local, op("i32x4.add", [], op("i32x4.splat", [], first), constantVector([0, 1, 2, 3]))),
    next: set(local, op("i32x4.add", [], get(local), splatInteger(4))),
  };
}
