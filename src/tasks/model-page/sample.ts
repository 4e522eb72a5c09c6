/** One sequence for a model to read, so that its states can be followed: a text, a table's last window, a picture, or what the file holds. */
import {
  assembleSequences,
  assembleWindows,
  createWindows,
  encodeText,
  inkOf,
  joinTokens,
  pixelsOf,
  splitTokens,
  unknownToken,
} from "../../data/index.ts";
import type { PictureSet, Table, Vocabulary } from "../../data/index.ts";
import type { LoadedModel } from "../../formats/recurra/index.ts";
import { columnsOf } from "../../network/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { itemsOf } from "../classify/plan-classify.ts";
import { boundaryToken, decodeSequences } from "../decode-sequences.ts";
import { prepare } from "../forecast/forecaster.ts";
import { cutText, unmarkSentence } from "../tag/plan-tag.ts";
import { createReader, numberTokens } from "../tag/tag-tokens.ts";
import type { TaskJob } from "../task-table.ts";

/** Where a sample is from. */
export type SampleOrigin =
  | { readonly kind: "self-test" }
  /** Given, or (`sentence`) one of the library's own for a self-test that is too short. */
  | { readonly kind: "text" | "sentence"; readonly text: string }
  | { readonly kind: "file"; readonly name: string };

/** One sequence as a network reads it. */
export interface ModelSample {
  readonly origin: SampleOrigin;
  /** Features `[steps, size]`, or token numbers `[steps]`. */
  readonly inputs: ArrayLike<number>;
  /** What is read at each step, where it has a name. */
  readonly labels?: readonly string[];
  /** What an encoder reads. */
  readonly source?: ArrayLike<number>;
  readonly sourceLabels?: readonly string[];
  /** Of a network with an encoder: what it answered, in words; its inputs are then what it said itself. */
  readonly said?: string;
  /** Whether it is the beginning of a longer one. */
  readonly isCut: boolean;
}

/** Steps that are looked at, at most: as many as can be told apart. */
const mostSteps = 120;
/** A self-test of fewer steps shows little. */
const fewSteps = 8;

type Read = Pick<ModelSample, "inputs" | "labels" | "isCut">;

/** Token numbers with their texts, those that are looked at. */
function readTokens(tokens: readonly string[], numbers: ArrayLike<number>, most = mostSteps): Read {
  const steps = Math.min(tokens.length, most, mostSteps);
  return {
    inputs: Array.from({ length: steps }, (_, step) => known(numbers[step], "a token")),
    labels: tokens.slice(0, steps).map(showToken),
    isCut: steps < tokens.length,
  };
}

/** What has no shape of its own is shown by a sign. */
function showToken(token: string): string {
  return token.replaceAll(" ", "␣").replaceAll(/\r?\n/g, "⏎").replaceAll("\t", "⇥");
}

function emptyText(source: string): RecurraError {
  return new RecurraError("data/empty-sequence", `${source} has nothing in it that the model reads; give a text.`);
}

/**
 * A text for a model that reads texts; of several sentences a tagger reads the first. A translator answers it.
 *
 * @throws {RecurraError} `util/bad-argument` for a model that reads none, `data/empty-sequence`.
 */
export function sampleOfText(job: TaskJob, text: string, origin: SampleOrigin = { kind: "text", text }): ModelSample {
  const source = origin.kind === "file" ? origin.name : "The text";
  const keep = (read: Read): ModelSample => {
    if (read.inputs.length === 0) throw emptyText(source);
    return { origin, ...read };
  };
  switch (job.kind) {
    case "language-model":
      return keep(readOf(job.task.vocabulary, text));
    case "text-reader":
      return keep(readOf(job.task.vocabulary, text, job.task.longest));
    case "tagger": {
      const tokens = tokensToTag(job, text);
      return keep(readTokens(tokens, numberTokens(job.task.vocabulary, createReader(job.task)(tokens))));
    }
    case "translator": {
      const { inputs, labels = [], isCut } = keep(readOf(job.task.vocabularies.source, text));
      return { origin, isCut, source: inputs, sourceLabels: labels, ...answer(job, inputs) };
    }
    case "forecaster":
    case "classifier":
    case "captioner":
      throw new RecurraError(
        "util/bad-argument",
        `A ${job.kind} reads no text; give it a ${job.kind === "captioner" ? "picture" : "table"}.`,
      );
  }
}

function readOf(vocabulary: Vocabulary, text: string, most = mostSteps): Read {
  return readTokens(splitTokens(text, vocabulary), encodeText(vocabulary, text), most);
}

function tokensToTag({ task }: Extract<TaskJob, { readonly kind: "tagger" }>, text: string): readonly string[] {
  if (task.restore !== undefined) return unmarkSentence(cutText(text.normalize("NFC").trim())[0] ?? "").tokens;
  const lines = text.split(/[\r\n]+/u).map((line) => splitTokens(line, task.vocabulary));
  return lines.find(({ length }) => length > 0) ?? [];
}

/**
 * The last window of a table, its first sequence, or its first text.
 *
 * @throws {RecurraError} `data/…`, and `util/bad-argument` for a model that reads no table.
 */
export function sampleOfTable(job: TaskJob, table: Table): ModelSample {
  const origin: SampleOrigin = { kind: "file", name: table.origin.source };
  if (job.kind !== "forecaster" && job.kind !== "classifier")
    throw new RecurraError("util/bad-argument", `A ${job.kind} reads no table of numbers; give it what it reads.`);
  const { items } =
    job.kind === "classifier"
      ? itemsOf(table, job.task)
      : {
          items: {
            kind: "windows",
            windows: createWindows(prepare(table, job.task), job.task.windows, { scalers: job.task.scalers }),
          } as const,
        };
  if (items.kind === "windows") {
    const { windows } = items;
    const steps = windows.spec.window;
    const inputs = new Float32Array(steps * windows.inputNames.length);
    assembleWindows(windows, [windows.count - 1], inputs);
    return { origin, ...cutNumbers(inputs, windows.inputNames.length) };
  }
  const { set } = items;
  const steps = known(set.lengths[0], "a length");
  const inputs = new Float32Array(steps * set.inputNames.length);
  assembleSequences(set, [0], steps, { inputs, lengths: new Int32Array(1), labels: new Int32Array(1) });
  return { origin, ...cutNumbers(inputs, set.inputNames.length) };
}

/** The last steps of numbers: those that lead to the answer. */
function cutNumbers(inputs: Float32Array, size: number): Read {
  return { inputs: inputs.slice(-mostSteps * size), isCut: inputs.length > mostSteps * size };
}

/**
 * The first picture, and what the captioner says of it.
 *
 * @throws {RecurraError} `util/bad-argument` for another model, and pictures of another size.
 */
export function sampleOfPicture(job: TaskJob, pictures: PictureSet): ModelSample {
  const origin: SampleOrigin = { kind: "file", name: known(pictures.names[0], "a picture") };
  if (job.kind !== "captioner")
    throw new RecurraError("util/bad-argument", `A ${job.kind} reads no picture; give it what it reads.`);
  const { height, width } = job.task;
  if (pictures.height !== height || pictures.width !== width)
    throw new RecurraError(
      "util/bad-argument",
      `The picture is ${pictures.width} × ${pictures.height}, but the network reads ${width} × ${height}; bring it to that size.`,
    );
  const source = Array.from(pixelsOf(pictures, 0), inkOf);
  return { origin, isCut: false, source, ...answer(job, source) };
}

/** What a network with an encoder says of a source, and reads as it says it: the boundary, then each token of its own. */
function answer(
  { model, task }: Extract<TaskJob, { readonly kind: "translator" | "captioner" }>,
  source: ArrayLike<number>,
): Pick<ModelSample, "inputs" | "labels" | "said"> {
  const vocabulary = task.kind === "translate" ? task.vocabularies.target : task.vocabulary;
  const columns = columnsOf(known(model.spec.encoder, "an encoder"));
  const steps = source.length / columns;
  const [decoded] = decodeSequences(
    {
      model,
      tokens: vocabulary.entries.length,
      columns,
      search: { width: 1, lengthPenalty: 0 },
      forbidden: () => [unknownToken],
    },
    [
      {
        steps,
        most: Math.min(mostSteps - 1, task.kind === "translate" ? steps + task.beyond : task.longest + 2),
        fill: (step, row) => {
          for (let at = 0; at < columns; at++) row[at] = known(source[step * columns + at], "a number of the source");
        },
      },
    ],
  );
  const { tokens } = known(decoded, "an answer");
  const names = tokens.map((token) => known(vocabulary.entries[token], "a token"));
  return {
    inputs: [boundaryToken, ...tokens],
    labels: ["▸", ...names.map(showToken)],
    said: joinTokens(vocabulary, names),
  };
}

/** For texts in English, and of marks in Vietnamese: article 1 of the Universal Declaration of Human Rights. */
const sentence = {
  plain: "All human beings are born free and equal in dignity and rights.",
  restore: "Moi nguoi sinh ra deu duoc tu do va binh dang ve nhan pham va quyen loi.",
} as const;

/**
 * What the model file holds to be tried with, its first sequence; where that is too short to show much, and the model knows most of its words, a sentence.
 * Nothing where the file has no self-test.
 */
export function ownSample(
  model: Model & Pick<LoadedModel, "details">,
  job: TaskJob | undefined,
): ModelSample | undefined {
  const { selfTest } = model.details;
  if (selfTest === undefined) return undefined;
  const { steps, batch } = selfTest;
  const first = takeFirst(selfTest.inputs, steps, batch);
  const encoder = model.spec.encoder;
  const source =
    selfTest.source === undefined ? undefined : takeFirst(selfTest.source.inputs, selfTest.source.steps, batch);
  const readSteps = encoder?.input.kind === "tokens" ? (selfTest.source?.steps ?? 0) : steps;
  const said = readSteps < fewSteps ? sampleOfSentence(job) : undefined;
  if (said !== undefined) return said;
  const origin = { kind: "self-test" } as const;
  if (source === undefined) return { origin, ...nameInputs(model, job, first) };
  const sourceVocabulary = job?.kind === "translator" ? job.task.vocabularies.source : undefined;
  const sourceLabels =
    sourceVocabulary === undefined
      ? {}
      : { sourceLabels: source.map((token) => showToken(sourceVocabulary.entries[token] ?? "")) };
  const isAnswering = job?.kind === "translator" || job?.kind === "captioner";
  const read = isAnswering ? answer(job, source) : { inputs: first };
  return { origin, isCut: false, source, ...sourceLabels, ...read };
}

/** The first of a batch: `[steps, batch, size]` to `[steps, size]`. */
function takeFirst(inputs: Float32Array, steps: number, batch: number): number[] {
  const size = inputs.length / (steps * batch);
  return Array.from(
    { length: steps * size },
    (_, at) => inputs[Math.floor(at / size) * batch * size + (at % size)] ?? NaN,
  );
}

function nameInputs({ spec }: Pick<Model, "spec">, job: TaskJob | undefined, inputs: readonly number[]): Read {
  const size = columnsOf(spec);
  const isCut = spec.input.kind !== "image" && inputs.length > mostSteps * size;
  const own = isCut ? inputs.slice(0, mostSteps * size) : inputs;
  if (spec.input.kind !== "tokens") return { inputs: own, isCut };
  const entries = job !== undefined && "vocabulary" in job.task ? job.task.vocabulary.entries : undefined;
  return { inputs: own, labels: own.map((token) => showToken(entries?.[token] ?? String(token))), isCut };
}

/** A sentence that the model reads, of whose tokens it knows more than half. */
function sampleOfSentence(job: TaskJob | undefined): ModelSample | undefined {
  if (job?.kind !== "text-reader" && job?.kind !== "tagger" && job?.kind !== "translator") return undefined;
  const text = job.kind === "tagger" && job.task.restore !== undefined ? sentence.restore : sentence.plain;
  const sample = sampleOfText(job, text, { kind: "sentence", text });
  const read = Array.from(sample.source ?? sample.inputs);
  const unknown = read.filter((token) => token === unknownToken).length;
  return unknown * 2 > read.length ? undefined : sample;
}
