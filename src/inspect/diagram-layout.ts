/** Places a data flow from left to right with Dagre: several tries from different orders, of which the one that is easiest to follow is kept. */
import { known } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { createLayoutGraph, runLayout } from "./dagre.ts";
import type { LayoutGraph } from "./dagre.ts";
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";
import { plainText, richWidth, wrapRichText } from "./rich-text.ts";
import type { RichText } from "./rich-text.ts";
import { textWidth } from "./text-width.ts";

/** Sizes of text in pixels. */
export const labelSize = 13;
export const captionSize = 11;
export const lineHeight = 19;
/** Formulas are broken into lines of about this many pixels. */
const formulaWidth = 250;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode {
  readonly node: FlowNode;
  readonly lines: readonly RichText[];
  /** The centre. */
  readonly x: number;
  readonly y: number;
  /** Of the drawn shape; names and captions lie outside. */
  readonly width: number;
  readonly height: number;
}

/** Nodes below one another, and the pixels from the left of the widest to its right. */
export interface Column {
  readonly x: number;
  readonly left: number;
  readonly right: number;
}

/** An arrow and the heights at which it passes the columns between its ends. */
export interface Route {
  readonly edge: FlowEdge;
  readonly from: PlacedNode;
  readonly to: PlacedNode;
  readonly passes: readonly { readonly column: Column; readonly y: number }[];
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly routes: readonly Route[];
  readonly columns: readonly Column[];
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly RichText[];
}

/** A box begins with the name of its value: `i_t = σ(…)`. */
function formulaOf(node: FlowNode): RichText {
  return node.name === undefined || node.kind === "operator"
    ? node.label
    : [...node.name, ...plainText(" = "), ...node.label];
}

/** `arriving` is the number of arrows into a node: a circle grows into an upright pill for many. */
function measure(node: FlowNode, arriving: number): Size {
  if (node.kind === "junction") return { width: 8, height: 8, lines: [] };
  const lines = wrapRichText(formulaOf(node), formulaWidth, labelSize);
  const text = lines.reduce((width, line) => Math.max(width, richWidth(line, labelSize)), 0);
  if (node.kind === "operator")
    return { width: Math.max(30, text + 16), height: Math.max(30, (arriving - 1) * 10 + 12), lines };
  return { width: Math.max(38, text + 24), height: Math.max(32, lines.length * lineHeight + 14), lines };
}

/** Names above circles and captions below pills need room too, kept on both sides so that the shape stays in the middle. */
function roomOf(node: FlowNode, size: Size): { width: number; height: number } {
  const name = node.kind === "operator" && node.name !== undefined ? 18 : 0;
  const caption = node.caption === undefined ? 0 : 14;
  const captionWidth = node.caption === undefined ? 0 : textWidth(node.caption, captionSize);
  return { width: Math.max(size.width, captionWidth), height: size.height + 2 * Math.max(name, caption) };
}

const firstColumn: ReadonlySet<string> = new Set(["input", "previous"]);
const lastColumn: ReadonlySet<string> = new Set(["next", "output"]);
/** Boxes that read what comes in stand below one another, right after it. */
const early: ReadonlySet<string> = new Set(["gate", "sum", "junction"]);

/** Runs Dagre over nodes and edges in the given order. Two hidden nodes hold what comes in in the first column and what goes out in the last. */
function runDagre(flow: Flow, sizes: ReadonlyMap<string, Size>, order: Order): LayoutGraph {
  const graph = createLayoutGraph();
  graph.setGraph({ rankdir: "LR", ranksep: 46, nodesep: 16, edgesep: 14 });
  for (const node of order.nodes) graph.setNode(node.id, { ...roomOf(node, known(sizes.get(node.id), node.id)) });
  graph.setNode("first", { width: 0, height: 0 });
  graph.setNode("last", { width: 0, height: 0 });
  const kinds = new Map(flow.nodes.map(({ id, kind }) => [id, kind]));
  for (const edge of order.edges) {
    const weight = early.has(kinds.get(edge.to) ?? "") ? 3 : 1;
    graph.setEdge(edge.from, edge.to, { weight, minlen: 1 }, String(flow.edges.indexOf(edge)));
  }
  for (const { id, kind } of order.nodes) {
    if (firstColumn.has(kind)) graph.setEdge("first", id, { weight: 50, minlen: 1 }, "first");
    if (lastColumn.has(kind)) graph.setEdge(id, "last", { weight: 50, minlen: 1 }, "last");
  }
  runLayout(graph);
  return graph;
}

/** Nodes with one centre form a column. */
function findColumns(nodes: readonly PlacedNode[]): readonly Column[] {
  const columns = new Map<number, Column>();
  for (const { x, width } of nodes) {
    const key = Math.round(x);
    const column = columns.get(key) ?? { x, left: x, right: x };
    columns.set(key, {
      x: column.x,
      left: Math.min(column.left, x - width / 2),
      right: Math.max(column.right, x + width / 2),
    });
  }
  return [...columns.values()].sort((a, b) => a.x - b.x);
}

/** The height at which an arrow passes a column: Dagre's own point there, or on the straight line between its neighbours. */
function heightAt(x: number, between: readonly Point[], ends: { readonly from: Point; readonly to: Point }): number {
  const exact = between.find((point) => Math.abs(point.x - x) <= 1);
  if (exact !== undefined) return exact.y;
  const before = [ends.from, ...between].findLast((point) => point.x <= x) ?? ends.from;
  const after = [...between, ends.to].find((point) => point.x > x) ?? ends.to;
  return before.y + ((x - before.x) / (after.x - before.x || 1)) * (after.y - before.y);
}

function readLayout(flow: Flow, sizes: ReadonlyMap<string, Size>, graph: LayoutGraph): Layout {
  const nodes = flow.nodes.map((node): PlacedNode => {
    const { x = 0, y = 0 } = graph.node(node.id);
    return { node, ...known(sizes.get(node.id), node.id), x, y };
  });
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const columns = findColumns(nodes);
  const routes = flow.edges.map((edge, at): Route => {
    const { points = [] } = graph.edge({ v: edge.from, w: edge.to, name: String(at) });
    const ends = { from: known(byId.get(edge.from), edge.from), to: known(byId.get(edge.to), edge.to) };
    const passed = columns.filter(({ x }) => x > ends.from.x + 1 && x < ends.to.x - 1);
    const passes = passed.map((column) => ({ column, y: heightAt(column.x, points.slice(1, -1), ends) }));
    return { edge, ...ends, passes };
  });
  const { width = 0, height = 0 } = graph.graph();
  return { nodes, routes, columns, width, height };
}

/** An arrow's heights from column to column, ends included. */
function heightsOf({ from, to, passes }: Route): readonly Point[] {
  return [from, ...passes.map(({ column, y }) => ({ x: column.x, y })), to];
}

/** Pairs of arrows that cross between two columns. */
function countCrossings(layout: Layout): number {
  const hops = new Map<number, (readonly [number, number])[]>();
  for (const route of layout.routes) {
    const heights = heightsOf(route);
    heights.slice(1).forEach((point, at) => {
      const before = heights[at] ?? point;
      const key = Math.round(before.x);
      hops.set(key, [...(hops.get(key) ?? []), [before.y, point.y]]);
    });
  }
  let crossings = 0;
  for (const pairs of hops.values()) {
    pairs.forEach((a, at) => {
      for (const b of pairs.slice(at + 1)) if ((a[0] - b[0]) * (a[1] - b[1]) < 0) crossings++;
    });
  }
  return crossings;
}

/**
 * How hard a layout is to follow. Crossings count most; then arrows that climb; then a state that ends at another height than it began, as it
 * should look like a line that goes on; and an input that is not the lowest of what comes in.
 */
function judge(layout: Layout): number {
  const climb = layout.routes.reduce((sum, route) => {
    const heights = heightsOf(route);
    return sum + heights.slice(1).reduce((own, point, at) => own + Math.abs(point.y - (heights[at]?.y ?? point.y)), 0);
  }, 0);
  const named = (kind: string): readonly PlacedNode[] => layout.nodes.filter(({ node }) => node.kind === kind);
  const next = new Map(named("next").map((placed) => [placed.node.id.replace("next ", "state "), placed]));
  const drift = named("previous").reduce((sum, { node, y }) => sum + Math.abs(y - (next.get(node.id)?.y ?? y)), 0);
  const highest = Math.min(...named("input").map(({ y }) => y));
  const misplaced = named("previous").filter(({ y }) => y > highest).length;
  return countCrossings(layout) + climb / 110 + drift / 70 + 4 * misplaced;
}

interface Order {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

/** Dagre's result depends on the order it is given nodes in: this many shuffled ones are tried beside the flow's own, fewer for large flows. */
const defaultTries = 11;

function listOrders(flow: Flow, tries: number): readonly Order[] {
  const random = createRandom(1);
  const length = Math.min(tries, Math.floor((tries * 50) / flow.nodes.length));
  const shuffled = Array.from({ length }, (): Order => ({
    nodes: random.shuffle([...flow.nodes]),
    edges: random.shuffle([...flow.edges]),
  }));
  return [flow, ...shuffled];
}

function moveNodes(placed: Layout, move: (node: PlacedNode) => PlacedNode): Layout {
  const nodes = placed.nodes.map(move);
  const byId = new Map(nodes.map((node) => [node.node.id, node]));
  const routes = placed.routes.map((route) => ({
    ...route,
    from: known(byId.get(route.edge.from), route.edge.from),
    to: known(byId.get(route.edge.to), route.edge.to),
  }));
  return { ...placed, nodes, routes };
}

/** The same picture upside down, as good as the other for Dagre. */
function turnOver(placed: Layout): Layout {
  const turned = moveNodes(placed, (node) => ({ ...node, y: placed.height - node.y }));
  const routes = turned.routes.map((route) => ({
    ...route,
    passes: route.passes.map(({ column, y }) => ({ column, y: placed.height - y })),
  }));
  return { ...turned, routes };
}

/** The column a node stands in. */
export function columnOf({ x }: Point, columns: readonly Column[]): Column {
  return known(
    columns.find(({ left, right }) => left - 1 <= x && x <= right + 1),
    "the column of a node",
  );
}

/** Arrows run together at the left of the junction's column: that is where its dot belongs. */
function moveJunctions(placed: Layout): Layout {
  return moveNodes(placed, (node) =>
    node.node.kind === "junction" ? { ...node, x: columnOf(node, placed.columns).left + node.width / 2 } : node,
  );
}

/** Positions of all nodes and the columns and heights of all arrows; the same for the same flow. */
export function layOutFlow(flow: Flow, tries: number = defaultTries): Layout {
  const sizes = new Map(
    flow.nodes.map((node) => [node.id, measure(node, flow.edges.filter(({ to }) => to === node.id).length)]),
  );
  const layouts = listOrders(flow, tries).flatMap((order) => {
    const placed = readLayout(flow, sizes, runDagre(flow, sizes, order));
    return [placed, turnOver(placed)];
  });
  const judged = layouts.map((placed) => ({ placed, cost: judge(placed) }));
  const best = judged.reduce((best, other) => (other.cost < best.cost - 1e-9 ? other : best));
  return moveJunctions(best.placed);
}
