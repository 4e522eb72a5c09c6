/** `recurra inspect --html`: a page for a model of every task, on a sample of each kind, and what is refused. */
import { mkdir, readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { ownCell, reviewsTable, salesTable, verse } from "../../test/support/command-files.ts";

let folder: CommandFolder;

const square = (at: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="${at % 5}" y="2" width="9" height="9" fill="${["red", "blue"][at % 2]}"/></svg>`;
const captions = `image,caption\n${Array.from({ length: 20 }, (_, at) => `c${at}.svg,a ${["red", "blue"][at % 2]} square`).join("\n")}\n`;
const pairs = `a\tb\n${Array.from({ length: 60 }, (_, at) => `the ${["sun", "moon"][at % 2]} number ${at} is up\tup ${at} ${["moon", "sun"][at % 2]}`).join("\n")}\n`;
const tagged = Array.from({ length: 60 }, (_, at) => `the/at dog/nn ${at}/cd can/md run/vb ./.`).join("\n");

const quick = "--epochs 1 --hidden 4 --backend wasm --quiet --no-report";
const trainings = {
  forecast: `sales.csv --target sales --window 7 ${quick}`,
  classify: `sales.csv --label parity --features sales --window 5 ${quick}`,
  texts: `reviews.tsv --text review --target mood --embedding 4 ${quick}`,
  generate: `verse.txt --task generate --embedding 4 ${quick}`,
  tag: `tags.txt --task tag --embedding 4 ${quick}`,
  translate: `pairs.tsv --task translate --source a --target b --embedding 4 ${quick}`,
} as const;

beforeAll(async () => {
  folder = await createCommandFolder({
    "sales.csv": salesTable(),
    "reviews.tsv": reviewsTable,
    "verse.txt": verse,
    "tags.txt": tagged,
    "pairs.tsv": pairs,
    "captions.csv": captions,
    "picture.svg": square(1),
    "mine.cell": ownCell,
    "short.csv": salesTable(3),
    "empty.txt": "",
    "own.html": "<!doctype html>\n<p>About Recurra, by hand.</p>\n",
  });
  for (let at = 0; at < 20; at++) await folder.write(`pictures/c${at}.svg`, square(at));
  const flags = `--images ${folder.path("pictures")} --captions captions.csv --size 16 --embedding 4 ${quick}`;
  for (const [name, words] of Object.entries({ ...trainings, caption: `--task caption ${flags}` })) {
    const { status, err } = await folder.run("train", ...words.split(" "), "--out", `${name}.safetensors`);
    if (status !== 0) throw new Error(`${name}: ${err}`);
  }
}, 120_000);
afterAll(() => folder.remove());

/** The page that a command wrote. */
async function inspectAs(name: string, ...words: readonly string[]): Promise<string> {
  const { status, out, err } = await folder.run("inspect", name, "--html", "page.html", ...words);
  expect({ status, out }).toEqual({ status: 0, out: "" });
  expect(err).toContain("page written to page.html");
  const page = await folder.read("page.html");
  expect(findXmlFault(page.replace("<!doctype html>\n", ""))).toBeUndefined();
  return page;
}

describe("models of every task", () => {
  test.each([...Object.keys(trainings), "caption"])("%s, on what its file holds", async (name) => {
    const page = await inspectAs(`${name}.safetensors`);
    expect(page).toContain(`<h1>${name}.safetensors: a model from inside</h1>`);
    for (const section of [
      "How it was trained",
      "Spectra",
      "Gates and states over time",
      "Saturation",
      "Memory lengths",
    ])
      expect(page).toContain(section);
    expect(page).toMatch(/The first sequence of the self-test|The self-test in the file is too short/);
    expect(page).toContain("Heat map of");
  });

  test.each([
    ["forecast", ["--sample", "sales.csv"], "What was given in sales.csv."],
    ["classify", ["--sample", "sales.csv"], "What was given in sales.csv."],
    ["texts", ["--sample", "reviews.tsv"], "What was given in reviews.tsv."],
    ["texts", ["--text", "a fine film & so on"], "“a fine film &amp; so on”"],
    ["generate", ["--text", "The sun"], "It has 7 steps."],
    ["generate", ["--sample", "verse.txt"], "Of a longer one only these 120 steps are shown."],
    ["tag", ["--text", "the dog can run ."], "It has 5 steps."],
    ["translate", ["--text", "the sun is up"], "It has 4 steps."],
    ["translate", ["--sample", "pairs.tsv"], "What was given in pairs.tsv."],
    ["caption", ["--sample", "picture.svg"], "What was given in picture.svg."],
  ] as const)("%s with %j", async (name, words, said) => {
    const page = await inspectAs(`${name}.safetensors`, ...words);
    expect(page).toContain(said);
    expect(page).toContain("Heat map of");
  });

  test("in Vietnamese", async () => {
    const page = await inspectAs("texts.safetensors", "--language", "vi", "--text", "a fine film");
    expect(page).toContain('<html lang="vi">');
    expect(page).toContain("Cổng và trạng thái theo thời gian");
  });
});

test("cells: built in, of one's own, and on the spot; beside a diagram and JSON", async () => {
  expect(await inspectAs("gru")).toContain("<h1>gru: a recurrent cell</h1>");
  expect(await inspectAs("mine.cell", "--language", "vi")).toContain("mine: một ô hồi quy");
  expect(await inspectAs("h' = tanh(W x + U h)", "--svg", "cell.svg")).toContain("<math");
  expect(await folder.read("cell.svg")).toMatch(/^<svg/);
  const { out, err } = await folder.run("inspect", "lstm", "--html", "page.html", "--json");
  expect(JSON.parse(out)).toMatchObject({ name: "lstm" });
  expect(err).toContain("page written to page.html");
});

test("a model's JSON beside its page", async () => {
  const { out } = await folder.run("inspect", "forecast.safetensors", "--html", "page.html", "--json");
  expect(JSON.parse(out)).toMatchObject({ task: { kind: "forecast" } });
});

describe("what is refused, without a page", () => {
  let before: readonly string[];
  beforeAll(async () => {
    await mkdir(folder.path("taken.html"));
    before = (await readdir(folder.path())).sort();
  });

  test.each([
    ["forecast.safetensors --html none/page.html", 1, /none.page\.html cannot be written: there is no such/],
    ["forecast.safetensors --html taken.html", 1, /taken\.html cannot be written: it is a folder/],
    ["forecast.safetensors --html reviews.tsv", 2, /reviews\.tsv has another ending; name a file that ends in \.html/],
    ["gru --html own.html", 2, /own\.html is there, and is no page of recurra inspect; name another file with --html/],
    ["forecast.safetensors --html forecast.safetensors", 2, /--html would replace what is inspected/],
    ["forecast.safetensors --html new.html --sample sales.csv --text x", 2, /give one of them/],
    ["forecast.safetensors --html new.html --text x", 2, /--text is for models that read texts; this one reads tables/],
    ["forecast.safetensors --html new.html --sample short.csv", 1, /short\.csv has 3 rows/],
    ["forecast.safetensors --html new.html --sample none.csv", 1, /none\.csv cannot be read/],
    ["forecast.safetensors --html new.html --sample reviews.tsv", 1, /reviews\.tsv has no column "date"/],
    ["generate.safetensors --html new.html --sample empty.txt", 1, /empty\.txt has nothing in it/],
    ["caption.safetensors --html new.html --sample sales.csv", 1, /sales\.csv/],
    ["forecast.safetensors --html new.html --training", 2, /--training has no meaning for the page of --html/],
    ["forecast.safetensors --html new.html --language fr", 2, /Give one of en, vi/],
    ["forecast.safetensors --text x", 2, /--text is about the page of --html FILE/],
    ["gru --html new.html --text x", 2, /--text has no meaning for a cell/],
    ["sales.csv --html new.html", 2, /sales\.csv is a table/],
    ["none.safetensors --html new.html", 1, /none\.safetensors cannot be read/],
  ] as const)("%s", async (words, status, message) => {
    const args = words.split(" ").map((word) => (word === "none/page.html" ? folder.path(word) : word));
    const said = await folder.run("inspect", ...args);
    expect(said).toMatchObject({ status, out: "" });
    expect(said.err).toMatch(message);
    expect(said.err).not.toContain("defect");
    expect((await readdir(folder.path())).sort()).toEqual(before);
    expect(await folder.read("own.html")).toContain("by hand");
  });
});
