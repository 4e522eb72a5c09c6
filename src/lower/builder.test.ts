import { describe, expect, it } from "vitest";
import { at, createMapBuilder, createProgramBuilder, plus, shift } from "./builder.ts";
import type { View } from "./ir.ts";

const view = (buffer: number, constant = 0): View => ({ buffer, offset: at(constant), rowStride: 4, columnStride: 1 });

describe("offsets", () => {
  it("add up strides of the same loop and drop those that cancel", () => {
    expect(plus(plus(at(3), 0, 4), 1, 5)).toEqual({
      constant: 3,
      terms: [
        { loop: 0, stride: 4 },
        { loop: 1, stride: 5 },
      ],
    });
    expect(plus(plus(at(3), 0, 4), 0, 2)).toEqual({ constant: 3, terms: [{ loop: 0, stride: 6 }] });
    expect(plus(plus(at(3), 0, 4), 0, -4)).toEqual(at(3));
    expect(shift(plus(at(3), 0, 4), 2)).toEqual({ constant: 5, terms: [{ loop: 0, stride: 4 }] });
  });
});

describe("createMapBuilder", () => {
  it("computes equal values once", () => {
    const map = createMapBuilder("m", { rows: 2, columns: 3 });
    const a = map.load(view(0));
    expect(map.load({ ...view(0), padded: true })).toBe(a);
    expect(map.load(view(0, 4))).not.toBe(a);
    expect(map.load({ ...view(0), rows: { ...view(1), columnStride: 0 } })).not.toBe(a);
    const sum = map.apply("add", a, map.constant(1));
    expect(map.apply("add", a, map.constant(1))).toBe(sum);
    expect(map.apply("add", map.constant(1), a)).not.toBe(sum);
    expect(map.reduce("sum", sum)).not.toBe(map.reduce("max", sum));
    expect(map.rowIndex()).not.toBe(map.columnIndex());
    expect(map.loopIndex(0)).not.toBe(map.loopIndex(1));
  });

  it("tells 0 from -0 and takes NaN for itself", () => {
    const map = createMapBuilder("m", { rows: 1, columns: 1 });
    expect(map.constant(0)).not.toBe(map.constant(-0));
    expect(map.constant(Number.NaN)).toBe(map.constant(Number.NaN));
  });

  it("tells random numbers of other salts or counters apart", () => {
    const map = createMapBuilder("m", { rows: 1, columns: 1 });
    const seed = { ...view(0), columnStride: 0 as const };
    const one = map.random({ seed, salt: 1, counter: at(0) });
    expect(map.random({ seed, salt: 1, counter: at(0) })).toBe(one);
    expect(map.random({ seed, salt: 2, counter: at(0) })).not.toBe(one);
    expect(map.random({ seed, salt: 1, counter: plus(at(0), 0, 1) })).not.toBe(one);
  });

  it("refuses the wrong number of arguments and values that do not exist", () => {
    const map = createMapBuilder("m", { rows: 1, columns: 1 });
    expect(() => map.apply("add", map.constant(1))).toThrow(/map m: add takes 2 arguments, got 1/);
    expect(() => map.apply("negate", 5)).toThrow(/no value 5/);
    expect(() => map.store(view(0), 1)).toThrow(/no value 1/);
  });
});

describe("createProgramBuilder", () => {
  it("makes names unique and gives every loop its own number", () => {
    const program = createProgramBuilder();
    program.buffer({ name: "h", length: 4, role: "scratch" });
    program.buffer({ name: "h", length: 4, role: "scratch", shape: [2, 2] });
    program.buffer({ name: "h", length: 4, role: "scratch" });
    const outer = program.loop("t", { count: 3 }, (t) => [
      program.loop("s", { count: 2, reverse: true }, (s) => [
        program.map("m", { rows: 1, columns: 1 }, (m) =>
          m.store({ buffer: 0, offset: plus(at(0), t, 1), rowStride: 0, columnStride: 1 }, m.loopIndex(s)),
        ),
      ]),
    ]);
    const { buffers, functions } = program.finish([{ name: "f", body: [outer] }]);
    expect(buffers.map((buffer) => buffer.name)).toEqual(["h", "h#2", "h#3"]);
    expect(buffers.map((buffer) => buffer.shape)).toEqual([[4], [2, 2], [4]]);
    expect(outer.loop).not.toBe(outer.body[0]?.kind === "loop" ? outer.body[0].loop : outer.loop);
    expect(functions[0]?.body).toEqual([outer]);
  });
});
