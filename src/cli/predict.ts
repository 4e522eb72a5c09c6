/** `recurra predict`: forecasts or labels from a trained model. */
import path from "node:path";
import {
  classifyTable,
  forecastFuture,
  forecastRows,
  loadFile,
  openTask,
  printTable,
  verifyModel,
  writeWhole,
} from "../node.ts";
import type { Classifier, Forecaster, Table } from "../node.ts";
import type { Command } from "commander";
import { checkApart } from "./check-apart.ts";
import { oneOf, openData, tellNotes } from "./read-data.ts";
import type { DataFile } from "./read-data.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { threadCount } from "./values.ts";

interface PredictFlags {
  readonly out?: string;
  readonly each?: boolean;
  readonly format?: "csv" | "tsv" | "json" | "jsonl";
  readonly json?: boolean;
  readonly verify?: boolean;
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly threads?: number | "auto";
}

const examples = `
Examples:
  $ recurra predict sales.safetensors sales.csv
      forecasts what comes after the last row, as CSV
  $ recurra predict sales.safetensors sales.csv --each --out forecasts.csv
      forecasts every row from those before it, beside the truth and the naive forecast
  $ recurra predict motions.safetensors new.csv
      the class of each sequence of new.csv, and how likely it is

The data must have the columns that the model was trained with. Columns known in advance (--known) need rows after the last one, with
the target left empty.`;

export function addPredict(program: Command, terminal: Terminal): void {
  program
    .command("predict")
    .description("Forecast what comes after the data, or classify them, with a trained model.")
    .argument("<MODEL>", "a model that recurra train saved")
    .argument("<DATA>", "a CSV, TSV, JSON lines, JSON or Parquet file")
    .option("--out <FILE>", "where to write to (default: standard output)")
    .option("--each", "forecast every row that has enough rows before it, not only those after the last")
    .option(
      "--format <FORMAT>",
      "csv, tsv, json or jsonl (default: by the ending of --out, else csv)",
      oneOf(["csv", "tsv", "json", "jsonl"]),
    )
    .option("--json", "the same as --format json")
    .option("--verify", "first run the self-test that is stored with the model")
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work (default: auto, a core each, up to 8)", threadCount)
    .addHelpText("after", examples)
    .action(async (model: string, data: string, flags: PredictFlags) => runPredict(model, data, flags, terminal));
}

async function runPredict(modelFile: string, dataFile: string, flags: PredictFlags, terminal: Terminal): Promise<void> {
  if (flags.out !== undefined) {
    const inputs = [
      { what: "the model", file: modelFile },
      { what: "the data", file: dataFile },
    ];
    checkApart(inputs, [{ what: "--out", file: flags.out }]);
  }
  const { job, dispose } = await openModel(modelFile, flags);
  try {
    const data = await openData(dataFile, job.task.reading);
    const table =
      job.kind === "forecaster"
        ? await forecast(job, data, flags, terminal)
        : await classify(job, data, flags, terminal);
    const text = printTable(table, chooseFormat(flags));
    if (flags.out === undefined) terminal.print(text.trimEnd());
    else {
      await writeWhole(flags.out, text);
      terminal.say(`${table.rows} rows written to ${flags.out}`);
    }
  } finally {
    dispose();
  }
}

/** A model file with its task, verified where that is asked for. */
export async function openModel(
  file: string,
  flags: Pick<PredictFlags, "verify" | "backend" | "threads">,
): Promise<{ readonly job: Forecaster | Classifier; dispose(): void }> {
  const source = path.basename(file);
  const model = await loadFile(file, { backend: flags.backend, threads: flags.threads ?? "auto" });
  const job = openTask(model, source);
  if (flags.verify === true) verifyModel(model, source);
  return { job, dispose: () => model.dispose() };
}

async function forecast(
  forecaster: Forecaster,
  data: DataFile,
  { each }: PredictFlags,
  terminal: Terminal,
): Promise<Table> {
  const { reading, windows } = forecaster.task;
  if (each === true) return forecastRows(forecaster, tellNotes(await data.read(reading), terminal));
  const open = [...windows.targets, ...windows.covariates];
  return forecastFuture(forecaster, tellNotes(await data.read(reading, open), terminal));
}

async function classify(
  classifier: Classifier,
  data: DataFile,
  { each }: PredictFlags,
  terminal: Terminal,
): Promise<Table> {
  if (each === true) throw new UsageError("--each is for forecasts: a classifier tells the class of everything anyway");
  const { reading, label, of } = classifier.task;
  const isThere = data.columns.some(({ name }) => name === label);
  const { dateColumn, ...undated } = reading;
  const columns = reading.columns.filter((name) => name !== label || isThere);
  // Rows of a sequence may have the same time.
  const isDated = dateColumn !== undefined && of.kind === "windows";
  return classifyTable(
    classifier,
    tellNotes(await data.read({ ...undated, columns, ...(isDated ? { dateColumn } : {}) }, [label]), terminal),
  );
}

function chooseFormat({ out, format, json }: PredictFlags): "csv" | "tsv" | "json" | "jsonl" {
  if (json === true) {
    if (format !== undefined && format !== "json")
      throw new UsageError(`--json and --format ${format} contradict one another; give one of them`);
    return "json";
  }
  const ending = path.extname(out ?? "").slice(1);
  return format ?? (["tsv", "json", "jsonl"] as const).find((one) => one === ending) ?? "csv";
}
