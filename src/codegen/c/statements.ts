/** Prints the statements that are calls into the runtime: products, packs and fills. */
import type { FillStatement, OuterStatement, PackStatement, ProductStatement, WeightFormat } from "../../lower/ir.ts";
import { printFloat } from "./lanes.ts";
import { printAddress, printSplit, printWindow } from "./scope.ts";
import type { Scope } from "./scope.ts";

const formats: Readonly<Record<WeightFormat, string>> = { float32: "FLOAT32", float16: "FLOAT16", int8: "INT8" };

/** `c->name(c, &(struct name){ .field = value, … });` */
function printCall(name: string, fields: Readonly<Record<string, string>>): string {
  const list = Object.entries(fields).map(([field, value]) => `.${field} = ${value}`);
  return `c->${name}(c, &(struct ${name}){${list.join(", ")}});`;
}

export function printProduct(product: ProductStatement, scope: Scope): readonly string[] {
  const { numbers } = scope;
  const { a, c } = product;
  const rows = numbers.of(product.rows);
  const [from, to] = printWindow(product.window, rows, scope);
  return [
    printCall("product", {
      rows,
      from,
      to,
      columns: numbers.of(product.columns),
      depth: numbers.of(product.depth),
      segments: numbers.of(product.segments),
      a: printAddress(a, scope),
      a_row: numbers.of(a.rowStride),
      a_segment: numbers.of(a.segmentStride),
      b: printAddress({ buffer: product.b, offset: { constant: 0, terms: [] } }, scope),
      c: printAddress(c, scope),
      c_row: numbers.of(c.rowStride),
      accumulate: product.accumulate ? "1" : "0",
      format: formats[product.format ?? "float32"],
      split: printSplit(scope.splitOf(product)),
    }),
  ];
}

export function printOuter(outer: OuterStatement, scope: Scope): readonly string[] {
  const { numbers } = scope;
  const { a, b } = outer;
  const [, depth] = printWindow(outer.window, numbers.of(outer.depth), scope);
  const parts = outer.c.map((part) => {
    const fields = [printAddress(part, scope), ...[part.rowStride, part.rows, part.at].map(numbers.of)];
    return `{${fields.join(", ")}}`;
  });
  return [
    printCall("outer", {
      rows: numbers.of(outer.rows),
      columns: numbers.of(outer.columns),
      depth,
      a: printAddress(a, scope),
      a_row: numbers.of(a.rowStride),
      b: printAddress(b, scope),
      b_row: numbers.of(b.rowStride),
      parts: `(struct part[]){${parts.join(", ")}}`,
      count: String(parts.length),
      accumulate: outer.accumulate ? "1" : "0",
      split: printSplit(scope.splitOf(outer)),
    }),
  ];
}

export function printPack(pack: PackStatement, scope: Scope): readonly string[] {
  const { numbers } = scope;
  const blocks = pack.blocks.map((block) => {
    const { depthStride, columnStride, depth, columns, depthAt, columnAt } = block;
    const sizes = [depthStride, columnStride, depth, columns, depthAt, columnAt].map(numbers.of);
    return `{${[printAddress(block, scope), ...sizes].join(", ")}}`;
  });
  return [
    printCall("pack", {
      depth: numbers.of(pack.depth),
      columns: numbers.of(pack.columns),
      blocks: `(struct block[]){${blocks.join(", ")}}`,
      count: String(blocks.length),
      to: printAddress({ buffer: pack.to, offset: { constant: 0, terms: [] } }, scope),
      format: formats[pack.format ?? "float32"],
      split: printSplit(scope.splitOf(pack)),
    }),
  ];
}

export function printFill(fill: FillStatement, scope: Scope): readonly string[] {
  return [
    printCall("fill", {
      to: printAddress(fill, scope),
      length: scope.numbers.of(fill.length),
      value: printFloat(fill.value),
      split: printSplit(scope.splitOf(fill)),
    }),
  ];
}
