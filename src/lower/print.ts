/** A program as text that people read: what each statement does, in order; the golden files of kernels are made of it. */
import { known } from "../util/errors.ts";
import type {
  BufferId,
  MapStatement,
  MapValue,
  Offset,
  Program,
  RowWindow,
  Statement,
  View,
  WeightFormat,
} from "./ir.ts";

/** Every function of a program, a line a statement, a line a value inside maps. */
export function printProgram(program: Program): string {
  const nameOf = (id: BufferId): string => known(program.buffers[id], "buffer").name;
  return (
    program.functions
      .map(({ name, body }) => [`${name}:`, ...printBody(body, nameOf, new Map())].join("\n"))
      .join("\n\n") + "\n"
  );
}

type NameOf = (id: BufferId) => string;
type Loops = ReadonlyMap<number, string>;

function printBody(body: readonly Statement[], nameOf: NameOf, loops: Loops): string[] {
  return body.flatMap((statement) => printStatement(statement, nameOf, loops)).map((line) => `  ${line}`);
}

function printStatement(statement: Statement, nameOf: NameOf, loops: Loops): string[] {
  switch (statement.kind) {
    case "loop": {
      const index = `t${loops.size === 0 ? "" : loops.size}`;
      const order = statement.reverse ? `${statement.count - 1} … 0` : `0 … ${statement.count - 1}`;
      return [
        `for ${index} = ${order}:`,
        ...printBody(statement.body, nameOf, new Map([...loops, [statement.loop, index]])),
      ];
    }
    case "map":
      return [
        `map ${printCount(statement.rows, statement.window, nameOf, loops)} × ${statement.columns}:`,
        ...printMap(statement, nameOf, loops),
      ];
    case "pack":
      return [
        `pack ${statement.depth} × ${statement.columns}${printFormat(statement)}: ${nameOf(statement.to)} ← ${statement.blocks.map((block) => nameOf(block.buffer)).join(", ")}`,
      ];
    case "product": {
      const { a, b, c, rows, columns, depth, segments, accumulate } = statement;
      const deep = segments === 1 ? `${depth}` : `${segments}×${depth}`;
      return [
        `product ${printCount(rows, statement.window, nameOf, loops)} × ${columns} over ${deep}${printFormat(statement)}: ${place(c, nameOf, loops)} ${accumulate ? "+=" : "="} ${place(a, nameOf, loops)} · ${nameOf(b)}`,
      ];
    }
    case "outer": {
      const { a, b, c, rows, columns, depth, accumulate } = statement;
      const parts = c.map((part) => place(part, nameOf, loops)).join(", ");
      return [
        `outer ${rows} × ${columns} over ${printCount(depth, statement.window, nameOf, loops)}: ${parts} ${accumulate ? "+=" : "="} ${place(a, nameOf, loops)}ᵀ · ${place(b, nameOf, loops)}`,
      ];
    }
    case "fill":
      return [`fill ${statement.length}: ${place(statement, nameOf, loops)} = ${statement.value}`];
  }
}

/** `32`, or `(first active+1t of 32)`. */
function printCount(count: number, window: RowWindow | undefined, nameOf: NameOf, loops: Loops): string {
  if (window === undefined) return String(count);
  return `(${window.part === "first" ? "first" : "all from"} ${place(window.count, nameOf, loops)} of ${count})`;
}

function printFormat({ format = "float32" }: { readonly format?: WeightFormat }): string {
  return format === "float32" ? "" : ` in ${format}`;
}

function printMap(map: MapStatement, nameOf: NameOf, loops: Loops): string[] {
  const lines: string[] = [];
  const texts: string[] = [];
  map.values.forEach((value) => {
    const text = printValue(value, texts, nameOf, loops);
    if (value.kind === "constant" || value.kind === "index") {
      texts.push(text);
      return;
    }
    const name = `v${lines.length}`;
    texts.push(name);
    lines.push(`${name} = ${text}`);
  });
  const stores = map.stores.map(
    ({ view, value, mode }) => `${printView(view, nameOf, loops)} ${mode === "add" ? "+=" : "="} ${texts[value]}`,
  );
  return [...lines, ...stores].map((line) => `  ${line}`);
}

function printValue(value: MapValue, texts: readonly string[], nameOf: NameOf, loops: Loops): string {
  switch (value.kind) {
    case "load":
      return printView(value.view, nameOf, loops);
    case "constant":
      return String(value.value);
    case "index":
      return value.of === "loop" ? (loops.get(value.loop) ?? "loop") : value.of;
    case "apply":
      return `${value.operation}(${value.args.map((arg) => texts[arg]).join(", ")})`;
    case "reduce":
      return `${value.operation} over columns(${texts[value.arg]})`;
    case "random":
      return `random(${nameOf(value.seed.buffer)}, ${value.salt}, ${printOffset(value.counter, loops)})`;
  }
}

function printView(view: View, nameOf: NameOf, loops: Loops): string {
  const row =
    view.rows === undefined ? (view.rowStride === 0 ? "" : "row") : `at ${printView(view.rows, nameOf, loops)}`;
  const column = view.columnStride === 0 ? "" : "column";
  const indices = [row, column].filter((part) => part !== "").join(", ");
  return `${place(view, nameOf, loops)}${indices === "" ? "" : `[${indices}]`}`;
}

function place(at: { readonly buffer: BufferId; readonly offset: Offset }, nameOf: NameOf, loops: Loops): string {
  const offset = printOffset(at.offset, loops);
  return offset === "0" ? nameOf(at.buffer) : `${nameOf(at.buffer)}+${offset}`;
}

function printOffset({ constant, terms }: Offset, loops: Loops): string {
  const parts = terms.map(({ loop, stride }) => `${stride}${loops.get(loop) ?? "loop"}`);
  if (constant !== 0 || parts.length === 0) parts.unshift(String(constant));
  return parts.join("+");
}
