/** Where the gradients of states go from step to step on the way back. */
import type { NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import type { BackwardOptions } from "../cell-options.ts";
import { copyStep, fillStep } from "../fill.ts";
import type { Statement } from "../ir.ts";
import type { Location } from "../location.ts";
import type { PlaceContext } from "./context.ts";
import { allocateSlots } from "./slots.ts";

export interface Carry {
  /** What a step reads: the gradient of the state's value after it. */
  readonly read: Location;
  /** What a step writes: the gradient of the state's value before it. */
  readonly write: Location;
  /** Step 0 of these: the gradients of the values before all steps, and after all of them. */
  readonly first: Location;
  readonly last: Location;
  /** The pullback that makes it writes it. */
  readonly isPullback: boolean;
}

export interface CarryPlaces {
  of(state: string): Carry;
  /** Step 0 of each: the gradients of the values before the first step. */
  readonly firsts: Readonly<Record<string, Location>>;
  /** Sets the gradients of the values after the last step. */
  readonly start: readonly Statement[];
}

/** `of` gives the place of a computed value. */
export function placeCarries(
  context: PlaceContext,
  of: (id: NodeId) => Location,
  finalStates: BackwardOptions["finalStates"],
): CarryPlaces {
  const { options, derivation } = context;
  const carries = new Map<string, Carry>();
  const start: Statement[] = [];
  for (const [state, id] of derivation.gradient.states) {
    const taken = [...carries.values()].map((other) => other.write);
    const carry =
      placeInPullback(context, { state, id, of, taken }) ?? placeInOne(context, state) ?? placeInSlots(context, state);
    carries.set(state, carry);
    const from = finalStates?.[state];
    const label = `${options.name}.last.d.${state}`;
    start.push(
      ...(from === undefined ? [fillStep(options, label, carry.last, 0)] : copyStep(options, label, from, carry.last)),
    );
  }
  return {
    of: (state) => known(carries.get(state), `the gradient of ${state}`),
    firsts: Object.fromEntries([...carries].map(([state, { first }]) => [state, first])),
    start,
  };
}

interface PullbackCarry {
  readonly state: string;
  /** The gradient of the state's value before a step. */
  readonly id: NodeId;
  readonly of: (id: NodeId) => Location;
  /** Places of other states' gradients. */
  readonly taken: readonly Location[];
}

/** The place of the pullback that makes the gradient, if all that reads the one before does so before that product. */
function placeInPullback(context: PlaceContext, { state, id, of, taken }: PullbackCarry): Carry | undefined {
  const { derivation } = context;
  const isOfStep = derivation.nodes[id]!.kind === "pullback" && derivation.stored.get(id) === "step";
  if (!isOfStep || !isReadBy(context, state, { before: true })) return undefined;
  const location = of(id);
  // It may be kept for every step, as another product's gradient.
  const isOverwritten = location.stepStride === 0;
  return isOverwritten && !taken.includes(location) ? { ...inPlace(location), isPullback: true } : undefined;
}

/**
 * One row a member, which each step overwrites, if nothing reads the gradient later than the map that writes it. In that map each column is read
 * before it is written; but a number is read in every column, and by maps over other dimensions.
 */
function placeInOne(context: PlaceContext, state: string): Carry | undefined {
  const { allocator } = context;
  const { shape } = stateOf(context, state);
  const isNumber = shape.length === 0;
  if (!isReadBy(context, state, { before: isNumber })) return undefined;
  return inPlace({
    ...allocator.allocate({ label: `d.${state}`, extent: "step", columns: allocator.size(shape, 0), isNumber }),
    local: false,
  });
}

function placeInSlots(context: PlaceContext, state: string): Carry {
  const { before, after, first, last } = allocateSlots(context, {
    label: `d.${state}`,
    shape: stateOf(context, state).shape,
    padded: true,
  });
  return { read: after, write: before, first, last, isPullback: false };
}

function inPlace(location: Location): Carry {
  const only = { ...location, stepStride: 0 };
  return { read: location, write: location, first: only, last: only, isPullback: false };
}

function stateOf({ options }: PlaceContext, state: string): { readonly shape: readonly (string | number)[] } {
  return known(
    options.cell.states.find((one) => one.name === state),
    `state ${state}`,
  );
}

/** Whether all that reads a state's gradient does so within the step, no later than the stage that writes the next one, or before it. */
function isReadBy({ derivation }: PlaceContext, state: string, { before }: { readonly before: boolean }): boolean {
  const { nodes, backward, reads } = derivation;
  const writer = known(
    backward.find((stage) => stage.exports.some(({ to }) => to.kind === "carry" && to.state === state)),
    "the stage that writes the gradient",
  );
  const leaf = nodes.findIndex((node) => node.kind === "adjoint" && node.of === "next" && node.name === state);
  const readers = (reads.get(leaf) ?? []).filter((stage) => stage.backward);
  const last = before ? writer.level - 1 : writer.level;
  return writer.phase === "loop" && readers.every((reader) => reader.phase === "loop" && reader.level <= last);
}
