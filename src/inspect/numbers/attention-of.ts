/** Where a network looked: the attention of a trace, as `drawAlignment` takes it. */
import { rowOf } from "./signal.ts";
import type { Trace } from "./trace.ts";

export interface CellAttention {
  /** Of the cell: `1`. */
  readonly path: string;
  /** The memory's name in its equations; a second use of the same is `name#2`. */
  readonly memory: string;
  /** How much each step of the source counted in each step, `[steps][source steps]`: shares that add up to 1. */
  readonly weights: readonly Float64Array[];
}

/**
 * How much each step of the source counted in each step of a trace, for every cell that attends (Bahdanau, Cho and Bengio 2015); empty where none does. With the
 * tokens of both sides it is what `drawAlignment` draws. A session has the same of its last step as `session.attention()`.
 */
export function attentionOf({ layers }: Pick<Trace, "layers">): readonly CellAttention[] {
  return layers.flatMap(({ cells }) =>
    cells.flatMap(({ path, attention }) =>
      attention.map((signal) => ({
        path,
        memory: signal.name,
        weights: Array.from({ length: signal.steps }, (_, step) => rowOf(signal, step).slice()),
      })),
    ),
  );
}
