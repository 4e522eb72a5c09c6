/** The encoder of a network: what it reads, what the network's own layers take from it, and the gradient of that. */
import { at, copyStep, memberNumbers, overRows, viewAt } from "../lower/index.ts";
import type { BufferId, Location, Statement } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { cellOf, directionsOf, shapeOf, sizesOf } from "./cell-sizes.ts";
import { describeNetwork, encoderPrefix } from "./describe.ts";
import { startingLayer } from "./from-encoder.ts";
import type { LayerMemory } from "./layers/layer.ts";
import { lowerChain } from "./lower-chain.ts";
import type { LoweredChain } from "./lower-chain.ts";
import type { LowerNetworkOptions, LoweredSource } from "./lower-network.ts";
import { allocateSignal } from "./signal.ts";
import type { NetworkSpec } from "./spec.ts";

export interface LoweredEncoder {
  readonly packs: readonly Statement[];
  readonly begin: readonly Statement[];
  /** First values of the network's states, by `layer.state`. */
  readonly startStates: ReadonlyMap<string, Location>;
  readonly memory: LayerMemory;
  /** Clears the gradient of the memory, before anything is added to it. */
  clear(): readonly Statement[];
  /** Adds to the gradients of the parameters, given those of the start states. */
  backward(startGradients: ReadonlyMap<string, Location>): {
    readonly packs: readonly Statement[];
    readonly statements: readonly Statement[];
  };
}

/** A state that starts from the encoder: the two directions' final values stand side by side. */
interface Start {
  /** `layer.state` of the network. */
  readonly name: string;
  /** `layer.state` of the encoder, one for each direction. */
  readonly from: readonly string[];
  readonly columns: number;
}

/** Lowers the encoder over its source. */
export function lowerEncoder(options: LowerNetworkOptions, source: LoweredSource): LoweredEncoder {
  const { builder, batch, spec } = options;
  const reading = { ...options, batch: source.kept?.sources ?? batch };
  const shape = describeNetwork(spec);
  const name = `${options.prefix ?? ""}${encoderPrefix}`;
  const { spec: _, source: __, lengths: ___, carriedStates, clock: ____, prefix: _____, ...rest } = reading;
  const chain = lowerChain({
    ...rest,
    chain: known(spec.encoder, "an encoder"),
    shape: known(shape.encoder, "the encoder's shape"),
    path: encoderPrefix,
    name,
    steps: source.steps,
    input: source.input,
    ...(source.lengths === undefined ? {} : { lengths: source.lengths }),
  });
  const starts = findStarts(spec);
  const joined = starts.map((start) => joinStates(reading, name, start, chain.finalStates));
  const kept = keepMemory(options, source, { ...chain, name });
  const gradient = options.gradient === true ? chain.outputGradient() : undefined;
  const carry =
    source.kept === undefined
      ? []
      : starts.flatMap((start, i) =>
          copyStep(
            { builder, batch },
            `${name}carry.${start.name}`,
            pickRows(joined[i]!.to, source.kept!.rows),
            known(carriedStates?.get(start.name), start.name),
          ),
        );
  return {
    packs: chain.packs,
    begin: [...chain.begin, ...chain.forward, ...joined.flatMap((one) => one.statements), ...kept.statements, ...carry],
    startStates: new Map(starts.map((start, i) => [start.name, joined[i]!.to])),
    memory: { location: kept.location, steps: chain.steps, lengths: kept.lengths, gradient },
    clear: () =>
      gradient === undefined
        ? []
        : [
            {
              kind: "fill",
              name: `${name}d.clear`,
              buffer: gradient.buffer,
              offset: at(0),
              length: chain.steps * batch * gradient.columns,
              value: 0,
            },
          ],
    backward: (startGradients) => {
      const parts = collectGradients(options, name, starts, startGradients);
      const back = chain.backward(parts.finalStates);
      return { packs: back.packs, statements: [...parts.statements, ...back.statements] };
    },
  };
}

function findStarts(spec: NetworkSpec): readonly Start[] {
  const encoder = known(spec.encoder, "an encoder");
  const shape = describeNetwork(spec);
  return spec.layers.flatMap((layer, index): readonly Start[] => {
    if (layer.kind !== "cell" || layer.initialState !== "encoder") return [];
    const theirs = known(startingLayer(spec, index, encoder), "the encoder's layer");
    const { prefix } = known(directionsOf(layer, String(index))[0], "a direction");
    const sizes = sizesOf(layer, known(shape.layers[index], "a layer's shape"));
    const directions = directionsOf(theirs.layer, `${encoderPrefix}${theirs.index}`);
    return cellOf(layer.cell).states.map((state) => ({
      name: `${prefix}.${state.name}`,
      from: directions.map((one) => `${one.prefix}.${state.name}`),
      columns: shapeOf(state, sizes)[0] ?? 1,
    }));
  });
}

/** The columns of one direction. */
function part(whole: Location, { from, columns }: Start, direction: number): Location {
  const width = columns / from.length;
  return { ...whole, offset: whole.offset + direction * width, columns: width };
}

/** The final states of the directions side by side. */
function joinStates(
  { builder, batch }: LowerNetworkOptions,
  name: string,
  start: Start,
  finals: ReadonlyMap<string, Location>,
): { readonly to: Location; readonly statements: readonly Statement[] } {
  const label = `${name}start.${start.name}`;
  const to = { ...allocateSignal(builder, label, { steps: 1, batch, columns: start.columns }), stepStride: 0 };
  const statements = start.from.flatMap((state, i) =>
    copyStep({ builder, batch }, label, known(finals.get(state), state), part(to, start, i)),
  );
  return { to, statements };
}

/** Each member's row is the one that `rows` holds for it. */
function pickRows(location: Location, rows: number): Location {
  return { ...location, rows };
}

interface KeptMemory {
  readonly location: Location;
  /** Steps of each member. */
  readonly lengths: BufferId | undefined;
  readonly statements: readonly Statement[];
}

/** The encoder's outputs and their lengths, in places that last and in the members' own order if they are to be kept. */
function keepMemory(
  { builder, batch }: LowerNetworkOptions,
  { kept }: LoweredSource,
  { name, output, steps, lengths }: Pick<LoweredChain, "output" | "steps" | "lengths"> & { readonly name: string },
): KeptMemory {
  if (kept === undefined) return { location: output, lengths, statements: [] };
  const label = `${name}memory`;
  const { columns } = output;
  const to = allocateSignal(builder, label, { steps, batch, columns, role: "persistent" });
  const range = { first: 0, count: steps };
  const copy = builder.loop(label, { count: steps }, (loop) => [
    builder.map(label, { rows: batch, columns }, (map) =>
      map.store(viewAt(to, { range, loop }), map.load(viewAt(pickRows(output, kept.rows), { range, loop }))),
    ),
  ]);
  if (lengths === undefined) return { location: to, lengths, statements: [copy] };
  const own = builder.buffer({ name: `${label}.lengths`, length: batch, role: "persistent" });
  const gather = builder.map(`${label}.lengths`, { rows: batch, columns: 1 }, (map) =>
    map.store(memberNumbers(own), map.load({ ...memberNumbers(lengths), rows: memberNumbers(kept.rows) })),
  );
  return { location: to, lengths: own, statements: [copy, gather] };
}

/** The gradients of the encoder's final states: the sum over all states that start from one. */
function collectGradients(
  { builder, batch }: LowerNetworkOptions,
  name: string,
  starts: readonly Start[],
  gradients: ReadonlyMap<string, Location>,
): { readonly finalStates: ReadonlyMap<string, Location>; readonly statements: readonly Statement[] } {
  const finalStates = new Map<string, Location>();
  const statements: Statement[] = [];
  const work = { builder, batch };
  for (const start of starts) {
    const gradient = known(gradients.get(start.name), `the gradient of ${start.name}`);
    start.from.forEach((state, i) => {
      const label = `${name}d.${state}`;
      const from = { ...part(gradient, start, i), stepStride: 0 };
      const before = finalStates.get(state);
      const to = before ?? {
        ...allocateSignal(builder, label, { steps: 1, batch, columns: from.columns }),
        stepStride: 0,
      };
      finalStates.set(state, to);
      statements.push(
        ...overRows(
          work,
          { name: label, range: { first: 0, count: 1 }, locations: [from, to] },
          ([source, sum], rows) => [
            builder.map(label, { rows, columns: to.columns }, (map) =>
              map.store(sum!, map.load(source!), before === undefined ? "set" : "add"),
            ),
          ],
        ),
      );
    });
  }
  return { finalStates, statements };
}
