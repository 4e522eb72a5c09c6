/** The example of letters to phonemes, in its fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test("translate.js --fast says words better than letter by letter", { timeout: 120_000 }, async (context) => {
  const { said } = await runExample(context, "translate.js");
  const rate = (who: string): number => Number(new RegExp(`${who} +phoneme error rate ([\\d.]+) %`).exec(said)?.[1]);
  expect(rate("model")).toBeLessThan(rate("word for word") - 5);
  expect(rate("nearest")).toBeGreaterThan(rate("word for word"));
  expect(said).toMatch(/recurrent {2}→ {2}[A-Z ]+/);
});
