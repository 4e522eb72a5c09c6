/** Arrows as SVG paths: straight where they pass a column of nodes, curved only between two. */
import { known } from "../util/errors.ts";
import { columnOf } from "./diagram-layout.ts";
import type { Layout, PlacedNode, Point, Route } from "./diagram-layout.ts";
import type { FlowEdge } from "./flow.ts";
import { printCoordinate } from "./svg.ts";

/** Arrow heads are this long. */
export const headLength = 8;

export interface DrawnEdge {
  readonly edge: FlowEdge;
  /** SVG path data, ending within the arrow head. */
  readonly path: string;
  /** The tip of the arrow head, which points to the right; none where arrows run together. */
  readonly tip: Point | undefined;
  /** Which side of the arrow is free for a mark. */
  readonly side: "above" | "below";
}

/** Arrows into one node arrive side by side, in the order of where they come from. */
function choosePorts(routes: readonly Route[]): ReadonlyMap<Route, number> {
  const ports = new Map<Route, number>();
  for (const target of new Set(routes.map(({ to }) => to))) {
    const before = ({ passes, from }: Route): number => passes.at(-1)?.y ?? from.y;
    const arriving = routes.filter(({ to }) => to === target).sort((a, b) => before(a) - before(b));
    arriving.forEach((route, order) =>
      ports.set(route, target.y + (order - (arriving.length - 1) / 2) * portGap(target, arriving.length)),
    );
  }
  return ports;
}

function portGap({ node, height }: PlacedNode, count: number): number {
  if (node.kind === "junction") return 0;
  return Math.min(node.kind === "operator" ? 10 : 12, (height * 0.66) / Math.max(1, count - 1));
}

/** Where a horizontal line at height `y` meets the left side of a node. */
function leftBorder({ node, x, y: middle, width, height }: PlacedNode, y: number): number {
  if (node.kind === "junction") return x;
  // The ends of all but boxes are half circles.
  const radius =
    node.kind === "gate" || node.kind === "sum" || node.kind === "function" ? 0 : Math.min(width, height) / 2;
  const above = Math.max(0, Math.abs(y - middle) - (height / 2 - radius));
  return x - width / 2 + radius - Math.sqrt(Math.max(0, radius ** 2 - above ** 2));
}

/** `start`, then for each stop a curve up to its column's left and a line to its right, and a line to `end`. */
function printPath(
  start: Point,
  stops: readonly { readonly left: number; readonly right: number; readonly y: number }[],
  end: number,
): string {
  const print = printCoordinate;
  let { x, y } = start;
  let path = `M${print(x)},${print(y)}`;
  const lineTo = (to: number): void => {
    if (to > x + 0.5) path += `H${print(to)}`;
    x = Math.max(x, to);
  };
  for (const stop of stops) {
    const left = Math.min(stop.left, end);
    const middle = print((x + left) / 2);
    if (Math.abs(stop.y - y) < 0.05) lineTo(left);
    else path += `C${middle},${print(y)} ${middle},${print(stop.y)} ${print(left)},${print(stop.y)}`;
    [x, y] = [left, stop.y];
    lineTo(Math.min(stop.right, end));
  }
  lineTo(end);
  return path;
}

/** All arrows of a layout. */
export function routeArrows({ routes, columns }: Layout): readonly DrawnEdge[] {
  const ports = choosePorts(routes);
  return routes.map((route): DrawnEdge => {
    const { edge, from, to, passes } = route;
    const y = known(ports.get(route), "the port of an arrow");
    const tip = { x: leftBorder(to, y), y };
    const joins = to.node.kind === "junction";
    const start = { x: from.x + from.width / 2, y: from.y };
    const own = columnOf(from, columns).right;
    const stops = [
      { left: own, right: own, y: from.y },
      ...passes.map((pass) => ({ ...pass.column, y: pass.y })),
      { left: columnOf(to, columns).left, right: tip.x, y },
    ];
    return {
      edge,
      path: printPath(start, stops, joins ? tip.x : tip.x - headLength + 1),
      tip: joins ? undefined : tip,
      side: y > to.y ? "below" : "above",
    };
  });
}
