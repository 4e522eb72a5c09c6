/** A cell run by the float64 reference. */
import { createReference } from "../codegen/reference/reference.ts";
import type { Cell } from "../language/index.ts";
import { disposed, inputsOf, memoriesOf, noForward, splitInputGradients } from "./cell-runner.ts";
import type { CellRunner } from "./cell-runner.ts";
import { checkForward, checkGradients } from "./check-arrays.ts";
import type { CellShapes, NamedNumbers } from "./compiled-cell.ts";

export interface ReferenceOptions {
  readonly cell: Cell;
  /** A number for every dimension. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly shapes: CellShapes;
  readonly reverse: boolean;
}

/** The float64 reference, straight from the equations. */
export function runReference({ cell, sizes, shapes, reverse }: ReferenceOptions): CellRunner {
  let reference: ReturnType<typeof createReference> | undefined = createReference(cell, sizes);
  const float64 = (values: NamedNumbers): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float64Array.from(value)]));
  let last: { readonly steps: number; readonly batch: number; readonly inputLength: number } | undefined;
  const use = (): ReturnType<typeof createReference> => reference ?? disposed();
  return {
    forward: (forward) => {
      checkForward(forward, shapes);
      const result = use().forward({
        steps: forward.steps,
        batch: forward.batch,
        reverse,
        inputs: float64(inputsOf(forward, shapes)),
        parameters: float64(forward.parameters),
        memory: float64(memoriesOf(forward, shapes)),
        ...(forward.memoryLengths === undefined ? {} : { memoryLengths: forward.memoryLengths }),
        ...(forward.states === undefined ? {} : { states: float64(forward.states) }),
        ...(forward.lengths === undefined ? {} : { lengths: Float64Array.from(forward.lengths) }),
      });
      last = { steps: forward.steps, batch: forward.batch, inputLength: forward.inputs.length };
      return result;
    },
    backward: ({ dOutputs, dStates }) => {
      const { steps, batch, inputLength } = last ?? noForward();
      checkGradients({ dOutputs, dStates }, { steps, batch }, shapes);
      const result = use().backward({
        ...(dOutputs === undefined ? {} : { outputs: Float64Array.from(dOutputs) }),
        ...(dStates === undefined ? {} : { states: float64(dStates) }),
      });
      return {
        ...splitInputGradients(result.inputs, inputLength),
        dMemory: result.memories,
        dParameters: result.parameters,
        dStates: result.states,
      };
    },
    dispose: () => {
      reference = undefined;
    },
  };
}
