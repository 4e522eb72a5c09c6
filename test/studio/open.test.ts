/** The room in which a model is opened, used as a person would. */
import { copyFile, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { planGenerate, saveCheckpoint, train } from "../../src/index.ts";
import type { Checkpoint } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio, VisitOptions } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;
let folder: string;

const modelNamed = (name: string): string =>
  path.resolve(import.meta.dirname, `../../studio/public/models/${name}.safetensors`);
const births = modelNamed("births");
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

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>, settings?: VisitOptions) =>
  visit(studio, place, use, settings);

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
      await page.getByText("It reads its self-test").waitFor();
      await page.getByRole("link", { name: /a network of these sizes in six forms/ }).click();
      await page.getByText("These are the sizes of a model: 45 inputs, 1 × 48 hidden neurons").waitFor();
      await page.getByText("No more is drawn than 32 inputs").waitFor();
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

  test("a translator is shown on both sides, with where it looked for each word of a text that is typed", async () => {
    await withRoom("open", async ({ page }) => {
      await page.getByLabel(/A model file or checkpoint/).setInputFiles(modelNamed("translate"));
      await page.getByRole("heading", { level: 2, name: "Translates" }).waitFor();
      await page.getByLabel("A text for it to read").fill("I love you.");
      await page.getByRole("img", { name: /what counted most for it: .* ← I, .*← love/ }).waitFor();
      await page.getByText("step 1: (beginning)").waitFor();
      await page.getByLabel("Cell", { exact: true }).selectOption({ label: "encoder, 2.backward (lstm)" });
      await page.getByText("step 1: I", { exact: true }).waitFor();
      await page.getByRole("application", { name: /^f of encoder, 2\.backward/ }).waitFor();
      expect(await page.getByRole("application").count()).toBe(6);
    });
  });

  test("a captioner reads a picture, and shows where it looked for each word", async () => {
    await withRoom("open", async ({ page }) => {
      await page.getByLabel(/A model file or checkpoint/).setInputFiles(modelNamed("captions-en"));
      await page.getByRole("img", { name: /darkened where it did not look/ }).waitFor();
      await page.getByLabel(/A picture for it to read/).setInputFiles({
        name: "text.png",
        mimeType: "image/png",
        buffer: Buffer.from("no picture"),
      });
      await page.getByText("text.png could not be read as a picture.").waitFor();
      const emoji = path.join(path.dirname(births), "emoji.png");
      await page.getByLabel(/A picture to caption/).setInputFiles(emoji);
      await page.getByRole("heading", { level: 3, name: "Its answer" }).waitFor({ timeout: 60_000 });
      expect(await page.locator(".open-text").innerText()).toMatch(/^\p{L}+/u);
    });
  }, 90_000);

  test("what is wrong with a file is said in Vietnamese, above the library's own message, and the room goes on", async () => {
    const whole = await readFile(births);
    const files = {
      cut: [whole.subarray(0, 20_000), "Tệp bị cụt"],
      other: [Buffer.from("date,births\n2024-01-01,3\n"), "Đây không phải tệp safetensors"],
      changed: [
        Buffer.concat([whole.subarray(0, -4), Buffer.from([1, 2, 3, 4])]),
        "Nội dung tệp không còn như lúc được lưu",
      ],
    } as const;
    await withRoom(
      "open",
      async ({ page, findBarriers }) => {
        const drop = page.getByLabel(/Tệp mô hình hoặc điểm dừng/);
        for (const [name, [buffer, said]] of Object.entries(files)) {
          await drop.setInputFiles({ name: `${name}.safetensors`, mimeType: "application/octet-stream", buffer });
          const alert = page.getByRole("alert");
          await alert.getByText(said).waitFor();
          expect(await alert.locator("[lang=en]").innerText()).toContain(`${name}.safetensors`);
        }
        expect(await findBarriers()).toEqual([]);
        await drop.setInputFiles(births);
        await page.getByRole("heading", { level: 2, name: "Dự báo số liệu" }).waitFor();
        expect(await page.getByRole("alert").count()).toBe(0);
        const saved = page.waitForEvent("download");
        await page.getByLabel("Tham số", { exact: true }).selectOption("float16");
        await page.getByRole("button", { name: "Lưu", exact: true }).click();
        const file = await (await saved).path();
        expect((await stat(file)).size).toBeGreaterThan(whole.length);
      },
      { lang: "vi" },
    );
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
