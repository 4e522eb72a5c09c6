/** `recurra bench`: how fast training steps and predictions are on this machine. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { alignTable, measureWorkload, parseWorkloads, readBytes, RecurraError, version } from "../node.ts";
import type { Timing, WeightFormat, Workload } from "../node.ts";
import type { Command } from "commander";
import { oneOf } from "./read-data.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { list, positive, threadCount } from "./values.ts";

interface BenchFlags {
  readonly workloads?: string;
  readonly only?: readonly string[];
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly threads?: number | "auto";
  readonly seconds?: number;
  readonly weights?: WeightFormat;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ recurra bench
  $ recurra bench --only lstm-64,stream-lstm-64 --json
  $ recurra bench --workloads mine.json --backend wasm
  $ recurra bench --only stream-lstm-512 --weights int8

A file of workloads is JSON: { "train": [{ "name": "lstm-64", "cell": "lstm", "B": 32, "T": 100, "I": 16, "H": 64, "L": 1, "O": 8 }],
"infer": [{ "name": "stream", "cell": "gru", "B": 1, "T": 1, "I": 64, "H": 64, "L": 1 }] } with B members of T steps, I inputs, H hidden,
L layers and O outputs. "cell" is a built-in cell, or any name beside "equations"; a training may have a "checkpoint", the steps between
checkpoints of its gradient. One line of JSON a workload: name, mode, backend, threads, weights, milliseconds (the median), runs, and
bytes, the memory of the whole program (not for streams).`;

export function addBench(program: Command, terminal: Terminal): void {
  program
    .command("bench")
    .description("Measure training steps and predictions of given sizes on this machine.")
    .option("--workloads <FILE>", "what to measure (default: the usual table)")
    .option("--only <NAMES>", "only these of them, with commas between them", list)
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work, or auto: a core each, up to 8 (default: 1)", threadCount)
    .option("--seconds <NUMBER>", "how long to measure each, at least (default: 1)", positive)
    .option(
      "--weights <FORMAT>",
      "how streams (infer, T = 1) hold their weights: float32, float16 or int8 (default: float32)",
      oneOf(["float32", "float16", "int8"]),
    )
    .option("--json", "one line of JSON a workload, and nothing else, on standard output")
    .addHelpText("after", examples)
    .action(async (flags: BenchFlags) => runBench(flags, terminal));
}

async function runBench(flags: BenchFlags, terminal: Terminal): Promise<void> {
  const workloads = await chooseWorkloads(flags);
  const timings: Timing[] = [];
  for (const workload of workloads) {
    const timing = measureWorkload(workload, {
      backend: flags.backend,
      threads: flags.threads,
      seconds: flags.seconds,
      weights: flags.weights,
    });
    timings.push(timing);
    if (flags.json === true) terminal.print(JSON.stringify({ ...timing, version }));
    else terminal.say(`measured ${workload.mode} ${workload.name}`);
  }
  if (flags.json !== true) terminal.print(printTimings(timings));
}

async function chooseWorkloads({ workloads: file, only }: BenchFlags): Promise<readonly Workload[]> {
  // The table lies beside dist/ and src/.
  const source = file ?? fileURLToPath(new URL("../../bench/workloads.json", import.meta.url));
  const text = new TextDecoder().decode(file === undefined ? readFileSync(source) : await readBytes(file));
  const all = parseWorkloads(parseJson(text, source), source);
  const unknown = only?.find((name) => !all.some((workload) => workload.name === name));
  if (unknown !== undefined)
    throw new UsageError(`there is no workload "${unknown}"; there are ${all.map(({ name }) => name).join(", ")}`);
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecurraError(
      "file/bad-workloads",
      `${source} cannot be read as JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function printTimings(timings: readonly Timing[]): string {
  return alignTable(
    timings.map(({ name, mode, backend, threads, weights, milliseconds, runs }) => ({
      name,
      mode,
      backend,
      threads,
      weights,
      milliseconds,
      runs,
    })),
    [
      { key: "name" },
      { key: "mode" },
      { key: "backend" },
      { key: "threads" },
      { key: "weights" },
      { key: "milliseconds", title: "median", unit: "ms" },
      { key: "runs" },
    ],
  );
}
