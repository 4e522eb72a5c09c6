/** The sequences that the network can be given. */
import { makePulse } from "../../work/network/pulse.ts";
import { inputBounds, stepBounds } from "./state.ts";
import type { InputKind, NetworkState } from "./state.ts";

export interface InputSequence {
  /** A vector for each step, all of one size. */
  readonly vectors: readonly Float64Array[];
  /** What each step reads, where it has a name: the words. */
  readonly names?: readonly string[];
}

/** One wave, each input a little behind the one before: values from -1 to 1. */
function makeSine(inputs: number, steps: number): readonly Float64Array[] {
  return Array.from({ length: steps }, (_, step) =>
    Float64Array.from({ length: inputs }, (_, at) => Math.sin(2 * Math.PI * ((step + 1) / steps - at / (2 * inputs)))),
  );
}

/** The words of a text, as many as there may be steps. */
export const splitWords = (text: string): readonly string[] =>
  text
    .split(/\s+/u)
    .filter((word) => word !== "")
    .slice(0, stepBounds.to);

/** One hot: each different word has an input of its own, in the order of first use. Capitals make no difference. */
function encodeWords(words: readonly string[]): readonly Float64Array[] {
  const known = [...new Set(words.map((word) => word.toLocaleLowerCase()))];
  return words.map((word) => {
    const vector = new Float64Array(known.length);
    vector[known.indexOf(word.toLocaleLowerCase())] = 1;
    return vector;
  });
}

/** Largest number that may be typed: beyond it every neuron is at its limit. */
const mostNumber = 100;

/** Numbers, `;` or a line break between steps, spaces or commas between inputs. Undefined where a piece is none. Steps with fewer get zeros. */
export function parseNumbers(text: string): readonly Float64Array[] | undefined {
  const rows = text
    .split(/[;\n]/)
    .map((row) => row.split(/[\s,]+/).filter((piece) => piece !== ""))
    .filter((row) => row.length > 0)
    .map((row) => row.map((piece) => Number(piece.replace("\u2212", "-"))));
  const size = Math.max(0, ...rows.map(({ length }) => length));
  const isGood = rows.every((row) => row.every((value) => Math.abs(value) <= mostNumber));
  if (!isGood || rows.length < stepBounds.from || rows.length > stepBounds.to || size > inputBounds.to)
    return undefined;
  return rows.map((row) => Float64Array.from({ length: size }, (_, at) => row[at] ?? 0));
}

/** Whether the size of the input and the number of steps follow from what is typed. */
export const isTyped = (kind: InputKind): boolean => kind === "words" || kind === "numbers";

/** The sequence that a state means; where what is typed is none, undefined. `words` stands in for a text that is empty. */
export function readSequence(
  state: Pick<NetworkState, "input" | "inputs" | "steps" | "words" | "numbers">,
  sentence: string,
): InputSequence | undefined {
  const { input, inputs, steps } = state;
  if (input === "sine") return { vectors: makeSine(inputs, steps) };
  if (input === "pulse") return { vectors: makePulse(inputs, steps) };
  if (input === "numbers") {
    const vectors = parseNumbers(state.numbers);
    return vectors === undefined ? undefined : { vectors };
  }
  const names = splitWords(state.words === "" ? sentence : state.words);
  return names.length < stepBounds.from ? undefined : { vectors: encodeWords(names), names };
}
