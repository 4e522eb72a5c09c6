/** The command line: all commands, run to their exit status. */
import { Command } from "commander";
import { version } from "../node.ts";
import { addBacktest } from "./backtest.ts";
import { addBench } from "./bench.ts";
import { addBuild } from "./build.ts";
import { addCompare } from "./compare.ts";
import { addConvert } from "./convert.ts";
import { addEvaluate } from "./evaluate.ts";
import { reportFailure } from "./failures.ts";
import { addGenerate } from "./generate.ts";
import { addInspect } from "./inspect.ts";
import { addPredict } from "./predict.ts";
import { addStudio } from "./studio.ts";
import { addTrain } from "./train.ts";
import type { Terminal } from "./terminal.ts";

const introduction = `
First steps:
  $ recurra train sales.csv --target Sales --horizon 7     learns to forecast the column Sales a week ahead
  $ recurra predict sales.safetensors sales.csv            forecasts what comes after the last row
  $ recurra evaluate sales.safetensors sales.csv           how good that is, beside the simplest forecasts
  $ recurra backtest sales.csv --target Sales              whether a network is worth using, on several tests
  $ recurra generate poems.safetensors --prompt "The "     goes on with a text (after recurra train poems.txt --task generate)
  $ recurra inspect lstm                                   what a cell computes
  $ recurra convert theirs.onnx mine.safetensors           a model of another framework (ONNX, Keras, PyTorch), and back
  $ recurra build sales.safetensors --out sales.js         one module that runs alone, with everything inside
  $ recurra studio --open                                  see inside networks, in the browser

Each command explains itself: recurra train --help`;

/** Runs the command line with these arguments. Never throws; the exit status is 0, 1 for a failure, 2 for wrong usage, 130 if stopped. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("recurra")
    .description("Recurrent networks: trained on your data, forecasting and classifying.")
    .version(version)
    .addHelpText("after", introduction);
  addTrain(program, terminal);
  addPredict(program, terminal);
  addEvaluate(program, terminal);
  addBacktest(program, terminal);
  addGenerate(program, terminal);
  addInspect(program, terminal);
  addCompare(program, terminal);
  addConvert(program, terminal);
  addBuild(program, terminal);
  addBench(program, terminal);
  addStudio(program, terminal);
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) => terminal.say(text.trimEnd()),
      })
      .showHelpAfterError(`(recurra ${command === program ? "" : `${command.name()} `}--help explains the options)`);
    if (command !== program) command.option("--debug", "show where in the program an error arose");
  }
  try {
    // Without a command there is nothing to do but to explain.
    if (args.length === 0) terminal.print(program.helpInformation() + introduction);
    else await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return reportFailure(error, terminal, args);
  }
}
