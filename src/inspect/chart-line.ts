/** Lines and bands as SVG paths: gaps where values are missing, and no more points than pixels can show. */
import { area, line } from "d3-shape";
import { element, printCoordinate } from "./svg.ts";

/** A point in pixels; `y` is NaN where the value is missing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * At most four points for each pixel column (the first, the least, the greatest and the last): the drawn line is the same.
 * Gaps stay. `x` must not decrease.
 */
export function thinPoints(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  let at = 0;
  while (at < points.length) {
    const first = points[at];
    if (first === undefined) break;
    let end = at;
    while (end < points.length && sameColumn(first, points[end])) end++;
    end = Math.max(end, at + 1);
    kept.push(...thinColumn(points.slice(at, end)));
    at = end;
  }
  return kept;
}

function sameColumn(first: Point, other: Point | undefined): boolean {
  return (
    other !== undefined &&
    Math.floor(first.x) === Math.floor(other.x) &&
    Number.isNaN(first.y) === Number.isNaN(other.y)
  );
}

function thinColumn(column: readonly Point[]): readonly Point[] {
  if (column.length <= 4) return column;
  const last = column.length - 1;
  let [least, most] = [0, 0];
  column.forEach((point, at) => {
    if (point.y < (column[least]?.y ?? NaN)) least = at;
    if (point.y > (column[most]?.y ?? NaN)) most = at;
  });
  const kept = [...new Set([0, least, most, last])].sort((a, b) => a - b);
  return kept.flatMap((at) => column[at] ?? []);
}

function countPresent(points: readonly Point[]): number {
  return points.reduce((count, point) => count + (Number.isNaN(point.y) ? 0 : 1), 0);
}

function isAlone(points: readonly Point[], at: number): boolean {
  return Number.isNaN(points[at - 1]?.y ?? NaN) && Number.isNaN(points[at + 1]?.y ?? NaN);
}

/** A series as a path, with dots on points that have no neighbour, or on all where there are few. */
export function drawLine(points: readonly Point[], className: string): string {
  const thin = thinPoints(points);
  const draw = line<Point>(
    (point) => point.x,
    (point) => point.y,
  )
    .defined((point) => !Number.isNaN(point.y))
    .digits(2);
  const path = draw([...thin]);
  const few = countPresent(thin) <= 24;
  const dots = thin.flatMap((point, at) =>
    !Number.isNaN(point.y) && (few || isAlone(thin, at))
      ? [element("circle", { class: `fill-${className}`, cx: point.x, cy: point.y, r: 2.6 })]
      : [],
  );
  return (path === null ? "" : element("path", { class: `line ${className}`, d: path })) + dots.join("");
}

/** The room between two lines, where both have a value. */
export function drawBand(low: readonly Point[], high: readonly Point[]): string {
  const pairs = low.map((point, at) => ({ x: point.x, low: point.y, high: high[at]?.y ?? NaN }));
  const draw = area<(typeof pairs)[number]>(
    (pair) => pair.x,
    (pair) => pair.low,
    (pair) => pair.high,
  )
    .defined((pair) => !Number.isNaN(pair.low) && !Number.isNaN(pair.high))
    .digits(2);
  const path = draw(pairs);
  return path === null ? "" : element("path", { class: "band", d: path });
}

/** Samples at one place: a dot each, on a rule from the least to the most. Nothing for fewer than two. */
export function drawSpread(points: readonly Point[], className: string): string {
  const present = points.filter(({ y }) => !Number.isNaN(y));
  const [first] = present;
  if (first === undefined || present.length < 2) return "";
  const heights = present.map(({ y }) => y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)].map(printCoordinate);
  const x = printCoordinate(first.x);
  const rule = element("path", {
    class: className,
    fill: "none",
    "stroke-width": 1,
    "stroke-opacity": 0.6,
    d: `M${x},${top ?? ""}V${bottom ?? ""}`,
  });
  const dots = present.map((point) =>
    element("circle", { class: `fill-${className}`, "fill-opacity": 0.5, cx: point.x, cy: point.y, r: 1.8 }),
  );
  return rule + dots.join("");
}

/** A level rule from the least to the most of several places, with an end at each. Nothing for fewer than two. */
export function drawRange(places: readonly number[], y: number): string {
  if (places.length < 2) return "";
  const [from, to] = [Math.min(...places), Math.max(...places)].map(printCoordinate);
  const [up, down] = [y - 4, y + 4].map(printCoordinate);
  const d = `M${from ?? ""},${up ?? ""}V${down ?? ""}M${to ?? ""},${up ?? ""}V${down ?? ""}M${from ?? ""},${printCoordinate(y)}H${to ?? ""}`;
  return element("path", { class: "axis", fill: "none", d });
}

/** A vertical rule through the chart, for a moment worth naming. */
export function drawRule(x: number, edges: { readonly top: number; readonly bottom: number }): string {
  return element("path", {
    class: "axis",
    "stroke-dasharray": "3 3",
    d: `M${printCoordinate(x)},${printCoordinate(edges.top)}V${printCoordinate(edges.bottom)}`,
  });
}
