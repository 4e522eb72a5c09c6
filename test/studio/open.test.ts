/** The room in which a model is opened, used as a person would. */
import { copyFile, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { planGenerate, saveCheckpoint, train } from "../../src/index.ts";
import type { Checkpoint } from "../../src/index.ts";
import { findShared } from "../support/shared-fixtures.ts";
import { tfjsModel } from "../support/tfjs-model.ts";
import { twoHeadsFile } from "../support/two-heads.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio, VisitOptions } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;
let folder: string;

const modelNamed = (name: string): string =>
  path.resolve(import.meta.dirname, `../../studio/public/models/${name}.safetensors`);
const births = modelNamed("births");
/** A file as it is chosen. */
const asFile = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(bytes),
});
/** Sound of one channel, 16 bits a number. */
function makeWav(rate: number, count: number): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let at = 0; at < count; at++) bytes.writeInt16LE(Math.round(9000 * Math.sin(at / 5)), 44 + 2 * at);
  return bytes;
}
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

  test("a graph that is no chain of layers: what it is, its cells as a stream, a spectrum, and itself as ONNX", async () => {
    await withRoom("open", async ({ page, findBarriers }) => {
      await page.getByLabel(/A model file or checkpoint/).setInputFiles(asFile("heads.onnx", twoHeadsFile()));
      await page.getByRole("heading", { level: 2, name: "A model that is no chain of layers" }).waitFor();
      await page.getByRole("row", { name: "speed output float32 steps × batch × 1" }).waitFor();
      await page.getByRole("row", { name: /gru 5 from the first step/ }).waitFor();
      await page.getByText("Equations of lstm (hidden size 5)").waitFor();
      await page.locator("summary", { hasText: /^All nodes$/ }).click();
      await page.getByText(/2 MatMul/).waitFor();
      await page.locator("summary", { hasText: /^Parameters$/ }).click();
      await page.getByRole("img", { name: /How the numbers of .*U_z are spread/ }).waitFor();
      await page.getByRole("application", { name: /^mood at each step/ }).waitFor();
      await page.getByRole("application", { name: /^z of .*gru/ }).waitFor();
      await page.getByLabel("Cell", { exact: true }).selectOption({ index: 1 });
      await page.getByRole("application", { name: /^c' of .*lstm/ }).waitFor();
      await page.getByRole("button", { name: "One step on" }).click();
      await page.getByText("step 2: 2").first().waitFor();
      await page.getByLabel("What it reads").selectOption("zeros");
      await page.getByRole("img", { name: /^Eigenvalues of .*U_z .*spectral radius/ }).waitFor();
      expect(await findBarriers()).toEqual([]);
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as ONNX" }).click();
      const file = await saved;
      expect(file.suggestedFilename()).toBe("heads.onnx");
      // What was saved opens again.
      await page
        .getByLabel(/A model file or checkpoint/)
        .setInputFiles(asFile("again.onnx", await readFile(await file.path())));
      await page.getByText(/^again\.onnx\. From ONNX/).waitFor();
    });
  });

  test("one that reads its sequence from the end, on a small screen in Vietnamese: sizes can be given", async () => {
    await withRoom(
      "open",
      async ({ page, findBarriers }) => {
        await page
          .getByLabel(/Tệp mô hình hoặc điểm dừng/)
          .setInputFiles(asFile("ends.onnx", twoHeadsFile("backward")));
        await page.getByRole("heading", { level: 2, name: "Một mô hình không phải là chuỗi các tầng" }).waitFor();
        await page.getByRole("row", { name: /lstm 5 từ bước cuối/ }).waitFor();
        await page.getByText("Nó đọc cả chuỗi cùng lúc").waitFor();
        await page.getByRole("row", { name: /^mood 40 × 1 × 2/ }).waitFor();
        await page.getByLabel("Kích thước steps").fill("0");
        await page.getByText("Hãy nhập một số nguyên.").waitFor();
        await page.getByLabel("Kích thước steps").fill("9");
        await page.getByRole("row", { name: /^mood 9 × 1 × 2/ }).waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
        expect(await findBarriers()).toEqual([]);
      },
      { lang: "vi", size: { width: 360, height: 800 } },
    );
  });

  test("a voice detector hears a file of sound, at its own rate", async () => {
    const silero = path.resolve(import.meta.dirname, "../../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx");
    await withRoom("open", async ({ page }) => {
      await page.getByLabel(/A model file or checkpoint/).setInputFiles(silero);
      await page.getByText("step 1: 1").first().waitFor();
      const drop = page.getByLabel(/A sound for it to read/);
      await drop.setInputFiles(asFile("text.wav", Buffer.from("no sound")));
      await page.getByText("text.wav could not be read as a sound.").waitFor();
      // Half a second at half the model's rate.
      await drop.setInputFiles(asFile("hum.wav", makeWav(8000, 4000)));
      await page.getByText("It reads hum.wav, from its beginning.").waitFor();
      expect(await page.getByText("text.wav could not be read as a sound.").count()).toBe(0);
      const last = page.getByLabel("Step through the sample").getByRole("slider");
      await expect.poll(async () => last.getAttribute("max")).toBe("14");
    });
  });

  test("a model of TF.js is opened with its files of weights, in any order, and says which one is missing", async () => {
    const [model, ...weights] = tfjsModel().map(({ name, bytes }) => asFile(name, bytes));
    await withRoom("open", async ({ page }) => {
      const drop = page.getByLabel(/A model file or checkpoint/);
      await drop.setInputFiles([model!, weights[0]!]);
      await page.getByRole("alert").getByText("model.json has weights in group2-shard1of1.bin").waitFor();
      await drop.setInputFiles([weights[1]!, model!, weights[0]!]);
      await page.getByText("Equations of rnn (hidden size 4)").waitFor();
      await page.getByRole("application", { name: /^h' of rnn/ }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      await page.getByLabel("Parameters", { exact: true }).selectOption("onnx");
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      expect((await saved).suggestedFilename()).toBe("model.onnx");
    });
  });

  test("one that TF.js wrote itself, with the last states of two directions", async (context) => {
    const there = findShared("fixtures/keras/tfjs/lstm_bidi_last/model.json");
    if (there === undefined) return context.skip("the models of TF.js are not beside this checkout");
    await withRoom("open", async ({ page }) => {
      const weights = path.join(path.dirname(there), "weights.bin");
      await page.getByLabel(/A model file or checkpoint/).setInputFiles([weights, there]);
      // Their last outputs side by side are a pooling, so it is a chain of layers.
      await page
        .locator("option", { hasText: /backward\.U_f$/ })
        .first()
        .waitFor({ state: "attached" });
      expect(await page.getByRole("alert").count()).toBe(0);
    });
  });
});
