/** Declares the options of `recurra train`: each task's own, and those of all. */
import type { Command } from "commander";
import { alignTable, findTask, reasonToRefuse } from "../node.ts";
import type { TaskName, UsualLearning } from "../node.ts";
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

/** What each task takes where an option is not given. */
function printDefaults(): string {
  const names = ["cell", "hidden", "layers", "dropout", "embedding"] as const;
  const others = ["rate", "batch", "epochs", "patience", "test", "validation"] as const;
  const rows = [...names, ...others].map((name) => ({
    option: `--${name}`,
    ...Object.fromEntries(commandTasks.map(({ kind }) => [kind, String(findTask(kind).usual[name] ?? "")])),
  }));
  const columns = [{ key: "option", title: "" }, ...commandTasks.map(({ kind }) => ({ key: kind }))];
  return `
Defaults by the task:
${alignTable(rows, columns, { indent: "  " })}
  Of epochs the number follows from the size of the data. A patience of 1/5 is a fifth of the epochs.
`;
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
    .addHelpText("after", printDefaults() + printExamples());
}

/** In the help of an option of learning: the tasks that have no use for it. */
function notFor(option: string): string {
  const others = commandTasks.map(({ kind }) => kind).filter((kind) => reasonToRefuse(kind, option) !== undefined);
  return others.length === 0 ? "" : ` [not for ${others.join(", ")}]`;
}

/** Declares the options about the network and its learning: of one task with its defaults, or of all. */
export function declareLearning(command: Command, kind?: TaskName): Command {
  const usual = (name: keyof UsualLearning): string =>
    kind === undefined ? "by the task" : String(findTask(kind).usual[name]);
  return command
    .optionsGroup("The network:")
    .option(
      "--cell <NAME>",
      `a built-in cell, or a file of equations (default: ${usual("cell")}); recurra inspect lists them`,
    )
    .option("--hidden <SIZE>", `hidden size (default: ${usual("hidden")})`, layerSize)
    .option(
      "--layers <COUNT>",
      `recurrent layers on top of one another (default: ${usual("layers")})${notFor("layers")}`,
      whole(1),
    )
    .option(
      "--dropout <SHARE>",
      `share of each layer's outputs dropped while learning (default: ${usual("dropout")})`,
      share,
    )
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
    .option("--epochs <COUNT>", `rounds through the data, at most (default: ${usual("epochs")})`, whole(1))
    .option("--batch <SIZE>", `windows, sequences or texts a step (default: ${usual("batch")})`, whole(1))
    .option("--rate <NUMBER>", `learning rate of Adam (default: ${usual("rate")})`, positive)
    .option(
      "--schedule <KIND>",
      "of the rate: cosine, constant, linear, one-cycle or on-plateau (default: cosine)",
      oneOf(["cosine", "constant", "linear", "one-cycle", "on-plateau"]),
    )
    .option("--clip <NORM>", "the most the gradient's norm may be, or none (default: 1)", positiveOrNone)
    .option(
      "--patience <EPOCHS>",
      `epochs without a better validation loss after which to stop (default: ${usual("patience")})`,
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
