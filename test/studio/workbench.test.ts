/** The workbench, used as a person would. */
import type { Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { load, openTask } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;

beforeAll(async () => {
  if (chromium !== "") studio = await openStudio(chromium);
});
afterAll(async () => studio?.dispose());

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) => visit(studio, place, use);

const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

async function bytesOf(saved: Download): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A CSV with a date: a wave of weeks. */
const sales = [
  "day,sales",
  ...Array.from(
    { length: 200 },
    (_, at) => `${new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10)},${100 + 50 * (at % 7)}`,
  ),
].join("\n");

describe.skipIf(chromium === "")("the workbench (skipped where there is no Chromium)", () => {
  test("a task of memory is trained to a lower loss, and its scores stand beside chance", async () => {
    await withRoom("workbench?task=memory&steps=4&cell=gru&epochs=8", async ({ page }) => {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("heading", { name: "What it has come to" }).waitFor();
      await page.getByRole("img", { name: "Training and validation loss against updates" }).waitFor();
      const [network] = await page
        .getByRole("row", { name: /^the network/ })
        .getByRole("cell")
        .allTextContents();
      const [chance] = await page
        .getByRole("row", { name: /^chance/ })
        .getByRole("cell")
        .allTextContents();
      expect(Number(chance)).toBeCloseTo(1 / 6, 2);
      expect(Number(network)).toBeLessThan(Number(chance));
    });
  });

  test("a broken equation is marked at its place, and mended", async () => {
    await withRoom("workbench?task=memory&cell=rnn", async ({ page }) => {
      const editor = page.getByRole("textbox", { name: "Equations" });
      await page.getByText("These equations are a cell.").waitFor();
      await editor.click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(" + (q");
      await page.getByRole("alert").getByText("Line 1, column 28").waitFor();
      await page.locator(".cm-lintRange-error").waitFor();
      expect(await page.getByRole("button", { name: "Train", exact: true }).isDisabled()).toBe(true);
      await page.keyboard.type(" * h)");
      await page.getByText("These equations are a cell.").waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      await page.getByRole("tab", { name: "Shapes" }).click();
      await page.getByRole("rowheader", { name: "q" }).waitFor();
      await page.reload();
      await page.getByText("your own equations").waitFor();
      expect(await page.locator(".cm-content").textContent()).toContain("(q * h)");
      await page.getByRole("button", { name: "Back to rnn" }).click();
      await expect.poll(async () => page.locator(".cm-content").textContent()).not.toContain("q");
    });
  });

  test("a CSV is dropped, learned, saved, and opened again", async () => {
    await withRoom("workbench?epochs=4&hidden=8", async ({ page }) => {
      await page.getByLabel(/Your own data/).setInputFiles(file("sales.csv", sales));
      await page.getByText("200 rows, 2 columns").waitFor();
      await page.getByLabel("What is forecast").waitFor();
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("heading", { name: "What it has come to" }).waitFor();
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the model" }).click(),
      ]);
      expect(saved.suggestedFilename()).toBe("sales.safetensors");
      expect(openTask(load(await bytesOf(saved))).task.kind).toBe("forecast");
      await page.getByRole("button", { name: "Look inside" }).click();
      await page.getByRole("heading", { level: 1, name: "Open a model" }).waitFor();
      await page.getByRole("heading", { level: 2, name: "Forecasts numbers" }).waitFor();
      await page.goBack();
      await page.getByRole("heading", { name: "What your last finished run has come to: sales.safetensors" }).waitFor();
      expect(await page.getByRole("button", { name: "Save the model" }).isEnabled()).toBe(true);
    });
  });

  test("a table of decimal commas and gaps is learned once it is said how to read them, with options of one's own", async () => {
    await withRoom("workbench?epochs=2&hidden=8&horizon=2", async ({ page }) => {
      const commas = sales.replaceAll(",", ";").replaceAll(/^(20.*;.*)$/gm, "$1,5");
      const gaps = commas.replace(/^(2024-02-01;).*$/m, "$1");
      await page.getByLabel(/Your own data/).setInputFiles(file("sales.csv", gaps));
      await page
        .getByRole("alert")
        .getByText(/decimal comma/)
        .waitFor();
      await page.getByLabel("Decimal mark").selectOption(",");
      await page.getByText("200 rows, 2 columns").waitFor();
      await page
        .getByRole("alert")
        .getByText(/2024-02-01|row 32|line 33/)
        .waitFor();
      await page.getByLabel("Missing values").selectOption("linear");
      await page.getByText("More options").click();
      await page.getByLabel("Optimiser").selectOption("rmsprop");
      await page.getByLabel("Batch").selectOption("16");
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("heading", { name: "What it has come to" }).waitFor();
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the model" }).click(),
      ]);
      const model = load(await bytesOf(saved));
      const { task } = openTask(model);
      expect(task.kind === "forecast" && task.reading).toMatchObject({ decimal: ",", missing: "linear" });
      expect(model.details.training).toMatchObject({ optimiser: "rmsprop", batch: 16 });
    });
  });

  test("a text brings its own task, and a broken file is refused with its place", async () => {
    await withRoom("workbench", async ({ page }) => {
      const choose = page.getByLabel(/Your own data/);
      await choose.setInputFiles(file("poem.txt", "one line\nand another\n".repeat(60)));
      await page.getByText(/in 120 lines/).waitFor();
      expect(await page.getByLabel("Task").inputValue()).toBe("generate");
      await choose.setInputFiles(file("broken.csv", "day,sales\n2024-01-01,3\n2024-01-02,4,5\n"));
      await page
        .getByRole("alert")
        .getByText(/broken\.csv.*3/)
        .waitFor();
    });
  });

  test("a run is paused, and goes on at another rate", async () => {
    await withRoom("workbench?task=memory&steps=40&epochs=100&hidden=64", async ({ page }) => {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByText(/^epoch \d+ of 100$/).waitFor();
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await page.getByText(/^Paused in epoch/).waitFor();
      const rate = page.getByRole("slider", { name: "Learning rate" }).last();
      await rate.focus();
      await page.keyboard.press("Home");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(/^epoch \d+ of 100$/).waitFor();
      // As the cosine has it a little below the one chosen.
      await page.getByText(/^(0\.0001|1 × 10⁻⁴|9(\.\d)? × 10⁻⁵)$/).waitFor();
      // Who leaves the room is asked first, and may stay.
      const home = page.getByRole("link", { name: "Recurra", exact: true });
      page.once("dialog", (dialog) => void dialog.dismiss());
      await home.click();
      await page.getByRole("button", { name: "Pause" }).waitFor();
      expect(new URL(page.url()).hash).toMatch(/^#\/workbench/);
      // Leaving it ends the run, without a complaint.
      page.once("dialog", (dialog) => void dialog.accept());
      await home.click();
      await page.getByRole("heading", { level: 1, name: "See inside a recurrent network" }).waitFor();
      await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    });
  });
});
