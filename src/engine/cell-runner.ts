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
    const values = (name === "x" ? forward.inputs : known(forward.extraInputs?.[name], name)).slice();
    const size = countOf(shape);
    for (let member = 0; forward.lengths !== undefined && member < forward.batch; member++) {
      for (let step = forward.lengths[member]!; step < forward.steps; step++) {
        values.fill(0, (step * forward.batch + member) * size, (step * forward.batch + member + 1) * size);
      }
    }
    inputs[name] = values;
  }
  return inputs;
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
