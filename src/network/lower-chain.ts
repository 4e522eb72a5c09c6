/** Layers one after another as kernel statements, and their gradients the other way round. */
import type { BufferId, Location, Statement } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { readsEncoder } from "./from-encoder.ts";
import { lowerCellLayer } from "./layers/cell-layer.ts";
import { lowerConvolution } from "./layers/convolution.ts";
import { lowerDropout } from "./layers/dropout.ts";
import { lowerEmbedding } from "./layers/embedding.ts";
import type { LayerContext, LayerMemory, LoweredLayer, Signal } from "./layers/layer.ts";
import { lowerPool } from "./layers/pool.ts";
import { lowerSpatialPool } from "./layers/spatial-pool.ts";
import type { LowerNetworkOptions } from "./lower-network.ts";
import { allocateSignal } from "./signal.ts";
import { checkPictureSteps } from "./spatial.ts";
import type { ChainShape, ChainSpec, LayerSpec } from "./spec.ts";

export interface LowerChainOptions extends Omit<LowerNetworkOptions, "spec" | "source" | "prefix"> {
  readonly chain: ChainSpec;
  readonly shape: ChainShape;
  /** Before the layers' numbers in names of parameters. */
  readonly path: string;
  /** Before names of buffers. */
  readonly name: string;
  /** First values of states that start from an encoder, by `layer.state`. */
  readonly startStates?: ReadonlyMap<string, Location> | undefined;
  /** What cells attend to. */
  readonly memory?: LayerMemory | undefined;
}

export interface LoweredChain {
  readonly output: Location;
  readonly steps: number;
  /** Steps of each member of the output, where the input has lengths. */
  readonly lengths: BufferId | undefined;
  readonly packs: readonly Statement[];
  /** What follows from the memory alone. */
  readonly begin: readonly Statement[];
  readonly forward: readonly Statement[];
  /** By `layer.state`. */
  readonly finalStates: ReadonlyMap<string, Location>;
  /** By `layer.memory`. */
  readonly attention: ReadonlyMap<string, Location>;
  /** Where the gradient of the output is to be written before `backward`. */
  outputGradient(): Location;
  /** `finalStates` are gradients of those. */
  backward(finalStates?: ReadonlyMap<string, Location>): {
    readonly packs: readonly Statement[];
    readonly statements: readonly Statement[];
    /** Of `startStates`. */
    readonly startGradients: ReadonlyMap<string, Location>;
  };
}

/** Far more than the layers a network has: what the salts of an encoder begin with. */
const manyLayers = 10_000;

/** Lowers all layers of a chain. Gradients are added to those of `parameters`. */
export function lowerChain(options: LowerChainOptions): LoweredChain {
  const { builder, chain, shape, path, name } = options;
  checkPictureSteps(chain, options.steps);
  let signal: Signal = { location: options.input, steps: options.steps };
  let { lengths } = options;
  const layers: LoweredLayer[] = [];
  chain.layers.forEach((layer, index) => {
    const context: LayerContext = {
      ...options,
      ...(lengths === undefined ? {} : { lengths }),
      path: `${path}${index}`,
      salt: path === "" ? index : manyLayers + index,
      shape: known(shape.layers[index], "a layer's shape"),
      name: `${name}layer${index}`,
      signal,
      gradient: options.gradient === true,
      inputGradient: options.gradient === true && isTaughtBefore(options, index),
    };
    const lowered = lowerLayer(layer, context);
    layers.push(lowered);
    signal = lowered.output;
    lengths = lowered.lengths ?? lengths;
  });

  const last = signal;
  let gradient: Location | undefined;
  const outputGradient = (): Location =>
    (gradient ??= allocateSignal(builder, `${name}d.output`, {
      steps: last.steps,
      batch: options.batch,
      columns: last.location.columns,
    }));
  return {
    output: last.location,
    steps: last.steps,
    lengths,
    packs: layers.flatMap((layer) => layer.packs),
    begin: layers.flatMap((layer) => layer.begin ?? []),
    forward: layers.flatMap((layer) => layer.forward),
    finalStates: new Map(layers.flatMap((layer) => [...layer.finalStates])),
    attention: new Map(layers.flatMap((layer) => [...(layer.attention ?? [])])),
    outputGradient,
    backward: (finalStates) => {
      const packs: Statement[] = [];
      const statements: Statement[] = [];
      const startGradients = new Map<string, Location>();
      let current: Location | undefined = outputGradient();
      for (const layer of [...layers].reverse()) {
        if (current === undefined) break;
        const back = layer.backward(current, finalStates);
        packs.push(...back.packs);
        statements.push(...back.statements);
        for (const [state, at] of back.startGradients ?? []) startGradients.set(state, at);
        current = back.inputGradient;
      }
      return { packs, statements, startGradients };
    },
  };
}

/** Whether a gradient has to get past layer `index`: to parameters of a layer before it, or through such a layer to the encoder. */
function isTaughtBefore({ chain, path, parameters }: LowerChainOptions, index: number): boolean {
  const learns = [...parameters].some(
    ([name, { gradient }]) =>
      gradient !== undefined && name.startsWith(path) && Number(name.slice(path.length).split(".")[0]) < index,
  );
  return learns || chain.layers.slice(0, index).some(readsEncoder);
}

function lowerLayer(layer: LayerSpec, context: LayerContext): LoweredLayer {
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
