/** The place of the output: the host's, a state's, or one of its own. */
import { known } from "../../util/errors.ts";
import { denseLocation } from "../location.ts";
import type { Location } from "../location.ts";
import { isElementwise, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import type { StatePlaces } from "./states.ts";

export interface OutputPlace {
  readonly location: Location;
  /** It is a state's place, so that nothing needs to be written. */
  readonly isState: boolean;
  /** It is also the place of the output's value as a later stage reads it. */
  readonly isKept: boolean;
}

export function placeOutput(context: PlaceContext, states: StatePlaces): OutputPlace {
  const { options, derivation, allocator, placed, members } = context;
  const { builder, batch, cell, steps } = options;
  const { graph } = cell;
  const state = cell.states.find(({ name, shape }) => graph.next.get(name) === graph.output && shape.length > 0);
  // Past a member's end outputs are zero; there its last state is not, which in reverse is the first one's place.
  const differs = members !== undefined && options.reverse === true;
  if (!differs && options.output === undefined && state !== undefined) {
    return { location: states.of(state.name).after, isState: true, isKept: false };
  }
  const dense = (): Location => {
    const columns = allocator.size(cell.output.shape, 0);
    const shape = [steps, batch, columns];
    const buffer = builder.buffer({
      name: `${options.name}.output`,
      length: steps * batch * columns,
      role: "scratch",
      shape,
    });
    return denseLocation(buffer, { batch, columns, isNumber: cell.output.shape.length === 0 });
  };
  const location = options.output ?? dense();
  const isKept =
    isElementwise(known(derivation.nodes[graph.output], "the output")) &&
    derivation.stored.get(graph.output) === "sequence" &&
    !placed.has(graph.output);
  if (isKept) place(context, graph.output, location);
  return { location, isState: false, isKept };
}
