/** The page around the rooms, in the built site: languages, themes, links, and nothing that keeps anyone out. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { pagePolicy } from "../../src/cli/studio-policy.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;

beforeAll(async () => {
  if (chromium !== "") studio = await openStudio(chromium);
});
afterAll(async () => studio?.dispose());

const withPage = async (use: (open: OpenPage) => Promise<void>) => visit(studio, undefined, use);

describe.skipIf(chromium === "")("the studio (skipped where there is no Chromium)", () => {
  const places = [
    "",
    "gradient",
    "gradient?cell=lstm&steps=100&radius=2.5",
    "gradient?cure=truncate",
    "lstm",
    "lstm?model=untrained&text=a",
    "applications",
    "applications?demo=caption",
    "applications?demo=forecast",
    "applications?demo=write",
    "parts",
    "network",
    "network?p=5&input=words",
    "network?p=2.5&input=numbers&numbers=1",
    "variants",
    "variants?cell=lstm-fgr&view=formula",
    "variants?cell=own&equations=h%27%20%3D",
    "workbench?view=diagram",
    "workbench?task=memory&equations=h%27%20%3D&view=shapes",
    "open",
    "open?example=births",
    "nowhere",
  ];
  // Every word, and every colour, once in each place.
  const looks = [
    { lang: "en", theme: "light" },
    { lang: "vi", theme: "dark" },
  ] as const;

  test.each(places)("#/%s has no barriers, and fits pages of any width", { timeout: 60_000 }, async (place) => {
    await withPage(async ({ goTo, change, findBarriers, page }) => {
      for (const look of looks) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await (look === looks[0] ? goTo : change)(place, look);
        expect(await page.evaluate("document.documentElement.lang")).toBe(look.lang);
        expect(await findBarriers(), look.lang).toEqual([]);
        for (const width of [360, 1440]) {
          await page.setViewportSize({ width, height: 800 });
          // Charts are drawn anew for the width.
          await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
          await expect
            .poll(() => page.evaluate("document.documentElement.scrollWidth - innerWidth"), {
              message: `${look.lang}, ${width}`,
            })
            .toBeLessThanOrEqual(0);
        }
      }
    });
  });

  test("goes from the first page to a room and back, by keyboard too", async () => {
    await withPage(async ({ goTo, page }) => {
      await goTo("");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      // Whichever room is the first.
      const title = `${String(await page.evaluate("document.activeElement.textContent"))} – Recurra studio`;
      await page.keyboard.press("Enter");
      await page.waitForFunction(`document.title === ${JSON.stringify(title)}`);
      await page.locator("main h1").waitFor();
      expect(await page.evaluate("document.activeElement.tagName")).toBe("MAIN");
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "See inside a recurrent network" }).waitFor();
    });
  });

  test("remembers the language and the theme that were chosen, and gives way to a link", async () => {
    await withPage(async ({ goTo, page }) => {
      await goTo("variants?cell=mgu&lang=en");
      await page.getByLabel("Language").selectOption("vi");
      await page.getByRole("heading", { level: 1, name: "Các biến thể" }).waitFor();
      await page.getByLabel("Giao diện").selectOption("dark");
      expect(page.url()).toMatch(/#\/variants\?cell=mgu$/);
      await goTo("");
      await page.getByRole("heading", { level: 1, name: "Nhìn vào bên trong mạng hồi quy" }).waitFor();
      expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
      await goTo("", { lang: "en", theme: "light" });
      await page.getByRole("heading", { level: 1, name: "See inside a recurrent network" }).waitFor();
      expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("light");
    });
  });

  test("says that a room is not there, and that one could not be loaded", async () => {
    await withPage(async ({ goTo, page }) => {
      await goTo("nowhere");
      await page.getByRole("heading", { level: 1, name: "There is no such room" }).waitFor();
    });
    const open = await studio.openPage();
    await open.page.route(/\/assets\/room-.*\.js/, (route) => route.abort());
    await open.goTo("variants");
    await open.page.getByRole("alert").first().getByRole("heading", { name: "This room could not be shown" }).waitFor();
    await open.page.unroute(/\/assets\/room-.*\.js/);
    await open.page.getByRole("link", { name: "To the first page" }).click();
    await open.page.getByRole("heading", { level: 1, name: "See inside a recurrent network" }).waitFor();
    expect(await open.page.getByRole("alert").count()).toBe(0);
    await open.close();
  });

  test("is isolated from other origins, so that threads share memory", async () => {
    await withPage(async ({ goTo, page }) => {
      await goTo("");
      expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    });
  });

  test("has its policy in the page too", () => {
    const page = readFileSync(path.resolve(import.meta.dirname, "../../dist/studio/index.html"), "utf8");
    expect(page.replaceAll("&#39;", "'")).toContain(pagePolicy);
    expect(page).not.toMatch(/(src|href)="\//);
  });

  test("shows its parts, and they do what they say", async () => {
    await withPage(async ({ goTo, page }) => {
      await goTo("parts");
      const map = page.getByRole("application", { name: /Hidden state/ });
      await map.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      await page.getByText(/^unit 2, step 1: /).waitFor();
      await page.getByRole("button", { name: "One step on" }).click();
      await page.getByText("step 6 of 60").waitFor();
      await page.getByRole("button", { name: "Play" }).click();
      await expect
        .poll(async () => Number(await page.getByRole("slider", { name: "Steps" }).inputValue()))
        .toBeGreaterThan(7);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("tab", { name: "First" }).focus();
      await page.keyboard.press("ArrowRight");
      await page.getByText("The view two.").waitFor();
      const size = page.getByRole("slider", { name: "Size" });
      await size.focus();
      await page.keyboard.press("ArrowRight");
      expect(await size.inputValue()).toBe("33");
    });
  });
});
