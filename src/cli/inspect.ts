/** `recurra inspect`: what a model, a cell or a backend is. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  adviseCell,
  backendNames,
  cell,
  cellNames,
  cells,
  chooseBackend,
  pageLanguages,
  RecurraError,
} from "../node.ts";
import type { Cell } from "../node.ts";
import type { Command } from "commander";
import { inspectCell } from "./inspect-cell.ts";
import type { CellFlags } from "./inspect-cell.ts";
import { inspectModel } from "./inspect-model.ts";
import type { ModelFlags } from "./inspect-model.ts";
import { checkOutput, pageFlagsOf } from "./inspect-page.ts";
import { isModelFile } from "./model-files.ts";
import { oneOf } from "./read-data.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { givenOptions, quote, whole } from "./values.ts";

interface InspectFlags extends CellFlags, ModelFlags {
  readonly backends?: boolean;
}

const examples = `
Examples:
  $ recurra inspect lstm                           its equations and their gradient
  $ recurra inspect gru --svg gru.svg              its diagram
  $ recurra inspect mine.cell --latex              the formula of your own cell
  $ recurra inspect "h' = tanh(W x + U h + b)"     equations on the spot
  $ recurra inspect sales.safetensors              a model: task, architecture, parameters, memory
  $ recurra inspect sales.safetensors --training   the memory of a training step
  $ recurra inspect theirs.onnx                    a model of ONNX, Keras or PyTorch: its layers, or the nodes of its graph
  $ recurra inspect sales.safetensors --html sales.html
      a page with its weights, spectra, and gates, states and gradients on a sample, as pictures
  $ recurra inspect poems.safetensors --html poems.html --text "The sea is calm tonight."
      the same on a text of yours
  $ recurra inspect --backends                     what can run here`;

export function addInspect(program: Command, terminal: Terminal): void {
  const command = program.command("inspect");
  command
    .description("Explain a model, a cell, or what this machine can run.")
    .argument(
      "[WHAT]",
      "a model file (of any format that convert reads), a built-in cell, a file of equations, or equations",
    )
    .option("--backends", "list the backends and whether they work here")
    .optionsGroup("As a page (a model or a cell):")
    .option("--html <FILE>", "write it as one HTML page with pictures, without a script, which loads nothing")
    .option("--language <CODE>", "the language of the page: en or vi (default: en)", oneOf(pageLanguages))
    .option(
      "--sample <FILE>",
      "what a model reads in the page: the last rows of a table, the first text or sequence of a file, a picture (default: the self-test in its file)",
    )
    .option("--text <TEXT>", "the text that a model reads in the page")
    .optionsGroup("Of a cell:")
    .option("--latex", "only the formula, as LaTeX")
    .option("--mathml", "only the formula, as MathML")
    .option("--gradient", "with --latex or --mathml: the gradient's formula")
    .option("--svg <FILE>", "draw its diagram")
    .optionsGroup("Of a model:")
    .option("--verify", "run the self-test that is stored with it")
    .option("--weights", "what streams lose in accuracy with float16 and int8 weights, on random inputs")
    .option("--training", "the memory of a training step instead of a prediction's")
    .option(
      "--steps <COUNT>",
      "steps of the sequences that memory is planned for (default: those it was trained with)",
      whole(1),
    )
    .option("--batch <COUNT>", "how many at once (default: 1; as trained with --training)", whole(1))
    .option("--json", "as JSON, and nothing else, on standard output")
    .addHelpText("after", examples)
    .action(async (what: string | undefined, flags: InspectFlags) => {
      if (flags.backends === true) {
        inspectBackends(flags, terminal);
        return;
      }
      if (what === undefined)
        throw new UsageError(`say what to inspect: a model file, or a cell such as ${cellNames.join(", ")}`);
      await inspect(what, flags, command, terminal);
    });
}

const ofCell = new Set(["latex", "mathml", "gradient", "svg"]);
const ofModel = new Set(["verify", "weights", "training", "steps", "batch", "sample", "text"]);
/** What is printed of a model, which a page takes the place of. */
const printed = new Set(["weights", "training", "steps", "batch"]);

async function inspect(what: string, flags: InspectFlags, command: Command, terminal: Terminal): Promise<void> {
  const given = givenOptions(command);
  const refuse = (odd: ReadonlySet<string>, kind: string): void => {
    const option = given.find(({ key }) => odd.has(key));
    if (option !== undefined) throw new UsageError(`${option.flag} has no meaning for ${kind}`);
  };
  const found = await findCell(what);
  await checkOutput({ ...pageFlagsOf(flags), svg: flags.svg }, existsSync(what) ? [what] : []);
  if (flags.html !== undefined && flags.json !== true) refuse(printed, "the page of --html");
  if (found === undefined) {
    refuse(ofCell, "a model");
    await inspectModel(what, flags, terminal);
  } else {
    refuse(ofModel, "a cell");
    await inspectCell(found, flags, terminal);
  }
}

/** Endings of tables. */
const isData = /\.(csv|tsv|jsonl?|ndjson|parquet)$/i;

/** The cell of that name, in that file or of these equations; nothing if it is a model file. Throws what is wrong with the equations. */
async function findCell(what: string): Promise<Cell | undefined> {
  const name = cellNames.find((one) => one === what);
  if (name !== undefined) return cells[name];
  if (!existsSync(what)) {
    if (what.includes("=")) return cell("cell", what);
    if (isModelFile(what)) return undefined;
    throw new RecurraError(
      "network/unknown-cell",
      `There is no file ${JSON.stringify(what)}, and no built-in cell of that name; ${adviseCell(what)}`,
    );
  }
  // A model file begins with the length of its header, of which no text has the zero bytes.
  const bytes = await readFile(what).catch((cause: unknown) => {
    throw new RecurraError(
      "file/cannot-read",
      `${what} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  });
  const text = bytes.toString("utf8");
  if (isTfjs(what, text)) return undefined;
  if (isData.test(what))
    throw new UsageError(
      `${what} is a table, and inspect takes a model, a cell or a file of equations; recurra train ${quote(what)} learns from it`,
    );
  if (bytes.includes(0) || isModelFile(what)) return undefined;
  return cell(path.basename(what).replace(/\.[^.]*$/, ""), text);
}

/** TF.js writes what its models are made of as JSON. */
function isTfjs(what: string, text: string): boolean {
  return /\.json$/i.test(what) && text.includes('"modelTopology"');
}

function inspectBackends({ json }: InspectFlags, terminal: Terminal): void {
  const found = backendNames.map((name) => {
    try {
      const { backend } = chooseBackend(name);
      const { numbers, summary } = backend.describe();
      return { name, works: true, numbers, summary };
    } catch (error) {
      if (!(error instanceof RecurraError)) throw error;
      return { name, works: false, summary: error.message };
    }
  });
  const auto = chooseAuto();
  if (json === true) terminal.print(JSON.stringify({ backends: found, auto: auto.name }));
  else
    terminal.print(
      [
        ...found.map(({ name, works, summary }) => `${name.padEnd(10)} ${works ? "works: " : ""}${summary}`),
        "",
        auto.text,
      ].join("\n"),
    );
}

/** What `auto` takes, with the threads that training uses, or why it takes nothing: the environment may ask for what does not work. */
function chooseAuto(): { readonly name: string | undefined; readonly text: string } {
  try {
    const { reason, backend } = chooseBackend("auto", { threads: "auto" });
    return { name: backend.name, text: `auto takes ${reason}` };
  } catch (error) {
    if (!(error instanceof RecurraError)) throw error;
    return { name: undefined, text: `auto does not work: ${error.message}` };
  }
}
