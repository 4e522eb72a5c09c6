/** The embedded Reber grammar, as training data. */
import type { SequenceData } from "../../src/training/sequence-data.ts";
import { createRandom } from "../../src/util/random.ts";
import type { Random } from "../../src/util/random.ts";

interface Choice {
  readonly count: number;
  readonly seed: number;
}

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
