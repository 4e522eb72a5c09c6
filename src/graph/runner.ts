/** Runs a graph again and again on inputs of the same shapes: as one kernel program where there are kernels for all of it, else in plain code. */
import type { Backend } from "../engine/backend.ts";
import { known } from "../util/errors.ts";
import { createSpend, evaluateGraph, find } from "./evaluate.ts";
import type { Evaluation } from "./evaluate.ts";
import type { OnRecurrent } from "./graph-model.ts";
import type { Graph, GraphNode, ValueName } from "./graph.ts";
import { lowerGraph } from "./kernels/lower-graph.ts";
import type { LoweredGraph } from "./kernels/lower-graph.ts";
import { loadGraph } from "./kernels/load-graph.ts";
import { specialise } from "./specialise.ts";
import type { Tensor, TensorData } from "./tensor.ts";
import { createArray, isFloat } from "./tensors.ts";

export interface GraphRunner {
  /** The node for which there are no kernels, where the graph is computed in plain code; "a shape" where one depends on what the inputs hold. Undefined, too, where nodes are told of. */
  readonly plain: GraphNode | "a shape" | undefined;
  /** What the graph gives for inputs of the shapes that the runner was made for; of kernels the same arrays each time. */
  run(inputs: ReadonlyMap<ValueName, Tensor>): ReadonlyMap<ValueName, Tensor>;
  dispose(): void;
}

export interface RunnerOptions {
  /** A tensor for each input: its type and shape stay, its numbers change. */
  readonly examples: ReadonlyMap<ValueName, Tensor>;
  /** Inputs that stay as they are: branches may be decided by them. */
  readonly fixed: ReadonlyMap<ValueName, Tensor>;
  readonly wanted: readonly ValueName[];
  readonly backend: Backend;
  /** What runs recurrent nodes in plain code. */
  readonly recur: Evaluation["recur"];
  readonly onRecurrent?: OnRecurrent | undefined;
}

/** A runner of a folded graph. */
export function createGraphRunner(graph: Graph, options: RunnerOptions): GraphRunner {
  const { examples, fixed, wanted, backend, recur, onRecurrent } = options;
  if (onRecurrent !== undefined) return runPlain(graph, { ...options, recur: tellOf(recur, onRecurrent) }, undefined);
  const special = specialise(graph, { examples, fixed });
  const lowered = special === undefined ? undefined : lowerGraph(special, { inputs: [...examples.keys()], wanted });
  if (lowered === undefined) return runPlain(graph, options, "a shape");
  if ("unlowered" in lowered) return runPlain(graph, options, lowered.unlowered);
  return runKernels(lowered, backend, runPlain(graph, options, undefined));
}

function tellOf(recur: Evaluation["recur"], onRecurrent: OnRecurrent): Evaluation["recur"] {
  return (node, read) => {
    const outputs = recur(node, read);
    onRecurrent({ node, read, outputs });
    return outputs;
  };
}

function runPlain(graph: Graph, { fixed, wanted, recur }: RunnerOptions, plain: GraphRunner["plain"]): GraphRunner {
  return {
    plain,
    run: (inputs) => {
      const values = new Map([...inputs, ...fixed]);
      const scope = evaluateGraph(graph, { values, wanted, recur, spend: createSpend() });
      return new Map(wanted.map((name) => [name, find(scope, name)]));
    },
    dispose: () => undefined,
  };
}

/** `otherwise` runs what kernels would read past the end of a table for, and says so. */
function runKernels(lowered: LoweredGraph, backend: Backend, otherwise: GraphRunner): GraphRunner {
  const loaded = loadGraph(backend, lowered);
  const outputs = new Map<ValueName, Tensor>(lowered.constants);
  const copies: { readonly from: ArrayLike<number>; readonly to: Uint8Array }[] = [];
  for (const [name, { type, shape }] of lowered.outputs) {
    const from = loaded.output(name);
    if (type === "bool") {
      const to = createArray("bool", from.length);
      copies.push({ from, to });
      outputs.set(name, { type, shape, data: to });
    } else outputs.set(name, { type, shape, data: from });
  }
  return {
    plain: undefined,
    run: (inputs) => {
      for (const [name, size] of lowered.indices)
        if (!areIndices(known(inputs.get(name), name).data, size)) return otherwise.run(inputs);
      for (const [name, { data, type }] of inputs) {
        const to = loaded.input(name);
        if (isFloat(type)) to.set(data as Float32Array);
        else for (let n = 0; n < data.length; n++) to[n] = Number(data[n]);
      }
      loaded.run();
      for (const { from, to } of copies) to.set(from);
      return outputs;
    },
    dispose: loaded.dispose,
  };
}

function areIndices(data: TensorData, size: number): boolean {
  for (let n = 0; n < data.length; n++) if (data[n]! < 0 || data[n]! >= size) return false;
  return true;
}
