/** Pooling over time: the last output of each member or of each direction, the mean, or the largest of each feature. */
import { overRows } from "../../lower/index.ts";
import type { BufferId, Location, LoopId, MapBuilder, Statement, ValueId, View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { allocateSignal } from "../signal.ts";
import type { PoolLayer } from "../spec.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerPool(layer: PoolLayer, context: LayerContext): LoweredLayer {
  switch (layer.over) {
    case "last":
      return lowerEnds(context, { forwardSize: context.signal.location.columns });
    case "final":
      return lowerEnds(context, { forwardSize: known(context.shape.forwardSize, "a recurrent layer") });
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
  const { columns } = known(locations[0], "a place");
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

/** A step of each member, as a place of one step. */
interface MemberStep {
  /** Finds out which one it is. */
  readonly find: readonly Statement[];
  readonly at: (location: Location) => Location;
}

const firstStep: MemberStep = { find: [], at: (location) => location };

/** Row (length - 1) × batch + member of the sequence's rows, or the sequence's last step where all members are as long as it. */
function lastStep({ builder, batch, name, signal, lengths }: LayerContext): MemberStep {
  const { steps } = signal;
  if (lengths === undefined)
    return {
      find: [],
      at: (location) => ({ ...location, offset: location.offset + (steps - 1) * location.stepStride }),
    };
  const rows = builder.buffer({ name: `${name}.rows`, length: batch, role: "scratch" });
  const numbersOf = (buffer: BufferId): View => ({
    buffer,
    offset: { constant: 0, terms: [] },
    rowStride: 1,
    columnStride: 0,
  });
  const find = builder.map(`${name}.rows`, { rows: batch, columns: 1 }, (map) => {
    const before = map.apply("subtract", map.load(numbersOf(lengths)), map.constant(1));
    const first = map.apply("multiply", before, map.constant(batch));
    map.store(numbersOf(rows), map.apply("add", first, map.rowIndex()));
  });
  return { find: [find], at: (location) => ({ ...location, stepStride: 0, rows }) };
}

/** So many columns of a place, from `first` on. */
function columnsFrom(location: Location, first: number, columns: number): Location {
  return { ...location, offset: location.offset + first, columns, padded: false };
}

/** One step for the first columns, another one for the others. */
function lowerEnds(context: LayerContext, { forwardSize }: { readonly forwardSize: number }): LoweredLayer {
  const { builder, batch, name, signal } = context;
  const { location } = signal;
  const last = lastStep(context);
  const parts = [
    { name: `${name}.last`, step: last, first: 0, columns: forwardSize },
    { name: `${name}.first`, step: firstStep, first: forwardSize, columns: location.columns - forwardSize },
  ].filter(({ columns }) => columns > 0);
  const [part] = parts;
  // What is one step of the sequence is there already.
  const isThere = parts.length === 1 && part !== undefined && part.step.find.length === 0;
  const output = isThere
    ? part.step.at(location)
    : allocateSignal(builder, `${name}.output`, { steps: 1, batch, columns: location.columns });
  const copy = (direction: "pick" | "back", whole: Location, vector: Location): readonly Statement[] =>
    parts.flatMap((one) => {
      const { step, first, columns } = one;
      const places = [step.at(columnsFrom(whole, first, columns)), columnsFrom(vector, first, columns)];
      const inOrder = direction === "pick" ? places : places.toReversed();
      return onStep(context, `${one.name}.${direction}`, inOrder, (map, [source, target]) =>
        map.store(target!, map.load(source!)),
      );
    });
  return layerOf(context, {
    output,
    forward: isThere ? [] : [...parts.flatMap(({ step }) => step.find), ...copy("pick", location, output)],
    back: (from, to) => copy("back", to, from),
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
