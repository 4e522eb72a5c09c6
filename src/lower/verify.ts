/** Checks a program before anything is printed from it: a program that passes touches no word it should not. */
import { gradientArena, parameterArena } from "./arena.ts";
import type { BufferId, BufferSpec, FillStatement, Program, Statement } from "./ir.ts";
import { usesOf } from "./uses.ts";
import { verifyMap } from "./verify-map.ts";
import { verifyFormats, verifyOuter, verifyPack, verifyProduct } from "./verify-product.ts";
import { fail, verifyCount, verifyReach } from "./verify-scope.ts";
import type { Scope } from "./verify-scope.ts";

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
  verifyFormats(program);
  verifyScratch(program, buffers);
}

function verifyBuffers(program: Program): ReadonlyMap<BufferId, BufferSpec> {
  const buffers = new Map<BufferId, BufferSpec>();
  const names = new Set<string>();
  for (const buffer of program.buffers) {
    if (buffers.has(buffer.id)) fail("buffers", `there are two buffers of number ${buffer.id}`);
    if (names.has(buffer.name)) fail("buffers", `there are two buffers ${buffer.name}`);
    if (!Number.isInteger(buffer.length) || buffer.length < 0)
      fail("buffers", `${buffer.name} has ${buffer.length} words`);
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
      fail(
        "buffers",
        `the gradient ${gradient.name} has ${gradient.length} words, its parameter ${parameter.name} ${parameter.length}`,
      );
    }
  });
  const arena = parameterArena(program.buffers).length;
  for (const { role, name, length } of program.buffers) {
    if (role === "moment" && length !== arena)
      fail("buffers", `the moment ${name} has ${length} words, all parameters together ${arena}`);
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
