import { describe, expect, it } from "vitest";
import { at, createProgramBuilder, plus } from "../../lower/builder.ts";
import type { MapBuilder, ProgramBuilder } from "../../lower/builder.ts";
import { packedLength } from "../../lower/ir.ts";
import type { BufferId, LaneOperation, Statement, ValueId, View } from "../../lower/ir.ts";
import { hashRandom } from "../../lower/random.ts";
import { verifyProgram } from "../../lower/verify.ts";
import { interpretProgram } from "./interpret.ts";

const view = (buffer: BufferId, more: Partial<View> = {}): View => ({
  buffer,
  offset: at(0),
  rowStride: 0,
  columnStride: 1,
  ...more,
});

/** A program under test: buffers with first contents, run once. */
function createBench(): {
  readonly program: ProgramBuilder;
  hold(contents: readonly number[]): BufferId;
  run(body: readonly Statement[]): (buffer: BufferId) => number[];
} {
  const program = createProgramBuilder();
  const contents: (readonly number[])[] = [];
  return {
    program,
    hold: (words) => {
      contents.push(words);
      return program.buffer({ name: `b${contents.length}`, length: words.length, role: "port" });
    },
    run: (body) => {
      const built = program.finish([{ name: "f", body }]);
      verifyProgram(built);
      const offsets = built.buffers.map((_, n) =>
        built.buffers.slice(0, n).reduce((sum, buffer) => sum + buffer.length + 4, 0),
      );
      const memory = new Float64Array(built.buffers.reduce((sum, buffer) => sum + buffer.length + 4, 0));
      contents.forEach((words, n) => memory.set(words, offsets[n]));
      interpretProgram(built, { offsetOf: (buffer) => offsets[buffer]! }, memory).get("f")!();
      return (buffer) => [...memory.subarray(offsets[buffer], offsets[buffer]! + built.buffers[buffer]!.length)];
    },
  };
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** What a map over `rows × columns` stores in an exact result, `fill` giving the value; `words` are in a buffer it may load. */
function evaluate(
  sizes: { rows: number; columns: number },
  words: readonly number[],
  fill: (m: MapBuilder, words: BufferId, program: ProgramBuilder) => ValueId,
): number[] {
  const bench = createBench();
  const from = bench.hold(words);
  const to = bench.hold(zeros(sizes.rows * sizes.columns));
  const map = bench.program.map("m", sizes, (m) =>
    m.store(view(to, { rowStride: sizes.columns }), fill(m, from, bench.program)),
  );
  return bench.run([map])(to);
}

describe("lane operations", () => {
  const cases: readonly (readonly [LaneOperation, readonly number[], number])[] = [
    ["add", [2, 3], 5],
    ["subtract", [2, 3], -1],
    ["multiply", [2, 3], 6],
    ["divide", [1, 4], 0.25],
    ["negate", [2], -2],
    ["power", [2, 0.5], Math.SQRT2],
    ["min", [2, -3], -3],
    ["max", [2, -3], 2],
    ["abs", [-3], 3],
    ["sign", [-3], -1],
    ["sign", [0], 0],
    ["sqrt", [9], 3],
    ["floor", [-1.5], -2],
    ["less", [1, 2], 1],
    ["less", [2, 2], 0],
    ["equal", [2, 2], 1],
    ["equal", [2, 1], 0],
    ["select", [1, 5, 6], 5],
    ["select", [0, 5, 6], 6],
    ["exp", [1], Math.E],
    ["log", [Math.E], 1],
    ["tanh", [0.5], (Math.E - 1) / (Math.E + 1)],
    ["sigmoid", [1], Math.E / (Math.E + 1)],
    ["sigmoid", [-1000], 0],
    ["sigmoid", [1000], 1],
    ["softplus", [0], Math.LN2],
    ["softplus", [-1000], 0],
    ["softplus", [1000], 1000],
    ["sin", [Math.PI / 6], 0.5],
    ["cos", [Math.PI / 3], 0.5],
  ];
  it.each(cases)("%s of %j is %d", (operation, args, expected) => {
    const [result] = evaluate({ rows: 1, columns: 1 }, [0], (m) =>
      m.apply(operation, ...args.map((arg) => m.constant(arg))),
    );
    expect(result).toBeCloseTo(expected, 14);
  });
});

describe("maps", () => {
  it("load rows, one row for all, one number a row, and rows by number", () => {
    const words = [2, 0, 10, 11, 20, 21, 30, 31];
    const load = (more: Partial<View>): number[] =>
      evaluate({ rows: 2, columns: 2 }, words, (m, from) => m.load(view(from, more)));
    expect(load({ offset: at(2), rowStride: 4 })).toEqual([10, 11, 30, 31]);
    expect(load({ offset: at(4) })).toEqual([20, 21, 20, 21]);
    expect(load({ offset: at(2), rowStride: 2, columnStride: 0 })).toEqual([10, 10, 20, 20]);
    const byNumber = evaluate({ rows: 2, columns: 2 }, words, (m, from) =>
      m.load(view(from, { offset: at(2), rowStride: 2, rows: view(from, { rowStride: 1, columnStride: 0 }) })),
    );
    expect(byNumber).toEqual([30, 31, 10, 11]);
  });

  it("refuse a row number that is not there", () => {
    const pick = (number: number) => () =>
      evaluate({ rows: 1, columns: 2 }, [number, 1, 2], (m, from) =>
        m.load(view(from, { offset: at(1), rowStride: 2, rows: view(from, { columnStride: 0 }) })),
      );
    expect(pick(0)()).toEqual([1, 2]);
    expect(pick(0.5)).toThrow(/m: row 0 asks for row 0.5/);
    expect(pick(-1)).toThrow(/asks for row -1/);
    expect(pick(100)).toThrow(/asks for row 100/);
  });

  it("know the numbers of rows, columns and loops", () => {
    expect(
      evaluate({ rows: 2, columns: 3 }, [0], (m) =>
        m.apply("add", m.apply("multiply", m.rowIndex(), m.constant(10)), m.columnIndex()),
      ),
    ).toEqual([0, 1, 2, 10, 11, 12]);
    const bench = createBench();
    const to = bench.hold(zeros(3));
    const loop = bench.program.loop("t", { count: 3, reverse: true }, (t) => [
      bench.program.map("m", { rows: 1, columns: 1 }, (m) =>
        m.store(view(to, { offset: plus(at(2), t, -1) }), m.loopIndex(t)),
      ),
    ]);
    expect(bench.run([loop])(to)).toEqual([2, 1, 0]);
  });

  it("reduce over the columns of each row", () => {
    const words = [1, 5, 3, -4, -2, -6];
    const reduce = (operation: "sum" | "max"): number[] =>
      evaluate({ rows: 2, columns: 3 }, words, (m, from) => m.reduce(operation, m.load(view(from, { rowStride: 3 }))));
    expect(reduce("sum")).toEqual([9, 9, 9, -12, -12, -12]);
    expect(reduce("max")).toEqual([5, 5, 5, -2, -2, -2]);
  });

  it("add to what is there, over rows where the row stays", () => {
    const bench = createBench();
    const from = bench.hold([1, 2, 3, 4, 5, 6]);
    const sums = bench.hold([100, 200]);
    const total = bench.hold([1000]);
    const map = bench.program.map("m", { rows: 3, columns: 2 }, (m) => {
      const value = m.load(view(from, { rowStride: 2 }));
      m.store(view(sums), value, "add");
      m.store(view(total, { columnStride: 0 }), m.reduce("sum", value), "add");
    });
    const read = bench.run([map]);
    expect(read(sums)).toEqual([109, 212]);
    expect(read(total)).toEqual([1021]);
  });

  it("load before they store", () => {
    const bench = createBench();
    const [a, b] = [bench.hold([1, 2]), bench.hold([3, 4])];
    const swap = bench.program.map("swap", { rows: 1, columns: 2 }, (m) => {
      m.store(view(a), m.load(view(b)));
      m.store(view(b), m.load(view(a)));
    });
    const read = bench.run([swap]);
    expect([read(a), read(b)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it("go through rows longer than they take at once", () => {
    const count = 2500;
    const drawn = evaluate({ rows: 2, columns: count }, [7], (m, seed) =>
      m.random({ seed: view(seed, { columnStride: 0 }), salt: 3, counter: at(100) }),
    );
    expect(drawn).toEqual(Array.from({ length: 2 * count }, (_, n) => hashRandom(7, 3, 100 + n)));
    const [first] = evaluate({ rows: 1, columns: count }, [0], (m) => m.reduce("sum", m.columnIndex()));
    expect(first).toBe((count * (count - 1)) / 2);
  });
});

describe("products", () => {
  // A is 2×3, B is 3×5 (made of two blocks, the second transposed), C = A·B.
  const a = [1, 2, 3, 4, 5, 6];
  const left = [1, 0, 2, 1, 0, 3]; // 3×2
  const right = [1, 2, 3, 4, 5, 6]; // 2×3, read as 3×2
  const expected = [
    [1 + 4, 2 + 9, 0, 1 * 1 + 2 * 2 + 3 * 3, 4 + 10 + 18],
    [4 + 10, 5 + 18, 0, 4 + 10 + 18, 16 + 25 + 36],
  ];

  it("pack blocks and multiply, over whole depth or in segments", () => {
    for (const segments of [1, 3]) {
      for (const accumulate of [false, true]) {
        const bench = createBench();
        const from = bench.hold(a);
        const blocks = [bench.hold(left), bench.hold(right)];
        const packed = bench.hold(zeros(packedLength(3, 5)));
        const c = bench.hold(Array.from({ length: 16 }, () => 100));
        const pack: Statement = {
          kind: "pack",
          name: "pack",
          depth: 3,
          columns: 5,
          to: packed,
          blocks: [
            {
              buffer: blocks[0]!,
              offset: at(0),
              depthStride: 2,
              columnStride: 1,
              depth: 3,
              columns: 2,
              depthAt: 0,
              columnAt: 0,
            },
            {
              buffer: blocks[1]!,
              offset: at(0),
              depthStride: 1,
              columnStride: 3,
              depth: 3,
              columns: 2,
              depthAt: 0,
              columnAt: 3,
            },
          ],
        };
        const product: Statement = {
          kind: "product",
          name: "product",
          rows: 2,
          columns: 8,
          depth: 3 / segments,
          segments,
          a: { buffer: from, offset: at(0), rowStride: 3, segmentStride: 1 },
          b: packed,
          c: { buffer: c, offset: at(0), rowStride: 8 },
          accumulate,
        };
        const rest = accumulate ? 100 : 0;
        expect(bench.run([pack, product])(c)).toEqual(
          expected.flatMap((row) => [...row, 0, 0, 0].map((n) => n + rest)),
        );
      }
    }
  });

  it("sum outer products over rows, into parts, and touch nothing else", () => {
    for (const accumulate of [false, true]) {
      const bench = createBench();
      const from = bench.hold([1, 2, 3, 4, 5, 6]); // 2 rows of 3
      const by = bench.hold([1, 10, 2, 20]); // 2 rows of 2
      const one = bench.hold([7, 7, 7]);
      const two = bench.hold([7, 7, 7, 7, 7, 7]);
      const scratch = bench.program.buffer({ name: "scratch", length: 2 * 32 + 256, role: "scratch" });
      const outer: Statement = {
        kind: "outer",
        name: "outer",
        rows: 3,
        columns: 2,
        depth: 2,
        a: { buffer: from, offset: at(0), rowStride: 3 },
        b: { buffer: by, offset: at(0), rowStride: 2 },
        c: [
          { buffer: one, offset: at(1), rowStride: 2, rows: 1, at: 0 },
          { buffer: two, offset: at(0), rowStride: 3, rows: 2, at: 1 },
        ],
        accumulate,
        scratch,
      };
      const read = bench.run([outer]);
      const rest = accumulate ? 7 : 0;
      expect(read(one)).toEqual([7, 9 + rest, 90 + rest]);
      expect(read(two)).toEqual([12 + rest, 120 + rest, 7, 15 + rest, 150 + rest, 7]);
    }
  });

  it("are over the rows that a word counts when they run", () => {
    for (const [count, part, rows] of [
      [0, "first", []],
      [1, "first", [0]],
      [2, "rest", [2]],
      [0, "rest", [0, 1, 2]],
    ] as const) {
      const bench = createBench();
      const counts = bench.hold([99, count]);
      const x = bench.hold([1, 2, 3]);
      const b = bench.hold([1, 10, 0, 0]);
      const [y, c, d] = [bench.hold([7, 7, 7]), bench.hold(Array.from({ length: 12 }, () => 7)), bench.hold([7, 7])];
      const scratch = bench.program.buffer({ name: "scratch", length: 3 * 32, role: "scratch" });
      const window = { count: { buffer: counts, offset: at(1) }, part };
      const of = { offset: at(0), rowStride: 1 };
      const read = bench.run([
        bench.program.map("map", { rows: 3, columns: 1, window }, (m) =>
          m.store(
            { ...of, buffer: y, columnStride: 0 },
            m.apply("negate", m.load({ ...of, buffer: x, columnStride: 0 })),
          ),
        ),
        {
          kind: "product",
          name: "product",
          rows: 3,
          window,
          columns: 4,
          depth: 1,
          segments: 1,
          a: { ...of, buffer: x, segmentStride: 0 },
          b,
          c: { buffer: c, offset: at(0), rowStride: 4 },
          accumulate: false,
        },
        {
          kind: "outer",
          name: "outer",
          rows: 1,
          columns: 1,
          depth: 3,
          window: { ...window, part: "first" },
          a: { ...of, buffer: x },
          b: { ...of, buffer: x },
          c: [{ ...of, buffer: d, rows: 1, at: 0 }],
          accumulate: false,
          scratch,
        },
      ]);
      const isIn = (row: number): boolean => (rows as readonly number[]).includes(row);
      expect(read(y)).toEqual([1, 2, 3].map((n, row) => (isIn(row) ? -n : 7)));
      expect(read(c)).toEqual([1, 2, 3].flatMap((n, row) => (isIn(row) ? [n, 10 * n, 0, 0] : [7, 7, 7, 7])));
      expect(read(d)).toEqual([[1, 4, 9].slice(0, count).reduce((sum, n) => sum + n, 0), 7]);
    }
  });

  it("refuse to count more rows than there are, or a part of one", () => {
    for (const count of [-1, 1.5, 3]) {
      const bench = createBench();
      const counts = bench.hold([count]);
      const y = bench.hold([0, 0]);
      const window = { count: { buffer: counts, offset: at(0) }, part: "first" } as const;
      const map = bench.program.map("map", { rows: 2, columns: 1, window }, (m) =>
        m.store({ buffer: y, offset: at(0), rowStride: 1, columnStride: 0 }, m.constant(1)),
      );
      expect(() => bench.run([map])).toThrow(`a window of ${count} of 2 rows`);
    }
  });

  it("fill", () => {
    const bench = createBench();
    const to = bench.hold([1, 1, 1, 1, 1, 1]);
    const loop = bench.program.loop("t", { count: 2 }, (t) => [
      { kind: "fill", name: "fill", buffer: to, offset: plus(at(1), t, 3), length: 2, value: 0.5 },
    ]);
    expect(bench.run([loop])(to)).toEqual([1, 0.5, 0.5, 1, 0.5, 0.5]);
  });
});
