/**
 * `npm run stock`: the example of many courses, four LSTM layers of 50 that forecast tomorrow's opening price from the last 60, and what it
 * is worth: less than saying that tomorrow is as today. Then a smaller one that comes as near to that as it can, on one test and on five, and what helps: to know
 * something that the last price does not say. The trainings are shown as commands, to be typed again; births.js shows the library. Reads ../shared/data/google-stock;
 * where that is missing, a made series that wanders like a price takes its place. With `--fast`, small networks learn for some seconds, which shows how it goes
 * but not what comes out.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  concatTables,
  createRandom,
  createTable,
  findColumn,
  forecastRows,
  loadFile,
  meanAbsoluteError,
  numberColumn,
  openTask,
  printTable,
  readNumbers,
  readTableFile,
} from "recurra";
import { runShown } from "./run-shown.js";

const isFast = process.argv.includes("--fast");
const folder = path.resolve(import.meta.dirname, "../../shared/data/google-stock");
const isThere = existsSync(folder);
/** Trading days of January 2017. */
const testDays = 20;

/** @returns {Promise<import("recurra").Table>} columns Date, Open, High, Low */
async function readPrices() {
  /** @param {string} name */
  const read = async (name) => {
    const { table } = await readTableFile(path.join(folder, name), {
      dateColumn: "Date",
      columns: ["Open", "High", "Low"],
    });
    return table;
  };
  return concatTables(await read("Google_Stock_Price_Train.csv"), await read("Google_Stock_Price_Test.csv"));
}

/** Prices of as many weekdays whose logarithm takes normal steps, some by day and some overnight. */
function makePrices() {
  const random = createRandom(2017);
  const [dates, open, high, low] = Array.from({ length: 4 }, () => new Float64Array(1278));
  let time = Date.UTC(2012, 0, 3);
  let price = 300;
  for (let day = 0; day < dates.length; day++) {
    const close = price * Math.exp(random.normal(0.0005, 0.012));
    dates[day] = time;
    open[day] = price;
    high[day] = Math.max(price, close) * Math.exp(Math.abs(random.normal(0, 0.003)));
    low[day] = Math.min(price, close) * Math.exp(-Math.abs(random.normal(0, 0.003)));
    price = close * Math.exp(random.normal(0, 0.005));
    do time += 86_400_000;
    while (new Date(time).getUTCDay() % 6 === 0);
  }
  return createTable([
    { kind: "date", name: "Date", values: dates },
    numberColumn("Open", open),
    numberColumn("High", high),
    numberColumn("Low", low),
  ]);
}

const prices = isThere ? await readPrices() : makePrices();
const open = readNumbers(prices, "Open");
const relative = (/** @type {string} */ name) => readNumbers(prices, name).map((value, row) => value - open[row]);
const table = createTable([
  findColumn(prices, "Date"),
  findColumn(prices, "Open"),
  // How far a day went up and down from its opening: unlike prices, they do not drift.
  numberColumn("up", relative("High")),
  numberColumn("down", relative("Low")),
]);
await mkdir("out", { recursive: true });
await writeFile("out/stock.csv", printTable(table));
console.log(
  isThere
    ? `Daily prices of Google, 2012 to January 2017, from ${path.relative("", folder)}`
    : "No ../shared/data/google-stock here, so the prices are made up",
);

const small = `--target Open --difference --window 20 --hidden 16 --time-features none --season 1${isFast ? " --epochs 3" : ""}`;
const [layers, folds] = isFast ? ["--layers 2 --hidden 8", 2] : ["--layers 4 --hidden 50", 5];

/** @type {readonly { title: string, lines: readonly string[], model?: string }[]} */
const runs = [
  {
    title:
      "1. As courses do it: levels, scaled to 0 to 1, four layers of 50. It lags behind the price and cannot leave the range it has seen.",
    model: "out/stock.safetensors",
    lines: [
      "train out/stock.csv --target Open --level --window 60 --scaler min-max",
      `${layers} --dropout 0.2 --loss mean-squared --rate 0.001 --schedule constant --clip none`,
      `--epochs ${isFast ? 2 : 100} --batch 32 --test ${testDays} --validation 0 --time-features none --season 1`,
      "--out out/stock.safetensors --chart out/stock.svg",
    ],
  },
  {
    title: "2. Changes from day to day instead of levels, and a far smaller network.",
    model: "out/stock-difference.safetensors",
    lines: [
      `train out/stock.csv ${small}`,
      `--test ${testDays} --out out/stock-difference.safetensors --chart out/stock-difference.svg`,
    ],
  },
  {
    title: "3. The same on several tests, for twenty days may be lucky ones.",
    lines: [`backtest out/stock.csv ${small}`, `--folds ${folds} --rows 60 --out out/stock-backtest.html`],
  },
  {
    title:
      "4. The second, told how far the price went up and down since it opened: the next opening is near today's closing price.",
    lines: [
      `train out/stock.csv ${small} --covariates up,down`,
      `--test ${testDays} --out out/stock-covariates.safetensors --chart out/stock-covariates.svg`,
    ],
  },
];

/**
 * How far the forecasts of the test days lie from the price of the day before.
 * @param {string} file
 */
async function sayWhatItFollows(file) {
  const job = openTask(await loadFile(file));
  if (job.kind !== "forecaster") return;
  const rows = forecastRows(job, table);
  const [forecast, today, yesterday] = ["Open forecast", "Open", "Open naive"].map((name) =>
    readNumbers(rows, name).subarray(-testDays),
  );
  if (forecast === undefined || today === undefined || yesterday === undefined) return;
  const [toToday, toYesterday] = [today, yesterday].map((price) => meanAbsoluteError(price, forecast).toFixed(2));
  console.log(
    `\nIts forecasts lie ${toToday} off the price that they are of, and ${toYesterday} off the price of the day before, from which that price itself is ${meanAbsoluteError(today, yesterday).toFixed(2)} away.`,
  );
  job.model.dispose();
}

for (const { title, lines, model } of runs) {
  console.log(`\n${title}\n`);
  const status = await runShown(...lines);
  if (status !== 0) process.exit(status);
  if (model !== undefined) await sayWhatItFollows(model);
}
console.log(`
A forecast of a share price one day ahead, from its own past, is the price of yesterday: see how far 2. stays from it, and what 3. leaves of the little by which it may
have won on a few days. Nobody should trade on it. A course's chart looks right because a line that follows the price a day late looks like the price. Compare with
naive, always. What helps in 4. is no foresight either: the opening comes after hours in which others have traded, and the day's range tells where they left off.`);
