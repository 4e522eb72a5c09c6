/** The copy task: symbols are shown, then nothing for long, and then they are to be told in their order. */
import type { SequenceData } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import { drawParts, evenRows, requireSteps } from "./memory-task.ts";
import type { MemoryChoice, MemoryTask } from "./memory-task.ts";

export interface CopyChoice extends MemoryChoice {
  /** Symbols to remember: 10. */
  readonly shown?: number;
  /** Different symbols: 8. */
  readonly symbols?: number;
}

/**
 * Tokens 0 to `symbols` - 1 are shown, the next is silence, and the one after it asks for them, once a symbol, in the last steps; only those count. `steps` is all of it, so the
 * silence has `steps` - 2 `shown` of them.
 */
export function makeCopy({ count, steps, seed, shown = 10, symbols = 8 }: CopyChoice): SequenceData & CopyArrays {
  requireSteps("copy", steps, 2 * shown);
  const random = createRandom(seed);
  const inputs = new Int32Array(count * steps).fill(symbols);
  const targets = new Int32Array(count * steps);
  const weights = new Float32Array(count * steps);
  for (let n = 0; n < count; n++) {
    for (let at = 0; at < shown; at++) {
      const symbol = random.integer(symbols);
      const asked = (n + 1) * steps - shown + at;
      inputs[n * steps + at] = symbol;
      inputs[asked] = symbols + 1;
      targets[asked] = symbol;
      weights[asked] = 1;
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

interface CopyArrays {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

export const copy: MemoryTask = {
  name: "copy",
  summary: "ten symbols of eight kinds, told again after a silence",
  source:
    "S. Hochreiter, J. Schmidhuber (1997); in this form M. Arjovsky, A. Shah, Y. Bengio (2016), Unitary evolution recurrent neural networks",
  input: { kind: "tokens", size: 10 },
  outputs: 8,
  perStep: true,
  loss: { kind: "cross-entropy" },
  measure: "wrong answers",
  usualSteps: [30, 60, 120],
  checkSteps: (steps) => requireSteps("copy", steps, 20),
  make: async (counts) => drawParts(counts, makeCopy, { error: 7 / 8, loss: Math.log(8) }),
};
