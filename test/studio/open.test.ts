/** The room in which a model is opened, used as a person would. */
import { copyFile, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { planGenerate, saveCheckpoint, train } from "../../src/index.ts";
import type { Checkpoint } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;
let folder: string;

const births = path.resolve(import.meta.dirname, "../../studio/public/models/births.safetensors");
const text = Array.from({ length: 40 }, (_, line) => `line ${line} says the same`).join("\n");
const plan = planGenerate({ text, source: "lines.txt" }, { hidden: 8, embedding: 4, epochs: 3, steps: 16 });
const checkpoints: Checkpoint[] = [];

beforeAll(async () => {
  if (chromium === "") return;
  for await (const event of train({ ...plan.training, checkpointEpochs: 1 }))
    if (event.kind === "checkpoint") checkpoints.push(event.checkpoint);
  folder = await mkdtemp(path.join(tmpdir(), "recurra-open-"));
  await writeFile(path.join(folder, "lines.checkpoint"), saveCheckpoint(plan, checkpoints[1]!));
  studio = await openStudio(chromium, { files: [path.join(folder, "lines.safetensors")] });
}, 60_000);
afterAll(async () => {
  await studio?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) => visit(studio, place, use);

describe.skipIf(chromium === "")("opening a model (skipped where there is no Chromium)", () => {
  test("a model is dropped: what it is, its spectrum, and its gates step by step", async () => {
    await withRoom("open", async ({ page }) => {
      await page.getByLabel(/A model file or checkpoint/).setInputFiles(births);
      await page.getByRole("heading", { level: 2, name: "Forecasts numbers" }).waitFor();
      await page.getByRole("img", { name: /^Eigenvalues of .* spectral radius/ }).waitFor();
      await page.getByRole("application", { name: /^f of / }).waitFor();
      await page.getByRole("button", { name: "One step on" }).click();
      await page.getByText("step 2: 2").first().waitFor();
      expect(new URL(page.url()).hash).toContain("step=1");
    });
  });

  test("a file that is no model is refused, and the model before stays", async () => {
    await withRoom("open?example=births", async ({ page }) => {
      await page.getByRole("heading", { level: 2, name: "Forecasts numbers" }).waitFor();
      await page.getByLabel(/A model file or checkpoint/).setInputFiles({
        name: "broken.safetensors",
        mimeType: "application/octet-stream",
        buffer: Buffer.alloc(64, 7),
      });
      await page.getByRole("alert").getByText("broken.safetensors").waitFor();
      expect(await page.getByRole("heading", { level: 2, name: "Forecasts numbers" }).count()).toBe(1);
    });
  });

  test("a run that is being written is followed until it has ended", async () => {
    await withRoom("open", async ({ page }) => {
      await page.getByRole("button", { name: "lines.safetensors" }).click();
      await page.getByText("in epoch 3", { exact: true }).waitFor();
      await writeFile(path.join(folder, "lines.checkpoint"), saveCheckpoint(plan, checkpoints[2]!));
      await page.getByText("in epoch 4", { exact: true }).waitFor();
      await page.getByText(/This run is being followed/).waitFor();
      await copyFile(births, path.join(folder, "lines.safetensors"));
      await utimes(path.join(folder, "lines.safetensors"), new Date(), new Date(Date.now() + 1000));
      await page.getByText("The run has come to its end.").waitFor();
      expect(await page.getByText("in epoch 4", { exact: true }).count()).toBe(0);
    });
  });
});
