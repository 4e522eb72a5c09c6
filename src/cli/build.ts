/** `recurra build`: a model as one ES module that runs alone. */
import path from "node:path";
import type { Command } from "commander";
import { buildModule, writeWhole } from "../node.ts";
import type { WeightFormat } from "../node.ts";
import { checkOutputs } from "./check-apart.ts";
import { readModelFile } from "./model-files.ts";
import type { ReadModelOptions } from "./model-files.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { whole } from "./values.ts";

interface BuildFlags extends ReadModelOptions {
  readonly out: string;
  readonly int8?: boolean;
  readonly float16?: boolean;
  readonly steps?: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ recurra build sales.safetensors --out sales.js --float16
      sales.js and sales.d.ts: import { step, predict } from "./sales.js", in Node, a page, a worker or an AudioWorklet
  $ recurra build tagger.keras --out tagger.js --steps 40
      a network that reads whole sequences, for sequences of 40 steps`;

export function addBuild(program: Command, terminal: Terminal): void {
  program
    .command("build")
    .description("Build one ES module of a model: its kernels and weights inside, no dependency.")
    .argument("<MODEL>", "a model file: of Recurra, .onnx, .keras, .h5, model.json or of PyTorch")
    .requiredOption("--out <FILE>", "the module to write (.js or .mjs); its types go beside it")
    .option("--float16", "weights in 16 bits: half as large")
    .option("--int8", "weights in 8 bits: a quarter as large")
    .option("--steps <COUNT>", "steps of a sequence, for networks that read whole ones", whole(1, 100_000))
    .option("--modules <FILE>", "PyTorch: a JSON list of the modules that the input goes through")
    .option("--batch-first", "PyTorch: inputs are [batch, steps, size]")
    .option("--json", "what was built as JSON, and nothing else, on standard output")
    .addHelpText("after", examples)
    .action((model: string, flags: BuildFlags) => runBuild(model, flags, terminal));
}

async function runBuild(file: string, flags: BuildFlags, terminal: Terminal): Promise<void> {
  const { out } = flags;
  if (!/\.m?js$/.test(out)) throw new UsageError(`--out ${out} must end in .js or .mjs, for it is a module`);
  if (flags.int8 === true && flags.float16 === true) throw new UsageError("choose one of --int8 and --float16");
  const types = out.replace(/\.(m?)js$/, ".d.$1ts");
  await checkOutputs([{ what: "the model", file }], [{ what: "--out", file: out }]);
  const source = await readModelFile(file, flags);
  const model = source.format === "recurra" ? source.model : source.model.network();
  const weights: WeightFormat = flags.int8 === true ? "int8" : flags.float16 === true ? "float16" : "float32";
  const { code, types: declarations, bytes } = buildModule(model, { weights, steps: flags.steps });
  await writeWhole(out, code);
  await writeWhole(types, declarations);
  model.dispose();
  if (flags.json === true) {
    terminal.print(JSON.stringify({ out, types, weights, bytes }));
    return;
  }
  const kB = (count: number): string => `${(count / 1000).toFixed(1)} kB`;
  terminal.print(
    `${out}: ${kB(bytes.module)} (kernels ${kB(bytes.kernels)}, weights in ${weights} ${kB(bytes.weights)}, before they became text)`,
  );
  terminal.print(`${types}: its types`);
  terminal.say(
    `note: ${path.basename(out)} has the network's own numbers as inputs and outputs; its selfTest() tells whether it computes what it should`,
  );
}
