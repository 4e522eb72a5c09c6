/** Which neurons of a layer are drawn: all of a small one, the first and the last of a large one. */

/** Most neurons that are drawn in full. */
const most = 12;
/** How many of a larger layer stand on either side of the dots. */
const side = 5;

/** Numbers of neurons from 0, in order; undefined is the place of the dots. */
export function listSlots(size: number): readonly (number | undefined)[] {
  if (size <= most) return Array.from({ length: size }, (_, at) => at);
  const first = Array.from({ length: side }, (_, at) => at);
  return [...first, undefined, ...first.map((at) => size - side + at)];
}
