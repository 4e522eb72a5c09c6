/** Products, packs and outer products at sizes that meet every tile, against the float64 interpreter. */
import { describe, expect, it } from "vitest";
import { createCase } from "../../../test/support/build-case.ts";
import { outerCase, productCase } from "../../../test/support/product-cases.ts";
import { replayProgram } from "../../../test/support/replay.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { createWasmBackend } from "../../engine/wasm-backend.ts";
import { at } from "../../lower/builder.ts";
import { outerScratchLength, packedLength } from "../../lower/ir.ts";
import type { PackStatement } from "../../lower/ir.ts";

const sizes = [1, 3, 5, 17, 33, 64, 127];

describe.each([
  ["relaxed", createWasmBackend({ relaxed: true })],
  ["plain", createWasmBackend({ relaxed: false })],
])("%s", (_, backend) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("multiplies %i rows by matrices of all sizes", (rows) => {
    sizes.forEach((columns, n) => {
      const depth = sizes[(n + rows) % sizes.length]!;
      const one = productCase({ rows, columns, depth, segments: 1 + (n % 3), accumulate: n % 2 === 1 });
      expect(replayProgram(backend, one), one.name).toEqual([]);
    });
  });

  it.each([
    { rows: 33, columns: 64, depth: 17, segments: 4, accumulate: true },
    { rows: 50, columns: 200, depth: 50, segments: 1, accumulate: false },
    { rows: 127, columns: 33, depth: 64, segments: 1, accumulate: false },
    { rows: 1, columns: 127, depth: 127, segments: 1, accumulate: false },
    { rows: 64, columns: 12, depth: 515, segments: 1, accumulate: true },
  ])("multiplies $rows rows by $columns columns over $segments runs of $depth", (product) => {
    expect(replayProgram(backend, productCase(product))).toEqual([]);
  });

  it.each(["float16", "int8"] as const)("multiplies few rows by %s matrices of all sizes", (format) => {
    sizes.forEach((columns, n) => {
      for (const rows of [1, 2, 3]) {
        const depth = sizes[(n + rows) % sizes.length]!;
        const one = productCase({ rows, columns, depth, segments: 1 + (n % 3), accumulate: n % 2 === 1, format });
        expect(replayProgram(backend, one), one.name).toEqual([]);
      }
    });
  });

  it.each(sizes)("sums outer products of %i columns", (columns) => {
    sizes.forEach((rows, n) => {
      const one = outerCase({ rows, columns, depth: [1, 2, 31, 127, 128, 129, 300][n]!, accumulate: n % 2 === 0 });
      expect(replayProgram(backend, one), one.name).toEqual([]);
    });
  });

  it.each([
    // Rows of A and B that are packed because they lie far apart, in whole chunks and a rest.
    { rows: 70, columns: 40, depth: 300, aStride: 1024, bStride: 100 },
    { rows: 130, columns: 133, depth: 140, aStride: 512, bStride: 136 },
    { rows: 66, columns: 68, depth: 128, aStride: 72, bStride: 68 },
    // A single step, of which nobody says how far the next would be.
    { rows: 9, columns: 6, depth: 1, aStride: 0, bStride: 0 },
    { rows: 9, columns: 1, depth: 1, aStride: 0, bStride: 0 },
  ])(
    "sums outer products of $rows × $columns from rows $aStride and $bStride apart",
    ({ rows, columns, depth, aStride, bStride }) => {
      const one = createCase("outer", tolerances.product, ({ program, port }) => {
        const [a, b, c] = [
          port("a", depth, rows, Math.max(rows, aStride)),
          port("b", depth, columns, Math.max(columns, bStride)),
          port("c", rows, columns),
        ];
        const scratch = program.buffer({
          name: "scratch",
          length: outerScratchLength({ rows, columns, depth }),
          role: "scratch",
        });
        const sides = {
          a: { buffer: a, offset: at(0), rowStride: aStride },
          b: { buffer: b, offset: at(0), rowStride: bStride },
        };
        return [
          {
            kind: "outer",
            name: "outer",
            rows,
            columns,
            depth,
            ...sides,
            c: [{ buffer: c, offset: at(0), rowStride: columns, rows, at: 0 }],
            accumulate: false,
            scratch,
          },
        ];
      });
      expect(replayProgram(backend, one)).toEqual([]);
    },
  );

  it.each([1, 2, 40])("packs blocks at any place, as they lie, turned and spread, for %i rows", (rows) => {
    const [depth, columns] = [23, 45];
    const one = createCase("pack", tolerances.product, ({ program, port }) => {
      const [w, x, y] = [port("w", 60, 60), port("x", rows, depth), port("y", rows, 48)];
      const packed = program.buffer({ name: "packed", length: packedLength(depth, columns), role: "scratch" });
      const block = (
        more: Omit<PackStatement["blocks"][number], "buffer" | "offset">,
        constant: number,
      ): PackStatement["blocks"][number] => ({ buffer: w, offset: at(constant), ...more });
      const blocks = [
        block({ depthStride: 60, columnStride: 1, depth: 9, columns: 22, depthAt: 2, columnAt: 3 }, 5),
        block({ depthStride: 1, columnStride: 60, depth: 11, columns: 27, depthAt: 11, columnAt: 1 }, 7),
        block({ depthStride: 2, columnStride: 61, depth: 23, columns: 13, depthAt: 0, columnAt: 31 }, 0),
        block({ depthStride: 1, columnStride: 7, depth: 3, columns: 1, depthAt: 4, columnAt: 0 }, 100),
      ];
      return [
        { kind: "pack", name: "pack", depth, columns, blocks, to: packed },
        {
          kind: "product",
          name: "product",
          rows,
          columns: 48,
          depth,
          segments: 1,
          accumulate: false,
          b: packed,
          a: { buffer: x, offset: at(0), rowStride: depth, segmentStride: 0 },
          c: { buffer: y, offset: at(0), rowStride: 48 },
        },
      ];
    });
    expect(replayProgram(backend, one)).toEqual([]);
  });
});
