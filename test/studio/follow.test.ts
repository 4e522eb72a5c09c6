/** A run of the command line in a process of its own, followed in the page while it learns. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { planGenerate, train } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { Studio } from "./open-studio.ts";

const chromium = inject("chromium");
const command = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
let studio: Studio;
let folder: string;
let child: ChildProcess | undefined;

const text = Array.from({ length: 1200 }, (_, line) => `line ${line} says what line ${(line * 7919) % 113} says`).join(
  "\n",
);

beforeAll(async () => {
  if (chromium === "") return;
  folder = await mkdtemp(path.join(tmpdir(), "recurra-follow-"));
  await writeFile(path.join(folder, "lines.txt"), text);
  studio = await openStudio(chromium, { files: [path.join(folder, "lines.safetensors")] });
}, 60_000);
afterAll(async () => {
  child?.kill();
  await studio?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Epochs that take this machine about so many seconds. */
async function countEpochs(seconds: number): Promise<number> {
  const { training } = planGenerate({ text, source: "lines.txt" }, { hidden: 32, batch: 16, epochs: 3, seed: 1 });
  let slowest = 0;
  for await (const event of train({ ...training, threads: 1, backend: "wasm" }))
    if (event.kind === "epoch") slowest = Math.max(slowest, event.seconds);
  return Math.min(2000, Math.max(20, Math.round(seconds / slowest)));
}

/** `recurra train`, which writes a checkpoint after its first epoch and then every five seconds; its exit status. */
async function trainBeside(epochs: number): Promise<number | null> {
  const flags = `--task generate --hidden 32 --batch 16 --epochs ${epochs} --patience ${epochs} --seed 1 --threads 1 --quiet`;
  const own = spawn(process.execPath, [command, "train", "lines.txt", ...flags.split(" ")], {
    cwd: folder,
    env: { ...process.env, RECURRA_BACKEND: "wasm" },
    stdio: "ignore",
  });
  child = own;
  return new Promise((resolve) => own.on("exit", resolve));
}

describe.skipIf(chromium === "")("following a run (skipped where there is no Chromium)", () => {
  test("the page waits for its first checkpoint, shows its losses grow, keeps what is typed, and shows the finished model", async () => {
    await visit(studio, "open", async ({ page }) => {
      await page.getByRole("button", { name: "lines.safetensors" }).click();
      await page.getByText("Waiting for the first checkpoint of lines.safetensors").waitFor();
      const ended = trainBeside(await countEpochs(15));
      const lengths: number[] = [];
      const curve = page.getByRole("img", { name: "Training and validation loss by epoch" });
      const end = page.getByText("The run has come to its end.");
      /** Points of the curve as it is drawn; the legend's line is shorter. */
      const look = async (): Promise<void> => {
        const lines = await curve
          .locator("path.truth")
          .evaluateAll((paths) => paths.map((one) => (one.getAttribute("d") ?? "").split("L").length));
        const points = Math.max(0, ...lines);
        if (points > (lengths.at(-1) ?? 1)) lengths.push(points);
      };
      const typed = page.getByLabel("A text for it to read");
      await typed.fill("line 7");
      while (!(await end.isVisible())) {
        await look();
        await page.waitForTimeout(250);
      }
      await look();
      expect(await ended).toBe(0);
      expect(lengths.length).toBeGreaterThanOrEqual(3);
      expect(await typed.inputValue()).toBe("line 7");
      await page.getByText("step 1: l", { exact: true }).waitFor();
      await page.getByRole("heading", { level: 2, name: "Goes on with a text" }).waitFor();
      await page.getByText("kept epoch").waitFor();
      expect(await page.getByText("Unfinished run", { exact: true }).count()).toBe(0);
    });
  }, 120_000);
});
