/** One sequence for a model to read, so that its states can be followed: a text, a table's last window, a picture, or what the file holds. */
import {
  assembleSequences,
  assembleWindows,
  createWindows,
  decodeTokens,
  mostInk,
  unknownToken,
} from "../../data/index.ts";
import type { PictureSet, Table } from "../../data/index.ts";
import type { LoadedModel } from "../../formats/recurra/index.ts";
import { columnsOf } from "../../network/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { itemsOf } from "../classify/plan-classify.ts";
import { prepare } from "../forecast/forecaster.ts";
import type { TaskJob } from "../task-table.ts";
import { tracePicture, traceText } from "../trace-task.ts";
import type { TaskTrace } from "../trace-task.ts";

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
  /** Of a picture that is read as it is: the views of it that the task asks before it answers, where these are several. */
  readonly views?: number;
  /** Whether it is the beginning of a longer one. */
  readonly isCut: boolean;
}

/** Steps that are looked at, at most: as many as can be told apart. */
const mostSteps = 120;
/** A self-test of fewer steps shows little. */
const fewSteps = 8;

/** What has no shape of its own is shown by a sign. */
function showToken(token: string): string {
  return token.replaceAll(" ", "␣").replaceAll(/\r?\n/g, "⏎").replaceAll("\t", "⇥");
}

/** Before the first token that is said. */
const beginning = "▸";

/** What a task's network read, with the tokens of its steps. */
function readTrace({ trace, tokens, source, said, isCut = false }: TaskTrace): Omit<ModelSample, "origin"> {
  return {
    inputs: trace.input.values,
    labels: tokens.map((token) => (token === "" ? beginning : showToken(token))),
    ...(trace.source === undefined ? {} : { source: trace.source.values }),
    ...(source.length === 0 ? {} : { sourceLabels: source.map(showToken) }),
    ...(said === undefined ? {} : { said }),
    isCut,
  };
}

/**
 * A text as `traceText` reads it; of several sentences a tagger reads the first. A translator answers it.
 *
 * @throws {RecurraError} `util/bad-argument` for a model that reads none, `data/empty-sequence`, and `data/unknown-token` for what a language model cannot read.
 */
export function sampleOfText(job: TaskJob, text: string, origin: SampleOrigin = { kind: "text", text }): ModelSample {
  if (job.kind === "forecaster" || job.kind === "classifier" || job.kind === "captioner")
    throw new RecurraError(
      "util/bad-argument",
      `A ${job.kind} reads no text; give it a ${job.kind === "captioner" ? "picture" : "table"}.`,
    );
  if (!/\S/u.test(text))
    throw new RecurraError(
      "data/empty-sequence",
      `${origin.kind === "file" ? origin.name : "The text"} has nothing in it that the model reads; give a text.`,
    );
  return { origin, ...readTrace(traceText(job, text, { longest: mostSteps })) };
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
function cutNumbers(inputs: Float32Array, size: number): Pick<ModelSample, "inputs" | "isCut"> {
  return { inputs: inputs.slice(-mostSteps * size), isCut: inputs.length > mostSteps * size };
}

/**
 * The first picture as `tracePicture` reads it, and what the captioner says of it.
 *
 * @throws {RecurraError} `util/bad-argument` for another model, and pictures of another size.
 */
export function sampleOfPicture(job: TaskJob, pictures: PictureSet): ModelSample {
  if (job.kind !== "captioner")
    throw new RecurraError("util/bad-argument", `A ${job.kind} reads no picture; give it what it reads.`);
  const origin: SampleOrigin = { kind: "file", name: known(pictures.names[0], "a picture") };
  const { views, augmentation } = job.task;
  const asked = augmentation === undefined || views === 1 ? {} : { views };
  return { origin, ...readTrace(tracePicture(job, { pictures })), ...asked };
}

/** For texts in English, and of marks in Vietnamese: article 1 of the Universal Declaration of Human Rights. */
const sentence = {
  plain: "All human beings are born free and equal in dignity and rights.",
  restore: "Moi nguoi sinh ra deu duoc tu do va binh dang ve nhan pham va quyen loi.",
} as const;

/**
 * What the model file holds to be tried with, its first sequence; where that is too short to show much, and the model knows most of its words, a sentence.
 * What a translator or captioner reads it answers. Nothing where the file has no self-test.
 */
export function ownSample(
  model: Model & Pick<LoadedModel, "details">,
  job: TaskJob | undefined,
): ModelSample | undefined {
  const { selfTest } = model.details;
  if (selfTest === undefined) return undefined;
  const { steps, batch } = selfTest;
  const inputs = takeFirst(selfTest.inputs, steps, batch);
  const source =
    selfTest.source === undefined ? undefined : takeFirst(selfTest.source.inputs, selfTest.source.steps, batch);
  const readSteps = model.spec.encoder?.input.kind === "tokens" ? (selfTest.source?.steps ?? 0) : steps;
  const said = readSteps < fewSteps ? sampleOfSentence(job) : undefined;
  if (said !== undefined) return said;
  const origin = { kind: "self-test" } as const;
  if (source === undefined) return { origin, ...nameInputs(model, job, inputs) };
  if (job?.kind === "translator") return sampleOfText(job, decodeTokens(job.task.vocabularies.source, source), origin);
  if (job?.kind === "captioner") {
    const { height, width } = job.task;
    const pixels = Float32Array.from(source, (ink) => 1 - ink / mostInk);
    const pictures = { kind: "pictures", height, width, names: [""], pixels } as const;
    return { ...sampleOfPicture(job, pictures), origin };
  }
  return { origin, isCut: false, source, inputs };
}

/** The first of a batch: `[steps, batch, size]` to `[steps, size]`. */
function takeFirst(inputs: Float32Array, steps: number, batch: number): number[] {
  const size = inputs.length / (steps * batch);
  return Array.from(
    { length: steps * size },
    (_, at) => inputs[Math.floor(at / size) * batch * size + (at % size)] ?? NaN,
  );
}

function nameInputs(
  { spec }: Pick<Model, "spec">,
  job: TaskJob | undefined,
  inputs: readonly number[],
): Omit<ModelSample, "origin"> {
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
