/** `recurra generate`: a language model goes on with a text, which is shown as it is made. */
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { findUnknown, streamText, writeWhole } from "../node.ts";
import { checkOutputs } from "./check-apart.ts";
import { openModel } from "./predict.ts";
import type { PredictFlags } from "./predict.ts";
import { oneOf } from "./read-data.ts";
import { Interrupted, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { whole } from "./values.ts";

interface GenerateFlags extends Pick<PredictFlags, "out" | "json" | "verify" | "backend"> {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

const examples = `
Examples:
  $ recurra generate poems.safetensors --prompt "The sea" --temperature 0.7
      goes on with "The sea"; low temperatures are safe, 1 is as varied as what was read, 0 always takes the likeliest
  $ recurra generate poems.safetensors --length 2000 --top-p 0.9 --seed 7 --out poem.txt
      the same text whenever it is asked for`;

export function addGenerate(program: Command, terminal: Terminal): void {
  program
    .command("generate")
    .description("Go on with a text, token by token, as a language model says (recurra train TEXT --task generate).")
    .argument("<MODEL>", "a language model that recurra train saved")
    .option("--prompt <TEXT>", "what the text begins with (default: as after the end of a line)", "")
    .option("--length <COUNT>", "characters, words or subwords to make", whole(0), 500)
    .option("--temperature <NUMBER>", "0 takes the likeliest, 1 draws as the model says", atLeastZero, 1)
    .option("--top-k <COUNT>", "draw from so many of the likeliest only (default: all)", whole(1))
    .option("--top-p <SHARE>", "draw from the likeliest that together have this probability (default: 1)", nucleus)
    .option("--seed <NUMBER>", "a whole number that the draws follow from (default: another each time)", whole(0))
    .option("--out <FILE>", "where to write to (default: standard output)")
    .option("--json", "the text with its seed and prompt as JSON, and nothing else, on standard output or in --out")
    .option("--verify", "first run the self-test that is stored with the model")
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .addHelpText("after", examples)
    .action((model: string, flags: GenerateFlags) => runGenerate(model, flags, terminal));
}

async function runGenerate(file: string, flags: GenerateFlags, terminal: Terminal): Promise<void> {
  const { prompt, length, temperature, topK, topP, out, json = false } = flags;
  if (out !== undefined) await checkOutputs([{ what: "the model", file }], [{ what: "--out", file: out }]);
  const { job, dispose } = await openModel(file, { ...flags, threads: 1 });
  const stop = new AbortController();
  const forget = terminal.onInterrupt(() => stop.abort());
  try {
    if (job.kind !== "language-model")
      throw new UsageError(`${file} is no language model; recurra inspect says what it was trained for`);
    const unknown = findUnknown(job.task.vocabulary, prompt);
    const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 32);
    const pieces = streamText(job, { prompt, length, temperature, topK, topP, seed });
    let made = prompt;
    const write = out === undefined && !json ? terminal.write : undefined;
    let breath = performance.now();
    const first = pieces.next();
    if (unknown.length > 0)
      terminal.say(`note: the model does not know ${unknown.map((one) => JSON.stringify(one)).join(", ")}`);
    write?.(prompt);
    for (let piece = first; piece.done !== true && !stop.signal.aborted; piece = pieces.next()) {
      made += piece.value;
      write?.(piece.value);
      if (performance.now() - breath < breathMilliseconds) continue;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      breath = performance.now();
    }
    const said = json ? JSON.stringify({ text: made, seed, prompt }) : made;
    if (out !== undefined) {
      await writeWhole(out, `${said}\n`);
      terminal.say(`written to ${out}`);
    } else if (write === undefined) terminal.print(said);
    else write("\n");
    if (!json && flags.seed === undefined && temperature > 0) terminal.say(`--seed ${seed} makes this text again`);
    if (stop.signal.aborted) throw new Interrupted();
  } finally {
    forget();
    dispose();
  }
}

/** Milliseconds between two breaths, in which what was written is shown and Ctrl-C is heard. */
const breathMilliseconds = 20;

function atLeastZero(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < Infinity))
    throw new InvalidArgumentError("Give 0 or a number above it, such as 0.8.");
  return value;
}

function nucleus(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("Give a share above 0 and up to 1, such as 0.9.");
  return value;
}
