/** The part of an executable that all backends share: named functions and cached views over one memory. */
import { assert, RecurraError } from "../util/errors.ts";
import type { BufferId } from "../lower/ir.ts";
import type { Executable, Numbers } from "./backend.ts";
import type { MemoryPlan } from "./plan.ts";
import { printBytes } from "./print-plan.ts";

export interface ExecutableParts {
  readonly plan: MemoryPlan;
  readonly functions: ReadonlyMap<string, () => void>;
  /** All of memory, a word an element. */
  readonly memory: Numbers;
  /** What else to let go of. */
  readonly release?: () => void;
}

/** An executable of these parts, which it lets go of when it is disposed of. */
export function createExecutable(parts: ExecutableParts): Executable {
  let alive: ExecutableParts | undefined = parts;
  const arrays = new Map<BufferId, Numbers>();
  const use = (): ExecutableParts => {
    if (alive === undefined)
      throw new RecurraError("engine/disposed", "This model was disposed of; compile or load it again to use it.");
    return alive;
  };
  return {
    plan: parts.plan,
    array: (buffer) => {
      const { plan, memory } = use();
      const before = arrays.get(buffer);
      if (before !== undefined) return before;
      const offset = plan.offsetOf(buffer);
      const array = memory.subarray(offset, offset + plan.lengthOf(buffer));
      arrays.set(buffer, array);
      return array;
    },
    call: (name) => {
      const run = use().functions.get(name);
      assert(run !== undefined, `there is no function ${name}`);
      run();
    },
    dispose: () => {
      alive?.release?.();
      alive = undefined;
      arrays.clear();
    },
  };
}

/** The error for a plan that does not fit: how much was asked for, what takes most of it, what to make smaller. */
export function outOfMemory(
  plan: MemoryPlan,
  options: { readonly bytesPerWord: 4 | 8; readonly limit: string; readonly cause?: unknown },
): RecurraError {
  const largest = [...plan.buffers].sort((a, b) => b.length - a.length).slice(0, 3);
  const size = (words: number): string => printBytes(words * options.bytesPerWord);
  const list = largest
    .map((buffer) => `${buffer.name} [${buffer.shape.join(", ")}] with ${size(buffer.length)}`)
    .join(", ");
  return new RecurraError(
    "engine/out-of-memory",
    `The model needs ${size(plan.words)} of memory, but ${options.limit}. Its largest tensors are ${list}. Reduce the batch size, the number of steps or the hidden size.`,
    { cause: options.cause },
  );
}
