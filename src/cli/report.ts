/** What is said of a plan before it is trained, and of its result. */
import { alignTable, describeNetwork, explainClasses, explainForecast, nameNaive, printQuantity } from "../node.ts";
import type {
  ClassEvaluation,
  ForecastEvaluation,
  ForecastPlan,
  ClassifyPlan,
  TableRow,
  TargetEvaluation,
  TaskPlan,
  TaskResult,
} from "../node.ts";
import type { FinishedRun } from "./train.ts";
import { quote } from "./values.ts";

/** The data, what is seen of it and what learns it. */
export function printPlan(plan: TaskPlan): string {
  const { network, seed, epochs, batch } = plan.training;
  const shape = describeNetwork(network);
  const parameters = shape.parameters.reduce((sum, one) => sum + one.shape.reduce((product, n) => product * n, 1), 0);
  const cells = network.layers.flatMap((layer) => (layer.kind === "cell" ? [`${layer.cell.name} ${layer.size}`] : []));
  const lines = [
    `data      ${plan.table.origin.source}: ${printQuantity(plan.table.rows)} rows`,
    ...(plan.kind === "forecast-plan" ? describeForecast(plan) : describeClasses(plan)),
    `network   ${cells.join(" → ")}, ${printQuantity(parameters)} parameters`,
    `learning  up to ${epochs} epochs in batches of ${batch}, seed ${seed}`,
  ];
  return lines.join("\n");
}

function describeParts(parts: TaskPlan["parts"], unit: string): string {
  const { train, validation, test } = parts;
  return `${printQuantity(train.length)} ${unit} to learn from, ${printQuantity(validation.length)} for validation, ${printQuantity(test.length)} for the test`;
}

function describeForecast({ task, windows, parts, options }: ForecastPlan): readonly string[] {
  const { targets, window, horizon, predict, covariates, form } = task.windows;
  const ahead = `${horizon} step${horizon === 1 ? "" : "s"} ahead${predict === "all" ? " and all before" : ""}`;
  const others = [
    ...(covariates.length === 0 ? [] : [`with ${covariates.join(", ")}`]),
    ...(task.calendar === undefined ? [] : ["with the calendar"]),
    ...(form === "level"
      ? []
      : [
          form === "difference"
            ? `as differences${options.form === undefined ? ", because it drifts" : ""}`
            : "as shares of the window's last value",
        ]),
  ];
  return [
    `forecast  ${targets.join(", ")}, ${ahead}`,
    `windows   ${window} steps of ${windows.inputNames.length} number${windows.inputNames.length === 1 ? "" : "s"}${others.length === 0 ? "" : ` (${others.join(", ")})`}`,
    `          ${describeParts(parts, "windows")}`,
  ];
}

function describeClasses({ task, parts }: ClassifyPlan): readonly string[] {
  const { names } = task.classes;
  const shown = names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
  const items = task.of.kind === "sequences" ? "sequences" : "windows";
  return [
    `classify  ${items} by ${task.label}: ${names.length} classes (${shown})`,
    `inputs    ${task.features.join(", ")}${task.of.kind === "windows" ? `; windows of ${task.of.window}` : ""}`,
    `          ${describeParts(parts, items)}`,
  ];
}

export interface Report {
  readonly plan: TaskPlan;
  readonly result: TaskResult;
  readonly run: FinishedRun;
  readonly outputs: { readonly model: string; readonly chart: string | undefined };
  readonly seconds: number;
}

/** For people: the scores beside the baselines, what they mean, where the model is, and what to do next. */
export function printResult({
  result,
  run,
  outputs,
  seconds,
  data,
  command,
}: Report & { readonly data: string; readonly command: string }): string {
  const { because, history } = run.finished;
  const why = because === "patience" ? ", when the validation loss fell no more" : "";
  const parts = [
    `Trained ${history.length} epochs in ${printQuantity(seconds * 1000, "ms")}${why}; kept epoch ${result.summary.kept.epoch}. ${run.started.backend}, seed ${result.summary.seed}.`,
    "",
  ];
  if (result.test === undefined)
    parts.push("No rows were kept for a test, so nothing can be said about how good it is (--test).", "");
  else parts.push(...printScores(result.test, "Test"), "");
  parts.push(
    `model  ${outputs.model}`,
    ...(outputs.chart === undefined ? [] : [`chart  ${outputs.chart}`]),
    "",
    "Next:",
  );
  parts.push(...suggest(result, outputs, data).map((line) => `  ${command} ${line}`));
  return parts.join("\n");
}

/** Scores as a table, and in a sentence. */
export function printScores(evaluation: ForecastEvaluation | ClassEvaluation, title: string): readonly string[] {
  return evaluation.kind === "forecast-evaluation"
    ? [printForecastScores(evaluation, title), "", explainForecast(evaluation)]
    : [printClassScores(evaluation, title), "", explainClasses(evaluation)];
}

function printForecastScores(evaluation: ForecastEvaluation, title: string): string {
  const { targets, count } = evaluation;
  const columns = [
    ...(targets.length > 1 ? [{ key: "target" }] : []),
    { key: "forecast" },
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq. error" },
    { key: "mape", title: "mean abs. % error", unit: "share" },
  ];
  const rows = targets.flatMap((target) => scoreRows(target, evaluation));
  const what = targets.map(({ name }) => name).join(", ");
  return `${title}, ${printQuantity(count)} forecasts of ${what}:\n${alignTable(rows, columns, { indent: "  " })}`;
}

function scoreRows(
  { name, model, naive, seasonalNaive }: TargetEvaluation,
  { season }: ForecastEvaluation,
): readonly TableRow[] {
  // A whole number of seasons ahead, the last value is the one a season before.
  const isSame =
    seasonalNaive?.meanAbsoluteError === naive.meanAbsoluteError &&
    seasonalNaive.rootMeanSquaredError === naive.rootMeanSquaredError;
  const contenders = [
    ["model", model],
    [nameNaive("naive", season), isSame ? undefined : naive],
    [nameNaive("seasonal-naive", season), seasonalNaive],
  ] as const;
  return contenders.flatMap(([forecast, scores]) =>
    scores === undefined
      ? []
      : [
          {
            target: name,
            forecast,
            mae: scores.meanAbsoluteError,
            rmse: scores.rootMeanSquaredError,
            mape: Number.isNaN(scores.meanAbsolutePercentageError) ? undefined : scores.meanAbsolutePercentageError,
          },
        ],
  );
}

function printClassScores(
  { classes, confusion, accuracy, macroF1, majority, count }: ClassEvaluation,
  title: string,
): string {
  const scores = alignTable(
    [
      { who: "model", accuracy, f1: macroF1 },
      { who: `always "${majority.label}"`, accuracy: majority.accuracy, f1: majority.macroF1 },
    ],
    [
      { key: "who", title: "" },
      { key: "accuracy", unit: "share" },
      { key: "f1", title: "macro F1", decimals: 3 },
    ],
    { indent: "  " },
  );
  const columns = [
    { key: "truth", title: "truth \\ told" },
    ...classes.map((name, at) => ({ key: String(at), title: name, maxWidth: 16 })),
  ];
  const rows = classes.map((name, truth): TableRow => ({
    truth: name,
    ...Object.fromEntries((confusion[truth] ?? []).map((cases, told) => [String(told), cases])),
  }));
  return `${title}, ${printQuantity(count)} cases:\n${scores}\n\n${alignTable(rows, columns, { indent: "  " })}`;
}

/** Arguments of commands that make sense now. */
function suggest(result: TaskResult, { model, chart }: Report["outputs"], data: string): readonly string[] {
  const lines = [`predict ${quote(model)} ${quote(data)}`, `inspect ${quote(model)}`];
  if (result.kind === "classify-result") return lines;
  const [target] = result.test?.targets ?? [];
  const { form } = result.forecaster.task.windows;
  const train = `train ${quote(data)} --target ${quote(target?.name ?? "COLUMN")}`;
  if (target !== undefined && target.best !== "model" && form === "level") return [`${train} --difference`, ...lines];
  return chart === undefined && target !== undefined
    ? [...lines, `evaluate ${quote(model)} ${quote(data)} --chart ${quote(model.replace(/\.safetensors$/, ""))}.svg`]
    : lines;
}

/** For machines. */
export function resultAsJson({ plan, result, run, outputs, seconds }: Report): unknown {
  return {
    kind: result.kind === "forecast-result" ? "forecast" : "classify",
    model: outputs.model,
    ...(outputs.chart === undefined ? {} : { chart: outputs.chart }),
    backend: run.started.backend,
    parameters: run.started.parameters,
    seed: plan.training.seed,
    epochs: run.finished.history.length,
    because: run.finished.because,
    kept: result.summary.kept,
    seconds,
    ...(result.test === undefined ? {} : { test: evaluationAsJson(result.test) }),
  };
}

/** Scores without the points. */
export function evaluationAsJson(evaluation: ForecastEvaluation | ClassEvaluation): unknown {
  if (evaluation.kind === "class-evaluation") {
    const { kind: _, ...scores } = evaluation;
    return scores;
  }
  const { count, horizon, season, targets } = evaluation;
  return { count, horizon, season, targets: targets.map((target) => ({ ...target, points: undefined })) };
}
