/** Where the exports of stages are stored. */
import type { Export } from "../derive/index.ts";
import { known } from "../util/errors.ts";
import type { CellWork } from "./cell-work.ts";
import type { MapStore } from "./ir.ts";
import type { Location } from "./location.ts";
import type { GradientPlaces } from "./places/index.ts";

export interface StageStore {
  /** Makes room if there is none yet. */
  readonly location: () => Location;
  readonly mode: MapStore["mode"];
  /** What stands there past a member's length; absent where the value itself may. */
  readonly past?: Location | "zero";
}

/** How a stage's export is stored, or undefined where it lies in its place without that. */
export function storeOf(work: CellWork, one: Export): StageStore | undefined {
  const { places, derivation } = work;
  const { node, to } = one;
  // Past a member's length adjoints are zero, and with them all gradients, unless zero is multiplied by what is not finite.
  const isShared = one.phase === "prior" || one.phase === "once";
  const finite = derivation.hasPoles && !isShared ? ({ past: "zero" } as const) : {};
  switch (to.kind) {
    case "value":
      return hasOtherStore(work, node) ? undefined : { location: () => places.of(node), mode: "set", ...finite };
    case "next": {
      const { before, after } = places.states.of(to.state);
      return { location: () => after, mode: "set", past: before };
    }
    case "output": {
      const { location, isState } = places.output;
      return isState ? undefined : { location: () => location, mode: "set", past: "zero" };
    }
    case "slot": {
      const group = known((to.once ? derivation.onceProducts : derivation.products)[to.group], "a group of products");
      const { parts, isOwner } = places.adjoints.of(group);
      const location = known(parts[to.term], "a gradient's place");
      return isOwner && !isPulledTo(work, node, location)
        ? { location: () => location, mode: "set", ...finite }
        : undefined;
    }
    case "carry": {
      const { read, write, isPullback } = gradientOf(work).carries.of(to.state);
      return isPullback ? undefined : { location: () => write, mode: "set", past: read };
    }
    case "input": {
      const { to: location, mode } = gradientOf(work).input(to.name);
      return isPulledTo(work, node, location) ? undefined : { location: () => location, mode, ...finite };
    }
    case "shared":
      return { location: () => gradientOf(work).sums.of(to.of), mode: "add", ...finite };
    case "parameter": {
      const { sums } = gradientOf(work);
      return sums.isInPlace(to.name) ? undefined : { location: () => sums.parameter(to.name), mode: "add" };
    }
  }
}

/** Whether a value is a pullback that writes this place itself. */
function isPulledTo({ places, derivation }: CellWork, node: Export["node"], location: Location): boolean {
  return derivation.nodes[node]!.kind === "pullback" && places.of(node) === location;
}

/** Whether a value is stored as the output, or as the gradient of a product, where it is also read. */
function hasOtherStore({ places, derivation }: CellWork, node: Export["node"]): boolean {
  const { cell, nodes, products } = derivation;
  if (places.output.isKept && node === cell.graph.output) return true;
  return nodes[node]!.shape.length > 0 && products.some(({ terms }) => terms.some(({ adjoint }) => adjoint === node));
}

/** The places of the way back, for what only the way back does. */
export function gradientOf({ gradient }: CellWork): GradientPlaces {
  return known(gradient, "the places of the way back");
}
