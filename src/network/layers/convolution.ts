/**
 * Convolution over a sequence or a picture, as products: positions along a line × members are the rows, taps along x the segments of the depth, and taps
 * along y further products that add to the same result. A sequence is a picture of one line.
 */
import { at, overRows, outerScratchLength, padTo4, plus, shift } from "../../lower/index.ts";
import type { BufferId, Location, LoopId, MapBuilder, Offset, Statement, ValueId } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { allocateSignal } from "../signal.ts";
import { axesOf, countWindows, spanOf } from "../spatial.ts";
import type { Axis } from "../spatial.ts";
import type { ConvolutionLayer, PictureSize } from "../spec.ts";
import { packBackward, packForward } from "./convolution-weights.ts";
import type { Taps } from "./convolution-weights.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";
import { slideLengths, whereActive } from "./member-lengths.ts";
import type { MemberLengths } from "./member-lengths.ts";

/** What the parts of the lowering share. */
interface Work extends Taps {
  readonly layer: ConvolutionLayer;
  readonly lengths: MemberLengths;
  readonly input: PictureSize;
  /** The input with zeros around it. */
  readonly padded: PictureSize;
  readonly output: PictureSize;
}

/**
 *     padded     x with zeros around it, and past the members' ends            [padded height × width, B, C]
 *     pre        Σ_ky padded(y s + ky, x s …) · W[:, ky]ᵀ                       [output height × width, B, O up to whole vectors]
 *     y          activation(pre + b)
 */
export function lowerConvolution(layer: ConvolutionLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, parameters, path } = context;
  const work = planConvolution(layer, context);
  const { output: size, padded: around, inputs, outputs, lengths } = work;
  const columns = padTo4(outputs);
  const weights = known(parameters.get(`${path}.W`), "the weights");
  const bias = known(parameters.get(`${path}.b`), "the bias");
  const steps = size.height * size.width;
  const padded = allocateSignal(builder, `${name}.padded`, {
    steps: around.height * around.width,
    batch,
    columns: inputs,
  });
  const pre = allocateSignal(builder, `${name}.pre`, { steps, batch, columns });
  const output = allocateSignal(builder, `${name}.output`, { steps, batch, columns: outputs });
  const packed = packForward(work, weights.value);
  const products = overLines(work, `${name}.lines`, (rows) =>
    packed.lines.map((line, ky) => ({
      kind: "product",
      name: `${name}.product`,
      rows: rows.count,
      columns,
      depth: inputs,
      segments: work.axes.x.kernel,
      a: {
        buffer: padded.buffer,
        ...shifted(rows.input(inputs), tapAt(work, ky, 0, inputs)),
        segmentStride: tapAt(work, 0, 1, inputs),
      },
      b: line,
      c: { buffer: pre.buffer, ...rows.output(columns) },
      accumulate: ky > 0,
    })),
  );
  return {
    output: { location: output, steps },
    ...(lengths.after === undefined ? {} : { lengths: lengths.after }),
    packs: packed.packs,
    forward: [
      ...lengths.statements,
      clear(`${name}.zero`, padded, around, work),
      moveCentre(work, `${name}.pad`, { inside: context.signal.location, padded, inwards: true }),
      products,
      ...eachOutput(work, `${name}.activate`, [{ ...pre, columns: outputs }, output], (map, [from, to], loop) => {
        const sum = map.apply("add", map.load(known(from, "sums")), map.load(rowOf(bias.value)));
        map.store(known(to, "outputs"), whereActive(map, lengths.after, loop, activate(map, layer, sum)));
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
  const reach = (axis: Axis, length: number, windows: number): number =>
    Math.max(axis.before + length, (windows - 1) * axis.stride + spanOf(axis));
  return {
    layer,
    context,
    axes,
    lengths: slideLengths(context, axes.x),
    input,
    output,
    padded: {
      height: reach(axes.y, input.height, output.height),
      width: reach(axes.x, input.width, output.width),
    },
    inputs: shape.inputSize,
    outputs: layer.size,
  };
}

/** Rows of a place: where they begin, and how far apart they are. */
interface Rows {
  readonly offset: Offset;
  readonly rowStride: number;
}

/** Positions along a line for all members, as rows of the padded input and of the output. */
interface LineRows {
  readonly count: number;
  /** For rows of so many numbers. */
  input(columns: number): Rows;
  output(columns: number): Rows;
}

function shifted({ offset, rowStride }: Rows, words: number): Rows {
  return { offset: shift(offset, words), rowStride };
}

/** Words from the first tap of a window to another. */
function tapAt({ axes, padded, context }: Work, ky: number, kx: number, columns: number): number {
  return (ky * axes.y.dilation * padded.width + kx * axes.x.dilation) * context.batch * columns;
}

/**
 * Statements for each line of the output: for all its positions and members at once where the windows' stride along x is 1, else for all members of a
 * position or all positions of a member, whichever are more.
 */
function overLines(
  { axes, padded, output, context }: Work,
  name: string,
  emit: (rows: LineRows) => readonly Statement[],
): Statement {
  const { builder, batch } = context;
  const pace = axes.x.stride;
  return builder.loop(name, { count: output.height }, (y) => {
    const line = (columns: number): Offset => plus(at(0), y, axes.y.stride * padded.width * batch * columns);
    const outputLine = (columns: number): Offset => plus(at(0), y, output.width * batch * columns);
    if (pace === 1)
      return emit({
        count: output.width * batch,
        input: (columns) => ({ offset: line(columns), rowStride: columns }),
        output: (columns) => ({ offset: outputLine(columns), rowStride: columns }),
      });
    if (batch >= output.width)
      return [
        builder.loop(`${name}.positions`, { count: output.width }, (x) =>
          emit({
            count: batch,
            input: (columns) => ({ offset: plus(line(columns), x, pace * batch * columns), rowStride: columns }),
            output: (columns) => ({ offset: plus(outputLine(columns), x, batch * columns), rowStride: columns }),
          }),
        ),
      ];
    return [
      builder.loop(`${name}.members`, { count: batch }, (member) =>
        emit({
          count: output.width,
          input: (columns) => ({ offset: plus(line(columns), member, columns), rowStride: pace * batch * columns }),
          output: (columns) => ({ offset: plus(outputLine(columns), member, columns), rowStride: batch * columns }),
        }),
      ),
    ];
  });
}

/**
 *     dpre    dy ⊙ activation'(y)          db += Σ dpre
 *     dW[:, ky, kx] += Σ dpreᵀ padded(… + tap)
 *     dpadded(… + tap) += dpre · W[:, ky, kx]
 */
function lowerBackward(
  work: Work,
  places: { readonly outputGradient: Location; readonly output: Location; readonly padded: Location },
): ReturnType<LoweredLayer["backward"]> {
  const { context, layer, lengths, padded: around, inputs, outputs, input } = work;
  const { builder, batch, name, parameters, path } = context;
  const weights = known(parameters.get(`${path}.W`), "the weights");
  const bias = known(parameters.get(`${path}.b`), "the bias");
  const steps = work.output.height * work.output.width;
  const dpre = allocateSignal(builder, `${name}.dpre`, { steps, batch, columns: outputs });
  const located = [places.outputGradient, places.output, dpre];
  const statements = [
    ...eachOutput(work, `${name}.activateBack`, located, (map, [gradient, value, to], loop) => {
      const slope = slopeOf(map, layer, map.load(known(gradient, "a gradient")), map.load(known(value, "an output")));
      const own = whereActive(map, lengths.after, loop, slope);
      map.store(known(to, "a place"), own);
      if (bias.gradient !== undefined) map.store(rowOf(bias.gradient), own, "add");
    }),
    ...weightGradient(work, { dpre, padded: places.padded, gradient: weights.gradient }),
  ];
  if (!context.inputGradient) return { packs: [], statements, inputGradient: undefined };
  const columns = padTo4(inputs);
  const { packs, taps } = packBackward(work, weights.value);
  const dpadded = allocateSignal(builder, `${name}.dpadded`, { steps: around.height * around.width, batch, columns });
  const inputGradient = allocateSignal(builder, `${name}.dx`, {
    steps: input.height * input.width,
    batch,
    columns: inputs,
  });
  const products = overLines(work, `${name}.linesBack`, (rows) =>
    eachTap(work, (ky, kx, tap) => ({
      kind: "product",
      name: `${name}.productBack`,
      rows: rows.count,
      columns,
      depth: outputs,
      segments: 1,
      a: { buffer: dpre.buffer, ...rows.output(outputs), segmentStride: 0 },
      b: known(taps[tap], "a packed tap"),
      c: { buffer: dpadded.buffer, ...shifted(rows.input(columns), tapAt(work, ky, kx, columns)) },
      accumulate: true,
    })),
  );
  const centre = moveCentre(work, `${name}.unpad`, { inside: inputGradient, padded: dpadded, inwards: false });
  return {
    packs,
    statements: [...statements, clear(`${name}.zeroBack`, dpadded, around, work), products, centre],
    inputGradient,
  };
}

function weightGradient(
  work: Work,
  places: { readonly dpre: Location; readonly padded: Location; readonly gradient: BufferId | undefined },
): readonly Statement[] {
  const { context, axes, inputs, outputs } = work;
  const { builder, name } = context;
  const { dpre, padded, gradient } = places;
  if (gradient === undefined) return [];
  const rowStride = axes.y.kernel * axes.x.kernel * inputs;
  const outer = overLines(work, `${name}.dW`, (rows) => {
    const sizes = { rows: outputs, columns: inputs, depth: rows.count };
    const length = outerScratchLength(sizes);
    const scratch = builder.buffer({ name: `${name}.dW.scratch`, length, role: "scratch" });
    return eachTap(work, (ky, kx, tap) => ({
      kind: "outer",
      name: `${name}.dW`,
      ...sizes,
      a: { buffer: dpre.buffer, ...rows.output(outputs) },
      b: { buffer: padded.buffer, ...shifted(rows.input(inputs), tapAt(work, ky, kx, inputs)) },
      c: [{ buffer: gradient, offset: at(tap * inputs), rowStride, rows: outputs, at: 0 }],
      accumulate: true,
      scratch,
    }));
  });
  return [outer];
}

function eachTap({ axes }: Work, emit: (ky: number, kx: number, tap: number) => Statement): readonly Statement[] {
  const wide = axes.x.kernel;
  return Array.from({ length: axes.y.kernel * wide }, (_, tap) => emit(Math.floor(tap / wide), tap % wide, tap));
}

function clear(name: string, { buffer, columns }: Location, { height, width }: PictureSize, work: Work): Statement {
  return { kind: "fill", name, buffer, offset: at(0), length: height * width * work.context.batch * columns, value: 0 };
}

interface Centre {
  /** The input's places, or those of its gradient. */
  readonly inside: Location;
  readonly padded: Location;
  /** From inside into the padded place, or the other way. */
  readonly inwards: boolean;
}

/** Copies a signal into the middle of its padded place, or out of it; 0 at steps that a member does not have. */
function moveCentre(work: Work, name: string, { inside, padded, inwards }: Centre): Statement {
  const { axes, input, context, lengths, inputs } = work;
  const { builder } = context;
  const before = (axes.y.before * work.padded.width + axes.x.before) * padded.stepStride;
  return builder.loop(name, { count: input.height }, (y) => {
    const move = (loop: LoopId | undefined): readonly Statement[] =>
      overRows(
        context,
        { name, range: { first: 0, count: input.width }, loop, locations: [inside, { ...padded, offset: before }] },
        ([own, around], rows, x) => {
          const moved = {
            ...known(own, "a place"),
            offset: plus(known(own, "a place").offset, y, input.width * inside.stepStride),
          };
          const there = {
            ...known(around, "a place"),
            offset: plus(known(around, "a place").offset, y, work.padded.width * padded.stepStride),
          };
          return [
            builder.map(name, { rows, columns: inputs }, (map) => {
              const value = map.load(inwards ? moved : there);
              map.store(inwards ? there : moved, whereActive(map, lengths.before, x, value));
            }),
          ];
        },
      );
    if (lengths.before === undefined) return move(undefined);
    return [builder.loop(`${name}.steps`, { count: input.width }, move)];
  });
}

/** A map over all rows of the output's places; step by step where members differ in length. */
function eachOutput(
  { context, output, lengths, outputs }: Work,
  name: string,
  locations: readonly Location[],
  fill: (map: MapBuilder, views: Parameters<Parameters<typeof overRows>[2]>[0], loop: LoopId | undefined) => void,
): readonly Statement[] {
  const count = output.height * output.width;
  const of = (loop: LoopId | undefined): readonly Statement[] =>
    overRows(context, { name, range: { first: 0, count }, loop, locations }, (views, rows, t) => [
      context.builder.map(name, { rows, columns: outputs }, (map) => fill(map, views, t)),
    ]);
  return lengths.after === undefined ? of(undefined) : [context.builder.loop(`${name}.steps`, { count }, of)];
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
