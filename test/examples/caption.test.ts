/** The example of captions, in its fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test("caption.js --fast puts captions together that it has not seen", { timeout: 180_000 }, async (context) => {
  const { said, files, read } = await runExample(context, "caption.js");
  const shares = /^unseen people: Of \d+ captions the model gets ([\d.]+) % .* learned: ([\d.]+) % exactly/m.exec(said);
  expect(Number(shares?.[1])).toBeGreaterThan(Number(shares?.[2]) + 15);
  expect(await files()).toEqual(["captions-en.html", "captions-en.safetensors"]);
  expect((await read("captions-en.html")).match(/<h2>/g)).toHaveLength(3);
});
