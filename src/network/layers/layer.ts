/** What every layer is once lowered. */
import type { BufferId, Location, Statement } from "../../lower/index.ts";
import type { LowerNetworkOptions } from "../lower-network.ts";
import type { LayerShape } from "../spec.ts";

/** Rows that go from layer to layer: `steps` of them for each member, 1 after a pooling. */
export interface Signal {
  readonly location: Location;
  readonly steps: number;
}

/** What cells attend to: the outputs of an encoder. */
export interface LayerMemory {
  /** `[steps, batch, columns]` */
  readonly location: Location;
  readonly steps: number;
  /** Steps of each member, as floats, in any order. */
  readonly lengths: BufferId | undefined;
  /** Is added to. */
  readonly gradient: Location | undefined;
}

export interface LayerContext extends Omit<LowerNetworkOptions, "gradient" | "spec" | "source"> {
  /** Before the names of its parameters: `0`, `encoder.0`. */
  readonly path: string;
  /** By which its dropout differs from that of other layers. */
  readonly salt: number;
  /** Prefix of names. */
  readonly name: string;
  readonly shape: LayerShape;
  readonly signal: Signal;
  /** Whether `backward` will be called. */
  readonly gradient: boolean;
  /** Whether a layer before this one needs its input's gradient. */
  readonly inputGradient: boolean;
  /** First values of states that start from the encoder, by `layer.state`. */
  readonly startStates?: ReadonlyMap<string, Location> | undefined;
  readonly memory?: LayerMemory | undefined;
}

export interface LoweredLayer {
  readonly output: Signal;
  readonly packs: readonly Statement[];
  /** What follows from the memory alone; none if absent. */
  readonly begin?: readonly Statement[];
  readonly forward: readonly Statement[];
  readonly finalStates: ReadonlyMap<string, Location>;
  /** How much each step of the source counts, by `layer.memory`; none if absent. */
  readonly attention?: ReadonlyMap<string, Location>;
  /**
   * From the gradient of the output, a dense signal, to that of the input, if that is needed. `finalStates` are gradients of those, as `finalStates` names
   * them; zero where absent.
   */
  backward(
    outputGradient: Location,
    finalStates?: ReadonlyMap<string, Location>,
  ): {
    readonly packs: readonly Statement[];
    readonly statements: readonly Statement[];
    readonly inputGradient: Location | undefined;
    /** Gradients of states that were taken from the encoder, by `layer.state`. */
    readonly startGradients?: ReadonlyMap<string, Location>;
  };
}
