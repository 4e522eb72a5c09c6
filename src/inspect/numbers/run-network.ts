/** A whole network in float64 for one sequence: its encoder, if it has one, then its own layers. */
import {
  cellOf,
  checkPictureSteps,
  checkTokens,
  columnsOf,
  describeNetwork,
  directionsOf,
  encoderPrefix,
  shapeOf,
  sizesOf,
  startingLayer,
} from "../../network/index.ts";
import type { ChainShape, ChainSpec, Model, NetworkShape, NetworkSpec } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { runChain } from "./run-chain.ts";
import type { ChainSetup, RunLayer } from "./run-chain.ts";
import type { Signal } from "./signal.ts";

/** What is to be looked at: a `Model`, or a network with its parameters, in whatever precision. */
export type Inspected = Pick<Model, "spec"> & {
  readonly parameters: Readonly<Record<string, Float32Array | Float64Array>>;
};

export interface TraceOptions {
  /** One sequence: features `[steps, size]`, or token numbers `[steps]`. */
  readonly inputs: ArrayLike<number>;
  /** What the encoder reads, where the network has one: as `inputs`. */
  readonly source?: ArrayLike<number>;
  /** First values of states by `layer.state` (`"0.h"`, `"1.backward.c"`), such as those of a session's snapshot; the network's own where absent. */
  readonly states?: Readonly<Record<string, ArrayLike<number>>>;
  /** The number `t` of the first step: 0. */
  readonly firstStep?: number;
}

/** A network with what is given to it, checked. */
export interface NetworkSetup {
  readonly spec: NetworkSpec;
  readonly shape: NetworkShape;
  readonly parameter: (name: string) => Float64Array;
  readonly states: Readonly<Record<string, Float64Array>>;
  readonly firstStep: number;
}

export interface NetworkRun {
  readonly setup: NetworkSetup;
  readonly encoder: { readonly setup: ChainSetup; readonly layers: readonly RunLayer[] } | undefined;
  readonly own: { readonly setup: ChainSetup; readonly layers: readonly RunLayer[] };
}

/** What a chain is given: a signal for its layer number `from`. */
export interface ChainInput {
  readonly signal: Signal;
  readonly from: number;
}

/** Throws `network/bad-parameters`, and `network/bad-snapshot` for states that the network does not have. */
export function setUpNetwork(
  { spec, parameters }: Inspected,
  options: Pick<TraceOptions, "states" | "firstStep">,
): NetworkSetup {
  const shape = describeNetwork(spec);
  const wide = new Map<string, Float64Array>();
  for (const { name, shape: dimensions } of shape.parameters) {
    const values = parameters[name];
    const wanted = dimensions.reduce((product, n) => product * n, 1);
    if (values?.length !== wanted)
      throw new RecurraError(
        "network/bad-parameters",
        `Parameter ${name} has ${values?.length ?? "no"} numbers, but its shape [${dimensions.join(", ")}] needs ${wanted}.`,
      );
    wide.set(name, values instanceof Float64Array ? values : Float64Array.from(values));
  }
  return {
    spec,
    shape,
    parameter: (name) => known(wide.get(name), `parameter ${name}`),
    states: readStates(spec, shape, options.states ?? {}),
    firstStep: options.firstStep ?? 0,
  };
}

/** What a chain reads as a signal, checked. Throws `network/bad-input`, `network/bad-token`. */
export function signalOf(chain: ChainSpec, values: ArrayLike<number>, what: string): Signal {
  const size = columnsOf(chain);
  const steps = values.length / size;
  if (!Number.isInteger(steps) || steps < 1)
    throw new RecurraError(
      "network/bad-input",
      `${what} has ${values.length} numbers, but one sequence needs ${size} for each of its steps, and at least one step.`,
    );
  checkPictureSteps(chain, steps);
  if (chain.input.kind === "tokens") checkTokens(values, chain.input.size);
  return { steps, size, values: Float64Array.from(values) };
}

/** Runs all layers. */
export function runNetwork(setup: NetworkSetup, own: ChainInput, source: ChainInput | undefined): NetworkRun {
  const { spec, shape, parameter, firstStep } = setup;
  const shared = { parameter, states: setup.states };
  let encoder: NetworkRun["encoder"];
  if (spec.encoder !== undefined && source !== undefined) {
    const chain: ChainSetup = {
      ...shared,
      chain: spec.encoder,
      shape: known(shape.encoder, "the encoder's shape"),
      prefix: encoderPrefix,
      firstStep: 0,
    };
    encoder = { setup: chain, layers: runChain(chain, source.signal, source.from) };
  }
  const chain: ChainSetup = {
    ...shared,
    chain: spec,
    shape,
    prefix: "",
    firstStep,
    memory: encoder?.layers.at(-1)?.output ?? source?.signal,
    states: { ...(encoder === undefined ? {} : startStates(spec, encoder.layers)), ...setup.states },
  };
  return { setup, encoder, own: { setup: chain, layers: runChain(chain, own.signal, own.from) } };
}

/** A state that starts from the encoder's, both directions side by side. */
export interface Start {
  /** `layer.state` of the network. */
  readonly name: string;
  /** Path and state of the encoder, for each direction. */
  readonly from: readonly { readonly path: string; readonly state: string }[];
}

/** All states that start from the encoder. */
export function findStarts(spec: NetworkSpec): readonly Start[] {
  return spec.layers.flatMap((layer, index): readonly Start[] => {
    if (layer.kind !== "cell" || layer.initialState !== "encoder") return [];
    const theirs = known(startingLayer(spec, index, known(spec.encoder, "an encoder")), "the encoder's layer");
    const { prefix } = known(directionsOf(layer, String(index))[0], "a direction");
    return cellOf(layer.cell).states.map((state) => ({
      name: `${prefix}.${state.name}`,
      from: directionsOf(theirs.layer, `${encoderPrefix}${theirs.index}`).map((one) => ({
        path: one.prefix,
        state: state.name,
      })),
    }));
  });
}

function startStates(spec: NetworkSpec, encoder: readonly RunLayer[]): Readonly<Record<string, Float64Array>> {
  const runs = new Map(encoder.flatMap((layer) => layer.runs).map((run) => [run.setup.path, run]));
  return Object.fromEntries(
    findStarts(spec).map(({ name, from }) => {
      const parts = from.map(({ path, state }) => [...known(runs.get(path)?.finalStates[state], `state ${state}`)]);
      return [name, Float64Array.from(parts.flat())];
    }),
  );
}

/** Throws `network/bad-snapshot` for a state that the network does not have, or that is of another size. */
function readStates(
  spec: NetworkSpec,
  shape: NetworkShape,
  given: Readonly<Record<string, ArrayLike<number>>>,
): Readonly<Record<string, Float64Array>> {
  const sizes = new Map([
    ...stateSizes(spec, shape, ""),
    ...(spec.encoder === undefined ? [] : stateSizes(spec.encoder, known(shape.encoder, "a shape"), encoderPrefix)),
  ]);
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const size = sizes.get(name);
      if (size !== values.length)
        throw new RecurraError(
          "network/bad-snapshot",
          size === undefined
            ? `The network has no state ${name}; it has ${[...sizes.keys()].join(", ") || "none"}.`
            : `State ${name} has ${values.length} numbers, but the network's has ${size}.`,
        );
      return [name, Float64Array.from(values)];
    }),
  );
}

/** The sizes of all states by `layer.state`. */
function stateSizes(chain: ChainSpec, shape: ChainShape, before: string): readonly (readonly [string, number])[] {
  return chain.layers.flatMap((layer, index) => {
    if (layer.kind !== "cell") return [];
    const sizes = sizesOf(layer, known(shape.layers[index], "a layer's shape"));
    return directionsOf(layer, `${before}${index}`).flatMap(({ prefix }) =>
      cellOf(layer.cell).states.map((state) => [`${prefix}.${state.name}`, shapeOf(state, sizes)[0] ?? 1] as const),
    );
  });
}
