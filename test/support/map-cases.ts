/** Small programs of maps and loops, for `statement-cases.ts`. */
import { at, plus } from "../../src/lower/builder.ts";
import type { MapBuilder, MapSizes } from "../../src/lower/builder.ts";
import { laneArity } from "../../src/lower/ir.ts";
import type { BufferId, LaneOperation, MapStatement, ValueId, View } from "../../src/lower/ir.ts";
import { createRandom } from "../../src/util/random.ts";
import { tolerances } from "../tolerances.ts";
import { createCase, range, view, wholeVectors } from "./build-case.ts";
import type { StatementCase } from "./build-case.ts";
import type { Contents } from "./replay.ts";

/** A map of `sizes` from the port `x` to the port `y`. */
function fromTo(
  name: string,
  sizes: MapSizes,
  fill: (m: MapBuilder, x: ValueId) => ValueId,
  options: { tolerance?: number; contents?: Contents } = {},
): StatementCase {
  const { rows, columns } = sizes;
  return createCase(
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
  add: [
    [-9, 9],
    [-9, 9],
  ],
  subtract: [
    [-9, 9],
    [-9, 9],
  ],
  multiply: [
    [-9, 9],
    [-9, 9],
  ],
  divide: [
    [-9, 9],
    [0.1, 9],
  ],
  negate: [[-9, 9]],
  power: [
    [0.01, 9],
    [-3, 3],
  ],
  min: [
    [-9, 9],
    [-9, 9],
  ],
  max: [
    [-9, 9],
    [-9, 9],
  ],
  abs: [[-9, 9]],
  sign: [[-9, 9]],
  sqrt: [[0, 1e6]],
  floor: [[-1e6, 1e6]],
  less: [
    [-2, 2],
    [-2, 2],
  ],
  equal: [
    [-2, 2],
    [-2, 2],
  ],
  select: [
    [-1, 1],
    [-9, 9],
    [-9, 9],
  ],
  exp: [[-120, 88]],
  log: [[1e-3, 1e6]],
  tanh: [[-20, 20]],
  sigmoid: [[-120, 120]],
  softplus: [[-120, 120]],
  sin: [[-100, 100]],
  cos: [[-100, 100]],
};
const curves: ReadonlySet<LaneOperation> = new Set<LaneOperation>([
  "exp",
  "log",
  "tanh",
  "sigmoid",
  "softplus",
  "sin",
  "cos",
  "power",
]);
const positive: ReadonlySet<LaneOperation> = new Set<LaneOperation>(["divide", "power", "log"]);

function laneCase(operation: LaneOperation): StatementCase {
  const count = 401;
  const random = createRandom(5);
  const names = ["a", "b", "c"].slice(0, laneArity[operation]);
  const contents = Object.fromEntries(
    names.map((name, n) => {
      const [low, high] = domains[operation][n]!;
      const words = range(count, () => random.uniform(low, high));
      // Near zero an error relative to the result shows; whole numbers make equals and conditions come true.
      for (let k = 0; k < 100; k++) words[k] = Math.fround(words[k]! * 1e-3 + (positive.has(operation) ? low : 0));
      if (operation === "equal" || operation === "less" || operation === "select")
        for (let k = 100; k < 200; k++) words[k] = Math.round(words[k]!);
      if (!positive.has(operation)) words.splice(0, 2, 0, -0);
      return [name, words];
    }),
  );
  return createCase(
    `map: ${operation}`,
    curves.has(operation) ? tolerances.curve : tolerances.lane,
    ({ program, port }) => {
      const from = names.map((name) => port(name, 1, count));
      const to = port("y", 1, count);
      return [
        program.map(operation, { rows: 1, columns: count }, (m) =>
          m.store(view(to, 0), m.apply(operation, ...from.map((buffer) => m.load(view(buffer, 0))))),
        ),
      ];
    },
    contents,
  );
}

const mapSizes: readonly MapSizes[] = [1, 3, 4, 5, 8, 17].map((columns, n) => ({ rows: n + 1, columns }));

const lanes: readonly StatementCase[] = [
  ...(Object.keys(laneArity) as LaneOperation[]).map(laneCase),
  fromTo(
    "power of a negative base",
    { rows: 1, columns: 12 },
    (m) => m.apply("power", m.apply("subtract", m.columnIndex(), m.constant(6)), m.constant(3)),
    { tolerance: tolerances.curve },
  ),
  fromTo(
    "square",
    { rows: 1, columns: 12 },
    (m) => m.apply("power", m.apply("subtract", m.columnIndex(), m.constant(6)), m.constant(2)),
    { tolerance: tolerances.curve },
  ),
];

/** Loads and stores in every form, at sizes whose rows end inside a vector. */
function accessCases({ rows, columns }: MapSizes): readonly StatementCase[] {
  const sizes = { rows, columns };
  const stride = wholeVectors(columns) + 4;
  const label = `${rows}×${columns}`;
  return [
    createCase(`map: bias, number a row and padded result, ${label}`, tolerances.lane, ({ program, port }) => {
      const [x, bias, scale, y] = [
        port("x", rows, columns, stride),
        port("bias", 1, columns),
        port("scale", rows, 1),
        port("y", rows, columns, stride),
      ];
      return [
        program.map("affine", sizes, (m) => {
          const scaled = m.apply("multiply", m.load(view(x, stride)), m.load(view(scale, 1, { columnStride: 0 })));
          m.store(view(y, stride, { padded: true }), m.apply("add", scaled, m.load(view(bias, 0))));
        }),
      ];
    }),
    createCase(`map: padded result that ends in slack, ${label}`, tolerances.lane, ({ program, port }) => {
      const [x, y] = [port("x", 1, columns), port("y", 1, columns)];
      return [
        program.map("pad", { rows: 1, columns }, (m) =>
          m.store(view(y, columns, { padded: true }), m.apply("negate", m.load(view(x, columns)))),
        ),
      ];
    }),
    createCase(`map: sums over rows, over columns, over all, ${label}`, tolerances.product, ({ program, port }) => {
      const [x, byColumn, byRow, all, again] = [
        port("x", rows, columns),
        port("byColumn", 1, columns),
        port("byRow", rows, 1),
        port("all", 1, 1),
        port("again", rows, columns),
      ];
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
    createCase(
      `map: gather and scatter by number, ${label}`,
      tolerances.lane,
      ({ program, port }) => {
        const [table, numbers, y, sums] = [
          port("table", 4, columns),
          port("numbers", rows, 2),
          port("y", rows, columns),
          port("sums", 4, columns),
        ];
        const byNumber = (buffer: BufferId): View =>
          view(buffer, columns, { rows: view(numbers, 2, { offset: at(1), columnStride: 0 }) });
        return [
          program.map("gather", sizes, (m) => m.store(view(y, columns), m.load(byNumber(table)))),
          program.map("scatter", sizes, (m) => m.store(byNumber(sums), m.load(view(y, columns)), "add")),
        ];
      },
      // Rows 3 and 1 and 1 again: a scatter adds twice to the same row.
      { numbers: range(rows * 2, (n) => (n % 2 === 0 ? 99 : [3, 1, 1, 0, 3, 2][(n >> 1) % 6]!)) },
    ),
    createCase(`map: one buffer in place and a swap of two, ${label}`, tolerances.lane, ({ program, port }) => {
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
    fromTo("indices", sizes, (m) =>
      m.apply("add", m.apply("multiply", m.rowIndex(), m.constant(100)), m.columnIndex()),
    ),
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
    createCase(
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
    createCase(`loop: recurrence ${label}`, tolerances.curve * steps, ({ program, port }) => {
      const h = port("h", (steps + 1) * rows, columns);
      const x = port("x", steps * rows, columns);
      const stride = rows * columns;
      return [
        program.loop("t", { count: steps, reverse }, (t) => [
          program.map("step", { rows, columns }, (m) => {
            const before = m.load(view(h, columns, { offset: plus(at(reverse ? stride : 0), t, stride) }));
            const sum = m.apply("add", before, m.load(view(x, columns, { offset: plus(at(0), t, stride) })));
            m.store(
              view(h, columns, { offset: plus(at(reverse ? 0 : stride), t, stride) }),
              m.apply("tanh", m.apply("add", sum, m.apply("multiply", m.loopIndex(t), m.constant(0.1)))),
            );
          }),
        ]),
      ];
    }),
    createCase(`loop: two loops ${label}, one of them never`, tolerances.lane, ({ program, port }) => {
      const y = port("y", 3 * 4, 5);
      const set = (name: string, value: number, fill: View): MapStatement =>
        program.map(name, { rows: 1, columns: 5 }, (m) =>
          m.store(fill, m.apply("add", m.load(fill), m.constant(value))),
        );
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
  return createCase(
    `map: random numbers, ${rows}×${columns}`,
    0,
    ({ program, port }) => {
      const [seed, y] = [port("seed", 1, 2), port("y", 3 * rows, columns)];
      return [
        program.loop("t", { count: 3 }, (t) => [
          program.map("random", { rows, columns }, (m) => {
            const drawn = m.random({
              seed: view(seed, 0, { offset: at(1), columnStride: 0 }),
              salt: 0x9abcdef0,
              counter: plus(at(1000), t, rows * columns),
            });
            m.store(view(y, columns, { offset: plus(at(0), t, rows * columns) }), drawn);
          }),
        ]),
      ];
    },
    { seed: [3, 16_777_215] },
  );
}

export const mapCases: readonly StatementCase[] = [
  ...lanes,
  ...mapSizes.flatMap(accessCases),
  ...mapSizes.flatMap(reductionCases),
  ...loopCases(false),
  ...loopCases(true),
  ...mapSizes.map(randomCase),
];
