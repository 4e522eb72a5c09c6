/** The slots of states. A next value that a map computes lies in its state's slot from the start. A lone step reads first values where they are. */
import { known } from "../../util/errors.ts";
import { copyStep, fillStep } from "../fill.ts";
import type { Statement } from "../ir.ts";
import type { Location } from "../location.ts";
import { isElementwise, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { allocateSlots } from "./slots.ts";
import type { StepSlots } from "./slots.ts";

export interface StatePlaces {
  of(state: string): StepSlots;
  /** Step 0 of each: the values after the last step. */
  readonly finals: Readonly<Record<string, Location>>;
  /** Sets the values before the first step. */
  readonly start: readonly Statement[];
}

export function placeStates(context: PlaceContext): StatePlaces {
  const { options, derivation } = context;
  const { cell, name } = options;
  const slots = new Map(
    cell.states.map((state) => [
      state.name,
      placeLone(context, state.name) ??
        allocateSlots(context, { label: state.name, shape: state.shape, padded: false }),
    ]),
  );
  const of = (state: string): StepSlots => known(slots.get(state), `state ${state}`);
  for (const [state, id] of cell.graph.next) {
    if (derivation.nextValues.has(id) && isElementwise(derivation.nodes[id]!)) place(context, id, of(state).after);
  }
  const start = [...slots].flatMap(([state, { first }]): readonly Statement[] => {
    const from = options.initialStates?.[state];
    if (from === first) return [];
    const label = `${name}.first.${state}`;
    return from === undefined
      ? [fillStep(options, label, first, cell.options.initialStates?.[state] ?? 0)]
      : copyStep(options, label, from, first);
  });
  return { of, finals: Object.fromEntries([...slots].map(([state, { last }]) => [state, last])), start };
}

/** The slots of a lone step that starts from somewhere and is not gone back: the value before it stays where it is, so nothing is copied. */
function placeLone({ options, allocator }: PlaceContext, state: string): StepSlots | undefined {
  const { steps, gradient, initialStates } = options;
  const first = initialStates?.[state];
  if (steps > 1 || gradient !== undefined || first === undefined || first.rowStride !== first.columns) return undefined;
  const isNumber = first.columnStride === 0;
  const after = allocator.allocate({ label: state, extent: "step", columns: first.columns, isNumber });
  return { before: first, after, first, last: after };
}
