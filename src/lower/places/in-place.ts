/**
 * Puts values where others are no longer needed. What the way back needs of a step (gates) lies where the products were that only the same map reads;
 * the gradients of products lie where the gates were that only the same map reads. A map loads everything of a column before it stores to it, so a
 * value may take the place of one that its own map reads last.
 */
import { dependsOn, isSameStage } from "../../derive/index.ts";
import type { ProductGradient } from "../../derive/index.ts";
import type { NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import type { Location } from "../location.ts";
import { isElementwise, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import type { ProductPlaces, ProductRow } from "./products.ts";
import { isSameMap } from "./readers.ts";
import type { Readers, StageMap } from "./readers.ts";
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
      const [map, ...others] = readers.of(product);
      if (map === undefined || others.length > 0 || map.stage.backward || readers.isOperand(product)) continue;
      const { stage, home } = map;
      if (nodes[product]!.shape[0] !== home) continue;
      const candidates = kept.filter(
        ({ id, timing }) =>
          !placed.has(id) && isSameStage(timing, stage) && timing.home === home && nodes[id]!.shape[0] === home,
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
  const map = writingMap(context, group);
  if (map === undefined) return undefined;
  const heights = group.terms.map(({ matrix }) => allocator.size(derivation.nodes[matrix]!.shape, 0));
  const row = products.rows.find(
    (one) =>
      !taken.has(one) &&
      one.terms.length === heights.length &&
      one.location.columns === widthOf(heights) &&
      one.terms.every(({ node }, i) => allocator.size(derivation.nodes[node]!.shape, 0) === heights[i]) &&
      valuesIn(context, one).every((id) => isFree(id, map, readers)),
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

/** The one map that writes all gradients of the group, if there is one. */
function writingMap({ derivation }: PlaceContext, group: ProductGradient): StageMap | undefined {
  const index = derivation.products.indexOf(group);
  const writers = derivation.backward.flatMap((stage) =>
    stage.exports.flatMap(({ to, home }) =>
      to.kind === "slot" && !to.once && to.group === index ? [{ stage, home }] : [],
    ),
  );
  const [map] = writers;
  const areElementwise = group.terms.every(({ adjoint }) => isElementwise(derivation.nodes[adjoint]!));
  return map !== undefined && areElementwise && writers.every((one) => isSameMap(one, map)) ? map : undefined;
}

/** The values that lie in a row: its products, and what has taken their places. */
function valuesIn({ placed }: PlaceContext, { location, terms }: ProductRow): readonly NodeId[] {
  const inRow = [...placed].flatMap(([id, at]) => (at.buffer === location.buffer ? [id] : []));
  return [...new Set([...terms.map(({ node }) => node), ...inRow])];
}

/** Whether nothing on the way back reads the value, but maybe the map itself. */
function isFree(id: NodeId, map: StageMap, readers: Readers): boolean {
  const maps = readers.of(id).filter(({ stage }) => stage.backward);
  return !readers.isOperand(id) && maps.every((one) => isSameMap(one, map));
}
