/** What every layer is once lowered. */
import type { BufferId, Location, Statement } from "../../lower/index.ts";
import type { LowerNetworkOptions } from "../lower-network.ts";
import type { LayerShape } from "../spec.ts";

/** Rows that go from layer to layer: `steps` of them for each member, 1 after a pooling. */
export interface Signal {
  readonly location: Location;
  readonly steps: number;
}

/** `lengths` are those of the layer's own input. */
export interface LayerContext extends Omit<LowerNetworkOptions, "gradient"> {
  readonly index: number;
  /** Prefix of names. */
  readonly name: string;
  readonly shape: LayerShape;
  readonly signal: Signal;
  /** Whether `backward` will be called. */
  readonly gradient: boolean;
  /** Whether a layer before this one needs its input's gradient. */
  readonly inputGradient: boolean;
}

export interface LoweredLayer {
  readonly output: Signal;
  /** Steps of each member of the output, where the layer changes them. */
  readonly lengths?: BufferId;
  readonly packs: readonly Statement[];
  readonly forward: readonly Statement[];
  readonly finalStates: ReadonlyMap<string, Location>;
  /** From the gradient of the output, a dense signal, to that of the input, if that is needed. */
  backward(outputGradient: Location): {
    readonly packs: readonly Statement[];
    readonly statements: readonly Statement[];
    readonly inputGradient: Location | undefined;
  };
}
