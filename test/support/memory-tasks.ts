/** Classical tasks that a network without a memory cannot do, as training data. */
import type { SequenceData } from "../../src/training/sequence-data.ts";
import { createRandom } from "../../src/util/random.ts";
import type { Random } from "../../src/util/random.ts";

interface Choice {
  readonly count: number;
  readonly seed: number;
}

/** Of `steps` numbers in [0, 1), two are marked: one in each half. The target is their sum. */
export function addingProblem({ count, steps, seed }: Choice & { readonly steps: number }): SequenceData {
  const random = createRandom(seed);
  const inputs = new Float32Array(count * steps * 2);
  const half = Math.floor(steps / 2);
  const targets = Float32Array.from({ length: count }, (_, n) => {
    for (let step = 0; step < steps; step++) inputs[(n * steps + step) * 2] = random.uniform();
    const marked = [n * steps + random.integer(half), n * steps + half + random.integer(steps - half)];
    for (const row of marked) inputs[row * 2 + 1] = 1;
    return marked.reduce((sum, row) => sum + inputs[row * 2]!, 0);
  });
  const starts = Int32Array.from({ length: count }, (_, n) => n * steps);
  return {
    kind: "sequences",
    inputs,
    inputSize: 2,
    starts,
    lengths: starts.map(() => steps),
    targets,
    targetSize: 1,
    perStep: false,
  };
}

/** Tokens 0 to 3 are symbols, 4 is silence, 5 asks for the three symbols again; only the last three steps count. */
export function copyProblem({ count, silence, seed }: Choice & { readonly silence: number }): TokenSequences {
  const random = createRandom(seed);
  const steps = 3 + silence + 3;
  const inputs = new Int32Array(count * steps).fill(4);
  const targets = new Int32Array(count * steps);
  const weights = new Float32Array(count * steps);
  for (let n = 0; n < count; n++) {
    for (let at = 0; at < 3; at++) {
      const symbol = random.integer(4);
      inputs[n * steps + at] = symbol;
      inputs[n * steps + 3 + silence + at] = 5;
      targets[n * steps + 3 + silence + at] = symbol;
      weights[n * steps + 3 + silence + at] = 1;
    }
  }
  const starts = Int32Array.from({ length: count }, (_, n) => n * steps);
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    starts,
    lengths: starts.map(() => steps),
    targets,
    targetSize: 1,
    perStep: true,
    weights,
  };
}

type TokenSequences = SequenceData & { readonly inputs: Int32Array; readonly targets: Int32Array };

/** Letters of the grammar. */
const alphabet = "BTPSXVE";

/** From each state: the letters that may follow, and where they lead (Reber 1967). */
const arrows: Readonly<Record<number, readonly (readonly [letter: string, to: number])[]>> = {
  0: [["B", 1]],
  1: [
    ["T", 2],
    ["P", 3],
  ],
  2: [
    ["S", 2],
    ["X", 4],
  ],
  3: [
    ["T", 3],
    ["V", 5],
  ],
  4: [
    ["X", 3],
    ["S", 6],
  ],
  5: [
    ["P", 4],
    ["V", 6],
  ],
  6: [["E", 7]],
};

export interface ReberWord {
  readonly letters: readonly number[];
  /** The letters that may follow each but the last. */
  readonly allowed: readonly ReadonlySet<number>[];
}

/** Words of the embedded grammar: B, T or P, a word of Reber's, the same T or P again, E. */
export function reberWords({ count, seed }: Choice): readonly ReberWord[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawWord(random));
}

function drawWord(random: Random): ReberWord {
  const number = (letter: string): number => alphabet.indexOf(letter);
  const outer = random.integer(2) === 0 ? "T" : "P";
  const letters = [number("B"), number(outer)];
  const allowed = [new Set([number("T"), number("P")])];
  for (let state = 0; state !== 7;) {
    const choices = arrows[state]!;
    allowed.push(new Set(choices.map(([letter]) => number(letter))));
    const [letter, to] = choices[random.integer(choices.length)]!;
    letters.push(number(letter));
    state = to;
  }
  letters.push(number(outer), number("E"));
  allowed.push(new Set([number(outer)]), new Set([number("E")]));
  return { letters, allowed };
}

/** Each letter of a word is to be told from those before it. */
export function reberGrammar(choice: Choice): SequenceData {
  const words = reberWords(choice).map(({ letters }) => letters);
  const lengths = Int32Array.from(words, (letters) => letters.length - 1);
  const starts = lengths.map((_, n) => lengths.subarray(0, n).reduce((sum, length) => sum + length, 0));
  const join = (from: number, to: number | undefined): Int32Array =>
    Int32Array.from(words.flatMap((letters) => letters.slice(from, to)));
  return {
    kind: "sequences",
    inputs: join(0, -1),
    inputSize: 1,
    starts,
    lengths,
    targets: join(1, undefined),
    targetSize: 1,
    perStep: true,
  };
}
