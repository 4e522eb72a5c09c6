/** `recurra build`: a model as one ES module that runs alone. */
import path from "node:path";
import type { Command } from "commander";
import { buildModule, writeWhole } from "../node.ts";
import type { BuildOptions, WeightFormat } from "../node.ts";
import { checkOutputs } from "./check-apart.ts";
import { readModelFile } from "./model-files.ts";
import type { AnyModel, ReadModelOptions } from "./model-files.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { named, numbers, sizes, whole } from "./values.ts";

interface BuildFlags extends ReadModelOptions {
  readonly out: string;
  readonly int8?: boolean;
  readonly float16?: boolean;
  readonly steps?: number;
  readonly fixed?: Readonly<Record<string, readonly number[]>>;
  readonly shape?: Readonly<Record<string, readonly number[]>>;
  readonly state?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ recurra build sales.safetensors --out sales.js --float16
      sales.js and sales.d.ts: import { step, predict } from "./sales.js", in Node, a page, a worker or an AudioWorklet
  $ recurra build tagger.keras --out tagger.js --steps 40
      a network that reads whole sequences, for sequences of 40 steps
  $ recurra build silero_vad_v5.onnx --out vad.js --fixed sr=16000 --shape input=1,576
      a graph that is no chain of layers, step by step: with an input that stays the same, and the shape of one whose sizes it leaves open`;

export function addBuild(program: Command, terminal: Terminal): void {
  program
    .command("build")
    .description("Build one ES module of a model: its kernels and weights inside, no dependency.")
    .argument("<MODEL>", "a model file: of Recurra, .onnx, .keras, .h5, model.json or of PyTorch")
    .requiredOption("--out <FILE>", "the module to write (.js or .mjs); its types go beside it")
    .option("--float16", "weights in 16 bits: half as large")
    .option("--int8", "weights in 8 bits: a quarter as large")
    .option("--steps <COUNT>", "steps of a sequence, for networks that read whole ones", whole(1, 100_000))
    .option("--fixed <INPUT=NUMBERS>", "a graph: an input that stays the same at every step", named(numbers))
    .option(
      "--shape <INPUT=SIZES>",
      "a graph: the shape of an input in a step, where sizes of it are open",
      named(sizes),
    )
    .option("--state <OUTPUT=INPUT>", "a graph: an output that is this input at the next step", named(String))
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
  const weights: WeightFormat = flags.int8 === true ? "int8" : flags.float16 === true ? "float16" : "float32";
  const {
    code,
    types: declarations,
    bytes,
  } = buildModule(source.model, {
    weights,
    steps: flags.steps,
    fixed: fixedOf(source, flags),
    shapes: flags.shape,
    states: flags.state,
  });
  await writeWhole(out, code);
  await writeWhole(types, declarations);
  source.model.dispose();
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

/** Numbers for inputs that stay the same, in the shapes that the graph says; what is open there is one. */
function fixedOf(source: AnyModel, { fixed }: BuildFlags): BuildOptions["fixed"] {
  if (fixed === undefined) return undefined;
  const infos = source.format === "recurra" ? [] : source.model.inputs;
  return Object.fromEntries(
    Object.entries(fixed).map(([name, data]) => {
      const shape = infos.find((info) => info.name === name)?.shape ?? [data.length];
      return [name, { shape: shape.map((size) => (typeof size === "number" ? size : 1)), data }];
    }),
  );
}
