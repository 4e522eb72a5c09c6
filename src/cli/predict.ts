/** `recurra predict`: forecasts or labels from a trained model. */
import path from "node:path";
import { printCount, loadFile, openTask, printTable, verifyModel, writeWhole } from "../node.ts";
import type { TaskJob } from "../node.ts";
import type { Command } from "commander";
import { checkApart, checkOutputs } from "./check-apart.ts";
import { chooseFormat, outputFormats } from "./output-format.ts";
import type { OutputFormat } from "./output-format.ts";
import { placeIn, workAt } from "./place.ts";
import { oneOf } from "./read-data.ts";
import { checkTaskOptions, declareTaskOptions, findCommandTask } from "./tasks/table.ts";
import type { Terminal } from "./terminal.ts";
import { threadCount } from "./values.ts";

/** What every task is given; each has flags of its own beside. */
export interface PredictFlags {
  readonly out?: string;
  readonly format?: OutputFormat;
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
  const command = program.command("predict");
  command
    .description("Forecast what comes after the data, classify them, …: what the model was trained for.")
    .argument("<MODEL>", "a model that recurra train saved")
    .argument("[DATA]", "a CSV, TSV, JSON lines, JSON or Parquet file, or what the task reads");
  declareTaskOptions(command, "predict");
  command
    .optionsGroup("What comes out:")
    .option("--out <FILE>", "where to write to (default: standard output)")
    .option(
      "--format <FORMAT>",
      "csv, tsv, json or jsonl (default: by the ending of --out, else csv, and plain text where that says all)",
      oneOf(outputFormats),
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
    .action(async (model: string, data: string | undefined, flags: PredictFlags) => {
      if (flags.out !== undefined) {
        const inputs = [
          { what: "the model", file: model },
          ...(data === undefined ? [] : [{ what: "the data", file: data }]),
        ];
        await checkOutputs(inputs, [{ what: "--out", file: flags.out }]);
      }
      const { job, dispose } = await openModel(model, flags);
      try {
        const task = findCommandTask(job.task.kind);
        checkTaskOptions(command, "predict", task);
        if (flags.out !== undefined) checkApart(task.inputs?.(flags) ?? [], [{ what: "--out", file: flags.out }]);
        const said = await workAt(placeIn(task, "predict"), () => task.predict(job, { file: data, flags, terminal }));
        const text = typeof said === "string" ? said : printTable(said, chooseFormat(flags) ?? "csv");
        if (flags.out === undefined) terminal.print(text.trimEnd());
        else {
          await writeWhole(flags.out, text.endsWith("\n") ? text : `${text}\n`);
          terminal.say(`${typeof said === "string" ? "" : `${printCount(said.rows, "row")} `}written to ${flags.out}`);
        }
      } finally {
        dispose();
      }
    });
}

/** A model file with its task, verified where that is asked for. */
export async function openModel(
  file: string,
  flags: Pick<PredictFlags, "verify" | "backend" | "threads">,
): Promise<{ readonly job: TaskJob; dispose(): void }> {
  const source = path.basename(file);
  const model = await loadFile(file, { backend: flags.backend, threads: flags.threads ?? "auto" });
  const job = openTask(model, source);
  if (flags.verify === true) verifyModel(model, source);
  return { job, dispose: () => model.dispose() };
}
