/** The example of texts, in its fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test("classify.js --fast tells spam better than always saying ham", async (context) => {
  const { said, files } = await runExample(context, "classify.js");
  const shares = /right on ([\d.]+) % of \d+ texts, against the [\d.]+ % of .* and the ([\d.]+) % of always/.exec(said);
  expect(Number(shares?.[1])).toBeGreaterThan(Number(shares?.[2]) + 5);
  expect(said).toMatch(/^(spam|ham) \([\d.]+\): Free -?\d/m);
  expect(await files()).toEqual(["spam.safetensors"]);
});
