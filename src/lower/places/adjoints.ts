/**
 * The gradients of products' results, side by side for each group of products with one operand: so that one outer product makes all weight
 * gradients of a group, and one product its pullback. Groups with the same gradients share a row; so does a group whose gradients follow one
 * another within a larger group's.
 */
import type { ProductGradient } from "../../derive/index.ts";
import type { NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import type { Location } from "../location.ts";
import { labelOfMatrices, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { findFreeRow } from "./in-place.ts";
import type { ProductPlaces, ProductRow } from "./products.ts";
import type { Readers } from "./readers.ts";
import { partsOf, widthOf } from "./side-by-side.ts";

export interface AdjointPlaces {
  /** The place of each term's gradient, and whether it is this group that writes them. */
  of(group: ProductGradient): { readonly parts: readonly Location[]; readonly isOwner: boolean };
  /** The places of these gradients, which some group has in this order. `once`: summed over all rows. */
  find(adjoints: readonly NodeId[], once: boolean): readonly Location[];
}

interface Row {
  readonly owner: ProductGradient;
  readonly once: boolean;
  readonly adjoints: readonly NodeId[];
  readonly parts: readonly Location[];
}

export function placeAdjoints(context: PlaceContext, products: ProductPlaces, readers: Readers): AdjointPlaces {
  const { derivation } = context;
  const rows: Row[] = [];
  const taken = new Set<ProductRow>();

  const search = (
    adjoints: readonly NodeId[],
    once: boolean,
  ): { readonly parts: readonly Location[]; readonly owner: ProductGradient } | undefined => {
    for (const row of rows) {
      const start = row.once === once ? runWithin(adjoints, row.adjoints) : -1;
      if (start >= 0) return { parts: row.parts.slice(start, start + adjoints.length), owner: row.owner };
    }
    return undefined;
  };
  const find = (adjoints: readonly NodeId[], once: boolean): ReturnType<typeof search> & object =>
    known(search(adjoints, once), "the place of gradients");

  const onceGroups = new Set(derivation.onceProducts);
  const largestFirst = [...derivation.products, ...derivation.onceProducts].sort(
    (one, other) => other.terms.length - one.terms.length,
  );
  for (const group of largestFirst) {
    const once = onceGroups.has(group);
    const adjoints = adjointsOf(group);
    if (search(adjoints, once) !== undefined) continue;
    const free = once ? undefined : findFreeRow(context, { group, products, readers, taken });
    rows.push({
      owner: group,
      once,
      adjoints,
      parts: placeRow(context, group, free ?? allocateRow(context, group, once)),
    });
  }
  return {
    of: (group) => {
      const { parts, owner } = find(adjointsOf(group), onceGroups.has(group));
      return { parts, isOwner: owner === group };
    },
    find: (adjoints, once) => find(adjoints, once).parts,
  };
}

function adjointsOf({ terms }: ProductGradient): readonly NodeId[] {
  return terms.map(({ adjoint }) => adjoint);
}

/** A row of its own for a group's gradients. */
function allocateRow(context: PlaceContext, { terms }: ProductGradient, once: boolean): readonly Location[] {
  const { allocator, derivation } = context;
  const heights = terms.map(({ matrix }) => allocator.size(derivation.nodes[matrix]!.shape, 0));
  const label = `adjoints.${labelOfMatrices(context, terms)}`;
  const row = allocator.allocate({ label, extent: once ? "shared" : "sequence", columns: widthOf(heights) });
  return partsOf(row, heights);
}

/** Gradients that are stored anyway are stored in their group's row, but for a pullback that reads the same row. */
function placeRow(context: PlaceContext, { terms }: ProductGradient, parts: readonly Location[]): readonly Location[] {
  const { nodes, stored } = context.derivation;
  const inRow = new Set(terms.map(({ adjoint }) => adjoint));
  terms.forEach(({ adjoint }, i) => {
    const node = nodes[adjoint]!;
    const readsRow = node.kind === "pullback" && node.terms.some(({ vector }) => inRow.has(vector));
    if (stored.has(adjoint) && node.shape.length > 0 && !readsRow) place(context, adjoint, parts[i]!);
  });
  return parts;
}

/** Where `part` stands as a run within `whole`, or -1. */
function runWithin(part: readonly NodeId[], whole: readonly NodeId[]): number {
  return whole.findIndex((_, start) => part.every((id, i) => whole[start + i] === id));
}
