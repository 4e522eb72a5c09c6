/** `recurra evaluate`: how good a model is on data, beside the simplest that could be done. */
import path from "node:path";
import type { Command } from "commander";
import { checkOutputs } from "./check-apart.ts";
import { placeIn, workAt } from "./place.ts";
import { openModel } from "./predict.ts";
import { oneOf } from "./read-data.ts";
import { checkTaskOptions, declareTaskOptions, findCommandTask } from "./tasks/table.ts";
import type { Terminal } from "./terminal.ts";
import { threadCount } from "./values.ts";

/** What every task is given; each has flags of its own beside. */
export interface EvaluateFlags {
  /** Of tasks that draw one. */
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
  const command = program.command("evaluate");
  command
    .description("Measure a model on data whose answers are known, beside the simplest that could be done.")
    .argument("<MODEL>", "a model that recurra train saved")
    .argument("[DATA]", "a CSV, TSV, JSON lines, JSON or Parquet file, or what the task reads");
  declareTaskOptions(command, "evaluate");
  command
    .optionsGroup("What comes out:")
    .option("--json", "scores as JSON, and nothing else, on standard output")
    .option("--verify", "first run the self-test that is stored with the model")
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work (default: auto, a core each, up to 8)", threadCount)
    .addHelpText("after", examples)
    .action(async (model: string, data: string | undefined, flags: EvaluateFlags) => {
      if (flags.chart !== undefined) {
        const inputs = [
          { what: "the model", file: model },
          ...(data === undefined ? [] : [{ what: "the data", file: data }]),
        ];
        await checkOutputs(inputs, [{ what: "--chart", file: flags.chart }]);
      }
      const { job, dispose } = await openModel(model, flags);
      try {
        const task = findCommandTask(job.task.kind);
        checkTaskOptions(command, "evaluate", task);
        const scores = await workAt(placeIn(task, "evaluate"), () =>
          task.evaluate(job, { file: data, flags, terminal }),
        );
        if (flags.json === true) terminal.print(JSON.stringify(task.scoresAsJson(scores)));
        else terminal.print(task.printScores(scores, data === undefined ? "Scores" : path.basename(data)).join("\n"));
      } finally {
        dispose();
      }
    });
}
