/** The adding problem: two numbers of many are marked, and their sum is asked for at the end. */
import type { SequenceData } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import { drawParts, evenRows, requireSteps } from "./memory-task.ts";
import type { MemoryChoice, MemoryTask } from "./memory-task.ts";

/** Of `steps` numbers in [0, 1), two are marked: one in each half. The target is their sum. */
export function makeAdding({ count, steps, seed }: MemoryChoice): SequenceData {
  const random = createRandom(seed);
  const inputs = new Float32Array(count * steps * 2);
  const half = Math.floor(steps / 2);
  const targets = Float32Array.from({ length: count }, (_, n) => {
    for (let step = 0; step < steps; step++) inputs[(n * steps + step) * 2] = random.uniform();
    const marked = [n * steps + random.integer(half), n * steps + half + random.integer(steps - half)];
    for (const row of marked) inputs[row * 2 + 1] = 1;
    return marked.reduce((sum, row) => sum + inputs[row * 2]!, 0);
  });
  return {
    kind: "sequences",
    inputs,
    inputSize: 2,
    ...evenRows({ count, steps, seed }),
    targets,
    targetSize: 1,
    perStep: false,
  };
}

/** The variance of a sum of two numbers that are uniform in [0, 1): 2 / 12. Who always says 1 has that error. */
const variance = 1 / 6;

export const adding: MemoryTask = {
  name: "adding",
  summary: "the sum of the two marked numbers among many",
  source: "S. Hochreiter, J. Schmidhuber (1997), Long short-term memory, section 5.4",
  input: { kind: "features", size: 2 },
  outputs: 1,
  perStep: false,
  loss: { kind: "mean-squared" },
  measure: "mean squared error",
  usualSteps: [50, 100, 200],
  checkSteps: (steps) => requireSteps("adding", steps, 2),
  make: async (counts) => drawParts(counts, makeAdding, { error: variance, loss: variance }),
};
