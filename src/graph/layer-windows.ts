/** Convolution and pooling over windows as layers: windows must lie as ours do. */
import { axesOf, countWindows } from "../network/index.ts";
import type { ConvolutionLayer, Extent, SpatialPoolLayer } from "../network/index.ts";
import type { OperatorNode } from "./graph.ts";
import { checkSize, extend } from "./layer-values.ts";
import type { Chain, SignalValue } from "./layer-values.ts";
import { bindWindows, floatsOf, numberOf, numbersOf, through } from "./rule-call.ts";
import type { Rule } from "./rule-call.ts";
import { transposeTensor } from "./tensors.ts";

interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Positions before the first and after the last one, of each dimension. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function windowsOf(node: OperatorNode, kernel: readonly number[]): Windows | undefined {
  const each = (value: number): number[] => kernel.map(() => value);
  const pads = numbersOf(node, "pads") ?? [...each(0), ...each(0)];
  const { auto_pad: padding = "NOTSET" } = node.attributes;
  const windows = {
    kernel,
    stride: numbersOf(node, "strides") ?? each(1),
    dilation: numbersOf(node, "dilations") ?? each(1),
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
  };
  if (padding === "NOTSET") return windows;
  if (padding === "VALID") return { ...windows, before: each(0), after: each(0) };
  if (padding !== "SAME_UPPER" || windows.stride.some((stride) => stride !== 1)) return undefined;
  const beyond = kernel.map((taps, i) => (taps - 1) * (windows.dilation[i] ?? 1));
  const before = beyond.map((count) => Math.floor(count / 2));
  return { ...windows, before, after: beyond.map((count, i) => count - (before[i] ?? 0)) };
}

/** One number where it is the same in both directions of a picture. */
function extentOf(values: readonly number[]): Extent {
  const [first = 1, second] = values;
  return second === undefined || second === first ? first : [first, second];
}

function after(
  signal: SignalValue,
  layer: ConvolutionLayer | SpatialPoolLayer,
  node: OperatorNode,
  rest: Parameters<typeof extend>[3],
): SignalValue {
  const { chain } = signal;
  const axes = axesOf(layer, chain.picture !== undefined);
  const picture: Chain["picture"] =
    chain.picture === undefined
      ? undefined
      : { height: countWindows(axes.y, chain.picture.height), width: countWindows(axes.x, chain.picture.width) };
  return through(signal, extend(chain, layer, node, { ...rest, picture }));
}

export const convolve: Rule = ({ node, inputs }, signal) => {
  const weights = floatsOf(inputs[1]);
  const bias = inputs[2] === undefined ? undefined : floatsOf(inputs[2]);
  if (weights === undefined || (inputs[2] !== undefined && bias === undefined) || numberOf(node, "group", 1) !== 1)
    return undefined;
  const [outputs = 0, channels = 0, ...kernel] = weights.shape;
  const windows = windowsOf(node, kernel);
  if (windows === undefined || !bindWindows(signal, kernel.length) || !checkSize(signal.chain, channels))
    return undefined;
  const isValid = [...windows.before, ...windows.after].every((count) => count === 0);
  const isSame = kernel.every((taps, i) => {
    const beyond = (taps - 1) * (windows.dilation[i] ?? 1);
    return windows.before[i] === Math.floor(beyond / 2) && windows.after[i] === beyond - Math.floor(beyond / 2);
  });
  if (!isValid && !isSame) return undefined;
  const layer: ConvolutionLayer = {
    kind: "convolution",
    size: outputs,
    kernel: extentOf(kernel),
    ...(windows.stride.every((stride) => stride === 1) ? {} : { stride: extentOf(windows.stride) }),
    ...(windows.dilation.every((dilation) => dilation === 1) ? {} : { dilation: extentOf(windows.dilation) }),
    ...(isSame ? {} : { padding: "valid" }),
  };
  // [O, C, …] as [O, …, C].
  const order = [0, ...kernel.map((_, i) => i + 2), 1];
  return after(signal, layer, node, {
    parameters: {
      W: transposeTensor(weights, order).data as Float32Array,
      b: bias?.data ?? new Float32Array(outputs),
    },
    size: outputs,
  });
};

/** Windows that reach past the end, by padding that counts for nothing or by `ceil_mode`, begin within the signal: as ours, and no others. */
export const poolWindows =
  (over: "max" | "mean"): Rule =>
  ({ node }, signal) => {
    const kernel = numbersOf(node, "kernel_shape");
    const windows = kernel === undefined ? undefined : windowsOf(node, kernel);
    if (kernel === undefined || windows === undefined) return undefined;
    const isPlain =
      windows.before.every((count) => count === 0) &&
      windows.dilation.every((count) => count === 1) &&
      numberOf(node, "ceil_mode", 0) === 0 &&
      numberOf(node, "count_include_pad", 0) === 0 &&
      windows.after.every((count, i) => count === (kernel[i] ?? 1) - 1);
    if (!isPlain || !bindWindows(signal, kernel.length)) return undefined;
    const layer: SpatialPoolLayer = {
      kind: "spatial-pool",
      over,
      kernel: extentOf(kernel),
      ...(windows.stride.every((stride, i) => stride === kernel[i]) ? {} : { stride: extentOf(windows.stride) }),
    };
    return after(signal, layer, node, {});
  };
