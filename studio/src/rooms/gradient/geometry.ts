/** Where everything stands in the picture of a gradient on its way back: the unrolled network above, what is left of the gradient below, on one axis of time. */

/** The lowest power of ten on the axis of what is left: what is below has vanished. */
export const lowest = -10;

/** The highest there is at least, and at most. */
const highestUsual = 6;
const highestEver = 62;

/** Below 2⁻²⁴ of a number, what is added to it is lost in the rounding of float32. */
export const roundingShare = 2 ** -24;

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  /** The row of the network's nodes. */
  readonly row: number;
  readonly top: number;
  readonly bottom: number;
  readonly steps: number;
  /** The highest power of ten on the axis. */
  readonly highest: number;
}

/** The frame of a picture so many pixels wide, with room for all that is left. */
export function planFrame(width: number, shares: ArrayLike<number>): Frame {
  let most = 1;
  for (let step = 0; step < shares.length; step++) most = Math.max(most, shares[step] ?? NaN);
  const isNarrow = width < 520;
  const row = 44;
  return {
    width,
    height: isNarrow ? 340 : 470,
    left: 44,
    right: isNarrow ? 30 : 40,
    row,
    top: 88,
    bottom: (isNarrow ? 340 : 470) - 30,
    steps: shares.length,
    // In steps of eight, so that a slider moves what is drawn and seldom the axis.
    highest: Math.min(highestEver, highestUsual + 8 * Math.max(0, Math.ceil((Math.log10(most) - highestUsual) / 8))),
  };
}

/** Pixels from one step to the next. */
export const spacing = ({ width, left, right, steps }: Frame): number => (width - left - right) / steps;

/** The middle of a step, from 0. */
export const placeStep = (frame: Frame, step: number): number => frame.left + (step + 0.5) * spacing(frame);

/** The step at a place, held to those there are. */
export const stepAt = (frame: Frame, x: number): number =>
  Math.min(frame.steps - 1, Math.max(0, Math.floor((x - frame.left) / spacing(frame))));

/** A share's place on the logarithmic axis, held to its ends; zero and less stand at the lower end. */
export function placeShare({ top, bottom, highest }: Frame, share: number): number {
  const power = share > 0 ? Math.min(highest, Math.max(lowest, Math.log10(share))) : share === 0 ? lowest : NaN;
  return bottom - ((bottom - top) * (power - lowest)) / (highest - lowest);
}

/** The power of ten below which an arrow grows no thinner. */
const hair = -5;

/** Powers of ten that are named on the axis; 1 is one of them. */
export function namedPowers({ highest }: Frame): readonly number[] {
  const each = highest > highestUsual + 8 ? 8 : highest > highestUsual ? 4 : 2;
  const first = Math.ceil(lowest / each) * each;
  return Array.from({ length: Math.floor((highest - first) / each) + 1 }, (_, at) => first + each * at);
}

/** Pixels of an arrow that stands for a share: 6 for all of it, a hair for what is hardly there, 16 at most. */
export function arrowWidth(share: number): number {
  if (!(share > 0)) return 0;
  const power = Math.min(highestUsual, Math.max(hair, Math.log10(share)));
  return power <= 0 ? 0.5 + 5.5 * (1 - power / hair) : 6 + (10 * power) / highestUsual;
}

/** How strong the colour of a share is, from 0.25 to 1: what fades looks faded. */
export function strength(share: number): number {
  if (!(share > 0)) return 0.25;
  return 0.25 + 0.75 * (1 - Math.min(0, Math.max(lowest, Math.log10(share))) / lowest);
}

/** A line through shares, one for each step; where there is no number it has a gap. */
export function tracePath(frame: Frame, shares: ArrayLike<number>): string {
  let path = "";
  let isDown = false;
  for (let step = 0; step < shares.length; step++) {
    const y = placeShare(frame, shares[step] ?? NaN);
    if (Number.isNaN(y)) {
      isDown = false;
      continue;
    }
    path += `${isDown ? "L" : "M"}${round(placeStep(frame, step))} ${round(y)}`;
    isDown = true;
  }
  return path;
}

/** The radius of a node, where there is room for nodes. */
export function nodeRadius(frame: Frame): number | undefined {
  const radius = Math.min(9, spacing(frame) * 0.28);
  return radius >= 2 ? radius : undefined;
}

/** Steps that are named on the axis: the first, the last, and round numbers between. */
export function namedSteps(frame: Frame): readonly number[] {
  const each = [1, 2, 5, 10, 20, 50].find((count) => count * spacing(frame) >= 42) ?? 50;
  const last = frame.steps - 1;
  const round = Array.from({ length: frame.steps }, (_, step) => step).filter(
    (step) => (step + 1) % each === 0 && step - 0 >= each * 0.6 && last - step >= each * 0.6,
  );
  return [...new Set([0, ...round, last])];
}

/** Tenths of a pixel are enough. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** Half the side of a plane in which all points can be seen, and the unit circle always. */
export function planeReach(
  points: readonly { readonly real: ArrayLike<number>; readonly imaginary: ArrayLike<number> }[],
): number {
  let most = 1.2;
  for (const { real, imaginary } of points)
    for (let at = 0; at < real.length; at++)
      most = Math.max(most, 1.08 * Math.hypot(real[at] ?? 0, imaginary[at] ?? 0));
  return most;
}
