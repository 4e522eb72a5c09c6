import { describe, expect, test } from "vitest";
import { cell } from "../../language/index.ts";
import { network } from "../../network/index.ts";
import { attentionOf } from "./attention-of.ts";
import { inspectedNetworks } from "../../../test/support/inspect-networks.ts";
import { textSignals } from "./text-signals.ts";
import { findCell, traceNetwork } from "./trace.ts";
import { trackUnits } from "./track-units.ts";

/** Units that are what they are given: `h' = x`, and a readout that turns the first round. */
function traceColumns(rows: readonly (readonly number[])[]) {
  const size = rows[0]!.length;
  const spec = network({ features: size }).recurrent(cell("given", "h in R^I\nh' = x\nz = -x"), { size }).build();
  return findCell(traceNetwork({ spec, parameters: {} }, { inputs: rows.flat() }));
}

describe("trackUnits", () => {
  const signal = [0, 0, 1, 1, 1, 0];
  const given = traceColumns([
    [5, 0.1, 3, 1],
    [5, 0.2, 1, 1],
    [5, 0.9, 1, 0],
    [5, 0.7, 3, 0],
    [5, 0.8, 2, 0],
    [5, 0.7, 2, 1],
  ]);

  test("finds the unit that is the signal, turned round as well, before those that only lean to it", () => {
    const tracks = trackUnits(given, signal);
    expect(tracks.map(({ name, unit }) => [name, unit])).toEqual([
      ["h'", 3],
      ["h'", 1],
      ["h'", 0],
      ["h'", 2],
    ]);
    expect(tracks[0]).toEqual({ name: "h'", unit: 3, correlation: -1, area: 0 });
    // Nine pairs: eight in order, one tied.
    expect(tracks[1]!.area).toBeCloseTo(8.5 / 9, 14);
    // Σ dx dy / √(Σ dx² Σ dy²) by hand: 0.7 / √(0.5533… × 1.5).
    expect(tracks[1]!.correlation).toBeCloseTo(0.7 / Math.sqrt((2.48 - 3.4 ** 2 / 6) * 1.5), 12);
    expect(tracks[2]).toMatchObject({ correlation: 0, area: 0.5 });
    expect(Math.abs(tracks[3]!.correlation)).toBeLessThan(1e-12);
  });

  test("looks at the values that are named, and leaves out steps without a signal", () => {
    const [first] = trackUnits(given, [0.1, 0.2, NaN, 0.7, 0.8, 0.7], { values: ["z"] });
    expect(first).toMatchObject({ name: "z", unit: 1, area: undefined });
    expect(first!.correlation).toBeCloseTo(-1, 12);
  });

  test("finds nothing that follows what does not change", () => {
    for (const { correlation, area } of trackUnits(given, [1, 1, NaN, 1, 1, 1]))
      expect([correlation, area]).toEqual([0, undefined]);
  });

  test("refuses a signal of another length", () => {
    expect(() => trackUnits(given, [1, 0])).toThrow("has 2 numbers, but the trace has 6 steps");
  });
});

describe("textSignals", () => {
  const digits = (text: string, name: string): string => {
    const { values } = textSignals(text).find((one) => one.name === name)!;
    return Array.from(values, (value) => (Number.isNaN(value) ? "-" : String(value))).join("");
  };

  test.each([
    ["quotes", 'a "b" “c” «d»e', "00111011101110"],
    ["brackets", "a (b[c]d) e) f", "00111111100000"],
    ["depth", "a (b[c]d) e) f", "00112221100000"],
    ["line-position", "ab\nc\n\nde", "12010012"],
    ["line-rest", "ab\nc\n\nde", "210100--"],
    ["word-position", "it's so, ok", "12340120012"],
    ["vowel", "Élan ở đâu", "1010010011"],
    ["space", "a b\tc\nd", "0101010"],
    ["upper-case", "Ab Đe É1", "10010010"],
    ["digit", "a1 22", "01011"],
  ])("%s of %j", (name, text, expected) => {
    expect(digits(text, name)).toBe(expected);
  });

  test("have a number for each code point of the composed text, or for each character given", () => {
    for (const { values } of textSignals("e\u0301😀")) expect(values).toHaveLength(2);
    for (const { values } of textSignals(["e", "\u0301", "😀"])) expect(values).toHaveLength(3);
    expect(textSignals("").map(({ name }) => name)).toHaveLength(10);
  });

  test("say which are of 0 and 1 alone", () => {
    for (const { isBinary, values } of textSignals('xx (("y"))\nZ 1\n'))
      expect([...values].every((value) => value === 0 || value === 1)).toBe(isBinary);
  });
});

describe("attentionOf", () => {
  test("gives each cell's shares of the source, step by step", () => {
    const one = inspectedNetworks["an encoder that is started from and attended to"]!;
    const [found, ...others] = attentionOf(traceNetwork(one, one));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path: "2", memory: "memory" });
    expect(found!.weights.map((row) => row.length)).toEqual([6, 6, 6, 6]);
    for (const row of found!.weights) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
  });
});
