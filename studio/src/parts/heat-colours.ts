/** The colours of heat maps: a value becomes a mixture of the ground with one colour of fixed meaning, or of two for both signs. */

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** What the values are, which decides their colour as everywhere in the studio. */
export type HeatTone = "state" | "memory" | "forget" | "input" | "output" | "time" | "gradient";

/** `diverging`: negative to positive, both as strong at `most`. `share`: 0 to `most`. */
export type HeatScale = "diverging" | "share";

const tones: Readonly<Record<"light" | "dark", Readonly<Record<HeatTone | "negative" | "ground", Colour>>>> = {
  light: {
    state: [29, 78, 216],
    memory: [126, 34, 206],
    forget: [180, 83, 9],
    input: [21, 128, 61],
    output: [11, 114, 101],
    time: [55, 65, 81],
    gradient: [194, 65, 12],
    negative: [190, 24, 60],
    ground: [246, 247, 250],
  },
  dark: {
    state: [110, 168, 255],
    memory: [207, 155, 255],
    forget: [240, 169, 74],
    input: [86, 201, 138],
    output: [79, 209, 184],
    time: [203, 213, 225],
    gradient: [255, 138, 92],
    negative: [255, 110, 130],
    ground: [24, 33, 50],
  },
};

export interface HeatColours {
  readonly scale: HeatScale;
  readonly tone: HeatTone;
  readonly theme: "light" | "dark";
  /** The value with the full colour; above 0. What goes beyond has the full colour too. */
  readonly most: number;
}

/** The colour of a value; of one that is no number, none: undefined. */
export function colourOf(value: number, { scale, tone, theme, most }: HeatColours): Colour | undefined {
  if (Number.isNaN(value)) return undefined;
  const { ground, negative, [tone]: positive } = tones[theme];
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

/** The largest size of any value that is a finite number; 1 where all are zero or none is, so that a scale can be made of it. */
export function findMost(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at] ?? NaN);
    if (size > most && size < Infinity) most = size;
  }
  return most === 0 ? 1 : most;
}
