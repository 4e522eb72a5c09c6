/** `recurra convert`: a model file in another format, with proof that it computes the same. */
import path from "node:path";
import type { Command } from "commander";
import { readKeras, writeKeras } from "../formats/keras/index.ts";
import { readNumpy } from "../formats/numpy/index.ts";
import { readOnnx, writeOnnx } from "../formats/onnx/index.ts";
import { readTorch, writeTorch } from "../formats/torch/index.ts";
import { load, readBytes, RecurraError, save, writeWhole } from "../node.ts";
import type { LoadedModel, Model } from "../node.ts";
import { checkOutputs } from "./check-apart.ts";
import { checkWritten } from "./check-written.ts";
import type { Report, Sample } from "./check-written.ts";
import { formatOf, readModelFile } from "./model-files.ts";
import type { AnyModel, FormatName } from "./model-files.ts";
import { isClose, printDifferences, tolerance } from "./parity.ts";
import { oneOf } from "./read-data.ts";
import type { Terminal } from "./terminal.ts";

interface ConvertFlags {
  readonly to?: "torch" | "recurra";
  readonly check?: string;
  readonly modules?: string;
  readonly batchFirst?: boolean;
  readonly states?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ recurra convert sales.safetensors sales.onnx                   a model of Recurra for ONNX Runtime
  $ recurra convert sales.safetensors sales.onnx --states          with its states as inputs and outputs, to go on step by step there
  $ recurra convert theirs.keras mine.safetensors                  to inspect, train on and save
  $ recurra convert mine.safetensors weights.safetensors --to torch   a state_dict, and the lines of Python that load it
  $ recurra convert weights.pt mine.safetensors --modules net.json    where names and sizes do not tell the architecture
  $ recurra convert model.onnx mine.safetensors --check sample.npz    inputs by name, and the numbers that the other framework gave for them`;

export function addConvert(program: Command, terminal: Terminal): void {
  program
    .command("convert")
    .description("Write a model file in another format, and compare what both compute.")
    .argument("<IN>", "a model: .safetensors (of Recurra or PyTorch), .onnx, .keras, .h5, model.json, .pt, .pth")
    .argument("<OUT>", "the file to write: .safetensors, .onnx, .keras or .h5")
    .option("--to <FORMAT>", "what a .safetensors is to be: recurra (default) or torch", oneOf(["recurra", "torch"]))
    .option("--check <FILE>", "an .npz file of inputs by name, and of outputs that the other framework gave, if any")
    .option("--states", "ONNX: states as inputs and outputs, so that a stream can be run elsewhere")
    .option("--modules <FILE>", "PyTorch: a JSON list of the modules that the input goes through")
    .option("--batch-first", "PyTorch: inputs are [batch, steps, size]")
    .option("--json", "the report as JSON, and nothing else, on standard output")
    .addHelpText("after", examples)
    .action((from: string, to: string, flags: ConvertFlags) => runConvert(from, to, flags, terminal));
}

async function runConvert(from: string, to: string, flags: ConvertFlags, terminal: Terminal): Promise<void> {
  const format = flags.to ?? formatOf(to);
  await checkOutputs([{ what: "the model", file: from }], [{ what: "the file to write", file: to }]);
  const source = await readModelFile(from, flags);
  const written = await write(source, format, {
    ...flags,
    name: path.basename(to).replace(/\.\w+$/, ""),
    ending: path.extname(to),
  });
  const result = await readBack(format, written.bytes, flags);
  const found = await checkWritten({
    source,
    result,
    sample: flags.check === undefined ? undefined : await readSample(flags.check, source),
    states: flags.states === true,
  });
  const report = { ...found, notes: [...found.notes, ...written.notes] };
  if (flags.json !== true) printReport(report, terminal);
  const failed = report.differences.find((one) => !isClose(one));
  if (failed !== undefined)
    throw new RecurraError(
      "convert/different",
      `${failed.what} of ${path.basename(to)} differs by up to ${failed.largest.toPrecision(3)} from the numbers of ${path.basename(from)}, which is more than ${toleranceText}; nothing was written.`,
    );
  await writeWhole(to, written.bytes);
  source.model.dispose();
  result.model.dispose();
  const { bytes, python } = written;
  if (flags.json === true) {
    terminal.print(JSON.stringify({ from, to, format, bytes: bytes.length, tolerance, ...report, python }));
    return;
  }
  if (python !== undefined) terminal.print(`\n${python.trimEnd()}\n`);
  terminal.print(`${to}: ${bytes.length} bytes, ${printVerdict(report)}`);
}

const toleranceText = `${tolerance} × (1 + the largest number)`;

function printReport({ differences, compared, notes }: Report, terminal: Terminal): void {
  if (differences.length > 0) terminal.print(printDifferences(differences));
  terminal.print(compared);
  for (const note of notes) terminal.say(`note: ${note}`);
}

/** In a word what the differences come to. */
function printVerdict({ differences }: Report): string {
  if (differences.length === 0) return "of which nothing was compared";
  const largest = Math.max(...differences.map((one) => one.largest));
  return largest === 0
    ? "the same numbers"
    : `the same numbers but for ${largest.toExponential(1)}, within ${toleranceText}`;
}

interface Written {
  readonly bytes: Uint8Array;
  /** What is not in the file, or not as it was. */
  readonly notes: readonly string[];
  readonly python?: string | undefined;
}

interface WriteOptions extends ConvertFlags {
  readonly name: string;
  readonly ending: string;
}

async function write(source: AnyModel, format: FormatName, options: WriteOptions): Promise<Written> {
  const notes = notesOf(source, format);
  if (options.states === true && (format !== "onnx" || source.format !== "recurra"))
    throw new RecurraError(
      "util/bad-argument",
      "--states is for models of Recurra that become .onnx; convert to .safetensors first.",
    );
  switch (format) {
    case "onnx": {
      const bytes = writeOnnx(source.model, graphOptions(options));
      return { bytes, notes };
    }
    case "keras": {
      const { bytes, python } = await writeKeras(networkOf(source), {
        format: options.ending.toLowerCase() === ".keras" ? "keras" : "h5",
        name: options.name,
      });
      return { bytes, notes, python };
    }
    case "torch": {
      const { bytes, python } = writeTorch(networkOf(source));
      return { bytes, notes, python: python.replace("model.safetensors", `${options.name}${options.ending}`) };
    }
    case "recurra": {
      return { bytes: save(networkOf(source)), notes };
    }
  }
}

/** As layers: its own, or read off the graph. Throws `graph/no-network`. */
function networkOf(source: AnyModel): Model {
  return source.format === "recurra" ? source.model : source.model.network();
}

/** What a file of this format does not hold of the model. */
function notesOf(source: AnyModel, format: FormatName): readonly string[] {
  if (source.format !== "recurra" || format === "recurra") return [];
  const { details, spec }: LoadedModel = source.model;
  const layers = [...(spec.encoder?.layers ?? []), ...spec.layers];
  const has = (test: (layer: (typeof layers)[number]) => boolean): boolean => layers.some(test);
  return [
    ...(details.preprocessing === undefined
      ? []
      : [
          "what comes before and after the network (scalers, vocabulary, windows) is not in the file: it takes and gives the network's own numbers",
        ]),
    ...(details.training === undefined ? [] : ["how it was trained is not in the file"]),
    ...(details.checkpoint === undefined ? [] : ["the state of its training is not in the file"]),
    ...(has((layer) => layer.kind === "cell" && (layer.zoneout ?? 0) > 0)
      ? ["zoneout is written as its mean, which is what it is when the model is used"]
      : []),
    ...(has((layer) => layer.kind === "cell" && (layer.recurrentDropout ?? 0) > 0)
      ? ["recurrent dropout, which is for training alone, is left out"]
      : []),
  ];
}

function graphOptions({ states }: ConvertFlags): { readonly states?: "inputs" } {
  return states === true ? { states: "inputs" } : {};
}

async function readBack(format: FormatName, bytes: Uint8Array, flags: ConvertFlags): Promise<AnyModel> {
  switch (format) {
    case "onnx":
      return { format, model: await readOnnx(bytes) };
    case "keras":
      return { format, model: await readKeras(bytes) };
    case "torch":
      return { format, model: await readTorch(bytes, { batchFirst: flags.batchFirst }) };
    case "recurra":
      return { format, model: load(bytes) };
  }
}

async function readSample(file: string, source: AnyModel): Promise<Sample> {
  if (source.format === "recurra")
    throw new RecurraError(
      "util/bad-argument",
      "--check is for models of other frameworks; one of Recurra has a self-test of its own.",
    );
  const arrays = readNumpy(await readBytes(file), file);
  const { inputs, outputs } = source.model;
  const names = new Set([...inputs, ...outputs].map(({ name }) => name));
  const strange = [...arrays.keys()].find((name) => !names.has(name));
  if (strange !== undefined)
    throw new RecurraError(
      "numpy/bad-file",
      `${file} holds ${JSON.stringify(strange)}, which the model has neither as an input nor as an output; it has ${[...names].join(", ")}.`,
    );
  return {
    file: path.basename(file),
    inputs: Object.fromEntries(inputs.flatMap(({ name }) => (arrays.has(name) ? [[name, arrays.get(name)!]] : []))),
    outputs: new Map(outputs.flatMap(({ name }) => (arrays.has(name) ? [[name, arrays.get(name)!] as const] : []))),
  };
}
