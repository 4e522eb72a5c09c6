/** The examples of forecasts, in their fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));
let folder: string;

beforeEach(async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  folder = await mkdtemp(path.join(tmpdir(), "recurra-example-"));
});
afterEach(async () => {
  if (isBuilt) await rm(folder, { recursive: true, force: true });
});

async function runExample(name: string): Promise<string> {
  const file = path.resolve(import.meta.dirname, "../../examples", name);
  const { stdout } = await promisify(execFile)(process.execPath, [file, "--fast"], { cwd: folder });
  return stdout;
}

test(
  "births.js --fast forecasts births better than the week before does, and draws them",
  { timeout: 120_000 },
  async () => {
    const said = await runExample("births.js");
    const [, model, naive] = /error is ([\d.]+), \d+ % less than the ([\d.]+) of the seasonal-naive forecast/.exec(
      said,
    )!;
    expect(Number(model)).toBeLessThan(0.9 * Number(naive));
    expect((await readdir(path.join(folder, "out"))).sort()).toEqual([
      "births.csv",
      "births.report.html",
      "births.safetensors",
      "births.svg",
    ]);
    expect(await readFile(path.join(folder, "out/births.svg"), "utf8")).toMatch(/^<svg[^]*births, 7 steps ahead/);
  },
);

test(
  "stock.js --fast shows four trainings, of which that of changes says the price of the day before",
  { timeout: 120_000 },
  async () => {
    const said = await runExample("stock.js");
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
    expect(await readdir(path.join(folder, "out"))).toContain("stock-covariates.svg");
  },
);
