/** The room of applications, used as a person would, with whatever models the site has; births are always there. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
let studio: Studio;

/** Models of the built site. */
function listModels(): readonly string[] {
  const list = path.resolve(import.meta.dirname, "../../dist/studio/models/models.json");
  const { models } = JSON.parse(readFileSync(list, "utf8")) as {
    readonly models: readonly { readonly name: string }[];
  };
  return models.map(({ name }) => name);
}
const models = chromium === "" ? [] : listModels();

beforeAll(async () => {
  if (chromium !== "") studio = await openStudio(chromium);
});
afterAll(async () => studio?.dispose());

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) =>
  visit(studio, place, use, {
    lang: "en",
    // On a busy machine a caption in nine views takes its time.
    prepare: (page) => page.setDefaultTimeout(100_000),
  });

const settle = async ({ page }: OpenPage): Promise<void> => {
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
};

describe.skipIf(chromium === "")("applications (skipped where there is no Chromium)", { timeout: 120_000 }, () => {
  test("every shape shows a demonstration, with how good it is or that its model is not there", async () => {
    await withRoom("applications", async (opened) => {
      const { page } = opened;
      for (const [shape, title, demo] of [
        ["One to many", "Caption a picture", "caption"],
        ["Many to many, step by step", "Restore diacritics", "restore"],
        ["Many to many, read then say", "Translate", "translate"],
        ["Forecasting", "Forecast births", "forecast"],
      ] as const) {
        await page.getByRole("button", { name: shape }).click();
        await page.getByRole("heading", { level: 2, name: title }).waitFor();
        await settle(opened);
        expect(new URL(page.url()).hash).toContain(`demo=${demo}`);
        const said = await page.locator(".demo").textContent();
        expect(said).toMatch(/How good is it\?.*parameters in|not part of this site/);
      }
      await page.getByRole("button", { name: "Many to one" }).click();
      await page.getByRole("heading", { level: 2, name: "Feel a sentence" }).waitFor();
    });
  });

  test("births are forecast beside the truth, day after day, and the link keeps the day", async () => {
    await withRoom("applications?demo=forecast&day=327", async (opened) => {
      const { page } = opened;
      await page.getByRole("img", { name: /^Births a day from 10\/27 to 11\/30/ }).waitFor();
      // The week of Thanksgiving is where "as a week ago" fails.
      const [own = NaN, naive = NaN] = (await page.locator(".number-row .number").allTextContents()).map((text) =>
        Number(text.replaceAll(",", "")),
      );
      expect(own).toBeLessThan(naive / 2);
      await page.getByRole("img", { name: /^Forecasting, unrolled: it reads .* and says Sun / }).waitFor();
      await page.getByRole("button", { name: "One step on" }).click();
      await page.getByRole("img", { name: /^Births a day from 10\/28 to 12\/1/ }).waitFor();
      expect(page.url()).toContain("day=328");
      await page.reload();
      await page.getByRole("img", { name: /^Births a day from 10\/28 to 12\/1/ }).waitFor();
    });
  });

  test("the same in Vietnamese", async () => {
    await withRoom("applications?demo=forecast", async ({ page, goTo }) => {
      await goTo("applications?demo=forecast&day=0", { lang: "vi" });
      await page.getByRole("img", { name: /^Số ca sinh mỗi ngày từ 4\/12 đến 7\/1/ }).waitFor();
      expect(await page.locator(".demo-quality").textContent()).toContain("Trong 365 ngày của năm 2014");
    });
  });

  test("a model that cannot be loaded says so", async () => {
    const open = await studio.openPage();
    await open.page.route(/births\.safetensors/, (route) => route.fulfill({ status: 200, body: "no model" }));
    await open.goTo("applications?demo=forecast", { lang: "en" });
    await open.page.getByRole("alert").getByText("The model could not be loaded").waitFor();
    expect(open.complaints).toEqual([]);
    await open.close();
  });

  test.skipIf(!models.includes("feelings"))("a sentence is felt, and another one", async () => {
    await withRoom("applications?demo=feel&sentence=A+wonderful%2C+moving+film.", async (opened) => {
      const { page } = opened;
      const percent = async (): Promise<number> =>
        Number(/^\d+/.exec((await page.locator(".feeling-said").textContent()) ?? "")?.[0]);
      await page.getByText(/likely to be praise/).waitFor();
      expect(await percent()).toBeGreaterThan(50);
      await page.getByLabel("A sentence about a film").fill("A dull, tedious mess.");
      await expect.poll(percent).toBeLessThan(50);
      await page.locator(".tipping.against", { hasText: /dull|tedious|mess/ }).waitFor();
      await page.getByRole("img", { name: /^Many to one, unrolled: it reads A dull , tedious mess/ }).waitFor();
      await page.getByLabel("A sentence about a film").fill("");
      await page.getByText("Write a sentence above.").waitFor();
    });
  });

  test.skipIf(!models.includes("diacritics"))("marks are put on as one types, and only marks", async () => {
    await withRoom("applications?demo=restore", async ({ page }) => {
      const typed = page.getByLabel("Vietnamese without marks");
      await typed.fill("");
      await typed.pressSequentially("toi khong biet");
      const said = page.locator(".said-text");
      await expect
        .poll(async () =>
          ((await said.textContent()) ?? "").normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("đ", "d"),
        )
        .toBe("toi khong biet");
      await page.getByRole("img", { name: /^Many to many, step by step, unrolled: it reads t o i/ }).waitFor();
    });
  });

  test.skipIf(!models.includes("kieu"))("a text is continued, stopped, and written anew", async () => {
    await withRoom("applications?demo=write&author=kieu", async (opened) => {
      const { page } = opened;
      const written = page.locator(".written");
      await expect.poll(async () => ((await written.textContent()) ?? "").length).toBeGreaterThan(100);
      const first = await written.textContent();
      await page.getByRole("button", { name: "Write another" }).click();
      await page.getByRole("button", { name: "Stop" }).click();
      await settle(opened);
      expect(await written.textContent()).not.toBe(first);
      expect(page.url()).toContain("seed=2");
    });
  });

  test.skipIf(!models.includes("translate"))("a sentence is translated, with its alignment", async () => {
    await withRoom("applications?demo=translate&english=Where+is+Tom%3F&beam=2", async ({ page }) => {
      await page.getByRole("img", { name: /^Alignment: .*←/ }).waitFor();
      expect(await page.locator(".said-text").textContent()).not.toBe("");
    });
  });

  test.skipIf(!models.includes("captions-en"))("emoji, a drawing and a file are captioned", async () => {
    await withRoom("applications?demo=caption", async (opened) => {
      const { page } = opened;
      await page.locator(".emoji[title='red heart']").click();
      expect(await page.getByRole("radio", { name: "red heart" }).isChecked()).toBe(true);
      await page.getByText(/“red heart”|Exactly as it is called/).waitFor();
      await page.getByRole("tab", { name: "Draw one" }).click();
      await page.getByRole("img", { name: /A sheet to draw on/ }).click();
      await settle(opened);
      await page.locator(".said-text").waitFor();
      await page.getByRole("tab", { name: "Your own" }).click();
      await page
        .getByLabel(/^A picture/)
        .setInputFiles({ name: "no.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
      await page.getByRole("alert").getByText("no.png could not be read as a picture.").waitFor();
    });
  });
});
