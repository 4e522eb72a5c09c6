/** The example of language models, in its fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test("generate.js --fast measures and writes English and Vietnamese", async (context) => {
  const { said, files } = await runExample(context, "generate.js");
  const costs = [...said.matchAll(/A character costs the model ([\d.]+) bits/g)].map(([, bits]) => Number(bits));
  expect(costs).toHaveLength(2);
  // All of some 60 characters (English) and 100 (Vietnamese) alike would cost 5.9 and 6.6.
  expect(Math.max(...costs)).toBeLessThan(5);
  expect(await files()).toEqual(["text.safetensors"]);
});
