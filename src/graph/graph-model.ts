/** A graph that runs: what a model of another framework is once it was read. */
import type { Numbers } from "../engine/backend.ts";
import type { Model, WeightFormat } from "../network/index.ts";
import type { Graph, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import type { NetworkOrigin } from "./network-origin.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

/** A recurrent node that was run. Tensors are the graph's own, which a stream's next step may write to: copy what is to be kept. */
export interface RecurrentCall {
  /** As it stands in the graph, or in a body of its nodes. */
  readonly node: RecurrentNode;
  /** A value that it reads. */
  readonly read: (name: ValueName) => Tensor;
  readonly outputs: ReadonlyMap<ValueName, Tensor>;
}

/** Is told of every recurrent node that is run, in bodies too; the graph is then computed in plain code. */
export type OnRecurrent = (call: RecurrentCall) => void;

export interface GraphModel {
  readonly graph: Graph;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Everything the graph gives for these inputs, by the graph's own names; `only` names the values that are wanted, which may also be inner ones. Throws
   * `graph/bad-input` for an input that is missing, unknown, or of another type or shape, and `graph/…` naming the node that cannot go on.
   */
  run(
    inputs: Readonly<Record<ValueName, TensorLike>>,
    options?: { readonly only?: readonly ValueName[]; readonly onRecurrent?: OnRecurrent },
  ): Promise<Record<ValueName, Tensor>>;
  /** A stream, one step at a time. */
  session(options?: GraphSessionOptions): GraphSession;
  /** The same as a network of layers, which can be inspected, trained and saved. Throws `graph/no-network` naming the first node that no layer stands for. */
  network(): GraphNetwork;
  dispose(): void;
}

/** A network with where its parts stand in the graph. */
export interface GraphNetwork extends Model {
  readonly origin: NetworkOrigin;
}

export interface GraphSessionOptions {
  /** Streams that step together: 1. */
  readonly batch?: number;
  /**
   * Which output is which input at the next step: `{ stateN: "state" }`. Where absent, an input that only a recurrent layer's first state reads is paired with the output that is its last
   * state, and otherwise by shapes and names.
   */
  readonly states?: Readonly<Record<ValueName, ValueName>>;
  /** Inputs that stay the same at every step, such as a sampling rate. */
  readonly fixed?: Readonly<Record<ValueName, TensorLike>>;
  /** Shapes of inputs in a step, where the graph leaves sizes open that neither `batch` nor the numbers of a step say. */
  readonly shapes?: Readonly<Record<ValueName, readonly number[]>>;
  /** How the weights of products are held: float32. In fewer bits where every node has a kernel. */
  readonly weights?: WeightFormat;
  readonly onRecurrent?: OnRecurrent;
}

/** Plain arrays, which may be stored. */
export interface GraphSnapshot {
  readonly batch: number;
  readonly states: Readonly<Record<string, Numbers>>;
}

/** An input that a step takes. */
export interface StepInput {
  readonly name: ValueName;
  /** What one step of it is; undefined for a size that follows from how many numbers are given. */
  readonly shape: readonly (number | undefined)[];
}

export interface GraphSession {
  readonly batch: number;
  /** Those that are neither states nor fixed. */
  readonly inputs: readonly StepInput[];
  /**
   * One step: numbers of the graph's one input that is not a state (one step of its sequence, where it has an axis of steps), or of several by name. Returns the numbers of the first output that is not
   * a state: the same array at every call, so copy what you keep. Allocates nothing where there are kernels for the whole graph and the sizes stay; operators in plain code do allocate.
   */
  step(x: ArrayLike<number> | Readonly<Record<ValueName, ArrayLike<number>>>): Numbers;
  /** All outputs of the last step, by name. */
  outputs(): Readonly<Record<ValueName, Tensor>>;
  snapshot(): GraphSnapshot;
  restore(snapshot: GraphSnapshot): void;
  fork(): GraphSession;
  reset(): void;
  dispose(): void;
}
