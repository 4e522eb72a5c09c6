/** Points in a plane as standalone SVGs: eigenvalues beside the unit circle, and how often units stand at the ends of their range. */
import { meaningCommon, meaningPalette } from "./meaning-palette.ts";
import type { Tone } from "./meaning-palette.ts";
import { element, printPicture, textElement } from "./svg.ts";
import type { Theme } from "./svg.ts";
import { wrapText } from "./text-width.ts";
import { RecurraError } from "../util/errors.ts";

interface PlaneOptions {
  readonly title: string;
  /** What a screen reader says of it; the title if absent. */
  readonly description?: string;
  readonly tone?: Tone;
  readonly theme?: Theme;
}

export interface EigenvaluePlane extends PlaneOptions {
  readonly real: ArrayLike<number>;
  /** As many. */
  readonly imaginary: ArrayLike<number>;
  /** The names of the axes: `real` and `imaginary`. */
  readonly axes?: { readonly real: string; readonly imaginary: string };
}

const width = 320;
const margin = 12;

/** A square plane below its title. `content` has its origin in the middle of the square, whose side is given. */
function drawPlane(
  { title, description = title, theme = "auto" }: PlaneOptions,
  content: (side: number) => readonly string[],
): string {
  const lines = wrapText(title, { limit: width - 2 * margin, size: 14, lines: 2, weight: "bold" });
  const side = width - 2 * margin;
  const top = margin + lines.length * 18 + 4;
  const place = `translate(${width / 2} ${top + side / 2})`;
  return printPicture({
    width,
    height: top + side + margin,
    title: description,
    theme,
    common: meaningCommon,
    palette: meaningPalette,
    content: [
      ...lines.map((line, at) => textElement(line, { class: "heading", x: margin, y: margin + 13 + at * 18 })),
      element("g", { transform: place }, `\n${content(side).join("\n")}\n`),
    ],
  });
}

function checkPairs(what: string, first: ArrayLike<number>, second: ArrayLike<number>): void {
  if (first.length !== second.length)
    throw new RecurraError(
      "util/bad-argument",
      `The ${what} come in pairs, but there are ${first.length} and ${second.length}.`,
    );
}

/** Eigenvalues in the complex plane, with the unit circle: beyond it what a matrix is applied to again and again grows, within it fades. Throws `util/bad-argument`. */
export function drawEigenvalues(plane: EigenvaluePlane): string {
  const { real, imaginary, axes = { real: "real", imaginary: "imaginary" }, tone = "state" } = plane;
  checkPairs("parts of eigenvalues", real, imaginary);
  const most = Array.from(real, (value, at) => Math.hypot(value, imaginary[at] ?? 0)).reduce(
    (a, b) => Math.max(a, b),
    0,
  );
  return drawPlane(plane, (side) => {
    const scale = (side / 2 - 6) / Math.max(1.15, 1.1 * most);
    const half = side / 2;
    return [
      element("path", { class: "axis", d: `M${-half} 0H${half}M0 ${-half}V${half}` }),
      element("circle", { class: "axis dashed", r: scale }),
      ...Array.from(real, (value, at) =>
        element("circle", {
          class: `tone-${tone}`,
          "fill-opacity": 0.7,
          cx: value * scale,
          cy: -(imaginary[at] ?? 0) * scale,
          r: 3.5,
        }),
      ),
      textElement("1", { class: "text", x: scale + 4, y: 14 }),
      textElement(axes.real, { class: "text end", x: half, y: -6 }),
      textElement(axes.imaginary, { class: "text", x: 6, y: -half + 11 }),
    ];
  });
}

export interface SaturationPlane extends PlaneOptions {
  /** For each unit the share of steps at the lower end of its range, and at the upper: as `saturation` gives them. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** The names of the axes: `share of steps shut` and `share of steps open`. */
  readonly axes?: { readonly left: string; readonly right: string };
}

/** A circle for each unit: how often it stands at the lower end (to the right) and at the upper (upwards). None can lie beyond the diagonal. Throws `util/bad-argument`. */
export function drawSaturation(plane: SaturationPlane): string {
  const { left, right, axes = { left: "share of steps shut", right: "share of steps open" }, tone = "forget" } = plane;
  checkPairs("shares of units", left, right);
  return drawPlane(plane, (side) => {
    const [low, high] = [-side / 2 + 34, side / 2 - 34];
    const place = (share: number): number => low + share * (high - low);
    return [
      element("path", { class: "axis", d: `M${low} ${-high}V${-low}H${high}` }),
      element("path", { class: "axis dashed", d: `M${low} ${-high}L${high} ${-low}` }),
      ...Array.from(left, (share, unit) =>
        element("circle", {
          class: `tone-${tone}`,
          "fill-opacity": 0.45,
          cx: place(share),
          cy: -place(right[unit] ?? 0),
          r: 5,
        }),
      ),
      textElement("0", { class: "text end", x: low - 6, y: -low + 4 }),
      textElement("1", { class: "text end", x: low - 6, y: -high + 4 }),
      textElement("1", { class: "text middle", x: high, y: -low + 16 }),
      textElement(axes.left, { class: "text middle", x: (low + high) / 2, y: -low + 16 }),
      textElement(axes.right, { class: "text middle", transform: `translate(${low - 10} 0) rotate(-90)` }),
    ];
  });
}
