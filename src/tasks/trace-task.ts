/** What the network of a task computes on a text or a picture: what it reads at each step, every value of its cells, and what it says. */
import {
  decodeTokens,
  encodeText,
  inkOf,
  joinMarks,
  joinTokens,
  paddingToken,
  pixelsOf,
  splitTokens,
  unknownToken,
} from "../data/index.ts";
import type { PictureSet, Vocabulary } from "../data/index.ts";
import { numberEntries } from "../data/vocabulary.ts";
import { traceNetwork } from "../inspect/index.ts";
import type { Signal, Trace, TraceOptions } from "../inspect/index.ts";
import { softmax } from "../network/index.ts";
import type { Model } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { captionPictures } from "./caption/captioner.ts";
import type { Captioner } from "./caption/captioner.ts";
import { boundaryToken } from "./decode-sequences.ts";
import { readPrompt } from "./generate/language-model.ts";
import type { LanguageModel } from "./generate/language-model.ts";
import { cutText, unmarkSentence } from "./tag/plan-tag.ts";
import { openClasses } from "./tag/tagger.ts";
import type { Tagger } from "./tag/tagger.ts";
import { createReader, numberTokens } from "./tag/tag-tokens.ts";
import { encodeTexts } from "./texts/encode-texts.ts";
import type { TextReader } from "./texts/text-reader.ts";
import { translateTexts } from "./translate/translator.ts";
import type { Translator } from "./translate/translator.ts";

/** An answer with its probability. */
export interface Told {
  /** A token, a class, or a letter with its marks; `""` is the end of what is said. */
  readonly name: string;
  readonly share: number;
}

/** A trace with the words of its task beside the numbers. */
export interface TaskTrace {
  readonly trace: Trace;
  /** What the network reads at each step; with an encoder it reads what it said before, and `""` first. */
  readonly tokens: readonly string[];
  /** What the encoder reads at each step; empty where there is none, or where it reads a picture. */
  readonly source: readonly string[];
  /** The likeliest answers after each step, the likeliest first; one row where it answers once, none where it answers in numbers. */
  readonly told: readonly (readonly Told[])[];
  /** All that was said, of a network that says a text. */
  readonly said?: string;
  /** Whether the text (of a tagger: its line or sentence) goes on after what was read; no if absent. */
  readonly isCut?: boolean;
}

export interface TaskTraceOptions {
  /** Tokens of the text that are read at most: all. */
  readonly longest?: number;
  /** Answers that are told of each step: 3 */
  readonly answers?: number;
}

/** What reads texts. */
export type TextJob = LanguageModel | TextReader | Tagger | Translator;

/**
 * Traces a task's network on a text as the task reads it. A tagger reads the first line (or long sentence) that is not blank. Throws `data/empty-sequence` for a
 * text without a token, `data/unknown-token` for one that a language model cannot read.
 */
export function traceText(job: TextJob, text: string, options: TaskTraceOptions = {}): TaskTrace {
  switch (job.kind) {
    case "language-model":
      return traceLanguageModel(job, text, options);
    case "text-reader":
      return traceReader(job, text, options);
    case "tagger":
      return traceTagger(job, text, options);
    case "translator":
      return traceTranslator(job, text, options);
  }
}

/** Traces a captioner on a picture as it is, without other views of it. The encoder's steps are regions, row by row. Throws `util/bad-argument` for a picture of another size. */
export function tracePicture(
  job: Captioner,
  { pictures, index = 0, ...options }: { readonly pictures: PictureSet; readonly index?: number } & TaskTraceOptions,
): TaskTrace {
  const { vocabulary } = job.task;
  const caption = known(captionPictures(job, pictures, [index], { views: 1 })[0], "a caption");
  const entries = numberEntries(vocabulary);
  const said = caption.words.map((word) => known(entries.get(word), "a word's number"));
  const answer = { job, vocabulary, numbers: said, tokens: caption.words, said: caption.text, isCut: false };
  return traceAnswer({ ...answer, source: { values: pixelsOf(pictures, index).map(inkOf), names: [] } }, options);
}

function traceLanguageModel(
  { model, task }: LanguageModel,
  text: string,
  { longest = Infinity, answers }: TaskTraceOptions,
): TaskTrace {
  const { vocabulary } = task;
  const all = splitTokens(text, vocabulary);
  const isCut = all.length > longest;
  const read = all.slice(0, longest);
  const numbers = readPrompt(task, isCut ? joinTokens(vocabulary, read) : text);
  // What `generateText` never draws is no answer.
  const drawn = vocabulary.entries.map((_, number) => number).filter((n) => n !== paddingToken && n !== unknownToken);
  return describe(model, { inputs: numbers }, (trace) => ({
    tokens: numbers.map((number, at) => nameToken(vocabulary, number, read[at])),
    source: [],
    told: tell(trace.output, { answers, among: () => drawn, nameOf: (number) => nameToken(vocabulary, number) }),
    isCut,
  }));
}

function traceReader(
  { model, task }: TextReader,
  text: string,
  { longest = Infinity, answers }: TaskTraceOptions,
): TaskTrace {
  const { values, lengths } = encodeTexts([text], task);
  const steps = Math.min(longest, known(lengths[0], "a length"));
  const inputs = values.subarray(0, steps);
  const read = splitTokens(text, task.vocabulary);
  const { answer } = task;
  return describe(model, { inputs }, (trace) => ({
    tokens: Array.from(inputs, (number, at) => nameToken(task.vocabulary, number, read[at])),
    source: [],
    told:
      answer.kind === "class"
        ? tell(trace.output, { answers, nameOf: (number) => known(answer.classes.names[number], "a class") })
        : [],
    isCut: steps < read.length,
  }));
}

function traceTagger({ model, task }: Tagger, text: string, options: TaskTraceOptions): TaskTrace {
  const { longest = Infinity, answers } = options;
  const { names } = task.classes;
  const pieces =
    task.restore === undefined
      ? text.split(/[\r\n]+/u).map((line) => splitTokens(line, task.vocabulary))
      : cutText(text.normalize("NFC")).map((piece) => (/\S/u.test(piece) ? unmarkSentence(piece).tokens : []));
  const piece = pieces.find(({ length }) => length > 0);
  if (piece === undefined) throw new RecurraError("data/empty-sequence", "The text has no token; give one to be read.");
  const own = piece.slice(0, longest);
  const read = createReader(task)(own);
  const open = openClasses(task);
  return describe(model, { inputs: numberTokens(task.vocabulary, read) }, (trace) => ({
    tokens: read,
    source: [],
    told: tell(trace.output, {
      answers,
      among: (step) => open(known(own[step], "a token")),
      nameOf: (number, step) => {
        const name = known(names[number], "a tag");
        return task.restore === undefined
          ? name
          : joinMarks({ letters: [known(own[step], "a letter")], marks: [name] });
      },
    }),
    isCut: own.length < piece.length,
  }));
}

function traceTranslator(job: Translator, text: string, options: TaskTraceOptions): TaskTrace {
  const { source, target } = job.task.vocabularies;
  const tokens = splitTokens(text, source);
  const { longest = Infinity } = options;
  const isCut = tokens.length > longest;
  const read = isCut ? joinTokens(source, tokens.slice(0, longest)) : text;
  const { tokens: words, numbers, text: said } = known(translateTexts(job, [read])[0], "a translation");
  const values = encodeText(source, read);
  const names = splitTokens(read, source).map((token, at) => nameToken(source, known(values[at], "a number"), token));
  const named = numbers.map((number, at) => nameToken(target, number, words[at]));
  const answer = { job, vocabulary: target, numbers, tokens: named, said, isCut };
  return traceAnswer({ ...answer, source: { values, names } }, options);
}

interface Answer {
  readonly job: Translator | Captioner;
  /** Of what is said. */
  readonly vocabulary: Vocabulary;
  readonly numbers: readonly number[];
  readonly tokens: readonly string[];
  readonly said: string;
  readonly isCut: boolean;
  readonly source: { readonly values: ArrayLike<number>; readonly names: readonly string[] };
}

/** The decoder reads the boundary, then each token that it said. */
function traceAnswer(
  { job, vocabulary, numbers, tokens, source, ...rest }: Answer,
  options: TaskTraceOptions,
): TaskTrace {
  const given = { inputs: [boundaryToken, ...numbers], source: source.values };
  return describe(job.model, given, (trace) => ({
    tokens: ["", ...tokens],
    source: source.names,
    told: tell(trace.output, {
      answers: options.answers,
      nameOf: (number) => (number === boundaryToken ? "" : nameToken(vocabulary, number)),
    }),
    ...rest,
  }));
}

function describe(model: Model, given: TraceOptions, tellOf: (trace: Trace) => Omit<TaskTrace, "trace">): TaskTrace {
  const trace = traceNetwork(model, given);
  return { trace, ...tellOf(trace) };
}

/** A token as people read it: one that is unknown as it was written, if that is known. */
function nameToken(vocabulary: Vocabulary, number: number, written?: string): string {
  return vocabulary.unit === "subword" || written === undefined ? decodeTokens(vocabulary, [number]) : written;
}

interface Telling {
  readonly answers?: number | undefined;
  /** The outputs of a step that are answers: all. */
  readonly among?: (step: number) => readonly number[];
  readonly nameOf: (number: number, step: number) => string;
}

/** The likeliest answers of each row of logits. */
function tell({ steps, size, values }: Signal, { answers = 3, among, nameOf }: Telling): TaskTrace["told"] {
  const every = Array.from({ length: size }, (_, number) => number);
  return Array.from({ length: steps }, (_, step) => {
    const open = among?.(step) ?? every;
    const shares = softmax(
      Float64Array.from(open, (number) => known(values[step * size + number], "a logit")),
      open.length,
    );
    return open
      .map((number, at) => ({ number, share: known(shares[at], "a share") }))
      .sort((a, b) => b.share - a.share || a.number - b.number)
      .slice(0, answers)
      .map(({ number, share }) => ({ name: nameOf(number, step), share }));
  });
}
