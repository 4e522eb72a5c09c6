/** A class or a number of texts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder, Said } from "../../../test/support/command.ts";
import { reviewRows, reviewsTable } from "../../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "reviews.tsv": reviewsTable, "bare.txt": `${reviewRows.join("\r\n")}\r\n` });
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test("texts are classified, and a text is explained", async () => {
  const { status, out, err } = await run(
    "train reviews.tsv --task classify --text review --target mood --hidden 4 --embedding 4 --epochs 2 --out reviews.safetensors --chart sure.svg",
  );
  expect(status).toBe(0);
  expect(err).toMatch(/classify {2}texts by mood: 2 classes \(dislike, like\)\ntexts +up to 6 words of each/);
  expect(err).toContain("96 texts to learn from, 12 for validation, 12 for the test");
  expect(err).toMatch(/epoch 2\/2 .*rate/);
  expect(out).toMatch(/naive Bayes on words[^]*truth[^]*calibration error[^]*The model is right on/);
  expect(await made.read("sure.svg")).toMatch(/^<svg/);
  expect((await run("predict reviews.safetensors reviews.tsv")).out).toMatch(/^review,mood predicted,probability\n/);
  expect((await run("predict reviews.safetensors --input good")).out).toMatch(
    /^review,[^]*\ngood,(dis)?like,0\.\d+\n$/,
  );
  const explained = await run("predict reviews.safetensors --input good --explain");
  expect(explained.out).toMatch(/^(dis)?like \(\d+ %\)\n\n +word +effect[^]*good +-?\d[^]*leave one out/);
  expect(JSON.parse((await run("predict reviews.safetensors --input good --explain --json")).out)).toMatchObject({
    pieces: [{ text: "good", effect: expect.any(Number) as unknown }],
  });
  expect(JSON.parse((await run("evaluate reviews.safetensors reviews.tsv --json")).out)).toMatchObject({
    of: "class",
    scores: { count: 120 },
  });
  expect((await run("inspect reviews.safetensors")).out).toContain("classifies the texts of review by mood");
});

test("a file without a line of names has them from --columns; numbers are cut, or told", async () => {
  const words = "train bare.txt --columns review,mood,stars --text review --target stars --hidden 4 --epochs 1";
  const cut = await run(`${words} --cuts 2 --out cut-stars.safetensors`);
  expect(cut.err).toContain("2 classes (below 2, from 2)");
  const told = await run(`${words} --task regress --out stars.safetensors`);
  expect(told.out).toMatch(
    /correlation[^]*ridge regression on words[^]*always 1\.\d+[^]*mean absolute error on 12 texts/,
  );
  expect((await run("predict stars.safetensors bare.txt")).out).toMatch(/^review,stars predicted\n/);
  expect((await run("evaluate stars.safetensors bare.txt")).out).toMatch(/^bare\.txt, 120 texts:/);
});
