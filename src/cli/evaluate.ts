/** `recurra evaluate`: how good a model is on data, beside the simplest that could be done. */
import path from "node:path";
import { drawEvaluation, evaluateClassifier, evaluateForecaster, writeWhole } from "../node.ts";
import type { Classifier, ClassEvaluation, Forecaster, RowsEvaluation } from "../node.ts";
import type { Command } from "commander";
import { checkApart } from "./check-apart.ts";
import { openModel } from "./predict.ts";
import { oneOf, openData, tellNotes } from "./read-data.ts";
import { evaluationAsJson, printScores } from "./report.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { threadCount, whole } from "./values.ts";

interface EvaluateFlags {
  readonly last?: number;
  readonly rows?: "unseen" | "all";
  readonly chart?: string;
  readonly json?: boolean;
  readonly verify?: boolean;
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly threads?: number | "auto";
}

const examples = `
Examples:
  $ recurra evaluate sales.safetensors sales.csv
      on the rows that are later than all that the training has seen
  $ recurra evaluate sales.safetensors sales.csv --last 60 --chart sales.svg
      on the last 60 rows, and drawn
  $ recurra evaluate motions.safetensors labelled.csv --json
      accuracy and confusion matrix, for machines`;

export function addEvaluate(program: Command, terminal: Terminal): void {
  program
    .command("evaluate")
    .description(
      "Measure a model on data whose answers are known, beside the naive forecast or the most frequent class.",
    )
    .argument("<MODEL>", "a model that recurra train saved")
    .argument("<DATA>", "a CSV, TSV, JSON lines, JSON or Parquet file")
    .option("--last <ROWS>", "only forecasts of the last rows", whole(1))
    .option(
      "--rows <WHICH>",
      "unseen: only rows later than the training has seen; all (default: unseen, if there are any)",
      oneOf(["unseen", "all"]),
    )
    .option("--chart <FILE>", "draw the forecast beside the truth, as SVG")
    .option("--json", "scores as JSON, and nothing else, on standard output")
    .option("--verify", "first run the self-test that is stored with the model")
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work (default: auto, a core each, up to 8)", threadCount)
    .addHelpText("after", examples)
    .action(async (model: string, data: string, flags: EvaluateFlags) => runEvaluate(model, data, flags, terminal));
}

async function runEvaluate(
  modelFile: string,
  dataFile: string,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<void> {
  if (flags.chart !== undefined) {
    const inputs = [
      { what: "the model", file: modelFile },
      { what: "the data", file: dataFile },
    ];
    checkApart(inputs, [{ what: "--chart", file: flags.chart }]);
  }
  const { job, dispose } = await openModel(modelFile, flags);
  try {
    const evaluation =
      job.kind === "forecaster"
        ? await evaluateForecasts(job, dataFile, flags, terminal)
        : await evaluateClasses(job, dataFile, flags, terminal);
    if (flags.json === true) terminal.print(JSON.stringify(evaluationAsJson(evaluation)));
    else terminal.print(printScores(evaluation, path.basename(dataFile)).join("\n"));
  } finally {
    dispose();
  }
}

async function evaluateForecasts(
  forecaster: Forecaster,
  dataFile: string,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<RowsEvaluation> {
  const data = await openData(dataFile, forecaster.task.reading);
  const table = tellNotes(await data.read(forecaster.task.reading), terminal);
  const evaluation = evaluateForecaster(forecaster, table, { last: flags.last, rows: flags.rows });
  if (evaluation.seen === true)
    terminal.say("note: the training has seen some of these rows, so the model looks better than it is");
  if (evaluation.seen === undefined)
    terminal.say(
      "note: without dates it cannot be told which rows the training has seen; --last ROWS takes the last ones",
    );
  if (flags.chart !== undefined) {
    await writeWhole(flags.chart, drawEvaluation(evaluation, { source: data.source }));
    terminal.say(`chart written to ${flags.chart}`);
  }
  return evaluation;
}

async function evaluateClasses(
  classifier: Classifier,
  dataFile: string,
  flags: EvaluateFlags,
  terminal: Terminal,
): Promise<ClassEvaluation> {
  const odd = (["last", "rows", "chart"] as const).find((name) => flags[name] !== undefined);
  if (odd !== undefined) throw new UsageError(`--${odd} is for forecasts, and this model classifies`);
  const { reading, of } = classifier.task;
  terminal.say("note: where training has seen some of these, the model looks better than it is");
  const { dateColumn, ...undated } = reading;
  const data = await openData(dataFile, reading);
  const isDated = dateColumn !== undefined && of.kind === "windows";
  return evaluateClassifier(
    classifier,
    tellNotes(await data.read({ ...undated, ...(isDated ? { dateColumn } : {}) }), terminal),
  );
}
