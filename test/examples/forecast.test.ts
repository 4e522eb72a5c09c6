/** The examples of forecasts, in their fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test(
  "births.js --fast forecasts births better than the week before does, and draws them",
  { timeout: 120_000 },
  async (context) => {
    const { said, files, read } = await runExample(context, "births.js");
    const [, model, naive] = /error is ([\d.]+), \d+ % less than the ([\d.]+) of the seasonal-naive forecast/.exec(
      said,
    )!;
    expect(Number(model)).toBeLessThan(0.9 * Number(naive));
    expect(await files()).toEqual(["births.csv", "births.report.html", "births.safetensors", "births.svg"]);
    expect(await read("births.svg")).toMatch(/^<svg[^]*births, 7 steps ahead/);
  },
);

test(
  "stock.js --fast shows four trainings, of which that of changes says the price of the day before",
  { timeout: 120_000 },
  async (context) => {
    const { said, files } = await runExample(context, "stock.js");
    expect([...said.matchAll(/^\$ recurra (\w+)/gm)].map(([, command]) => command)).toEqual([
      "train",
      "train",
      "backtest",
      "train",
    ]);
    const follows = [...said.matchAll(/lie [\d.]+ off .* and ([\d.]+) off .* is ([\d.]+) away/g)];
    expect(follows).toHaveLength(2);
    const [ofForecast, ofPrice] = follows[1]!.slice(1).map(Number);
    expect(ofForecast).toBeLessThan(ofPrice! / 2);
    expect(said).toMatch(/Open: .* The model wins in .* of 2 tests\./);
    expect(await files()).toContain("stock-covariates.svg");
  },
);
