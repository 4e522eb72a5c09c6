/** `recurra train`: data in, a trained model out, with an honest comparison. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import {
  blamingLongest,
  checkpointParameters,
  findTask,
  loadFile,
  openCheckpoint,
  openTask,
  saveCheckpoint,
  saveResult,
  train,
  writeWhole,
} from "../node.ts";
import type {
  Checkpoint,
  EpochEvent,
  FinishedEvent,
  StartedEvent,
  TaskPlan,
  TaskResult,
  TrainingOptions,
} from "../node.ts";
import type { Command } from "commander";
import { checkApart, checkOutputs } from "./check-apart.ts";
import type { NamedFile } from "./check-apart.ts";
import { declareOptions } from "./declare-train.ts";
import { cutData, printFast, settleFlags } from "./fast-form.ts";
import { nowhere, placeIn, workAt } from "./place.ts";
import { createProgress } from "./progress.ts";
import { printPlan, printResult, printResultPage, resultAsJson } from "./report.ts";
import type { CommandTask } from "./tasks/command-task.ts";
import { keepFlags, parseFlags } from "./tasks/kept-flags.ts";
import type { KeptFlags } from "./tasks/kept-flags.ts";
import { askForData, checkTaskOptions, chooseTask, findCommandTask } from "./tasks/table.ts";
import { Interrupted, quieten, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import type { TrainFlags } from "./train-options.ts";
import { givenOptions, quote } from "./values.ts";

/** Options that a resumed run may have: what comes out, not what is learned. */
const whileResuming = new Set(["resume", "out", "chart", "report", "json", "quiet", "debug"]);

/** Flags that some tasks have and that say where the data stand. */
type GivenFlags = TrainFlags & { readonly target?: readonly string[] };

export function addTrain(program: Command, terminal: Terminal): void {
  const command = program.command("train");
  declareOptions(command).action(async (given: string | undefined, all: GivenFlags) => {
    const { data, flags } = completeArguments(given, all);
    if (flags.resume !== undefined) {
      const other = givenOptions(command).find(({ key }) => !whileResuming.has(key));
      if (other !== undefined)
        throw new UsageError(`${other.flag} cannot be changed in a run that is resumed: it is the checkpoint's`);
      await runTrain({ data, flags, task: undefined }, terminal);
      return;
    }
    const task = chooseTask(flags);
    if (data === undefined && task?.needsData !== false) throw new UsageError(askForData(flags));
    if (task === undefined)
      throw new UsageError(
        "say what to learn: --target COLUMN to forecast it, --label COLUMN to classify by it, or --task NAME",
      );
    checkTaskOptions(command, "train", task);
    task.check?.(flags);
    await runTrain({ data, flags, task }, terminal);
  });
}

/** `--target A B data.csv` takes the data for a target: the last one is meant as the data where it is a file. */
function completeArguments(
  data: string | undefined,
  flags: GivenFlags,
): { readonly data: string | undefined; readonly flags: GivenFlags } {
  const last = flags.target?.at(-1);
  if (data === undefined && last !== undefined && (flags.target?.length ?? 0) > 1 && existsSync(last))
    return { data: last, flags: { ...flags, target: flags.target?.slice(0, -1) ?? [] } };
  return { data, flags };
}

/** Where the results of a run go. */
export interface Outputs {
  readonly model: string;
  readonly checkpoint: string;
  readonly chart: string | undefined;
  readonly report: string | undefined;
}

/** What the command was asked for; the task of a resumed run is the checkpoint's. */
interface Request {
  readonly data: string | undefined;
  readonly flags: TrainFlags;
  readonly task: CommandTask | undefined;
}

function chooseOutputs({ data, flags, task }: Request): Outputs {
  const { out, resume, chart } = flags;
  const stem = (file: string): string => file.slice(0, file.length - path.extname(file).length);
  const name = data === undefined ? (task?.kind ?? "model") : stem(path.basename(data));
  const model = out ?? `${resume === undefined ? name : stem(resume)}.safetensors`;
  const base = model.endsWith(".safetensors") ? stem(model) : model;
  const checkpoint = resume ?? `${base}.checkpoint`;
  return { model, checkpoint, chart, report: flags.report === true ? `${base}.report.html` : undefined };
}

/** Throws where a file that is to be written is one that is read, or cannot be written. */
async function checkFiles({ data, flags, task }: Request, outputs: Outputs): Promise<void> {
  await checkOutputs(
    [
      ...(data === undefined ? [] : [{ what: "the data", file: data }]),
      ...(flags.cell === undefined ? [] : [{ what: "the cell", file: flags.cell }]),
      ...(task?.inputs?.(flags) ?? []),
    ],
    nameOutputs(outputs),
  );
}

function nameOutputs({ model, checkpoint, chart, report }: Outputs): readonly NamedFile[] {
  return [
    { what: "--out", file: model },
    { what: "the checkpoint", file: checkpoint },
    ...(chart === undefined ? [] : [{ what: "--chart", file: chart }]),
    ...(report === undefined ? [] : [{ what: "the report", file: report }]),
  ];
}

async function runTrain(request: Request, terminal: Terminal): Promise<void> {
  const { data, flags } = request;
  const outputs = chooseOutputs(request);
  await checkCheckpoint(outputs.checkpoint, flags.resume !== undefined);
  await checkFiles(request, outputs);
  const human = flags.quiet === true ? quieten(terminal) : terminal;
  const { task, plan, flags: own, resume } = await makePlan(request, outputs, human);
  if (resume === undefined && existsSync(outputs.checkpoint)) {
    human.say(
      `note: ${outputs.checkpoint} holds an unfinished run, which this one replaces; --resume ${outputs.checkpoint} would go on with it`,
    );
  }
  human.say(printPlan(task, plan));
  const begin = performance.now();
  const kept = keepFlags(task, own);
  const run = await blamingLongest(
    () => findTask(plan.task.kind).longest?.(plan),
    () => learn({ plan, kept, resume, outputs, data, json: flags.json === true }, terminal, human),
  );
  const result = (await findTask(plan.task.kind).conclude(plan, run.finished)) as TaskResult;
  const seconds = (performance.now() - begin) / 1000;
  const report = { task, plan, flags: own, result, run, outputs, seconds };
  await writeWhole(outputs.model, saveResult(result));
  if (outputs.chart !== undefined) await writeWhole(outputs.chart, drawChart(task, plan, result));
  if (outputs.report !== undefined) await writeWhole(outputs.report, printResultPage(report));
  await rm(outputs.checkpoint, { force: true });
  if (flags.json === true) terminal.print(JSON.stringify(resultAsJson(report)));
  else terminal.print(printResult({ ...report, data, command: terminal.command, quiet: flags.quiet === true }));
}

function drawChart(task: CommandTask, plan: TaskPlan, result: TaskResult): string {
  if (task.drawChart === undefined) throw new UsageError(`--chart is not for ${task.called}`);
  return task.drawChart(plan, result);
}

/** Throws where the file of the checkpoint, which is replaced and in the end removed, holds something else. */
async function checkCheckpoint(file: string, isResumed: boolean): Promise<void> {
  if (!existsSync(file)) {
    if (!isResumed) return;
    throw new UsageError(explainMissing(file));
  }
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

/** What a checkpoint that is not there may mean. */
function explainMissing(file: string): string {
  const model = `${file.slice(0, file.length - path.extname(file).length)}.safetensors`;
  return `there is no ${file}: a run that has ended leaves no checkpoint${existsSync(model) ? `, only its model, and ${model} is there` : ""}`;
}

interface Planned {
  readonly task: CommandTask;
  readonly plan: TaskPlan;
  /** Those of the task, and `fast`. */
  readonly flags: TrainFlags;
  readonly resume: Checkpoint | undefined;
}

async function makePlan(request: Request, outputs: Outputs, terminal: Terminal): Promise<Planned> {
  const { task } = request;
  return task === undefined
    ? workAt(nowhere, () => planAgain(request, outputs, terminal))
    : workAt(placeIn(task, "train"), () => planAfresh(request, task, terminal));
}

async function planAfresh({ data: file, flags }: Request, task: CommandTask, terminal: Terminal): Promise<Planned> {
  const settled = settleFlags(task, flags);
  const { data, options, taken } = await task.read({ file, flags: settled, terminal });
  const cut = cutData(task, data, { options, flags });
  const counted = cut ?? taken;
  if (counted !== undefined) terminal.say(printFast(task, counted, flags));
  const plan = (await findTask(task.kind).plan(cut?.data ?? data, options)) as TaskPlan;
  return { task, plan, flags: settled, resume: undefined };
}

/** The plan of a run that was stopped, made again from its data. */
async function planAgain({ data: file, flags: now }: Request, outputs: Outputs, terminal: Terminal): Promise<Planned> {
  const from = now.resume ?? "";
  const source = path.basename(from);
  const model = await loadFile(from);
  const { kind, options, checkpoint, notes } = openCheckpoint(model, source);
  const job = openTask(model, source);
  model.dispose();
  const task = findCommandTask(kind);
  const flags = parseFlags(task, notes, source);
  checkApart(task.inputs?.(flags) ?? [], nameOutputs(outputs));
  if (file === undefined && task.needsData !== false)
    throw new UsageError("name the data: recurra train DATA --resume");
  const whole = await task.readAgain({ file, flags, options, job, terminal });
  const data = cutData(task, whole, { options, flags })?.data ?? whole;
  const plan = (await findTask(kind).plan(data, options)) as TaskPlan;
  return { task, plan, flags, resume: checkpoint };
}

/** What came of a run, and what it began with. */
export interface FinishedRun {
  readonly started: StartedEvent;
  readonly finished: FinishedEvent;
}

interface Lesson {
  readonly plan: TaskPlan;
  /** Flags for the checkpoint. */
  readonly kept: KeptFlags;
  readonly resume: Checkpoint | undefined;
  readonly outputs: Outputs;
  readonly data: string | undefined;
  readonly json: boolean;
}

/** Milliseconds between checkpoints on disk, at least: what a run that is killed may lose. */
const checkpointMilliseconds = 5000;

/** Trains to the end. Throws `Interrupted` after it has been stopped and its checkpoint saved. */
async function learn(
  { plan, kept, resume, outputs, data, json }: Lesson,
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
  const measure = createMeasure(plan, human);
  const settings: TrainingOptions = { ...plan.training, resume, checkpointEpochs: 1 };
  let started: StartedEvent | undefined;
  let lastSaved = -Infinity;
  let epoch: EpochEvent | undefined;
  try {
    for await (const event of train(settings, { signal: stop.signal })) {
      // An epoch is told when its checkpoint has been measured.
      if (event.kind === "checkpoint") progress.measure(measure(event.checkpoint));
      if (epoch !== undefined) progress.show(epoch);
      epoch = event.kind === "epoch" ? event : undefined;
      if (event.kind !== "epoch") progress.show(event);
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
          await writeWhole(outputs.checkpoint, saveCheckpoint(plan, event.checkpoint, kept));
          lastSaved = performance.now();
          break;
        case "stopped": {
          await writeWhole(outputs.checkpoint, saveCheckpoint(plan, event.checkpoint, kept));
          progress.end();
          const chart = outputs.chart === undefined ? "" : ` --chart ${quote(outputs.chart)}`;
          const command = `${terminal.command} train${data === undefined ? "" : ` ${quote(data)}`} --resume ${quote(outputs.checkpoint)} --out ${quote(outputs.model)}${chart}`;
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

/** The share of a run's time that may go into measuring it. */
const measuringShare = 0.1;

/** The task's own metric for a checkpoint; nothing where it is not due. */
function createMeasure(plan: TaskPlan, human: Terminal): (checkpoint: Checkpoint) => string | undefined {
  const task = findTask(plan.task.kind);
  const begin = performance.now();
  let spent = 0;
  return (checkpoint) => {
    const now = performance.now();
    if (task.watch === undefined || human.isDeaf === true || spent > measuringShare * (now - begin)) return undefined;
    const said = task.watch(plan, checkpointParameters(plan, checkpoint, "last"));
    spent += performance.now() - now;
    return said;
  };
}
