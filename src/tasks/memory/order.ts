/** The temporal order task: two symbols that matter stand far from one another among many that do not, and their order is asked for. */
import type { SequenceData } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import { drawBetween, drawParts, evenRows, requireSteps } from "./memory-task.ts";
import type { MemoryChoice, MemoryTask } from "./memory-task.ts";

/**
 * Tokens 0 to 3 mean nothing, 4 begins and 5 ends; 6 (X) or 7 (Y) stands once at a tenth to a fifth of the way and once at five to six tenths. The class
 * is XX, XY, YX or YY.
 */
export function makeOrder({ count, steps, seed }: MemoryChoice): SequenceData {
  requireSteps("order", steps, 10);
  const random = createRandom(seed);
  const inputs = Int32Array.from({ length: count * steps }, () => random.integer(4));
  const at = (share: number): number => Math.floor(steps * share);
  const targets = Int32Array.from({ length: count }, (_, n) => {
    const [first, second] = [random.integer(2), random.integer(2)];
    inputs[n * steps] = 4;
    inputs[(n + 1) * steps - 1] = 5;
    inputs[n * steps + drawBetween(random, at(0.1), at(0.2))] = 6 + first;
    inputs[n * steps + drawBetween(random, at(0.5), at(0.6))] = 6 + second;
    return 2 * first + second;
  });
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    ...evenRows({ count, steps, seed }),
    targets,
    targetSize: 1,
    perStep: false,
  };
}

export const order: MemoryTask = {
  name: "order",
  summary: "which of two symbols came, and in which order, among others that mean nothing",
  source: "S. Hochreiter, J. Schmidhuber (1997), Long short-term memory, section 5.6, task 6a",
  input: { kind: "tokens", size: 8 },
  outputs: 4,
  perStep: false,
  loss: { kind: "cross-entropy" },
  measure: "wrong answers",
  usualSteps: [50, 100, 200],
  checkSteps: (steps) => requireSteps("order", steps, 10),
  make: async (counts) => drawParts(counts, makeOrder, { error: 3 / 4, loss: Math.log(4) }),
};
