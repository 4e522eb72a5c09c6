/**
 * Convolution over a sequence or a picture, as products: windows one after another are the rows, and a window's taps the segments of the depth, read where the
 * input lies. A sequence is a picture of one line.
 */
import { at, outerScratchLength, padTo4 } from "../../lower/index.ts";
import type { BufferId, Location, LoopId, MapBuilder, Statement, ValueId, View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { allocateSignal } from "../signal.ts";
import { axesOf, countWindows, spanOf } from "../spatial.ts";
import type { Axis } from "../spatial.ts";
import type { ConvolutionLayer, PictureSize } from "../spec.ts";
import { groupTaps, packBackward, packForward } from "./convolution-weights.ts";
import type { TapGroup, Taps } from "./convolution-weights.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";
import { allocateLines, eachPixel, linesFrom, linesOf, overRuns } from "./lines.ts";
import type { Lines } from "./lines.ts";
import { slideLengths, whereActive } from "./member-lengths.ts";
import type { MemberLengths } from "./member-lengths.ts";

/** What the parts of the lowering share. */
interface Work extends Taps {
  readonly layer: ConvolutionLayer;
  readonly lengths: MemberLengths;
  readonly input: PictureSize;
  readonly output: PictureSize;
  /** Positions of a line with zeros around it, of the input and of the gradient: a multiple of the windows' stride. */
  readonly pitch: number;
  readonly stride: { readonly y: number; readonly x: number };
}

/**
 *     padded     x with zeros around it, and past the members' ends            [padded height, B, pitch, C]
 *     pre        Σ_ky,kx padded(y s + ky, x s + kx) · W[:, ky, kx]ᵀ             [output height, B, pitch / s, O up to whole vectors]
 *     y          activation(pre + b)
 */
export function lowerConvolution(layer: ConvolutionLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, parameters, path } = context;
  const work = planConvolution(layer, context);
  const { axes, input, output: size, pitch, stride, inputs, outputs, lengths } = work;
  const columns = padTo4(outputs);
  const weights = known(parameters.get(`${path}.W`), "the weights");
  const bias = known(parameters.get(`${path}.b`), "the bias");
  const steps = size.height * size.width;
  const lines = reach(axes.y, input.height, size.height);
  const padded = allocateLines(context, `${name}.padded`, { lines, pitch, columns: inputs });
  const pre = allocateLines(context, `${name}.pre`, { lines: size.height, pitch: pitch / stride.x, columns });
  const output = allocateSignal(builder, `${name}.output`, { steps, batch, columns: outputs });
  const packed = packForward(work, weights.value);
  const middle = linesFrom(padded, { y: axes.y.before, x: axes.x.before });
  return {
    output: { location: output, steps },
    ...(lengths.after === undefined ? {} : { lengths: lengths.after }),
    packs: packed.packs,
    forward: [
      ...lengths.statements,
      clear(work, `${name}.zero`, padded.buffer),
      copyInput(work, `${name}.pad`, linesOf(context.signal.location, input), middle),
      ...multiply(work, `${name}.product`, {
        from: linesFrom(padded, { y: 0, x: 0 }, stride),
        taps: padded,
        to: pre,
        size,
        depth: inputs,
        groups: packed.groups,
      }),
      eachOutput(work, `${name}.activate`, [pre, linesOf(output, size)], (map, [from, to], position) => {
        const sum = map.apply("add", map.load(known(from, "sums")), map.load(rowOf(bias.value)));
        map.store(known(to, "outputs"), whereActive(map, lengths.after, position, activate(map, layer, sum)));
      }),
    ],
    finalStates: new Map(),
    backward: (outputGradient) => lowerBackward(work, { outputGradient, output, padded }),
  };
}

function planConvolution(layer: ConvolutionLayer, context: LayerContext): Work {
  const { shape, signal } = context;
  const picture = shape.inputPicture;
  const axes = axesOf(layer, picture !== undefined);
  const input = picture ?? { height: 1, width: signal.steps };
  const output = { height: countWindows(axes.y, input.height), width: countWindows(axes.x, input.width) };
  const stride = { y: axes.y.stride, x: axes.x.stride };
  const wide = Math.max(reach(axes.x, input.width, output.width), input.width + spanOf(axes.x) - 1);
  return {
    layer,
    context,
    axes,
    lengths: slideLengths(context, axes.x),
    input,
    output,
    pitch: Math.ceil(wide / stride.x) * stride.x,
    stride,
    inputs: shape.inputSize,
    outputs: layer.size,
  };
}

/** Positions that windows and what they read take. */
function reach(axis: Axis, length: number, windows: number): number {
  return Math.max(axis.before + length, (windows - 1) * axis.stride + spanOf(axis));
}

interface Windows {
  /** The first tap of each window. */
  readonly from: Lines;
  /** Where the taps lie. */
  readonly taps: Lines;
  readonly to: Lines;
  /** How many windows there are. */
  readonly size: PictureSize;
  /** Numbers of a tap. */
  readonly depth: number;
  /** Packed weights of each group of taps. */
  readonly groups: readonly BufferId[];
}

/** to = Σ taps · W. Windows that reach over a line's end are computed too, and not used. */
function multiply(work: Work, name: string, windows: Windows): readonly Statement[] {
  const { from, taps, to, size, depth, groups } = windows;
  const columns = to.position;
  return overRuns(work.context, name, { size, places: [from, to] }, (run) =>
    groupTaps(work).map((group, n) => ({
      kind: "product",
      name,
      rows: run.count,
      columns,
      depth: group.run * depth,
      segments: group.segments,
      a: { ...run.of(from, tapAt(work, taps, group.first)), segmentStride: segmentOf(work, taps, group) },
      b: known(groups[n], "packed weights"),
      c: run.of(to),
      accumulate: n > 0,
    })),
  );
}

/** Words from the first tap of a window to another. */
function tapAt({ axes: { y, x } }: Work, { line, position }: Lines, tap: number): number {
  return Math.floor(tap / x.kernel) * y.dilation * line + (tap % x.kernel) * x.dilation * position;
}

/** Words from one segment of a group to the next. */
function segmentOf(work: Work, taps: Lines, { segments, run }: TapGroup): number {
  return segments === 1 ? 0 : tapAt(work, taps, run);
}

/**
 *     spread     dy ⊙ activation'(y), the stride apart, with zeros around it and between   [input height + span - 1, B, pitch, O]
 *     db         += Σ spread
 *     dW[:, ky, kx] += Σ spreadᵀ padded(… + tap)
 *     dx(y, x)   Σ_ky,kx spread(y + ky, x + kx) · W[:, last - ky, last - kx]
 */
function lowerBackward(
  work: Work,
  places: { readonly outputGradient: Location; readonly output: Location; readonly padded: Lines },
): ReturnType<LoweredLayer["backward"]> {
  const { context, layer, lengths, axes, pitch, stride, inputs, outputs, input, output } = work;
  const { builder, batch, name, parameters, path } = context;
  const weights = known(parameters.get(`${path}.W`), "the weights");
  const bias = known(parameters.get(`${path}.b`), "the bias");
  const lines = input.height + spanOf(axes.y) - 1;
  const spread = allocateLines(context, `${name}.spread`, { lines, pitch, columns: outputs });
  const before = (axis: Axis): number => spanOf(axis) - 1 - axis.before;
  const dpre = linesFrom(spread, { y: before(axes.y), x: before(axes.x) }, stride);
  const located = [linesOf(places.outputGradient, output), linesOf(places.output, output), dpre];
  const statements = [
    clear(work, `${name}.zeroBack`, spread.buffer),
    eachOutput(work, `${name}.activateBack`, located, (map, [gradient, value, to], position) => {
      const slope = slopeOf(map, layer, map.load(known(gradient, "a gradient")), map.load(known(value, "an output")));
      map.store(known(to, "a place"), whereActive(map, lengths.after, position, slope));
    }),
    ...(bias.gradient === undefined ? [] : [addUp(work, spread, bias.gradient)]),
    ...weightGradient(work, { dpre, padded: places.padded, gradient: weights.gradient }),
  ];
  if (!context.inputGradient) return { packs: [], statements, inputGradient: undefined };
  const packed = packBackward(work, weights.value);
  const sums = allocateLines(context, `${name}.dpadded`, { lines: input.height, pitch, columns: padTo4(inputs) });
  const steps = input.height * input.width;
  const inputGradient = allocateSignal(builder, `${name}.dx`, { steps, batch, columns: inputs });
  const products = multiply(work, `${name}.productBack`, {
    from: spread,
    taps: spread,
    to: sums,
    size: input,
    depth: outputs,
    groups: packed.groups,
  });
  return {
    packs: packed.packs,
    statements: [...statements, ...products, copyInput(work, `${name}.unpad`, sums, linesOf(inputGradient, input))],
    inputGradient,
  };
}

/** db += Σ dpre, the zeros around it included. */
function addUp({ context, outputs }: Work, spread: Lines, gradient: BufferId): Statement {
  const { builder, name } = context;
  const rows = known(builder.buffers[spread.buffer], "a buffer").length / outputs;
  return builder.map(`${name}.db`, { rows, columns: outputs }, (map) => {
    const all = { buffer: spread.buffer, offset: at(0), rowStride: outputs, columnStride: 1 } as const;
    map.store(rowOf(gradient), map.load(all), "add");
  });
}

/** Of each run of taps an outer product. Past a line's end the gradient is zero. */
function weightGradient(
  work: Work,
  places: { readonly dpre: Lines; readonly padded: Lines; readonly gradient: BufferId | undefined },
): readonly Statement[] {
  const { context, axes, inputs, outputs, output: size, stride } = work;
  const { builder, name } = context;
  const { dpre, padded, gradient } = places;
  if (gradient === undefined) return [];
  const rowStride = axes.y.kernel * axes.x.kernel * inputs;
  const windows = linesFrom(padded, { y: 0, x: 0 }, stride);
  return overRuns(context, `${name}.dW`, { size, places: [dpre, windows] }, (run) =>
    groupTaps(work).flatMap((group) => {
      const sizes = { rows: outputs, columns: group.run * inputs, depth: run.count };
      return Array.from({ length: group.segments }, (_, segment): Statement => {
        const tap = group.first + segment * group.run;
        const length = outerScratchLength(sizes);
        return {
          kind: "outer",
          name: `${name}.dW`,
          ...sizes,
          a: run.of(dpre),
          b: run.of(windows, tapAt(work, padded, tap)),
          c: [{ buffer: gradient, offset: at(tap * inputs), rowStride, rows: outputs, at: 0 }],
          accumulate: true,
          scratch: builder.buffer({ name: `${name}.dW.scratch`, length, role: "scratch" }),
        };
      });
    }),
  );
}

function clear({ context }: Work, name: string, buffer: BufferId): Statement {
  const { length } = known(context.builder.buffers[buffer], "a buffer");
  return { kind: "fill", name, buffer, offset: at(0), length, value: 0 };
}

/** Copies the input's pixels, or their gradient; 0 at steps that a member does not have. */
function copyInput({ context, input, inputs, lengths }: Work, name: string, from: Lines, to: Lines): Statement {
  const byPosition = lengths.before !== undefined;
  const pixels = { name, size: input, columns: inputs, places: [from, to], byPosition };
  return eachPixel(context, pixels, (map, [own, other], position) =>
    map.store(known(other, "a place"), whereActive(map, lengths.before, position, map.load(known(own, "a place")))),
  );
}

/** A map over all outputs; position by position where members differ in length. */
function eachOutput(
  { context, output, lengths, outputs }: Work,
  name: string,
  places: readonly Lines[],
  fill: (map: MapBuilder, views: readonly View[], position: LoopId | undefined) => void,
): Statement {
  const byPosition = lengths.after !== undefined;
  return eachPixel(context, { name, size: output, columns: outputs, places, byPosition }, fill);
}

/** A row that all share. */
function rowOf(buffer: BufferId) {
  return { buffer, offset: at(0), rowStride: 0, columnStride: 1 } as const;
}

function activate(map: MapBuilder, { activation = "linear" }: ConvolutionLayer, value: ValueId): ValueId {
  switch (activation) {
    case "linear":
      return value;
    case "relu":
      return map.apply("max", value, map.constant(0));
    case "tanh":
      return map.apply("tanh", value);
  }
}

/** dy ⊙ activation'(y), from the value y that the activation gave. */
function slopeOf(
  map: MapBuilder,
  { activation = "linear" }: ConvolutionLayer,
  gradient: ValueId,
  value: ValueId,
): ValueId {
  switch (activation) {
    case "linear":
      return gradient;
    case "relu":
      return map.apply("select", map.apply("less", map.constant(0), value), gradient, map.constant(0));
    case "tanh":
      return map.apply(
        "multiply",
        gradient,
        map.apply("subtract", map.constant(1), map.apply("multiply", value, value)),
      );
  }
}
