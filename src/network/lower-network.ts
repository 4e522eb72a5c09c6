/** A network as kernel statements: its encoder if it has one, its layers one after another, and their gradients the other way round. */
import type { BufferId, BufferRole, Location, ProgramBuilder, Statement, WeightFormat } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { describeNetwork } from "./describe.ts";
import { lowerChain } from "./lower-chain.ts";
import { lowerEncoder } from "./lower-encoder.ts";
import type { NetworkShape, NetworkSpec } from "./spec.ts";

/** Where each parameter lies, and its gradient if it is trained. */
export type NetworkParameters = ReadonlyMap<string, { readonly value: BufferId; readonly gradient?: BufferId }>;

/** Gives every parameter a buffer, and every trainable one a gradient if asked. */
export function declareParameters(
  builder: ProgramBuilder,
  shape: NetworkShape,
  options: { readonly gradients: boolean },
): NetworkParameters {
  const declare = (prefix: string, role: BufferRole, names: ReadonlySet<string>): Map<string, BufferId> =>
    new Map(
      shape.parameters
        .filter((one) => names.has(one.name))
        .map((one) => [
          one.name,
          builder.buffer({
            name: prefix + one.name,
            length: one.shape.reduce((product, n) => product * n, 1),
            role,
            shape: one.shape,
          }),
        ]),
    );
  const trained = new Set(shape.parameters.filter((one) => !one.frozen).map((one) => one.name));
  const frozen = new Set(shape.parameters.filter((one) => one.frozen).map((one) => one.name));
  const values = new Map([...declare("", "parameter", trained), ...declare("", "frozen", frozen)]);
  const gradients = options.gradients ? declare("d", "gradient", trained) : new Map<string, BufferId>();
  return new Map(
    shape.parameters.map(({ name }) => {
      const value = known(values.get(name), name);
      const gradient = gradients.get(name);
      return [name, gradient === undefined ? { value } : { value, gradient }];
    }),
  );
}

/** What an encoder reads. */
export interface LoweredSource {
  readonly steps: number;
  /** As `LowerNetworkOptions.input`, of the encoder's. */
  readonly input: Location;
  /** Steps of each member, as floats, none longer than the one before. */
  readonly lengths?: BufferId;
  /** In a session what is read is kept, and so many sources are read: `rows` holds for each member, as a float, the number of the one that is its own. */
  readonly kept?: { readonly rows: BufferId; readonly sources: number };
}

export interface LowerNetworkOptions {
  readonly builder: ProgramBuilder;
  readonly spec: NetworkSpec;
  readonly steps: number;
  readonly batch: number;
  /** Features `[steps, batch, size]`, or tokens `[steps, batch]`: a location of 1 column with columnStride 0. */
  readonly input: Location;
  /** Of a network with an encoder. */
  readonly source?: LoweredSource | undefined;
  readonly parameters: NetworkParameters;
  /** Steps of each member, as floats, none longer than the one before. Inputs past them must be finite. */
  readonly lengths?: BufferId;
  /** In training, dropout and zoneout draw from the seed (a word, a whole number below 2^24) that the host sets for each step. */
  readonly training?: { readonly seed: BufferId };
  readonly gradient?: boolean;
  /** First values of states, by `layer.state` (`"0.h"`, `"1.backward.c"`). */
  readonly carriedStates?: ReadonlyMap<string, Location>;
  readonly packedRole?: BufferRole;
  /** How packed weights are held; float32 if absent. */
  readonly weights?: WeightFormat;
  /** A word for each member: how many steps it did before this sequence. */
  readonly clock?: BufferId;
  /** Prefix of buffer names, to tell several networks in one program apart. */
  readonly prefix?: string;
}

export interface LoweredNetwork {
  /** `[steps, batch, size]` where the network gives an output for each step, else its step 0: `[batch, size]`. */
  readonly output: Location;
  readonly perStep: boolean;
  /** Steps of the output, 1 after a pooling over time. */
  readonly steps: number;
  /** Steps of each member of the output, where the input has lengths. */
  readonly lengths: BufferId | undefined;
  readonly packs: readonly Statement[];
  /** Reads the source, before `forward`; empty without an encoder. */
  readonly begin: readonly Statement[];
  readonly forward: readonly Statement[];
  /** By `layer.state`. */
  readonly finalStates: ReadonlyMap<string, Location>;
  /** How much each step of the source counts, `[steps, batch, source steps]`, by `layer.memory`. */
  readonly attention: ReadonlyMap<string, Location>;
  /** Where the gradient of the output is to be written before `backward`. */
  outputGradient(): Location;
  backward(): { readonly packs: readonly Statement[]; readonly statements: readonly Statement[] };
}

/** Lowers all layers. Gradients are added to those of `parameters`. */
export function lowerNetwork(options: LowerNetworkOptions): LoweredNetwork {
  const { spec, source, ...rest } = options;
  const shape = describeNetwork(spec);
  const encoder =
    spec.encoder === undefined ? undefined : lowerEncoder(options, known(source, "what the encoder reads"));
  const own = lowerChain({
    ...rest,
    chain: spec,
    shape,
    path: "",
    name: options.prefix ?? "",
    startStates: encoder?.startStates,
    memory: encoder?.memory,
  });
  return {
    output: own.output,
    perStep: shape.perStep,
    steps: own.steps,
    lengths: own.lengths,
    packs: [...(encoder?.packs ?? []), ...own.packs],
    begin: [...(encoder?.begin ?? []), ...own.begin],
    forward: own.forward,
    finalStates: own.finalStates,
    attention: own.attention,
    outputGradient: own.outputGradient,
    backward: () => {
      const back = own.backward();
      const first = encoder?.backward(back.startGradients);
      return {
        packs: [...back.packs, ...(first?.packs ?? [])],
        statements: [...(encoder?.clear() ?? []), ...back.statements, ...(first?.statements ?? [])],
      };
    },
  };
}
