/** `recurra inspect`: cells, models and backends. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { ownCell, salesTable } from "../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "sales.csv": salesTable(), "mine.cell": ownCell });
  await run(
    "train sales.csv --target sales --hidden 6 --window 7 --epochs 3 --test 30 --validation 30 --out model.safetensors --quiet",
  );
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test("a cell: equations, gradient, formula, diagram", async () => {
  const { out } = await run("inspect gru");
  expect(out).toMatch(/^gru: Gated recurrent unit/);
  expect(out).toContain("h' = (1 - z) * n + z * h");
  expect(out).toContain("dU_n = Σ");
  expect((await run("inspect gru --latex")).out).toMatch(/^\\begin{aligned}/);
  expect((await run("inspect gru --mathml")).out).toMatch(/^<math/);
  expect((await run("inspect gru --gradient")).out).toContain("dW_n = Σ");
  expect((await run("inspect gru --gradient --latex")).out).toContain("\\mathrm{d}");
  expect((await run("inspect mine.cell --svg mine.svg")).err).toContain("diagram written to mine.svg");
  expect(await made.read("mine.svg")).toMatch(/^<svg/);
  expect(JSON.parse((await run("inspect lstm --json")).out)).toMatchObject({
    name: "lstm",
    states: [{ name: "c" }, { name: "h" }],
  });
});

test("backends", async () => {
  expect((await run("inspect --backends")).out).toMatch(/^native +(works: C, .+ vectors|does not work: .+)/);
  expect((await run("inspect --backends")).out).toMatch(/wasm +works: .*\nreference +works: .*\n\nauto takes wasm/);
  expect(JSON.parse((await run("inspect --backends --json")).out)).toMatchObject({ auto: "wasm" });
});

test("a model is explained", async () => {
  const { status, out } = await run("inspect model.safetensors --verify");
  expect(status).toBe(0);
  for (const part of [
    "forecasts sales, 1 step ahead",
    "Trained on sales.csv (300 rows): 3 epochs of adam",
    "lstm",
    "parameters in all",
    "c' = f * c + i * g",
    "Memory of a prediction with 7 steps",
    "0.W_i",
  ]) {
    expect(out).toContain(part);
  }
  const weights = await run("inspect model.safetensors --weights");
  expect(weights.out).toMatch(/on 100 steps of random inputs[^]*float16 +5\d(\.\d+)? % +\d[^]*int8 +\d+(\.\d+)? % +\d/);
  const training = await run("inspect model.safetensors --training");
  expect(training.out).toContain("Memory of a training step with 7 steps and a batch of 28");
  expect(JSON.parse((await run("inspect model.safetensors --json")).out)).toMatchObject({
    unfinished: false,
    task: { kind: "forecast" },
  });
});
