/** Declares the options of `recurra train`: each task's own, and those of all. */
import type { Command } from "commander";
import { reasonToRefuse } from "../node.ts";
import { oneOf } from "./read-data.ts";
import { commandTasks, declareTaskOptions } from "./tasks/table.ts";
import { layerSize, positive, positiveOrNone, share, threadCount, whole } from "./values.ts";

function printExamples(): string {
  return `
Examples:${commandTasks.map(({ examples }) => examples).join("")}
  $ recurra train sales.csv --resume sales.checkpoint
      goes on with a run that was stopped, to the same numbers as if it had not been

A run that is stopped (Ctrl-C) or killed leaves a checkpoint beside the model, from which --resume goes on.`;
}

/** Each task's name and what it is, a line each. */
function printTasks(): string {
  const lines = commandTasks.map(({ names, summary }) => `  ${names.join(", ").padEnd(18)}${summary}`);
  return `\nTasks:\n${lines.join("\n")}`;
}

/** Declares the options. */
export function declareOptions(command: Command): Command {
  const names = [...new Set(commandTasks.flatMap((task) => task.names))];
  command
    .description(`Learn a task from data: forecast columns of a table, classify, ….\n${printTasks()}`)
    .argument("[DATA]", "a CSV, TSV, JSON lines, JSON or Parquet file, or what the task reads")
    .optionsGroup("What to learn:")
    .option("--task <NAME>", `${names.join(", ")} (default: what the other options say)`, oneOf(names));
  declareTaskOptions(command, "train");
  return declareLearning(command)
    .optionsGroup("What comes out:")
    .option("--out <FILE>", "where to save the model (default: the data's name with .safetensors)")
    .option("--no-report", "do not write the report, an HTML page beside the model")
    .option("--resume <CHECKPOINT>", "go on with an unfinished run; all other settings are the checkpoint's")
    .option("--json", "results as JSON, and nothing else, on standard output")
    .option("--quiet", "say nothing but the results")
    .addHelpText("after", printExamples());
}

/** In the help of an option of learning: the tasks that have no use for it. */
function notFor(option: string): string {
  const others = commandTasks.map(({ kind }) => kind).filter((kind) => reasonToRefuse(kind, option) !== undefined);
  return others.length === 0 ? "" : ` [not for ${others.join(", ")}]`;
}

/** Declares the options about the network and its learning. */
export function declareLearning(command: Command): Command {
  return command
    .optionsGroup("The network:")
    .option("--cell <NAME>", "a built-in cell, or a file of equations (default: lstm); recurra inspect lists them")
    .option("--hidden <SIZE>", "hidden size (default: 64)", layerSize)
    .option("--layers <COUNT>", `recurrent layers on top of one another (default: 1)${notFor("layers")}`, whole(1))
    .option("--dropout <SHARE>", "share of each layer's outputs dropped while learning (default: 0)", share)
    .option(
      "--bidirectional",
      `read windows and sequences from both ends, as texts always are${notFor("bidirectional")}`,
    )
    .optionsGroup("How to learn:")
    .option(
      "--readout <HOW>",
      "ridge: train nothing, solve for the last layer; for forecasts with --cell echo-state",
      oneOf(["ridge"]),
    )
    .option(
      "--fast",
      "a first look in under a minute: few of the data, a small network, few epochs; what is given counts",
    )
    .option("--epochs <COUNT>", "rounds through the data, at most (default: by the size of the data)", whole(1))
    .option("--batch <SIZE>", "windows, sequences or texts a step (default: 32)", whole(1))
    .option("--rate <NUMBER>", "learning rate of Adam (default: 0.002)", positive)
    .option(
      "--schedule <KIND>",
      "of the rate: cosine, constant, linear, one-cycle or on-plateau (default: cosine)",
      oneOf(["cosine", "constant", "linear", "one-cycle", "on-plateau"]),
    )
    .option("--clip <NORM>", "the most the gradient's norm may be, or none (default: 1)", positiveOrNone)
    .option(
      "--patience <EPOCHS>",
      "epochs without a better validation loss after which to stop (default: a fifth of all, at least 10)",
      whole(0),
    )
    .option("--seed <NUMBER>", "what all randomness follows from: the same seed, the same model (default: 1)", whole(0))
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work (default: auto, a core each, up to 8)", threadCount);
}
