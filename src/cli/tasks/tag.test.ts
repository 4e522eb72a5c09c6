import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder, Said } from "../../../test/support/command.ts";

let folder: CommandFolder;
beforeAll(async () => {
  const lines = ["Tôi là bác sĩ.", "Bạn đã cười.", "Tôi tên là Lan.", "Bà ơi, đi đâu?"];
  const texts = Array.from({ length: 80 }, (_, at) => `${lines[at % 4]!} ${lines[(at * 7 + 1) % 4]!} ${at}`);
  const tagged = Array.from({ length: 60 }, (_, at) => `the/at dog/nn-tl ${at}/cd can/md run/vb ./.`);
  folder = await createCommandFolder({
    "vi.txt": texts.join("\n"),
    "pairs.tsv": texts.map((text, at) => `${at}\t${text}`).join("\n"),
    "tags.txt": tagged.join("\n"),
    "some.txt": "the/at dog/nn-tl can/md run/vb ./.\nthe/at can/nn ran/vbd ./.\n",
    "plain.txt": "the dog can run .\nthe dog can run .\n",
    "rare.txt": Array.from({ length: 40 }, (_, at) => `the/at w${at}/t${at} can/md ./.`).join("\n"),
    "empty.txt": "  \n",
  });
});
afterAll(() => folder.remove());

const run = (...words: readonly string[]): Promise<Said> => folder.run(...words);

const quick = "--hidden 12 --layers 1 --embedding 8 --rate 0.02 --epochs 12 --backend wasm".split(" ");

test("restores marks: train, predict, evaluate, inspect", async () => {
  const trained = await run(
    "train",
    "vi.txt",
    "--task",
    "tag",
    "--restore",
    "diacritics",
    "--out",
    "vi.safetensors",
    ...quick,
  );
  expect(trained).toMatchObject({ status: 0 });
  expect(trained.out).toContain("usual form of each word");
  const predicted = await run("predict", "vi.safetensors", "--input", "Toi la bac si. ", "--backend", "wasm");
  expect(predicted).toMatchObject({ status: 0, out: "Tôi là bác sĩ.\n" });
  const evaluated = await run("evaluate", "vi.safetensors", "vi.txt", "--json", "--backend", "wasm");
  expect(JSON.parse(evaluated.out)).toMatchObject({ of: "marks", sentences: 80 });
  expect((await run("inspect", "vi.safetensors")).out).toContain("restores the marks of letters");
});

test("reads a column of a table without names", async () => {
  const words = ["--restore", "diacritics", "--columns", "number,vi", "--text", "vi", "--out", "pairs.safetensors"];
  const { status, err } = await run("train", "pairs.tsv", "--task", "tag", ...words, ...quick, "--epochs", "1");
  expect(status).toBe(0);
  expect(err).toContain("80 sentences");
  const longer = ["train", "pairs.tsv", "--task", "tag", ...words, ...quick, "--epochs", "20"];
  const stopped = await folder.runUntil(/^epoch/, ...longer);
  expect(stopped.status).toBe(130);
  const resumed = await run("train", "pairs.tsv", "--resume", "pairs.checkpoint", "--no-report");
  expect(resumed).toMatchObject({ status: 0, err: expect.stringContaining("80 sentences") as string });
});

test("tags words, and says which options contradict", async () => {
  const trained = await run("train", "tags.txt", "--task", "tag", "--base-tags", "--out", "tags.safetensors", ...quick);
  expect(trained).toMatchObject({ status: 0 });
  const predicted = await run("predict", "tags.safetensors", "--input", "the dog can run .", "--backend", "wasm");
  expect(predicted.out).toBe("the/at dog/nn can/md run/vb ./.\n");
  expect(await run("train", "tags.txt", "--task", "tag", "--text", "a")).toMatchObject({ status: 2 });
  const plain = await run("train", "vi.txt", "--task", "tag");
  expect(plain.status).toBe(1);
  expect(plain.err).toContain("vi.txt, line 3");
});

test("tags that only the test part has are named beside its scores", async () => {
  const { status, out } = await run("train", "rare.txt", "--task", "tag", "--out", "rare.safetensors", ...quick);
  expect(status).toBe(0);
  expect(out).toMatch(/\n4 words have tags that training never saw, and count as mistakes: (t\d+(, )?){4}\.\n/);
});

test("a tagged file that is read as plain text is told", async () => {
  const said = await run("predict", "tags.safetensors", "some.txt", "--backend", "wasm");
  expect(said).toMatchObject({ status: 0, err: "note: this looks tagged (word/TAG); --tagged leaves the tags out\n" });
});

test("text without marks is no measure of a model that restores them", async () => {
  await folder.write("bare.txt", "Toi la bac si.\nBan da cuoi.\n");
  expect(await run("evaluate", "vi.safetensors", "bare.txt", "--backend", "wasm")).toMatchObject({
    status: 1,
    out: "",
    err: expect.stringContaining(
      "error: bare.txt has no letter with a mark, so it cannot be judged what the model restores; give text as it should be written",
    ) as unknown,
  });
});

test("tagged files are tagged anew, and written in the form asked for", async () => {
  const model = ["predict", "tags.safetensors"];
  const anew = await run(...model, "some.txt", "--tagged", "--backend", "wasm");
  expect(anew.err).toBe("");
  expect(anew.out).toMatch(/^the\/at dog\/nn can\/md run\/vb \.\/\.\nthe\/at can\/\S+ ran\/\S+ \.\/\.\n$/);
  expect(await run(...model, "plain.txt", "--tagged")).toMatchObject({
    status: 1,
    err: 'error: plain.txt, line 1: "the" is not a word, a slash and its tag\n',
  });
  expect(await run("predict", "vi.safetensors", "vi.txt", "--tagged")).toMatchObject({ status: 2 });
  const plain = await run(...model, "plain.txt", "--format", "tsv");
  expect(plain.err).toBe("");
  expect(plain.out).toMatch(/^sentence\ttoken\ttag\n1\tthe\tat\n1\tdog\tnn\n[^]*\n2\t\.\t\.\n$/);
  expect(await run(...model, "plain.txt", "--out", "plain.json")).toMatchObject({
    err: "10 rows written to plain.json\n",
  });
  expect(JSON.parse(await folder.read("plain.json"))).toHaveLength(10);
  expect(JSON.parse((await run(...model, "--input", "the dog", "--json")).out)).toEqual([
    { sentence: 1, token: "the", tag: "at" },
    { sentence: 1, token: "dog", tag: "nn" },
  ]);
  await run("predict", "vi.safetensors", "--input", "Toi la\nBan da cuoi.", "--out", "vi.jsonl");
  expect((await folder.read("vi.jsonl")).split("\n").map((line) => line.slice(0, 20))).toEqual([
    expect.stringMatching(/^\{"text":"Toi la","/),
    expect.stringMatching(/^\{"text":"Ban da cuo/),
    "",
  ]);
});

test("evaluate says which tags training never saw, and refuses what has no tags", async () => {
  const some = await run("evaluate", "tags.safetensors", "some.txt");
  expect(some.out).toContain("\n1 words have tags that training never saw, and count as mistakes: vbd.\n");
  expect(await run("evaluate", "tags.safetensors", "plain.txt")).toMatchObject({
    status: 1,
    err: expect.stringContaining('error: plain.txt, line 1: "the" is not a word, a slash and its tag') as string,
  });
});

test("an empty text is refused, and so is making texts up", async () => {
  for (const words of [["--input", ""], ["--input", " \n"], ["empty.txt"]]) {
    const { status, err } = await run("predict", "tags.safetensors", ...words);
    expect(err).toMatch(/error: (--input|empty\.txt): the text is empty/);
    expect(status).toBe(1);
  }
  const column = ["pairs.tsv", "--columns", "number,vi", "--text", "vi"];
  expect(
    await run("train", ...column, "--task", "tag", "--restore", "diacritics", "--missing", "previous"),
  ).toMatchObject({
    status: 2,
    err: expect.stringContaining("--missing previous fills in numbers, but texts cannot be made up") as string,
  });
  expect((await run("train", ...column, "--target", "number", "--missing", "0")).err).toContain("--missing 0 fills in");
  expect(
    (await run("train", "pairs.tsv", "--task", "translate", "--source", "a", "--target", "b", "--missing", "linear"))
      .err,
  ).toContain("--missing linear");
});
