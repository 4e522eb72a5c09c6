/** Heat maps: each value where it belongs, in a colour as full as it is large. */
import { expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { drawHeatMap, findMost } from "./heat-map.ts";

interface Seen {
  readonly level: number;
  readonly isNegative: boolean;
}

/** The colour of each cell, read back from the paths: `unit,step` to the share of the full colour. */
function readCells(svg: string): ReadonlyMap<string, Seen> {
  const cells = new Map<string, Seen>();
  for (const [, tone, opacity, d = ""] of svg.matchAll(/class="row row-(\w+)" stroke-opacity="([\d.]+)" d="([^"]+)"/g))
    for (const [, x, y, length] of d.matchAll(/M(\d+) (\d+)\.5h(\d+)/g))
      for (let step = 0; step < Number(length); step++)
        cells.set(`${y},${Number(x) + step}`, { level: Number(opacity), isNegative: tone === "negative" });
  return cells;
}

/** Levels are 1/24 apart, and opacities are written to two decimals. */
const near = 1 / 48 + 0.005;

test("every value has the colour of its size and sign, and its place", () => {
  const [steps, units] = [9, 5];
  const values = Float64Array.from({ length: steps * units }, (_, at) => Math.sin(at * 1.7) * 2);
  values[7] = NaN;
  const svg = drawHeatMap({ title: "c' & h", values, steps, units, scale: "diverging", tone: "memory" });
  expect(findXmlFault(svg)).toBeUndefined();
  const cells = readCells(svg);
  const most = findMost(values);
  values.forEach((value, at) => {
    const seen = cells.get(`${at % units},${Math.floor(at / units)}`);
    if (Number.isNaN(value)) expect(seen).toBeUndefined();
    else {
      expect(Math.abs((seen?.level ?? 0) - Math.abs(value) / most)).toBeLessThanOrEqual(near);
      if (seen !== undefined) expect(seen.isNegative).toBe(value < 0);
    }
  });
});

test("shares go from 0 to 1, and what goes beyond has the full colour", () => {
  const cells = readCells(
    drawHeatMap({ title: "f", values: [0, 0.5, 1, 3, -1], steps: 5, units: 1, scale: "share", tone: "forget" }),
  );
  expect([0, 1, 2, 3, 4].map((step) => cells.get(`0,${step}`)?.level ?? 0)).toEqual([0, 0.5, 1, 1, 0]);
});

test("labels stand below where they fit, else numbers of steps", () => {
  const values = new Float64Array(60);
  const draw = (stepLabels: readonly string[]): string =>
    drawHeatMap({ title: "h", values, steps: 60, units: 1, scale: "diverging", tone: "state", stepLabels });
  expect(draw(Array.from({ length: 60 }, () => "i")).match(/>i<\/text>/g)).toHaveLength(60);
  const long = draw(Array.from({ length: 60 }, () => "word"));
  expect(long).not.toContain("word");
  expect(long).toContain(">11</text>");
});

test("the legend's numbers are written as a language writes them, small ones with a power of ten", () => {
  const draw = (most: number, locale?: string): string =>
    drawHeatMap({
      title: "h",
      values: [most],
      steps: 1,
      units: 1,
      scale: "diverging",
      tone: "state",
      ...(locale === undefined ? {} : { locale }),
    });
  expect(draw(0.25)).toContain(">0.250</text>");
  expect(draw(0.25, "vi")).toContain(">\u22120,250</text>");
  expect(draw(1.2e-5, "vi")).toContain(">1,2 × 10⁻⁵</text>");
});

test("values that are not as many as steps and units make are refused", () => {
  const map = { title: "h", scale: "share", tone: "state" } as const;
  expect(() => drawHeatMap({ ...map, values: [1, 2], steps: 3, units: 1 })).toThrow(/needs 3 values.*it has 2/);
  expect(() => drawHeatMap({ ...map, values: [], steps: 0, units: 1 })).toThrow(/at least one/);
  expect(findMost([0, NaN, -Infinity])).toBe(1);
});
