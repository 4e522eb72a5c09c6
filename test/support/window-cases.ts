/** Small programs of statements that work on some of their rows, for `statement-cases.ts`. */
import { at, plus } from "../../src/lower/builder.ts";
import { outerScratchLength, packedLength } from "../../src/lower/ir.ts";
import type { BufferId, LoopId, RowWindow, Statement, View } from "../../src/lower/ir.ts";
import { tolerances } from "../tolerances.ts";
import { createCase, view, wholeVectors } from "./build-case.ts";
import type { Build, StatementCase } from "./build-case.ts";

const parts: readonly RowWindow["part"][] = ["first", "rest"];

/** None, one, some in the middle and all of the rows, each once. */
function countsOf(rows: number): readonly number[] {
  return [...new Set([0, 1, Math.floor(rows / 3), Math.ceil(rows / 2), rows - 1, rows])];
}

interface Step {
  readonly window: RowWindow;
  readonly loop: LoopId;
  /** The view of the step's rows of a buffer that has them for all steps. */
  readonly rowsOf: (buffer: BufferId, stride: number, more?: Partial<View>) => View;
}

interface WindowCase {
  readonly name: string;
  readonly rows: number;
  readonly part: RowWindow["part"];
  readonly tolerance: number;
  /** Statements of one step, and the ports they need, made with room for every step. */
  readonly fill: (build: Build & { readonly steps: number }) => (step: Step) => readonly Statement[];
}

/** A loop over windows of every count, which are read from the second word on. */
function windowCase({ name, rows, part, tolerance, fill }: WindowCase): StatementCase {
  const counts = countsOf(rows);
  return createCase(
    `${name}, ${part} of ${rows}`,
    tolerance,
    (build) => {
      const count = build.port("counts", 1, counts.length + 1);
      const steps = fill({ ...build, steps: counts.length });
      return [
        build.program.loop("t", { count: counts.length }, (loop) =>
          steps({
            window: { count: { buffer: count, offset: plus(at(1), loop, 1) }, part },
            loop,
            rowsOf: (buffer, stride, more = {}) =>
              view(buffer, stride, { ...more, offset: plus(more.offset ?? at(0), loop, rows * stride) }),
          }),
        ),
      ];
    },
    { counts: [99, ...counts], numbers: Array.from({ length: rows }, (_, row) => [3, 1, 1, 0, 2][row % 5]!) },
  );
}

function mapCases(rows: number, columns: number, part: RowWindow["part"]): readonly StatementCase[] {
  const label = (what: string): string => `window: ${what} of ${columns} columns`;
  const stride = wholeVectors(columns) + 4;
  return [
    windowCase({
      name: label("map with padded results, a bias and a number a row"),
      rows,
      part,
      tolerance: tolerances.curve,
      fill: ({ program, port, steps }) => {
        const [x, y] = [port("x", steps * rows, columns, stride), port("y", steps * rows, columns, stride)];
        const [bias, scale] = [port("bias", 1, columns), port("scale", steps * rows, 1)];
        return ({ window, rowsOf }) => [
          program.map("affine", { rows, columns, window }, (m) => {
            const scaled = m.apply(
              "multiply",
              m.apply("tanh", m.load(rowsOf(x, stride))),
              m.load(rowsOf(scale, 1, { columnStride: 0 })),
            );
            m.store(
              rowsOf(y, stride, { padded: true }),
              m.apply("sigmoid", m.apply("add", scaled, m.load(view(bias, 0)))),
            );
          }),
        ];
      },
    }),
    windowCase({
      name: label("map of tight rows, their numbers and sums"),
      rows,
      part,
      tolerance: tolerances.product,
      fill: ({ program, port, steps }) => {
        const [x, y, z] = [
          port("x", steps * rows, columns),
          port("y", steps * rows, columns),
          port("z", steps * rows, 1),
        ];
        const [total, all] = [port("total", 1, columns), port("all", 1, 1)];
        return ({ window, rowsOf, loop }) => [
          program.map("sums", { rows, columns, window }, (m) => {
            const value = m.load(rowsOf(x, columns));
            m.store(rowsOf(y, columns), m.apply("add", value, m.apply("add", m.rowIndex(), m.loopIndex(loop))));
            m.store(view(total, 0), value, "add");
            m.store(view(all, 0, { columnStride: 0 }), m.reduce("max", value), "add");
          }),
          program.map("numbers", { rows, columns: 1, window }, (m) =>
            m.store(rowsOf(z, 1, { columnStride: 0 }), m.load(rowsOf(x, columns, { columnStride: 0 })), "add"),
          ),
        ];
      },
    }),
    windowCase({
      name: label("map of rows by number"),
      rows,
      part,
      tolerance: tolerances.lane,
      fill: ({ program, port, steps }) => {
        const [table, numbers] = [port("table", 4, columns), port("numbers", rows, 1)];
        const [y, sums] = [port("y", steps * rows, columns), port("sums", 4, columns)];
        const byNumber = (buffer: BufferId): View =>
          view(buffer, columns, { rows: view(numbers, 1, { columnStride: 0 }) });
        return ({ window, rowsOf }) => [
          program.map("gather", { rows, columns, window }, (m) => {
            const row = m.load(byNumber(table));
            m.store(rowsOf(y, columns), row);
            m.store(byNumber(sums), row, "add");
          }),
        ];
      },
    }),
  ];
}

interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly segments: number;
  readonly accumulate: boolean;
}

function productCase(
  { rows, columns, depth, segments, accumulate }: ProductSizes,
  part: RowWindow["part"],
): StatementCase {
  const whole = depth * segments;
  const stride = segments * (depth + 1);
  return windowCase({
    name: `window: product into ${columns} columns over ${segments}×${depth}${accumulate ? ", adding" : ""}`,
    rows,
    part,
    tolerance: tolerances.product,
    fill: ({ program, port, steps }) => {
      const [w, x, y] = [port("W", whole, columns), port("x", steps * rows, stride), port("y", steps * rows, columns)];
      const packed = program.buffer({ name: "packed", length: packedLength(whole, columns), role: "scratch" });
      const block = { buffer: w, offset: at(0), depthStride: columns, columnStride: 1, depth: whole, columns };
      return ({ window, rowsOf }) => [
        {
          kind: "pack",
          name: "pack",
          depth: whole,
          columns,
          to: packed,
          blocks: [{ ...block, depthAt: 0, columnAt: 0 }],
        },
        {
          kind: "product",
          name: "product",
          rows,
          window,
          columns,
          depth,
          segments,
          a: { buffer: x, offset: rowsOf(x, stride).offset, rowStride: stride, segmentStride: depth + 1 },
          b: packed,
          c: rowsOf(y, columns),
          accumulate,
        },
      ];
    },
  });
}

interface OuterSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly accumulate: boolean;
}

function outerCase({ rows, columns, depth, accumulate }: OuterSizes): StatementCase {
  const first = Math.ceil(rows / 2);
  return windowCase({
    name: `window: outer product of ${rows}×${columns}${accumulate ? ", adding" : ""}`,
    rows: depth,
    part: "first",
    tolerance: tolerances.product,
    fill: ({ program, port, steps }) => {
      const [a, b] = [port("a", steps * depth, rows, rows + 3), port("b", steps * depth, columns)];
      const [c, d] = [port("c", steps * first, columns), port("d", steps * rows, columns + 3)];
      const scratch = program.buffer({
        name: "scratch",
        length: outerScratchLength({ rows, columns, depth }),
        role: "scratch",
      });
      return ({ window, rowsOf, loop }) => [
        {
          kind: "outer",
          name: "outer",
          rows,
          columns,
          depth,
          window,
          a: rowsOf(a, rows + 3),
          b: rowsOf(b, columns),
          c: [
            { buffer: c, offset: plus(at(0), loop, first * columns), rowStride: columns, rows: first, at: 0 },
            ...(rows > first
              ? [
                  {
                    buffer: d,
                    offset: plus(at(2), loop, rows * (columns + 3)),
                    rowStride: columns + 3,
                    rows: rows - first,
                    at: first,
                  },
                ]
              : []),
          ],
          accumulate,
          scratch,
        },
      ];
    },
  });
}

const mapSizes: readonly (readonly [rows: number, columns: number])[] = [
  [1, 5],
  [4, 1],
  [7, 8],
  [5, 17],
];
const products: readonly ProductSizes[] = [
  { rows: 1, columns: 8, depth: 3, segments: 1, accumulate: false },
  { rows: 6, columns: 20, depth: 9, segments: 2, accumulate: true },
  { rows: 13, columns: 52, depth: 33, segments: 1, accumulate: false },
  { rows: 32, columns: 16, depth: 7, segments: 1, accumulate: true },
  // More than one block of rows.
  { rows: 53, columns: 12, depth: 900, segments: 1, accumulate: false },
];
const outers: readonly OuterSizes[] = [
  { rows: 1, columns: 3, depth: 1, accumulate: false },
  { rows: 9, columns: 1, depth: 6, accumulate: false },
  { rows: 9, columns: 1, depth: 6, accumulate: true },
  { rows: 12, columns: 20, depth: 33, accumulate: true },
  { rows: 70, columns: 68, depth: 40, accumulate: false },
  // More than one chunk.
  { rows: 6, columns: 9, depth: 300, accumulate: false },
  { rows: 6, columns: 9, depth: 300, accumulate: true },
];

export const windowCases: readonly StatementCase[] = [
  ...parts.flatMap((part) => mapSizes.flatMap(([rows, columns]) => mapCases(rows, columns, part))),
  ...parts.flatMap((part) => products.map((sizes) => productCase(sizes, part))),
  ...outers.map(outerCase),
];
