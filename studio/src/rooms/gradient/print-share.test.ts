/** Numbers of any size. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// The words follow the settings of a page, which a test has to stand in for.
beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  vi.stubGlobal("navigator", { languages: ["en"] });
});
afterEach(() => vi.unstubAllGlobals());

test("small and large numbers are powers of ten, others stand in full", async () => {
  const { printShare } = await import("./print-share.ts");
  expect([3.42e-9, 0.00099, 0.001, 0.256, 1, 45.3, 1234, 9999, 1.5e12, 0, -0.3, NaN].map(printShare)).toEqual([
    "3.4 × 10⁻⁹",
    "9.9 × 10⁻⁴",
    "0.001",
    "0.26",
    "1",
    "45",
    "1,200",
    "1 × 10⁴",
    "1.5 × 10¹²",
    "0",
    "−0.3",
    "–",
  ]);
});
