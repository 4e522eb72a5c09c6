/**
 * Puts values where others are no longer needed. What the way back needs of a step (gates) lies where the products were that only the same map reads;
 * the gradients of products lie where the gates were that only the same map reads. A map loads everything of a column before it stores to it, so a
 * value may take the place of one that its own map reads last.
 */
import { dependsOn, isSameStage } from "../../derive/index.ts";
import type { ProductGradient, Stage } from "../../derive/index.ts";
import type { NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import type { Location } from "../location.ts";
import { isElementwise, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import type { ProductPlaces, ProductRow } from "./products.ts";
import type { Readers } from "./readers.ts";
import { partsOf, widthOf } from "./side-by-side.ts";

/** Gives kept values of the forward step the places of products. */
export function keepInPlace(context: PlaceContext, products: ProductPlaces, readers: Readers): void {
  const { derivation, placed } = context;
  const { nodes, timings, stored, nextValues } = derivation;
  const kept = [...stored].flatMap(([id, extent]) => {
    const timing = timings[id];
    const fits =
      extent === "sequence" && isElementwise(nodes[id]!) && timing?.backward === false && !nextValues.has(id);
    return fits ? [{ id, timing }] : [];
  });
  // The earliest that follows from a product is its own gate.
  kept.sort((one, other) => one.id - other.id);
  for (const { terms } of products.rows) {
    for (const { node: product } of terms) {
      const [stage, ...others] = readers.of(product);
      if (stage === undefined || others.length > 0 || stage.backward || readers.isOperand(product)) continue;
      const home = nodes[product]!.shape[0];
      const candidates = kept.filter(
        ({ id, timing }) => !placed.has(id) && isSameStage(timing, stage) && nodes[id]!.shape[0] === home,
      );
      const follows = dependsOn(nodes.slice(0, derivation.gradient.forwardCount), (node) => node === nodes[product]);
      const chosen = candidates.find(({ id }) => follows[id]) ?? candidates[0];
      if (chosen !== undefined) place(context, chosen.id, known(placed.get(product), "a product's place"));
    }
  }
}

/** A row for the gradients of a group of products, in the place of a row whose values only the map that writes them still reads. */
export function findFreeRow(
  context: PlaceContext,
  { group, products, readers, taken }: FreeRowOptions,
): readonly Location[] | undefined {
  const { derivation, allocator } = context;
  const stage = writingStage(context, group);
  if (stage === undefined) return undefined;
  const heights = group.terms.map(({ matrix }) => allocator.size(derivation.nodes[matrix]!.shape, 0));
  const row = products.rows.find(
    (one) =>
      !taken.has(one) &&
      one.terms.length === heights.length &&
      one.location.columns === widthOf(heights) &&
      one.terms.every(({ node }, i) => allocator.size(derivation.nodes[node]!.shape, 0) === heights[i]) &&
      valuesIn(context, one).every((id) => isFree(id, stage, readers)),
  );
  if (row === undefined) return undefined;
  taken.add(row);
  return partsOf(row.location, heights);
}

export interface FreeRowOptions {
  readonly group: ProductGradient;
  readonly products: ProductPlaces;
  readonly readers: Readers;
  /** Rows that are given away; the one found is added. */
  readonly taken: Set<ProductRow>;
}

/** The one stage whose map writes all gradients of the group, if there is one. */
function writingStage({ derivation }: PlaceContext, group: ProductGradient): Stage | undefined {
  const index = derivation.products.indexOf(group);
  const writers = derivation.backward.filter(({ exports }) =>
    exports.some(({ to }) => to.kind === "slot" && !to.once && to.group === index),
  );
  const [stage, ...others] = writers;
  const areElementwise = group.terms.every(({ adjoint }) => isElementwise(derivation.nodes[adjoint]!));
  const homes = new Set(group.terms.map(({ adjoint }) => derivation.nodes[adjoint]!.shape[0]));
  return others.length === 0 && areElementwise && homes.size === 1 ? stage : undefined;
}

/** The values that lie in a row: its products, and what has taken their places. */
function valuesIn({ placed }: PlaceContext, { location, terms }: ProductRow): readonly NodeId[] {
  const inRow = [...placed].flatMap(([id, at]) => (at.buffer === location.buffer ? [id] : []));
  return [...new Set([...terms.map(({ node }) => node), ...inRow])];
}

function isFree(id: NodeId, stage: Stage, readers: Readers): boolean {
  const stages = readers.of(id).filter(({ backward }) => backward);
  return !readers.isOperand(id) && stages.every((one) => isSameStage(one, stage));
}
