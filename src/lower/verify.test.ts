import { describe, expect, it } from "vitest";
import { at, createProgramBuilder, plus } from "./builder.ts";
import type { ProgramBuilder } from "./builder.ts";
import { outerScratchLength, packedLength } from "./ir.ts";
import type {
  BufferId,
  MapStatement,
  MapValue,
  OuterStatement,
  PackStatement,
  ProductStatement,
  RowWindow,
  Statement,
  View,
} from "./ir.ts";
import { verifyProgram } from "./verify.ts";

const row = (buffer: BufferId, more: Partial<View> = {}): View => ({
  buffer,
  offset: at(0),
  rowStride: 4,
  columnStride: 1,
  ...more,
});

/** Verifies the statements that `fill` makes, as a function `f`. */
function check(fill: (program: ProgramBuilder) => readonly Statement[]): () => void {
  const program = createProgramBuilder();
  const body = fill(program);
  return () => verifyProgram(program.finish([{ name: "f", body }]));
}

/** A copy of `from` (12 words) to `to` (12 words) as 3 rows of 4. */
function copy(
  program: ProgramBuilder,
  options: { from?: Partial<View>; to?: Partial<View>; rows?: number; columns?: number } = {},
): Statement {
  const from = program.buffer({ name: "from", length: 12, role: "port" });
  const to = program.buffer({ name: "to", length: 12, role: "port" });
  return program.map("copy", { rows: options.rows ?? 3, columns: options.columns ?? 4 }, (m) =>
    m.store(row(to, options.to), m.load(row(from, options.from))),
  );
}

describe("verifyProgram on maps", () => {
  it("passes a copy, also backwards, also of one row to all, also padded into the slack", () => {
    expect(check((p) => [copy(p)])).not.toThrow();
    expect(check((p) => [copy(p, { from: { offset: at(8), rowStride: -4 } })])).not.toThrow();
    expect(check((p) => [copy(p, { from: { offset: at(8), rowStride: 0 } })])).not.toThrow();
    expect(check((p) => [copy(p, { columns: 3, to: { padded: true } })])).not.toThrow();
    expect(check((p) => [copy(p, { rows: 1, columns: 3, to: { offset: at(9), padded: true } })])).not.toThrow();
  });

  it.each([
    [
      "a view that starts too late",
      { from: { offset: at(1) } },
      /f \/ copy: reaches words 1 to 12 of from, which has 12/,
    ],
    ["a view that starts too early", { to: { offset: at(-1) } }, /reaches words -1 to 10 of to/],
    ["rows too far apart", { to: { rowStride: 5 } }, /reaches words 0 to 13 of to/],
    ["no rows", { rows: 0 }, /rows is 0/],
    ["half a row", { rows: 1.5 }, /rows is 1.5/],
    ["half a word", { from: { offset: at(0.5) } }, /the offset 0.5 is not whole/],
    [
      "a loop that is not around it",
      { from: { offset: plus(at(0), 7, 1) } },
      /moves with loop 7, which is not around it/,
    ],
    [
      "padded rows closer than they are long",
      { columns: 3, to: { rowStride: 3, padded: true } },
      /writes 4 words a row, but rows or steps are 3 apart/,
    ],
    [
      "a padded store past the slack",
      { rows: 1, columns: 1, to: { offset: at(13), padded: true } },
      /reaches words 13 to 13/,
    ],
    ["a padded store of one number a row", { to: { columnStride: 0 as const, padded: true } }, /can be padded/],
    ["a buffer that does not exist", { from: { buffer: 9 } }, /there is no buffer 9/],
  ])("refuses %s", (_, options, message) => {
    expect(check((p) => [copy(p, options)])).toThrow(message);
  });

  it("follows loops around the statement", () => {
    const steps = (count: number, stride: number, start = 0): (() => void) =>
      check((p) => [p.loop("t", { count }, (t) => [copy(p, { rows: 1, to: { offset: plus(at(start), t, stride) } })])]);
    expect(steps(3, 4)).not.toThrow();
    expect(steps(3, -4, 8)).not.toThrow();
    expect(steps(4, 4)).toThrow(/f \/ t \/ copy: reaches words 0 to 15 of to/);
    expect(steps(3, -4)).toThrow(/reaches words -8 to 3 of to/);
    expect(steps(0, 400)).not.toThrow();
  });

  it("refuses a loop inside itself", () => {
    expect(
      check((p) => [
        p.loop("t", { count: 2 }, (loop) => [
          { kind: "loop", loop, name: "again", count: 1, reverse: false, body: [] },
        ]),
      ]),
    ).toThrow(/f \/ t \/ again: loop 0 is already running/);
  });

  it("refuses values out of order and stores of none", () => {
    const withValues = (values: readonly MapValue[], value: number): (() => void) =>
      check((p) => [
        {
          kind: "map",
          name: "m",
          rows: 1,
          columns: 1,
          values,
          stores: [{ view: row(p.buffer({ name: "to", length: 1, role: "port" })), value, mode: "set" }],
        },
      ]);
    expect(withValues([{ kind: "constant", value: 1 }], 0)).not.toThrow();
    expect(withValues([{ kind: "constant", value: 1 }], 1)).toThrow(/takes value 1, which does not exist/);
    expect(withValues([{ kind: "apply", operation: "negate", args: [0] }], 0)).toThrow(/value 0 uses value 0/);
    expect(withValues([{ kind: "reduce", operation: "sum", arg: -1 }], 0)).toThrow(/value 0 uses value -1/);
    expect(
      withValues(
        [
          { kind: "constant", value: 1 },
          { kind: "apply", operation: "add", args: [0] },
        ],
        0,
      ),
    ).toThrow(/add takes 2 arguments and has 1/);
    expect(withValues([{ kind: "index", of: "loop", loop: 3 }], 0)).toThrow(/index of loop 3/);
  });

  it("refuses a store that another column of the same row loads or stores", () => {
    const inPlace = (load: Partial<View>, store: Partial<View>): (() => void) =>
      check((p) => {
        const buffer = p.buffer({ name: "b", length: 40, role: "port" });
        return [p.map("m", { rows: 3, columns: 4 }, (m) => m.store(row(buffer, store), m.load(row(buffer, load))))];
      });
    expect(inPlace({}, {})).not.toThrow();
    expect(inPlace({ offset: at(4) }, {})).not.toThrow();
    expect(inPlace({ offset: at(1) }, {})).toThrow(/columns of b are loaded after another column stored them/);
    expect(inPlace({ columnStride: 0 }, {})).toThrow(/columns of b are loaded/);
    expect(inPlace({ columnStride: 0, offset: at(20) }, {})).not.toThrow();
    const twice = check((p) => {
      const buffer = p.buffer({ name: "b", length: 40, role: "port" });
      return [
        p.map("m", { rows: 1, columns: 3 }, (m) => {
          m.store(row(buffer, { padded: true }), m.constant(1));
          m.store(row(buffer, { offset: at(3) }), m.constant(2));
        }),
      ];
    });
    expect(twice).toThrow(/two stores to b overlap/);
  });

  it("refuses scratch that is read before it is written", () => {
    const reading = (mode: "set" | "add", first: boolean): (() => void) =>
      check((p) => {
        const scratch = p.buffer({ name: "s", length: 4, role: "scratch" });
        const write = p.map("write", { rows: 1, columns: 4 }, (m) => m.store(row(scratch), m.constant(1), mode));
        const to = p.buffer({ name: "to", length: 4, role: "port" });
        const read = p.map("read", { rows: 1, columns: 4 }, (m) => m.store(row(to), m.load(row(scratch))));
        return first ? [write, read] : [read, write];
      });
    expect(reading("set", true)).not.toThrow();
    expect(reading("add", true)).toThrow(/f \/ write: reads the scratch buffer s before/);
    expect(reading("set", false)).toThrow(/f \/ read: reads the scratch buffer s before/);
  });
});

describe("verifyProgram on products", () => {
  const packing = (change: Partial<PackStatement>): (() => void) =>
    check((p) => {
      const buffer = p.buffer({ name: "w", length: 6, role: "port" });
      const to = p.buffer({ name: "packed", length: packedLength(2, 3), role: "port" });
      const block = {
        buffer,
        offset: at(0),
        depthStride: 3,
        columnStride: 1,
        depth: 2,
        columns: 3,
        depthAt: 0,
        columnAt: 0,
      };
      return [{ kind: "pack", name: "pack", depth: 2, columns: 3, blocks: [block], to, ...change }];
    });

  it("keeps packed blocks in their matrix, apart from one another, and in their source", () => {
    const block = {
      buffer: 0,
      offset: at(0),
      depthStride: 3,
      columnStride: 1,
      depth: 2,
      columns: 2,
      depthAt: 0,
      columnAt: 0,
    };
    expect(packing({})).not.toThrow();
    expect(packing({ blocks: [block, { ...block, columns: 1, columnAt: 2 }] })).not.toThrow();
    expect(packing({ blocks: [block, { ...block, columnAt: 1 }] })).toThrow(/block 0 overlaps another/);
    expect(packing({ blocks: [{ ...block, columnAt: 2 }] })).toThrow(
      /block 0 \(2×2 at 0, 2\) leaves the matrix of 2×3/,
    );
    expect(packing({ blocks: [{ ...block, depthStride: 5 }] })).toThrow(/reaches words 0 to 6 of w/);
    expect(packing({ depth: 3 })).toThrow(/packed has 8 words, a packed 3×3 has 12/);
    expect(packing({ blocks: [{ ...block, buffer: 1 }] })).toThrow(/read from where it is packed to/);
  });

  const product = (change: Partial<ProductStatement>): (() => void) =>
    check((p) => {
      const a = p.buffer({ name: "a", length: 5 * 6, role: "port" });
      const b = p.buffer({ name: "b", length: packedLength(6, 8), role: "port" });
      const c = p.buffer({ name: "c", length: 5 * 8, role: "port" });
      const sides = {
        a: { buffer: a, offset: at(0), rowStride: 6, segmentStride: 3 },
        b,
        c: { buffer: c, offset: at(0), rowStride: 8 },
      };
      return [
        {
          kind: "product",
          name: "product",
          rows: 5,
          columns: 8,
          depth: 3,
          segments: 2,
          accumulate: false,
          ...sides,
          ...change,
        },
      ];
    });

  it("wants a packed matrix to be held the same way wherever it is used", () => {
    expect(packing({ format: "int8" })).toThrow(/packed has 8 words, a packed int8 2×3 has 24/);
    const mixed = check((p) => {
      const w = p.buffer({ name: "w", length: 32, role: "port" });
      const b = p.buffer({ name: "b", length: packedLength(2, 16, "float16"), role: "port" });
      const c = p.buffer({ name: "c", length: 16, role: "port" });
      const all = { depth: 1, columns: 16, offset: at(0) };
      const block = { ...all, buffer: w, depthStride: 16, columnStride: 1, depthAt: 0, columnAt: 0 };
      return [
        { kind: "pack", name: "pack", ...all, blocks: [block], to: b },
        {
          kind: "product",
          name: "product",
          rows: 1,
          columns: 16,
          depth: 2,
          segments: 1,
          accumulate: false,
          a: { buffer: w, offset: at(0), rowStride: 1, segmentStride: 0 },
          b,
          c: { buffer: c, offset: at(0), rowStride: 16 },
          format: "float16",
        },
      ];
    });
    expect(mixed).toThrow(/f \/ product: its packed matrix is float16 here, float32 in another statement/);
  });

  it("keeps products in their buffers and their result apart from their arguments", () => {
    const a = { buffer: 0, offset: at(0), rowStride: 6, segmentStride: 3 };
    expect(product({})).not.toThrow();
    expect(product({ columns: 6 })).toThrow(/its 6 columns are not a multiple of 4/);
    expect(product({ depth: 4 })).toThrow(/b has 48 words, a packed 8×8 has 64/);
    expect(product({ a: { ...a, segmentStride: 4 } })).toThrow(/reaches words 0 to 30 of a/);
    expect(product({ a: { ...a, buffer: 1 } })).toThrow(/its packed side is also its left side/);
    expect(product({ a: { ...a, buffer: 2 } })).toThrow(/its left side and its result overlap/);
    expect(product({ c: { buffer: 2, offset: at(0), rowStride: 4 } })).toThrow(
      /rows of its result are 4 apart but 8 long/,
    );
    expect(product({ rows: 6 })).toThrow(/reaches words 0 to 35 of a/);
  });

  const outer = (change: Partial<OuterStatement>): (() => void) =>
    check((p) => {
      const a = p.buffer({ name: "a", length: 7 * 5, role: "port" });
      const b = p.buffer({ name: "b", length: 7 * 3, role: "port" });
      const c = p.buffer({ name: "c", length: 15, role: "port" });
      const scratch = p.buffer({
        name: "scratch",
        length: outerScratchLength({ rows: 5, columns: 3, depth: 7 }),
        role: "scratch",
      });
      const sides = { a: { buffer: a, offset: at(0), rowStride: 5 }, b: { buffer: b, offset: at(0), rowStride: 3 } };
      const parts = [{ buffer: c, offset: at(0), rowStride: 3, rows: 5, at: 0 }];
      return [
        {
          kind: "outer",
          name: "outer",
          rows: 5,
          columns: 3,
          depth: 7,
          ...sides,
          c: parts,
          accumulate: false,
          scratch,
          ...change,
        },
      ];
    });

  it("keeps outer products whole and exact", () => {
    const part = { buffer: 2, offset: at(0), rowStride: 3, rows: 2, at: 0 };
    expect(outer({})).not.toThrow();
    expect(outer({ c: [part, { ...part, offset: at(6), rows: 3, at: 2 }] })).not.toThrow();
    expect(outer({ c: [part] })).toThrow(/its parts have 2 rows together, not 5/);
    expect(outer({ c: [part, { ...part, rows: 3, at: 3 }] })).toThrow(/reaches words 3 to 35 of a, which has 35/);
    expect(outer({ c: [part, { ...part, rows: 3, at: -1 }] })).toThrow(/part 1 begins at column -1 of A/);
    expect(outer({ depth: 8 })).toThrow(/reaches words 0 to 23 of b/);
    expect(outer({ scratch: 2 })).toThrow(/its scratch c has 15 words and needs/);
    expect(outer({ c: [{ ...part, buffer: 0, rows: 5 }] })).toThrow(/part 0 is stored where A or B is read/);
  });

  it("reads the number of rows where it lies, and where nothing is written", () => {
    const at3 = (buffer: BufferId, part: RowWindow["part"]): RowWindow => ({ count: { buffer, offset: at(3) }, part });
    for (const part of ["first", "rest"] as const) {
      expect(product({ window: at3(0, part) })).not.toThrow();
      expect(product({ window: { count: { buffer: 0, offset: at(30) }, part } })).toThrow(
        /reaches words 30 to 30 of a/,
      );
      expect(product({ window: at3(2, part) })).toThrow(/it writes c, where its number of rows is read/);
    }
    expect(outer({ window: at3(0, "first") })).not.toThrow();
    expect(outer({ window: at3(3, "first") })).toThrow(/it writes scratch, where/);
    expect(outer({ window: at3(0, "rest") })).toThrow(/its window is of the last steps of depth/);
    const map = (counts: BufferId): (() => void) =>
      check((p) => [{ ...(copy(p) as MapStatement), window: at3(counts, "first") }]);
    expect(map(0)).not.toThrow();
    expect(map(1)).toThrow(/it writes to, where/);
    expect(map(2)).toThrow(/no buffer 2/);
  });

  it("keeps fills in their buffers", () => {
    const fill = (length: number): (() => void) =>
      check((p) => [
        {
          kind: "fill",
          name: "fill",
          buffer: p.buffer({ name: "b", length: 5, role: "scratch" }),
          offset: at(1),
          length,
          value: 0,
        },
      ]);
    expect(fill(4)).not.toThrow();
    expect(fill(5)).toThrow(/f \/ fill: reaches words 1 to 5 of b, which has 5/);
  });
});

describe("verifyProgram on buffers", () => {
  it("wants gradients like their parameters and moments as long as all parameters", () => {
    const buffers = (gradient: number, moment: number): (() => void) =>
      check((p) => {
        p.buffer({ name: "W", length: 6, role: "parameter" });
        p.buffer({ name: "b", length: 3, role: "parameter" });
        p.buffer({ name: "dW", length: gradient, role: "gradient" });
        p.buffer({ name: "db", length: 3, role: "gradient" });
        p.buffer({ name: "m", length: moment, role: "moment" });
        return [];
      });
    expect(buffers(6, 12)).not.toThrow();
    expect(buffers(7, 12)).toThrow(/the gradient dW has 7 words, its parameter W 6/);
    expect(buffers(6, 9)).toThrow(/the moment m has 9 words, all parameters together 12/);
  });

  it("lets views of an arena's first buffer reach through the arena, and of no other", () => {
    const update = (first: number): (() => void) =>
      check((p) => {
        p.buffer({ name: "W", length: 6, role: "parameter" });
        p.buffer({ name: "b", length: 3, role: "parameter" });
        return [
          p.map("update", { rows: 1, columns: 12 }, (m) => m.store(row(first), m.apply("negate", m.load(row(first))))),
        ];
      });
    expect(update(0)).not.toThrow();
    expect(update(1)).toThrow(/reaches words 0 to 11 of b, which has 3/);
  });
});
