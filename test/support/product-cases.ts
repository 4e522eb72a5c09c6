/** Small programs of packed and outer products, for `statement-cases.ts`. */
import { at, plus } from "../../src/lower/builder.ts";
import { outerScratchLength, packedLength } from "../../src/lower/ir.ts";
import type { WeightFormat } from "../../src/lower/ir.ts";
import { tolerances } from "../tolerances.ts";
import { createCase, wholeVectors } from "./build-case.ts";
import type { StatementCase } from "./build-case.ts";

interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly segments: number;
  readonly accumulate: boolean;
  readonly format?: WeightFormat;
}

/** A matrix packed from two blocks, one of them transposed and one moving with the loop, and its product at each of two steps. */
export function productCase({
  rows,
  columns,
  depth,
  segments,
  accumulate,
  format = "float32",
}: ProductSizes): StatementCase {
  const whole = depth * segments;
  const width = wholeVectors(columns);
  const left = Math.ceil(columns / 2);
  return createCase(
    `product: ${rows}×${columns} over ${segments}×${depth}${accumulate ? ", adding" : ""}${format === "float32" ? "" : `, in ${format}`}`,
    tolerances.product,
    ({ program, port }) => {
      const [w, v] = [port("W", 2 * whole, left), port("V", columns, whole)];
      const [x, y] = [port("x", 2 * rows, segments * (depth + 3)), port("y", 2 * rows, width, width + 4)];
      const packed = program.buffer({ name: "packed", length: packedLength(whole, columns, format), role: "scratch" });
      return [
        program.loop("t", { count: 2 }, (t) => [
          {
            kind: "pack",
            name: "pack",
            depth: whole,
            columns,
            to: packed,
            format,
            blocks: [
              {
                buffer: w,
                offset: plus(at(0), t, whole * left),
                depthStride: left,
                columnStride: 1,
                depth: whole,
                columns: left,
                depthAt: 0,
                columnAt: 0,
              },
              // The last column and, if there is more than one row, the first row are left to be zero.
              ...(columns - left > 1 && whole > 1
                ? [
                    {
                      buffer: v,
                      offset: at(0),
                      depthStride: 1,
                      columnStride: whole,
                      depth: whole - 1,
                      columns: columns - left - 1,
                      depthAt: 1,
                      columnAt: left,
                    },
                  ]
                : []),
            ],
          },
          {
            kind: "product",
            name: "product",
            rows,
            columns: width,
            depth,
            segments,
            a: {
              buffer: x,
              offset: plus(at(1), t, rows * segments * (depth + 3)),
              rowStride: segments * (depth + 3),
              segmentStride: depth + 1,
            },
            b: packed,
            format,
            c: { buffer: y, offset: plus(at(0), t, rows * (width + 4)), rowStride: width + 4 },
            accumulate,
          },
        ]),
      ];
    },
  );
}

interface OuterSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly accumulate: boolean;
  /** A single step of depth, whose sides have no stride. */
  readonly unstrided?: boolean;
}

/**
 * A weight gradient in two parts (one, if there is only one row) whose columns in A are not neighbours, with room around them that
 * must not be touched.
 */
export function outerCase({ rows, columns, depth, accumulate, unstrided = false }: OuterSizes): StatementCase {
  const first = Math.ceil(rows / 3);
  return createCase(
    `outer: ${rows}×${columns} over ${depth}${accumulate ? ", adding" : ""}${unstrided ? ", without strides" : ""}`,
    tolerances.product,
    ({ program, port }) => {
      const [a, b] = [port("a", depth, rows + 3, rows + 5), port("b", depth, columns, columns + 1)];
      const [c, d] = [port("c", rows, columns), port("d", rows, columns + 3)];
      const scratch = program.buffer({
        name: "scratch",
        length: outerScratchLength({ rows, columns, depth }),
        role: "scratch",
      });
      return [
        {
          kind: "outer",
          name: "outer",
          rows,
          columns,
          depth,
          a: { buffer: a, offset: at(1), rowStride: unstrided ? 0 : rows + 5 },
          b: { buffer: b, offset: at(0), rowStride: unstrided ? 0 : columns + 1 },
          c: [
            { buffer: c, offset: at(0), rowStride: columns, rows: first, at: 0 },
            ...(rows > first
              ? [{ buffer: d, offset: at(2), rowStride: columns + 3, rows: rows - first, at: first + 3 }]
              : []),
          ],
          accumulate,
          scratch,
        },
      ];
    },
  );
}

const products: readonly ProductSizes[] = [
  { rows: 1, columns: 4, depth: 1, segments: 1, accumulate: false },
  { rows: 1, columns: 7, depth: 33, segments: 1, accumulate: true },
  { rows: 2, columns: 16, depth: 64, segments: 1, accumulate: false },
  { rows: 3, columns: 20, depth: 5, segments: 3, accumulate: true },
  { rows: 4, columns: 33, depth: 17, segments: 1, accumulate: false },
  { rows: 5, columns: 52, depth: 127, segments: 2, accumulate: true },
  { rows: 7, columns: 12, depth: 3, segments: 2, accumulate: false },
  { rows: 9, columns: 24, depth: 300, segments: 1, accumulate: false },
  { rows: 32, columns: 64, depth: 50, segments: 1, accumulate: true },
];
const coded: readonly ProductSizes[] = (["float16", "int8"] as const).flatMap((format) => [
  { rows: 1, columns: 4, depth: 1, segments: 1, accumulate: false, format },
  { rows: 1, columns: 7, depth: 33, segments: 1, accumulate: true, format },
  { rows: 1, columns: 64, depth: 50, segments: 1, accumulate: false, format },
  { rows: 2, columns: 50, depth: 64, segments: 1, accumulate: true, format },
  { rows: 3, columns: 20, depth: 5, segments: 3, accumulate: true, format },
  { rows: 5, columns: 52, depth: 127, segments: 2, accumulate: false, format },
]);
const outers: readonly OuterSizes[] = [
  { rows: 1, columns: 1, depth: 1, accumulate: false },
  { rows: 3, columns: 5, depth: 7, accumulate: true },
  { rows: 17, columns: 4, depth: 256, accumulate: false },
  { rows: 16, columns: 33, depth: 257, accumulate: true },
  { rows: 40, columns: 19, depth: 600, accumulate: false },
  { rows: 5, columns: 64, depth: 31, accumulate: false },
  { rows: 5, columns: 5, depth: 1, accumulate: true, unstrided: true },
  { rows: 9, columns: 1, depth: 1, accumulate: false, unstrided: true },
];

/** Weights that are zero, subnormal, at the edge of float16 and beyond it, in columns of their own and together; the first row is what they are held as. */
function extremesCase(format: WeightFormat): StatementCase {
  const values = [
    [0, 1e-40, 1e-38, 2 ** -14, 6.1e-5, 6.103e-5, 3e-5, 1],
    [0, -1e-40, 2e-38, -(2 ** -15), 65_504, -65_519, 65_520, 1e9],
    [0, 0, -1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 0.5 / 127, -1.5 / 127, -0.1],
  ];
  const [depth, columns] = [values.length, 8];
  return createCase(
    `product: weights at their limits, in ${format}`,
    tolerances.product,
    ({ program, port }) => {
      const [w, x, y] = [port("W", depth, columns), port("x", depth, depth), port("y", depth, columns)];
      const packed = program.buffer({ name: "packed", length: packedLength(depth, columns, format), role: "scratch" });
      const block = { buffer: w, offset: at(0), depthStride: columns, columnStride: 1, depth, columns };
      return [
        {
          kind: "pack",
          name: "pack",
          depth,
          columns,
          to: packed,
          format,
          blocks: [{ ...block, depthAt: 0, columnAt: 0 }],
        },
        {
          kind: "product",
          name: "product",
          rows: depth,
          columns,
          depth,
          segments: 1,
          a: { buffer: x, offset: at(0), rowStride: depth, segmentStride: 0 },
          b: packed,
          format,
          c: { buffer: y, offset: at(0), rowStride: columns },
          accumulate: false,
        },
      ];
    },
    { W: values.flat().map(Math.fround), x: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  );
}

export const productCases: readonly StatementCase[] = [
  ...[...products, ...coded].map(productCase),
  ...(["float16", "int8"] as const).map(extremesCase),
  ...outers.map(outerCase),
];
