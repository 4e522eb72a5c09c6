/** The room of the vanishing gradient, used as a person would. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;

beforeAll(async () => {
  if (chromium !== "") studio = await openStudio(chromium);
});
afterAll(async () => studio?.dispose());

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) => visit(studio, place, use);

describe.skipIf(chromium === "")("the vanishing gradient (skipped where there is no Chromium)", () => {
  test("the slider makes the gradient vanish and explode, and the link keeps it", async () => {
    await withRoom("gradient?activation=linear&start=identity", async ({ page }) => {
      const radius = page.getByRole("slider", { name: "Spectral radius of W_rec" });
      const picture = page.getByRole("img", { name: /^The unrolled network/ });
      await page.getByText(/^The gradient vanishes: .* multiplies it by 0.8 on average\.$/).waitFor();
      await radius.fill("1");
      await page.getByText(/^The gradient holds: 1 times .* multiplies it by 1 on average\.$/).waitFor();
      await radius.fill("2");
      await page.getByText(/^The gradient explodes: .* multiplies it by 2 on average\.$/).waitFor();
      // Identity times 2: 2 to the 39th comes to the first of 40 steps, and every eigenvalue is 2.
      expect(await picture.getAttribute("aria-label")).toContain("5.5 × 10¹¹ times");
      await page.getByRole("img", { name: /16 of them, the largest of modulus 2$/ }).waitFor();
      await page.getByText("0.69", { exact: true }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/gradient?activation=linear&start=identity&radius=2");
      await page.reload();
      await page.getByText(/^The gradient explodes/).waitFor();
    });
  });

  test("a cure is switched on and off, with what it changed", async () => {
    await withRoom("gradient", async ({ page }) => {
      await page.getByText(/^The gradient vanishes/).waitFor();
      await page.getByRole("group", { name: /^left at the first step: .*⁻⁶, with it 2.1$/ }).waitFor();
      await page.getByRole("button", { name: "LSTM: Show it" }).click();
      await page.getByText(/^The gradient holds/).waitFor();
      expect(new URL(page.url()).hash).toBe("#/gradient?cure=lstm");
      await page.getByRole("slider", { name: "Bias of the forget gate" }).fill("0");
      await page.getByText(/^The gradient vanishes/).waitFor();
      await page.getByRole("button", { name: "LSTM: Shown above" }).click();
      expect(new URL(page.url()).hash).toBe("#/gradient?bias=0");
      await page.getByRole("button", { name: "Echo state network: Show it" }).click();
      await page.getByText("No gradient at all comes to the first step.").waitFor();
      await page.getByRole("group", { name: "numbers trained: 321, with it 17" }).waitFor();
      await page.getByText(/^Of random inputs its readout recovers about as much as the last \d[\d.]* steps/).waitFor();
    });
  });

  test("clipping is shown on a gradient that explodes", async () => {
    await withRoom("gradient", async ({ page }) => {
      await page.getByRole("button", { name: "Make it explode" }).click();
      await page.getByRole("group", { name: /^norm of ∂loss\/∂W_rec: .* × 10\S+, with it 1$/ }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/gradient?activation=relu&radius=2&cure=clip");
    });
  });

  test("a race is run, and the LSTM does better than the simple network", async () => {
    await withRoom("gradient?length=20&updates=900", async ({ page }) => {
      await page.getByRole("button", { name: "Start the race" }).click();
      await page.getByText("All have come to their end.").waitFor({ timeout: 120_000 });
      await page.getByRole("img", { name: /^Mean squared error of the last batches .* Elman, LSTM, GRU$/ }).waitFor();
      const errorOf = async (name: RegExp): Promise<number> =>
        Number((await page.getByRole("row", { name }).getByRole("cell").allTextContents())[1]);
      expect(await errorOf(/^LSTM/)).toBeLessThan(0.5 * (await errorOf(/^Elman/)));
    });
  }, 180_000);
});
