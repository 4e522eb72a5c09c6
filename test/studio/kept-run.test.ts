/** Runs that were stopped, gone on with in the workbench. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { concludeForecast, load, planForecast, readTable, saveCheckpoint, saveResult, train } from "../../src/index.ts";
import { tolerances } from "../tolerances.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;
let folder: string;
let model: Uint8Array;

const sales = [
  "day,sales",
  ...Array.from(
    { length: 200 },
    (_, at) => `${new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10)},${100 + 50 * (at % 7)}`,
  ),
].join("\n");

/** A run as the command line has it: its checkpoint after two epochs, and its model. */
beforeAll(async () => {
  if (chromium === "") return;
  folder = await mkdtemp(path.join(tmpdir(), "recurra-kept-"));
  const { table } = await readTable(sales, { source: "sales.csv", dateColumn: "day" });
  const plan = planForecast(table, { targets: ["sales"], date: "day", hidden: 8, epochs: 6, rate: 0.01, seed: 3 });
  for await (const event of train({ ...plan.training, threads: 1, backend: "wasm", checkpointEpochs: 1 })) {
    if (event.kind === "checkpoint" && event.checkpoint.progress.epoch === 3)
      await writeFile(path.join(folder, "sales.checkpoint"), saveCheckpoint(plan, event.checkpoint));
    if (event.kind === "finished") model = saveResult(concludeForecast(plan, event));
  }
  await writeFile(path.join(folder, "sales.csv"), sales);
  const files = ["sales.checkpoint", "sales.csv"].map((name) => path.join(folder, name));
  studio = await openStudio(chromium, { files });
}, 60_000);
afterAll(async () => {
  await studio?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(chromium === "")("going on with a run (skipped where there is no Chromium)", () => {
  test("a checkpoint of the command line goes on with its own data to the model it would have become", async () => {
    await visit(studio, "workbench", async ({ page }) => {
      const choose = page.getByLabel(/Your own data/);
      await choose.setInputFiles(path.join(folder, "sales.checkpoint"));
      await page.getByRole("heading", { name: "A run to go on with" }).waitFor();
      await page.getByText("in epoch 3").waitFor();
      // The data of the page are not those of the run.
      await page
        .getByRole("alert")
        .getByText(/births\.csv has no column/)
        .waitFor();
      const goOn = page.getByRole("button", { name: "Go on from sales.checkpoint" });
      expect(await goOn.isDisabled()).toBe(true);
      await choose.setInputFiles({
        name: "sales.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(sales.replace(",150\n", ",151\n")),
      });
      await page.getByRole("alert").getByText("sales.csv does not hold what the run of sales.checkpoint").waitFor();
      await choose.setInputFiles(path.join(folder, "sales.csv"));
      await goOn.click();
      await page.getByRole("heading", { name: "What it has come to" }).waitFor();
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the model" }).click(),
      ]);
      expect(saved.suggestedFilename()).toBe("sales.safetensors");
      const chunks: Buffer[] = [];
      for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
      const [own, whole] = [load(Buffer.concat(chunks)), load(model)];
      for (const [name, values] of Object.entries(whole.parameters)) {
        const far = values.map((value, at) => Math.abs(value - (own.parameters[name]?.[at] ?? NaN)));
        expect(Math.max(...far)).toBeLessThan(tolerances.browserTraining);
      }
      await page.getByRole("button", { name: "Leave it, begin a run of my own" }).click();
      await page.getByRole("textbox", { name: "Equations" }).waitFor();
    });
  }, 90_000);

  test("files of recurra studio are offered where they can be opened", async () => {
    await visit(studio, "open", async ({ page }) => {
      await page.getByRole("button", { name: "sales.checkpoint" }).click();
      await page.getByText("in epoch 3", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Go on with it in the workbench" }).click();
      await page.getByRole("heading", { name: "A run to go on with" }).waitFor();
      const offered = page.getByRole("group", { name: "Named on the command line" });
      await offered.getByRole("button", { name: "sales.csv" }).click();
      const goOn = page.getByRole("button", { name: "Go on from sales.checkpoint" });
      await expect.poll(() => goOn.isEnabled(), { timeout: 60_000 }).toBe(true);
    });
  }, 90_000);

  test("files of recurra studio are handed on by the first page", async () => {
    await visit(studio, "", async ({ page }) => {
      await page.getByRole("button", { name: "sales.checkpoint: Open a model" }).click();
      await page.getByText("in epoch 3", { exact: true }).waitFor();
      await page.goBack();
      await page.getByRole("button", { name: "sales.csv: Workbench" }).click();
      await page.locator("option:checked", { hasText: "sales.csv" }).waitFor({ state: "attached" });
      expect(page.url()).toMatch(/#\/workbench/);
    });
  }, 90_000);

  test("an address names the file that is opened, and who goes back stays on the first page", async () => {
    await visit(studio, "?file=sales.checkpoint", async ({ page }) => {
      await page.getByText("in epoch 3", { exact: true }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/open?file=sales.checkpoint");
      await page.goBack();
      await page.getByRole("button", { name: "sales.csv: Workbench" }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/");
    });
  });

  test("a finished model leads to its own room, and what is no checkpoint is named", async () => {
    await visit(studio, "workbench?task=memory", async ({ page }) => {
      const choose = page.getByLabel(/Your own data/);
      const mimeType = "application/octet-stream";
      await choose.setInputFiles({ name: "bad.checkpoint", mimeType, buffer: Buffer.alloc(99, 1) });
      await page
        .getByRole("alert")
        .getByText(/bad\.checkpoint/)
        .waitFor();
      await choose.setInputFiles({ name: "sales.safetensors", mimeType, buffer: Buffer.from(model) });
      await page.getByText("sales.safetensors is a finished model").waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      await page.getByRole("button", { name: "Look inside" }).click();
      await page.getByRole("heading", { level: 2, name: "Forecasts numbers" }).waitFor();
    });
  });
});
