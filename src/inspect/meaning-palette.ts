/** Colours by what a value means, as in the studio: states blue, memories violet, gates amber, green and teal, gradients red-orange, time grey. */
import type { ValueRole } from "./numbers/value-role.ts";
import type { Palette } from "./svg.ts";

/** What values are, which decides their colour. */
export type Tone = "state" | "memory" | "forget" | "input" | "output" | "time" | "gradient";

/** As `#rrggbb`, in both themes, with that of negative values beside any of them. */
export const tones: Readonly<Record<"light" | "dark", Readonly<Record<Tone | "negative", string>>>> = {
  light: {
    state: "#1d4ed8",
    memory: "#7e22ce",
    forget: "#b45309",
    input: "#15803d",
    output: "#0b7265",
    time: "#4b5563",
    gradient: "#c2410c",
    negative: "#be183c",
  },
  dark: {
    state: "#6ea8ff",
    memory: "#cf9bff",
    forget: "#f0a94a",
    input: "#56c98a",
    output: "#4fd1b8",
    time: "#94a3b8",
    gradient: "#ff8a5c",
    negative: "#ff6e82",
  },
};

/** The tones of the LSTM's values, which have them everywhere. */
const byName: Readonly<Record<string, Tone>> = { i: "input", f: "forget", o: "output", "c'": "memory" };

/** The tone of a value by the name of its equation; of another name by its role. */
export function toneOf({ name, role }: { readonly name: string; readonly role: ValueRole }): Tone {
  return byName[name] ?? (role === "gate" ? "forget" : "state");
}

function toneRules(colours: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(colours).flatMap(([name, colour]) => [
      [`tone-${name}`, `fill:${colour}`],
      [`row-${name}`, `stroke:${colour}`],
    ]),
  );
}

export const meaningCommon: Readonly<Record<string, string>> = {
  heading: "font-size:14px;font-weight:bold",
  text: "font-size:12px",
  end: "text-anchor:end",
  middle: "text-anchor:middle",
  axis: "fill:none;stroke-width:1",
  dashed: "stroke-dasharray:5 4",
  row: "fill:none;stroke-width:1",
};

export const meaningPalette: Palette = {
  light: {
    ground: "fill:#ffffff",
    heading: "fill:#111827",
    text: "fill:#374151",
    axis: "stroke:#8b95a5",
    grid: "stroke:#dde1e8",
    sunken: "fill:#f6f7fa",
    ...toneRules(tones.light),
  },
  dark: {
    ground: "fill:#0f1623",
    heading: "fill:#f3f4f6",
    text: "fill:#cbd5e1",
    axis: "stroke:#64748b",
    grid: "stroke:#263143",
    sunken: "fill:#182132",
    ...toneRules(tones.dark),
  },
};
