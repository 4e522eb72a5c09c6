/** Prints a program as one WebAssembly module. */
import { createAliasGroups } from "../../lower/arena.ts";
import type { KernelFunction, LoopStatement, Program, Statement } from "../../lower/ir.ts";
import type { ThreadPlan } from "../../lower/threads.ts";
import { assemble, op } from "./assembler.ts";
import type { Code, WasmFunction, WasmModule } from "./assembler.ts";
import { emitBarrier } from "./barrier.ts";
import { advance, createFrame, differ, get, i32, repeat, set } from "./code.ts";
import type { Frame } from "./code.ts";
import type { Context, Loops, Placement, ThreadScratch } from "./context.ts";
import type { Features } from "./features.ts";
import { emitFill } from "./fill.ts";
import { emitMap } from "./map.ts";
import { emitOuter } from "./outer.ts";
import { emitPack } from "./pack.ts";
import { choosePanelWidths } from "./panels.ts";
import { printWat } from "./print-text.ts";
import { emitProduct } from "./product.ts";
import { onlyFirst } from "./share.ts";
import type { Share } from "./share.ts";

export interface ModuleOptions extends Features {
  /** For several threads over one shared memory; the memory is not shared if left out. */
  readonly threads?: ThreadOptions;
}

/** How threads share a program, and where they find what they need beside its buffers, in words. */
export interface ThreadOptions {
  readonly plan: ThreadPlan;
  /** `barrierWords` words, all zero at first. */
  readonly barrier: number;
  readonly scratch: ThreadScratch;
}

/**
 * The program as a module in the binary format: it imports the memory `env.memory` and exports one function () → ()
 * for each of the program's, under the same name. Where threads share a function it is (thread, threads) → (): every thread calls it with its
 * number and how many there are, and when it returns to one all are done.
 */
export function emitModule(program: Program, placement: Placement, options: ModuleOptions): Uint8Array<ArrayBuffer> {
  return assemble(createModule(program, placement, options));
}

/** The same module in the text format. */
export function printModule(program: Program, placement: Placement, options: ModuleOptions): string {
  return printWat(createModule(program, placement, options));
}

function createModule(program: Program, placement: Placement, options: ModuleOptions): WasmModule {
  const functions: WasmFunction[] = [];
  const context = createContext(program, placement, options, functions);
  for (const fn of program.functions) functions.push(emitFunction(fn, context, options.threads));
  return { sharedMemory: options.threads !== undefined, functions };
}

function createContext(
  program: Program,
  placement: Placement,
  { threads, ...features }: ModuleOptions,
  functions: WasmFunction[],
): Context {
  const shared = new Map<string, number>();
  const names = new Map<string, number>(program.functions.map(({ name }) => [name, 1]));
  const add = (fn: WasmFunction): number => {
    const seen = names.get(fn.name) ?? 0;
    names.set(fn.name, seen + 1);
    functions.push(seen === 0 ? fn : { ...fn, name: `${fn.name}#${seen + 1}` });
    return functions.length - 1;
  };
  return {
    features,
    placement,
    threadScratch: threads?.scratch,
    panelWidths: choosePanelWidths(program, features),
    aliasGroup: createAliasGroups(program.buffers),
    add,
    share: (name, make) => {
      const before = shared.get(name);
      if (before !== undefined) return before;
      const index = add(make());
      shared.set(name, index);
      return index;
    },
  };
}

function emitFunction(fn: KernelFunction, context: Context, threads: ThreadOptions | undefined): WasmFunction {
  if (threads?.plan.isShared(fn) !== true) {
    const frame = createFrame([]);
    return frame.finish(fn.name, emitStatements(fn.body, new Map(), { frame, context }), true);
  }
  const frame = createFrame(["thread", "threads"]);
  const who = { thread: get(0), threads: get(1) };
  const barrier = context.share("barrier", () => emitBarrier(threads.barrier));
  const meet = op("call", [barrier], who.thread, who.threads);
  const code = emitStatements(fn.body, new Map(), { frame, context, team: { ...who, plan: threads.plan, meet } });
  return frame.finish(fn.name, [...code, ...meet], true);
}

interface Scope {
  readonly frame: Frame;
  readonly context: Context;
  readonly team?: Team;
}

/** The threads that run the function, as code that tells one of them who it is. */
interface Team extends Omit<Share, "split"> {
  readonly plan: ThreadPlan;
  /** Waits until all have come. */
  readonly meet: Code;
}

function emitStatements(statements: readonly Statement[], loops: Loops, scope: Scope): Code {
  return statements.flatMap((statement) => emitStatement(statement, loops, scope));
}

function emitStatement(statement: Statement, loops: Loops, scope: Scope): Code {
  const { context, team } = scope;
  const before = team?.plan.hasBarrier(statement) === true ? team.meet : [];
  if (statement.kind === "loop") return [...before, ...emitLoop(statement, loops, scope)];
  if (team === undefined) return emitLeaf(statement, loops, context, undefined);
  const split = team.plan.splitOf(statement);
  if (split === "whole") return [...before, ...onlyFirst(team, emitLeaf(statement, loops, context, undefined))];
  return [...before, ...emitLeaf(statement, loops, context, { ...team, split })];
}

function emitLeaf(
  statement: Exclude<Statement, LoopStatement>,
  loops: Loops,
  context: Context,
  share: Share | undefined,
): Code {
  switch (statement.kind) {
    case "map":
      return emitMap(statement, loops, context, share);
    case "pack":
      return emitPack(statement, loops, context, share);
    case "product":
      return emitProduct(statement, loops, context, share);
    case "outer":
      return emitOuter(statement, loops, context, share);
    case "fill":
      return emitFill(statement, loops, context, share);
  }
}

/**
 *     index = first; do { body; index ±= 1 } while (index ≠ one past the last)
 */
function emitLoop({ loop, name, count, reverse, body }: LoopStatement, loops: Loops, scope: Scope): Code {
  if (count === 0) return [];
  const index = scope.frame.local("i32", name);
  const inner = emitStatements(body, new Map([...loops, [loop, index]]), scope);
  const [first, step, end] = reverse ? [count - 1, -1, -1] : [0, 1, count];
  return [...set(index, i32(first)), ...repeat([...inner, ...advance(index, step)], differ(get(index), i32(end)))];
}
