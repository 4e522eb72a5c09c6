/** The example that listens, in Chromium: a sound that is opened, and a microphone that plays one. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { expect, inject, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const example = path.join(root, "examples/voice-activity");

/** Three seconds of a novel read aloud, of Debian's pocketsphinx-testdata. */
const speech = "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav";

test("finds speech in a sound, and hears it from a microphone", { timeout: 120_000 }, async (context) => {
  const executablePath = inject("chromium");
  if (executablePath === "") return context.skip(inject("chromiumMissing"));
  if (!existsSync(path.join(root, "dist/index.js"))) return context.skip("no dist/ here: npm run build makes it");
  if (!existsSync(speech)) return context.skip("Debian's pocketsphinx-testdata is not here");
  const outDir = await mkdtemp(path.join(tmpdir(), "recurra-voice-"));
  const configFile = path.join(example, "vite.config.js");
  await build({ root: example, configFile, logLevel: "error", build: { outDir } });
  const server = await preview({
    root: example,
    configFile,
    logLevel: "error",
    build: { outDir },
    preview: { port: 0 },
  });
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-proxy-server",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${speech}`,
    ],
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address))
        complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(address);
    await page.locator("body[data-ready]").waitFor();

    await page.locator("#file").setInputFiles(speech);
    await page.getByText(/^Speech in 2\.\d s of 3\.0 s\.$/).waitFor();
    expect(await page.locator("#stretches").textContent()).toMatch(/^0\.\d\d – 2\.\d\d s$/);

    await page
      .locator("#file")
      .setInputFiles({ name: "no.wav", mimeType: "audio/wav", buffer: Buffer.from("nothing") });
    await page.getByText(/^no\.wav cannot be read as a sound/).waitFor();

    await page.getByRole("button", { name: "Listen" }).click();
    await page.locator("#lamp.on").waitFor({ timeout: 20_000 });
    await page.getByText(/% speech; \d+ µs a step$/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  }
});
