/** The largest or the mean of windows of a sequence or picture; windows that reach past the end have fewer positions. */
import { at, memberNumbers, plus } from "../../lower/index.ts";
import type { Location, LoopId, MapBuilder, Statement, ValueId, View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { allocateSignal } from "../signal.ts";
import { axesOf, countWindows } from "../spatial.ts";
import type { Axis } from "../spatial.ts";
import type { SpatialPoolLayer } from "../spec.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";
import { slideLengths, whereActive } from "./member-lengths.ts";

export function lowerSpatialPool(layer: SpatialPoolLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal, shape } = context;
  const { columns } = signal.location;
  const picture = shape.inputPicture;
  const axes = axesOf(layer, picture !== undefined);
  const input = picture ?? { height: 1, width: signal.steps };
  const width = countWindows(axes.x, input.width);
  const steps = countWindows(axes.y, input.height) * width;
  const lengths = slideLengths(context, axes.x);
  const output = allocateSignal(builder, `${name}.output`, { steps, batch, columns });
  const isMax = layer.over === "max";
  const winners =
    isMax && context.gradient ? allocateSignal(builder, `${name}.winners`, { steps, batch, columns }) : undefined;
  const eachWindow = (label: string, fill: (map: MapBuilder, window: Window) => void): readonly Statement[] =>
    overWindows({ context, name: label, axes, height: input.height, width: input.width, outputWidth: width }, fill);

  return {
    output: { location: output, steps },
    ...(lengths.after === undefined ? {} : { lengths: lengths.after }),
    packs: [],
    forward: [
      ...lengths.statements,
      ...eachWindow(`${name}.${layer.over}`, (map, window) => {
        if (isMax) return takeLargest(map, window, { context, output, winners });
        const sum = window.taps
          .map((tap) => whereWithin(map, context, tap, map.load(tap.view(signal.location)), map.constant(0)))
          .reduce((total, value) => map.apply("add", total, value));
        const mean = map.apply("divide", sum, countWithin(map, context, window));
        map.store(window.view(output), whereActive(map, lengths.after, window.loop, mean));
      }),
    ],
    finalStates: new Map(),
    backward: (outputGradient) => {
      if (!context.inputGradient) return { packs: [], statements: [], inputGradient: undefined };
      const inputGradient = allocateSignal(builder, `${name}.dx`, { steps: signal.steps, batch, columns });
      const length = signal.steps * batch * columns;
      const statements: readonly Statement[] = [
        { kind: "fill", name: `${name}.zero`, buffer: inputGradient.buffer, offset: at(0), length, value: 0 },
        ...eachWindow(`${name}.back`, (map, window) => {
          const gradient = map.load(window.view(outputGradient));
          const share = isMax ? gradient : map.apply("divide", gradient, countWithin(map, context, window));
          window.taps.forEach((tap, number) => {
            const part =
              winners === undefined
                ? whereWithin(map, context, tap, share, map.constant(0))
                : map.apply(
                    "select",
                    map.apply("equal", map.load(window.view(winners)), map.constant(number)),
                    share,
                    map.constant(0),
                  );
            map.store(tap.view(inputGradient), part, "add");
          });
        }),
      ];
      return { packs: [], statements, inputGradient };
    },
  };
}

/** One position of a window. */
interface Tap {
  /** How many steps from the window's first one, along x. */
  readonly at: number;
  readonly window: Omit<Window, "taps">;
  view(location: Location): View;
}

/** A window of each member, at the indices of the loops around the map. */
interface Window {
  readonly taps: readonly Tap[];
  /** Counts windows along x, from the number `first` on, `stride` steps apart. */
  readonly loop: LoopId;
  readonly first: number;
  readonly stride: number;
  /** Of a place of one row a window. */
  view(location: Location): View;
}

/** The largest tap so far and its number; the first of equal ones. Windows past a member's end give 0 and no winner. */
function takeLargest(
  map: MapBuilder,
  window: Window,
  places: { readonly context: LayerContext; readonly output: Location; readonly winners: Location | undefined },
): void {
  const { context, output, winners } = places;
  const first = known(window.taps[0], "a tap");
  let best = map.load(first.view(context.signal.location));
  let winner = map.constant(0);
  window.taps.slice(1).forEach((tap, n) => {
    const value = map.load(tap.view(context.signal.location));
    const larger = map.apply("less", best, value);
    const wins = whereWithin(map, context, tap, larger, map.constant(0));
    best = map.apply("select", wins, value, best);
    winner = map.apply("select", wins, map.constant(n + 1), winner);
  });
  map.store(window.view(output), whereWithin(map, context, first, best, map.constant(0)));
  if (winners !== undefined)
    map.store(window.view(winners), whereWithin(map, context, first, winner, map.constant(-1)));
}

/** The step of a tap. */
function stepOf(map: MapBuilder, { at: shift, window }: Tap): ValueId {
  const start = map.apply("multiply", map.loopIndex(window.loop), map.constant(window.stride));
  return map.apply("add", start, map.constant(window.first * window.stride + shift));
}

/** `value` where the member has the tap's step, else `otherwise`. */
function whereWithin(
  map: MapBuilder,
  { lengths }: LayerContext,
  tap: Tap,
  value: ValueId,
  otherwise: ValueId,
): ValueId {
  if (lengths === undefined) return value;
  return map.apply("select", map.apply("less", stepOf(map, tap), map.load(memberNumbers(lengths))), value, otherwise);
}

/** Positions of the window that each member has: at least 1, so that windows past its end divide by something. */
function countWithin(map: MapBuilder, { lengths }: LayerContext, { taps }: Window): ValueId {
  if (lengths === undefined) return map.constant(taps.length);
  const start = stepOf(map, known(taps[0], "a tap"));
  const left = map.apply("subtract", map.load(memberNumbers(lengths)), start);
  return map.apply("max", map.apply("min", left, map.constant(taps.length)), map.constant(1));
}

interface Windows {
  readonly context: LayerContext;
  readonly name: string;
  readonly axes: { readonly y: Axis; readonly x: Axis };
  readonly height: number;
  readonly width: number;
  readonly outputWidth: number;
}

/** A map for the windows with all taps, and others for those at the edges that have fewer. */
function overWindows(
  { context, name, axes, height, width, outputWidth }: Windows,
  fill: (map: MapBuilder, window: Window) => void,
): readonly Statement[] {
  const { builder, batch, signal } = context;
  const { columns } = signal.location;
  return groupWindows(axes.y, height).flatMap((high) =>
    groupWindows(axes.x, width).map((wide) =>
      builder.loop(name, { count: high.count }, (y) => [
        builder.loop(`${name}.line`, { count: wide.count }, (x) => {
          const viewFrom = (location: Location, first: number, strides: readonly [number, number]): View => ({
            buffer: location.buffer,
            offset: plus(
              plus(at(location.offset + first * location.stepStride), y, strides[0] * location.stepStride),
              x,
              strides[1] * location.stepStride,
            ),
            rowStride: location.rowStride,
            columnStride: location.columnStride,
          });
          const own = {
            loop: x,
            first: wide.first,
            stride: axes.x.stride,
            view: (location: Location) => viewFrom(location, high.first * outputWidth + wide.first, [outputWidth, 1]),
          };
          const corner = high.first * axes.y.stride * width + wide.first * axes.x.stride;
          const taps = Array.from({ length: high.taps * wide.taps }, (_, tap): Tap => {
            const [down, right] = [Math.floor(tap / wide.taps), tap % wide.taps];
            return {
              at: right,
              window: own,
              view: (location) =>
                viewFrom(location, corner + down * width + right, [axes.y.stride * width, axes.x.stride]),
            };
          });
          return [builder.map(name, { rows: batch, columns }, (map) => fill(map, { ...own, taps }))];
        }),
      ]),
    ),
  );
}

/** Windows one after another that have equally many taps within `length` positions. */
function groupWindows(
  axis: Axis,
  length: number,
): readonly { readonly first: number; readonly count: number; readonly taps: number }[] {
  const groups: { first: number; count: number; taps: number }[] = [];
  for (let window = 0; window < countWindows(axis, length); window++) {
    const taps = Math.min(axis.kernel, length - window * axis.stride);
    const last = groups.at(-1);
    if (last?.taps === taps) last.count++;
    else groups.push({ first: window, count: 1, taps });
  }
  return groups;
}
