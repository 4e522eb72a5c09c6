/** The colours of diagrams: states cool, gates warm, all dark enough to read on their ground. */
import type { Palette } from "./svg.ts";

export const diagramCommon: Readonly<Record<string, string>> = {
  heading: "font-size:18px;font-weight:bold",
  subtitle: "font-size:12.5px",
  caption: "font-size:11px",
  mark: "font-size:14px;font-weight:bold;stroke-width:3.5;paint-order:stroke",
  number: "font-size:11px",
  middle: "text-anchor:middle",
  end: "text-anchor:end",
  shape: "stroke-width:1.4",
  arrow: "fill:none;stroke-width:1.4",
};

const paint = (fill: string, stroke: string): string => `fill:${fill};stroke:${stroke}`;

export const diagramPalette: Palette = {
  light: {
    ground: "fill:#ffffff",
    heading: "fill:#111827",
    subtitle: "fill:#4b5563",
    caption: "fill:#4b5563",
    label: "fill:#111827",
    mark: "fill:#b42318;stroke:#ffffff",
    arrow: "stroke:#6b7280",
    head: "fill:#6b7280",
    junction: "fill:#6b7280",
    input: paint("#e5e7eb", "#4b5563"),
    previous: paint("#dbeafe", "#1d4ed8"),
    next: paint("#bfdbfe", "#1e3a8a"),
    output: paint("#f3e8ff", "#7e22ce"),
    gate: paint("#fde9c8", "#b45309"),
    sum: paint("#d6f5e3", "#15803d"),
    function: paint("#f1f5f9", "#64748b"),
    operator: paint("#ffffff", "#374151"),
  },
  dark: {
    ground: "fill:#0f1623",
    heading: "fill:#f3f4f6",
    subtitle: "fill:#b6c2d2",
    caption: "fill:#b6c2d2",
    label: "fill:#f3f4f6",
    mark: "fill:#ff9b8f;stroke:#0f1623",
    arrow: "stroke:#94a3b8",
    head: "fill:#94a3b8",
    junction: "fill:#94a3b8",
    input: paint("#333d4d", "#a3b0c2"),
    previous: paint("#17305c", "#6ea8ff"),
    next: paint("#1d4483", "#9cc4ff"),
    output: paint("#43235f", "#cf9bff"),
    gate: paint("#553510", "#f0a94a"),
    sum: paint("#123f28", "#56c98a"),
    function: paint("#263143", "#94a3b8"),
    operator: paint("#0f1623", "#cbd5e1"),
  },
};
