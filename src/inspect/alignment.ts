/** Where a network looked when it said what: a grid of its attention, as a standalone SVG. */
import { element, group, printPicture, textElement } from "./svg.ts";
import type { Theme } from "./svg.ts";
import { textWidth } from "./text-width.ts";

export interface Alignment {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** `[target, source]`, and one more row for the end if there is one: shares from 0 to 1. */
  readonly weights: readonly ArrayLike<number>[];
  readonly title?: string;
  readonly theme?: Theme;
}

const cell = 24;
const pad = 8;
const fontSize = 13;

/** A row for each token that was said, a column for each of the source; the darker, the more it counted. */
export function drawAlignment({ source, target, weights, title, theme = "auto" }: Alignment): string {
  const rows = target.length < weights.length ? [...target, "end"] : target;
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(text, fontSize)));
  const left = pad + widest(rows) + pad;
  const top = pad + widest(source) + pad;
  const squares = rows.flatMap((_, row) =>
    source.map((__, column) => {
      const share = Math.min(1, Math.max(0, weights[row]?.[column] ?? 0));
      return element("rect", {
        class: "weight",
        x: left + column * cell + 1,
        y: top + row * cell + 1,
        width: cell - 2,
        height: cell - 2,
        rx: 3,
        "fill-opacity": (Math.round(share * 100) / 100).toString(),
      });
    }),
  );
  const said = rows.map((text, row) =>
    textElement(text, {
      class: "label",
      x: left - pad,
      y: top + row * cell + cell / 2,
      "text-anchor": "end",
      "dominant-baseline": "central",
    }),
  );
  const read = source.map((text, column) => {
    const x = left + column * cell + cell / 2;
    return textElement(text, {
      class: "label",
      transform: `translate(${Math.round(x * 100) / 100} ${Math.round((top - pad) * 100) / 100}) rotate(-90)`,
      "dominant-baseline": "central",
    });
  });
  return printPicture({
    width: left + source.length * cell + pad,
    height: top + rows.length * cell + pad,
    title: title ?? `Attention: ${target.join(" ")} from ${source.join(" ")}`,
    theme,
    common: { label: `font-size:${fontSize}px` },
    palette: {
      light: { ground: "fill:#ffffff", label: "fill:#1f2937", weight: "fill:#1a66c9" },
      dark: { ground: "fill:#111827", label: "fill:#e5e7eb", weight: "fill:#6cb0ff" },
    },
    content: [group("weights", squares), group("labels", [...read, ...said])],
  });
}
