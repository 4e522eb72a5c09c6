/** Bars of memory lengths, sorted, on a logarithmic axis. */

export interface MemoryFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly bottom: number;
  /** The ends of the axis, in characters: powers of ten. */
  readonly least: number;
  readonly most: number;
}

/** A frame around lengths above 0. */
export function planMemory(lengths: ArrayLike<number>, width: number): MemoryFrame {
  let [least, most] = [Infinity, 0];
  for (let at = 0; at < lengths.length; at++) {
    const length = lengths[at] ?? NaN;
    if (!(length > 0 && length < Infinity)) continue;
    least = Math.min(least, length);
    most = Math.max(most, length);
  }
  const height = 220;
  return {
    width,
    height,
    left: 44,
    bottom: height - 10,
    least: 10 ** Math.floor(Math.log10(Math.min(1, least))),
    most: 10 ** Math.ceil(Math.log10(Math.max(10, most))),
  };
}

/** The place of a length, held to the ends of the axis. */
export function placeLength({ bottom, least, most }: MemoryFrame, length: number): number {
  const share = Math.log(Math.min(most, Math.max(least, length)) / least) / Math.log(most / least);
  return bottom - (bottom - 12) * share;
}

/** Powers of ten on the axis. */
export function ticksOf({ least, most }: MemoryFrame): readonly number[] {
  const count = Math.round(Math.log10(most / least));
  return Array.from({ length: count + 1 }, (_, at) => Number((least * 10 ** at).toPrecision(1)));
}

/** Which bar stands at a place, of so many. */
export function barAt({ width, left }: MemoryFrame, x: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(((x - left) / (width - left)) * count)));
}

/** The middle one of sorted lengths, or the mean of the middle two. */
export function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}
