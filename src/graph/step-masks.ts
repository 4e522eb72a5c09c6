/** Steps that do not count, in a stream. */
import { cellOf } from "../network/index.ts";
import { known } from "../util/errors.ts";
import type { GraphNode, RecurrentNode, ValueName } from "./graph.ts";

/** Whether what a node gives at a step that does not count (the output of the step before, and zeros before the first) is what one of its states has stayed. */
export function repeatsState({ cell: spec, mask, outputs, states }: RecurrentNode): boolean {
  const { states: all, output } = cellOf(spec);
  return (
    mask?.masked === "repeat" &&
    outputs.sequence !== undefined &&
    all.some(({ name }) => name === output.name) &&
    states[output.name] === undefined &&
    (spec.options.initialStates?.[output.name] ?? 0) === 0
  );
}

/** Such a node, which has an output for its state: its output is that, of one step. `zero` is a list of the number 0. */
export function outputOfState(node: RecurrentNode, zero: ValueName): readonly GraphNode[] {
  const { sequence, states } = node.outputs;
  const state = known(states[cellOf(node.cell).output.name], "the state that is the output");
  return [
    { ...node, outputs: { states } },
    {
      kind: "operator",
      name: `${node.name}.output`,
      operator: "Unsqueeze",
      inputs: [state, zero],
      outputs: [known(sequence, "the output")],
      attributes: {},
    },
  ];
}
