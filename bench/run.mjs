/**
 * `npm run bench`: Recurra and its peers on workloads.json, taking turns; the machine's limits; growth, cells and memory. A run over everything also
 * writes docs/performance.md. `--only NAME,NAME` picks workloads and parts, `--rounds N` (3) says how often everyone takes their turn.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { root } from "../scripts/tools.mjs";
import { measureCells, printCells } from "./cells.mjs";
import { findContenders } from "./contenders.mjs";
import { drawGrowth, measureGrowth, printGrowth } from "./growth.mjs";
import { openLimits, printFloors, printLimits } from "./limits.mjs";
import { describeMachine } from "./machine.mjs";
import { measureMemory, printRuns, printSteps } from "./memory.mjs";
import { help, parseOptions, UsageError } from "./options.mjs";
import { printPage } from "./page.mjs";
import { runRounds } from "./rounds.mjs";
import { printTimes, printVariants } from "./tables.mjs";
import { judgeTargets, printTargets } from "./targets.mjs";
import { loadRecurra } from "./recurra.mjs";

/** @typedef {import("./options.mjs").Options} Options */

/**
 * Everything that was asked for.
 * @param {Options} options
 */
async function measureAll({ workloads, parts, rounds }) {
  const contenders = await findContenders({ peers: workloads.length > 0 });
  const backends = contenders.filter(({ id }) => id === "wasm" || id === "native");
  const limits = parts.has("limits") || workloads.length > 0 ? await openLimits() : undefined;
  try {
    const results = await runRounds(workloads, {
      contenders,
      rounds,
      beforeRound: async () => limits?.measure(),
    });
    return {
      backends,
      rounds,
      results,
      limits: limits?.best() ?? {},
      growth: parts.has("growth") ? await measureGrowth(backends) : [],
      cells: parts.has("cells") ? await measureCells(backends) : [],
      memory: parts.has("memory") ? await measureMemory(backends) : [],
    };
  } finally {
    await limits?.close();
  }
}

/**
 * Prints the tables of what was measured.
 * @param {Awaited<ReturnType<typeof measureAll>>} found
 * @param {Options} options
 */
function show({ results, limits, growth, cells, memory, backends }, { workloads, parts }) {
  const { length } = workloads;
  const has = (/** @type {string} */ mode) => workloads.some((workload) => workload.mode === mode);
  const tables = [
    length > 0 ? printTargets(judgeTargets(results, limits)) : "",
    has("train") ? printTimes(results, "train") : "",
    has("infer") ? printTimes(results, "infer") : "",
    printVariants(results, limits),
    parts.has("limits") ? printLimits(limits) : "",
    length > 0 ? printFloors(results, limits) : "",
    ...growth.map((one) => printGrowth(one, backends)),
    cells.length > 0 ? printCells(cells, backends) : "",
    memory.length > 0 ? printSteps(memory) : "",
    memory.length > 0 ? printRuns(memory) : "",
  ];
  console.log(`\n${tables.filter((table) => table !== "").join("\n\n")}`);
}

/** The page and its pictures. @param {Awaited<ReturnType<typeof measureAll>>} found */
async function writePage(found) {
  const { writeWhole } = await loadRecurra();
  const pictures = drawGrowth(found.growth, found.backends);
  await mkdir(path.join(root, "docs/pictures"), { recursive: true });
  for (const { file, svg } of pictures) await writeWhole(path.join(root, "docs/pictures", file), svg);
  const page = printPage({ ...found, machine: await describeMachine(), pictures });
  await writeWhole(path.join(root, "docs/performance.md"), page);
  console.log("\nwrote docs/performance.md");
}

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(help);
  process.exit(0);
}
try {
  const options = await parseOptions(args);
  const found = await measureAll(options);
  show(found, options);
  if (options.whole) await writePage(found);
  const { workloads, time } = found.results;
  if (workloads.some(({ name }) => Number.isNaN(time(name, "wasm")))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
