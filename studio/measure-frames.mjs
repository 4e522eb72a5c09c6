/**
 * Measures what the page's own thread does while rooms are opened and used: frames, and tasks over 50 ms. Needs a build, Chromium and a quiet machine:
 * `node studio/measure-frames.mjs [--scripts] [ROOMS…]`. Its exit status is 1 where a task took over 50 ms, or the median frame over 17.5 ms.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { serveStudio } from "../dist/cli/serve-studio.js";
import { findChromium } from "../scripts/find-chromium.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} Measured what a page has noted of itself
 * @property {readonly number[]} frames milliseconds from frame to frame
 * @property {readonly number[]} tasks milliseconds of tasks over 50 ms
 * @property {readonly string[]} scripts what ran in frames over 50 ms: milliseconds, what called it, and its place
 */

/** Seconds of each room's work. */
const seconds = 6;
/** What half of the frames may take: at sixty a second they come every 16.7 ms. */
const mostMedian = 17.5;
/** A frame that is late: at sixty a second they come every 16.7 ms. */
const lateFrame = 25;

/** @param {Page} page @param {string} name */
const press = async (page, name) => page.getByRole("button", { name, exact: true }).click();

/** @param {Page} page */
async function scroll(page) {
  const end = Date.now() + seconds * 1000;
  for (let at = 0; Date.now() < end; at++) {
    await page.mouse.wheel(0, at % 40 < 20 ? 120 : -120);
    await page.waitForTimeout(50);
  }
}

/** @param {Page} page @param {string} label @param {readonly string[]} keys */
async function slide(page, label, keys) {
  await page.getByRole("slider", { name: label, exact: true }).first().focus();
  const end = Date.now() + seconds * 1000;
  for (let at = 0; Date.now() < end; at++) {
    await page.keyboard.press(keys[Math.floor(at / 12) % keys.length] ?? "");
    await page.waitForTimeout(40);
  }
}

/** @type {Readonly<Record<string, { readonly place: string, readonly work: (page: Page) => Promise<void> }>>} */
const rooms = {
  home: { place: "", work: scroll },
  network: {
    place: "network",
    work: async (page) => slide(page, "From the first form to the sixth", ["ArrowRight", "ArrowLeft"]),
  },
  applications: { place: "applications", work: scroll },
  gradient: {
    place: "gradient",
    work: async (page) => {
      await press(page, "Start the race");
      await page.waitForTimeout(seconds * 1000);
    },
  },
  lstm: {
    place: "lstm",
    work: async (page) => {
      await page.getByRole("textbox", { name: "Text" }).first().click();
      await page.keyboard.type("The gates open, and the cell keeps what it has read. ".repeat(2), {
        delay: (seconds * 1000) / 104,
      });
    },
  },
  variants: {
    place: "variants?cell=gru",
    work: async (page) => {
      await press(page, "Start the race");
      await page.waitForTimeout(seconds * 1000);
    },
  },
  workbench: {
    place: "workbench?epochs=200",
    work: async (page) => {
      await press(page, "Train");
      await page.getByText(/^epoch \d+ of/).waitFor();
      await page.waitForTimeout(seconds * 1000);
    },
  },
  equations: {
    place: "workbench?task=memory",
    work: async (page) => {
      await page.getByRole("textbox", { name: "Equations" }).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\nz = tanh(W_z x + U_z h + b_z)\ny = z * h' + z", { delay: (seconds * 1000) / 46 });
    },
  },
  open: { place: "open?example=births", work: scroll },
};

/** In the page, before anything of it runs: notes frames and long tasks. */
const noteAll = `(() => {
  const noted = { frames: [], tasks: [], scripts: [] };
  globalThis.takeNoted = () => JSON.stringify({ frames: noted.frames.splice(0), tasks: noted.tasks.splice(0), scripts: noted.scripts.splice(0) });
  let last = performance.now();
  const frame = (now) => { noted.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const observe = (type, note) => {
    if (PerformanceObserver.supportedEntryTypes.includes(type))
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  };
  observe("longtask", ({ duration }) => noted.tasks.push(duration));
  observe("long-animation-frame", ({ scripts }) => scripts.forEach(({ duration, invoker, sourceURL, sourceFunctionName, sourceCharPosition }) =>
    noted.scripts.push(Math.round(duration) + " ms " + invoker + " " + sourceFunctionName + " " + sourceURL.split("/").at(-1) + ":" + sourceCharPosition)));
})()`;

/** @param {Page} page @returns {Promise<Measured>} */
const takeNoted = async (page) => JSON.parse(String(await page.evaluate("takeNoted()")));

/** @param {readonly number[]} values @param {number} share */
const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;

/**
 * A line of the table.
 * @param {string} room @param {string} phase @param {Measured} measured
 */
function summarise(room, phase, { frames, tasks }) {
  const late = frames.filter((one) => one > lateFrame).length / Math.max(1, frames.length);
  return {
    room,
    phase,
    frames: frames.length,
    "median, ms": Number(quantile(frames, 0.5).toFixed(1)),
    "95 %, ms": Number(quantile(frames, 0.95).toFixed(1)),
    [`over ${lateFrame} ms, %`]: Number((100 * late).toFixed(1)),
    "tasks over 50 ms": tasks.length,
    "longest, ms": Math.round(Math.max(0, ...tasks)),
  };
}

/**
 * Why a phase is too slow.
 * @param {string} room @param {string} phase @param {Measured} measured
 */
function findFaults(room, phase, { frames, tasks }) {
  const median = quantile(frames, 0.5);
  const faults = [
    ...(tasks.length === 0 ? [] : [`a task took ${Math.round(Math.max(...tasks))} ms, over 50`]),
    ...(median > mostMedian ? [`half of the frames took over ${median.toFixed(1)} ms, not ${mostMedian}`] : []),
  ];
  return faults.map((fault) => `${room}, ${phase}: ${fault}`);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { scripts: { type: "boolean" } } });
const unknown = positionals.find((name) => rooms[name] === undefined);
if (unknown !== undefined) throw new Error(`${unknown} is not measured; these are: ${Object.keys(rooms).join(", ")}`);
const site = path.resolve(import.meta.dirname, "../dist/studio");
const server = await serveStudio({ site, files: [], port: 0 });
const executablePath = findChromium();
if (executablePath === undefined) throw new Error("no Chromium was found; name one in CHROME_PATH");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--no-first-run", "--no-proxy-server"],
});
try {
  const table = [];
  /** @type {string[]} */
  const faults = [];
  for (const name of positionals.length === 0 ? Object.keys(rooms) : positionals) {
    const room = rooms[name];
    if (room === undefined) continue;
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en" });
    const page = await context.newPage();
    await page.addInitScript(noteAll);
    await page.goto(`${server.address}#/${room.place}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(2000);
    const opening = await takeNoted(page);
    await room.work(page);
    const working = await takeNoted(page);
    table.push(summarise(name, "opening", opening), summarise(name, "work", working));
    faults.push(...findFaults(name, "opening", opening), ...findFaults(name, "work", working));
    if (values.scripts === true)
      for (const script of [...opening.scripts, "—", ...working.scripts]) console.log(name, script);
    await context.close();
  }
  console.table(table);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}
