/**
 * Runs the code blocks of README.md and docs/ as a reader would: `ts` and `js` blocks are type-checked against dist/ and run, each on its
 * own; those marked `no-run` are only type-checked; `sh` blocks marked `run` are run with `recurra` on the path. A block marked `output` holds
 * what the one before it prints; one marked with a file name, `cell.ts`, can be imported by the others of its document. The blocks of one
 * document run in order in one temporary folder, so a later one may read what an earlier one wrote; documents run side by side, one a core.
 * Files that a document names, pictures and other documents, must be there. `node scripts/check-docs.mjs docs/NAME.md` checks one document (after a build).
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { listFiles, root, run, toolCommand } from "./tools.mjs";

/** Seconds a block may run: an example that takes longer is one nobody waits for. */
const secondsPerBlock = 120;

/**
 * @typedef {object} Block
 * @property {string} document path from the root
 * @property {number} line 1-based line of the block's first line of code
 * @property {"ts" | "js" | "sh"} language
 * @property {boolean} runs
 * @property {string} code
 * @property {string} [file] its name, where the document gives one
 * @property {string} [output] what it prints, where the document says so
 */

/**
 * The blocks of a document that are checked.
 * @param {string} document path from the root
 * @param {string} text
 * @returns {Block[]}
 */
export function findBlocks(document, text) {
  /** @type {Block[]} */
  const blocks = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const [, indent = "", fence, language = "", words = ""] = /^(\s*)(`{3,})(\w*)\s*(.*)$/.exec(lines[i] ?? "") ?? [];
    if (fence === undefined) continue;
    const start = i + 1;
    do i++;
    while (i < lines.length && lines[i]?.trim() !== fence);
    const code = lines.slice(start, i).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const marks = words.split(/\s+/);
    const before = blocks.at(-1);
    if (marks.includes("output") && before !== undefined) before.output = `${code.join("\n")}\n`;
    const file = marks.find((mark) => mark.endsWith(`.${language}`));
    if (language === "ts" || language === "js" || (language === "sh" && marks.includes("run"))) {
      blocks.push({
        document,
        line: start + 1,
        language,
        runs: !marks.includes("no-run"),
        code: `${code.join("\n")}\n`,
        ...(file === undefined ? {} : { file }),
      });
    }
  }
  return blocks;
}

/**
 * The files that a document links to or shows, as it names them.
 * @param {string} text
 * @returns {string[]}
 */
export function findLinks(text) {
  const prose = text.replace(/^\s*(`{3,})[^]*?^\s*\1$/gm, "").replace(/`[^`\n]*`/g, "");
  const targets = Array.from(prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g), ([, target = ""]) => target);
  return [...new Set(targets.filter((target) => !/^[a-z]+:/.test(target)))];
}

/** @param {Block} block */
const folderOf = (block) => block.document.replace(/\.md$/, "").replaceAll("/", "-");

/** @param {Block} block */
const fileOf = (block) => `${folderOf(block)}/${block.file ?? `${block.line}.${block.language}`}`;

/**
 * Lays out a project that has Recurra installed, with each block in a file of its own at the line it has in its document.
 * @param {string} folder
 * @param {readonly Block[]} blocks
 */
async function createProject(folder, blocks) {
  const bin = path.join(folder, "node_modules/.bin");
  await mkdir(bin, { recursive: true });
  await symlink(root, path.join(folder, "node_modules/recurra"), "dir");
  const command = path.join(bin, "recurra");
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, "dist/cli/main.js")}" "$@"\n`);
  await chmod(command, 0o755);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    moduleDetection: "force",
    lib: ["ES2023", "DOM", "ESNext.Disposable"],
    types: ["node"],
    typeRoots: [path.join(root, "node_modules/@types")],
    strict: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    sourceMap: true,
    rootDir: ".",
    outDir: "out",
  };
  const files = blocks.filter((block) => block.language !== "sh").map(fileOf);
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  for (const block of blocks) {
    const file = path.join(folder, fileOf(block));
    await mkdir(path.dirname(file), { recursive: true });
    await mkdir(path.join(folder, "work", folderOf(block)), { recursive: true });
    await writeFile(file, "\n".repeat(block.line - 1) + block.code);
  }
}

/**
 * What TypeScript says about each block, with places in the document.
 * @param {string} folder
 * @param {readonly Block[]} blocks
 * @returns {Promise<ReadonlyMap<Block, string>>} empty text where all is well
 */
async function checkTypes(folder, blocks) {
  const typed = blocks.filter((block) => block.language !== "sh");
  if (typed.length === 0) return new Map();
  const { output } = await run([...toolCommand("typescript", "tsc"), "-p", folder, "--pretty", "false"], {
    cwd: folder,
  });
  const messages = output.split(/\n(?=\S)/).filter((message) => message.trim() !== "");
  /** @type {(message: string, block: Block) => boolean} */
  const isAbout = (message, block) => message.startsWith(`${fileOf(block)}(`);
  const stray = messages.filter((message) => !typed.some((block) => isAbout(message, block)));
  if (stray.length > 0) throw new Error(`type-checking the documentation failed as a whole: ${stray.join("\n")}`);
  return new Map(
    typed.map((block) => {
      const own = messages.filter((message) => isAbout(message, block));
      return [block, own.map((text) => text.replace(/^[^(]+\((\d+),(\d+)\)/, `${block.document}:$1:$2`)).join("\n")];
    }),
  );
}

/**
 * @param {string} folder
 * @param {Block} block
 * @returns {Promise<string>} what went wrong, or nothing
 */
async function runBlock(folder, block) {
  const command =
    block.language === "sh"
      ? ["sh", "-e", path.join(folder, fileOf(block))]
      : [process.execPath, "--enable-source-maps", path.join(folder, "out", fileOf(block).replace(/\.ts$/, ".js"))];
  const { code, output } = await run(command, {
    cwd: path.join(folder, "work", folderOf(block)),
    seconds: secondsPerBlock,
    env: { ...process.env, PATH: `${path.join(folder, "node_modules/.bin")}${path.delimiter}${process.env["PATH"]}` },
  });
  if (code !== 0) return `exit status ${code}\n${output}`.replaceAll(path.join(folder, fileOf(block)), block.document);
  return block.output === undefined || output.trimEnd() === block.output.trimEnd() ? "" : `it prints\n${output}`;
}

/**
 * Checks every block and every link to a file. Prints one line for each block, with what is wrong under those that fail, and one for each file that is missing.
 * @param {readonly string[]} [only] documents by their paths from the root; all if absent
 * @returns {Promise<import("./run-vitest.mjs").Counts>}
 */
export async function checkDocs(only) {
  const all = ["README.md", ...(await listFiles(path.join(root, "docs"))).map((name) => `docs/${name}`)];
  const documents = only ?? all;
  const unknown = documents.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no document ${unknown}`);
  /** @type {Block[]} */
  const blocks = [];
  let links = 0;
  let failed = 0;
  for (const name of documents.filter((document) => document.endsWith(".md"))) {
    const text = await readFile(path.join(root, name), "utf8");
    blocks.push(...findBlocks(name, text));
    for (const target of findLinks(text)) {
      links++;
      if (existsSync(path.join(root, path.dirname(name), target))) continue;
      failed++;
      console.log(`FAILED ${name} names ${target}, which is not there`);
    }
  }
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-docs-"));
  try {
    await createProject(folder, blocks);
    const types = await checkTypes(folder, blocks);
    const left = documents.map((name) => blocks.filter(({ document }) => document === name));
    const work = async () => {
      for (let own = left.shift(); own !== undefined; own = left.shift())
        for (const block of own) {
          const fault = types.get(block) || (block.runs ? await runBlock(folder, block) : "");
          console.log(`${fault === "" ? "ok    " : "FAILED"} ${block.document}:${block.line} ${block.language}`);
          if (fault === "") continue;
          failed++;
          console.log(fault.trimEnd());
        }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { passed: blocks.length + links - failed, failed, skipped: new Map() };
}

const named = process.argv.slice(2);
if (process.argv[1] === import.meta.filename)
  process.exitCode = (await checkDocs(named.length === 0 ? undefined : named)).failed === 0 ? 0 : 1;
