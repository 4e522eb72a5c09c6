/** Tries sizes of native tiles around the present ones, and puts better ones into src/codegen/c/tiles.h. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root, run } from "../scripts/tools.mjs";
import { describeBriefly } from "./machine.mjs";
import { median, printTable, threeDigits } from "./numbers.mjs";
import { UsageError } from "./options.mjs";
import { readWorkloads } from "./workloads.mjs";

/** @typedef {import("./tune-options.mjs").TuneOptions} TuneOptions */
/** @typedef {Readonly<Record<string, number>>} Sizes by the names of tiles.h */

const folder = path.join(root, "src/codegen/c");
const tilesFile = path.join(folder, "tiles.h");

/** Flags that leave a compiler vectors of so many bits. @type {Readonly<Record<number, readonly string[]>>} */
const flagsOf = {
  512: ["-march=native", "-mprefer-vector-width=512"],
  256: ["-march=native", "-mno-avx512f", "-mprefer-vector-width=256"],
  128: process.arch === "arm64" ? ["-mcpu=native"] : ["-march=native", "-mno-avx"],
};

/** Bits of vectors that can be tried, the widest first. */
export const widths = process.arch === "arm64" ? [128] : [512, 256, 128];

/** Where the sizes for vectors of so many bits begin. */
const headOf = (/** @type {number} */ bits) =>
  bits > 128 ? `LANES == ${bits / 32}` : process.arch === "arm64" ? "defined(__aarch64__)" : "else";

/** What is tried for each size. @param {number} bits @returns {Readonly<Record<string, readonly number[]>>} */
const candidatesOf = (bits) => ({
  TILE_ROWS: bits === 512 || process.arch === "arm64" ? [8, 10, 12, 13, 14] : [4, 5, 6, 7],
  CHUNK: [128, 192, 256, 384, 512],
  OUTER_ROWS: [256, 512, 1024, 2048],
  OUTER_COLUMNS: [256, 512, 1024],
  BLOCK_NUMBERS: [24, 48, 96, 192].map((kilo) => kilo * 1024),
});

/** Names of what can be tried. */
export const sizeNames = Object.keys(candidatesOf(128));

/** How many times as fast something must be to be tried again, and then to be chosen; and faster in this share of the rounds. */
const [promisingGain, clearGain, clearShare] = [1.01, 1.02, 0.75];

/** Steps for all of which one product is made, at most so many rows: more take longer and tell nothing more. */
const mostRows = 1024;

/** @typedef {{ shape: string, work: number }} Shape an argument of programs/tune.c, and how often its rows' multiply-adds are done */

/** The products of a workload. @param {import("./workloads.mjs").Workload} workload @returns {readonly Shape[]} */
function shapesOf({ mode, sizes: { cell, B, T, I, H, L } }) {
  const gates = (/^gru/i.test(cell) ? 3 : 4) * H;
  /** @type {(kind: string, rows: number, columns: number, depth: number, times: number) => Shape} */
  const shape = (kind, rows, columns, depth, times) => {
    const [fewRows, fewDepth] =
      kind === "outer" ? [rows, Math.min(depth, mostRows)] : [Math.min(rows, mostRows), depth];
    return { shape: [kind, fewRows, columns, fewDepth].join(":"), work: times * rows * columns * depth };
  };
  return Array.from({ length: L }, (_, layer) => {
    const inputs = layer === 0 ? I : H;
    const forwards = [shape("product", B * T, gates, inputs, 1), shape("product", B, gates, H, T)];
    if (mode === "infer") return forwards;
    const weights = [shape("outer", gates, inputs, B * T, 1), shape("outer", gates, H, B * T, 1)];
    const below = layer === 0 ? [] : [shape("product", B * T, inputs, gates, 1)];
    return [...forwards, ...weights, shape("product", B, H, gates, T), ...below];
  }).flat();
}

/** A program with its sizes, and GFLOP/s of each shape in each round. @typedef {{ name: string, file: string, sizes: Sizes, rounds: number[][] }} Candidate */

/** @param {TuneOptions} options */
export async function tuneNative({ bits, only, rounds, write }) {
  const workloads = (await readWorkloads()).map((workload) => ({ name: workload.name, shapes: shapesOf(workload) }));
  const shapes = [...new Set(workloads.flatMap((one) => one.shapes.map(({ shape }) => shape)))];
  const place = await mkdtemp(path.join(os.tmpdir(), "recurra-tune-"));
  try {
    for (const width of bits) await tuneWidth({ width, only, rounds, write, workloads, shapes, place });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/**
 * What is measured of one width of vectors, and for what.
 * @typedef {object} Plan
 * @property {number} width in bits
 * @property {readonly string[]} only
 * @property {number} rounds
 * @property {boolean} write
 * @property {readonly { name: string, shapes: readonly Shape[] }[]} workloads
 * @property {readonly string[]} shapes of all workloads
 * @property {string} place for programs
 */

/** @param {Plan} plan */
async function tuneWidth({ only, write, ...plan }) {
  const { width, rounds } = plan;
  const present = readSizes(await readFile(tilesFile, "utf8"), headOf(width));
  const base = await create("as it is", present, plan);
  if ((await start(base, [])).lanes !== width / 32) {
    console.log(`this machine has no vectors of ${width} bits`);
    return;
  }
  const others = [];
  for (const [name, values] of Object.entries(candidatesOf(width)))
    for (const value of only.includes(name) ? values : [])
      if (value !== present[name]) others.push(await create(`${name} ${value}`, { ...present, [name]: value }, plan));
  await measure([base, ...others], plan);
  const { print, meanOf, gainOf } = createScore(plan);
  console.log(`${print([base, ...others])}\n`);

  // The best of each size together, where each is a gain alone; and once more against the present sizes.
  const best = { ...present };
  for (const name of Object.keys(present)) {
    const [first] = others
      .filter(({ sizes }) => sizes[name] !== present[name])
      .toSorted((a, b) => gainOf(b, base) - gainOf(a, base));
    if (first !== undefined && gainOf(first, base) >= promisingGain) best[name] = first.sizes[name] ?? NaN;
  }
  const changed = Object.keys(best).filter((name) => best[name] !== present[name]);
  const name = changed.map((one) => `${one} ${best[one]}`).join(", ");
  const again = { ...base, rounds: [] };
  const together = await create(name === "" ? "as it is, again" : name, best, plan);
  await measure([again, together], plan);
  const wins = together.rounds.filter((_, round) => meanOf(together, round) > meanOf(again, round)).length;
  const isBetter = name !== "" && gainOf(together, again) >= clearGain && wins >= rounds * clearShare;
  console.log(`${print([again, together])}\n${isBetter ? "better" : "no clear gain: nothing changes"}\n`);
  if (!write) return;
  const [chosen, sizes] = isBetter ? [together, best] : [again, present];
  const rate = median(chosen.rounds.map((_, round) => meanOf(chosen, round)));
  const measured = `${await describeBriefly()}: ${threeDigits(rate)} GFLOP/s`;
  const text = replaceSizes(await readFile(tilesFile, "utf8"), headOf(width), { sizes, measured });
  await writeFile(tilesFile, text);
}

/** What rounds say of candidates. @param {Pick<Plan, "width" | "workloads" | "shapes">} plan */
function createScore({ width, workloads, shapes }) {
  /** GFLOP/s of a workload's products together. @param {Candidate} one @param {number} round @param {readonly Shape[]} of */
  const rateOf = (one, round, of) => {
    const took = (/** @type {Shape} */ { shape, work }) => work / (one.rounds[round]?.[shapes.indexOf(shape)] ?? NaN);
    return of.reduce((sum, { work }) => sum + work, 0) / of.reduce((sum, shape) => sum + took(shape), 0);
  };
  /** The geometric mean over the workloads. @param {Candidate} one @param {number} round */
  const meanOf = (one, round) =>
    Math.exp(workloads.reduce((sum, of) => sum + Math.log(rateOf(one, round, of.shapes)), 0) / workloads.length);
  /** @param {Candidate} one @param {(round: number) => number} value */
  const overRounds = (one, value) => median(one.rounds.map((_, round) => value(round)));
  /** How many times as fast. @param {Candidate} one @param {Candidate} to */
  const gainOf = (one, to) => overRounds(one, (round) => meanOf(one, round) / meanOf(to, round));
  /** @param {readonly Candidate[]} all */
  const print = (all) =>
    printTable(
      [`${width} bits, GFLOP/s`, ...workloads.map(({ name }) => name), "mean", "to the first"],
      all.map((one) => [
        one.name,
        ...workloads.map((of) => threeDigits(overRounds(one, (round) => rateOf(one, round, of.shapes)))),
        threeDigits(overRounds(one, (round) => meanOf(one, round))),
        gainOf(one, all[0] ?? one).toFixed(3),
      ]),
    );
  return { print, meanOf, gainOf };
}

/** @param {string} name @param {Sizes} sizes @param {Pick<Plan, "place" | "width">} plan @returns {Promise<Candidate>} */
const create = async (name, sizes, { place, width }) => ({
  name,
  sizes,
  file: await compile(place, width, sizes),
  rounds: [],
});

/** @param {string} place @param {number} width @param {Sizes} sizes @returns {Promise<string>} the program */
async function compile(place, width, sizes) {
  const file = path.join(place, `${width}-${Object.values(sizes).join("-")}`);
  const defines = Object.entries(sizes).map(([name, value]) => `-D${name}=${value}`);
  const common = ["-O3", "-std=gnu11", "-ffp-contract=fast", "-fno-math-errno", "-fPIC", "-pthread", "-w"];
  const source = path.join(root, "bench/programs/tune.c");
  const compiler = process.env["CC"] ?? "cc";
  const command = [compiler, ...common, ...(flagsOf[width] ?? []), ...defines, `-I${folder}`, source, "-o", file];
  const { code, output } = await run([...command, "-lm", "-ldl"]);
  if (code !== 0)
    throw new UsageError(`${compiler} makes no program for ${width} bits: ${output.trim().split("\n")[0]}`);
  return file;
}

/** Rounds in which everyone takes their turn. @param {readonly Candidate[]} all @param {Pick<Plan, "rounds" | "shapes">} plan */
async function measure(all, { rounds, shapes }) {
  for (let round = 0; round < rounds; round++) for (const one of all) one.rounds.push((await start(one, shapes)).rates);
}

/** @param {Candidate} one @param {readonly string[]} shapes @returns {Promise<{ lanes: number, rates: number[] }>} */
async function start({ name, file }, shapes) {
  const { code, output } = await run([file, ...shapes]);
  if (code !== 0) throw new Error(`${name} failed: ${output}`);
  return JSON.parse(output);
}

/** The comment and the sizes after a head, up to the next. @param {string} head */
const section = (head) =>
  new RegExp(`(#(?:el)?(?:if )?${head.replace(/[()]/g, "\\$&")}\n)((?:/\\*.*\\*/\n)?)((?:#define .*\n)+)`);

/** @param {string} text of tiles.h @param {string} head @returns {Sizes} */
export function readSizes(text, head) {
  const defines = section(head).exec(text)?.[3];
  if (defines === undefined) throw new Error(`tiles.h has no sizes after "${head}"`);
  return Object.fromEntries(
    [...defines.matchAll(/#define (\w+) (\d+)/g)].map(([, name, value]) => [name, Number(value)]),
  );
}

/** @param {string} text of tiles.h @param {string} head @param {{ sizes: Sizes, measured: string }} found */
export function replaceSizes(text, head, { sizes, measured }) {
  const defines = Object.entries(sizes).map(([name, value]) => `#define ${name} ${value}\n`);
  return text.replace(section(head), (_, start) => `${start}/* ${measured} */\n${defines.join("")}`);
}
