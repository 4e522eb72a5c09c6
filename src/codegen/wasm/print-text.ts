/** Prints modules in the WebAssembly text format. */
import { alignment, mostPages } from "./assembler.ts";
import type { Instruction, WasmFunction, WasmModule } from "./assembler.ts";
import { opcodes } from "./opcodes.ts";
import { known } from "../../util/errors.ts";

/** The module as text that any assembler reads back to the bytes of `assemble`. */
export function printWat(module: WasmModule): string {
  const memory = module.sharedMemory ? `1 ${mostPages} shared` : "1";
  const lines = [`(module`, `  (import "env" "memory" (memory ${memory}))`];
  for (const fn of module.functions) lines.push(...printFunction(fn, module).map((line) => `  ${line}`));
  return [...lines, ")", ""].join("\n");
}

/** Lines of one function, its body indented by blocks. */
export function printFunction(fn: WasmFunction, module: WasmModule): readonly string[] {
  const name = identifier(fn.name);
  const exported = fn.exported ? ` (export ${JSON.stringify(fn.name)})` : "";
  const params = fn.params.map((local) => ` (param ${identifier(local.name)} ${local.type})`).join("");
  const lines = [`(func ${name}${exported}${params}`];
  for (const local of fn.locals) lines.push(`  (local ${identifier(local.name)} ${local.type})`);
  let depth = 1;
  for (const instruction of fn.body) {
    if (instruction.name === "end") depth--;
    lines.push(`${"  ".repeat(depth)}${printInstruction(instruction, { fn, module })}`);
    if (opcodes[instruction.name].immediates === "block") depth++;
  }
  return [...lines, ")"];
}

/** What indices are names of; left out, they print as numbers. */
interface Names {
  readonly fn: WasmFunction;
  readonly module: WasmModule;
}

/** One instruction on one line. */
export function printInstruction({ name, immediates }: Instruction, names?: Names): string {
  const first = immediates[0] ?? 0;
  switch (opcodes[name].immediates) {
    case "none":
    case "block":
    case "fill":
      return name;
    case "index":
      return `${name} ${names === undefined ? first : indexName(name, first, names)}`;
    case "i32":
      return `${name} ${first | 0}`;
    case "memory":
      return `${name}${memory(name, first)}`;
    case "memory-lane":
      return `${name}${memory(name, first)} ${known(immediates[1], `the lane of ${name}`)}`;
    case "lane":
      return `${name} ${first}`;
    case "v128":
      return `${name} ${printVector(immediates)}`;
    case "shuffle":
      return `${name} ${immediates.join(" ")}`;
  }
}

function indexName(name: string, index: number, { fn, module }: Names): string {
  if (name === "call") return identifier(known(module.functions[index], `function ${index}`).name);
  if (name.startsWith("local.")) return identifier(known([...fn.params, ...fn.locals][index], `local ${index}`).name);
  return String(index);
}

/** Accesses of one word are aligned to it by nature; for the others the hint is said. */
function memory(name: string, offset: number): string {
  const at = offset === 0 ? "" : ` offset=${offset}`;
  const natural = name.includes("32") || name.startsWith("i32") || name.includes("atomic");
  return natural ? at : `${at} align=${1 << alignment}`;
}

/** As floats where they look like some (0, or not too small, nor too large), else as words in hexadecimal. */
function printVector(bits: readonly number[]): string {
  const floats = [...new Float32Array(Uint32Array.from(bits).buffer)];
  if (floats.every((value) => Object.is(value, 0) || (Math.abs(value) > 1e-9 && Math.abs(value) < 1e9)))
    return `f32x4 ${floats.join(" ")}`;
  return `i32x4 ${bits.map((word) => `0x${word.toString(16).padStart(8, "0")}`).join(" ")}`;
}

/** A name in the text format; what may not stand in one becomes `_`. */
function identifier(name: string): string {
  return `$${name.replaceAll(/[^0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]/g, "_")}`;
}
