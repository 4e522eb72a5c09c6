/** `recurra convert`: a model file in another format, with proof that it computes the same. */
import path from "node:path";
import type { Command } from "commander";
import { readKeras, writeKeras } from "../formats/keras/index.ts";
import { readNumpy } from "../formats/numpy/index.ts";
import { readOnnx, writeOnnx } from "../formats/onnx/index.ts";
import { readTorch, writeTorch } from "../formats/torch/index.ts";
import { createGraphModel, graphOf, load, readBytes, RecurraError, save, writeWhole } from "../node.ts";
import type { GraphModel, GraphTensor, LoadedModel, Model } from "../node.ts";
import { checkOutputs } from "./check-apart.ts";
import { formatOf, readModelFile } from "./model-files.ts";
import type { AnyModel, FormatName } from "./model-files.ts";
import { compare, compareGraphs, compareNetworks, drawInputs, isClose, printDifferences } from "./parity.ts";
import type { Difference, Inputs } from "./parity.ts";
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
  const report = await check(source, { format, bytes: written.bytes, flags });
  const failed = report.differences.find((one) => !isClose(one));
  if (failed !== undefined)
    throw new RecurraError(
      "convert/different",
      `${failed.what} of ${path.basename(to)} differs by up to ${failed.largest.toPrecision(3)} from what ${path.basename(from)} gives, so nothing was written.`,
    );
  await writeWhole(to, written.bytes);
  source.model.dispose();
  if (flags.json === true) {
    terminal.print(
      JSON.stringify({
        from,
        to,
        format,
        bytes: written.bytes.length,
        ...report,
        notes: written.notes,
        python: written.python,
      }),
    );
    return;
  }
  terminal.print(printDifferences(report.differences));
  terminal.print(`${report.compared}\n${to}: ${written.bytes.length} bytes`);
  for (const note of written.notes) terminal.say(`note: ${note}`);
  if (written.python !== undefined) terminal.print(`\n${written.python.trimEnd()}`);
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

interface CheckOptions {
  readonly format: FormatName;
  readonly bytes: Uint8Array;
  readonly flags: ConvertFlags;
}

interface Report {
  readonly compared: string;
  readonly differences: readonly Difference[];
}

/** Reads the file that was made, and compares. */
async function check(source: AnyModel, { format, bytes, flags }: CheckOptions): Promise<Report> {
  const given = flags.check === undefined ? undefined : await readSample(flags.check, source);
  const result = await readBack(format, bytes, flags);
  const told = given === undefined || source.format === "recurra" ? [] : await compareRecorded(source.model, given);
  if (result.format === "onnx") {
    // The names of values are kept, so that everything can be compared, whatever it is made of.
    const own =
      source.format === "recurra" ? createGraphModel(graphOf(source.model, graphOptions(flags))) : source.model;
    const inputs = given?.inputs ?? drawInputs(own);
    return {
      compared: given === undefined ? "compared on random inputs" : `compared on the inputs of ${flags.check}`,
      differences: [
        ...told,
        ...(source.format === "recurra" && flags.states !== true
          ? await comparePredicted(source.model, result.model, inputs)
          : []),
        ...(await compareGraphs(own, result.model, inputs)),
      ],
    };
  }
  return {
    compared: "compared on a random sequence, layer by layer, in float64",
    differences: [...told, ...compareNetworks(networkOf(source), networkOf(result))],
  };
}

/** What the model itself predicts beside what the file gives. */
async function comparePredicted(
  model: LoadedModel,
  result: GraphModel,
  inputs: Inputs,
): Promise<readonly Difference[]> {
  const numbers = (name: string): { readonly steps: number; readonly batch: number; readonly inputs: Float32Array } => {
    const { shape, data } = inputs[name]!;
    return { steps: shape[0]!, batch: shape[1]!, inputs: Float32Array.from(data as ArrayLike<number>, Number) };
  };
  const predicted = model.predict({
    ...numbers("input"),
    ...(inputs["source"] === undefined ? {} : { source: numbers("source") }),
  });
  const { output } = await result.run(inputs);
  return [compare("output, as predict gives it", output!.shape, predicted, output!.data as Float32Array)];
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

interface Sample {
  readonly inputs: Inputs;
  /** What the other framework gave, by the names of outputs. */
  readonly outputs: ReadonlyMap<string, GraphTensor>;
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
    inputs: Object.fromEntries(inputs.flatMap(({ name }) => (arrays.has(name) ? [[name, arrays.get(name)!]] : []))),
    outputs: new Map(outputs.flatMap(({ name }) => (arrays.has(name) ? [[name, arrays.get(name)!] as const] : []))),
  };
}

/** What the other framework gave beside what is computed here. */
async function compareRecorded(model: GraphModel, { inputs, outputs }: Sample): Promise<readonly Difference[]> {
  const computed = await model.run(inputs);
  return [...outputs].map(([name, { shape, data }]) => {
    const numbers = (all: GraphTensor["data"]): number[] => Array.from(all as ArrayLike<number>, Number);
    return compare(`${name} (recorded)`, shape, numbers(data), numbers(computed[name]!.data));
  });
}
