/** The scores of forecasts as tables. */
import { alignTable, listBaselines, nameSimpleForecast, printQuantity } from "../../node.ts";
import type {
  ForecastEvaluation,
  StepEvaluation,
  TableColumn,
  TableRow,
  TargetEvaluation,
  TargetScores,
} from "../../node.ts";

/** Errors of the model and of the forecasts that need no learning. */
export function printForecastScores(evaluation: ForecastEvaluation, title: string): string {
  const { targets, count } = evaluation;
  const columns = [
    ...(targets.length > 1 ? [{ key: "target" }] : []),
    { key: "forecast" },
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq. error" },
    { key: "mape", title: "mean abs. % error", unit: "share" },
    { key: "smape", title: "symmetric % error", unit: "share" },
    ...(targets.some(({ model }) => model.meanAbsoluteScaledError !== undefined)
      ? [{ key: "mase", title: "scaled error" }]
      : []),
  ];
  const rows = targets.flatMap((target) => scoreRows(target, evaluation));
  const what = targets.map(({ name }) => name).join(", ");
  return `${title}, ${printQuantity(count)} forecasts of ${what}:\n${alignTable(rows, columns, { indent: "  " })}`;
}

function scoreRows(target: TargetEvaluation, { season }: ForecastEvaluation): readonly TableRow[] {
  const { name, model, naive, seasonalNaive } = target;
  // A whole number of seasons ahead, the last value is the one a season before.
  const isSame =
    seasonalNaive?.meanAbsoluteError === naive.meanAbsoluteError &&
    seasonalNaive.rootMeanSquaredError === naive.rootMeanSquaredError;
  const contenders = [
    ["model", model] as const,
    ...listBaselines(target)
      .filter(({ kind }) => !(isSame && kind === "naive"))
      .map(({ kind, scores }) => [nameSimpleForecast(kind, season), scores] as const),
  ];
  return contenders.map(([forecast, scores]) => ({
    target: name,
    forecast,
    mae: scores.meanAbsoluteError,
    rmse: scores.rootMeanSquaredError,
    smape: scores.symmetricPercentageError,
    mase: scores.meanAbsoluteScaledError,
    mape: Number.isNaN(scores.meanAbsolutePercentageError) ? undefined : scores.meanAbsolutePercentageError,
  }));
}

/** Steps ahead in a table: all, or some of them where they are many. */
const mostSteps = 24;
const someSteps = 12;

/** The errors at each step ahead, beside those of the forecasts that need no learning; nothing where there is one step. */
export function printSteps(evaluation: ForecastEvaluation): readonly string[] {
  const { targets, horizon } = evaluation;
  if (targets.every(({ steps }) => steps === undefined)) return [];
  const isShown = (ahead: number): boolean =>
    horizon <= mostSteps || ahead === 1 || ahead % Math.ceil(horizon / someSteps) === 0 || ahead === horizon;
  const rows: readonly TableRow[] = targets.flatMap(({ name, steps = [] }) =>
    steps.filter(({ ahead }) => isShown(ahead)).map((step) => ({ target: name, ...stepRow(step) })),
  );
  const level = targets[0]?.intervals?.[0]?.level ?? NaN;
  const has = (key: string): boolean => rows.some((row) => row[key] !== undefined);
  const columns: readonly TableColumn[] = [
    ...(targets.length > 1 ? [{ key: "target" }] : []),
    { key: "ahead", title: "steps ahead" },
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq." },
    { key: "smape", title: "symmetric %", unit: "share" },
    ...(has("mase") ? [{ key: "mase", title: "scaled" }] : []),
    ...(has("pinball") ? [{ key: "pinball", title: "pinball" }] : []),
    ...(has("held") ? [{ key: "held", title: `in ${printQuantity(level, "share", 0)}`, unit: "share" }] : []),
    ...(has("seasonal") ? [{ key: "seasonal", title: "seasonal naive" }] : []),
    { key: "naive" },
    { key: "drift" },
    { key: "mean" },
  ];
  const what = "By steps ahead (errors of the model, then mean absolute errors without learning):";
  return [
    "",
    `${what}
${alignTable(rows, columns, { indent: "  " })}`,
  ];
}

function stepRow(step: StepEvaluation): TableRow {
  const { ahead, model, naive, seasonalNaive, drift, mean, intervals } = step;
  return {
    ahead,
    mae: model.meanAbsoluteError,
    rmse: model.rootMeanSquaredError,
    smape: model.symmetricPercentageError,
    mase: model.meanAbsoluteScaledError,
    pinball: meanPinball(step),
    held: intervals?.[0]?.coverage,
    seasonal: seasonalNaive?.meanAbsoluteError,
    naive: naive.meanAbsoluteError,
    drift: drift.meanAbsoluteError,
    mean: mean.meanAbsoluteError,
  };
}

/** The pinball loss over all quantiles; nothing where there are none. */
export function meanPinball({ quantiles }: Pick<TargetScores, "quantiles">): number | undefined {
  return quantiles === undefined
    ? undefined
    : quantiles.reduce((sum, { pinballLoss }) => sum + pinballLoss, 0) / quantiles.length;
}

/** The loss of each quantile; nothing where there are none. */
export function printQuantiles({ targets }: ForecastEvaluation): readonly string[] {
  const rows = targets.flatMap(({ name, quantiles = [] }) =>
    quantiles.map(({ level, pinballLoss }) => ({ target: name, level, loss: pinballLoss })),
  );
  const columns = [
    ...(targets.length > 1 ? [{ key: "target" }] : []),
    { key: "level", title: "quantile" },
    { key: "loss", title: "pinball loss" },
  ];
  return rows.length === 0 ? [] : ["", alignTable(rows, columns, { indent: "  " })];
}
