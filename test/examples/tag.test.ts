/** The example of tagging, in its fast form. */
import { expect, test } from "vitest";
import { stripMarks } from "../../src/data/index.ts";
import { runExample } from "../support/run-example.ts";

test("tag.js --fast restores most marks, and says how that compares with the usual forms", async (context) => {
  const { said } = await runExample(context, "tag.js");
  const share = /^The model gets ([\d.]+) % of \d+ words right, .* of giving each word the form it had/.exec(said);
  expect(Number(share?.[1])).toBeGreaterThan(60);
  const [plain = "", restored = ""] = said.trim().split("\n").slice(-2);
  expect(stripMarks(restored)).toBe(plain);
  expect(restored).not.toBe(plain);
});
