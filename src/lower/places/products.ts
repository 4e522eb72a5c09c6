/** The results of products with one operand: side by side, so that one product with the matrices side by side makes them all. */
import type { ProductGroup } from "../../derive/index.ts";
import { known } from "../../util/errors.ts";
import type { Location } from "../location.ts";
import { labelOfMatrices, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { partsOf, widthOf } from "./side-by-side.ts";

/** The row of each group of products. */
export function placeProducts(context: PlaceContext): ReadonlyMap<ProductGroup, Location> {
  const { derivation, allocator } = context;
  const rows = new Map<ProductGroup, Location>();
  for (const group of [...derivation.forward, ...derivation.backward].flatMap((stage) => stage.groups)) {
    const { terms } = group;
    const extents = terms.map(({ node }) => known(derivation.stored.get(node), "a product's extent"));
    const heights = terms.map(({ node }) => allocator.size(derivation.nodes[node]!.shape, 0));
    const row = allocator.allocate({
      label: `products.${labelOfMatrices(context, terms)}`,
      extent: extents.includes("sequence") ? "sequence" : known(extents[0], "a product"),
      columns: widthOf(heights),
    });
    partsOf(row, heights).forEach((part, i) => place(context, terms[i]!.node, part));
    rows.set(group, row);
  }
  return rows;
}
