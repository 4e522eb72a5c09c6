/** The colours of charts: told apart without colour vision too, on a light and on a dark ground. */
import { tones } from "./meaning-palette.ts";
import type { Palette } from "./svg.ts";

/** What a series is, which decides how it looks. */
export type SeriesStyle = "truth" | "forecast" | "naive" | "state" | "memory" | "gradient" | "other";

/** Line colours; the numbered ones serve `other` series in turn. */
const lines = {
  light: {
    truth: "#1f2937",
    forecast: "#1a66c9",
    naive: "#c2570c",
    state: tones.light.state,
    memory: tones.light.memory,
    gradient: tones.light.gradient,
    other1: "#0d7d6c",
    other2: "#8a3cc4",
    other3: "#b5266b",
    other4: "#6b6b16",
  },
  dark: {
    truth: "#e5e7eb",
    forecast: "#6cb0ff",
    naive: "#ff9d57",
    state: tones.dark.state,
    memory: tones.dark.memory,
    gradient: tones.dark.gradient,
    other1: "#4fd1b8",
    other2: "#c79bff",
    other3: "#ff8fc0",
    other4: "#d2d268",
  },
} as const;

const otherClasses = ["other1", "other2", "other3", "other4"] as const;

/** The class of a series: `other` ones are numbered in their order. */
export function seriesClass(style: SeriesStyle, otherNumber: number): string {
  return style === "other" ? (otherClasses[otherNumber % otherClasses.length] ?? "other1") : style;
}

function colourRules(colours: Readonly<Record<string, string>>): Record<string, string> {
  const rules: Record<string, string> = {};
  for (const [name, colour] of Object.entries(colours)) {
    rules[name] = `stroke:${colour}`;
    rules[`fill-${name}`] = `fill:${colour}`;
  }
  return rules;
}

/** Dashes tell series apart where colour does not. */
export const chartCommon: Readonly<Record<string, string>> = {
  line: "fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round",
  naive: "stroke-dasharray:5 3.5",
  memory: "stroke-dasharray:7 3",
  other2: "stroke-dasharray:2 3.5",
  other3: "stroke-dasharray:8 3 2 3",
  heading: "font-size:16px;font-weight:bold",
  text: "font-size:12px",
  end: "text-anchor:end",
  middle: "text-anchor:middle",
  grid: "stroke-width:1",
  axis: "stroke-width:1",
};

export const chartPalette: Palette = {
  light: {
    ground: "fill:#ffffff",
    heading: "fill:#111827",
    text: "fill:#374151",
    grid: "stroke:#e5e7eb",
    axis: "stroke:#6b7280",
    ...colourRules(lines.light),
    band: "fill:#1a66c9;fill-opacity:0.16",
  },
  dark: {
    ground: "fill:#0f1623",
    heading: "fill:#f3f4f6",
    text: "fill:#cbd5e1",
    grid: "stroke:#263143",
    axis: "stroke:#94a3b8",
    ...colourRules(lines.dark),
    band: "fill:#6cb0ff;fill-opacity:0.22",
  },
};
