/** The example of summaries and replies, in its fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test.for([
  { name: "summaries", more: [] },
  { name: "replies", more: ["--replies"] },
])("mail.js --fast learns $name and says how good they are", async ({ more }, context) => {
  const { said } = await runExample(context, "mail.js", ...more);
  const losses = [...said.matchAll(/^epoch \d+: loss ([\d.]+)/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(12);
  expect(losses[11]).toBeLessThan(losses[0]!);
  expect(said).toMatch(/^The model gets BLEU [\d.]+, .* exactly right, .* of /m);
  expect(said.match(/^ {2}said: /gm)).toHaveLength(6);
});
