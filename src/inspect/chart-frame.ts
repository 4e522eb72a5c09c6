/** What stands around the lines of every chart: title, legend, axes, grid and note, placed so that no two touch. */
import type { Axis, Tick } from "./chart-scale.ts";
import { thinTicks } from "./chart-scale.ts";
import { element, group, textElement } from "./svg.ts";
import { fitText, textWidth, wrapText } from "./text-width.ts";

/** Sizes of text in pixels. */
const headingSize = 16;
const textSize = 12;
const lineHeight = 17;
const margin = 16;

export interface LegendItem {
  readonly name: string;
  /** The class of the series; `band` draws a patch. */
  readonly className: string;
}

export interface FrameOptions {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly legend: readonly LegendItem[];
  /** What the vertical axis measures, with its unit. */
  readonly yLabel?: string | undefined;
  readonly xLabel?: string | undefined;
  /** Below the chart. */
  readonly note?: string | undefined;
  /** Said where there is no finite value. */
  readonly nothing?: string | undefined;
  /** The horizontal labels take two lines. */
  readonly twoLines?: boolean;
}

/** The rectangle for the data, in pixels, and what stands above and below it. */
export interface Frame {
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
  readonly content: readonly string[];
  readonly options: FrameOptions;
}

interface Placed {
  readonly item: LegendItem;
  readonly name: string;
  readonly x: number;
  readonly row: number;
}

/** Legend items in rows from the left; a name is cut where it would not fit in a row of its own. */
function placeLegend(items: readonly LegendItem[], limit: number): readonly Placed[] {
  let x = 0;
  let row = 0;
  return items.map((item) => {
    const name = fitText(item.name, limit - 30, textSize);
    const width = 30 + textWidth(name, textSize);
    if (x > 0 && x + width > limit) {
      x = 0;
      row++;
    }
    const placed = { item, name, x: margin + x, row };
    x += width + 22;
    return placed;
  });
}

function drawLegendItem(placed: Placed, top: number): string {
  const y = top + placed.row * lineHeight + 8;
  const { className } = placed.item;
  const sample =
    className === "band"
      ? element("rect", { class: "band", x: placed.x, y: y - 6, width: 24, height: 12 })
      : element("path", { class: `line ${className}`, d: `M${placed.x},${y}h24` });
  return `${sample}${textElement(placed.name, { class: "text", x: placed.x + 30, y: y + 4 })}`;
}

/** Places everything that does not depend on the axes. */
export function planFrame(options: FrameOptions): Frame {
  const { width, height } = options;
  const limit = width - 2 * margin;
  const title = wrapText(options.title, { limit, size: headingSize, lines: 2, weight: "bold" });
  const content = title.map((line, at) => textElement(line, { class: "heading", x: margin, y: margin + 14 + at * 20 }));
  let top = margin + title.length * 20 + 4;
  const legend = placeLegend(options.legend, limit);
  content.push(
    group(
      "legend",
      legend.map((placed) => drawLegendItem(placed, top)),
    ),
  );
  if (legend.length > 0) top += ((legend.at(-1)?.row ?? 0) + 1) * lineHeight + 4;
  if (options.yLabel !== undefined) {
    content.push(textElement(fitText(options.yLabel, limit, textSize), { class: "text", x: margin, y: top + 14 }));
    top += lineHeight + 2;
  }
  let bottom = height - 12;
  const note = wrapText(options.note ?? "", { limit, size: textSize, lines: 3 });
  bottom -= note.length * lineHeight;
  content.push(
    ...note.map((line, at) => textElement(line, { class: "text", x: margin, y: bottom + 11 + at * lineHeight })),
  );
  if (note.length > 0) bottom -= 6;
  if (options.xLabel !== undefined) bottom -= lineHeight;
  bottom -= (options.twoLines === true ? 2 : 1) * 15 + 6;
  return { top: top + 8, bottom, right: width - margin - 8, content, options };
}

/** Where the data begin on the left: right of the widest label of the vertical axis. */
export function leftOf(axis: Axis): number {
  return margin + axis.ticks.reduce((width, tick) => Math.max(width, textWidth(tick.label, textSize)), 10) + 8;
}

function drawTick(tick: Tick, bottom: number): string {
  const mark = element("path", { class: "axis", d: `M${Math.round(tick.at) + 0.5},${Math.round(bottom) + 0.5}v5` });
  const label = textElement(tick.label, { class: "text middle", x: tick.at, y: bottom + 18 });
  const below =
    tick.below === undefined ? "" : textElement(tick.below, { class: "text middle", x: tick.at, y: bottom + 33 });
  return `${mark}${label}${below}`;
}

/** Vertical ticks whose labels do not touch: in a low chart only some. */
function thinRows(ticks: readonly Tick[]): readonly Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) if (Math.abs(tick.at - (kept.at(-1)?.at ?? Infinity)) >= 14) kept.push(tick);
  return kept;
}

/** Grid, labels of both axes, and the base line; `from` and `to` are the data's left and right edge. */
export function drawAxes(
  frame: Frame,
  axes: { readonly x: Axis; readonly y: Axis; readonly left: number },
): readonly string[] {
  const { left } = axes;
  const { bottom, right, options } = frame;
  const ticks = thinRows(axes.y.ticks);
  const grid = ticks.map((tick) =>
    element("path", { class: "grid", d: `M${Math.round(left)},${Math.round(tick.at) + 0.5}H${Math.round(right)}` }),
  );
  const labels = ticks.map((tick) => textElement(tick.label, { class: "text end", x: left - 8, y: tick.at + 4 }));
  const base = element("path", {
    class: "axis",
    d: `M${Math.round(left)},${Math.round(bottom) + 0.5}H${Math.round(right)}`,
  });
  const below = thinTicks(axes.x.ticks, textSize).map((tick) => drawTick(keepInside(tick, options.width), bottom));
  const parts = [group("rules", [...grid, base]), group("labels", [...labels, ...below])];
  if (options.xLabel !== undefined) {
    const y = bottom + (options.twoLines === true ? 33 : 18) + lineHeight;
    parts.push(
      textElement(fitText(options.xLabel, right - left, textSize), { class: "text middle", x: (left + right) / 2, y }),
    );
  }
  return parts;
}

/** A label at the very edge is cut rather than left to run out of the picture. */
function keepInside(tick: Tick, width: number): Tick {
  const room = Math.max(24, 2 * (Math.min(tick.at, width - tick.at) - 2));
  return { ...tick, label: fitText(tick.label, room, textSize) };
}

/** Said in the middle of a chart without a single finite value. */
export function drawNothing(frame: Frame): string {
  return textElement(frame.options.nothing ?? "no finite values", {
    class: "text middle",
    x: frame.options.width / 2,
    y: (frame.top + frame.bottom) / 2,
  });
}
