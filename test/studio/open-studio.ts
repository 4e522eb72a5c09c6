/** The built studio in Chromium, served as `recurra studio` serves it, with all that a page complains of. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { serveStudio } from "../../src/cli/serve-studio.ts";

const root = path.resolve(import.meta.dirname, "../..");
const site = path.join(root, "dist/studio");

/** What axe says of a page. */
interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact?: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds on a page that is serious or worse, as `id: element`. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  const axe = createRequire(path.join(root, "studio/package.json")).resolve("axe-core/axe.min.js");
  // The policy of the page lets no outside script in; what the test evaluates is not held to it.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(`${readFileSync(axe, "utf8")}; undefined`);
  // Selectors of all that passes would take as long as the rules.
  const options = { resultTypes: ["violations"], selectors: false, xpath: false };
  const results = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** What Chromium is started with: without a sandbox, and with nothing that asks for anything by itself. */
export const chromiumFlags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--no-proxy-server",
];

export interface StudioOptions {
  /** Files that the studio offers. */
  readonly files?: readonly string[];
}

export interface OpenPage {
  readonly page: Page;
  /** Goes to a place, such as `variants?cell=gru`, with the language and the theme given; waits for what the room is still making (`aria-busy`). */
  goTo(place: string, settings?: { readonly lang?: "en" | "vi"; readonly theme?: "light" | "dark" }): Promise<void>;
  /** As `goTo`, from a page that is open already, which is not loaded anew. */
  change: OpenPage["goTo"];
  /** What was wrong so far: errors in the console, failed requests, and requests to elsewhere. */
  readonly complaints: readonly string[];
  /** See `findBarriers`. */
  findBarriers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Studio {
  readonly address: string;
  /** A page of its own, with nothing remembered. */
  openPage(size?: { readonly width: number; readonly height: number }): Promise<OpenPage>;
  dispose(): Promise<void>;
}

export interface VisitOptions extends NonNullable<Parameters<OpenPage["goTo"]>[1]> {
  readonly size?: Parameters<Studio["openPage"]>[0];
  /** What is done with the page before it goes anywhere. */
  readonly prepare?: (page: Page) => unknown;
}

/** Runs with a page of its own at a place, if one is given; it must have complained of nothing in the end. */
export async function visit(
  studio: Studio,
  place: string | undefined,
  use: (open: OpenPage) => Promise<void>,
  { size, prepare, ...settings }: VisitOptions = {},
): Promise<void> {
  const open = await studio.openPage(size);
  try {
    await prepare?.(open.page);
    if (place !== undefined) await open.goTo(place, settings);
    await use(open);
    expect(open.complaints).toEqual([]);
  } finally {
    await open.close();
  }
}

/** Serves the built site and starts one browser for all pages. */
export async function openStudio(executablePath: string, { files = [] }: StudioOptions = {}): Promise<Studio> {
  if (!existsSync(path.join(site, "index.html"))) throw new Error("dist/studio is missing: run `npm run build` first");
  const server = await serveStudio({ site, files, port: 0 });
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumFlags],
  });
  return {
    address: server.address,
    async openPage(size = { width: 1280, height: 900 }) {
      const context = await browser.newContext({ viewport: size, locale: "en", reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(server.address))
          complaints.push(`asked for ${request.url()}`);
      });
      page.on("requestfailed", (request) => {
        // What was under way when the page was left is no complaint.
        if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()}`);
      });
      const change: OpenPage["goTo"] = async (place, settings = {}) => {
        const query = new URLSearchParams(settings).toString();
        const mark = place.includes("?") ? "&" : "?";
        await page.goto(`${server.address}#/${place}${query === "" ? "" : mark + query}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      };
      return {
        page,
        complaints,
        change,
        async goTo(place, settings) {
          await page.goto("about:blank");
          await change(place, settings);
        },
        findBarriers: () => findBarriers(page),
        close: async () => context.close(),
      };
    },
    async dispose() {
      await browser.close();
      await server.close();
    },
  };
}
