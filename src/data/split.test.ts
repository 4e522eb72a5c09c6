import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTable } from "./read-table.ts";
import { rowsOfPart, splitByGroup, splitByItem, splitByKey, splitByTime } from "./split.ts";
import { readCompleteDates, readTexts, tableFromNumbers } from "./table.ts";

const ten = tableFromNumbers({ x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });

describe("splitByTime", () => {
  it("takes counts and shares from the end", () => {
    expect([...splitByTime(ten, { validation: 2, test: 3 }).parts]).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
    expect([...splitByTime(ten, { validation: 0.2, test: 0.3 }).parts]).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
    expect([...splitByTime(ten, { test: 1 }).parts]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect([...splitByTime(ten, {}).parts]).toEqual(new Array(10).fill(0));
  });

  it("cuts each series by its own rows, or all at the same times", () => {
    const text = "d,g\n2012-01-01,a\n2012-01-02,a\n2012-01-03,a\n2012-01-04,a\n2012-01-03,b\n2012-01-04,b\n";
    const { table } = parseTable(text, { format: "csv" });
    expect([...splitByTime(table, { test: 1, groupColumn: "g" }).parts]).toEqual([0, 0, 0, 2, 0, 2]);
    expect([...splitByTime(table, { validation: 1, test: 1, groupColumn: "g", dateColumn: "d" }).parts]).toEqual([
      0, 0, 1, 2, 1, 2,
    ]);
  });

  it("never leaves a training or validation row at or after a test row", () => {
    const sizes = fc.record({ validation: fc.integer({ min: 0, max: 4 }), test: fc.integer({ min: 0, max: 4 }) });
    const days = fc.array(fc.tuple(fc.integer({ min: 1, max: 28 }), fc.constantFrom("a", "b")), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(days, sizes, (rows, { validation, test }) => {
        fc.pre(new Set(rows.map(([day]) => day)).size > validation + test);
        const text = rows.map(([day, group]) => `2012-01-${String(day).padStart(2, "0")},${group}\n`).join("");
        const { table } = parseTable(`d,g\n${text}`, { format: "csv" });
        const split = splitByTime(table, { validation, test, dateColumn: "d", groupColumn: "g" });
        const times = readCompleteDates(table, "d");
        const timesOf = (part: "train" | "validation" | "test"): number[] =>
          [...rowsOfPart(split, part)].map((row) => times[row] ?? NaN);
        expect(Math.max(...timesOf("train"))).toBeLessThan(Math.min(...timesOf("validation"), ...timesOf("test")));
        expect(Math.max(...timesOf("validation"))).toBeLessThan(Math.min(...timesOf("test"), Infinity));
        expect(new Set(timesOf("test")).size).toBe(test);
      }),
    );
  });

  it.each([
    [
      { validation: 5, test: 5 },
      "There are 10 rows: 5 for validation (validation: 5) and 5 for the test (test: 5) leave none to train on; hold back fewer",
    ],
    [
      { test: 0.01 },
      "There are 10 rows, and a share of 0.01 (test: 0.01) is none of them; hold back more, or 0 for none",
    ],
    [
      { validation: -1 },
      "validation: -1 is no size for a part; give a whole number, a share between 0 and 1, or 0 for none",
    ],
    [{ test: 1.5 }, "test: 1.5 is no size for a part; give a whole number, a share between 0 and 1, or 0 for none"],
    [{ test: NaN }, "test: NaN is no size for a part; give a whole number, a share between 0 and 1, or 0 for none"],
  ])("refuses %o", (sizes, message) => {
    expect(() => splitByTime(ten, sizes)).toThrow(
      expect.objectContaining({ code: "data/bad-split", message }) as Error,
    );
  });

  it("names the series that is too short", () => {
    const { table } = parseTable("g\na\na\nb\n", { format: "csv" });
    expect(() => splitByTime(table, { test: 1, groupColumn: "g" })).toThrow(
      'There is 1 row of "b": 0 for validation and 1 for the test (test: 1) leave none to train on; hold back fewer',
    );
  });
});

describe("splits at random", () => {
  it("call what is split by its name", () => {
    expect(() => splitByItem(1, { test: 1, seed: 1, what: "different texts" })).toThrow(/^There is 1 different text: /);
    expect(() => splitByItem(1, { test: 0.1, seed: 1, what: "different texts" })).toThrow(
      /^There is 1 different text, and a share of 0\.1/,
    );
    expect(() => splitByItem(4, { test: 0.9, validation: 0.2, seed: 1, what: "different texts" })).toThrow(
      "There are 4 different texts: 1 for validation (validation: 0.2) and 4 for the test (test: 0.9) leave none",
    );
    const { table } = parseTable("g\na\na\nb\n", { format: "csv" });
    expect(() => splitByGroup(table, "g", { test: 0.1, seed: 1 })).toThrow("There are 2 groups, and a share of 0.1");
  });

  it("put each item into one part, the same for the same seed", () => {
    const split = splitByItem(100, { validation: 0.1, test: 20, seed: 7 });
    expect(rowsOfPart(split, "validation").length).toBe(10);
    expect(rowsOfPart(split, "test").length).toBe(20);
    expect(splitByItem(100, { validation: 0.1, test: 20, seed: 7 })).toEqual(split);
    expect(splitByItem(100, { validation: 0.1, test: 20, seed: 8 })).not.toEqual(split);
  });

  it("keep groups whole", () => {
    const names = Array.from({ length: 60 }, (_, row) => `g${(row * 7) % 11}`);
    const { table } = parseTable(`g\n${names.join("\n")}\n`, { format: "csv" });
    const split = splitByGroup(table, "g", { validation: 2, test: 0.3, seed: 1 });
    const partsOf = new Map<string, Set<number>>();
    readTexts(table, "g").forEach((name, row) => {
      partsOf.set(name, (partsOf.get(name) ?? new Set()).add(split.parts[row] ?? -1));
    });
    expect([...partsOf.values()].map((parts) => parts.size)).toEqual(new Array(11).fill(1));
    const sizes = [0, 1, 2].map((part) => [...partsOf.values()].filter((parts) => parts.has(part)).length);
    expect(sizes).toEqual([6, 2, 3]);
    expect(splitByKey(names, { validation: 2, test: 0.3, seed: 1 })).toEqual(split);
  });
});
