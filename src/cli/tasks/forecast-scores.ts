/** The scores of forecasts as tables. */
import { alignTable, listBaselines, nameSimpleForecast, printCount, printQuantity } from "../../node.ts";
import type {
  Backtest,
  DrawnPaths,
  ForecastEvaluation,
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
  return `${title}, ${printCount(count, "forecast")} of ${what}:\n${alignTable(rows, columns, { indent: "  " })}`;
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
  const rows = targets.flatMap(({ name, steps = [] }) =>
    steps
      .filter(({ ahead }) => isShown(ahead))
      .map((step) => ({ target: name, ahead: step.ahead, ...besideRow(step) })),
  );
  const own = [...(targets.length > 1 ? [{ key: "target" }] : []), { key: "ahead", title: "steps ahead" }];
  const what = "By steps ahead (errors of the model, then mean absolute errors without learning):";
  return ["", `${what}\n${printBeside(rows, own, targets)}`];
}

/** All errors of the model in each of several tests and in all of them, beside the errors of forecasts that need no learning. */
export function printFolds({ folds, total }: Backtest): string {
  const { targets } = total;
  const rows = targets.flatMap((target, at) => [
    ...folds.map(({ count, targets: own }, fold) => {
      const { points, ...scores } = own[at] ?? target;
      const { dates = Array.from(points.rows, (row) => String(row + 1)) } = points;
      const ordered = [...dates].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      return {
        target: target.name,
        test: String(fold + 1),
        from: ordered[0],
        to: ordered.at(-1),
        count,
        ...besideRow(scores),
      };
    }),
    { target: target.name, test: "all", count: total.count, ...besideRow(target) },
  ]);
  const own = [
    ...(targets.length > 1 ? [{ key: "target" }] : []),
    { key: "test" },
    { key: "from" },
    { key: "to" },
    { key: "count", title: "forecasts" },
  ];
  const what = "Tests (errors of the model, then mean absolute errors without learning):";
  return `${what}\n${printBeside(rows, own, targets)}`;
}

/** A table of errors of the model beside the mean absolute errors without learning, behind columns of its own. */
function printBeside(
  rows: readonly TableRow[],
  own: readonly TableColumn[],
  [first]: readonly Pick<TargetScores, "intervals">[],
): string {
  const level = first?.intervals?.[0]?.level ?? NaN;
  const columns: readonly TableColumn[] = [
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq." },
    { key: "smape", title: "symmetric %", unit: "share" },
    { key: "mase", title: "scaled" },
    { key: "pinball", title: "pinball" },
    { key: "held", title: `in ${printQuantity(level, "share", 0)}`, unit: "share" },
    { key: "seasonal", title: "seasonal naive" },
    { key: "naive" },
    { key: "drift" },
    { key: "mean" },
  ];
  const shown = columns.filter(({ key }) => rows.some((row) => row[key] !== undefined));
  return alignTable(rows, [...own, ...shown], { indent: "  " });
}

function besideRow(scores: TargetScores): TableRow {
  const { model, naive, seasonalNaive, drift, mean, intervals, quantiles = [] } = scores;
  return {
    mae: model.meanAbsoluteError,
    rmse: model.rootMeanSquaredError,
    smape: model.symmetricPercentageError,
    mase: model.meanAbsoluteScaledError,
    pinball:
      quantiles.length === 0
        ? undefined
        : quantiles.reduce((sum, { pinballLoss }) => sum + pinballLoss, 0) / quantiles.length,
    held: intervals?.[0]?.coverage,
    seasonal: seasonalNaive?.meanAbsoluteError,
    naive: naive.meanAbsoluteError,
    drift: drift.meanAbsoluteError,
    mean: mean.meanAbsoluteError,
  };
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

/** What the quantiles of drawn paths follow from; nothing where no paths were drawn. */
export function printPaths({ paths }: { readonly paths?: DrawnPaths | undefined }): readonly string[] {
  if (paths === undefined) return [];
  const { count, seed } = paths;
  return [
    "",
    `Quantiles and intervals are those of ${printQuantity(count)} paths for each forecast, drawn with seed ${seed}.`,
  ];
}
