/** Numbers that go from layer to layer. */

/** A row of numbers for each step; one row after a pooling over time. */
export interface Signal {
  readonly steps: number;
  readonly size: number;
  /** `[steps, size]`, row-major. */
  readonly values: Float64Array;
}

/** A signal of zeros. */
export function createSignal(steps: number, size: number): Signal {
  return { steps, size, values: new Float64Array(steps * size) };
}

/** The numbers of one step: a view, not a copy. */
export function rowOf({ size, values }: Signal, step: number): Float64Array {
  return values.subarray(step * size, (step + 1) * size);
}

/** A copy of so many columns from `first` on. */
export function columnsFrom(signal: Signal, first: number, size: number): Signal {
  const part = createSignal(signal.steps, size);
  for (let step = 0; step < signal.steps; step++)
    part.values.set(rowOf(signal, step).subarray(first, first + size), step * size);
  return part;
}

/** to += from. */
export function addSignal(from: Signal, to: Signal): void {
  for (let i = 0; i < to.values.length; i++) to.values[i]! += from.values[i]!;
}
