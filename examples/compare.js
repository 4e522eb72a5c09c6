/** What cells remember: three of them, and one of your own, on the adding problem. `--fast` takes short sequences. Writes out/compare.svg and out/compare.html. */
import { mkdir, writeFile } from "node:fs/promises";
import { compareCells, drawComparison, printComparison, printComparisonPage } from "recurra";

const isFast = process.argv.includes("--fast");
/** A cell of one's own takes part as equations. */
const mine = { name: "mine", text: "z = sigmoid(W_z x + U_z h)\nh' = (1 - z) * h + z * tanh(W x + U h)", options: {} };

for await (const event of compareCells({
  task: "adding",
  cells: ["rnn", "lstm", "gru", mine],
  steps: isFast ? [5, 10] : [25, 50, 100],
  seeds: isFast ? 1 : 2,
  hidden: isFast ? 8 : 32,
  match: "parameters",
  updates: isFast ? 60 : 1500,
  rate: 0.004,
  threads: 2,
})) {
  if (event.kind === "result") {
    const { cell, steps, seed, error, chance } = event.result;
    console.log(
      `${cell}, ${steps} steps, seed ${seed}: ${error?.toPrecision(3) ?? "failed"}, chance ${chance.toPrecision(3)}`,
    );
  }
  if (event.kind === "compared") {
    const comparison = { task: "adding", results: event.results };
    console.log(`\n${printComparison(comparison)}`);
    await mkdir("out", { recursive: true });
    await writeFile("out/compare.svg", drawComparison(comparison));
    await writeFile("out/compare.html", printComparisonPage(comparison));
  }
}
