/** Values over time and units as a standalone SVG: a column for each step, a row for each unit, a colour for each value. */
import { localiseNumber, printSignificant, raisePower } from "./format-number.ts";
import { meaningCommon, meaningPalette } from "./meaning-palette.ts";
import type { Tone } from "./meaning-palette.ts";
import { element, group, printPicture, textElement } from "./svg.ts";
import type { Theme } from "./svg.ts";
import { textWidth, wrapText } from "./text-width.ts";
import { RecurraError } from "../util/errors.ts";

export interface HeatMap {
  readonly title: string;
  /** What a screen reader says of it; the title if absent. */
  readonly description?: string;
  /** `[steps, units]`, a step's units side by side. NaN where there is none. */
  readonly values: ArrayLike<number>;
  readonly steps: number;
  readonly units: number;
  /** `share` for values from 0 to 1, as of gates; `diverging` for both signs, the negative ones red. */
  readonly scale: "share" | "diverging";
  readonly tone: Tone;
  /** The value with the full colour: 1 for `share`, the largest size of all values for `diverging`, if absent. */
  readonly most?: number;
  /** What is read at each step; numbers stand where there is no room for them. */
  readonly stepLabels?: readonly string[];
  /** The number of the first step: 1. */
  readonly firstStep?: number;
  readonly unitLabel?: string;
  readonly stepLabel?: string;
  /** Pixels: 420. */
  readonly width?: number;
  readonly theme?: Theme;
  /** The language that numbers are written in, as a tag such as `"vi"`; as in English if absent. */
  readonly locale?: string;
}

const margin = 12;
const textSize = 12;
/** Room for the numbers of the first and the last unit. */
const leftRoom = 34;
/** Colours that are told apart, of each sign. */
const levels = 24;

/** The largest size of a finite value; 1 where all are zero or none is finite, so that a scale can be made of it. */
export function findMost(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at] ?? NaN);
    if (size > most && size < Infinity) most = size;
  }
  return most === 0 ? 1 : most;
}

/** The picture. Throws `util/bad-argument` where the values are not as many as steps and units make. */
export function drawHeatMap(map: HeatMap): string {
  const { title, description = title, values, steps, units, scale, tone, width = 420, theme = "auto" } = map;
  if (values.length !== steps * units || values.length === 0)
    throw new RecurraError(
      "util/bad-argument",
      `A heat map of ${steps} steps and ${units} units needs ${steps * units} values, at least one; it has ${values.length}.`,
    );
  const most = map.most ?? (scale === "share" ? 1 : findMost(values));
  const heading = wrapText(title, { limit: width - 2 * margin, size: 14, lines: 2, weight: "bold" });
  const top = margin + heading.length * 18 + 8;
  const area = {
    left: margin + leftRoom,
    top,
    width: width - 2 * margin - leftRoom,
    height: Math.min(240, Math.max(units * 6, Math.min(units * 22, 88))),
  };
  const below = drawSteps(map, area);
  const legendTop = area.top + area.height + below.height + 10;
  return printPicture({
    width,
    height: legendTop + 28,
    title: description,
    theme,
    common: meaningCommon,
    palette: meaningPalette,
    content: [
      ...heading.map((line, at) => textElement(line, { class: "heading", x: margin, y: margin + 13 + at * 18 })),
      drawCells({ values, steps, units, most, scale, tone }, area),
      drawUnits(map, area),
      below.markup,
      drawLegend({ scale, tone, most, top: legendTop, left: area.left, locale: map.locale }),
    ],
  });
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Cells extends Pick<HeatMap, "values" | "steps" | "units" | "scale" | "tone"> {
  readonly most: number;
}

/** The level of a value: its share of the full colour, with its sign; of one that is no number, none. */
function levelOf(value: number, { most, scale }: Pick<Cells, "most" | "scale">): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const level = Math.round(Math.max(-1, Math.min(1, value / most)) * levels);
  return scale === "share" ? Math.max(0, level) : level;
}

/** Cells of one level are one path: a stroke of width 1 for each run of them in a row. The least is the ground itself. */
function drawCells(cells: Cells, area: Area): string {
  const { values, steps, units, tone } = cells;
  const paths = new Map<number, string[]>();
  for (let unit = 0; unit < units; unit++) {
    let start = 0;
    for (let step = 1; step <= steps; step++) {
      const level = levelOf(values[start * units + unit] ?? NaN, cells);
      if (step < steps && levelOf(values[step * units + unit] ?? NaN, cells) === level) continue;
      if (level !== undefined && level !== 0) {
        const path = paths.get(level) ?? [];
        path.push(`M${start} ${unit}.5h${step - start}`);
        paths.set(level, path);
      }
      start = step;
    }
  }
  const rows = [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, path]) =>
      element("path", {
        class: `row row-${level < 0 ? "negative" : tone}`,
        "stroke-opacity": Math.abs(level) / levels,
        d: path.join(""),
      }),
    );
  return element(
    "svg",
    {
      x: area.left,
      y: area.top,
      width: area.width,
      height: area.height,
      viewBox: `0 0 ${steps} ${units}`,
      preserveAspectRatio: "none",
      "shape-rendering": "crispEdges",
    },
    [element("rect", { class: "sunken", width: steps, height: units }), ...rows].join("\n"),
  );
}

/** The first and the last unit at the left edge, and what they are. */
function drawUnits({ units, unitLabel }: HeatMap, { left, top, height }: Area): string {
  const last = units === 1 ? "" : textElement(String(units), { class: "text end", x: left - 6, y: top + height - 1 });
  const first = textElement("1", { class: "text end", x: left - 6, y: top + (units === 1 ? height / 2 + 4 : 10) });
  const room = height - 34;
  if (unitLabel === undefined || units === 1 || textWidth(unitLabel, textSize) > room) return first + last;
  const place = `translate(${margin + 8} ${Math.round(top + height / 2)}) rotate(-90)`;
  return first + last + textElement(unitLabel, { class: "text middle", transform: place });
}

/** What is read at each step where it fits, upright or turned; else some of the steps' numbers. */
function drawSteps(map: HeatMap, area: Area): { readonly markup: string; readonly height: number } {
  const { steps, stepLabels, stepLabel, firstStep = 1 } = map;
  const size = area.width / steps;
  const bottom = area.top + area.height;
  const middleOf = (step: number): number => area.left + (step + 0.5) * size;
  const widths = stepLabels?.map((label) => textWidth(label, textSize)) ?? [];
  const widest = widths.reduce((a, b) => Math.max(a, b), 0);
  if (stepLabels !== undefined && (widest <= size || (widest < 8.5 && size >= 6))) {
    const labels = stepLabels.map((label, step) =>
      textElement(label, { class: "text middle", x: middleOf(step), y: bottom + 15 }),
    );
    return { markup: group("steps", labels), height: 18 };
  }
  if (stepLabels !== undefined && size >= 12 && widest <= 110) {
    const labels = stepLabels.map((label, step) =>
      textElement(label, {
        class: "text end",
        transform: `translate(${Math.round(10 * (middleOf(step) + 4)) / 10} ${Math.round(bottom + 5)}) rotate(-90)`,
      }),
    );
    return { markup: group("steps", labels), height: widest + 10 };
  }
  const every = chooseStride(steps, Math.floor(area.width / 44));
  const chosen = Array.from({ length: Math.ceil(steps / every) }, (_, n) => n * every);
  const numbers = chosen.map((step) =>
    textElement(String(step + firstStep), { class: "text middle", x: middleOf(step), y: bottom + 15 }),
  );
  const named =
    stepLabel === undefined
      ? ""
      : textElement(stepLabel, { class: "text middle", x: area.left + area.width / 2, y: bottom + 31 });
  return { markup: group("steps", [...numbers, named]), height: stepLabel === undefined ? 18 : 34 };
}

/** A round number of steps from one label to the next, so that there are at most so many. */
function chooseStride(steps: number, most: number): number {
  for (let power = 1; ; power *= 10)
    for (const factor of [1, 2, 5]) if (steps / (factor * power) <= Math.max(1, most)) return factor * power;
}

interface Legend {
  readonly scale: HeatMap["scale"];
  readonly tone: Tone;
  readonly most: number;
  readonly top: number;
  readonly left: number;
  readonly locale: string | undefined;
}

/** The colours from the least to the most value, with both. */
function drawLegend({ scale, tone, most, top, left, locale }: Legend): string {
  const print = (value: number): string => localiseNumber(raisePower(printSignificant(value, 3)), locale);
  const from = scale === "diverging" ? -levels : 0;
  const count = levels - from + 1;
  const size = 140 / count;
  const least = scale === "diverging" ? `\u2212${print(most)}` : print(0);
  const x = left + textWidth(least, textSize) + 6;
  const samples = Array.from({ length: count }, (_, at) =>
    element("rect", {
      class: `tone-${from + at < 0 ? "negative" : tone}`,
      "fill-opacity": Math.abs(from + at) / levels,
      x: x + at * size,
      y: top,
      width: size,
      height: 10,
    }),
  );
  return [
    textElement(least, { class: "text", x: left, y: top + 9 }),
    element("rect", { class: "sunken", x, y: top, width: 140, height: 10 }),
    ...samples,
    textElement(print(most), { class: "text", x: x + 146, y: top + 9 }),
  ].join("\n");
}
