/** What every emitter knows: the features, where buffers lie, the loops around, and the functions made so far. */
import { known } from "../../util/errors.ts";
import type { BufferId, LoopId, Offset, RowWindow } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import { createFrame, get, i32, timesBytes, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import type { Features } from "./features.ts";

/** Where each buffer begins: the part of a memory plan that a printer needs. */
export interface Placement {
  /** Words from the start of the memory to the buffer; a multiple of 4. */
  offsetOf(buffer: BufferId): number;
}

/** The locals that hold the indices of the loops around a statement. */
export type Loops = ReadonlyMap<LoopId, LocalIndex>;

export interface Context {
  readonly features: Features;
  /** Words that each thread packs outer products in, where there are several. */
  readonly threadScratch: ThreadScratch | undefined;
  readonly placement: Placement;
  /** Columns of the panels of each packed buffer. */
  readonly panelWidths: ReadonlyMap<BufferId, number>;
  /** Buffers whose words may be the same have the same group. */
  aliasGroup(buffer: BufferId): string;
  /** The number of the function `name`, made when first asked for. */
  share(name: string, make: () => WasmFunction): number;
  /** Adds a function, its name made unique, and returns its number. */
  add(fn: WasmFunction): number;
}

/** Words for each thread, one after the other. */
export interface ThreadScratch {
  /** Of the first thread's, in words. */
  readonly offset: number;
  readonly wordsEach: number;
}

/** A place in a buffer that moves with loops. */
export interface Place {
  readonly buffer: BufferId;
  readonly offset: Offset;
}

/** The address of `place` in bytes; a few multiplications if loops move it. */
export function emitAddress({ buffer, offset }: Place, loops: Loops, { placement }: Context): Code {
  const start = i32((placement.offsetOf(buffer) + offset.constant) * wordBytes);
  return offset.terms.reduce<Code>(
    (sum, term) => (term.stride === 0 ? sum : op("i32.add", [], sum, emitTerm(term, loops, wordBytes))),
    start,
  );
}

/** `index of the loop × stride × unit`. */
export function emitTerm({ loop, stride }: Offset["terms"][number], loops: Loops, unit: number): Code {
  return timesBytes(get(known(loops.get(loop), `the index of loop ${loop}`)), stride * unit);
}

/** The count of a window, as an integer. */
export function emitCount({ count }: RowWindow, loops: Loops, context: Context): Code {
  return op("i32.trunc_sat_f32_s", [], op("f32.load", [0], emitAddress(count, loops, context)));
}

/** The loops that move the count of a window, if there is one. */
export function windowLoops(window: RowWindow | undefined): readonly LoopId[] {
  return window === undefined ? [] : loopsOf(window.count.offset);
}

export interface StatementFunction {
  readonly name: string;
  /** Loops whose index the body needs, in any order, repeated or not. */
  readonly uses: readonly LoopId[];
  /** Numbers that the body gets beside them. */
  readonly given?: readonly { readonly name: string; readonly value: Code }[];
  readonly body: (frame: Frame, loops: Loops, given: readonly LocalIndex[]) => Code;
}

/** Puts a statement in a function of its own, which keeps each small enough to be compiled well, and returns the call. */
export function emitCall({ name, uses, given = [], body }: StatementFunction, loops: Loops, context: Context): Code {
  const ids = [...new Set(uses)];
  const frame = createFrame([...ids.map((id) => `loop${id}`), ...given.map((one) => one.name)]);
  const code = body(
    frame,
    new Map(ids.map((id, n) => [id, n])),
    given.map((_, n) => ids.length + n),
  );
  const fn = context.add(frame.finish(name, code));
  const indices = ids.map((id) => get(known(loops.get(id), `the index of loop ${id}`)));
  return op("call", [fn], ...indices, ...given.map((one) => one.value));
}

/** The loops that move an offset. */
export function loopsOf(...offsets: readonly Offset[]): readonly LoopId[] {
  return offsets.flatMap((offset) => offset.terms.filter((term) => term.stride !== 0).map((term) => term.loop));
}
