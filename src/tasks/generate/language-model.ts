/** A trained language model: it goes on with a text, token by token, and says how well it knows one. */
import { decodeTokens, encodeText, paddingToken, splitTokens, unknownToken } from "../../data/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { bytesOfSubwords } from "../../data/subwords.ts";
import { numberEntries } from "../../data/vocabulary.ts";
import { createSampler, logSoftmax } from "../../network/index.ts";
import type { Numbers } from "../../engine/backend.ts";
import type { Model, SamplingOptions } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import type { GenerateTask } from "./generate-task.ts";
import { countCharacters } from "./plan-generate.ts";

export interface LanguageModel {
  readonly kind: "language-model";
  readonly model: Model;
  readonly task: GenerateTask;
}

export interface TextOptions extends Omit<SamplingOptions, "exclude"> {
  /** What the text begins with; it is not given again. As after the end of a line where absent or empty. */
  readonly prompt?: string | undefined;
  /** Tokens to make: 500 */
  readonly length?: number | undefined;
}

/**
 * Goes on with a prompt: gives pieces of text as they are made, each in one step of a session. Padding and unknown tokens are never taken. Throws
 * `data/unknown-token` for a prompt that the model cannot read, `util/bad-argument`.
 */
export function* streamText(job: LanguageModel, options: TextOptions = {}): Generator<string, void, undefined> {
  const { prompt = "", length = 500, ...sampling } = options;
  if (!Number.isInteger(length) || length < 0)
    throw new RecurraError("util/bad-argument", `length is ${length}; give a whole number of tokens.`);
  const { vocabulary } = job.task;
  const read = readPrompt(job.task, prompt);
  const sample = createSampler({ ...sampling, exclude: [paddingToken, unknownToken] });
  const write = createWriter(vocabulary, prompt);
  const session = job.model.session();
  try {
    let logits: Numbers = new Float32Array();
    for (const token of read) logits = session.step([token]);
    for (let made = 0; made < length; made++) {
      const token = sample(logits);
      const piece = write(token);
      if (piece !== "") yield piece;
      if (made + 1 < length) logits = session.step([token]);
    }
  } finally {
    session.dispose();
  }
}

/** All of `streamText` in one. */
export function generateText(job: LanguageModel, options: TextOptions = {}): string {
  return [...streamText(job, options)].join("");
}

/** What of a text the vocabulary lacks, each once. */
export function findUnknown(vocabulary: Vocabulary, text: string): readonly string[] {
  const numbers = numberEntries(vocabulary);
  return [...new Set(splitTokens(text, vocabulary).filter((token) => !numbers.has(token)))];
}

/** Tokens of a prompt. What is unknown is read as such where the training has seen unknown ones. */
export function readPrompt({ vocabulary, counts }: GenerateTask, prompt: string): readonly number[] {
  const unknown = findUnknown(vocabulary, prompt);
  if (unknown.length > 0 && (counts[unknownToken] ?? 0) === 0) {
    const shown = unknown
      .slice(0, 8)
      .map((one) => JSON.stringify(one))
      .join(", ");
    throw new RecurraError(
      "data/unknown-token",
      `The prompt holds ${shown}${unknown.length > 8 ? ", …" : ""}, which the model has never seen; leave ${unknown.length === 1 ? "it" : "them"} out. It knows ${describeEntries(vocabulary)}`,
    );
  }
  const tokens = encodeText(vocabulary, prompt);
  return tokens.length > 0 ? [...tokens] : [firstToken(vocabulary)];
}

function describeEntries({ entries, unit }: Vocabulary): string {
  const known = entries.slice(2);
  if (unit !== "character") return `${known.length} ${unit}s`;
  const shown = known.filter((one) => /\S/u.test(one)).toSorted();
  return shown.slice(0, 120).join("") + (shown.length > 120 ? "…" : "");
}

/** What a text begins after: the end of a line, else the most frequent token. */
function firstToken(vocabulary: Vocabulary): number {
  const [line] = encodeText(vocabulary, "\n");
  return line === undefined || line === unknownToken ? 2 : line;
}

/** Gives tokens as pieces of a text: words with the spaces before them, subwords when their last byte has come. */
function createWriter(vocabulary: Vocabulary, prompt: string): (token: number) => string {
  const { unit, entries } = vocabulary;
  if (unit === "character") return (token) => entries[token] ?? "";
  if (unit === "subword") {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return (token) => decoder.decode(bytesOfSubwords([entries[token] ?? ""]), { stream: true });
  }
  let before = encodeText(vocabulary, prompt).at(-1);
  return (token) => {
    const text = decodeTokens(vocabulary, before === undefined ? [token] : [before, token]);
    const piece = before === undefined ? text : text.slice(decodeTokens(vocabulary, [before]).length);
    before = token;
    return piece;
  };
}

/** How well a text is known: the mean loss of its tokens, and what follows from it. */
export interface TextLoss {
  /** Tokens that were told, each from those before it. */
  readonly tokens: number;
  /** Of them, those that the vocabulary lacks. */
  readonly unknown: number;
  /** Mean nats a token. */
  readonly nats: number;
  /** e^nats: among how many equally likely tokens one would be as uncertain. */
  readonly perplexity: number;
  readonly natsPerCharacter: number;
  /** Comparable between characters and subwords; of words only where none is unknown, since an unknown one is not told in full. */
  readonly bitsPerCharacter: number;
}

/** The measures that follow from the mean nats of tokens. */
export function textLoss(
  nats: number,
  { tokens, characters, unknown }: { readonly tokens: number; readonly characters: number; readonly unknown: number },
): TextLoss {
  const natsPerCharacter = (nats * tokens) / characters;
  return {
    tokens,
    unknown,
    nats,
    perplexity: Math.exp(nats),
    natsPerCharacter,
    bitsPerCharacter: natsPerCharacter / Math.LN2,
  };
}

/** Steps that each stream but the first reads before it is measured: what the one before it ends with. */
const warmUp = 64;

/** Streams at most: the time they save is bought with as many states. */
const mostStreams = 32;

/**
 * Mean nats of tokens. The text is cut into up to 32 streams that step side by side, each warmed up by what stands before it: a token is told from all
 * before it, or from at least the 64 before it. A text of up to 512 tokens is one stream.
 */
export function measureTokens(model: Model, tokens: ArrayLike<number>): number {
  const predicted = tokens.length - 1;
  if (predicted < 1)
    throw new RecurraError("data/too-few-rows", "A text of fewer than two tokens cannot be measured; give more text.");
  const streams = Math.max(1, Math.min(mostStreams, Math.floor(predicted / (4 * warmUp))));
  const length = Math.ceil(predicted / streams);
  const size = model.shape.outputSize;
  const session = model.session({ batch: streams });
  const read = new Int32Array(streams);
  let nats = 0;
  try {
    for (let step = -warmUp; step < length; step++) {
      const places = Array.from(read, (_, stream) => stream * length + step);
      const active = places.map((at, stream) => at >= 0 && at < predicted && (step >= 0 || stream > 0));
      places.forEach((at, stream) => (read[stream] = active[stream] === true ? (tokens[at] ?? 0) : 0));
      if (!active.includes(true)) continue;
      const logits = session.step(read, active);
      if (step < 0) continue;
      const logProbabilities = logSoftmax(logits, size);
      places.forEach((at, stream) => {
        if (active[stream] === true) nats -= logProbabilities[stream * size + (tokens[at + 1] ?? 0)] ?? NaN;
      });
    }
  } finally {
    session.dispose();
  }
  return nats / predicted;
}

/** How well a model knows a text, beside knowing only how often each token stands in the training text; judged by bits. */
export interface TextEvaluation extends Judged<"frequencies" | "n-grams"> {
  readonly kind: "text-evaluation";
  readonly unit: Vocabulary["unit"];
  readonly model: TextLoss;
  readonly frequencies: TextLoss;
  /** The best n-grams of the training text, where that was at hand. */
  readonly nGrams?: TextLoss & { readonly order: number };
}

/** Measures a model on a text. Throws `data/too-few-rows`. */
export function evaluateText({ model, task }: LanguageModel, text: string): TextEvaluation {
  return evaluatePart(model, task, { tokens: encodeText(task.vocabulary, text), characters: countCharacters(text) });
}

/** The same of tokens. */
export function evaluatePart(
  model: Model,
  task: GenerateTask,
  { tokens, characters }: { readonly tokens: Int32Array; readonly characters: number },
): TextEvaluation {
  const nats = measureTokens(model, tokens);
  // The first token is told by nothing.
  const predicted = tokens.subarray(1);
  const sizes = {
    tokens: predicted.length,
    characters: characters * (predicted.length / tokens.length),
    unknown: predicted.reduce((sum, token) => sum + (token === unknownToken ? 1 : 0), 0),
  };
  return judgeText({
    kind: "text-evaluation",
    unit: task.vocabulary.unit,
    model: textLoss(nats, sizes),
    frequencies: textLoss(lossOfFrequencies(task, predicted), sizes),
  });
}

/** With what the losses come to. */
export function judgeText(losses: Omit<TextEvaluation, keyof Judged<string>>): TextEvaluation {
  const { model, frequencies, nGrams } = losses;
  const judged = judgeAll(-model.bitsPerCharacter, [
    ["frequencies", -frequencies.bitsPerCharacter],
    ["n-grams", nGrams === undefined ? undefined : -nGrams.bitsPerCharacter],
  ]);
  return { ...losses, ...judged };
}

/** Each token by its share of the training text, one more of each. */
function lossOfFrequencies({ counts }: GenerateTask, tokens: Int32Array): number {
  const all = counts.reduce((a, b) => a + b, 0) + counts.length;
  return tokens.reduce((nats, token) => nats - Math.log(((counts[token] ?? 0) + 1) / all), 0) / tokens.length;
}
