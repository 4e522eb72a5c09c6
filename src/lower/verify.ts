/** Checks a program before anything is printed from it: a program that passes touches no word it should not. */
import { known, RecurraError } from "../util/errors.ts";
import { gradientArena, parameterArena } from "./arena.ts";
import { shift } from "./builder.ts";
import { laneArity, outerScratchLength, packedLength } from "./ir.ts";
import type {
  BufferId,
  BufferSpec,
  FillStatement,
  LoopId,
  MapStatement,
  MapValue,
  Offset,
  OuterStatement,
  PackStatement,
  ProductStatement,
  Program,
  Statement,
  View,
} from "./ir.ts";
import { usesOf } from "./uses.ts";

/** Words after a buffer that a padded store may overrun into. */
export const slackWords = 4;

/** Where in the program a check is made, and what is in scope there. */
interface Scope {
  readonly buffers: ReadonlyMap<BufferId, BufferSpec>;
  /** Words each buffer's views may reach over: its length, or the arena's for the first buffer of one. */
  readonly reach: ReadonlyMap<BufferId, number>;
  /** Counts of the loops around. */
  readonly loops: ReadonlyMap<LoopId, number>;
  /** `function / loop / statement`. */
  readonly place: string;
}

/** Throws `internal/impossible`, naming function and statement, unless every statement keeps the rules of `ir.ts`. */
export function verifyProgram(program: Program): void {
  const buffers = verifyBuffers(program);
  const names = new Set<string>();
  for (const { name, body } of program.functions) {
    if (names.has(name)) fail("program", `there are two functions ${name}`);
    names.add(name);
    const scope: Scope = { buffers, reach: reachOf(program), loops: new Map(), place: name };
    for (const statement of body) verifyStatement(statement, scope);
  }
  verifyScratch(program, buffers);
}

/** `fail` names the statement, which is the first thing one wants to know. */
function fail(place: string, message: string): never {
  throw new RecurraError("internal/impossible", `${place}: ${message}`);
}

function verifyBuffers(program: Program): ReadonlyMap<BufferId, BufferSpec> {
  const buffers = new Map<BufferId, BufferSpec>();
  const names = new Set<string>();
  for (const buffer of program.buffers) {
    if (buffers.has(buffer.id)) fail("buffers", `there are two buffers of number ${buffer.id}`);
    if (names.has(buffer.name)) fail("buffers", `there are two buffers ${buffer.name}`);
    if (!Number.isInteger(buffer.length) || buffer.length < 0) fail("buffers", `${buffer.name} has ${buffer.length} words`);
    buffers.set(buffer.id, buffer);
    names.add(buffer.name);
  }
  const parameters = program.buffers.filter((buffer) => buffer.role === "parameter");
  const gradients = program.buffers.filter((buffer) => buffer.role === "gradient");
  if (gradients.length > 0 && gradients.length !== parameters.length) {
    fail("buffers", `there are ${gradients.length} gradients for ${parameters.length} parameters`);
  }
  gradients.forEach((gradient, n) => {
    const parameter = parameters[n];
    if (parameter !== undefined && parameter.length !== gradient.length) {
      fail("buffers", `the gradient ${gradient.name} has ${gradient.length} words, its parameter ${parameter.name} ${parameter.length}`);
    }
  });
  const arena = parameterArena(program.buffers).length;
  for (const { role, name, length } of program.buffers) {
    if (role === "moment" && length !== arena) fail("buffers", `the moment ${name} has ${length} words, all parameters together ${arena}`);
  }
  return buffers;
}

function reachOf(program: Program): ReadonlyMap<BufferId, number> {
  const reach = new Map(program.buffers.map((buffer) => [buffer.id, buffer.length]));
  for (const arena of [parameterArena(program.buffers), gradientArena(program.buffers)]) {
    if (arena.first !== undefined) reach.set(arena.first, arena.length);
  }
  return reach;
}

function verifyStatement(statement: Statement, outside: Scope): void {
  const scope = { ...outside, place: `${outside.place} / ${statement.name}` };
  switch (statement.kind) {
    case "loop": {
      if (outside.loops.has(statement.loop)) fail(scope.place, `loop ${statement.loop} is already running`);
      verifyCount(statement.count, 0, "count", scope);
      // A body that never runs touches nothing.
      if (statement.count === 0) return;
      const loops = new Map([...outside.loops, [statement.loop, statement.count]]);
      for (const inner of statement.body) verifyStatement(inner, { ...scope, loops });
      return;
    }
    case "map":
      return verifyMap(statement, scope);
    case "pack":
      return verifyPack(statement, scope);
    case "product":
      return verifyProduct(statement, scope);
    case "outer":
      return verifyOuter(statement, scope);
    case "fill":
      return verifyFill(statement, scope);
  }
}

function verifyMap(map: MapStatement, scope: Scope): void {
  verifyCount(map.rows, 1, "rows", scope);
  verifyCount(map.columns, 1, "columns", scope);
  map.values.forEach((value, id) => verifyValue(value, id, map, scope));
  for (const { view, value } of map.stores) {
    if (!(value in map.values)) fail(scope.place, `a store takes value ${value}, which does not exist`);
    verifyView(view, map, scope);
    if (view.padded === true) verifyPadded(view, map, scope);
  }
  verifyOrder(map, scope);
}

function verifyValue(value: MapValue, id: number, map: MapStatement, scope: Scope): void {
  const before = (arg: number): void => {
    if (!Number.isInteger(arg) || arg < 0 || arg >= id) fail(scope.place, `value ${id} uses value ${arg}, which does not come before it`);
  };
  switch (value.kind) {
    case "load":
      return verifyView(value.view, map, scope);
    case "constant":
      return;
    case "index":
      if (value.of === "loop" && !scope.loops.has(value.loop)) fail(scope.place, `value ${id} reads the index of loop ${value.loop}, which is not around it`);
      return;
    case "apply":
      if (value.args.length !== laneArity[value.operation]) {
        fail(scope.place, `value ${id}: ${value.operation} takes ${laneArity[value.operation]} arguments and has ${value.args.length}`);
      }
      return value.args.forEach(before);
    case "reduce":
      return before(value.arg);
    case "random":
      if (value.seed.columnStride !== 0) fail(scope.place, `value ${id}: a seed is one word, its column stride must be 0`);
      verifyView(value.seed, map, scope);
      boundsOf(value.counter, scope);
  }
}

/** Every element that `view` reaches lies in its buffer; of indirect rows, row 0 does. */
function verifyView(view: View, map: MapStatement, scope: Scope): void {
  if (view.rows !== undefined) {
    if (view.rows.columnStride !== 0) fail(scope.place, `row numbers are read once a row, their column stride must be 0`);
    verifyView(view.rows, map, scope);
  }
  const rows = view.rows === undefined ? map.rows : 1;
  verifyReach(view, [{ count: rows, stride: view.rowStride }, { count: map.columns, stride: view.columnStride }], scope);
}

/** A padded store writes whole vectors: its rows and steps are that far apart, and its end is within the slack. */
function verifyPadded(view: View, map: MapStatement, scope: Scope): void {
  const buffer = bufferOf(view.buffer, scope);
  if (view.columnStride !== 1 || view.rows !== undefined) {
    fail(scope.place, `only a direct store of whole rows can be padded (${buffer.name})`);
  }
  const width = wholeVectors(map.columns);
  const strides = view.offset.terms.map((term) => term.stride);
  if (map.rows > 1) strides.push(view.rowStride);
  for (const stride of strides) {
    if (stride !== 0 && Math.abs(stride) < width) fail(scope.place, `a padded store to ${buffer.name} writes ${width} words a row, but rows or steps are ${stride} apart`);
  }
  const fixed = buffer.role === "parameter" || buffer.role === "gradient" || buffer.role === "moment";
  const length = known(scope.reach.get(view.buffer), "a buffer's reach") + (fixed ? 0 : slackWords);
  verifyReach(view, [{ count: map.rows, stride: view.rowStride }, { count: width, stride: 1 }], scope, length);
}

/**
 * Columns of a row are done in vectors of any width, so what one column stores no other column of the same row may load or
 * store. Checked for views that move alike (same loops, same row stride).
 */
function verifyOrder(map: MapStatement, scope: Scope): void {
  const loads = map.values.flatMap((value) => (value.kind === "load" ? [value.view] : []));
  const stores = map.stores.map((store) => store.view);
  stores.forEach((store, n) => {
    for (const load of loads) {
      if (clash(store, load, map)) fail(scope.place, `columns of ${bufferOf(store.buffer, scope).name} are loaded after another column stored them`);
    }
    for (const other of stores.slice(n + 1)) {
      if (clash(store, other, map)) fail(scope.place, `two stores to ${bufferOf(store.buffer, scope).name} overlap`);
    }
  });
}

function clash(store: View, other: View, map: MapStatement): boolean {
  if (store.buffer !== other.buffer || store.rows !== undefined || other.rows !== undefined) return false;
  if (map.rows > 1 && store.rowStride !== other.rowStride) return false;
  if (!sameTerms(store.offset, other.offset)) return false;
  const apart = other.offset.constant - store.offset.constant;
  // Column by column the same words: each column meets only its own.
  if (apart === 0 && store.columnStride === 1 && other.columnStride === 1) return false;
  if (map.columns === 1 && apart === 0) return false;
  return apart < widthOf(store, map) && -apart < widthOf(other, map);
}

function widthOf(view: View, map: MapStatement): number {
  if (view.columnStride === 0) return 1;
  return view.padded === true ? wholeVectors(map.columns) : map.columns;
}

function sameTerms(a: Offset, b: Offset): boolean {
  const key = (offset: Offset): string =>
    offset.terms
      .filter((term) => term.stride !== 0)
      .map((term) => `${term.loop}*${term.stride}`)
      .sort()
      .join("+");
  return key(a) === key(b);
}

function verifyPack(pack: PackStatement, scope: Scope): void {
  verifyCount(pack.depth, 1, "depth", scope);
  verifyCount(pack.columns, 1, "columns", scope);
  verifyPacked(pack.to, pack.depth, pack.columns, scope);
  pack.blocks.forEach((block, n) => {
    if (block.buffer === pack.to) fail(scope.place, `block ${n} is read from where it is packed to`);
    verifyCount(block.depth, 1, `depth of block ${n}`, scope);
    verifyCount(block.columns, 1, `columns of block ${n}`, scope);
    if (!within(block.depthAt, block.depth, pack.depth) || !within(block.columnAt, block.columns, pack.columns)) {
      fail(scope.place, `block ${n} (${block.depth}×${block.columns} at ${block.depthAt}, ${block.columnAt}) leaves the matrix of ${pack.depth}×${pack.columns}`);
    }
    verifyReach(block, [{ count: block.depth, stride: block.depthStride }, { count: block.columns, stride: block.columnStride }], scope);
    for (const other of pack.blocks.slice(n + 1)) {
      if (meet(block.depthAt, block.depth, other.depthAt, other.depth) && meet(block.columnAt, block.columns, other.columnAt, other.columns)) {
        fail(scope.place, `block ${n} overlaps another`);
      }
    }
  });
}

function verifyProduct(product: ProductStatement, scope: Scope): void {
  const { rows, columns, depth, segments, a, b, c } = product;
  for (const [name, count] of Object.entries({ rows, columns, depth, segments })) verifyCount(count, 1, name, scope);
  if (columns % 4 !== 0) fail(scope.place, `its ${columns} columns are not a multiple of 4`);
  verifyPacked(b, segments * depth, columns, scope);
  if (a.buffer === b || c.buffer === b) fail(scope.place, "its packed side is also its left side or its result");
  const read = verifyReach(a, [{ count: rows, stride: a.rowStride }, { count: segments, stride: a.segmentStride }, { count: depth, stride: 1 }], scope);
  const written = verifyReach(c, [{ count: rows, stride: c.rowStride }, { count: columns, stride: 1 }], scope);
  if (rows > 1 && Math.abs(c.rowStride) < columns) fail(scope.place, `rows of its result are ${c.rowStride} apart but ${columns} long`);
  if (a.buffer === c.buffer && read.low <= written.high && written.low <= read.high && sameTerms(a.offset, c.offset)) {
    fail(scope.place, "its left side and its result overlap");
  }
}

function verifyOuter(outer: OuterStatement, scope: Scope): void {
  const { rows, columns, depth, a, b, c, scratch } = outer;
  for (const [name, count] of Object.entries({ rows, columns, depth })) verifyCount(count, 1, name, scope);
  verifyReach(b, [{ count: depth, stride: b.rowStride }, { count: columns, stride: 1 }], scope);
  const total = c.reduce((sum, part) => sum + part.rows, 0);
  if (total !== rows) fail(scope.place, `its parts have ${total} rows together, not ${rows}`);
  c.forEach((part, n) => {
    verifyCount(part.rows, 1, `rows of part ${n}`, scope);
    if (!Number.isInteger(part.at) || part.at < 0) fail(scope.place, `part ${n} begins at column ${part.at} of A`);
    const columnsOfA = { buffer: a.buffer, offset: shift(a.offset, part.at) };
    verifyReach(columnsOfA, [{ count: depth, stride: a.rowStride }, { count: part.rows, stride: 1 }], scope);
    verifyReach(part, [{ count: part.rows, stride: part.rowStride }, { count: columns, stride: 1 }], scope);
    if (part.rows > 1 && Math.abs(part.rowStride) < columns) fail(scope.place, `rows of part ${n} are ${part.rowStride} apart but ${columns} long`);
    if (part.buffer === a.buffer || part.buffer === b.buffer) fail(scope.place, `part ${n} is stored where A or B is read`);
  });
  const words = bufferOf(scratch, scope);
  if (words.length < outerScratchLength(outer)) fail(scope.place, `its scratch ${words.name} has ${words.length} words and needs ${outerScratchLength(outer)}`);
  if ([a.buffer, b.buffer, ...c.map((part) => part.buffer)].includes(scratch)) fail(scope.place, `its scratch ${words.name} is also an argument`);
}

function verifyFill(fill: FillStatement, scope: Scope): void {
  verifyCount(fill.length, 1, "length", scope);
  verifyReach(fill, [{ count: fill.length, stride: 1 }], scope);
}

/** A scratch buffer holds anything at all until it is written, so the first use of each is a write. */
function verifyScratch(program: Program, buffers: ReadonlyMap<BufferId, BufferSpec>): void {
  const seen = new Set<BufferId>();
  const visit = (statement: Statement, place: string): void => {
    const here = `${place} / ${statement.name}`;
    if (statement.kind === "loop") return statement.body.forEach((inner) => visit(inner, here));
    for (const { buffer, access } of usesOf(statement)) {
      if (access === "read" && !seen.has(buffer) && buffers.get(buffer)?.role === "scratch") {
        fail(here, `reads the scratch buffer ${buffers.get(buffer)?.name} before anything is written to it`);
      }
      seen.add(buffer);
    }
  };
  for (const { name, body } of program.functions) body.forEach((statement) => visit(statement, name));
}

interface Place {
  readonly buffer: BufferId;
  readonly offset: Offset;
}

/** The lowest and highest word reached from `place` by whole steps along each axis; they must lie in [0, length). */
function verifyReach(
  place: Place,
  axes: readonly { readonly count: number; readonly stride: number }[],
  scope: Scope,
  length = known(scope.reach.get(bufferOf(place.buffer, scope).id), "a buffer's reach"),
): { readonly low: number; readonly high: number } {
  let { low, high } = boundsOf(place.offset, scope);
  for (const { count, stride } of axes) {
    if (!Number.isInteger(stride)) fail(scope.place, `the stride ${stride} is not whole`);
    low += Math.min(0, (count - 1) * stride);
    high += Math.max(0, (count - 1) * stride);
  }
  if (low < 0 || high >= length) {
    fail(scope.place, `reaches words ${low} to ${high} of ${bufferOf(place.buffer, scope).name}, which has ${length}`);
  }
  return { low, high };
}

/** The least and greatest value of `offset` over all indices of the loops around. */
function boundsOf(offset: Offset, scope: Scope): { readonly low: number; readonly high: number } {
  if (!Number.isInteger(offset.constant)) fail(scope.place, `the offset ${offset.constant} is not whole`);
  let low = offset.constant;
  let high = offset.constant;
  for (const { loop, stride } of offset.terms) {
    const count = scope.loops.get(loop);
    if (count === undefined) fail(scope.place, `an offset moves with loop ${loop}, which is not around it`);
    if (!Number.isInteger(stride)) fail(scope.place, `the stride ${stride} of loop ${loop} is not whole`);
    low += Math.min(0, (count - 1) * stride);
    high += Math.max(0, (count - 1) * stride);
  }
  return { low, high };
}

function verifyPacked(id: BufferId, depth: number, columns: number, scope: Scope): void {
  const buffer = bufferOf(id, scope);
  const words = packedLength(depth, columns);
  if (buffer.length !== words) fail(scope.place, `${buffer.name} has ${buffer.length} words, a packed ${depth}×${columns} has ${words}`);
}

function verifyCount(count: number, least: number, what: string, scope: Scope): void {
  if (!Number.isInteger(count) || count < least) fail(scope.place, `${what} is ${count}, not a whole number from ${least} on`);
}

function bufferOf(id: BufferId, scope: Scope): BufferSpec {
  return scope.buffers.get(id) ?? fail(scope.place, `there is no buffer ${id}`);
}

/** [at, at + count) lies in [0, whole). */
function within(at: number, count: number, whole: number): boolean {
  return Number.isInteger(at) && at >= 0 && at + count <= whole;
}

/** [a, a + n) and [b, b + m) have a number in common. */
function meet(a: number, n: number, b: number, m: number): boolean {
  return a < b + m && b < a + n;
}

function wholeVectors(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}
