/** The example of letters to phonemes, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = path.resolve(import.meta.dirname, "../../examples/translate.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test("translate.js --fast says words better than letter by letter", { timeout: 120_000 }, async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast"]);
  const rate = (who: string): number => Number(new RegExp(`${who} +phoneme error rate ([\\d.]+) %`).exec(stdout)?.[1]);
  expect(rate("model")).toBeLessThan(rate("word for word") - 5);
  expect(rate("nearest")).toBeGreaterThan(rate("word for word"));
  expect(stdout).toMatch(/recurrent {2}→ {2}[A-Z ]+/);
});
