/** `recurra inspect --html`: a page for a model of every task, on a sample of each kind, and what is refused. */
import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { ownCell, reviewsTable, salesTable } from "../../test/support/command-files.ts";
import { planJobs, saveJob } from "../../test/support/planned-jobs.ts";
import { captionPictures, cells as builtIn, loadFile, printCell, readPictures, translateTexts } from "../node.ts";
import type { TaskJob } from "../node.ts";

let folder: CommandFolder;

const red =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect x="2" y="2" width="5" height="5" fill="red"/></svg>';

/** The jobs whose files are inspected, by the names of these; `births` was trained. */
const jobs = planJobs();
const trained = path.join(import.meta.dirname, "../../studio/public/models/births.safetensors");

beforeAll(async () => {
  folder = await createCommandFolder({
    "sales.csv": salesTable(),
    "reviews.tsv": reviewsTable,
    "verse.txt": "abc cab bac\n".repeat(20),
    "pairs.tsv": "en\tback\none two\towt eno\n",
    "picture.svg": red,
    "mine.cell": ownCell,
    "short.csv": salesTable(3),
    "empty.txt": "",
    "own.html": "<!doctype html>\n<p>About Recurra, by hand.</p>\n",
  });
  for (const [name, job] of Object.entries<TaskJob>({ ...jobs }))
    await folder.write(`${name}.safetensors`, saveJob(job));
  await copyFile(trained, folder.path("births.safetensors"));
});
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

/** Each recurrent cell whose values a page draws, with the number of its units and the names of the values. */
function cellsOf(page: string) {
  return [...page.matchAll(/<h3>Layer (\S+): ([\w-]+), (\d+) units<\/h3>([^]*?)(?=<h3>|<\/section>)/g)]
    .map(([, layer = "", cell = "", units, body = ""]) => ({
      layer,
      cell,
      units: Number(units),
      values: [...body.matchAll(/<title>Heat map of (\S+) in layer/g)].map(([, name = ""]) =>
        name.replace("&#39;", "'"),
      ),
    }))
    .filter(({ values }) => values.length > 0);
}

const stepsOf = (page: string): readonly string[] => [
  ...new Set([...page.matchAll(/<title>Heat map of \S+ in layer \S+, (\d+) steps/g)].map(([, steps = ""]) => steps)),
];

describe("models of every task", () => {
  // Readers of texts, taggers and encoders read in both directions.
  test.each([
    ["births", "Forecasts numbers.", ["0"]],
    ["forecaster", "Forecasts numbers.", ["0"]],
    ["classifier", "Tells classes of sequences.", ["0"]],
    ["reader", "Tells something of a text.", ["2.forward", "2.backward"]],
    ["writer", "Goes on with a text.", ["1"]],
    ["tagger", "Tags words.", ["1.forward", "1.backward"]],
    ["restorer", "Restores the marks of letters.", ["1.forward", "1.backward", "3.forward", "3.backward"]],
    ["translator", "Says texts in another form.", ["encoder.2.forward", "encoder.2.backward", "2"]],
    ["captioner", "Says what pictures show.", ["encoder.5.forward", "encoder.5.backward", "2"]],
  ] as const)("%s, on what its file holds", async (name, task, layers) => {
    const page = await inspectAs(`${name}.safetensors`);
    expect(page).toContain(`<h1>${name}.safetensors: a model from inside</h1>`);
    expect(page).toContain(task);
    const sections = [...page.matchAll(/<h2 id="[^"]*">([^<]*)<\/h2>/g)].map(([, title]) => title);
    expect(sections).toEqual([
      "What it is",
      "How it was trained",
      "Layers",
      "Equations",
      "Weights",
      "Spectra of the recurrent matrices",
      "The sample",
      "Gates and states over time",
      ...(layers.length === 3 ? ["Where it looked"] : []),
      "Saturation",
      "Memory lengths",
      "The gradient through time",
    ]);
    expect(page).toMatch(/The first sequence of the self-test|The self-test in the file is too short/);
    expect(cellsOf(page).map(({ layer }) => layer)).toEqual(layers);
    for (const { layer, cell, units, values } of cellsOf(page)) {
      // Each line of the cell's text gives a value.
      const text = printCell(builtIn[cell as keyof typeof builtIn]);
      expect(values).toEqual([...text.matchAll(/^(\w+'?) =/gm)].map(([, value]) => value));
      // The two directions of an encoder share the size of the decoder.
      if (name !== "births") expect(units).toBe(layer.startsWith("encoder.") ? 3 : 6);
    }
  });

  test("a trained one tells its data, epochs and losses", async () => {
    const page = await inspectAs("births.safetensors");
    const { details } = await loadFile(trained);
    const { epochs, history, data } = details.training as {
      readonly epochs: number;
      readonly history: readonly unknown[];
      readonly data: { readonly rows: number };
    };
    expect(page).toContain(`<dt>Epochs</dt><dd>${epochs}</dd>`);
    expect(page).toContain(`${data.rows.toLocaleString("en")} rows`);
    const curve = page.slice(page.indexOf("<title>Loss by epoch</title>"));
    const [, line = ""] = /class="lines">\s*<path [^>]*d="([^"]*)"/.exec(curve) ?? [];
    expect(line.match(/[ML]/g)?.length).toBe(history.length);
  });

  test.each([
    ["forecaster", ["--sample", "sales.csv"], "What was given in sales.csv.", "9"],
    ["classifier", ["--sample", "sales.csv"], "What was given in sales.csv.", "5"],
    ["reader", ["--sample", "reviews.tsv"], "What was given in reviews.tsv.", "6"],
    ["reader", ["--text", "a fine film & so on"], "“a fine film &amp; so on”", "6"],
    ["writer", ["--text", "cab cab"], "It has 7 steps.", "7"],
    ["writer", ["--sample", "verse.txt"], "Of a longer one only these 120 steps are shown.", "120"],
    ["tagger", ["--text", "Dogs bark at 42 ."], "It has 5 steps.", "5"],
    ["translator", ["--text", "one two four"], "It has 3 steps.", "3"],
    ["translator", ["--sample", "pairs.tsv"], "What was given in pairs.tsv.", "2"],
    ["captioner", ["--sample", "picture.svg"], "What was given in picture.svg.", undefined],
  ] as const)("%s with %j", async (name, words, said, steps) => {
    const page = await inspectAs(`${name}.safetensors`, ...words);
    expect(page).toContain(said);
    if (steps !== undefined) expect(stepsOf(page)[0]).toBe(steps);
    const answer = /It said: “([^”]*)”/.exec(page)?.[1];
    if (name === "translator") {
      const text = words[0] === "--text" ? words[1] : "one two";
      expect(answer).toBe(translateTexts(jobs.translator, [text])[0]!.text);
    } else if (name === "captioner") {
      const pictures = await readPictures([{ file: folder.path("picture.svg"), name: "picture" }], jobs.captioner.task);
      expect(answer).toBe(captionPictures(jobs.captioner, pictures, [0], { views: 1 })[0]!.text);
      expect(page).toContain(`it asks ${jobs.captioner.task.views} views of a picture`);
    } else expect(answer).toBeUndefined();
  });

  test("in Vietnamese", async () => {
    const page = await inspectAs("reader.safetensors", "--language", "vi", "--text", "a fine film");
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
  const { out } = await folder.run("inspect", "forecaster.safetensors", "--html", "page.html", "--json");
  expect(JSON.parse(out)).toMatchObject({ task: { kind: "forecast" } });
});

describe("what is refused, without a page", () => {
  let before: readonly string[];
  beforeAll(async () => {
    await mkdir(folder.path("taken.html"));
    before = (await readdir(folder.path())).sort();
  });

  test.each([
    ["forecaster.safetensors --html none/page.html", 1, /none.page\.html cannot be written: there is no such/],
    ["forecaster.safetensors --html taken.html", 1, /taken\.html cannot be written: it is a folder/],
    ["forecaster.safetensors --html forecaster.safetensors", 2, /--html would replace what is inspected/],
    ["forecaster.safetensors --html new.html --sample sales.csv --text x", 2, /give one of them/],
    [
      "forecaster.safetensors --html new.html --text x",
      2,
      /--text is for models that read texts; this one reads tables/,
    ],
    ["forecaster.safetensors --html new.html --sample short.csv", 1, /short\.csv has 3 rows/],
    ["forecaster.safetensors --html new.html --sample none.csv", 1, /none\.csv cannot be read/],
    ["forecaster.safetensors --html new.html --sample reviews.tsv", 1, /reviews\.tsv has no column "date"/],
    ["writer.safetensors --html new.html --sample empty.txt", 1, /empty\.txt has nothing in it/],
    ["captioner.safetensors --html new.html --sample sales.csv", 1, /sales\.csv/],
    ["forecaster.safetensors --html new.html --training", 2, /--training has no meaning for the page of --html/],
    ["forecaster.safetensors --html new.html --language fr", 2, /Give one of en, vi/],
    ["forecaster.safetensors --text x", 2, /--text is about the page of --html FILE/],
    ["gru --html new.html --text x", 2, /--text has no meaning for a cell/],
    ["writer.safetensors --html new.html --text xyz", 1, /"x", "y", "z", which the model has never seen/],
    ["mine.cell --svg mine.cell", 2, /--svg would replace what is inspected, mine\.cell/],
    ["mine.cell --svg new.html --html new.html", 2, /--html would replace --svg, new\.html/],
    ["mine.cell --svg taken.html", 1, /taken\.html cannot be written: it is a folder/],
    [
      "forecaster.safetensors --html reviews.tsv",
      2,
      /reviews\.tsv has another ending; name a file that ends in \.html/,
    ],
    ["gru --html own.html", 2, /own\.html is there, and is no page of recurra inspect; name another file with --html/],
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
