/** The numbers of a chart in a language that has a comma before decimals. */
import { drawForecast } from "recurra";
import { expect, test } from "vitest";
import { swapMarks } from "./chart-numbers.ts";

test("numbers alone change their marks, and nothing else does", () => {
  const svg = `<svg width="1.5"><text x="0.5">0.02</text><text>−1,234.5</text><text>27/10</text><text>v1.2</text><text>10⁻⁴</text></svg>`;
  expect(swapMarks(svg)).toBe(
    `<svg width="1.5"><text x="0.5">0,02</text><text>−1.234,5</text><text>27/10</text><text>v1.2</text><text>10⁻⁴</text></svg>`,
  );
});

test("the axes of a chart follow", () => {
  const svg = drawForecast({
    title: "a",
    x: [500, 1000, 1500],
    series: [{ name: "a", values: [0.1, 0.2, 0.15] }],
    width: 600,
    height: 300,
  });
  expect(svg).toContain(">1,000</text>");
  expect(swapMarks(svg)).toContain(">1.000</text>");
  expect(swapMarks(svg)).toMatch(/>0,1\d?<\/text>/);
  expect(swapMarks(svg)).not.toMatch(/>0\.1\d?<\/text>/);
});
