import { describe, expect, it } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { drawBars, drawCurves, drawForecast } from "./chart.ts";
import { thinPoints } from "./chart-line.ts";
import { createLogAxis, createPositionAxis, thinTicks } from "./chart-scale.ts";
import { textWidth } from "./text-width.ts";

const day = 86_400_000;
const daysFrom = (year: number, count: number): Date[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.UTC(year, 0, 1) + at * day));
const range = { from: 60, to: 840 };

/** Every `text` element with its box: [left, right, baseline]. */
function findTexts(svg: string): readonly { text: string; left: number; right: number; y: number }[] {
  return [...svg.matchAll(/<text class="([^"]*)" x="([-\d.]+)" y="([-\d.]+)">([^<]*)<\/text>/g)].map(
    ([, names = "", x = "", y = "", text = ""]) => {
      const plain = text
        .replace(/&lt;/g, "<")
        .replace(/&gt;/g, ">")
        .replace(/&quot;/g, '"')
        .replace(/&#39;/g, "'")
        .replace(/&amp;/g, "&");
      const width = textWidth(
        plain,
        names.includes("heading") ? 16 : 12,
        names.includes("heading") ? "bold" : "regular",
      );
      const left = Number(x) - (names.includes("end") ? width : names.includes("middle") ? width / 2 : 0);
      return { text: plain, left, right: left + width, y: Number(y) };
    },
  );
}

function findOverlaps(svg: string): readonly string[] {
  const texts = findTexts(svg);
  return texts.flatMap((a, at) =>
    texts
      .slice(at + 1)
      .filter((b) => Math.abs(a.y - b.y) < 11 && a.left < b.right && b.left < a.right)
      .map((b) => `${a.text} | ${b.text}`),
  );
}

const hostile = '</text><script>alert("x")</script> & \u0000 \ud800 ${x}';

const charts: Readonly<Record<string, string>> = {
  year: drawForecast({
    title: "Births a day",
    x: daysFrom(2014, 365),
    yLabel: "births a day",
    series: [
      { name: "truth", values: daysFrom(2014, 365).map((_, at) => 11_000 + 900 * Math.sin(at)), style: "truth" },
      { name: "forecast", values: daysFrom(2014, 365).map((_, at) => 11_000 + 800 * Math.sin(at)), style: "forecast" },
      { name: "naive", values: daysFrom(2014, 365).map((_, at) => (at < 7 ? NaN : 11_000)), style: "naive" },
    ],
    bands: [
      { name: "80 % interval", low: new Float32Array(365).fill(10_000), high: new Float32Array(365).fill(12_000) },
    ],
    note: "Held back in time. ".repeat(20),
  }),
  point: drawForecast({ title: "One", x: ["2017-01-03"], series: [{ name: "a", values: [3] }] }),
  constant: drawForecast({ title: "Constant", x: [1, 2, 3], series: [{ name: "a", values: [5, NaN, 5] }] }),
  empty: drawForecast({ title: "", x: [], series: [] }),
  nothing: drawForecast({ title: "Nothing", x: [1, 2], series: [{ name: "a", values: [NaN, Infinity] }] }),
  hours: drawForecast({
    title: "Hours",
    x: Array.from({ length: 50 }, (_, at) => `2024-02-28 ${String(at % 24).padStart(2, "0")}:00`),
    series: [{ name: "a", values: new Array(50).fill(1) }],
  }),
  hostile: drawForecast({
    title: hostile,
    x: [hostile, "b"],
    yLabel: hostile,
    xLabel: hostile,
    note: hostile,
    series: [{ name: hostile, values: [1, 2] }],
  }),
  doubling: drawForecast({
    title: "Doubling",
    x: ["1", "2", "4", "8"],
    series: [{ name: "a", values: [1, 10, 0, 1000] }],
    log: true,
  }),
  long: drawForecast({
    title: "Long",
    x: daysFrom(2000, 6000),
    series: [{ name: "a", values: daysFrom(2000, 6000).map((_, at) => Math.sin(at)) }],
  }),
  loss: drawCurves({
    title: "Loss",
    curves: [
      { name: "training", values: [0.4, 0.2, 0.1] },
      { name: hostile, values: [0.5, 0.3] },
    ],
    log: true,
    mark: { at: 3, name: "best" },
  }),
  narrow: drawCurves({
    title: "Loss of a model with a long name",
    width: 240,
    height: 160,
    curves: [{ name: "validation of everything there is to validate", values: [1] }],
  }),
  bars: drawBars({
    title: "Error",
    bars: [
      { name: "LSTM", value: 318 },
      { name: hostile.repeat(5), value: -3 },
      { name: "NaN", value: NaN },
    ],
    unit: "births",
  }),
  noBars: drawBars({ title: "Error", bars: [] }),
};

describe.each(Object.entries(charts))("the chart %s", (_, svg) => {
  it("is well-formed XML without scripts or outside references", () => {
    expect(findXmlFault(svg)).toBeUndefined();
    expect(svg).not.toMatch(/<script|href|url\(|@import/);
    expect(svg).not.toMatch(/ (?:d|x|y|cx|cy|r|width|height)="[^"]*(?:NaN|Infinity|undefined)/);
  });

  it("has no text that touches another or runs out of the picture", () => {
    expect(findOverlaps(svg)).toEqual([]);
    const width = Number(/width="([\d.]+)"/.exec(svg)?.[1]);
    for (const { left, right } of findTexts(svg)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(width);
    }
  });
});

describe("drawForecast", () => {
  it("draws missing values as gaps and lone values as dots", () => {
    const path = /<path class="line other1" d="(M[^"]*M[^"]*)"/.exec(charts["constant"] ?? "")?.[1] ?? "";
    expect(path.match(/M/g)).toHaveLength(2);
    expect((charts["constant"] ?? "").match(/<circle/g)).toHaveLength(2);
  });

  it("places forecasts by their logarithm where asked, what is not positive as a gap", () => {
    const heights = [...(charts["doubling"] ?? "").matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(3);
    const [one = NaN, ten = NaN, thousand = NaN] = heights;
    expect((one - thousand) / (one - ten)).toBeCloseTo(3, 1);
  });

  it("says so where no value is finite", () => {
    expect(charts["nothing"]).toContain("no finite values");
    expect(charts["constant"]).not.toContain("no finite values");
  });

  it("refuses a series of another length than the positions, by name", () => {
    expect(() => drawForecast({ title: "", x: [1, 2], series: [{ name: "truth", values: [1] }] })).toThrow(
      /`truth` has 1 values but the chart has 2 positions/,
    );
    expect(() => drawForecast({ title: "", x: [1], series: [], bands: [{ name: "b", low: [1], high: [] }] })).toThrow(
      /Band `b`/,
    );
  });

  it("refuses a size nothing fits in, and an invalid date", () => {
    expect(() => drawForecast({ title: "", x: [], series: [], width: 10 })).toThrow(/10 by 420/);
    expect(() => drawForecast({ title: "", x: [new Date(NaN)], series: [{ name: "a", values: [1] }] })).toThrow(
      /Position 0 of the chart is an invalid Date/,
    );
  });

  it("stays small for thousands of points", () => {
    expect((charts["long"] ?? "").length).toBeLessThan(60_000);
  });

  it("follows the viewer's light or dark ground unless told", () => {
    expect(charts["point"]).toContain("@media (prefers-color-scheme:dark)");
    const dark = drawForecast({ title: "", x: [], series: [], theme: "dark" });
    expect(dark).not.toContain("@media");
    expect(dark).toContain(".recurra-dark .ground{fill:#0f1623}");
  });
});

describe("thinPoints", () => {
  it("keeps the extremes of every pixel column and all gaps", () => {
    const points = Array.from({ length: 1000 }, (_, at) => ({
      x: at / 100,
      y: at === 555 ? 99 : at === 700 ? NaN : Math.sin(at),
    }));
    const thin = thinPoints(points);
    expect(thin.length).toBeLessThanOrEqual(12 * 4 + 1);
    expect(thin.some(({ y }) => y === 99)).toBe(true);
    expect(thin.filter(({ y }) => Number.isNaN(y))).toHaveLength(1);
    expect(thin[0]).toBe(points[0]);
    expect(thin.at(-1)).toBe(points.at(-1));
  });
});

describe("a language", () => {
  it("has its signs in all numbers of a chart", () => {
    const series = [{ name: "a", values: [1000.5, 2500.5] }];
    const said = [
      drawForecast({ title: "", x: [0, 0.5], series, locale: "vi" }),
      drawCurves({ title: "", curves: [{ name: "a", values: new Array<number>(2000).fill(0.05) }], locale: "vi" }),
      drawBars({ title: "", bars: [{ name: "a", value: 1234.5 }], locale: "vi" }),
    ].map((svg) => findTexts(svg).map(({ text }) => text));
    expect(said[0]).toEqual(expect.arrayContaining(["1.200", "0,05"]));
    expect(said[1]).toEqual(expect.arrayContaining(["0,050", "1.000"]));
    expect(said[2]).toEqual(expect.arrayContaining(["1.235"]));
    expect(said.flat().filter((text) => /\d\.\d{1,2}(?!\d)|[1-9]\d*,\d{3}/.test(text))).toEqual([]);
  });

  it("must be one", () => {
    const bars = [{ name: "a", value: 1 }];
    expect(() => drawBars({ title: "", bars, locale: "Vietnamese!" })).toThrow('"Vietnamese!" is no language tag');
  });

  it("may say in its own words that there is nothing", () => {
    const svg = drawCurves({ title: "", curves: [{ name: "a", values: [NaN] }], nothing: "không có số nào" });
    expect(findTexts(svg).map(({ text }) => text)).toContain("không có số nào");
  });
});

describe("axes", () => {
  it("label months, with the year where it changes", () => {
    const { axis } = createPositionAxis(daysFrom(2014, 730), range);
    expect(axis.ticks.slice(0, 5).map(({ label, below }) => `${label} ${below ?? ""}`.trim())).toEqual([
      "Jan 2014",
      "Apr",
      "Jul",
      "Oct",
      "Jan 2015",
    ]);
  });

  it("read dates without a zone as UTC", () => {
    expect(createPositionAxis(["2024-02-28 06:00", "2024-02-28T07:00Z"], range).values).toEqual([
      Date.UTC(2024, 1, 28, 6),
      Date.UTC(2024, 1, 28, 7),
    ]);
  });

  it("take texts that are no dates as names, in their order", () => {
    const { axis, values } = createPositionAxis(["b", "2024-01-01"], range);
    expect(axis.ticks.map(({ label }) => label)).toEqual(["b", "2024-01-01"]);
    expect(values).toEqual([0, 1]);
  });

  it("mark whole numbers only where positions are whole", () => {
    const { axis } = createPositionAxis([1, 2], range);
    expect(axis.ticks.map(({ label }) => label)).toEqual(["1", "2"]);
  });

  it.each([
    [{ low: 1e-9, high: 1 }, ["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]],
    [{ low: 2e-7, high: 6e-7 }, ["2 × 10⁻⁷", "3 × 10⁻⁷", "4 × 10⁻⁷", "5 × 10⁻⁷", "6 × 10⁻⁷"]],
    [{ low: 1e-6, high: 6e-5 }, ["10⁻⁶", "2 × 10⁻⁶", "5 × 10⁻⁶", "10⁻⁵", "2 × 10⁻⁵", "5 × 10⁻⁵"]],
    [{ low: 0.02, high: 0.45 }, ["0.02", "0.05", "0.1", "0.2", "0.5"]],
    [{ low: 0.31, high: 0.36 }, ["0.31", "0.32", "0.33", "0.34", "0.35", "0.36"]],
  ])("are marked at powers of ten, or finer over a few: %o", (extent, labels) => {
    expect(createLogAxis(extent, { from: 300, to: 0, count: 5 }).ticks.map(({ label }) => label)).toEqual(labels);
  });

  it("write dates as a language does", () => {
    const { axis } = createPositionAxis(daysFrom(2014, 21), { ...range, locale: "vi" });
    expect(axis.ticks.map(({ label }) => label).slice(0, 2)).toEqual(["2 thg 1", "4 thg 1"]);
  });

  it("drop labels that would touch", () => {
    const ticks = Array.from({ length: 50 }, (_, at) => ({ at: at * 10, label: "label" }));
    const kept = thinTicks(ticks, 12);
    kept
      .slice(1)
      .forEach((tick, at) => expect(tick.at - (kept[at]?.at ?? NaN)).toBeGreaterThan(textWidth("label", 12)));
    expect(kept[0]).toBe(ticks[0]);
  });
});
