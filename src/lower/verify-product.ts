/** The verifier's checks of packed matrices and of the two kinds of product. */
import { shift } from "./builder.ts";
import { outerScratchLength, packedLength } from "./ir.ts";
import type {
  BufferId,
  OuterStatement,
  PackStatement,
  ProductStatement,
  Program,
  Statement,
  WeightFormat,
} from "./ir.ts";
import { bufferOf, fail, sameTerms, verifyCount, verifyReach, verifyWindow } from "./verify-scope.ts";
import type { Scope } from "./verify-scope.ts";

/** Blocks in their sources and in the matrix, none over another. */
export function verifyPack(pack: PackStatement, scope: Scope): void {
  verifyCount(pack.depth, 1, "depth", scope);
  verifyCount(pack.columns, 1, "columns", scope);
  verifyPacked(pack.to, pack, scope);
  pack.blocks.forEach((block, n) => {
    if (block.buffer === pack.to) fail(scope.place, `block ${n} is read from where it is packed to`);
    verifyCount(block.depth, 1, `depth of block ${n}`, scope);
    verifyCount(block.columns, 1, `columns of block ${n}`, scope);
    if (!within(block.depthAt, block.depth, pack.depth) || !within(block.columnAt, block.columns, pack.columns)) {
      fail(
        scope.place,
        `block ${n} (${block.depth}×${block.columns} at ${block.depthAt}, ${block.columnAt}) leaves the matrix of ${pack.depth}×${pack.columns}`,
      );
    }
    verifyReach(
      block,
      [
        { count: block.depth, stride: block.depthStride },
        { count: block.columns, stride: block.columnStride },
      ],
      scope,
    );
    for (const other of pack.blocks.slice(n + 1)) {
      if (
        meet(block.depthAt, block.depth, other.depthAt, other.depth) &&
        meet(block.columnAt, block.columns, other.columnAt, other.columns)
      ) {
        fail(scope.place, `block ${n} overlaps another`);
      }
    }
  });
}

/** All three matrices in their buffers, and the result apart from the other two. */
export function verifyProduct(product: ProductStatement, scope: Scope): void {
  const { rows, columns, depth, segments, a, b, c } = product;
  for (const [name, count] of Object.entries({ rows, columns, depth, segments })) verifyCount(count, 1, name, scope);
  verifyWindow(product.window, [c.buffer], scope);
  if (columns % 4 !== 0) fail(scope.place, `its ${columns} columns are not a multiple of 4`);
  verifyPacked(b, { ...product, depth: segments * depth }, scope);
  if (a.buffer === b || c.buffer === b) fail(scope.place, "its packed side is also its left side or its result");
  const read = verifyReach(
    a,
    [
      { count: rows, stride: a.rowStride },
      { count: segments, stride: a.segmentStride },
      { count: depth, stride: 1 },
    ],
    scope,
  );
  const written = verifyReach(
    c,
    [
      { count: rows, stride: c.rowStride },
      { count: columns, stride: 1 },
    ],
    scope,
  );
  if (rows > 1 && Math.abs(c.rowStride) < columns)
    fail(scope.place, `rows of its result are ${c.rowStride} apart but ${columns} long`);
  if (a.buffer === c.buffer && read.low <= written.high && written.low <= read.high && sameTerms(a.offset, c.offset)) {
    fail(scope.place, "its left side and its result overlap");
  }
}

/** A, B and all parts of C in their buffers, the parts whole and apart from A and B, and scratch enough. */
export function verifyOuter(outer: OuterStatement, scope: Scope): void {
  const { rows, columns, depth, a, b, c, scratch } = outer;
  for (const [name, count] of Object.entries({ rows, columns, depth })) verifyCount(count, 1, name, scope);
  if (outer.window?.part === "rest") fail(scope.place, "its window is of the last steps of depth, not of the first");
  verifyWindow(outer.window, [...c.map((part) => part.buffer), scratch], scope);
  if (depth > 1 && (a.rowStride === 0 || b.rowStride === 0))
    fail(scope.place, "its steps of depth lie upon one another");
  verifyReach(
    b,
    [
      { count: depth, stride: b.rowStride },
      { count: columns, stride: 1 },
    ],
    scope,
  );
  const total = c.reduce((sum, part) => sum + part.rows, 0);
  if (total !== rows) fail(scope.place, `its parts have ${total} rows together, not ${rows}`);
  c.forEach((part, n) => {
    verifyCount(part.rows, 1, `rows of part ${n}`, scope);
    if (!Number.isInteger(part.at) || part.at < 0) fail(scope.place, `part ${n} begins at column ${part.at} of A`);
    const columnsOfA = { buffer: a.buffer, offset: shift(a.offset, part.at) };
    verifyReach(
      columnsOfA,
      [
        { count: depth, stride: a.rowStride },
        { count: part.rows, stride: 1 },
      ],
      scope,
    );
    verifyReach(
      part,
      [
        { count: part.rows, stride: part.rowStride },
        { count: columns, stride: 1 },
      ],
      scope,
    );
    if (part.rows > 1 && Math.abs(part.rowStride) < columns)
      fail(scope.place, `rows of part ${n} are ${part.rowStride} apart but ${columns} long`);
    if (part.buffer === a.buffer || part.buffer === b.buffer)
      fail(scope.place, `part ${n} is stored where A or B is read`);
  });
  const words = bufferOf(scratch, scope);
  if (words.length < outerScratchLength(outer))
    fail(scope.place, `its scratch ${words.name} has ${words.length} words and needs ${outerScratchLength(outer)}`);
  if ([a.buffer, b.buffer, ...c.map((part) => part.buffer)].includes(scratch))
    fail(scope.place, `its scratch ${words.name} is also an argument`);
}

function verifyPacked(
  id: BufferId,
  { depth, columns, format = "float32" }: Pick<PackStatement, "depth" | "columns" | "format">,
  scope: Scope,
): void {
  const buffer = bufferOf(id, scope);
  const words = packedLength(depth, columns, format);
  if (buffer.length !== words) {
    const how = format === "float32" ? "packed" : `packed ${format}`;
    fail(scope.place, `${buffer.name} has ${buffer.length} words, a ${how} ${depth}×${columns} has ${words}`);
  }
}

/** Checks that all statements hold the numbers of a packed matrix in the same format. */
export function verifyFormats(program: Program): void {
  const formats = new Map<BufferId, WeightFormat>();
  const visit = (statement: Statement, place: string): void => {
    const here = `${place} / ${statement.name}`;
    if (statement.kind === "loop") return statement.body.forEach((inner) => visit(inner, here));
    if (statement.kind !== "pack" && statement.kind !== "product") return;
    const { format = "float32" } = statement;
    const packed = statement.kind === "pack" ? statement.to : statement.b;
    const other = formats.get(packed) ?? format;
    if (other !== format) fail(here, `its packed matrix is ${format} here, ${other} in another statement`);
    formats.set(packed, format);
  };
  for (const { name, body } of program.functions) body.forEach((statement) => visit(statement, name));
}

/** [at, at + count) lies in [0, whole). */
function within(at: number, count: number, whole: number): boolean {
  return Number.isInteger(at) && at >= 0 && at + count <= whole;
}

/** [a, a + n) and [b, b + m) have a number in common. */
function meet(a: number, n: number, b: number, m: number): boolean {
  return a < b + m && b < a + n;
}
