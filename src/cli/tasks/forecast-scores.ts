/** The scores of forecasts as tables. */
import { alignTable, listBaselines, nameSimpleForecast, printQuantity } from "../../node.ts";
import type { ForecastEvaluation, TableRow, TargetEvaluation } from "../../node.ts";

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
