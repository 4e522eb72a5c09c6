/** Where the exports of stages are stored. */
import { readsMemory } from "../derive/index.ts";
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
}

/** How a stage's export is stored, or undefined where it lies in its place without that. */
export function storeOf(work: CellWork, one: Export): StageStore | undefined {
  const { places, derivation } = work;
  const { node, to } = one;
  switch (to.kind) {
    case "value":
      return hasOtherStore(work, node) ? undefined : { location: () => places.of(node), mode: "set" };
    case "next": {
      const { after } = places.states.of(to.state);
      return { location: () => after, mode: "set" };
    }
    case "output": {
      const { location, isState } = places.output;
      return isState ? undefined : { location: () => location, mode: "set" };
    }
    case "slot": {
      const group = known((to.once ? derivation.onceProducts : derivation.products)[to.group], "a group of products");
      const { parts, isOwner } = places.adjoints.of(group);
      const location = known(parts[to.term], "a gradient's place");
      return isOwner && !isPulledTo(work, node, location) ? { location: () => location, mode: "set" } : undefined;
    }
    case "handed":
      return { location: () => gradientOf(work).handed(node), mode: "set" };
    case "carry": {
      const { write, isPullback } = gradientOf(work).carries.of(to.state);
      return isPullback ? undefined : { location: () => write, mode: "set" };
    }
    case "input": {
      const { to: location, mode } = gradientOf(work).input(to.name);
      return isPulledTo(work, node, location) ? undefined : { location: () => location, mode };
    }
    case "shared":
      return { location: () => gradientOf(work).sums.of(to.of), mode: "add" };
    case "parameter": {
      const { sums } = gradientOf(work);
      return sums.isInPlace(to.name) ? undefined : { location: () => sums.parameter(to.name), mode: "add" };
    }
  }
}

/** Whether a value is a pullback, or made over the rows of a memory, and so writes this place itself. */
function isPulledTo({ places, derivation }: CellWork, node: Export["node"], location: Location): boolean {
  const of = derivation.nodes[node]!;
  return (of.kind === "pullback" || readsMemory(of)) && places.of(node) === location;
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
