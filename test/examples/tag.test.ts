/** The example of tagging, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { stripMarks } from "../../src/data/index.ts";

const example = path.resolve(import.meta.dirname, "../../examples/tag.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test("tag.js --fast restores most marks, and says how that compares with the usual forms", async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast"]);
  const share = /^The model gets ([\d.]+) % of \d+ words right, .* of giving each word the form it had/.exec(stdout);
  expect(Number(share?.[1])).toBeGreaterThan(60);
  const [plain = "", restored = ""] = stdout.trim().split("\n").slice(-2);
  expect(stripMarks(restored)).toBe(plain);
  expect(restored).not.toBe(plain);
});
