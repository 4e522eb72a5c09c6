/** The arithmetic of windows that slide along a sequence or a picture: how many there are, and where they begin. */
import { RecurraError } from "../util/errors.ts";
import type { ConvolutionLayer, Extent, LayerShape, NetworkSpec, PictureSize, SpatialPoolLayer } from "./spec.ts";

export type SpatialLayer = ConvolutionLayer | SpatialPoolLayer;

/** Windows along one direction. */
export interface Axis {
  /** Taps of a window. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Positions that the first window begins before the first one of the signal. */
  readonly before: number;
  /** Only whole windows. */
  readonly isValid: boolean;
}

/** Positions that a window spans. */
export function spanOf({ kernel, dilation }: Pick<Axis, "kernel" | "dilation">): number {
  return (kernel - 1) * dilation + 1;
}

/** Windows along `length` positions: at least one. */
export function countWindows(axis: Axis, length: number): number {
  const { stride, isValid } = axis;
  return isValid ? Math.max(0, Math.floor((length - spanOf(axis)) / stride)) + 1 : Math.ceil(length / stride);
}

/** Both directions of a layer; along y of a sequence there is one position. */
export interface Axes {
  readonly y: Axis;
  readonly x: Axis;
}

const single: Axis = { kernel: 1, stride: 1, dilation: 1, before: 0, isValid: false };

/** The directions of a layer over a picture or a sequence. */
export function axesOf(layer: SpatialLayer, isPicture: boolean): Axes {
  const { stride = layer.kind === "convolution" ? 1 : layer.kernel } = layer;
  const dilation = layer.kind === "convolution" ? (layer.dilation ?? 1) : 1;
  const isValid = layer.kind === "convolution" && layer.padding === "valid";
  const centred = layer.kind === "convolution" && !isValid;
  const axis = (n: 0 | 1): Axis => {
    const sizes = { kernel: along(layer.kernel, n), stride: along(stride, n), dilation: along(dilation, n) };
    return { ...sizes, isValid, before: centred ? Math.floor((spanOf(sizes) - 1) / 2) : 0 };
  };
  return { y: isPicture ? axis(0) : single, x: axis(1) };
}

function along(extent: Extent, n: 0 | 1): number {
  return typeof extent === "number" ? extent : extent[n];
}

/** The picture that a layer makes of one. */
export function pictureAfter({ y, x }: Axes, { height, width }: PictureSize): PictureSize {
  return { height: countWindows(y, height), width: countWindows(x, width) };
}

/** Steps of the network's output for so many steps of input: 1 after a pooling over time. Throws `network/bad-input` for steps that are no whole picture. */
export function stepsAfter(spec: NetworkSpec, layers: readonly LayerShape[], steps: number): number {
  checkPictureSteps(spec, steps);
  let count = steps;
  spec.layers.forEach((layer, index) => {
    const shape = layers[index];
    if (layer.kind === "pool") count = 1;
    if (layer.kind !== "convolution" && layer.kind !== "spatial-pool") return;
    const picture = shape?.outputPicture;
    count = picture === undefined ? countWindows(axesOf(layer, false).x, count) : picture.height * picture.width;
  });
  return count;
}

/** Throws `network/bad-input` for a number of steps that is not the picture's. */
export function checkPictureSteps({ input }: NetworkSpec, steps: number): void {
  if (input.kind !== "image" || steps === input.height * input.width) return;
  throw new RecurraError(
    "network/bad-input",
    `The network's pictures have ${input.height} × ${input.width} pixels, a step each, but ${steps} steps are given; give ${input.height * input.width}.`,
  );
}
