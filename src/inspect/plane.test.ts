/** Points in a plane stand where their numbers say. */
import { expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { drawEigenvalues, drawSaturation } from "./plane.ts";

/** Centres of the points of a tone. */
function readPoints(svg: string, tone: string): readonly (readonly [number, number])[] {
  return [...svg.matchAll(new RegExp(`class="tone-${tone}"[^>]*? cx="([^"]+)" cy="([^"]+)"`, "g"))].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );
}

test("eigenvalues lie in the unit of the circle, the imaginary axis upwards", () => {
  const [real, imaginary] = [
    [0.5, -1.2, 0],
    [0.5, 0, -1],
  ];
  const svg = drawEigenvalues({ title: "U < V", real, imaginary });
  expect(findXmlFault(svg)).toBeUndefined();
  const radius = Number(/class="axis dashed" r="([\d.]+)"/.exec(svg)?.[1]);
  readPoints(svg, "state").forEach(([x, y], at) => {
    expect(x / radius).toBeCloseTo(real[at] ?? NaN, 3);
    expect(-y / radius).toBeCloseTo(imaginary[at] ?? NaN, 3);
  });
  expect(readPoints(svg, "state")).toHaveLength(3);
});

test("saturation: shut to the right, open upwards", () => {
  const svg = drawSaturation({ title: "f", left: [0, 1, 0.25], right: [1, 0, 0.5], tone: "forget" });
  expect(findXmlFault(svg)).toBeUndefined();
  const [open, shut, third] = readPoints(svg, "forget");
  const [low, high] = [open?.[0] ?? NaN, shut?.[0] ?? NaN];
  expect(third?.[0]).toBeCloseTo(low + 0.25 * (high - low), 1);
  expect(third?.[1]).toBeCloseTo(-(low + 0.5 * (high - low)), 1);
});

test("numbers that are no pairs are refused", () => {
  expect(() => drawEigenvalues({ title: "", real: [1], imaginary: [] })).toThrow(/1 and 0/);
  expect(() => drawSaturation({ title: "", left: [1], right: [] })).toThrow(/1 and 0/);
});
