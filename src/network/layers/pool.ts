/** Pooling over time: the last output of each member, the mean, or the largest of each feature. */
import { overRows } from "../../lower/index.ts";
import type { Location, LoopId, MapBuilder, Statement, ValueId, View } from "../../lower/index.ts";
import { allocateSignal } from "../signal.ts";
import type { PoolLayer } from "../spec.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerPool(layer: PoolLayer, context: LayerContext): LoweredLayer {
  switch (layer.over) {
    case "last":
      return context.lengths === undefined ? lowerLastStep(context) : lowerLastOfEach(context);
    case "mean":
      return lowerMean(context);
    case "max":
      return lowerMax(context);
  }
}

interface Parts {
  readonly output: Location;
  readonly forward: readonly Statement[];
  /** Writes the gradient of the whole sequence, which is zero at first. */
  readonly back: (outputGradient: Location, inputGradient: Location) => readonly Statement[];
}

function layerOf(context: LayerContext, { output, forward, back }: Parts): LoweredLayer {
  const { builder, batch, name, signal } = context;
  const { columns } = signal.location;
  return {
    output: { location: output, steps: 1 },
    packs: [],
    forward,
    finalStates: new Map(),
    backward: (outputGradient) => {
      if (!context.inputGradient) return { packs: [], statements: [], inputGradient: undefined };
      const inputGradient = allocateSignal(builder, `${name}.dx`, { steps: signal.steps, batch, columns });
      const length = signal.steps * batch * columns;
      const clear: Statement = {
        kind: "fill",
        name: `${name}.clear`,
        buffer: inputGradient.buffer,
        offset: { constant: 0, terms: [] },
        length,
        value: 0,
      };
      return { packs: [], statements: [clear, ...back(outputGradient, inputGradient)], inputGradient };
    },
  };
}

const onlyStep = { first: 0, count: 1 };

/** Step 0 of each place. */
function onStep(
  context: LayerContext,
  name: string,
  locations: readonly Location[],
  fill: (map: MapBuilder, views: readonly View[]) => void,
): readonly Statement[] {
  const columns = context.signal.location.columns;
  return overRows(context, { name, range: onlyStep, locations }, (views, rows) => [
    context.builder.map(name, { rows, columns }, (map) => fill(map, views)),
  ]);
}

/** Every step of each place, or step 0 of one that has no others. */
function onEachStep(
  context: LayerContext,
  name: string,
  locations: readonly Location[],
  fill: (map: MapBuilder, views: readonly View[], loop: LoopId) => void,
): Statement {
  const { builder, signal } = context;
  const columns = signal.location.columns;
  return builder.loop(`${name}.steps`, { count: signal.steps }, (loop) =>
    overRows(context, { name, range: { first: 0, count: signal.steps }, loop, locations }, (views, rows) => [
      builder.map(name, { rows, columns }, (map) => fill(map, views, loop)),
    ]),
  );
}

/** A place of one step, seen the same from every step. */
function still(location: Location): Location {
  return { ...location, stepStride: 0 };
}

/** All members are as long as the sequence: its last step is there already. */
function lowerLastStep(context: LayerContext): LoweredLayer {
  const { signal, name } = context;
  const last = (location: Location): Location => ({
    ...location,
    offset: location.offset + (signal.steps - 1) * location.stepStride,
  });
  return layerOf(context, {
    output: last(signal.location),
    forward: [],
    back: (from, to) =>
      onStep(context, `${name}.back`, [from, last(to)], (map, [source, target]) =>
        map.store(target!, map.load(source!)),
      ),
  });
}

/** Gathers row (length - 1) × batch + member of the sequence's rows. */
function lowerLastOfEach(context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal } = context;
  const { location } = signal;
  const rows = builder.buffer({ name: `${name}.rows`, length: batch, role: "scratch" });
  const start = { constant: 0, terms: [] };
  const numbers: View = { buffer: rows, offset: start, rowStride: 1, columnStride: 0 };
  const findRows = builder.map(`${name}.rows`, { rows: batch, columns: 1 }, (map) => {
    const length = map.load({ buffer: context.lengths!, offset: start, rowStride: 1, columnStride: 0 });
    const first = map.apply("multiply", map.apply("subtract", length, map.constant(1)), map.constant(batch));
    map.store(numbers, map.apply("add", first, map.rowIndex()));
  });
  const picked = (from: Location): View => ({
    buffer: from.buffer,
    offset: { constant: from.offset, terms: [] },
    rowStride: from.rowStride,
    columnStride: 1,
    rows: numbers,
  });
  const output = allocateSignal(builder, `${name}.output`, { steps: 1, batch, columns: location.columns });
  return layerOf(context, {
    output,
    forward: [
      findRows,
      ...onStep(context, `${name}.last`, [output], (map, [target]) => map.store(target!, map.load(picked(location)))),
    ],
    back: (from, to) =>
      onStep(context, `${name}.back`, [from], (map, [source]) => map.store(picked(to), map.load(source!))),
  });
}

/** 1 within the member's length, else 0; nothing where all members are as long as the sequence. */
function activeAt(context: LayerContext, map: MapBuilder, loop: LoopId): ValueId | undefined {
  if (context.lengths === undefined) return undefined;
  const length = map.load({
    buffer: context.lengths,
    offset: { constant: 0, terms: [] },
    rowStride: 1,
    columnStride: 0,
  });
  return map.apply("less", map.loopIndex(loop), length);
}

/** 1 / length. */
function weightOf(context: LayerContext, map: MapBuilder): ValueId {
  if (context.lengths === undefined) return map.constant(1 / context.signal.steps);
  const length = map.load({
    buffer: context.lengths,
    offset: { constant: 0, terms: [] },
    rowStride: 1,
    columnStride: 0,
  });
  return map.apply("divide", map.constant(1), length);
}

function whereActive(map: MapBuilder, active: ValueId | undefined, value: ValueId, otherwise: ValueId): ValueId {
  return active === undefined ? value : map.apply("select", active, value, otherwise);
}

/** y = Σ_t x_t / length. */
function lowerMean(context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal } = context;
  const { location } = signal;
  const output = allocateSignal(builder, `${name}.output`, { steps: 1, batch, columns: location.columns });
  const clear: Statement = {
    kind: "fill",
    name: `${name}.zero`,
    buffer: output.buffer,
    offset: { constant: 0, terms: [] },
    length: batch * location.columns,
    value: 0,
  };
  const sum = onEachStep(context, `${name}.mean`, [location, still(output)], (map, [source, target], loop) => {
    const part = map.apply("multiply", map.load(source!), weightOf(context, map));
    map.store(target!, whereActive(map, activeAt(context, map, loop), part, map.constant(0)), "add");
  });
  return layerOf(context, {
    output,
    forward: [clear, sum],
    back: (from, to) => [
      onEachStep(context, `${name}.back`, [still(from), to], (map, [source, target], loop) => {
        const part = map.apply("multiply", map.load(source!), weightOf(context, map));
        map.store(target!, whereActive(map, activeAt(context, map, loop), part, map.constant(0)));
      }),
    ],
  });
}

/** y = max_t x_t; the gradient goes to the first step that has it, whose number is kept. */
function lowerMax(context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal } = context;
  const { location } = signal;
  const size = { steps: 1, batch, columns: location.columns };
  const output = allocateSignal(builder, `${name}.output`, size);
  const at = allocateSignal(builder, `${name}.argmax`, size);
  const first = onStep(context, `${name}.first`, [location, output, at], (map, [source, target, where]) => {
    map.store(target!, map.load(source!));
    map.store(where!, map.constant(0));
  });
  const rest = onEachStep(
    context,
    `${name}.max`,
    [location, still(output), still(at)],
    (map, [source, target, where], loop) => {
      const value = map.load(source!);
      const before = map.load(target!);
      const larger = map.apply("less", before, value);
      const active = activeAt(context, map, loop);
      const wins = active === undefined ? larger : map.apply("multiply", larger, active);
      map.store(target!, map.apply("select", wins, value, before));
      map.store(where!, map.apply("select", wins, map.loopIndex(loop), map.load(where!)));
    },
  );
  return layerOf(context, {
    output,
    forward: [...first, rest],
    back: (from, to) => [
      onEachStep(context, `${name}.back`, [still(from), still(at), to], (map, [source, where, target], loop) => {
        map.store(
          target!,
          map.apply(
            "select",
            map.apply("equal", map.load(where!), map.loopIndex(loop)),
            map.load(source!),
            map.constant(0),
          ),
        );
      }),
    ],
  });
}
