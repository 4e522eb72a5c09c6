/** Convolution and pooling over windows of a sequence or a picture, as operators. */
import { axesOf } from "../network/index.ts";
import type { Axis, ConvolutionLayer, PictureSize, SpatialPoolLayer } from "../network/index.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { ValueName } from "./graph.ts";
import type { Tensor } from "./tensor.ts";
import { integerTensor, transposeTensor } from "./tensors.ts";

export interface SpatialContext {
  readonly builder: GraphBuilder;
  /** Of the layer's own names. */
  readonly path: string;
  /** `[steps, batch, channels]`. */
  readonly value: ValueName;
  readonly picture: PictureSize | undefined;
  readonly channels: number;
  /** Of the output; of no use along a sequence. */
  readonly after: PictureSize & { readonly channels: number };
}

const activations = { linear: undefined, relu: "Relu", tanh: "Tanh" } as const;

export function addConvolution(
  layer: ConvolutionLayer,
  {
    weights,
    bias,
    ...context
  }: SpatialContext & {
    /** `[O, (taps along y,) taps along x, C]` */
    readonly weights: Tensor;
    readonly bias: ValueName;
  },
): ValueName {
  const { builder, path, picture } = context;
  const kernel = builder.constant(channelsFirst(weights), `${path}.W`);
  const axes = axesInOrder(layer, picture);
  const activation = activations[layer.activation ?? "linear"];
  return overWindows(context, (value) => {
    const output = builder.operator("Conv", [value, kernel, bias], {
      name: path,
      attributes: {
        ...windowsOf(axes, ({ before, kernel: taps, dilation, isValid }) =>
          isValid ? 0 : (taps - 1) * dilation - before,
        ),
        dilations: axes.map(({ dilation }) => dilation),
      },
    });
    return activation === undefined ? output : builder.operator(activation, [output], { name: `${path}.activation` });
  });
}

/** Windows that reach past the end have fewer positions: padding that counts for nothing. */
export function addSpatialPool(layer: SpatialPoolLayer, context: SpatialContext): ValueName {
  const { builder, path, picture } = context;
  const axes = axesInOrder(layer, picture);
  return overWindows(context, (value) =>
    builder.operator(layer.over === "max" ? "MaxPool" : "AveragePool", [value], {
      name: path,
      attributes: windowsOf(axes, ({ kernel }) => kernel - 1),
    }),
  );
}

function axesInOrder(layer: ConvolutionLayer | SpatialPoolLayer, picture: PictureSize | undefined): readonly Axis[] {
  const { y, x } = axesOf(layer, picture !== undefined);
  return picture === undefined ? [x] : [y, x];
}

/** ⌈n / stride⌉ windows need so much after the end that the last one begins within the signal: `after` is all that a window may reach past it. */
function windowsOf(
  axes: readonly Axis[],
  after: (axis: Axis) => number,
): { readonly kernel_shape: number[]; readonly strides: number[]; readonly pads: number[] } {
  return {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pads: [...axes.map(({ before }) => before), ...axes.map(after)],
  };
}

/** From `[steps, batch, channels]` to `[batch, channels, (y,) x]`, and back. */
function overWindows(
  { builder, path, value, picture, channels, after }: SpatialContext,
  window: (value: ValueName) => ValueName,
): ValueName {
  const shape = (...sizes: number[]): ValueName => builder.constant(integerTensor(sizes), `${path}.shape`);
  const transpose = (from: ValueName, perm: readonly number[], what: string): ValueName =>
    builder.operator("Transpose", [from], { name: `${path}.${what}`, attributes: { perm } });
  if (picture === undefined) return transpose(window(transpose(value, [1, 2, 0], "windows")), [2, 0, 1], "steps");
  const lines = builder.operator("Reshape", [value, shape(picture.height, picture.width, -1, channels)], {
    name: `${path}.lines`,
  });
  const pixels = transpose(window(transpose(lines, [2, 3, 0, 1], "windows")), [2, 3, 0, 1], "pixels");
  // The two axes of a picture together are its steps: [y, x, B, C] to [y x, B, C].
  return builder.operator("Reshape", [pixels, shape(after.height * after.width, -1, after.channels)], {
    name: `${path}.rows`,
  });
}

/** `[O, …, C]` as `[O, C, …]`. */
function channelsFirst(weights: Tensor): Tensor {
  const [, ...inner] = weights.shape.keys();
  return transposeTensor(weights, [0, inner.length, ...inner.slice(0, -1)]);
}
