import { describe, expect, it } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { drawGradientNorms, printGradientNorms, printGradientSummary, summariseGradient } from "./gradient-flow.ts";

const decay = (factor: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, at) => factor ** (steps - 1 - at));

describe("summariseGradient", () => {
  it("finds the factor of each step back", () => {
    const summary = summariseGradient({ name: "RNN", norms: decay(0.8, 101) });
    expect(summary.factor).toBeCloseTo(0.8, 12);
    expect(summary.verdict).toBe("vanishes");
    expect(printGradientSummary(summary)).toBe("RNN: vanishes (×0.800 a step back, 2.0e-10 left at the first step)");
  });

  it.each([
    [decay(0.99, 101), "holds"],
    [decay(1.2, 101), "explodes"],
    [[0, 0, 1], "vanishes"],
    [[NaN, 1], "unknown"],
    [[Infinity, 1], "explodes"],
    [[0, 0], "unknown"],
    [[1], "holds"],
  ])("judges %o: %s", (norms, verdict) => {
    expect(summariseGradient({ name: "", norms }).verdict).toBe(verdict);
  });

  it("refuses an empty gradient", () => {
    expect(() => summariseGradient({ name: "h", norms: [] })).toThrow(/`h` are empty/);
  });
});

describe("drawGradientNorms", () => {
  it("draws one line a gradient and says what becomes of each", () => {
    const svg = drawGradientNorms({
      gradients: [
        { name: "RNN", norms: decay(0.8, 50) },
        { name: "<LSTM>", norms: decay(0.99, 50) },
        { name: "zero", norms: [0, 0, 0] },
      ],
    });
    expect(findXmlFault(svg)).toBeUndefined();
    expect(svg).toContain("RNN: vanishes");
    expect(svg).toContain("&lt;LSTM&gt;: reaches the first step");
    expect(svg.match(/<path class="line other\d" d="M[^"]*[CL,]/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

describe("printGradientNorms", () => {
  it("lists steps from the last to the first", () => {
    const lines = printGradientNorms([{ name: "RNN", norms: decay(0.5, 5) }], 3).split("\n");
    expect(lines.slice(2).map((line) => line.trim().split(/\s+/))).toEqual([
      ["4", "1"],
      ["2", "0.250"],
      ["0", "0.0625"],
    ]);
  });
});
