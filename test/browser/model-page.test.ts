/** The page of a model in Chromium: it asks for nothing, complains of nothing, can be read by all, and fits a telephone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { cells } from "../../src/cells/index.ts";
import { load } from "../../src/formats/recurra/index.ts";
import { printCellPage, printModelPage } from "../../src/tasks/index.ts";
import { chromiumFlags, findBarriers } from "../studio/open-studio.ts";
import { planJobs, saveJob } from "../support/planned-jobs.ts";

const executablePath = inject("chromium");
let browser: Browser;
let folder: string;

beforeAll(async () => {
  if (executablePath === "") return;
  folder = await mkdtemp(path.join(tmpdir(), "recurra-page-"));
  browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
});
afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Opens a page as a file, as its reader would, with all that it complains of or asks for. */
async function openFile(html: string, colorScheme: "light" | "dark"): Promise<{ page: Page; complaints: string[] }> {
  const file = path.join(folder, "page.html");
  await writeFile(file, html);
  const page = await browser.newPage({ viewport: { width: 360, height: 800 }, colorScheme });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}

describe.skipIf(executablePath === "")("pages (skipped where there is no Chromium)", () => {
  // A translator has all that a page can show: an encoder in both directions, attention, tokens on both sides.
  const job = planJobs().translator;
  const model = load(saveJob(job));

  test.each([
    ["a model", "light", printModelPage({ model, job, name: "pairs.safetensors", language: "en" })],
    ["a model", "dark", printModelPage({ model, job, name: "pairs.safetensors", language: "vi" })],
    ["a cell", "light", printCellPage(cells.lstm, { language: "vi" })],
    ["a cell", "dark", printCellPage(cells.lstm, { language: "en" })],
  ] as const)("of %s, in %s colours", async (_, colours, html) => {
    const { page, complaints } = await openFile(html, colours);
    try {
      expect(await page.getByRole("heading", { level: 2 }).count()).toBe(html.split("<h2 ").length - 1);
      expect(await findBarriers(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(ground).toBe(colours === "light" ? "rgb(245, 246, 248)" : "rgb(10, 15, 25)");
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
    }
  });
});
