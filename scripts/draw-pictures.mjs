/**
 * `npm run pictures`: draws the pictures of the studio in README.md and docs/ anew, into docs/pictures/. It opens the rooms of dist/studio in Chromium
 * by their links. What a room draws as SVG becomes an SVG that stands alone; what is pixels or text becomes a PNG at twice its size.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { serveStudio } from "../dist/cli/serve-studio.js";
import { siteFolder } from "./build-studio.mjs";
import { findChromium } from "./find-chromium.mjs";
import { composePanels, printStandalone } from "./standalone-svg.mjs";
import { root } from "./tools.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/**
 * @typedef {object} Studio
 * @property {(place: string, width: number) => Promise<Page>} open a room by its link, in a window so wide, when all in it is computed
 */

/** Milliseconds that a room may take. */
const patience = 120_000;

/**
 * A part of a picture: a room's SVG as one that stands alone.
 * @param {string} title
 * @param {Locator} svg
 * @param {number} at which part it is
 */
const readPanel = async (title, svg, at) => ({ title, svg: await svg.evaluate(printStandalone, `p${at}-`) });

/**
 * A part of a page in few bytes: pages have few colours.
 * @param {Locator} part
 * @param {{ readonly margin?: number }} [options] `margin`: pixels of paper around it
 */
async function readPixels(part, { margin = 0 } = {}) {
  await part.locator("canvas, table, svg").first().waitFor();
  await part.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  const pixels = await part.screenshot({ animations: "disabled", caret: "hide" });
  return sharp(pixels)
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background: "#ffffff" })
    .png({ palette: true, dither: 0, effort: 10, compressionLevel: 9 })
    .toBuffer();
}

/**
 * The six forms from a feed-forward network to an unrolled one.
 * @param {Studio} studio
 */
async function drawForms({ open }) {
  const panels = [];
  for (const form of [0, 1, 2, 3, 4, 5]) {
    const page = await open(`network?steps=4&p=${form}`, 500);
    const title = (await page.locator(".form-text h2").innerText()).replace(/\s+/g, " ");
    panels.push(await readPanel(title, page.locator(".network-picture svg"), form));
  }
  return composePanels(panels, { columns: 3 });
}

/**
 * The gradient on its way back through an Elman network, and through an LSTM.
 * @param {Studio} studio
 */
async function drawGradient({ open }) {
  const panels = [];
  for (const { title, place } of [
    { title: "Elman network", place: "gradient" },
    { title: "LSTM, and in grey the Elman network", place: "gradient?cure=lstm" },
  ]) {
    const page = await open(place, 660);
    panels.push(await readPanel(title, page.locator(".gradient-picture svg"), panels.length));
  }
  return composePanels(panels, { columns: 2 });
}

/** Sonnet 18: the model has read plays alone. */
const sonnet = [
  "Shall I compare thee to a summer's day?",
  "Thou art more lovely and more temperate:",
  "Rough winds do shake the darling buds of May,",
  "And summer's lease hath all too short a date;",
  "Sometime too hot the eye of heaven shines,",
  "And often is his gold complexion dimm'd;",
  "And every fair from fair sometime declines,",
  "By chance or nature's changing course untrimm'd.",
];

/**
 * The room inside the LSTM, where it reads so many lines.
 * @param {number} lines
 */
const readSonnet = (lines) => `lstm?at=60&map=f&text=${encodeURIComponent(`${sonnet.slice(0, lines).join("\n")}\n`)}`;

/**
 * Each picture by its file.
 * @type {Readonly<Record<string, (studio: Studio) => Promise<string | Buffer>>>}
 */
const pictures = {
  "studio-forms.svg": drawForms,
  "studio-gradient.svg": drawGradient,
  "studio-units.png": async ({ open }) => {
    const page = await open(readSonnet(8), 1200);
    await page.getByRole("button", { name: /^Colour the text by .* since the line began$/ }).click();
    await page.mouse.move(0, 0);
    return readPixels(page.locator(".lstm-follow"), { margin: 32 });
  },
  "studio-gates.png": async ({ open }) =>
    readPixels((await open(readSonnet(4), 1100)).locator("section:has(> #lstm-maps)")),
  "studio-workbench.png": async ({ open }) => {
    const page = await open("workbench?task=memory&memory=adding&steps=20&cell=gru", 1100);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("heading", { name: "What it has come to" }).waitFor();
    const run = page.locator("section:has(> #workbench-run)");
    // How fast it was is not the same the next time. (Nor which steps are shown: a run tells of them as it has time.)
    await run
      .locator(".number-row > *")
      .last()
      .evaluate((speed) => speed.remove());
    return readPixels(run);
  },
  "studio-model.png": async ({ open }) =>
    readPixels((await open("open?example=births&step=27", 1100)).locator("section:has(> #open-trace)")),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(pictures, name));
if (unknown.length > 0)
  throw new Error(`no picture ${unknown.join(", ")}: there are ${Object.keys(pictures).join(", ")}`);
if (!existsSync(path.join(siteFolder, "index.html")))
  throw new Error("dist/studio is missing: run `npm run build` first");
const executablePath = findChromium();
if (executablePath === undefined) throw new Error("there is no Chromium; set CHROME_PATH to one");

const server = await serveStudio({ site: siteFolder, files: [], port: 0 });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-proxy-server"] });
try {
  for (const [name, draw] of Object.entries(pictures)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const context = await browser.newContext({
      viewport: { width: 1100, height: 900 },
      deviceScaleFactor: 2,
      locale: "en",
      colorScheme: "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    /** @type {Studio["open"]} */
    const open = async (place, width) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto("about:blank");
      await page.goto(`${server.address}#/${place}${place.includes("?") ? "&" : "?"}lang=en&theme=light`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      await page.evaluate("document.fonts.ready.then(() => undefined)");
      return page;
    };
    const picture = await draw({ open });
    await writeFile(path.join(root, "docs/pictures", name), picture);
    console.log(`docs/pictures/${name}: ${Math.ceil(picture.length / 1000)} kB`);
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
