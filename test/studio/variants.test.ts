/** The room of variants, used as a person would. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { storeComparison } from "../../src/tasks/memory/stored-comparison.ts";
import type { RunResult } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;
let folder: string;

const result = (cell: string, steps: number, error: number): RunResult => ({
  key: `adding-${steps}-1-${cell}`,
  cell,
  steps,
  seed: 1,
  hidden: 8,
  parameters: 100,
  updates: 10,
  error,
  chance: 0.167,
  secondsPerUpdate: 0.01,
  curve: [],
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-variants-"));
  const kept = path.join(folder, "compare-adding.json");
  await writeFile(
    kept,
    storeComparison([result("gru", 10, 0.012), result("rnn", 10, 0.161), result("gru", 50, 0.098)]),
  );
  if (chromium !== "") studio = await openStudio(chromium, { files: [kept] });
});
afterAll(async () => {
  await studio?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) => visit(studio, place, use);

describe.skipIf(chromium === "")("variants (skipped where there is no Chromium)", () => {
  test("a cell is found, chosen, and is there again from the link", async () => {
    await withRoom("variants", async ({ page }) => {
      await page.getByLabel("Search").fill("2016 gated");
      await page.getByRole("button", { name: "mgu", exact: true }).click();
      await page.getByRole("heading", { level: 2, name: "mgu" }).waitFor();
      await page.getByRole("tab", { name: "As a formula" }).click();
      expect(await page.locator("math").count()).toBe(1);
      const { hash } = new URL(page.url());
      expect(hash).toBe("#/variants?cell=mgu&view=formula");
      await page.reload();
      await page.getByRole("heading", { level: 2, name: "mgu" }).waitFor();
      expect(await page.locator("math").count()).toBe(1);
    });
  });

  test("what a cell changes is marked, and costs follow the sizes", async () => {
    await withRoom("variants?cell=lstm-peephole&input=3&hidden=5", async ({ page }) => {
      expect(await page.locator(".line.changed ins").allTextContents()).toEqual([
        "p_i * c +",
        "p_f * c +",
        "p_o * c' +",
      ]);
      // Four gates of 5 x (3 + 5 + 1), and three peepholes of 5.
      await page.getByText("195", { exact: true }).waitFor();
      await page.getByLabel("Hidden size").focus();
      await page.keyboard.press("End");
      await page.getByText((4 * 512 * (3 + 512 + 1) + 3 * 512).toLocaleString("en"), { exact: true }).waitFor();
    });
  });

  test("equations of one's own are broken and mended", async () => {
    await withRoom("variants?cell=own", async ({ page }) => {
      const equations = page.getByLabel("Equations", { exact: true }).first();
      await equations.fill("h' = tanh(W x + U h");
      await page
        .getByRole("alert")
        .getByText(/line 1/)
        .waitFor();
      await equations.fill("h' = tanh(W x + U h + b)");
      await page.getByRole("img", { name: /Data flow of one step of Your own/ }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      await page.reload();
      expect(await page.getByLabel("Equations", { exact: true }).first().inputValue()).toBe("h' = tanh(W x + U h + b)");
    });
  });

  test("a race is run to its end: the loss falls, and errors stand beside chance", async () => {
    await withRoom("variants?cell=gru&hidden=8&steps=4&updates=300", async ({ page }) => {
      await page.getByRole("button", { name: "Start the race" }).click();
      await page.getByText("Both have come to their end.").waitFor();
      await page.getByRole("img", { name: "Loss of the last batch against updates, for gru, lstm" }).waitFor();
      const cells = await page.getByRole("row", { name: /^gru/ }).getByRole("cell").allTextContents();
      const [, , error, chance] = cells.map(Number);
      expect(chance).toBe(0.167);
      expect(error).toBeLessThan(0.167);
    });
  });

  test("a race is stopped, and another one starts", async () => {
    await withRoom("variants?cell=ugrnn&steps=100&updates=5000", async ({ page }) => {
      await page.getByRole("button", { name: "Start the race" }).click();
      await page.getByRole("img", { name: /^Loss of the last batch/ }).waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByText("Stopped.").waitFor();
      await page.getByRole("button", { name: "Start the race" }).click();
      await page.getByText(/^\d+ % done$/).waitFor();
      // Leaving the room ends the race, without a complaint.
      await page.getByRole("link", { name: "Recurra", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "See inside a recurrent network" }).waitFor();
      await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    });
  });

  test("a file of recurra compare is opened, by its name or dropped, and another file is refused", async () => {
    await withRoom("variants", async ({ page }) => {
      await page.getByRole("button", { name: "compare-adding.json" }).click();
      await page.getByRole("img", { name: "Error against the length of the sequences, for gru, rnn" }).waitFor();
      expect(await page.getByRole("row", { name: /^gru/ }).count()).toBe(2);
      const choose = page.getByLabel(/A file of recurra compare/);
      await choose.setInputFiles({
        name: "photo.json",
        mimeType: "application/json",
        buffer: Buffer.from("\u0000\u0001"),
      });
      await page.getByRole("alert").getByText("photo.json holds no results of recurra compare.").waitFor();
    });
  });
});
