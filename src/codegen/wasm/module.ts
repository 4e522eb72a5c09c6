/** Prints a program as one WebAssembly module. */
import { createAliasGroups } from "../../lower/arena.ts";
import type { KernelFunction, LoopStatement, Program, Statement } from "../../lower/ir.ts";
import { assemble } from "./assembler.ts";
import type { Code, WasmFunction, WasmModule } from "./assembler.ts";
import { advance, createFrame, differ, get, i32, repeat, set } from "./code.ts";
import type { Frame } from "./code.ts";
import type { Context, Loops, Placement } from "./context.ts";
import type { Features } from "./features.ts";
import { emitFill } from "./fill.ts";
import { emitMap } from "./map.ts";
import { emitOuter } from "./outer.ts";
import { emitPack } from "./pack.ts";
import { choosePanelWidths } from "./panels.ts";
import { printWat } from "./print-text.ts";
import { emitProduct } from "./product.ts";

export interface ModuleOptions extends Features {
  /** Whether the memory handed in is shared between threads; not shared if left out. */
  readonly sharedMemory?: boolean;
}

/**
 * The program as a module in the binary format: it imports the memory `env.memory` and exports one function () → ()
 * for each of the program's, under the same name.
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
  for (const fn of program.functions) functions.push(emitFunction(fn, context));
  return { sharedMemory: options.sharedMemory ?? false, functions };
}

function createContext(program: Program, placement: Placement, features: Features, functions: WasmFunction[]): Context {
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

function emitFunction({ name, body }: KernelFunction, context: Context): WasmFunction {
  const frame = createFrame([]);
  const code = emitStatements(body, new Map(), { frame, context });
  return frame.finish(name, code, true);
}

interface Scope {
  readonly frame: Frame;
  readonly context: Context;
}

function emitStatements(statements: readonly Statement[], loops: Loops, scope: Scope): Code {
  return statements.flatMap((statement) => emitStatement(statement, loops, scope));
}

function emitStatement(statement: Statement, loops: Loops, scope: Scope): Code {
  switch (statement.kind) {
    case "map":
      return emitMap(statement, loops, scope.context);
    case "loop":
      return emitLoop(statement, loops, scope);
    case "pack":
      return emitPack(statement, loops, scope.context);
    case "product":
      return emitProduct(statement, loops, scope.context);
    case "outer":
      return emitOuter(statement, loops, scope.context);
    case "fill":
      return emitFill(statement, loops, scope.context);
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
