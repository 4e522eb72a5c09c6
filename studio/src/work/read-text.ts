/** An LSTM reads a text, character by character: every gate and state, what each unit keeps and follows, and what is expected next. */
import { buildVocabulary, encodeText, initialiseNetwork, network, splitTokens } from "recurra";
import type { Vocabulary } from "recurra";
import { findValue, recurrentCells, textSignals, traceNetwork, trackUnits } from "recurra/inspect";
import type { CellTrace, Inspected } from "recurra/inspect";

/** The values that are shown, as they are called in the equations; c and h are those after the step. */
export const valueNames = ["f", "i", "g", "o", "c", "h"] as const;
export type ValueName = (typeof valueNames)[number];

/** The next characters that are expected most. */
export interface Guess {
  readonly character: string;
  /** From 0 to 1. */
  readonly share: number;
}

/** The unit that follows a signal best, found on the first half of the text and looked at again on the second. */
export interface Track {
  readonly signal: string;
  readonly state: "c" | "h";
  readonly unit: number;
  /** Pearson's correlation on the first half, and on the second; NaN where the signal does not change there. */
  readonly found: number;
  readonly checked: number;
  /** Of a signal of 0 and 1, the area under the ROC curve over the whole text. */
  readonly area?: number;
}

export interface Reading {
  readonly characters: readonly string[];
  /** What the model does not know of them, each once. */
  readonly unknown: readonly string[];
  readonly hidden: number;
  /** Each `[steps, hidden]`. */
  readonly values: Readonly<Record<ValueName, Float32Array>>;
  /** For each unit the steps after which 1/e of what its cell held is left. */
  readonly memory: Float64Array;
  readonly tracks: readonly Track[];
  /** After each character, the likeliest first. */
  readonly guesses: readonly (readonly Guess[])[];
}

/** A model of characters with its vocabulary. */
export interface CharacterModel {
  readonly model: Inspected;
  readonly vocabulary: Vocabulary;
}

/** Sizes of the network without training: small enough to look at every unit. */
const untrainedSizes = { embedding: 8, hidden: 24 } as const;

/** A network with its first values, that knows the characters of a text. */
export function createUntrained(text: string, seed = 1): CharacterModel {
  const vocabulary = buildVocabulary([text], { unit: "character" });
  const tokens = vocabulary.entries.length;
  const spec = network({ tokens })
    .embedding(untrainedSizes.embedding)
    .recurrent("lstm", { size: untrainedSizes.hidden })
    .dense(tokens)
    .build();
  return { model: { spec, parameters: initialiseNetwork(spec, { seed }) }, vocabulary };
}

const equationNames: Readonly<Record<ValueName, string>> = { f: "f", i: "i", g: "g", o: "o", c: "c'", h: "h'" };

/** Reads a text of at least one character. Throws `util/bad-argument` for a model without an LSTM. */
export function readText({ model, vocabulary }: CharacterModel, text: string): Reading {
  const characters = splitTokens(text, vocabulary);
  const known = new Set(vocabulary.entries.slice(2));
  const trace = traceNetwork(model, { inputs: encodeText(vocabulary, text) });
  const cell = recurrentCells(trace).findLast(({ values }) => values.some(({ name }) => name === "c'"));
  if (cell === undefined) throw new Error("The model has no LSTM.");
  const values = Object.fromEntries(
    valueNames.map((name) => [name, Float32Array.from(findValue(cell, equationNames[name]).values)]),
  ) as Record<ValueName, Float32Array>;
  const hidden = findValue(cell, "c'").size;
  return {
    characters,
    unknown: [...new Set(characters.filter((character) => !known.has(character)))],
    hidden,
    values,
    memory: lengthsOf(findValue(cell, "f").values, hidden),
    tracks: findTracks(cell, characters),
    guesses: characters.map((_, step) => guessNext(trace.output.values, vocabulary, step)),
  };
}

/** -1 / mean log f: the memory length of an LSTM's cell, as `memoryLength` has it from the step's Jacobian, whose diagonal is f. */
function lengthsOf(forget: Float64Array, hidden: number): Float64Array {
  const steps = forget.length / hidden;
  const sums = new Float64Array(hidden);
  for (let at = 0; at < forget.length; at++) sums[at % hidden] = (sums[at % hidden] ?? 0) + Math.log(forget[at] ?? NaN);
  return sums.map((sum) => (sum < 0 ? -steps / sum : Infinity));
}

/** Signals that change less often than this in either half say nothing of a unit. */
const leastSteps = 16;

function findTracks(cell: CellTrace, characters: readonly string[]): readonly Track[] {
  const half = Math.ceil(characters.length / 2);
  if (characters.length < 2 * leastSteps) return [];
  return textSignals(characters).flatMap(({ name: signal, isBinary, values }): readonly Track[] => {
    const [first, second] = [
      values.map((value, at) => (at < half ? value : NaN)),
      values.map((value, at) => (at < half ? NaN : value)),
    ];
    if (!changes(first)) return [];
    const [best] = trackUnits(cell, first);
    if (best === undefined) return [];
    const again = (part: Float64Array) =>
      trackUnits(cell, part, { values: [best.name] }).find(({ unit }) => unit === best.unit);
    const area = isBinary ? again(values)?.area : undefined;
    return [
      {
        signal,
        state: best.name === "c'" ? "c" : "h",
        unit: best.unit,
        found: best.correlation,
        checked: changes(second) ? (again(second)?.correlation ?? NaN) : NaN,
        ...(area === undefined ? {} : { area }),
      },
    ];
  });
}

/** Whether a signal has two values. */
function changes(values: Float64Array): boolean {
  return new Set(values.filter((value) => !Number.isNaN(value))).size > 1;
}

const guessCount = 4;

/** The likeliest next characters, by the softmax of the logits of a step. */
function guessNext(logits: Float64Array, { entries }: Vocabulary, step: number): readonly Guess[] {
  const own = logits.subarray(step * entries.length, (step + 1) * entries.length);
  const most = own.reduce((one, other) => Math.max(one, other), -Infinity);
  const shares = own.map((logit) => Math.exp(logit - most));
  const sum = shares.reduce((one, other) => one + other, 0);
  return Array.from(shares, (share, entry) => ({ character: entries[entry] ?? "", share: share / sum }))
    .slice(2)
    .sort((one, other) => other.share - one.share)
    .slice(0, guessCount);
}
