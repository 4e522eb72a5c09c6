/**
 * The results of products with one operand: side by side, so that one product with the matrices side by side makes them all. Where a result of
 * the loop is only ever added to one that was made for all steps before it (U h to W x), it is added to it in its place.
 */
import type { ProductGroup } from "../../derive/index.ts";
import { argumentsOf } from "../../language/index.ts";
import type { NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import type { Location } from "../location.ts";
import { labelOfMatrices, place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { partsOf, widthOf } from "./side-by-side.ts";

/** Some products of a group, which one product makes. */
export interface ProductRow {
  readonly terms: ProductGroup["terms"];
  readonly location: Location;
  /** Whether they are added to what is there. */
  readonly accumulate: boolean;
}

export interface ProductPlaces {
  of(group: ProductGroup): readonly ProductRow[];
  /** Where the sum of two products lies as one, if this is such a sum. */
  sumOf(id: NodeId): NodeId | undefined;
  /** The rows made for all steps at once, with what is added to them. */
  readonly rows: readonly ProductRow[];
}

/** The rows of each group. */
export function placeProducts(context: PlaceContext): ProductPlaces {
  const { derivation } = context;
  const stages = [...derivation.forward, ...derivation.backward];
  const sums = findSums(context);
  const rows = new Map<ProductGroup, readonly ProductRow[]>();
  const before = stages.filter(({ phase }) => phase === "before").flatMap(({ groups }) => groups);
  for (const group of before) rows.set(group, [allocateRow(context, group.terms)]);
  const whole = before.flatMap((group) => rows.get(group)!);
  const joined = new Map<NodeId, NodeId>();
  for (const group of stages.filter(({ phase }) => phase !== "before").flatMap(({ groups }) => groups)) {
    const runs = whole.flatMap((row) => joinRuns(context, row, group, sums));
    const added = new Set(runs.flatMap(({ terms }) => terms.map(({ node }) => node)));
    const rest = group.terms.filter(({ node }) => !added.has(node));
    rows.set(group, [...runs, ...(rest.length === 0 ? [] : [allocateRow(context, rest)])]);
    for (const { node } of group.terms) if (added.has(node)) joined.set(known(sums.get(node), "a sum").sum, node);
  }
  return {
    of: (group) => known(rows.get(group), "the products' rows"),
    sumOf: (id) => {
      const term = joined.get(id);
      return term === undefined ? undefined : known(sums.get(term), "a sum").to;
    },
    rows: whole,
  };
}

function allocateRow(context: PlaceContext, terms: ProductGroup["terms"]): ProductRow {
  const { derivation, allocator } = context;
  const extents = terms.map(({ node }) => known(derivation.stored.get(node), "a product's extent"));
  const heights = heightsOf(context, terms);
  const location = allocator.allocate({
    label: `products.${labelOfMatrices(context, terms)}`,
    extent: extents.includes("sequence") ? "sequence" : known(extents[0], "a product"),
    columns: widthOf(heights),
  });
  partsOf(location, heights).forEach((part, i) => place(context, terms[i]!.node, part));
  return { terms, location, accumulate: false };
}

function heightsOf({ derivation, allocator }: PlaceContext, terms: ProductGroup["terms"]): number[] {
  return terms.map(({ node }) => allocator.size(derivation.nodes[node]!.shape, 0));
}

/** A product of the loop that is added to one made before it, and the node of their sum. */
interface Sum {
  readonly to: NodeId;
  readonly sum: NodeId;
}

/** Every product of the forward loop that nothing reads but its sum with a product made before the loop, which nothing else reads either. */
function findSums({ derivation }: PlaceContext): ReadonlyMap<NodeId, Sum> {
  const { nodes, timings, cell } = derivation;
  const uses = nodes.map(() => 0);
  for (const node of nodes) for (const arg of argumentsOf(node)) uses[arg]!++;
  for (const id of [...cell.graph.next.values(), cell.graph.output]) uses[id]!++;
  const isLoneProduct = (id: NodeId, phase: "before" | "loop"): boolean =>
    nodes[id]!.kind === "product" && timings[id]?.phase === phase && !timings[id].backward && uses[id] === 1;
  const sums = new Map<NodeId, Sum>();
  nodes.forEach((node, sum) => {
    if (node.kind !== "apply" || node.operation !== "add" || timings[sum]?.backward !== false) return;
    const [a, b] = node.args as readonly [NodeId, NodeId];
    for (const [to, from] of [
      [a, b],
      [b, a],
    ] as const) {
      if (isLoneProduct(to, "before") && isLoneProduct(from, "loop")) sums.set(from, { to, sum });
    }
  });
  return sums;
}

/** The runs of a row to which products of the group are added: neighbours, so that one product makes each run. */
function joinRuns(
  context: PlaceContext,
  row: ProductRow,
  group: ProductGroup,
  sums: ReadonlyMap<NodeId, Sum>,
): readonly ProductRow[] {
  const added = row.terms.map(({ node: to }) => group.terms.find(({ node }) => sums.get(node)?.to === to));
  const parts = partsOf(row.location, heightsOf(context, row.terms));
  const runs: { terms: ProductGroup["terms"][number][]; first: number }[] = [];
  added.forEach((term, i) => {
    if (term === undefined) return;
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.terms.length === i) last.terms.push(term);
    else runs.push({ terms: [term], first: i });
  });
  return runs.map(({ terms, first }) => {
    const columns = widthOf(heightsOf(context, terms));
    return { terms, location: { ...parts[first]!, columns }, accumulate: true };
  });
}
