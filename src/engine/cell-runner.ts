/** What the two ways of running a compiled cell share. */
import { known, RecurraError } from "../util/errors.ts";
import type { Numbers } from "./backend.ts";
import { countOf } from "./compiled-cell.ts";
import type { CellShapes, CompiledCell, ForwardOptions } from "./compiled-cell.ts";

/** What differs between them. */
export type CellRunner = Pick<CompiledCell, "forward" | "backward" | "dispose">;

/** Inputs by name, x among them, with what lies past a member's length set to zero. */
export function inputsOf(forward: ForwardOptions, shapes: CellShapes): Record<string, Numbers> {
  const inputs: Record<string, Numbers> = {};
  for (const { name, shape } of shapes.inputs) {
    const values = name === "x" ? forward.inputs : known(forward.extraInputs?.[name], name);
    inputs[name] = clearedPast(values, forward.lengths, forward.batch * countOf(shape), forward.batch);
  }
  return inputs;
}

/** Memories by name, with what lies past a member's rows set to zero. */
export function memoriesOf(forward: ForwardOptions, shapes: CellShapes): Record<string, Numbers> {
  const memories: Record<string, Numbers> = {};
  for (const { name, shape } of shapes.memories) {
    const values = known(forward.memory?.[name], name);
    const row = forward.batch * countOf(shape);
    memories[name] = clearedPast(values, forward.memoryLengths?.[name], row, forward.batch);
  }
  return memories;
}

/** A copy of `[steps, batch, size]`, a step `row` numbers, with zeros past the members' lengths. */
function clearedPast(values: Numbers, lengths: ArrayLike<number> | undefined, row: number, batch: number): Numbers {
  const cleared = values.slice();
  if (lengths === undefined) return cleared;
  const size = row / batch;
  for (let member = 0; member < batch; member++) {
    for (let step = lengths[member]!; step * row < values.length; step++) {
      cleared.fill(0, step * row + member * size, step * row + (member + 1) * size);
    }
  }
  return cleared;
}

export const noForward = (): never => {
  throw new RecurraError("engine/no-forward", "backward needs a forward before it; call forward first.");
};

/** The gradient of x, and those of the other inputs; zeros where the output does not depend on x. */
export function splitInputGradients(
  all: Record<string, Numbers>,
  length: number,
): { dInputs: Numbers; dExtraInputs: Record<string, Numbers> } {
  const { x = new Float64Array(length), ...dExtraInputs } = all;
  return { dInputs: x, dExtraInputs };
}

/** Throws: nothing runs after `dispose`. */
export function disposed(): never {
  throw new RecurraError("engine/disposed", "This cell was disposed of; compile it again to use it.");
}
