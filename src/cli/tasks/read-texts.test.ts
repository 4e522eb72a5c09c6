import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder, Said } from "../../../test/support/command.ts";

const models = [
  { task: "translate", model: "said.safetensors", column: "word", columns: "--source word --target said" },
  { task: "classify", model: "kind.safetensors", column: "word", columns: "--text word --target kind" },
];

let folder: CommandFolder;
beforeAll(async () => {
  const words = ["sun", "moon", "star"];
  const rows = Array.from({ length: 60 }, (_, at) => {
    const [one, ...more] = [1, 3, 9, 27].map((part) => words[Math.floor(at / part) % 3]!);
    return [`the ${more.join(" ")} ${one} is up`, `up is ${one}`, at % 3 === 0 ? "day" : "night"].join("\t");
  });
  folder = await createCommandFolder({
    "pairs.txt": rows.join("\n"),
    "lines.txt": "the sun is up\n\nthe sun, the moon, is up\r\nis the star up\n",
    "long.txt": `the sun is up\n${"the sun ".repeat(1500)}\n`,
    "odd.txt": "the sun shines brightly\n",
    "rows.txt": "the sun is up,up is sun,day\nthe moon is up,up is moon\nthe star is up,up is star,night\n",
    "named.csv": ["word,said,kind", ...rows.map((row) => row.replaceAll("\t", ","))].join("\n"),
  });
  const quick = "--epochs 1 --hidden 8 --embedding 4 --batch 16 --backend wasm --quiet";
  for (const { task, model, columns } of models)
    await run(`train pairs.txt --columns word,said,kind --task ${task} ${columns} ${quick} --out ${model}`);
  await run(`train named.csv --task classify --text word --target kind ${quick} --out named.safetensors`);
});
afterAll(() => folder.remove());

const run = (words: string): Promise<Said> => folder.run(...words.split(" "));
const predict = (...words: readonly string[]): Promise<Said> => folder.run("predict", ...words, "--backend", "wasm");

test.each([...models, { task: "classify by names", model: "named.safetensors" }])(
  "$task tells of each line of a .txt file that is no table",
  async ({ model }) => {
    const { status, out, err } = await predict(model, "lines.txt");
    expect(status).toBe(0);
    expect(err).toBe('note: lines.txt has no column "word"; each line is read as a text\n');
    expect(out.split("\n").map((line) => line.replace(/,[^,]*,[^,]*$/, ""))).toEqual([
      "word",
      "the sun is up",
      '"the sun, the moon, is up"',
      "is the star up",
      "",
    ]);
  },
);

test.each([
  ["said.safetensors", "word-for-word translations and those of the most similar source"],
  ["kind.safetensors", "a bag of words"],
])("evaluating %s says that it is not beside %s", async (model, baselines) => {
  const { status, out, err } = await folder.run("evaluate", model, "pairs.txt", "--backend", "wasm", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(out)).not.toHaveProperty("kind");
  expect(err).toContain("note: where training has seen some of these, the model looks better than it is\n");
  expect(err).toContain(`note: not beside ${baselines}, for want of the training data; recurra inspect MODEL tells`);
});

test("a table with a fault stays a table", async () => {
  const { status, err } = await predict("said.safetensors", "rows.txt");
  expect(status).toBe(1);
  expect(err).toContain("the row has 2 fields where there are 3 columns");
});

test.each(models)("$task says what it does not know", async ({ model }) => {
  const one = await predict(model, "--input", "the sun shines, the moon glows");
  expect(one).toMatchObject({ status: 0, err: "note: unknown to the model: shines, ,, glows\n" });
  expect((await predict(model, "--input", "the sun is up")).err).toBe("");
  expect((await predict(model, "odd.txt")).err).toContain(
    "note: 50 % of the words of odd.txt are unknown to the model\n",
  );
  expect((await predict(model, "pairs.txt")).err).toBe("");
});

test("a model that reads all of each text says which one takes long", async () => {
  const { status, err } = await predict("said.safetensors", "long.txt", "--beam", "1");
  expect(status).toBe(0);
  expect(err).toContain(
    'note: long.txt, row 2 (line 2), column "word" has 3,000 words, and each takes time and memory; cut it or leave it out if that is too much\n',
  );
  expect((await predict("kind.safetensors", "long.txt")).err).not.toContain("takes time");
});
