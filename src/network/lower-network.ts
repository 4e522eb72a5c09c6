/** A network as kernel statements: its layers one after another, and their gradients the other way round. */
import type { BufferId, BufferRole, Location, ProgramBuilder, Statement, WeightFormat } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { describeNetwork } from "./describe.ts";
import { allocateSignal } from "./signal.ts";
import { lowerCellLayer } from "./layers/cell-layer.ts";
import { lowerConvolution } from "./layers/convolution.ts";
import { lowerDropout } from "./layers/dropout.ts";
import { lowerEmbedding } from "./layers/embedding.ts";
import { lowerPool } from "./layers/pool.ts";
import { lowerSpatialPool } from "./layers/spatial-pool.ts";
import { checkPictureSteps } from "./spatial.ts";
import type { LoweredLayer, LayerContext, Signal } from "./layers/layer.ts";
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

export interface LowerNetworkOptions {
  readonly builder: ProgramBuilder;
  readonly spec: NetworkSpec;
  readonly steps: number;
  readonly batch: number;
  /** Features `[steps, batch, size]`, or tokens `[steps, batch]`: a location of 1 column with columnStride 0. */
  readonly input: Location;
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
  readonly forward: readonly Statement[];
  /** By `layer.state`. */
  readonly finalStates: ReadonlyMap<string, Location>;
  /** Where the gradient of the output is to be written before `backward`. */
  outputGradient(): Location;
  backward(): { readonly packs: readonly Statement[]; readonly statements: readonly Statement[] };
}

/** Lowers all layers. Gradients are added to those of `parameters`. */
export function lowerNetwork(options: LowerNetworkOptions): LoweredNetwork {
  const { builder, spec, parameters } = options;
  const shape = describeNetwork(spec);
  const trains = (index: number): boolean =>
    [...parameters].some(([name, { gradient }]) => gradient !== undefined && Number(name.split(".")[0]) < index);

  checkPictureSteps(spec, options.steps);
  let signal: Signal = { location: options.input, steps: options.steps };
  let { lengths } = options;
  const layers: LoweredLayer[] = [];
  spec.layers.forEach((layer, index) => {
    const context: LayerContext = {
      ...options,
      ...(lengths === undefined ? {} : { lengths }),
      index,
      shape: known(shape.layers[index], "a layer's shape"),
      name: `${options.prefix ?? ""}layer${index}`,
      signal,
      gradient: options.gradient === true,
      inputGradient: options.gradient === true && trains(index),
    };
    const lowered = lowerLayer(layer, context);
    layers.push(lowered);
    signal = lowered.output;
    lengths = lowered.lengths ?? lengths;
  });

  const last = signal;
  let gradient: Location | undefined;
  const outputGradient = (): Location =>
    (gradient ??= allocateSignal(builder, `${options.prefix ?? ""}d.output`, {
      steps: last.steps,
      batch: options.batch,
      columns: last.location.columns,
    }));
  return {
    output: last.location,
    perStep: shape.perStep,
    steps: last.steps,
    lengths,
    packs: layers.flatMap((layer) => layer.packs),
    forward: layers.flatMap((layer) => layer.forward),
    finalStates: new Map(layers.flatMap((layer) => [...layer.finalStates])),
    outputGradient,
    backward: () => {
      const packs: Statement[] = [];
      const statements: Statement[] = [];
      let current: Location | undefined = outputGradient();
      for (const layer of [...layers].reverse()) {
        if (current === undefined) break;
        const back = layer.backward(current);
        packs.push(...back.packs);
        statements.push(...back.statements);
        current = back.inputGradient;
      }
      return { packs, statements };
    },
  };
}

function lowerLayer(layer: NetworkSpec["layers"][number], context: LayerContext): LoweredLayer {
  switch (layer.kind) {
    case "cell":
      return lowerCellLayer(layer, context);
    case "embedding":
      return lowerEmbedding(layer, context);
    case "dropout":
      return lowerDropout(layer, context);
    case "pool":
      return lowerPool(layer, context);
    case "convolution":
      return lowerConvolution(layer, context);
    case "spatial-pool":
      return lowerSpatialPool(layer, context);
  }
}
