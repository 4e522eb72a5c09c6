/** The room inside the LSTM, used as a person would; where a trained model is asked for, a tiny one stands in. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { saveResult, trainLanguageModel } from "../../src/index.ts";
import { openStudio, visit } from "./open-studio.ts";
import type { OpenPage, Studio } from "./open-studio.ts";

const chromium = inject("chromium");
const hidden = 12;
let studio: Studio;
let model: Uint8Array;

beforeAll(async () => {
  if (chromium === "") return;
  studio = await openStudio(chromium);
  const text = "Tom drives a car.\nHe drives so fast.\nThe car is red, and Tom is late.\n".repeat(30);
  const result = await trainLanguageModel({ text, source: "cars" }, { hidden, epochs: 2 });
  if (result === undefined) throw new Error("the training was stopped");
  model = saveResult(result, { weights: "int8" });
}, 60_000);
afterAll(async () => studio?.dispose());

const withRoom = async (place: string, use: (open: OpenPage) => Promise<void>) =>
  visit(studio, place, use, {
    prepare: async (page) =>
      page.route("**/models/shakespeare.safetensors", async (route) =>
        route.fulfill({ body: Buffer.from(model), contentType: "application/octet-stream" }),
      ),
  });

describe.skipIf(chromium === "")("inside the LSTM (skipped where there is no Chromium)", () => {
  test("a step is gone through part by part, and on to the next character", async () => {
    await withRoom("lstm?unit=3", async ({ page }) => {
      const on = page.getByRole("button", { name: "One step on" });
      await page.getByText("T, 1 of 36: forget gate").waitFor();
      for (const part of ["input gate and candidate", "new cell state", "output gate", "new hidden state"]) {
        await on.click();
        await page.getByText(`T, 1 of 36: ${part}`).waitFor();
        await page.getByRole("img", { name: new RegExp(`^One step of an LSTM.* Now: ${part}\\.`) }).waitFor();
      }
      await on.click();
      await page.getByText("o, 2 of 36: forget gate").waitFor();
      expect(new URL(page.url()).hash).toBe("#/lstm?at=1&unit=3");
    });
  });

  test("the numbers of a step add up", async () => {
    await withRoom("lstm?at=4&part=cell&unit=5", async ({ page }) => {
      const line = page.getByRole("button", { name: /^new cell state/ });
      const [, f = "", before = "", i = "", g = "", c = ""] =
        /= ([\d.]+) · \(?(−?[\d.]+)\)? \+ ([\d.]+) · \(?(−?[\d.]+)\)? = (−?[\d.]+)$/.exec(
          (await line.textContent()) ?? "",
        ) ?? [];
      const [forget = NaN, kept = NaN, input = NaN, candidate = NaN, cell = NaN] = [f, before, i, g, c].map((text) =>
        Number(text.replace("−", "-")),
      );
      // Each number has two places after the point.
      expect(Math.abs(forget * kept + input * candidate - cell)).toBeLessThan(0.03);
      await page.getByRole("button", { name: /^output gate/ }).click();
      await page.getByText(/^\d+ % of what the cell holds is shown\.$/).waitFor();
    });
  });

  test("a text that is typed is read, with all units over it", async () => {
    await withRoom("lstm", async ({ page }) => {
      await page.getByRole("textbox", { name: "Text" }).fill("");
      await page.getByText("Type a text of at least one character.").waitFor();
      await page.getByRole("textbox", { name: "Text" }).fill("Tom is late.\nHe drives the red car so fast.\n");
      await page.getByText(/1 of 44: forget gate$/).waitFor();
      await page.getByRole("tab", { name: "f, forget gate" }).click();
      const map = page.getByRole("application", { name: /^f, forget gate/ });
      await map.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.getByText(/^unit \d+, o: 0\.\d+$/).waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("o, 2 of 44: forget gate").waitFor();
      expect(await page.getByRole("row", { name: /^a space or an end of line/ }).count()).toBe(1);
      await page.getByRole("button", { name: /^Colour the text by .*: a vowel$/ }).click();
      await page.getByRole("button", { name: /^Colour the text by .*: a vowel$/, pressed: true }).waitFor();
      await page.getByRole("img", { name: /^Memory lengths of all units/ }).waitFor();
    });
  });

  test("a network that has learned nothing is there to compare with, and what is unknown is said", async () => {
    await withRoom("lstm", async ({ page }) => {
      await page.getByRole("textbox", { name: "Text" }).fill("Tom drives 9 cars.");
      await page.getByText("The model has never seen 9,", { exact: false }).waitFor();
      await page.getByLabel("Network").selectOption("untrained");
      await page.getByText("This network has learned nothing", { exact: false }).waitFor();
      await page.getByText("One of 24;", { exact: false }).waitFor();
      expect(await page.getByText("The model has never seen").count()).toBe(0);
    });
  });

  test("where the model is missing, the page says so and does without", async () => {
    const open = await studio.openPage();
    await open.page.route("**/models/shakespeare.safetensors", async (route) => route.fulfill({ status: 404 }));
    await open.goTo("lstm");
    await open.page.getByText("The trained model is not among the files of this page", { exact: false }).waitFor();
    await open.page.getByText("T, 1 of 36: forget gate").waitFor();
    // A browser tells its console of every answer that is an error, and that is all there was.
    expect(open.complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
    await open.close();
  });
});
