/** The memory that training steps and streams take, measured by programs/memory.mjs, each in a process of its own. */
import path from "node:path";
import { root, run } from "../scripts/tools.mjs";
import { median, printBytes, printTable, threeDigits } from "./numbers.mjs";

/** @typedef {import("./contenders.mjs").Contender} Contender */

/** What a training step takes: as planned, all of it and what does not outlive the step; by what the process grew. */
/** @typedef {{ checkpoint: number, bytes: number, scratch: number, milliseconds: number, rss: number, external: number }} StepMemory */

/** By what so many steps made the process grow; `allocated` on the heap while they ran. */
/** @typedef {{ steps: number, milliseconds: number, collections: number, allocated: number, rss: number, heap: number }} RunMemory */

/** @typedef {{ name: string, steps: readonly StepMemory[], stream: RunMemory | undefined, training: RunMemory | undefined }} Memory */

/** Steps between checkpoints in lstm-256's sequence of 100: none, and around the square root. */
const checkpoints = [0, 25, 10, 5];
const streamSteps = 1_000_000;
const updates = 20_000;
/** Processes for each reading of a step; its median counts. */
const passes = 3;

/**
 * @template T
 * @param {readonly (string | number)[]} args
 * @returns {Promise<T | undefined>}
 */
async function measureOnce(args) {
  const program = path.join(root, "bench/programs/memory.mjs");
  const { code, output } = await run([process.execPath, "--expose-gc", program, ...args.map(String)], { seconds: 300 });
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (code === 0 && line !== undefined) return JSON.parse(line);
  console.log(`memory: ${args.join(" ")} failed: ${output.trim().split("\n").at(-1)}`);
  return undefined;
}

/** @param {string} backend */
async function measureSteps(backend) {
  /** @type {StepMemory[]} */
  const steps = [];
  for (const checkpoint of checkpoints) {
    /** @type {StepMemory[]} */
    const all = [];
    for (let pass = 0; pass < passes; pass++) {
      const one = await measureOnce(/** @type {const} */ (["step", backend, checkpoint]));
      if (one !== undefined) all.push(/** @type {StepMemory} */ (one));
    }
    const [first] = all;
    if (first === undefined) continue;
    const middle = (/** @type {"milliseconds" | "rss" | "external"} */ key) => median(all.map((one) => one[key]));
    steps.push({ ...first, milliseconds: middle("milliseconds"), rss: middle("rss"), external: middle("external") });
  }
  return steps;
}

/** @param {readonly Contender[]} contenders @returns {Promise<readonly Memory[]>} */
export async function measureMemory(contenders) {
  /** @type {Memory[]} */
  const all = [];
  for (const { id, name } of contenders) {
    console.log(`memory: ${name}: a training step, with checkpoints and without`);
    const steps = await measureSteps(id);
    console.log(`memory: ${name}: ${streamSteps} steps of a stream, ${updates} updates of a training`);
    const stream = /** @type {RunMemory | undefined} */ (await measureOnce(["stream", id, streamSteps]));
    const training = /** @type {RunMemory | undefined} */ (await measureOnce(["train", id, updates]));
    all.push({ name, steps, stream, training });
  }
  return all;
}

/** @param {readonly Memory[]} memory */
export function printSteps(memory) {
  const rows = memory.flatMap(({ name, steps }) => {
    const [whole] = steps;
    return steps.map(({ checkpoint, bytes, scratch, milliseconds, rss, external }) => [
      name,
      checkpoint === 0 ? "none" : `every ${checkpoint} steps`,
      printBytes(bytes),
      printBytes(external),
      printBytes(rss),
      printBytes(scratch),
      threeDigits(scratch / (whole?.scratch ?? NaN)),
      threeDigits(milliseconds),
      threeDigits(milliseconds / (whole?.milliseconds ?? NaN)),
    ]);
  });
  return printTable(
    [
      "backend",
      "checkpoints ",
      "planned",
      "buffers grow by",
      "process grows by",
      "activations",
      "× none",
      "a step, ms",
      "× none",
    ],
    rows,
  );
}

/** @param {readonly Memory[]} memory */
export function printRuns(memory) {
  const row = (/** @type {string} */ name, /** @type {string} */ what, /** @type {RunMemory | undefined} */ one) =>
    one === undefined
      ? []
      : [
          [
            name,
            `${one.steps} ${what}`,
            threeDigits(one.milliseconds / 1000),
            printBytes(one.allocated),
            String(one.collections),
            printBytes(one.heap),
            printBytes(one.rss),
          ],
        ];
  return printTable(
    ["backend", "run ", "seconds", "allocated at the end", "collections", "heap grows by", "process grows by"],
    memory.flatMap(({ name, stream, training }) => [
      ...row(name, "steps of a stream, LSTM of 64", stream),
      ...row(name, "updates of a training, LSTM of 32", training),
    ]),
  );
}
