/** How two rows of numbers go together. */

/** Pearson's correlation, Σ (a − ā)(b − b̄) / √(Σ (a − ā)² Σ (b − b̄)²), from -1 to 1; NaN where one of them is constant but for its own rounding. */
export function correlate(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleA, middleB] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [(a[at] ?? NaN) - middleA, (b[at] ?? NaN) - middleB];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const isConstant = (squares: number, middle: number): boolean => squares <= a.length * (Number.EPSILON * middle) ** 2;
  if (isConstant(aa, middleA) || isConstant(bb, middleB)) return NaN;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}
