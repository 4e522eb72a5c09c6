/** Keys, a matrix times each row of a memory: a feed-forward cell over the memory's rows. */
import type { LoweredCell, LoweredGradient } from "./cell.ts";
import { cell } from "../language/index.ts";
import { known } from "../util/errors.ts";
import type { CellWork } from "./cell-work.ts";
import type { LowerCellOptions } from "./cell-options.ts";
import type { Statement } from "./ir.ts";
import { memoryNamed } from "./places/memories.ts";
import { gradientOf } from "./stage-stores.ts";

/** The keys of a cell, lowered. */
export interface LoweredKeys {
  readonly packs: readonly Statement[];
  readonly begin: readonly Statement[];
  /** Gives on what the steps have given to keys: to the matrices, and to the memories whose gradients are wanted. */
  backward(work: CellWork): Pick<LoweredGradient, "packs" | "statements">;
}

const keysCell = cell("keys", "y = K x");

/** `lower` lowers a cell over a sequence. */
export function lowerKeys(work: CellWork, lower: (options: LowerCellOptions) => LoweredCell): LoweredKeys {
  const { options, places, derivation } = work;
  const all = places.memories.keys.map((keys) => {
    const matrix = places.matrix(keys.matrix);
    const memory = memoryNamed(options, keys.memory);
    const isWanted = derivation.rows.some((one) => one.rows === keys.node);
    const { builder, batch, packedRole, weights } = options;
    const lowered = lower({
      builder,
      name: `${options.name}.keys`,
      cell: keysCell,
      sizes: { I: matrix.columns, H: matrix.rows },
      steps: memory.steps,
      batch,
      inputs: { x: memory.location },
      parameters: { K: known(options.parameters[matrix.name], matrix.name) },
      output: keys.location,
      ...(isWanted ? { gradient: { inputs: memory.gradient === undefined ? [] : ["x"] } } : {}),
      ...(packedRole === undefined ? {} : { packedRole }),
      ...(weights === undefined ? {} : { weights }),
    });
    return { keys, memory, isWanted, lowered };
  });
  return {
    packs: all.flatMap(({ lowered }) => lowered.packs),
    begin: all.flatMap(({ lowered }) => lowered.forward),
    backward: (back) => {
      const gradients = all
        .filter(({ isWanted }) => isWanted)
        .map(({ keys, memory, lowered }) =>
          lowered.backward({
            output: gradientOf(back).rows.of(keys.node),
            inputs: memory.gradient === undefined ? {} : { x: { to: memory.gradient, mode: "add" } },
          }),
        );
      return {
        packs: gradients.flatMap(({ packs }) => packs),
        statements: gradients.flatMap(({ statements }) => statements),
      };
    },
  };
}
