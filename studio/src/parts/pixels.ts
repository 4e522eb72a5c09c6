/** Pictures as the captions' network reads them. */

/** Pixels of twice the side, four bytes each and opaque, as red, green and blue from 0 to 1 of the side: each the mean of four. */
export function halvePixels(bytes: ArrayLike<number>, side: number): readonly number[] {
  const row = 4 * 2 * side;
  return Array.from({ length: side * side * 3 }, (_, at) => {
    const channel = at % 3;
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / (3 * side))];
    const first = 2 * y * row + 8 * x + channel;
    const sum =
      (bytes[first] ?? 0) + (bytes[first + 4] ?? 0) + (bytes[first + row] ?? 0) + (bytes[first + row + 4] ?? 0);
    // Three digits are more than eight bits have.
    return Math.round((1000 * sum) / (4 * 255)) / 1000;
  });
}

/** Where a picture of any size stands whole in the middle of a square. */
export function fitInside(
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const scale = side / Math.max(1, width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (side - w) / 2, y: (side - h) / 2, width: w, height: h };
}

/** How much of each region of a picture is darkened, from 0 to 1: none of the one that was looked at most. */
export function shadeRegions(look: ArrayLike<number>): readonly number[] {
  const shares = Array.from(look);
  const most = Math.max(1e-9, ...shares);
  return shares.map((share) => 1 - share / most);
}
