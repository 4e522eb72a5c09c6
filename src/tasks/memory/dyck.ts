/** Dyck words: brackets of two kinds, one within another, and which kind closes next is asked for where it is not the one just seen. */
import type { SequenceData } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import type { Random } from "../../util/random.ts";
import { drawParts, evenRows, requireSteps } from "./memory-task.ts";
import type { MemoryChoice, MemoryTask } from "./memory-task.ts";

export interface DyckChoice extends MemoryChoice {
  /** Brackets open at once, at most: 8. */
  readonly depth?: number;
}

/**
 * Balanced words of `steps` brackets: tokens 0 `(`, 1 `[`, 2 `)`, 3 `]`. Before each bracket that closes, its kind is asked for (0 round, 1 square), unless the one that it
 * closes is the last bracket seen, which needs no memory; other steps do not count. So each question follows on a closing bracket, of which the answer is independent. Where a
 * bracket may open or close, both are equally likely. `steps` is even; words of brackets side by side have no question.
 */
export function makeDyck({ count, steps, seed, depth = 8 }: DyckChoice): SequenceData {
  checkDyckSteps(steps);
  const random = createRandom(seed);
  const inputs = new Int32Array(count * steps);
  const targets = new Int32Array(count * steps);
  const weights = new Float32Array(count * steps);
  for (let n = 0; n < count; n++) {
    const word = drawWord(random, steps, depth);
    inputs.set(word, n * steps);
    for (let step = 0; step + 1 < steps; step++) {
      if (word[step + 1]! < 2 || word[step]! < 2) continue;
      targets[n * steps + step] = word[step + 1]! - 2;
      weights[n * steps + step] = 1;
    }
  }
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    ...evenRows({ count, steps, seed }),
    targets,
    targetSize: 1,
    perStep: true,
    weights,
  };
}

function drawWord(random: Random, steps: number, depth: number): number[] {
  const open: number[] = [];
  return Array.from({ length: steps }, (_, step) => {
    const mustOpen = open.length === 0;
    const mustClose = open.length === depth || open.length === steps - step;
    const opens = mustOpen || (!mustClose && random.integer(2) === 0);
    if (!opens) return 2 + open.pop()!;
    open.push(random.integer(2));
    return open.at(-1)!;
  });
}

/** Of shorter words many have nothing to remember. */
const leastSteps = 6;

function checkDyckSteps(steps: number): void {
  requireSteps("dyck", steps, leastSteps);
  requireSteps("dyck", steps % 2 === 0 ? steps : NaN, leastSteps);
}

export const dyck: MemoryTask = {
  name: "dyck",
  summary: "which of two kinds of brackets closes next, up to eight within one another",
  source:
    "N. Chomsky, M.-P. Schützenberger (1963); for networks J. Hewitt, M. Hahn, S. Ganguli, P. Liang, C. D. Manning (2020), RNNs can generate bounded hierarchical languages with optimal memory",
  input: { kind: "tokens", size: 4 },
  outputs: 2,
  perStep: true,
  loss: { kind: "cross-entropy" },
  measure: "wrong answers",
  usualSteps: [20, 50, 100],
  checkSteps: checkDyckSteps,
  make: async (counts) => drawParts(counts, makeDyck, { error: 1 / 2, loss: Math.log(2) }),
};
