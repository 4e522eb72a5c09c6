/** Which runs a comparison has, and what each of them trains. */
import { describeNetwork, network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import type { TrainingOptions } from "../../training/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { chooseCell } from "../learning.ts";
import type { LearningOptions } from "../learning.ts";
import type { MemoryParts, MemoryTask } from "./memory-task.ts";
import { findMemoryTask } from "./table.ts";

export type ComparedCell = NonNullable<LearningOptions["cell"]>;

/** Everything but `task` and `cells` has a default, said beside it. */
export interface CompareOptions {
  /** The name of a memory task. */
  readonly task: string;
  /** Built-in cells by name, or equations; names must differ. */
  readonly cells: readonly ComparedCell[];
  /** Lengths of the sequences: the task's usual ones. */
  readonly steps?: readonly number[] | undefined;
  /** How often each is trained, from other first values and on other sequences: 3 */
  readonly seeds?: number | undefined;
  /** The first of the seeds: 1 */
  readonly seed?: number | undefined;
  /** Hidden size; with `match: "parameters"` that of the first cell: 64 */
  readonly hidden?: number | undefined;
  /** What is equal for all cells, the hidden size or (as nearly as can be) the number of trained parameters: `"hidden"` */
  readonly match?: "hidden" | "parameters" | undefined;
  /** Updates of each run, at least: 2000 */
  readonly updates?: number | undefined;
  /** Sequences in a batch: 32 */
  readonly batch?: number | undefined;
  /** Adam's rate, falling to 0 as a cosine; the norm of the gradient is held to 1: 0.003 */
  readonly rate?: number | undefined;
  /** Runs at the same time, each with a thread of its own: 1 */
  readonly threads?: number | undefined;
  readonly backend?: TrainingOptions["backend"];
  /** Results of runs that need not be done again. */
  readonly done?: readonly RunResult[] | undefined;
}

/** What came of one run; plain data. */
export interface RunResult {
  /** Two runs with the same key have the same result. */
  readonly key: string;
  readonly cell: string;
  readonly steps: number;
  readonly seed: number;
  readonly hidden: number;
  /** Numbers that were trained. */
  readonly parameters: number;
  readonly updates: number;
  /** On sequences never seen, as the task measures it; null where the run failed. */
  readonly error: number | null;
  readonly chance: number;
  /** Of the rounds through the data that came to their end, validation included; null where none did. */
  readonly secondsPerUpdate: number | null;
  /** Validation losses, one for each round through the data. */
  readonly curve: readonly number[];
  /** Why there is no error: the loss became infinite. */
  readonly failed?: string | undefined;
}

export interface PlannedRun {
  readonly key: string;
  readonly task: MemoryTask;
  readonly cell: string;
  readonly steps: number;
  readonly seed: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly network: NetworkSpec;
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
}

const defaults = { seeds: 3, hidden: 64, updates: 2000, batch: 32, rate: 0.003 } as const;
/** Sequences that are made for one run, at most: more updates go round them again. */
const mostSequences = 20_000;
/** Numbers of all their steps, at most: 64 MB of them. */
const mostNumbers = 2 ** 24;
const heldBack = { validation: 500, test: 1000 } as const;
/** Numbers of what is held back of a run, or of a batch, at most: 512 MB of them. */
const mostHeldNumbers = 2 ** 27;
/** What may be asked for, at most. */
const most = { seeds: 1000, batch: mostSequences, threads: 64 } as const;

/** All runs of a comparison: seed by seed, so that there is something to see of all cells early. Throws `training/bad-option`, `network/…`, `language/…`. */
export function planRuns(options: CompareOptions): readonly PlannedRun[] {
  const task = findMemoryTask(options.task);
  const { seeds = defaults.seeds, seed: first = 1, hidden = defaults.hidden, match = "hidden" } = options;
  const { updates = defaults.updates, batch = defaults.batch, rate = defaults.rate } = options;
  const { steps: lengths = task.usualSteps, threads = 1 } = options;
  for (const [name, value] of Object.entries({ seeds, hidden, updates, batch, threads }))
    if (!Number.isInteger(value) || value < 1) fail(`${name} is ${value}; give a whole number of at least 1.`);
  for (const [name, value] of Object.entries({ seeds, batch, threads }) as [keyof typeof most, number][])
    if (value > most[name]) fail(`${name} is ${value}; give at most ${most[name]}.`);
  if (!Number.isInteger(first)) fail(`seed is ${first}; give a whole number.`);
  if (!(rate > 0 && rate < Infinity)) fail(`rate is ${rate}; give a number above 0.`);
  if (lengths.length === 0) fail("There are no lengths to compare at; give some steps.");
  const twice = lengths.find((steps, at) => lengths.indexOf(steps) !== at);
  if (twice !== undefined) fail(`The length ${twice} is there twice; name each once (steps).`);
  for (const steps of lengths) checkLength(task, steps, batch);
  const sized = chooseSizes(task, options.cells, hidden, match);
  const runs: PlannedRun[] = [];
  for (let seed = first; seed < first + seeds; seed++)
    for (const steps of lengths)
      for (const cell of sized) {
        const limit = Math.min(mostSequences, Math.floor(mostNumbers / (steps * sizeOf(task))));
        const epochs = Math.max(1, Math.ceil((updates * batch) / limit));
        const train = Math.ceil(updates / epochs) * batch;
        const { name, ...rest } = cell;
        const run = { steps, seed, counts: { ...heldBack, train }, epochs, batch, rate, ...rest };
        runs.push({ key: keyOf(task, run), task, cell: name, ...run });
      }
  return runs;
}

/** Throws `training/bad-option` for a length that the task does not have, or whose sequences would not fit in memory. */
function checkLength(task: MemoryTask, steps: number, batch: number): void {
  task.checkSteps(steps);
  const atOnce = Math.max(batch, heldBack.validation + heldBack.test);
  const longest = Math.floor(mostHeldNumbers / (atOnce * sizeOf(task)));
  if (steps > longest)
    fail(
      `steps is ${steps}, but ${atOnce} sequences of ${task.name} fit in memory up to ${longest} steps; give shorter ones.`,
    );
}

function sizeOf({ input }: MemoryTask): number {
  return input.kind === "tokens" ? 1 : input.size;
}

/** FNV-1a over everything that the numbers of a run follow from. */
function keyOf(task: MemoryTask, run: object): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([task.name, run]))
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const { steps, seed } = run as { readonly steps: number; readonly seed: number };
  return `${task.name}-${steps}-${seed}-${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

type SizedCell = Pick<PlannedRun, "hidden" | "parameters" | "network"> & { readonly name: string };

function chooseSizes(
  task: MemoryTask,
  choices: readonly ComparedCell[],
  hidden: number,
  match: "hidden" | "parameters",
): readonly SizedCell[] {
  if (choices.length === 0) fail("There are no cells to compare; name at least one.");
  const names = choices.map((choice) => (typeof choice === "string" ? choice : choice.name));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) fail(`The cell ${twice} is there twice; give each a name of its own.`);
  const first = sizeCell(task, choices[0]!, hidden);
  return choices.map((choice, at) => {
    if (at === 0) return first;
    return match === "hidden" ? sizeCell(task, choice, hidden) : matchParameters(task, choice, first.parameters);
  });
}

/** The hidden size whose number of parameters is nearest to the one wanted: it grows with the size. */
function matchParameters(task: MemoryTask, choice: ComparedCell, wanted: number): SizedCell {
  let [low, high] = [1, 2];
  while (sizeCell(task, choice, high).parameters < wanted && high < 2 ** 14) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (sizeCell(task, choice, middle).parameters < wanted) low = middle;
    else high = middle;
  }
  const [below, above] = [sizeCell(task, choice, low), sizeCell(task, choice, high)];
  return wanted - below.parameters <= above.parameters - wanted ? below : above;
}

/** A network for the task with one layer of the cell. */
function sizeCell(task: MemoryTask, choice: ComparedCell, hidden: number): SizedCell {
  const cell = chooseCell(choice);
  const { input, perStep, outputs } = task;
  const read =
    input.kind === "tokens" ? network({ tokens: input.size }).embedding(input.size) : network({ features: input.size });
  const over = read.recurrent(cell, { size: hidden });
  const spec = perStep ? over.dense(outputs).build() : over.last().dense(outputs).build();
  const parameters = describeNetwork(spec)
    .parameters.filter(({ frozen }) => !frozen)
    .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  return { name: cell.name, hidden, parameters, network: spec };
}

/** What the trainer is told of a run. */
export function trainingOf(run: PlannedRun, parts: MemoryParts, backend: TrainingOptions["backend"]): TrainingOptions {
  return {
    network: run.network,
    data: parts.train,
    validation: parts.validation,
    loss: run.task.loss,
    optimiser: { kind: "adam", rate: run.rate },
    schedule: { kind: "cosine" },
    clip: { kind: "norm", most: 1 },
    epochs: run.epochs,
    batch: run.batch,
    seed: run.seed,
    backend,
    threads: 1,
  };
}

function fail(message: string): never {
  throw new RecurraError("training/bad-option", message);
}
