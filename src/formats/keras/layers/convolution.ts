/** Convolutions, and the pooling of what lies side by side. */
import type { Attribute, ValueName } from "../../../graph/graph.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { known } from "../../../util/errors.ts";
import { activate } from "../activations.ts";
import { listed } from "../layer-kind.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import {
  checkRank,
  fixedSize,
  fixSize,
  integers,
  nameOf,
  numbers,
  only,
  operator,
  sizeFrom,
  valueOf,
  weight,
} from "../values.ts";
import type { Building, Dimension, Layout, Value } from "../values.ts";

/** Whether the features are the second axis; otherwise they are the last. */
export function isChannelsFirst(settings: Settings): boolean {
  const format = settings.text("data_format", "channels_last");
  // Keras 1 called them by the frameworks that had them so.
  if (format === "channels_first" || format === "th") return true;
  return format === "channels_last" || format === "tf" ? false : settings.refuse("data_format");
}

/** How a window goes along the axes of a sequence or picture. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: "valid" | "same" | "causal";
}

export function windowOf(
  settings: Settings,
  rank: number,
  keys: { readonly kernel: string; readonly strides?: number },
): Window {
  const kernel = settings.sizes(keys.kernel, rank, keys.strides === undefined ? 2 : undefined);
  const strides = settings.has("strides")
    ? settings.sizes("strides", rank)
    : keys.strides === undefined
      ? kernel
      : settings.sizes("strides", rank, keys.strides);
  const dilations = settings.sizes("dilation_rate", rank, 1);
  if ([...kernel, ...strides, ...dilations].some((size) => size < 1 || size > 2 ** 20)) settings.refuse(keys.kernel);
  const padding = settings.text("padding", "valid");
  if (padding !== "valid" && padding !== "same" && !(padding === "causal" && rank === 1))
    return settings.refuse("padding");
  return { kernel, strides, dilations, padding };
}

/** What an operator is told of a window. TensorFlow pads so that the last window is whole, at the end first, as SAME_UPPER does. */
export function attributesOf({ kernel, strides, dilations, padding }: Window): Record<string, Attribute> {
  const spans = kernel.map((size, at) => (size - 1) * known(dilations[at], "a dilation"));
  const shared = { kernel_shape: kernel, strides, dilations };
  if (padding === "causal") return { ...shared, pads: [...spans, ...spans.map(() => 0)] };
  if (padding === "valid") return { ...shared, pads: [...spans, ...spans].map(() => 0) };
  if (strides.some((stride) => stride !== 1)) return { ...shared, auto_pad: "SAME_UPPER" };
  const before = spans.map((span) => Math.floor(span / 2));
  return { ...shared, pads: [...before, ...spans.map((span, at) => span - known(before[at], "a padding"))] };
}

/** How many windows there are along each axis. */
export function windowsAlong(
  axes: readonly Dimension[],
  { kernel, strides, dilations, padding }: Window,
): readonly Dimension[] {
  return axes.map((axis, at) => {
    const stride = known(strides[at], "a stride");
    const span = (known(kernel[at], "a kernel") - 1) * known(dilations[at], "a dilation");
    return sizeFrom([axis], (size = 0) =>
      padding === "valid" ? Math.max(0, Math.floor((size - span - 1) / stride) + 1) : Math.ceil(size / stride),
    );
  });
}

/** A value `[batch, features, …]` that its layer knows with the features last or first; a mask does not outlast a window. */
export function withChannels(
  name: ValueName,
  {
    axes,
    features,
    isFirst,
    value,
  }: {
    readonly axes: readonly Dimension[];
    readonly features: Dimension;
    readonly isFirst: boolean;
    readonly value: Value;
  },
): Value {
  const batch = known(value.shape[0], "the batch");
  return isFirst
    ? valueOf(name, [batch, features, ...axes])
    : valueOf(name, [batch, ...axes, features], { layout: "channels" });
}

/** Which layout has the features second. */
const channelLayout = (isFirst: boolean): Layout => (isFirst ? "keras" : "channels");

const axesOf = ({ shape }: Value, isFirst: boolean): readonly Dimension[] =>
  isFirst ? shape.slice(2) : shape.slice(1, -1);

/** Keras's `[…kernel, inputs, outputs]` as `[outputs, inputs, …kernel]`. */
export function convolutionWeight({ shape, data }: Tensor): Tensor {
  const inputs = known(shape.at(-2), "the inputs");
  const outputs = known(shape.at(-1), "the outputs");
  const taps = shape.slice(0, -2);
  const count = taps.reduce((product, size) => product * size, 1);
  const turned = new Float32Array(data.length);
  for (let tap = 0; tap < count; tap++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        turned[(output * inputs + input) * count + tap] = Number(data[(tap * inputs + input) * outputs + output]);
  return { type: "float32", shape: [outputs, inputs, ...taps], data: turned };
}

/** Keras's `[…kernel, inputs, multiplier]` as `[inputs × multiplier, 1, …kernel]`: each input has outputs of its own. */
function depthwiseWeight(tensor: Tensor): Tensor {
  const { shape, data } = tensor;
  const count = known(shape.at(-2), "the inputs") * known(shape.at(-1), "the multiplier");
  const taps = shape.slice(0, -2);
  return convolutionWeight({ type: "float32", shape: [...taps, 1, count], data });
}

function inputOf({ graph, inputs }: CallOfLayer, rank: number): Value {
  const value = only(graph, inputs);
  checkRank(graph, value, [rank + 2]);
  return value;
}

/** A kernel of Keras 1 has an axis of length 1 along a sequence. */
function kernelOf(call: CallOfLayer, name: string, shape: readonly number[]): Tensor {
  if (call.graph.version.major > 1) return call.tensor(name, shape);
  if (shape.length !== 3) return call.settings.refuse("name", "convolutions over pictures of Keras 1");
  const [taps = 0, ...others] = shape;
  return { ...call.tensor(name, [taps, 1, ...others]), shape };
}

function convolution(rank: number): LayerKind {
  return {
    weights: (settings, version) => {
      const names = version.major === 1 ? ["W", "b"] : ["kernel", "bias"];
      return listed(names[0] ?? "", settings.flag("use_bias", true) && (names[1] ?? ""));
    },
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const isFirst = isChannelsFirst(settings);
      const window = windowOf(settings, rank, { kernel: "kernel_size", strides: 1 });
      const filters = settings.size("filters");
      const groups = settings.whole("groups", 1);
      if (groups < 1) settings.refuse("groups");
      const features = fixSize(graph, value, isFirst ? 1 : -1);
      const isOld = graph.version.major === 1;
      const kernel = kernelOf(call, isOld ? "W" : "kernel", [...window.kernel, features / groups, filters]);
      const bias = isOld ? "b" : "bias";
      const inputs = [
        nameOf(graph, value, channelLayout(isFirst)),
        weight(graph, `${graph.layer.name}/kernel`, () => convolutionWeight(kernel)),
        ...(call.has(bias) ? [weight(graph, `${graph.layer.name}/bias`, () => call.tensor(bias, [filters]))] : []),
      ];
      const name = operator(graph, "Conv", inputs, { ...attributesOf(window), group: groups });
      const axes = windowsAlong(axesOf(value, isFirst), window);
      const output = withChannels(name, { axes, features: fixedSize(filters), isFirst, value });
      return [activate(graph, output, settings)];
    },
  };
}

function depthwise(rank: number, isSeparable: boolean): LayerKind {
  const first = isSeparable ? "depthwise_kernel" : "kernel";
  return {
    weights: (settings) => listed(first, isSeparable && "pointwise_kernel", settings.flag("use_bias", true) && "bias"),
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const isFirst = isChannelsFirst(settings);
      const window = windowOf(settings, rank, { kernel: "kernel_size", strides: 1 });
      // TF.js does not store it for all layers.
      const given = settings.has("depth_multiplier") ? settings.size("depth_multiplier") : undefined;
      const features = fixSize(graph, value, isFirst ? 1 : -1);
      const depth = call.tensor(first, [...window.kernel, features, given ?? -1]);
      const inner = features * known(depth.shape.at(-1), "the multiplier");
      const filters = isSeparable ? settings.size("filters") : inner;
      const name = (what: string): string => `${graph.layer.name}/${what}`;
      const bias = call.has("bias") ? [weight(graph, name("bias"), () => call.tensor("bias", [filters]))] : [];
      const spread = operator(
        graph,
        "Conv",
        [
          nameOf(graph, value, channelLayout(isFirst)),
          weight(graph, name("depthwise_kernel"), () => depthwiseWeight(depth)),
          ...(isSeparable ? [] : bias),
        ],
        { ...attributesOf(window), group: features },
      );
      const ones = window.kernel.map(() => 1);
      const point = (): Tensor => convolutionWeight(call.tensor("pointwise_kernel", [...ones, inner, filters]));
      const result = isSeparable
        ? operator(graph, "Conv", [spread, weight(graph, name("pointwise_kernel"), point), ...bias], {
            kernel_shape: ones,
          })
        : spread;
      const axes = windowsAlong(axesOf(value, isFirst), window);
      return [activate(graph, withChannels(result, { axes, features: fixedSize(filters), isFirst, value }), settings)];
    },
  };
}

function pooling(rank: number, kind: "MaxPool" | "AveragePool"): LayerKind {
  return {
    call: ({ graph, settings, ...call }) => {
      const value = inputOf({ graph, settings, ...call }, rank);
      const isFirst = isChannelsFirst(settings);
      const window = windowOf(settings, rank, { kernel: "pool_size" });
      const { dilations: _, ...attributes } = attributesOf(window);
      const name = operator(graph, kind, [nameOf(graph, value, channelLayout(isFirst))], attributes);
      const axes = windowsAlong(axesOf(value, isFirst), window);
      return [
        withChannels(name, { axes, features: known(value.shape.at(isFirst ? 1 : -1), "the features"), isFirst, value }),
      ];
    },
  };
}

function globalPooling(rank: number, kind: "ReduceMax" | "ReduceMean"): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const isFirst = isChannelsFirst(settings);
      const keepdims = settings.flag("keepdims", false) ? 1 : 0;
      const layout: Layout = !isFirst && rank === 1 && value.names.has("steps") ? "steps" : channelLayout(isFirst);
      const axes = layout === "steps" ? [0] : Array.from({ length: rank }, (_, at) => at + 2);
      const { mask } = value;
      if (kind === "ReduceMean" && rank === 1 && mask !== undefined)
        return [meanOfSteps(graph, value, { mask, isFirst, keepdims })];
      const name = operator(graph, kind, [nameOf(graph, value, layout), integers(graph, axes)], {
        keepdims: layout === "steps" ? 0 : keepdims,
      });
      return [pooled(graph, value, { name, isFirst, isKept: keepdims === 1, rank })];
    },
  };
}

interface Pooled {
  readonly name: ValueName;
  readonly isFirst: boolean;
  readonly isKept: boolean;
  readonly rank: number;
}

function pooled(graph: Building, value: Value, { name, isFirst, isKept, rank }: Pooled): Value {
  const batch = known(value.shape[0], "the batch");
  const features = known(value.shape.at(isFirst ? 1 : -1), "the features");
  if (!isKept) return valueOf(name, [batch, features]);
  const ones = Array.from({ length: rank }, () => fixedSize(1));
  if (value.names.has("steps") && rank === 1 && !isFirst)
    return valueOf(operator(graph, "Unsqueeze", [name, integers(graph, [1])]), [batch, ...ones, features]);
  return withChannels(name, { axes: ones, features, isFirst, value });
}

interface MaskedMean {
  readonly mask: Value;
  readonly isFirst: boolean;
  readonly keepdims: number;
}

/** The mean of the steps that count: Σ m x / Σ m. */
function meanOfSteps(graph: Building, value: Value, { mask, isFirst, keepdims }: MaskedMean): Value {
  const steps = isFirst ? 2 : 1;
  const marks = operator(graph, "Cast", [nameOf(graph, mask)], { to: "float32" });
  const wide = operator(graph, "Unsqueeze", [marks, integers(graph, [3 - steps])]);
  const total = (name: ValueName): ValueName =>
    operator(graph, "ReduceSum", [name, integers(graph, [steps])], { keepdims });
  const sum = total(operator(graph, "Mul", [nameOf(graph, value), wide]));
  const shape = value.shape.flatMap((size, axis) => (axis !== steps ? [size] : keepdims === 1 ? [fixedSize(1)] : []));
  return valueOf(operator(graph, "Div", [sum, total(wide)]), shape);
}

/** `[before, after]` along each axis, from one number, one for each axis, or a pair for each. */
function pairsOf(settings: Settings, key: string, rank: number): readonly (readonly [number, number])[] {
  const value = settings.raw(key) ?? 1;
  const isSize = (one: unknown): one is number =>
    typeof one === "number" && Number.isSafeInteger(one) && one >= 0 && one < 2 ** 20;
  if (isSize(value)) return Array.from({ length: rank }, () => [value, value] as const);
  if (rank === 1 && Array.isArray(value) && value.length === 2 && value.every(isSize))
    return [[value[0] as number, value[1] as number]];
  if (!Array.isArray(value) || value.length !== rank) return settings.refuse(key);
  return value.map((one: unknown) => {
    if (isSize(one)) return [one, one] as const;
    if (Array.isArray(one) && one.length === 2 && one.every(isSize))
      return [one[0] as number, one[1] as number] as const;
    return settings.refuse(key);
  });
}

/** Axes of a sequence or picture in Keras's order. */
function spatialAxes(rank: number, isFirst: boolean): readonly number[] {
  return Array.from({ length: rank }, (_, at) => at + (isFirst ? 2 : 1));
}

function padding(rank: number): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const isFirst = isChannelsFirst(settings);
      const pairs = pairsOf(settings, "padding", rank);
      const axes = spatialAxes(rank, isFirst);
      const pads = value.shape.map((_, axis) => pairs[axes.indexOf(axis)] ?? [0, 0]);
      const amounts = integers(graph, [...pads.map(([before]) => before), ...pads.map(([, after]) => after)]);
      const name = operator(graph, "Pad", [nameOf(graph, value), amounts, numbers(graph, [0], [])], {
        mode: "constant",
      });
      const shape = value.shape.map((size, axis) => {
        const [before, after] = pads[axis] ?? [0, 0];
        return before + after === 0 ? size : sizeFrom([size], (one = 0) => one + before + after);
      });
      return [valueOf(name, shape)];
    },
  };
}

function cropping(rank: number): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const axes = spatialAxes(rank, isChannelsFirst(settings));
      const pairs = pairsOf(settings, "cropping", rank);
      const ends = pairs.map(([, after]) => (after === 0 ? Number.MAX_SAFE_INTEGER : -after));
      const name = operator(graph, "Slice", [
        nameOf(graph, value),
        integers(
          graph,
          pairs.map(([before]) => before),
        ),
        integers(graph, ends),
        integers(graph, axes),
      ]);
      const shape = value.shape.map((size, axis) => {
        const [before, after] = pairs[axes.indexOf(axis)] ?? [0, 0];
        return before + after === 0 ? size : sizeFrom([size], (one = 0) => Math.max(0, one - before - after));
      });
      return [valueOf(name, shape)];
    },
  };
}

function upSampling(rank: number): LayerKind {
  return {
    call: (call) => {
      const { graph, settings } = call;
      const value = inputOf(call, rank);
      const isFirst = isChannelsFirst(settings);
      const factors = settings.sizes("size", rank, 2);
      if (settings.text("interpolation", "nearest") !== "nearest") settings.refuse("interpolation");
      if (factors.some((factor) => factor < 1 || factor > 1024)) settings.refuse("size");
      let name = nameOf(graph, value);
      const shape = [...value.shape];
      for (const [at, axis] of spatialAxes(rank, isFirst).entries()) {
        const factor = known(factors[at], "a factor");
        name = repeatAlong(graph, name, { axis, factor, rank: shape.length });
        shape[axis] = sizeFrom([known(shape[axis], "an axis")], (size = 0) => size * factor);
      }
      return [valueOf(name, shape)];
    },
  };
}

/** Each place along an axis several times: an axis is put after it, repeated, and taken into it. */
function repeatAlong(
  graph: Building,
  name: ValueName,
  { axis, factor, rank }: { readonly axis: number; readonly factor: number; readonly rank: number },
): ValueName {
  const wide = operator(graph, "Unsqueeze", [name, integers(graph, [axis + 1])]);
  const repeats = Array.from({ length: rank + 1 }, (_, at) => (at === axis + 1 ? factor : 1));
  const tiled = operator(graph, "Tile", [wide, integers(graph, repeats)]);
  const sizes = operator(graph, "Shape", [name]);
  const times = integers(
    graph,
    Array.from({ length: rank }, (_, at) => (at === axis ? factor : 1)),
  );
  return operator(graph, "Reshape", [tiled, operator(graph, "Mul", [sizes, times])]);
}

export const convolutionLayers: Readonly<Record<string, LayerKind>> = {
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  DepthwiseConv1D: depthwise(1, false),
  DepthwiseConv2D: depthwise(2, false),
  SeparableConv1D: depthwise(1, true),
  SeparableConv2D: depthwise(2, true),
  MaxPooling1D: pooling(1, "MaxPool"),
  MaxPooling2D: pooling(2, "MaxPool"),
  AveragePooling1D: pooling(1, "AveragePool"),
  AveragePooling2D: pooling(2, "AveragePool"),
  GlobalMaxPooling1D: globalPooling(1, "ReduceMax"),
  GlobalMaxPooling2D: globalPooling(2, "ReduceMax"),
  GlobalAveragePooling1D: globalPooling(1, "ReduceMean"),
  GlobalAveragePooling2D: globalPooling(2, "ReduceMean"),
  ZeroPadding1D: padding(1),
  ZeroPadding2D: padding(2),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
};
