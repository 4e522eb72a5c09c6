/**
 * `npm run bench`: times Recurra and its peers on workloads.json, taking turns, and prints medians and ratios. A run over all workloads
 * also writes docs/performance.md. `--only NAME,NAME` picks workloads, `--rounds N` (3) says how often each takes its turn.
 */
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root, run } from "../scripts/tools.mjs";

/** @typedef {{ name: string, mode: "train" | "infer", sizes: Record<string, string | number> }} Workload */
/** @typedef {{ milliseconds: number, version: string | undefined }} Timing */

/**
 * Someone who can run a workload: a command that takes a file of workloads and prints a line of JSON for each.
 * @typedef {object} Contender
 * @property {string} name
 * @property {(file: string) => string[]} command
 */

/** @type {Contender} */
const ours = {
  name: "Recurra",
  command: (file) =>
    [process.execPath, path.join(root, "dist/cli/main.js")].concat([
      "bench",
      "--workloads",
      file,
      "--backend",
      "wasm",
      "--threads",
      "1",
      "--json",
    ]),
};

/**
 * TensorFlow.js, which is installed into bench/ when it is not there.
 * @returns {Promise<Contender | undefined>}
 */
async function findTensorFlow() {
  const folder = path.join(root, "bench");
  const installed = await access(path.join(folder, "node_modules/@tensorflow/tfjs")).then(
    () => true,
    () => false,
  );
  if (!installed) {
    console.log("installing TensorFlow.js into bench/node_modules");
    const npm = process.env["npm_execpath"];
    const command = npm === undefined ? ["npm"] : [process.execPath, npm];
    const { code, output } = await run([...command, "ci", "--no-audit", "--no-fund"], { cwd: folder });
    if (code !== 0) {
      console.log(`TensorFlow.js is left out: npm ci in bench/ failed: ${output.trim()}`);
      return undefined;
    }
  }
  return {
    name: "TF.js WASM",
    command: (file) => [process.execPath, path.join(folder, "peers/tfjs.mjs"), file],
  };
}

/**
 * PyTorch, where a Python of this machine has it: the first on the path or the system's own.
 * @returns {Promise<Contender | undefined>}
 */
async function findTorch() {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const { code } = await run([python, "-c", "import torch"]);
    if (code === 0) {
      return { name: "PyTorch CPU", command: (file) => [python, path.join(root, "bench/peers/torch.py"), file] };
    }
  }
  console.log("PyTorch is left out: no python3 here has torch");
  return undefined;
}

/**
 * One turn: one contender on one workload.
 * @param {Contender} contender
 * @param {Workload} workload
 * @param {string} folder for the file that holds the one workload
 * @returns {Promise<Timing | string>} or why there is none
 */
async function takeTurn(contender, workload, folder) {
  const file = path.join(folder, "workload.json");
  await writeFile(file, JSON.stringify({ train: [], infer: [], [workload.mode]: [workload.sizes] }));
  const { code, output } = await run(contender.command(file));
  const lines = output.split("\n").filter((text) => text.trim() !== "");
  const line = lines.find((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) {
    return lines.find((text) => /error/i.test(text)) ?? lines.at(-1) ?? `exit status ${code}`;
  }
  /** @type {Timing} */
  const { milliseconds, version } = JSON.parse(line);
  return { milliseconds, version };
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** @param {number} value to three digits, without exponents */
const threeDigits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/**
 * The results of one workload: for each contender its timings, or why it has none.
 * @typedef {object} Row
 * @property {Workload} workload
 * @property {ReadonlyMap<string, readonly number[]>} timings
 */

/**
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names contenders, ours first
 */
function printTable(rows, names) {
  const [own = "", ...peers] = names;
  const unit = rows[0]?.workload.mode === "infer" ? "µs" : "ms";
  const scale = unit === "µs" ? 1000 : 1;
  const head = ["workload", ...names.map((name) => `${name}, ${unit}`), ...peers.map((name) => `${name} ÷ ${own}`)];
  const lines = rows.map(({ workload, timings }) => {
    const medians = names.map((name) => median(timings.get(name) ?? []) * scale);
    const ratios = medians.slice(1).map((value) => value / (medians[0] ?? NaN));
    const show = (/** @type {number} */ value) => (Number.isNaN(value) ? "–" : threeDigits(value));
    return [workload.name, ...medians.map(show), ...ratios.map(show)];
  });
  return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** The largest ratio between the slowest and the fastest round of one contender on one workload. */
const largestSpread = (/** @type {readonly Row[]} */ rows) =>
  Math.max(
    1,
    ...rows.flatMap(({ timings }) => [...timings.values()].map((times) => Math.max(...times) / Math.min(...times))),
  );

/**
 * @param {readonly Row[]} rows
 * @param {{ names: readonly string[], versions: ReadonlyMap<string, string | undefined>, rounds: number }} run
 */
function printPage(rows, { names, versions, rounds }) {
  const printSizes = (/** @type {Workload["sizes"]} */ sizes) =>
    Object.entries(sizes)
      .filter(([key]) => key !== "name")
      .map(([key, value]) => (key === "cell" ? String(value) : `${key} ${value}`))
      .join(", ");
  const contenders = names.map((name) => `${name} ${versions.get(name) ?? ""}`.trim()).join(", ");
  const cpu = os.cpus();
  const rowsOf = (/** @type {string} */ mode) => rows.filter(({ workload }) => workload.mode === mode);
  return `# Performance

Written by \`npm run bench\`. Everyone runs on one thread, takes turns workload by workload for ${rounds} rounds, each turn in a new
process and after a warm-up; a figure is the median of the rounds' medians. Rounds of one contender on one workload differed by a
factor of up to ${largestSpread(rows).toFixed(2)}, so smaller differences than that mean little.

- machine: ${cpu[0]?.model ?? "unknown"}, ${cpu.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.platform()} ${os.arch()}
- Node ${process.versions.node}; ${contenders}

## One training step

Forward over the stack, a linear head on the last step, mean squared error, full backward, Adam.

${printTable(rowsOf("train"), names)}

## One inference call

Outputs and final states; with T = 1, one step of a stream.

${printTable(rowsOf("infer"), names)}

The workloads (B batch, T steps, I inputs, H hidden, L layers, O outputs):

${rows.map(({ workload }) => `- ${workload.name}: ${printSizes(workload.sizes)}`).join("\n")}

## Repeat it

\`\`\`sh
npm ci
npm run bench                                # all of it; rewrites this page
npm run bench -- --only lstm-64 --rounds 5   # a part of it; prints only
\`\`\`

TensorFlow.js is installed into \`bench/\` the first time; PyTorch is measured where \`python3 -c "import torch"\` works (Debian:
\`python3-torch libopenblas0-pthread\`).
`;
}

/**
 * All turns of all rounds; progress goes to the terminal.
 * @param {readonly Workload[]} workloads
 * @param {{ contenders: readonly Contender[], rounds: number }} options
 */
async function runRounds(workloads, { contenders, rounds }) {
  /** @type {Map<string, string | undefined>} */
  const versions = new Map();
  const rows = workloads.map((workload) => ({
    workload,
    timings: new Map(contenders.map(({ name }) => [name, /** @type {number[]} */ ([])])),
  }));
  const turns = rows.flatMap((row) => contenders.map((contender) => ({ row, contender })));
  const folder = await mkdtemp(path.join(os.tmpdir(), "recurra-bench-"));
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { row, contender } of turns) {
        const timing = await takeTurn(contender, row.workload, folder);
        const failed = typeof timing === "string";
        console.log(
          `round ${round} of ${rounds}: ${row.workload.mode} ${row.workload.name}: ${contender.name}: `.concat(
            failed ? `failed: ${timing}` : `${threeDigits(timing.milliseconds)} ms`,
          ),
        );
        if (failed) continue;
        row.timings.get(contender.name)?.push(timing.milliseconds);
        versions.set(contender.name, timing.version);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { rows, versions };
}

/** @returns {{ rounds: number, only: readonly string[] | undefined }} */
function parseOptions() {
  const { values } = parseArgs({
    options: { only: { type: "string" }, rounds: { type: "string", default: "3" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds} is not a whole number from 1 on`);
  return { rounds, only: values.only?.split(",") };
}

/**
 * The workloads of workloads.json, or those named.
 * @param {readonly string[] | undefined} only
 * @returns {Promise<Workload[]>}
 */
async function readWorkloads(only) {
  /** @type {{ [mode in "train" | "infer"]: Workload["sizes"][] }} */
  const table = JSON.parse(await readFile(path.join(root, "bench/workloads.json"), "utf8"));
  const all = /** @type {const} */ (["train", "infer"]).flatMap((mode) =>
    table[mode].map((sizes) => ({ name: String(sizes["name"]), mode, sizes })),
  );
  const unknown = only?.filter((name) => !all.some((workload) => workload.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no workload ${unknown.join(", ")}: there are ${all.map(({ name }) => name).join(", ")}`);
  }
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

const { rounds, only } = parseOptions();
const workloads = await readWorkloads(only);
const contenders = [ours, await findTensorFlow(), await findTorch()].filter((one) => one !== undefined);
const names = contenders.map(({ name }) => name);
const { rows, versions } = await runRounds(workloads, { contenders, rounds });
for (const mode of ["train", "infer"]) {
  const part = rows.filter(({ workload }) => workload.mode === mode);
  if (part.length > 0) console.log(`\n${printTable(part, names)}`);
}
if (only === undefined) {
  await writeFile(path.join(root, "docs/performance.md"), printPage(rows, { names, versions, rounds }));
  console.log("\nwrote docs/performance.md");
}
if (rows.some(({ timings }) => timings.get(ours.name)?.length === 0)) process.exitCode = 1;
