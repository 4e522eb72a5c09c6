/** How the numbers of a parameter are spread: moments, counts in bins, and a small standalone SVG of them. */
import { meaningCommon, meaningPalette } from "./meaning-palette.ts";
import { element, group, printPicture } from "./svg.ts";
import type { Theme } from "./svg.ts";

/** Moments of numbers, and a histogram. */
export interface NumberFacts {
  readonly count: number;
  readonly mean: number;
  /** Of all numbers, not of a sample of them: the root of the mean squared distance from the mean. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** The 2-norm of all numbers together. */
  readonly norm: number;
  /** Counts in bins of one width from the least to the most. All in the middle where all numbers are equal. */
  readonly histogram: readonly number[];
}

/** The facts of numbers, of which there is at least one, with so many bins. */
export function describeNumbers(values: ArrayLike<number>, bins = 32): NumberFacts {
  let [sum, squares, least, most] = [0, 0, Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? NaN;
    sum += value;
    squares += value * value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const mean = sum / values.length;
  let distances = 0;
  const histogram = new Array<number>(bins).fill(0);
  const width = (most - least) / bins;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? NaN;
    distances += (value - mean) ** 2;
    const bin = width === 0 ? bins >> 1 : Math.min(bins - 1, Math.floor((value - least) / width));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  const deviation = Math.sqrt(distances / values.length);
  return { count: values.length, mean, deviation, least, most, norm: Math.sqrt(squares), histogram };
}

export interface HistogramPicture extends Pick<NumberFacts, "histogram" | "least" | "most"> {
  /** What a screen reader says of it. */
  readonly title: string;
  readonly theme?: Theme;
}

const size = { width: 128, height: 32 } as const;

/** Small bars from the least to the most number, with a rule at zero where it lies between them. */
export function drawHistogram({ title, histogram, least, most, theme = "auto" }: HistogramPicture): string {
  const highest = histogram.reduce((a, b) => Math.max(a, b), 1);
  const step = size.width / histogram.length;
  const bars = histogram.map((count, at) => {
    const height = ((size.height - 2) * count) / highest;
    return element("rect", { class: "tone-time", x: at * step, y: size.height - height, width: step * 0.8, height });
  });
  const zero = most > least ? (-least / (most - least)) * size.width : size.width / 2;
  const rule =
    zero < 0 || zero > size.width
      ? ""
      : element("path", { class: "row row-state", d: `M${Math.round(10 * zero) / 10} 0V${size.height}` });
  return printPicture({
    ...size,
    title,
    theme,
    common: meaningCommon,
    palette: meaningPalette,
    content: [group("bars", bars), rule],
  });
}
