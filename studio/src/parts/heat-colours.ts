/** The colours of heat maps: a value becomes a mixture of the ground with one colour of fixed meaning, or of two for both signs. */
import { toneColours } from "recurra/inspect";
import type { Tone } from "recurra/inspect";

type Theme = "light" | "dark";

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `diverging`: negative to positive, both as strong at `most`. `share`: 0 to `most`. */
export type HeatScale = "diverging" | "share";

/** Where there is nothing: zero. */
const grounds: Readonly<Record<Theme, Colour>> = { light: [246, 247, 250], dark: [24, 33, 50] };

/** The library's colours as numbers. */
const tones: Readonly<Record<Theme, Readonly<Record<Tone | "negative", Colour>>>> = {
  light: readColours(toneColours.light),
  dark: readColours(toneColours.dark),
};

function readColours<K extends string>(colours: Readonly<Record<K, string>>): Record<K, Colour> {
  const parse = (colour: string): Colour => {
    const number = Number.parseInt(colour.slice(1), 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
  };
  const entries = Object.entries<string>(colours).map(([name, colour]) => [name, parse(colour)]);
  return Object.fromEntries(entries) as Record<K, Colour>;
}

export interface HeatColours {
  readonly scale: HeatScale;
  readonly tone: Tone;
  readonly theme: Theme;
  /** The value with the full colour; above 0. What goes beyond has the full colour too. */
  readonly most: number;
}

/** The colour of a value; of one that is no number, none: undefined. */
export function colourOf(value: number, { scale, tone, theme, most }: HeatColours): Colour | undefined {
  if (Number.isNaN(value)) return undefined;
  const { negative, [tone]: positive } = tones[theme];
  const ground = grounds[theme];
  const share = Math.min(1, Math.abs(value) / most);
  const full = value >= 0 ? positive : scale === "diverging" ? negative : ground;
  const mix = (at: 0 | 1 | 2): number => Math.round(ground[at] + (full[at] - ground[at]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** Pixels of a map, four bytes each, a row for each unit and a column for each step; `values` are `[steps, units]`. Transparent where there is no number. */
export function paintHeat(
  values: ArrayLike<number>,
  { steps, units }: { readonly steps: number; readonly units: number },
  colours: HeatColours,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * steps * units);
  for (let step = 0; step < steps; step++) {
    for (let unit = 0; unit < units; unit++) {
      const colour = colourOf(values[step * units + unit] ?? NaN, colours);
      if (colour === undefined) continue;
      const at = 4 * (unit * steps + step);
      [pixels[at], pixels[at + 1], pixels[at + 2]] = colour;
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}
