/** Prints a program as C: a function for each of the program's, run by every thread, and one for each of its maps. */
import { createAliasGroups } from "../../lower/arena.ts";
import type { KernelFunction, LoopStatement, Program, Statement } from "../../lower/ir.ts";
import type { ThreadPlan } from "../../lower/threads.ts";
import { printMap } from "./map.ts";
import type { MapScope } from "./map.ts";
import { createNumbers } from "./numbers.ts";
import type { Placement } from "./scope.ts";
import { printFill, printOuter, printPack, printProduct } from "./statements.ts";

export interface PrintedProgram {
  /** A C file that includes `context.h` and `lanes.h`, and exports `recurra_functions`, the program's functions in their order. */
  readonly text: string;
  /** What `context.numbers` must point to, as 64-bit integers. */
  readonly numbers: readonly number[];
}

/** Programs that differ in sizes only have the same text, if no size is a constant of a map. */
export function printProgram(program: Program, placement: Placement, threads: ThreadPlan): PrintedProgram {
  const numbers = createNumbers();
  const maps: string[] = [];
  let names = 0;
  const scope: ProgramScope = {
    numbers,
    placement,
    threads,
    splitOf: (statement) => threads.splitOf(statement),
    aliasGroup: createAliasGroups(program.buffers),
    nameOf: (label) => `${label}${names++}`,
    addFunctions: (texts) => void maps.push(...texts),
  };
  const functions = program.functions.map((fn, i) => printFunction(fn, `function${i}`, scope));
  const table = program.functions.map((_, i) => `function${i}`).join(", ");
  const text = [
    '#include "context.h"',
    '#include "lanes.h"',
    ...maps,
    ...functions,
    `program_function *const recurra_functions[] = {${table === "" ? "0" : table}};`,
  ].join("\n\n");
  return { text: `${text}\n`, numbers: numbers.table };
}

interface ProgramScope extends MapScope {
  readonly threads: ThreadPlan;
  addFunctions(texts: readonly string[]): void;
}

function printFunction({ body }: KernelFunction, name: string, scope: ProgramScope): string {
  const lines = printStatements(body, scope);
  return [
    `static void ${name}(const struct context *c) {`,
    "  float *const m = c->memory;",
    "  const int64_t *const n = c->numbers;",
    "  (void)m, (void)n;",
    ...lines.map((line) => `  ${line}`),
    "}",
  ].join("\n");
}

function printStatements(statements: readonly Statement[], scope: ProgramScope): readonly string[] {
  return statements.flatMap((statement) => {
    const barrier = scope.threads.hasBarrier(statement) ? ["c->barrier(c);"] : [];
    if (statement.kind === "loop") return [...barrier, ...printLoop(statement, scope)];
    const lines = printLeaf(statement, scope);
    return [
      ...barrier,
      ...(scope.splitOf(statement) === "whole"
        ? ["if (c->thread == 0) {", ...lines.map((line) => `  ${line}`), "}"]
        : lines),
    ];
  });
}

function printLeaf(statement: Exclude<Statement, LoopStatement>, scope: ProgramScope): readonly string[] {
  switch (statement.kind) {
    case "map": {
      const { functions, calls } = printMap(statement, scope);
      scope.addFunctions(functions);
      return calls;
    }
    case "pack":
      return printPack(statement, scope);
    case "product":
      return printProduct(statement, scope);
    case "outer":
      return printOuter(statement, scope);
    case "fill":
      return printFill(statement, scope);
  }
}

function printLoop({ loop, count, reverse, body }: LoopStatement, scope: ProgramScope): readonly string[] {
  const end = scope.numbers.of(count);
  const head = reverse
    ? `for (int64_t t${loop} = ${end} - 1; t${loop} >= 0; t${loop}--) {`
    : `for (int64_t t${loop} = 0; t${loop} < ${end}; t${loop}++) {`;
  return [head, ...printStatements(body, scope).map((line) => `  ${line}`), "}"];
}
