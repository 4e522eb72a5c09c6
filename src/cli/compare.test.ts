/** `recurra compare`: results, picture and page; what is done is not done again. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "./run.ts";
import type { Terminal } from "./terminal.ts";

let folder: string;
const file = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-compare-"));
  await writeFile(file("mine.cell"), "h' = tanh(W x + U h)\n");
  await writeFile(file("other.json"), "{}");
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function run(words: string): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ["", ""];
  const terminal: Terminal = {
    command: "recurra",
    print: (text) => (out += `${text}\n`),
    say: (text) => (err += `${text}\n`),
    screen: undefined,
    onInterrupt: () => () => undefined,
  };
  const status = await runCommand(words.replaceAll("@", folder + path.sep).split(" "), terminal);
  return { status, out, err };
}

const quick = "compare --task adding --steps 4,6 --hidden 4 --updates 5 --backend wasm --fast --out @adding.json";

test("a table, a picture, a page and results; a later command does only what is left", async () => {
  const first = await run(`${quick} --cells rnn`);
  expect(first).toMatchObject({
    status: 0,
    err: expect.stringMatching(/^2 runs\n\[1\/2\] rnn, 4 steps, seed 1/) as unknown,
  });
  expect(first.out).toMatch(/4 +rnn +4 .*0\.167/);
  expect(await readFile(file("adding.svg"), "utf8")).toMatch(/^<svg/);
  expect(await readFile(file("adding.html"), "utf8")).toMatch(/^<!doctype html>/);
  const one = await run(`${quick.replace("4,6", "4").replace("@adding", "@one")} --cells rnn`);
  expect(one.err).toMatch(/^1 run\n/);
  const more = await run(`${quick} --cells rnn,@mine.cell`);
  expect(more.err).toMatch(/^4 runs, 2 of them done before\n\[3\/4\] mine, 4 steps/);
  expect(await run(`${quick} --cells rnn --quiet`)).toMatchObject({ status: 0, err: "" });
  const again = await run(`${quick} --cells rnn,@mine.cell --json`);
  expect(again).toMatchObject({ status: 0, err: "" });
  expect((JSON.parse(again.out) as { results: unknown[] }).results).toHaveLength(4);
});

test("a comparison of which no run succeeded is a failure, and what came of it stays", async () => {
  const words =
    "compare --task adding --steps 4 --hidden 4 --updates 5 --backend wasm --fast --rate 1e30 --out @wild.json";
  const { status, err } = await run(`${words} --cells rnn`);
  expect(status).toBe(1);
  expect(err).toMatch(/error: No run succeeded\. The first: The (loss|gradient's norm) became /);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(["wild.json", "wild.svg", "wild.html"]));
  const again = await run(`${words} --cells rnn --json`);
  expect(again.status).toBe(1);
  expect(JSON.parse(again.out)).toMatchObject({ error: { code: "training/not-finite" } });
});

test("files beside the results that no comparison has written are left alone", async () => {
  for (const [name, what] of [
    ["notes.svg", "picture"],
    ["notes.html", "page"],
  ] as const) {
    await writeFile(file(name), "mine");
    const { status, err } = await run("compare --task adding --fast --out @notes.json");
    expect(status).toBe(2);
    expect(err).toMatch(
      new RegExp(`^error: \\S*${name} is there, and the ${what} beside \\S*notes.json would replace it`),
    );
    expect(await readFile(file(name), "utf8")).toBe("mine");
    expect(await readdir(folder)).not.toContain("notes.json");
    await rm(file(name));
  }
});

test("results of another task are refused and stay; those with other options stay and are spoken of", async () => {
  await run(`${quick.replace("@adding", "@first")} --cells rnn`);
  const kept = await readFile(file("first.json"), "utf8");
  const other = await run("compare --task copy --cells rnn --fast --out @first.json");
  expect(other.status).toBe(2);
  expect(other.err).toMatch(/^error: \S*first\.json holds results of --task adding, not of copy; name another file/);
  expect(await readFile(file("first.json"), "utf8")).toBe(kept);
  const larger = `${quick.replace("@adding", "@first").replace("--hidden 4", "--hidden 5")} --cells rnn`;
  const { status, err } = await run(larger);
  expect(status).toBe(0);
  expect(err).toMatch(/^2 runs\nnote: \S*first\.json keeps 2 more, with other cells or options, that are not shown\n/);
  const { results } = JSON.parse(await readFile(file("first.json"), "utf8")) as { readonly results: unknown[] };
  expect(results).toHaveLength(4);
});

test.each([
  { words: "compare", status: 2, says: /--task adding/ },
  { words: "compare --task ading --fast --out @none.json", status: 1, says: /did you mean adding/ },
  { words: "compare --task adding --steps 5,x --out @none.json", status: 2, says: /--steps x/ },
  { words: "compare --task adding --steps 5,5 --out @none.json", status: 1, says: /length 5 is there twice/ },
  { words: "compare --task adding --seeds 1e9 --out @none.json", status: 2, says: /number from 1 to 1000\./ },
  { words: "compare --task adding --threads 1e9 --out @none.json", status: 2, says: /number from 1 to 64\./ },
  { words: "compare --task adding --batch 1e9 --out @none.json", status: 2, says: /number from 1 to 20000\./ },
  { words: "compare --task adding --steps 1e9 --out @none.json", status: 1, says: /steps is 1000000000.*44739 steps/ },
  { words: "compare --task adding --fast --out @none.txt", status: 2, says: /ends in \.json/ },
  { words: "compare --task adding --fast --out @other.json", status: 1, says: /holds no results/ },
  { words: "compare --task adding --cells nonsense --out @none.json", status: 1, says: /nonsense/ },
])("wrong: $words", async ({ words, status, says }) => {
  const said = await run(words);
  expect(said.status).toBe(status);
  expect(said.err).toMatch(says);
});
