/** The room that leads from a feed-forward network to a recurrent one, used as a person would. */
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

/** A number as the page writes it. */
const read = (text: string | null): number => Number(text?.replace("\u2212", "-"));

describe.skipIf(chromium === "")("from ANN to RNN (skipped where there is no Chromium)", () => {
  test("the animation is scrubbed by keys, and is there again from the link", async () => {
    await withRoom("network", async ({ page }) => {
      // 4 inputs, 6 hidden neurons, 2 outputs.
      expect(await page.locator(".neuron").count()).toBe(12);
      await page.getByText("4 × 6 + 6 × 2 = 36 weights").waitFor();
      const slider = page.getByRole("slider", { name: "From the first form to the sixth" });
      await slider.focus();
      for (const form of ["Seen from below", "Arrows merged", "Turned upright", "The loop", "Unrolled"]) {
        await page.keyboard.press("PageUp");
        await page.getByRole("heading", { level: 2, name: form, exact: true }).waitFor();
      }
      expect(await page.locator(".neuron").count()).toBe(0);
      expect(await page.locator("circle.layer").count()).toBe(3 * 5);
      await page.keyboard.press("ArrowLeft");
      await expect.poll(() => new URL(page.url()).hash).toBe("#/network?p=4.9");
      await page.reload();
      expect(await slider.inputValue()).toBe("4.9");
      expect(await slider.getAttribute("aria-valuetext")).toBe("between Form 5: The loop and Form 6: Unrolled");
    });
  });

  test("it plays to its end, and stops when told to", async () => {
    await withRoom("network?p=3", async ({ page }) => {
      const player = page.getByRole("group", { name: "From the first form to the sixth" });
      await player.getByRole("button", { name: "Play" }).click();
      await page.getByRole("heading", { level: 2, name: "The loop", exact: true }).waitFor();
      await player.getByRole("button", { name: "Pause" }).click();
      await player.getByRole("button", { name: "Play" }).click();
      await page.getByRole("heading", { level: 2, name: "Unrolled" }).waitFor();
      await player.getByRole("button", { name: "Play" }).waitFor();
      expect(await page.getByRole("slider", { name: "From the first form to the sixth" }).inputValue()).toBe("5");
    });
  });

  test("the equation gets the term of the loop, and then the numbers of the steps", async () => {
    await withRoom("network?p=2", async ({ page }) => {
      expect(await page.locator("math .added-term, math.added-term").count()).toBe(0);
      const code = page.locator(".equation-lines");
      expect(await code.textContent()).toBe("h' = tanh(W x + b)y = V h' + c");
      await page.getByRole("button", { name: "5 The loop" }).click();
      expect(await code.textContent()).toBe("h' = tanh(W x + U h + b)y = V h' + c");
      expect(await page.locator("math .added-term").count()).toBeGreaterThan(0);
      await page.getByRole("button", { name: "6 Unrolled" }).click();
      await page.locator(".column").nth(3).click();
      await page.getByRole("heading", { level: 2, name: "Step 4" }).waitFor();
      const text = (await page.locator(".equations-now math").textContent()) ?? "";
      expect(text.replace(/[\s\u2061\u200b]/g, "")).toContain("h4=tanh(Wx4+Uh3+b)");
    });
  });

  test("a step and a neuron are chosen, and the sum adds up", async () => {
    await withRoom("network?p=5&step=3", async ({ page }) => {
      await page.getByRole("button", { name: /^Neuron 4: / }).click();
      const table = page.getByRole("table", { name: "The sum of neuron 4 in step 3" });
      const products = await table.locator("tbody td:last-child").allTextContents();
      // 4 inputs, 6 neurons of the step before, and the bias.
      expect(products).toHaveLength(11);
      const sum = products.reduce((all, product) => all + read(product), 0);
      const [said, value] = await page.locator(".sum-line b").allTextContents();
      // Each number is rounded to three digits.
      expect(Math.abs(sum - read(said ?? ""))).toBeLessThan(0.0005 * 12);
      expect(Math.abs(Math.tanh(read(said ?? "")) - read(value ?? ""))).toBeLessThan(0.001);
      await page.getByRole("group", { name: "Time steps" }).getByRole("button", { name: "One step on" }).click();
      await page.getByRole("table", { name: "The sum of neuron 4 in step 4" }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/network?p=5&step=4&neuron=4");
    });
  });

  test("the network at hand follows its sliders, and what is typed", async () => {
    await withRoom("network", async ({ page }) => {
      await page.getByRole("slider", { name: "Hidden layers" }).focus();
      await page.keyboard.press("End");
      await page.getByRole("img", { name: /^A network with layers of 4, 6, 6, 6, 2 neurons/ }).waitFor();
      await page.getByLabel("What it reads").selectOption("words");
      const words = page.getByLabel("Three to eight words");
      await words.fill("only two");
      await page.getByText("It takes three words at least.").waitFor();
      await words.fill("to be or not to be");
      // Four different words.
      await page.getByRole("img", { name: /^A network with layers of 4, 6, 6, 6, 2 neurons/ }).waitFor();
      await page.getByRole("heading", { level: 2, name: "Step 2: “be”" }).waitFor();
      await page.getByLabel("What it reads").selectOption("numbers");
      await page.getByLabel("Numbers, step by step").fill("1 2 3; 4; x");
      await page.getByText(/^Three to eight steps, each/).waitFor();
      await page.getByLabel("Numbers, step by step").fill("1 2 3; 4; 5");
      await page.getByRole("img", { name: /^A network with layers of 3, 6, 6, 6, 2 neurons/ }).waitFor();
      expect(await page.getByRole("slider", { name: "Inputs" }).isDisabled()).toBe(true);
    });
  });

  test("has no barriers on a phone, where formulas scroll", async () => {
    const open = await studio.openPage({ width: 360, height: 800 });
    await open.goTo("network?p=5&layers=3&steps=8&lang=vi");
    expect(await open.findBarriers()).toEqual([]);
    expect(open.complaints).toEqual([]);
    await open.close();
  });

  test("the pulse stays with the loop, and is gone without it", async () => {
    await withRoom("network", async ({ page }) => {
      await page.getByText(/^In step 5, [\d.]+ % of what the pulse did in step 1 is still there\.$/).waitFor();
      expect(await page.getByText(/^In step 5, nothing of the pulse is left/).count()).toBe(1);
      await page.getByRole("slider", { name: "Size of U" }).focus();
      await page.keyboard.press("Home");
      await page
        .getByText(/^In step 5, nothing of the pulse is left/)
        .nth(1)
        .waitFor();
    });
  });
});
