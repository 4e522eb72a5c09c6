/** Runs a graph again and again on inputs of the same shapes: as one kernel program where there are kernels for all of it, else in plain code. */
import type { Backend } from "../engine/backend.ts";
import type { WeightFormat } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createSpend, evaluateGraph, find } from "./evaluate.ts";
import type { Evaluation } from "./evaluate.ts";
import type { OnRecurrent } from "./graph-model.ts";
import type { Graph, ValueName } from "./graph.ts";
import { lowerGraph } from "./kernels/lower-graph.ts";
import type { LoweredGraph } from "./kernels/lower-graph.ts";
import { loadGraph } from "./kernels/load-graph.ts";
import { printNode } from "./plan.ts";
import { specialise } from "./specialise.ts";
import { numbersOf, tensorOf, tensorsOf } from "./kept-numbers.ts";
import type { KeptNumbers } from "./kept-numbers.ts";
import type { Tensor } from "./tensor.ts";
import { createArray } from "./tensors.ts";
import type { NumberArray } from "./tensors.ts";

export interface GraphRunner {
  /** What the graph gives for inputs of the shapes that the runner was made for; of kernels the same arrays each time. */
  run(inputs: ReadonlyMap<ValueName, Tensor>): ReadonlyMap<ValueName, Tensor>;
  /** Runs the graph on the numbers that these arrays then hold, each time it is called; kernels allocate nothing for it. */
  bind(inputs: ReadonlyMap<ValueName, KeptNumbers>): () => ReadonlyMap<ValueName, Tensor>;
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
  /** How kernels hold the weights of products: float32 if absent. */
  readonly weights?: WeightFormat | undefined;
  readonly onRecurrent?: OnRecurrent | undefined;
}

/** A runner of a folded graph. Throws `graph/no-stream` where weights in fewer bits are asked for and there is no kernel for a node. */
export function createGraphRunner(graph: Graph, options: RunnerOptions): GraphRunner {
  const { examples, fixed, wanted, backend, recur, onRecurrent, weights = "float32" } = options;
  if (onRecurrent !== undefined) return runPlain(graph, { ...options, recur: tellOf(recur, onRecurrent) });
  const special = specialise(graph, { examples, fixed });
  const lowered =
    "unlowered" in special ? special : lowerGraph(special, { inputs: [...examples.keys()], wanted, weights });
  if (!("unlowered" in lowered)) return runKernels(lowered, backend, runPlain(graph, options));
  if (weights === "float32") return runPlain(graph, options);
  throw new RecurraError(
    "graph/no-stream",
    `Weights in ${weights} are for graphs whose nodes all have kernels, but ${printNode(lowered.unlowered)} has none.`,
  );
}

function tellOf(recur: Evaluation["recur"], onRecurrent: OnRecurrent): Evaluation["recur"] {
  return (node, read) => {
    const outputs = recur(node, read);
    onRecurrent({ node, read, outputs });
    return outputs;
  };
}

function runPlain(graph: Graph, { fixed, wanted, recur }: RunnerOptions): GraphRunner {
  const run: GraphRunner["run"] = (inputs) => {
    const values = new Map([...inputs, ...fixed]);
    const scope = evaluateGraph(graph, { values, wanted, recur, spend: createSpend() });
    return new Map(wanted.map((name) => [name, find(scope, name)]));
  };
  return {
    run,
    bind: (inputs) => () => run(tensorsOf(inputs)),
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
  const bind: GraphRunner["bind"] = (inputs) => {
    const writes = [...inputs].map(([name, { numbers }]) => ({ from: numbers, to: loaded.input(name) }));
    const through = lowered.through.map((name) => ({ name, kept: known(inputs.get(name), name) }));
    const indices = [...lowered.indices].map(([name, size]) => ({ from: known(inputs.get(name), name).numbers, size }));
    const runOtherwise = otherwise.bind(inputs);
    return () => {
      for (const { from, size } of indices) if (!areIndices(from, size)) return runOtherwise();
      for (const { from, to } of writes) to.set(from);
      loaded.run();
      for (const { from, to } of copies) to.set(from);
      for (const { name, kept } of through) outputs.set(name, tensorOf(kept));
      return outputs;
    };
  };
  return {
    run: (inputs) => {
      const given = bind(new Map([...inputs].map(([name, tensor]) => [name, numbersOf(tensor)])))();
      return new Map([...given, ...lowered.through.map((name) => [name, known(inputs.get(name), name)] as const)]);
    },
    bind,
    dispose: loaded.dispose,
  };
}

function areIndices(numbers: NumberArray, size: number): boolean {
  for (let n = 0; n < numbers.length; n++) if (numbers[n]! < 0 || numbers[n]! >= size) return false;
  return true;
}
