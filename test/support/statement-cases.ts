/** Small programs, a few for each kind of statement, that every backend must run as the float64 interpreter does. */
import { at, createProgramBuilder, plus } from "../../src/lower/builder.ts";
import type { MapBuilder, MapSizes, ProgramBuilder } from "../../src/lower/builder.ts";
import { laneArity, outerScratchLength, packedLength } from "../../src/lower/ir.ts";
import type { BufferId, LaneOperation, MapStatement, Program, Statement, ValueId, View } from "../../src/lower/ir.ts";
import { createRandom } from "../../src/util/random.ts";
import { tolerances } from "../tolerances.ts";
import type { Contents, ReplayCase } from "./replay.ts";

export interface StatementCase extends ReplayCase {
  readonly name: string;
}

interface Build {
  readonly program: ProgramBuilder;
  /** A port of these sizes, rows `stride` apart (by default packed tight). */
  port(name: string, rows: number, columns: number, stride?: number): BufferId;
}

function create(name: string, tolerance: number, fill: (build: Build) => readonly Statement[], contents: Contents = {}): StatementCase {
  const program = createProgramBuilder();
  const port: Build["port"] = (label, rows, columns, stride = columns) => program.buffer({ name: label, length: rows * stride, role: "port", shape: [rows, columns] });
  const body = fill({ program, port });
  return { name, tolerance, contents, program: program.finish([{ name: "f", body }]) satisfies Program };
}

const view = (buffer: BufferId, rowStride: number, more: Partial<View> = {}): View => ({ buffer, offset: at(0), rowStride, columnStride: 1, ...more });
const rest4 = (columns: number): number => Math.ceil(columns / 4) * 4;
const range = (count: number, value: (n: number) => number): number[] => Array.from({ length: count }, (_, n) => Math.fround(value(n)));

/** A map of `sizes` from the port `x` to the port `y`. */
function fromTo(name: string, sizes: MapSizes, fill: (m: MapBuilder, x: ValueId) => ValueId, options: { tolerance?: number; contents?: Contents } = {}): StatementCase {
  const { rows, columns } = sizes;
  return create(
    `${name}, ${rows}×${columns}`,
    options.tolerance ?? tolerances.lane,
    ({ program, port }) => {
      const x = port("x", rows, columns);
      const y = port("y", rows, columns);
      return [program.map(name, sizes, (m) => m.store(view(y, columns), fill(m, m.load(view(x, columns)))))];
    },
    options.contents,
  );
}

/** Where each operation is tried, beside the 0 and -0 that start the list: everything the equations of cells can come across. */
const domains: Readonly<Record<LaneOperation, readonly (readonly [number, number])[]>> = {
  add: [[-9, 9], [-9, 9]],
  subtract: [[-9, 9], [-9, 9]],
  multiply: [[-9, 9], [-9, 9]],
  divide: [[-9, 9], [0.1, 9]],
  negate: [[-9, 9]],
  power: [[0.01, 9], [-3, 3]],
  min: [[-9, 9], [-9, 9]],
  max: [[-9, 9], [-9, 9]],
  abs: [[-9, 9]],
  sign: [[-9, 9]],
  sqrt: [[0, 1e6]],
  floor: [[-1e6, 1e6]],
  less: [[-2, 2], [-2, 2]],
  equal: [[-2, 2], [-2, 2]],
  select: [[-1, 1], [-9, 9], [-9, 9]],
  exp: [[-120, 88]],
  log: [[1e-3, 1e6]],
  tanh: [[-20, 20]],
  sigmoid: [[-120, 120]],
  softplus: [[-120, 120]],
  sin: [[-100, 100]],
  cos: [[-100, 100]],
};
const curves: readonly LaneOperation[] = ["exp", "log", "tanh", "sigmoid", "softplus", "sin", "cos", "power"];
const positive: readonly LaneOperation[] = ["divide", "power", "log"];

function laneCase(operation: LaneOperation): StatementCase {
  const count = 401;
  const random = createRandom(5);
  const names = ["a", "b", "c"].slice(0, laneArity[operation]);
  const contents = Object.fromEntries(
    names.map((name, n) => {
      const [low, high] = domains[operation][n]!;
      const words = range(count, () => random.uniform(low, high));
      // Near zero an error relative to the result shows; whole numbers make equals and conditions come true.
      for (let k = 0; k < 100; k++) words[k] = Math.fround(words[k]! * 1e-3 + (positive.includes(operation) ? low : 0));
      if (operation === "equal" || operation === "less" || operation === "select") for (let k = 100; k < 200; k++) words[k] = Math.round(words[k]!);
      if (!positive.includes(operation)) words.splice(0, 2, 0, -0);
      return [name, words];
    }),
  );
  return create(
    `map: ${operation}`,
    curves.includes(operation) ? tolerances.curve : tolerances.lane,
    ({ program, port }) => {
      const from = names.map((name) => port(name, 1, count));
      const to = port("y", 1, count);
      return [program.map(operation, { rows: 1, columns: count }, (m) => m.store(view(to, 0), m.apply(operation, ...from.map((buffer) => m.load(view(buffer, 0))))))];
    },
    contents,
  );
}

const mapSizes: readonly MapSizes[] = [1, 3, 4, 5, 8, 17].map((columns, n) => ({ rows: n + 1, columns }));

const lanes: readonly StatementCase[] = [
  ...(Object.keys(laneArity) as LaneOperation[]).map(laneCase),
  fromTo("power of a negative base", { rows: 1, columns: 12 }, (m) => m.apply("power", m.apply("subtract", m.columnIndex(), m.constant(6)), m.constant(3)), { tolerance: tolerances.curve }),
  fromTo("square", { rows: 1, columns: 12 }, (m) => m.apply("power", m.apply("subtract", m.columnIndex(), m.constant(6)), m.constant(2)), { tolerance: tolerances.curve }),
];

/** Loads and stores in every form, at sizes whose rows end inside a vector. */
function accessCases({ rows, columns }: MapSizes): readonly StatementCase[] {
  const sizes = { rows, columns };
  const stride = rest4(columns) + 4;
  const label = `${rows}×${columns}`;
  return [
    create(`map: bias, number a row and padded result, ${label}`, tolerances.lane, ({ program, port }) => {
      const [x, bias, scale, y] = [port("x", rows, columns, stride), port("bias", 1, columns), port("scale", rows, 1), port("y", rows, columns, stride)];
      return [
        program.map("affine", sizes, (m) => {
          const scaled = m.apply("multiply", m.load(view(x, stride)), m.load(view(scale, 1, { columnStride: 0 })));
          m.store(view(y, stride, { padded: true }), m.apply("add", scaled, m.load(view(bias, 0))));
        }),
      ];
    }),
    create(`map: padded result that ends in slack, ${label}`, tolerances.lane, ({ program, port }) => {
      const [x, y] = [port("x", 1, columns), port("y", 1, columns)];
      return [program.map("pad", { rows: 1, columns }, (m) => m.store(view(y, columns, { padded: true }), m.apply("negate", m.load(view(x, columns)))))];
    }),
    create(`map: sums over rows, over columns, over all, ${label}`, tolerances.product, ({ program, port }) => {
      const [x, byColumn, byRow, all, again] = [port("x", rows, columns), port("byColumn", 1, columns), port("byRow", rows, 1), port("all", 1, 1), port("again", rows, columns)];
      return [
        program.map("sums", sizes, (m) => {
          const value = m.load(view(x, columns));
          m.store(view(byColumn, 0), value, "add");
          m.store(view(byRow, 1, { columnStride: 0 }), m.reduce("sum", value));
          m.store(view(all, 0, { columnStride: 0 }), m.reduce("sum", value), "add");
          m.store(view(again, columns), value, "add");
        }),
      ];
    }),
    create(
      `map: gather and scatter by number, ${label}`,
      tolerances.lane,
      ({ program, port }) => {
        const [table, numbers, y, sums] = [port("table", 4, columns), port("numbers", rows, 2), port("y", rows, columns), port("sums", 4, columns)];
        const byNumber = (buffer: BufferId): View => view(buffer, columns, { rows: view(numbers, 2, { offset: at(1), columnStride: 0 }) });
        return [
          program.map("gather", sizes, (m) => m.store(view(y, columns), m.load(byNumber(table)))),
          program.map("scatter", sizes, (m) => m.store(byNumber(sums), m.load(view(y, columns)), "add")),
        ];
      },
      // Rows 3 and 1 and 1 again: a scatter adds twice to the same row.
      { numbers: range(rows * 2, (n) => (n % 2 === 0 ? 99 : [3, 1, 1, 0, 3, 2][(n >> 1) % 6]!)) },
    ),
    create(`map: one buffer in place and a swap of two, ${label}`, tolerances.lane, ({ program, port }) => {
      const [x, y, z] = [port("x", rows, columns), port("y", rows, columns), port("z", rows, columns)];
      return [
        program.map("swap", sizes, (m) => {
          const [a, b, c] = [x, y, z].map((buffer) => m.load(view(buffer, columns))) as [ValueId, ValueId, ValueId];
          m.store(view(x, columns), b);
          m.store(view(y, columns), a);
          m.store(view(z, columns), m.apply("multiply", c, a));
        }),
      ];
    }),
    fromTo("indices", sizes, (m) => m.apply("add", m.apply("multiply", m.rowIndex(), m.constant(100)), m.columnIndex())),
    fromTo("no load at all", sizes, (m) => m.constant(0.1)),
  ];
}

/** Reductions, alone and feeding one another; all numbers below zero, so that a lane past the end would win a max. */
function reductionCases(sizes: MapSizes): readonly StatementCase[] {
  const count = sizes.rows * sizes.columns;
  const contents = { x: range(count, (n) => -3 + Math.sin(n * 7)) };
  const options = { contents, tolerance: tolerances.product };
  return [
    fromTo("sum", sizes, (m, x) => m.reduce("sum", x), options),
    fromTo("max", sizes, (m, x) => m.reduce("max", x), options),
    fromTo(
      "log-softmax",
      sizes,
      (m, x) => {
        const shifted = m.apply("subtract", x, m.reduce("max", x));
        return m.apply("subtract", shifted, m.apply("log", m.reduce("sum", m.apply("exp", shifted))));
      },
      options,
    ),
    create(
      `map: norm in place, ${sizes.rows}×${sizes.columns}`,
      tolerances.product,
      ({ program, port }) => {
        const x = port("x", sizes.rows, sizes.columns);
        const deviation = port("deviation", sizes.rows, 1);
        return [
          program.map("norm", sizes, (m) => {
            const value = m.load(view(x, sizes.columns));
            const count1 = m.constant(1 / sizes.columns);
            const centred = m.apply("subtract", value, m.apply("multiply", m.reduce("sum", value), count1));
            const variance = m.apply("multiply", m.reduce("sum", m.apply("multiply", centred, centred)), count1);
            const root = m.apply("sqrt", m.apply("add", variance, m.constant(0.1)));
            // x is stored where it was loaded, although a later pass over the row needs it too.
            m.store(view(x, sizes.columns), m.apply("divide", centred, root));
            m.store(view(deviation, 1, { columnStride: 0 }), root);
          }),
        ];
      },
      contents,
    ),
  ];
}

/** A recurrence over steps, forwards or backwards, with an offset that moves with two loops. */
function loopCases(reverse: boolean): readonly StatementCase[] {
  const [steps, rows, columns] = [5, 2, 6];
  const label = reverse ? "backwards" : "forwards";
  return [
    create(`loop: recurrence ${label}`, tolerances.curve * steps, ({ program, port }) => {
      const h = port("h", (steps + 1) * rows, columns);
      const x = port("x", steps * rows, columns);
      const stride = rows * columns;
      return [
        program.loop("t", { count: steps, reverse }, (t) => [
          program.map("step", { rows, columns }, (m) => {
            const before = m.load(view(h, columns, { offset: plus(at(reverse ? stride : 0), t, stride) }));
            const sum = m.apply("add", before, m.load(view(x, columns, { offset: plus(at(0), t, stride) })));
            m.store(view(h, columns, { offset: plus(at(reverse ? 0 : stride), t, stride) }), m.apply("tanh", m.apply("add", sum, m.apply("multiply", m.loopIndex(t), m.constant(0.1)))));
          }),
        ]),
      ];
    }),
    create(`loop: two loops ${label}, one of them never`, tolerances.lane, ({ program, port }) => {
      const y = port("y", 3 * 4, 5);
      const set = (name: string, value: number, fill: View): MapStatement => program.map(name, { rows: 1, columns: 5 }, (m) => m.store(fill, m.apply("add", m.load(fill), m.constant(value))));
      return [
        program.loop("i", { count: 3, reverse }, (i) => [
          program.loop("j", { count: 4 }, (j) => [
            set("in both", 0.5, view(y, 5, { offset: plus(plus(at(0), i, 20), j, 5) })),
            { kind: "fill", name: "last", buffer: y, offset: plus(plus(at(4), i, 20), j, 5), length: 1, value: -2 },
          ]),
          program.loop("never", { count: 0 }, (n) => [set("never", 7, view(y, 5, { offset: plus(at(0), n, 5) }))]),
        ]),
      ];
    }),
  ];
}

function randomCase({ rows, columns }: MapSizes): StatementCase {
  return create(
    `map: random numbers, ${rows}×${columns}`,
    0,
    ({ program, port }) => {
      const [seed, y] = [port("seed", 1, 2), port("y", 3 * rows, columns)];
      return [
        program.loop("t", { count: 3 }, (t) => [
          program.map("random", { rows, columns }, (m) => {
            const drawn = m.random({ seed: view(seed, 0, { offset: at(1), columnStride: 0 }), salt: 0x9abcdef0, counter: plus(at(1000), t, rows * columns) });
            m.store(view(y, columns, { offset: plus(at(0), t, rows * columns) }), drawn);
          }),
        ]),
      ];
    },
    { seed: [3, 16_777_215] },
  );
}

interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly segments: number;
  readonly accumulate: boolean;
}

/** A matrix packed from two blocks, one of them transposed and one moving with the loop, and its product at each of two steps. */
function productCase({ rows, columns, depth, segments, accumulate }: ProductSizes): StatementCase {
  const whole = depth * segments;
  const width = rest4(columns);
  const left = Math.ceil(columns / 2);
  return create(`product: ${rows}×${columns} over ${segments}×${depth}${accumulate ? ", adding" : ""}`, tolerances.product, ({ program, port }) => {
    const [w, v] = [port("W", 2 * whole, left), port("V", columns, whole)];
    const [x, y] = [port("x", 2 * rows, segments * (depth + 3)), port("y", 2 * rows, width, width + 4)];
    const packed = program.buffer({ name: "packed", length: packedLength(whole, columns), role: "scratch" });
    return [
      program.loop("t", { count: 2 }, (t) => [
        {
          kind: "pack",
          name: "pack",
          depth: whole,
          columns,
          to: packed,
          blocks: [
            { buffer: w, offset: plus(at(0), t, whole * left), depthStride: left, columnStride: 1, depth: whole, columns: left, depthAt: 0, columnAt: 0 },
            // The last column and, if there is more than one row, the first row are left to be zero.
            ...(columns - left > 1 && whole > 1
              ? [{ buffer: v, offset: at(0), depthStride: 1, columnStride: whole, depth: whole - 1, columns: columns - left - 1, depthAt: 1, columnAt: left }]
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
          a: { buffer: x, offset: plus(at(1), t, rows * segments * (depth + 3)), rowStride: segments * (depth + 3), segmentStride: depth + 1 },
          b: packed,
          c: { buffer: y, offset: plus(at(0), t, rows * (width + 4)), rowStride: width + 4 },
          accumulate,
        },
      ]),
    ];
  });
}

interface OuterSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly accumulate: boolean;
}

/**
 * A weight gradient in two parts (one, if there is only one row) whose columns in A are not neighbours, with room around them that
 * must not be touched.
 */
function outerCase({ rows, columns, depth, accumulate }: OuterSizes): StatementCase {
  const first = Math.ceil(rows / 3);
  return create(`outer: ${rows}×${columns} over ${depth}${accumulate ? ", adding" : ""}`, tolerances.product, ({ program, port }) => {
    const [a, b] = [port("a", depth, rows + 3, rows + 5), port("b", depth, columns, columns + 1)];
    const [c, d] = [port("c", rows, columns), port("d", rows, columns + 3)];
    const scratch = program.buffer({ name: "scratch", length: outerScratchLength({ rows, columns, depth }), role: "scratch" });
    return [
      {
        kind: "outer",
        name: "outer",
        rows,
        columns,
        depth,
        a: { buffer: a, offset: at(1), rowStride: rows + 5 },
        b: { buffer: b, offset: at(0), rowStride: columns + 1 },
        c: [
          { buffer: c, offset: at(0), rowStride: columns, rows: first, at: 0 },
          ...(rows > first ? [{ buffer: d, offset: at(2), rowStride: columns + 3, rows: rows - first, at: first + 3 }] : []),
        ],
        accumulate,
        scratch,
      },
    ];
  });
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
const outers: readonly OuterSizes[] = [
  { rows: 1, columns: 1, depth: 1, accumulate: false },
  { rows: 3, columns: 5, depth: 7, accumulate: true },
  { rows: 17, columns: 4, depth: 256, accumulate: false },
  { rows: 16, columns: 33, depth: 257, accumulate: true },
  { rows: 40, columns: 19, depth: 600, accumulate: false },
  { rows: 5, columns: 64, depth: 31, accumulate: false },
];

export const statementCases: readonly StatementCase[] = [
  ...lanes,
  ...mapSizes.flatMap(accessCases),
  ...mapSizes.flatMap(reductionCases),
  ...loopCases(false),
  ...loopCases(true),
  ...mapSizes.map(randomCase),
  ...products.map(productCase),
  ...outers.map(outerCase),
];
