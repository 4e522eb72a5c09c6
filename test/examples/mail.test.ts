/** The example of summaries and replies, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = path.resolve(import.meta.dirname, "../../examples/mail.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test.skipIf(!isBuilt).each([
  { name: "summaries", more: [] },
  { name: "replies", more: ["--replies"] },
])("mail.js --fast learns $name and says how good they are", async ({ more }) => {
  const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast", ...more]);
  const losses = [...stdout.matchAll(/^epoch \d+: loss ([\d.]+)/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0]!);
  expect(stdout).toMatch(/^The model gets BLEU [\d.]+, .* exactly right, .* of /m);
  expect(stdout.match(/^ {2}said: /gm)).toHaveLength(6);
});
