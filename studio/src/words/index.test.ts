/** Numbers as each language writes them. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// The words follow the settings of a page, which a test has to stand in for.
beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  vi.stubGlobal("navigator", { languages: ["vi"] });
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

test("Vietnamese has a comma before decimals and points between thousands", async () => {
  const { printFixed, printNumber, printPower } = await import("./index.ts");
  expect(
    [1234567, 0.12345, -2.5, 0, 0.0001, 0.0000018, -0.000_01, Infinity].map((value) => printNumber(value)),
  ).toEqual(["1.234.567", "0,123", "−2,5", "0", "0,0001", "1,8 × 10⁻⁶", "−1 × 10⁻⁵", "–"]);
  expect([0.1, -0.001, 1234.5, NaN].map((value) => printFixed(value, 2))).toEqual(["0,10", "0,00", "1.234,50", "–"]);
  expect([printPower(0), printPower(-12)]).toEqual(["10⁰", "10⁻¹²"]);
});
