/** What is said of a plan before it is trained, and of its result. */
import { printCount, describeNetwork, findTask, printQuantity, printReport } from "../node.ts";
import type { TaskPlan, TaskResult } from "../node.ts";
import type { CommandTask } from "./tasks/command-task.ts";
import type { TrainFlags } from "./train-options.ts";
import type { FinishedRun, Outputs } from "./train.ts";
import { quote } from "./values.ts";

/** The data, what is seen of it and what learns it. */
export function printPlan(task: CommandTask, plan: TaskPlan): string {
  const { network, seed, epochs, batch } = plan.training;
  const shape = describeNetwork(network);
  const parameters = shape.parameters.reduce((sum, one) => sum + one.shape.reduce((product, n) => product * n, 1), 0);
  const cells = network.layers.flatMap((layer) => (layer.kind === "cell" ? [`${layer.cell.name} ${layer.size}`] : []));
  const lines = [
    ...task.describe(plan),
    `network   ${cells.join(" → ")}, ${printQuantity(parameters)} parameters`,
    plan.training.readout === undefined
      ? `learning  up to ${printCount(epochs, "epoch")} in batches of ${batch}, seed ${seed}`
      : `learning  the last layer solved for by ridge regression, seed ${seed}`,
  ];
  return lines.join("\n");
}

export interface Report {
  readonly task: CommandTask;
  readonly plan: TaskPlan;
  /** The task's own flags. */
  readonly flags: TrainFlags;
  readonly result: TaskResult;
  readonly run: FinishedRun;
  readonly outputs: Outputs;
  readonly seconds: number;
}

function printTest({ task, result }: Pick<Report, "task" | "result">): readonly string[] {
  return result.test === undefined ? [task.untested] : task.printScores(result.test, "Test");
}

/** What a finished run is told with. */
interface Telling {
  readonly data: string | undefined;
  readonly command: string;
  /** Whether nothing but results is wanted. */
  readonly quiet: boolean;
}

/** For people: the scores beside the baselines, what they mean, where the model is, and what to do next. */
export function printResult(report: Report & Telling): string {
  const { task, plan, flags, result, run, outputs, seconds, data, command, quiet } = report;
  const { because, history } = run.finished;
  const why = because === "patience" ? ", when the validation loss fell no more" : "";
  const { model, chart } = outputs;
  const trained = { plan, result, flags, model: quote(model), data: quote(data ?? "DATA"), chart };
  const advice = task.advise?.(trained);
  const page = quote(model.replace(/(\.safetensors)?$/, ".html"));
  const seen = [`inspect ${trained.model} --html ${page}`, `studio ${trained.model} --open`];
  const next = [...task.suggest(trained), ...seen].map((line) => `  ${command} ${line}`);
  return [
    `Trained ${printCount(history.length, "epoch")} in ${printQuantity(seconds * 1000, "ms")}${why}; kept epoch ${result.summary.kept.epoch}. ${run.started.backend}, seed ${result.summary.seed}.`,
    "",
    ...printTest(report),
    "",
    `model  ${model}`,
    ...(chart === undefined ? [] : [`chart  ${chart}`]),
    ...(outputs.report === undefined ? [] : [`report ${outputs.report}`]),
    ...(quiet ? [] : ["", "Next:", ...(advice === undefined ? [] : [`  ${advice}`]), ...next]),
  ].join("\n");
}

/** For machines. */
export function resultAsJson({ task, plan, result, run, outputs, seconds }: Report): unknown {
  return {
    kind: plan.task.kind,
    model: outputs.model,
    ...(outputs.chart === undefined ? {} : { chart: outputs.chart }),
    ...(outputs.report === undefined ? {} : { report: outputs.report }),
    backend: run.started.backend,
    parameters: run.started.parameters,
    seed: plan.training.seed,
    epochs: run.finished.history.length,
    because: run.finished.because,
    kept: result.summary.kept,
    seconds,
    ...(result.test === undefined ? {} : { test: task.scoresAsJson(result.test) }),
  };
}

/** The page beside the model. */
export function printResultPage(given: Report): string {
  const { task, plan, result, run, outputs, seconds } = given;
  return printReport({
    title: `${outputs.model}: ${plan.task.kind}`,
    plan: printPlan(task, plan),
    scores: printTest(given).join("\n"),
    summary: result.summary,
    item: task.rowCalled?.(plan.task),
    report: findTask(plan.task.kind).report?.(plan, result),
    settings: { ...listSettings(plan), backend: run.started.backend, time: printQuantity(seconds * 1000, "ms") },
  });
}

/** What the run was asked to do, by name: how it learned, and the options of the task that were given. */
function listSettings({ options, training }: TaskPlan): Readonly<Record<string, string>> {
  const { optimiser, schedule, clip, epochs, patience, truncation, scheduledSampling, keep } = training;
  const learning = { epochs, patience, optimiser, schedule, clip, truncation, scheduledSampling, keep };
  return { "how it learned": printSettings(learning), options: printSettings(options) };
}

/** Plain data on one line: `epochs 6, optimiser (kind adam)`. */
function printSettings(values: object): string {
  return Object.entries(values)
    .flatMap(([name, value]: [string, unknown]) => {
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        return [`${name} ${value}`];
      if (typeof value !== "object" || value === null) return [];
      if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return [`${name} ${value.join(" ")}`];
      const within = printSettings(value);
      return within === "" ? [] : [`${name} (${within})`];
    })
    .join(", ");
}
