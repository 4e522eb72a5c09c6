/** Matrix products and convolutions: windows of the input are the rows of one product. */
import { at, packedLength, padTo4, plus } from "../../lower/index.ts";
import type { BufferId, LoopId, Offset, Statement, WeightFormat } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { OperatorNode } from "../graph.ts";
import { padSame } from "../operators/windows.ts";
import { copy } from "./context.ts";
import type { LowerContext, LowerOperator, Pending } from "./context.ts";
import { combine } from "./elementwise.ts";
import { broadcast, permute, reshape, stridesIn, take } from "./placed.ts";
import type { Placed } from "./placed.ts";
import { countElements } from "../tensors.ts";
import { numberOf } from "./settings.ts";

const integers = (node: OperatorNode, name: string): readonly number[] | undefined =>
  node.attributes[name] as readonly number[] | undefined;

/** A matrix `[depth, columns]` to multiply with from the right. */
interface Right {
  readonly packed: BufferId;
  readonly format: WeightFormat;
  readonly depth: number;
  /** Up to whole vectors of four. */
  readonly columns: number;
}

/** Packs a matrix: once where it is constant, else at every call. `[depth, columns]` of it is seen as `matrix`. */
function pack(context: LowerContext, name: string, matrix: Placed, isConstant: boolean): Right {
  const [depth, wide] = [matrix.shape[0]!, matrix.shape[1]!];
  const columns = padTo4(wide);
  const format = isConstant ? context.weights : "float32";
  const packed = context.builder.buffer({
    name: `${name}.packed`,
    length: packedLength(depth, columns, format),
    role: isConstant ? "persistent" : "scratch",
    shape: [depth, columns],
  });
  const statement: Statement = {
    kind: "pack",
    name: `${name}.pack`,
    depth,
    columns,
    blocks: [
      {
        buffer: matrix.buffer,
        offset: at(matrix.offset),
        depthStride: matrix.strides[0]!,
        columnStride: matrix.strides[1]!,
        depth,
        columns: wide,
        depthAt: 0,
        columnAt: 0,
      },
    ],
    to: packed,
    format,
  };
  if (isConstant) context.prepare([statement]);
  else context.add([statement]);
  return { packed, format, depth, columns };
}

/** `[M, K]` with its K side by side. */
function sideBySide(context: LowerContext, name: string, placed: Placed): Placed {
  const { strides, shape } = placed;
  if (strides.at(-1) === 1 || shape.at(-1) === 1) return placed;
  const to = context.allocate(`${name}.left`, shape);
  context.add(copy(context.builder, `${name}.left`, placed, to));
  return to;
}

/** left [M, K] · right, into a place of its own; seen without what fills up vectors. */
function multiply(context: LowerContext, name: string, left: Placed, right: Right, wide: number): Placed {
  const rows = left.shape[0]!;
  const to = context.allocate(name, [rows, right.columns]);
  context.add([
    {
      kind: "product",
      name,
      rows,
      columns: right.columns,
      depth: right.depth,
      segments: 1,
      a: { buffer: left.buffer, offset: at(left.offset), rowStride: left.strides[0]!, segmentStride: 0 },
      b: right.packed,
      format: right.format,
      c: { buffer: to.buffer, offset: at(0), rowStride: right.columns },
      accumulate: false,
    },
  ]);
  return take(to, 1, { start: 0, step: 1, count: wide });
}

/** Leading axes as one, where their places allow, or a copy. */
function asMatrix(context: LowerContext, name: string, placed: Placed): Placed {
  const columns = placed.shape.at(-1)!;
  const rows = countElements(placed.shape.slice(0, -1));
  const seen = reshape(placed, [rows, columns]);
  if (seen !== undefined) return sideBySide(context, name, seen);
  const to = context.allocate(`${name}.left`, placed.shape);
  context.add(copy(context.builder, `${name}.left`, placed, to));
  return known(reshape(to, [rows, columns]), "row-major takes any shape");
}

/** A [..., M, K] · B [K, N]; and where both have the same leading axes, matrix by matrix. */
const matMul: LowerOperator = (node, context) => {
  const [a = "", b = ""] = node.inputs;
  const output = known(node.outputs[0], "an output");
  const [left, right] = [context.shape(a), context.shape(b)];
  const shape = context.shape(output);
  if (left.length === 0 || right.length < 2 || shape.includes(0) || left.includes(0)) return false;
  const isConstant = context.constant(b) !== undefined;
  if (right.length === 2) {
    const packed = pack(context, output, context.place(b), isConstant);
    const from = asMatrix(context, output, context.place(a));
    context.define(
      output,
      known(reshape(multiply(context, output, from, packed, right[1]!), shape), "rows of a product"),
    );
    return true;
  }
  const batches = countElements(shape.slice(0, -2));
  if (batches > 64 || left.length < 2) return false;
  const lead = shape.slice(0, -2);
  const flat = (name: string, isOnce: boolean): Placed => {
    const placed = broadcast(context.place(name), [...lead, ...context.shape(name).slice(-2)]);
    const wanted = [batches, ...placed.shape.slice(-2)];
    const seen = reshape(placed, wanted);
    if (seen !== undefined) return seen;
    const to = context.allocate(`${name}.whole`, placed.shape, { role: isOnce ? "persistent" : "scratch" });
    const statements = copy(context.builder, `${name}.copy`, placed, to);
    if (isOnce) context.prepare(statements);
    else context.add(statements);
    return known(reshape(to, wanted), "row-major takes any shape");
  };
  const [lefts, rights] = [flat(a, false), flat(b, isConstant)];
  const to = context.allocate(output, [batches, ...shape.slice(-2)]);
  const one = (placed: Placed, batch: number): Placed =>
    known(
      reshape(take(placed, 0, { start: batch, step: 1, count: 1 }), placed.shape.slice(1)),
      "an axis of one element",
    );
  for (let batch = 0; batch < batches; batch++) {
    const packed = pack(context, `${output}.${batch}`, one(rights, batch), isConstant);
    const from = sideBySide(context, `${output}.${batch}`, one(lefts, batch));
    const product = multiply(context, `${output}.${batch}`, from, packed, shape.at(-1)!);
    context.add(copy(context.builder, `${output}.copy`, product, one(to, batch)));
  }
  context.define(output, known(reshape(to, shape), "row-major takes any shape"));
  return true;
};

/** alpha A' · B' + beta C. */
const gemm: LowerOperator = (node, context) => {
  const [a = "", b = "", c = ""] = node.inputs;
  const output = known(node.outputs[0], "an output");
  const shape = context.shape(output);
  if (shape.includes(0) || context.shape(a).includes(0)) return false;
  const [alpha, beta] = [numberOf(node, "alpha", 1), numberOf(node, "beta", 1)];
  const turned = (name: string, attribute: string): Placed => {
    const placed = context.place(name);
    return numberOf(node, attribute, 0) === 0 ? placed : permute(placed, [1, 0]);
  };
  const right = pack(context, output, turned(b, "transB"), context.constant(b) !== undefined);
  const left = sideBySide(context, output, turned(a, "transA"));
  const product = seen(multiply(context, `${output}.product`, left, right, shape[1]!));
  const summands = c === "" || beta === 0 ? [product] : [product, context.pending(c, shape)];
  context.define(
    output,
    combine(summands, shape, (map, own = 0, bias) => {
      const scaled = alpha === 1 ? own : map.apply("multiply", own, map.constant(alpha));
      if (bias === undefined) return scaled;
      return map.apply("add", scaled, beta === 1 ? bias : map.apply("multiply", bias, map.constant(beta)));
    }),
  );
  return true;
};

/** A place as something to be read element by element. */
function seen(placed: Placed): Pending {
  return { shape: placed.shape, reads: [placed], emit: (_, [loaded]) => known(loaded, "a load") };
}

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** Along each axis of space, as `planWindows` has them in plain code: `pads` count only without `auto_pad`. */
export function windowsOf(node: OperatorNode, input: readonly number[], kernel: readonly number[]): readonly Window[] {
  const axes = input.length;
  const auto = node.attributes["auto_pad"] ?? "NOTSET";
  const pads = auto === "NOTSET" ? integers(node, "pads") : undefined;
  return kernel.map((size, axis) => {
    const [stride, dilation] = [integers(node, "strides")?.[axis] ?? 1, integers(node, "dilations")?.[axis] ?? 1];
    const span = (size - 1) * dilation + 1;
    const pad =
      auto === "SAME_UPPER" || auto === "SAME_LOWER"
        ? padSame(auto, { size: input[axis]!, stride, span })
        : { before: pads?.[axis] ?? 0, after: pads?.[axis + axes] ?? 0 };
    return { kernel: size, stride, dilation, ...pad };
  });
}

/**
 * x [B, C, …space], W [O, C, …kernel], b [O], over one or two axes of space. x is brought to channels last with zeros around it, `[B, (height,) width, C]`, so that the taps of a window along the
 * last axis lie side by side: a row of the product, whose depth has a segment for each line of the kernel, or for each tap where taps are apart. The output is channels last too.
 */
const convolution: LowerOperator = (node, context) => {
  const [x = "", w = "", b = ""] = node.inputs;
  const output = known(node.outputs[0], "an output");
  const [from, weights] = [context.shape(x), context.shape(w)];
  const space = from.length - 2;
  if (numberOf(node, "group", 1) !== 1 || space < 1 || space > 2 || context.shape(output).includes(0)) return false;
  const weight = context.constant(w);
  if (weight === undefined) return false;
  const size = context.shape(output);
  // A line is a picture of height 1.
  const flat = space === 1;
  const windows = windowsOf(node, from.slice(2), weights.slice(2));
  const none: Window = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const [y, along] = flat
    ? [none, known(windows[0], "a window")]
    : [known(windows[0], "a window"), known(windows[1], "a window")];
  const picture = (
    shape: readonly number[],
  ): readonly [batch: number, channels: number, height: number, width: number] =>
    flat ? [shape[0]!, shape[1]!, 1, shape[2]!] : [shape[0]!, shape[1]!, shape[2]!, shape[3]!];
  const [batch, channels, height, width] = picture(from);
  const [, outputs, outHeight, outWidth] = picture(size);
  const lastToFirst = known(reshape(context.place(x), [batch, channels, height, width]), "an axis of one element");
  const input = spread(context, output, permute(lastToFirst, [0, 2, 3, 1]), y, along);
  const [lineStride, position] = [input.strides[1]!, input.strides[2]!];
  // Taps side by side in memory are one segment; lines of the kernel, or taps apart, are segments.
  const together = along.dilation === 1 && (position === channels || along.kernel === 1);
  return lowerTaps();

  function lowerTaps(): true {
    const right = packTaps();
    const to = context.allocate(output, [batch, outHeight, outWidth, right.columns]);
    const statements = right.groups.map((group, n): Statement =>
      rowsOver(context, output, batch, outHeight, (offsets): Statement => ({
        kind: "product",
        name: output,
        rows: outWidth,
        columns: right.columns,
        depth: group.depth,
        segments: group.segments,
        a: {
          buffer: input.buffer,
          offset: offsets(input.offset + group.first, input.strides[0]!, y.stride * lineStride),
          rowStride: along.stride * position,
          segmentStride: group.segmentStride,
        },
        b: group.packed,
        format: group.format,
        c: { buffer: to.buffer, offset: offsets(0, to.strides[0]!, to.strides[1]!), rowStride: right.columns },
        accumulate: n > 0,
      })),
    );
    context.add(statements);
    const whole = permute(take(to, 3, { start: 0, step: 1, count: outputs }), [0, 3, 1, 2]);
    const product = seen(known(reshape(whole, size), "an axis of one element"));
    if (b === "") context.define(output, product);
    else {
      const bias = broadcast(
        known(reshape(context.place(b), [outputs, ...Array<number>(space).fill(1)]), "axes of one element"),
        size,
      );
      context.define(
        output,
        combine([product, seen(bias)], size, (map, own = 0, more = 0) => map.apply("add", own, more)),
      );
    }
    return true;
  }

  /** Weights as `[taps × channels, outputs]`, cut into groups of segments that are evenly apart. */
  function packTaps() {
    const columns = padTo4(outputs);
    const run = together ? along.kernel : 1;
    const perLine = along.kernel / run;
    const taps = Array.from({ length: y.kernel * perLine }, (_, n) => {
      const [line, tap] = [Math.floor(n / perLine), (n % perLine) * run];
      return { line, tap, at: line * y.dilation * lineStride + tap * along.dilation * position };
    });
    const steps = new Set(taps.slice(1).map((tap, n) => tap.at - taps[n]!.at));
    const groups =
      steps.size <= 1 ? [taps] : Array.from({ length: y.kernel }, (_, line) => taps.filter((tap) => tap.line === line));
    const numbers = weight!.data as Float32Array;
    return {
      columns,
      groups: groups.map((group, n) => {
        const depth = run * channels;
        const order = new Float32Array(group.length * depth * outputs);
        group.forEach(({ line, tap }, segment) => {
          for (let k = 0; k < run; k++)
            for (let c = 0; c < channels; c++)
              for (let o = 0; o < outputs; o++)
                order[(segment * depth + k * channels + c) * outputs + o] =
                  numbers[((o * channels + c) * y.kernel + line) * along.kernel + tap + k]!;
        });
        const shape = [group.length * depth, outputs];
        const buffer = context.hold(`${output}.weights${n}`, order);
        const packed = pack(
          context,
          `${output}.${n}`,
          { buffer, offset: 0, shape, strides: stridesIn(shape, [0, 1]) },
          true,
        );
        return {
          packed: packed.packed,
          format: packed.format,
          depth,
          segments: group.length,
          first: group[0]!.at,
          segmentStride: group.length === 1 ? 0 : group[1]!.at - group[0]!.at,
        };
      }),
    };
  }
};

/** `[B, H, W, C]` with zeros around, its channels side by side; the place itself where it needs none and lies so. */
function spread(context: LowerContext, name: string, placed: Placed, y: Window, x: Window): Placed {
  const [batch, height, width, channels] = placed.shape as readonly [number, number, number, number];
  const isReady = y.before + y.after + x.before + x.after === 0 && (placed.strides[3] === 1 || channels === 1);
  if (isReady) return placed;
  const to = context.allocate(`${name}.padded`, [
    batch,
    y.before + height + y.after,
    x.before + width + x.after,
    channels,
  ]);
  const length = countElements(to.shape);
  const middle = take(take(to, 1, { start: y.before, step: 1, count: height }), 2, {
    start: x.before,
    step: 1,
    count: width,
  });
  const zero: Statement = { kind: "fill", name: `${name}.zero`, buffer: to.buffer, offset: at(0), length, value: 0 };
  const isWhole = y.before + y.after + x.before + x.after === 0;
  context.add([...(isWhole ? [] : [zero]), ...copy(context.builder, `${name}.pad`, placed, middle)]);
  return to;
}

/** A statement for each member and line. */
function rowsOver(
  { builder }: LowerContext,
  name: string,
  batch: number,
  lines: number,
  emit: (offsets: (constant: number, member: number, line: number) => Offset) => Statement,
): Statement {
  const inner = (member: LoopId | undefined, line: LoopId | undefined): Statement =>
    emit((constant, memberStride, lineStride) => {
      const moved = member === undefined ? at(constant) : plus(at(constant), member, memberStride);
      return line === undefined ? moved : plus(moved, line, lineStride);
    });
  const overLines = (member: LoopId | undefined): Statement =>
    lines === 1
      ? inner(member, undefined)
      : builder.loop(`${name}.lines`, { count: lines }, (line) => [inner(member, line)]);
  return batch === 1
    ? overLines(undefined)
    : builder.loop(`${name}.members`, { count: batch }, (member) => [overLines(member)]);
}

/** Lowerings of all operators that are products. */
export const products: ReadonlyMap<string, LowerOperator> = new Map([
  ["MatMul", matMul],
  ["Gemm", gemm],
  ["Conv", convolution],
]);
