/** `recurra train`: data in, a trained model out, with an honest comparison. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import {
  checkWritable,
  concludeClassify,
  concludeForecast,
  drawEvaluation,
  loadFile,
  openCheckpoint,
  openTask,
  planClassify,
  planForecast,
  saveCheckpoint,
  saveResult,
  train,
  writeWhole,
} from "../node.ts";
import type {
  Checkpoint,
  FinishedEvent,
  Reading,
  StartedEvent,
  StoredRun,
  TaskPlan,
  TaskResult,
  TrainingOptions,
} from "../node.ts";
import type { Command } from "commander";
import { checkApart } from "./check-apart.ts";
import { createProgress } from "./progress.ts";
import { openData, tellNotes } from "./read-data.ts";
import { printPlan, printResult, resultAsJson } from "./report.ts";
import { Interrupted, quieten, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { checkFlags, classifyOptions, declareOptions, forecastOptions } from "./train-options.ts";
import type { TrainFlags } from "./train-options.ts";
import { givenOptions, quote } from "./values.ts";

/** Options that a resumed run may have: what comes out, not what is learned. */
const whileResuming = new Set(["resume", "out", "chart", "json", "quiet", "debug"]);

export function addTrain(program: Command, terminal: Terminal): void {
  const command = program.command("train");
  declareOptions(command).action(async (data: string | undefined, flags: TrainFlags) => {
    if (flags.resume !== undefined) {
      const other = givenOptions(command).find(({ key }) => !whileResuming.has(key));
      if (other !== undefined)
        throw new UsageError(`${other.flag} cannot be changed in a run that is resumed: it is the checkpoint's`);
    }
    await runTrain(completeArguments(data, flags), terminal);
  });
}

/** `--target A B data.csv` takes the data for a target: the last one is meant as the data where it is a file. */
function completeArguments(data: string | undefined, flags: TrainFlags): TrainFlags & { readonly data: string } {
  const last = flags.target?.at(-1);
  if (data !== undefined) return { ...flags, data };
  if (last !== undefined && (flags.target?.length ?? 0) > 1 && existsSync(last))
    return { ...flags, target: flags.target?.slice(0, -1) ?? [], data: last };
  throw new UsageError("name the data: recurra train DATA --target COLUMN");
}

/** Where the results of a run go. */
interface Outputs {
  readonly model: string;
  readonly checkpoint: string;
  readonly chart: string | undefined;
}

function chooseOutputs({ data, out, resume, chart }: TrainFlags & { readonly data: string }): Outputs {
  const stem = (file: string): string => file.slice(0, file.length - path.extname(file).length);
  const model = out ?? `${resume === undefined ? stem(path.basename(data)) : stem(resume)}.safetensors`;
  const checkpoint = resume ?? `${model.endsWith(".safetensors") ? stem(model) : model}.checkpoint`;
  return { model, checkpoint, chart };
}

async function runTrain(flags: TrainFlags & { readonly data: string }, terminal: Terminal): Promise<void> {
  checkFlags(flags);
  const outputs = chooseOutputs(flags);
  await checkCheckpoint(outputs.checkpoint, flags.resume !== undefined);
  checkApart(
    [
      { what: "the data", file: flags.data },
      ...(flags.cell === undefined ? [] : [{ what: "the cell", file: flags.cell }]),
    ],
    [
      { what: "--out", file: outputs.model },
      { what: "the checkpoint", file: outputs.checkpoint },
      ...(outputs.chart === undefined ? [] : [{ what: "--chart", file: outputs.chart }]),
    ],
  );
  for (const file of [outputs.model, outputs.checkpoint, ...(outputs.chart === undefined ? [] : [outputs.chart])])
    await checkWritable(file);
  const human = flags.quiet === true ? quieten(terminal) : terminal;
  const { plan, resume } =
    flags.resume === undefined
      ? { plan: await planAfresh(flags, human), resume: undefined }
      : await planAgain(flags.resume, flags.data, human);
  if (resume === undefined && existsSync(outputs.checkpoint)) {
    human.say(
      `note: ${outputs.checkpoint} holds an unfinished run, which this one replaces; --resume ${outputs.checkpoint} would go on with it`,
    );
  }
  human.say(printPlan(plan));
  const begin = performance.now();
  const run = await learn({ plan, resume, outputs, data: flags.data, json: flags.json === true }, terminal, human);
  const result = conclude(plan, run.finished);
  const seconds = (performance.now() - begin) / 1000;
  await writeWhole(outputs.model, saveResult(result));
  await drawChart(result, plan, outputs);
  await rm(outputs.checkpoint, { force: true });
  if (flags.json === true) terminal.print(JSON.stringify(resultAsJson({ plan, result, run, outputs, seconds })));
  else
    terminal.print(printResult({ plan, result, run, outputs, seconds, data: flags.data, command: terminal.command }));
}

/** Throws where the file of the checkpoint, which is replaced and in the end removed, holds something else. */
async function checkCheckpoint(file: string, isResumed: boolean): Promise<void> {
  if (!isResumed && !existsSync(file)) return;
  try {
    const model = await loadFile(file);
    try {
      openCheckpoint(model, path.basename(file));
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (isResumed) throw error;
    throw new UsageError(
      `${file} is where this run keeps its checkpoint, but what is there is not one; move it, or name another model with --out`,
      { cause: error },
    );
  }
}

async function planAfresh(flags: TrainFlags & { readonly data: string }, human: Terminal): Promise<TaskPlan> {
  const data = await openData(flags.data, flags);
  const read = async (
    columns: readonly (string | undefined)[],
    dateColumn: string | undefined,
    groupColumn: string | undefined,
  ): Promise<ReturnType<typeof tellNotes>> => {
    const reading: Reading = {
      columns: [...new Set(columns.filter((name) => name !== undefined))],
      ...(dateColumn === undefined ? {} : { dateColumn }),
      ...(groupColumn === undefined ? {} : { groupColumn }),
      ...(flags.missing === undefined ? {} : { missing: flags.missing }),
      ...(flags.decimal === undefined ? {} : { decimal: flags.decimal }),
      ...(flags.dateOrder === undefined ? {} : { dateOrder: flags.dateOrder }),
    };
    return tellNotes(await data.read(reading), human);
  };
  if (flags.label !== undefined) {
    const options = await classifyOptions(flags, flags.label, data);
    const { sequence, label, features = [], date, group } = options;
    // Rows of a sequence may have the same time.
    return planClassify(
      await read(
        [date, sequence ?? group, label, ...features],
        sequence === undefined ? date : undefined,
        sequence ?? group,
      ),
      options,
    );
  }
  const options = await forecastOptions(flags, data);
  const { targets, covariates = [], known = [], date, group } = options;
  return planForecast(await read([date, group, ...targets, ...covariates, ...known], date, group), options);
}

/** The plan of a run that was stopped, made again from its data. */
async function planAgain(
  file: string,
  dataFile: string,
  human: Terminal,
): Promise<{ readonly plan: TaskPlan; readonly resume: Checkpoint }> {
  const model = await loadFile(file);
  const run: StoredRun = openCheckpoint(model, path.basename(file));
  const { reading } = openTask(model, path.basename(file)).task;
  model.dispose();
  const data = await openData(dataFile, reading);
  const { groupColumn, ...rest } = reading;
  const isSequences = run.kind === "classify" && run.options.sequence !== undefined;
  const { dateColumn: _, ...undated } = rest;
  const table = tellNotes(
    await data.read({ ...(isSequences ? undated : rest), ...(groupColumn === undefined ? {} : { groupColumn }) }),
    human,
  );
  const plan = run.kind === "forecast" ? planForecast(table, run.options) : planClassify(table, run.options);
  return { plan, resume: run.checkpoint };
}

/** What came of a run, and what it began with. */
export interface FinishedRun {
  readonly started: StartedEvent;
  readonly finished: FinishedEvent;
}

interface Task {
  readonly plan: TaskPlan;
  readonly resume: Checkpoint | undefined;
  readonly outputs: Outputs;
  readonly data: string;
  readonly json: boolean;
}

/** Milliseconds between checkpoints on disk, at least: what a run that is killed may lose. */
const checkpointMilliseconds = 5000;

/** Trains to the end. Throws `Interrupted` after it has been stopped and its checkpoint saved. */
async function learn(
  { plan, resume, outputs, data, json }: Task,
  terminal: Terminal,
  human: Terminal,
): Promise<FinishedRun> {
  const stop = new AbortController();
  const forget = terminal.onInterrupt(() => {
    // The second time it is meant at once.
    if (stop.signal.aborted) throw new Interrupted();
    stop.abort();
  });
  const progress = createProgress(human);
  const settings: TrainingOptions = { ...plan.training, resume, checkpointEpochs: 1 };
  let started: StartedEvent | undefined;
  let lastSaved = -Infinity;
  try {
    for await (const event of train(settings, { signal: stop.signal })) {
      progress.show(event);
      switch (event.kind) {
        case "started":
          started = event;
          if (event.before !== undefined)
            human.say(
              `note: the run was begun on the backend ${event.before} and goes on on ${event.backend}; from here its numbers differ from those it would have had by rounding`,
            );
          break;
        case "checkpoint":
          if (performance.now() - lastSaved < checkpointMilliseconds) break;
          await writeWhole(outputs.checkpoint, saveCheckpoint(plan, event.checkpoint));
          lastSaved = performance.now();
          break;
        case "stopped": {
          await writeWhole(outputs.checkpoint, saveCheckpoint(plan, event.checkpoint));
          progress.end();
          const chart = outputs.chart === undefined ? "" : ` --chart ${quote(outputs.chart)}`;
          const command = `${terminal.command} train ${quote(data)} --resume ${quote(outputs.checkpoint)} --out ${quote(outputs.model)}${chart}`;
          terminal.say(`Stopped in epoch ${event.checkpoint.progress.epoch}; nothing is lost. To go on:\n  ${command}`);
          if (json) terminal.print(JSON.stringify({ stopped: true, checkpoint: outputs.checkpoint }));
          throw new Interrupted();
        }
        case "finished":
          if (started !== undefined) return { started, finished: event };
          break;
        case "step":
        case "epoch":
          break;
      }
    }
  } finally {
    progress.end();
    forget();
  }
  throw new Interrupted();
}

function conclude(plan: TaskPlan, finished: FinishedEvent): TaskResult {
  return plan.kind === "forecast-plan" ? concludeForecast(plan, finished) : concludeClassify(plan, finished);
}

async function drawChart(result: TaskResult, plan: TaskPlan, { chart }: Outputs): Promise<void> {
  if (chart === undefined) return;
  if (result.kind !== "forecast-result" || result.test === undefined)
    throw new UsageError("--chart draws the test rows, but none were kept; give --test");
  await writeWhole(chart, drawEvaluation(result.test, { source: plan.table.origin.source }));
}
