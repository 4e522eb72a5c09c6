/** A forecaster trained in Node forecasts the same in Chromium, and one can be trained there, from a CSV to a model file. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type * as recurra from "../../src/index.ts";
import { type Browser, createBrowser } from "./create-browser.ts";

let browser: Browser | undefined;

beforeAll(async () => {
  const chromium = inject("chromium");
  if (chromium !== "") browser = await createBrowser(chromium);
});

afterAll(() => browser?.dispose());

/** Both sides run the same build. */
const builtEntry = new URL("../../dist/index.js", import.meta.url).href;

/** Days whose values repeat themselves every week, as CSV. */
const csv = `date,value\n${Array.from({ length: 200 }, (_, day) => `${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)},${(day % 7) + ((day * 13) % 5) / 5}`).join("\n")}\n`;

/** Trains on the CSV; gives the model file and the forecast that the file makes. It goes to the browser as text. */
async function trainAndForecast(
  api: Pick<
    typeof recurra,
    "readTable" | "trainForecaster" | "saveResult" | "load" | "openTask" | "forecastFuture" | "printTable"
  >,
  text: string,
): Promise<{ readonly file: Uint8Array; readonly forecast: string }> {
  const { table } = await api.readTable(text, { source: "days.csv", dateColumn: "date" });
  const result = await api.trainForecaster(table, {
    targets: ["value"],
    horizon: 3,
    window: 7,
    hidden: 5,
    epochs: 3,
    backend: "wasm",
  });
  if (result === undefined) throw new Error("the run was stopped");
  const file = api.saveResult(result);
  const task = api.openTask(api.load(file, { verify: true, backend: "wasm" }));
  if (task.kind !== "forecaster") throw new Error("not a forecaster");
  return { file, forecast: api.printTable(api.forecastFuture(task, table)) };
}

test("the same file, the same forecast", async (context) => {
  if (browser === undefined) return context.skip(inject("chromiumMissing"));
  const built = (await import(/* @vite-ignore */ builtEntry)) as typeof recurra;
  const expected = await trainAndForecast(built, csv);
  expect(expected.forecast).toMatch(/^date,value forecast\n2024-07-19,/);
  const actual = await browser.runInBrowser(`
    import * as recurra from "recurra";
    ${trainAndForecast.toString()}
    export const result = await trainAndForecast(recurra, ${JSON.stringify(csv)});
  `);
  // Bit for bit: both have relaxed SIMD, and nothing in a model file depends on where it was made.
  expect(actual).toEqual(expected);
});
