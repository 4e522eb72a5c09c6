/** A graph made ready to run: what a user holds. */
import type { Backend, BackendName } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import type { ThreadCount } from "../engine/thread-count.ts";
import { createModel } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { createSpend, evaluateGraph, find } from "./evaluate.ts";
import { foldGraph } from "./fold.ts";
import type { GraphModel, OnRecurrent } from "./graph-model.ts";
import type { Graph, ValueInfo, ValueName } from "./graph.ts";
import { printShape } from "./operators/operator.ts";
import { createRecurrentRunner } from "./recurrent.ts";
import { createGraphRunner } from "./runner.ts";
import type { GraphRunner } from "./runner.ts";
import { createGraphSession } from "./session.ts";
import { networkOf } from "./to-network.ts";
import type { ElementType, Tensor, TensorLike } from "./tensor.ts";
import { convertData, countElements, elementArrays, isFloat } from "./tensors.ts";

export interface GraphModelOptions {
  /** What runs recurrent nodes of float32: the fastest that works, if absent. */
  readonly backend?: "auto" | BackendName | undefined;
  /** Most threads of it: 1. */
  readonly threads?: ThreadCount | undefined;
}

/** Checks a graph and computes its constants once. Throws `graph/…` for a graph that cannot be run, naming the node. */
export function createGraphModel(graph: Graph, { backend = "auto", threads = 1 }: GraphModelOptions = {}): GraphModel {
  const folded = foldGraph(graph);
  let chosen: Backend | undefined;
  const backendOf = (): Backend => (chosen ??= chooseBackend(backend, { threads }).backend);
  const recurrent = createRecurrentRunner(backendOf);
  // Kernels are made for given shapes; those of the last few are kept.
  const runners = new Map<string, GraphRunner>();
  const streams = new Set<GraphRunner>();
  let isAlive = true;
  const runnerFor = (split: SplitInputs, wanted: readonly ValueName[]): GraphRunner => {
    const key = JSON.stringify([
      wanted,
      [...split.examples].map(([name, { shape }]) => [name, shape]),
      printFixed(split.fixed),
    ]);
    const runner =
      runners.get(key) ?? createGraphRunner(folded, { ...split, wanted, backend: backendOf(), recur: recurrent.run });
    runners.delete(key);
    runners.set(key, runner);
    for (const [oldest, one] of runners) {
      if (runners.size <= mostRunners) break;
      one.dispose();
      runners.delete(oldest);
    }
    return runner;
  };
  const run = (
    inputs: Readonly<Record<ValueName, TensorLike>>,
    { only, onRecurrent }: { readonly only?: readonly ValueName[]; readonly onRecurrent?: OnRecurrent },
  ): Record<ValueName, Tensor> => {
    if (!isAlive) throw new RecurraError("engine/disposed", `The model ${graph.name} was disposed of; read it again.`);
    const wanted = only ?? graph.outputs.map(({ name }) => name);
    const values = checkInputs(graph, inputs);
    const split = splitInputs(folded, values);
    const runner =
      onRecurrent === undefined
        ? runnerFor(split, wanted)
        : createGraphRunner(folded, { ...split, wanted, backend: backendOf(), recur: recurrent.run, onRecurrent });
    const outputs = runner.run(split.examples);
    return Object.fromEntries(wanted.map((name) => [name, ownTensor(outputs.get(name)!)]));
  };
  return {
    graph: folded,
    inputs: graph.inputs,
    outputs: graph.outputs,
    run: (inputs, options = {}) =>
      new Promise((resolve) => {
        resolve(run(inputs, options));
      }),
    session: (options) =>
      createGraphSession(
        {
          graph: folded,
          compute: (values, wanted) => {
            const scope = evaluateGraph(folded, { values, wanted, recur: recurrent.run, spend: createSpend() });
            return new Map(wanted.map((name) => [name, find(scope, name)]));
          },
          createRunner: (one, how) => {
            if (!isAlive)
              throw new RecurraError("engine/disposed", `The model ${graph.name} was disposed of; read it again.`);
            const runner = createGraphRunner(one, { ...how, backend: backendOf(), recur: recurrent.run });
            streams.add(runner);
            return runner;
          },
        },
        options,
      ),
    network: () => {
      const { origin, ...parts } = networkOf(folded);
      return { ...createModel({ ...parts, backend, threads }), origin };
    },
    dispose: () => {
      isAlive = false;
      for (const runner of [...runners.values(), ...streams]) runner.dispose();
      recurrent.dispose();
    },
  };
}

/** Shapes for which runners are kept. */
const mostRunners = 8;

interface SplitInputs {
  readonly examples: ReadonlyMap<ValueName, Tensor>;
  readonly fixed: ReadonlyMap<ValueName, Tensor>;
}

/**
 * Single numbers that are settings (a sampling rate decides which branch is taken) are fixed: kernels are made for each of their values. Numbers of rows and lengths of
 * sequences are not.
 */
export function splitInputs(graph: Graph, values: ReadonlyMap<ValueName, Tensor>): SplitInputs {
  const chosen = new Set(
    graph.nodes.flatMap((node) =>
      node.kind === "recurrent" ? [node.lengths] : node.operator === "Gather" ? [node.inputs[1]] : [],
    ),
  );
  const isFixed = ([name, { type, data }]: [ValueName, Tensor]): boolean =>
    !isFloat(type) && data.length === 1 && !chosen.has(name);
  const entries = [...values];
  return {
    examples: new Map(entries.filter((entry) => !isFixed(entry))),
    fixed: new Map(entries.filter(isFixed)),
  };
}

function printFixed(fixed: ReadonlyMap<ValueName, Tensor>): readonly string[] {
  return [...fixed].map(([name, { data }]) => `${name}=${data[0]}`);
}

/** A tensor that no later run changes. */
function ownTensor({ type, shape, data }: Tensor): Tensor {
  return { type, shape, data: data.slice() };
}

/** The inputs as tensors of the types that the graph says. Sizes of one name must agree. */
export function checkInputs(graph: Graph, given: Readonly<Record<ValueName, TensorLike>>): Map<ValueName, Tensor> {
  const names = graph.inputs.map(({ name }) => name);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new RecurraError(
        "graph/bad-input",
        `There is no input ${JSON.stringify(name)}; there are ${names.join(", ")}.`,
      );
  const sizes = new Map<string, { readonly size: number; readonly by: ValueName }>();
  const values = new Map<ValueName, Tensor>();
  for (const info of graph.inputs) {
    const value = Object.hasOwn(given, info.name) ? given[info.name] : undefined;
    if (value === undefined && info.default !== undefined) {
      values.set(info.name, info.default);
      continue;
    }
    if (value === undefined)
      throw new RecurraError(
        "graph/bad-input",
        `The input ${JSON.stringify(info.name)} is missing: ${printInfo(info)}.`,
      );
    values.set(info.name, checkInput(info, value, sizes));
  }
  return values;
}

function printInfo({ type, shape }: ValueInfo): string {
  return shape === undefined ? type : `${type} ${printShape(shape)}`;
}

function checkInput(
  info: ValueInfo,
  { shape, data }: TensorLike,
  sizes: Map<string, { readonly size: number; readonly by: ValueName }>,
): Tensor {
  const bad = (what: string): RecurraError =>
    new RecurraError("graph/bad-input", `The input ${JSON.stringify(info.name)} (${printInfo(info)}) ${what}.`);
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) throw bad(`is given the shape ${printShape(shape)}`);
  if (data.length !== countElements(shape))
    throw bad(`is given ${data.length} numbers for the shape ${printShape(shape)}`);
  if (info.shape !== undefined) {
    const isFit =
      info.shape.length === shape.length &&
      info.shape.every((size, axis) => typeof size === "string" || size === shape[axis]);
    if (!isFit) throw bad(`is given the shape ${printShape(shape)}`);
    for (const [axis, size] of info.shape.entries()) {
      if (typeof size !== "string") continue;
      const before = sizes.get(size);
      if (before !== undefined && before.size !== shape[axis])
        throw bad(`is given ${shape[axis]} for ${size}, but the input ${before.by} ${before.size}`);
      sizes.set(size, { size: shape[axis]!, by: info.name });
    }
  }
  return { type: info.type, shape: [...shape], data: fitData(info.type, data, bad) };
}

/** The numbers as the type's own array. Throws where one of them does not fit it. */
function fitData(type: ElementType, data: TensorLike["data"], bad: (what: string) => RecurraError): Tensor["data"] {
  if (data instanceof elementArrays[type]) return data;
  const converted = convertData(data, type);
  if (isFloat(type)) return converted;
  const [from, to] = [data as ArrayLike<number | bigint>, converted as ArrayLike<number | bigint>];
  for (let i = 0; i < from.length; i++)
    // One of them may be a bigint, which equals the number of its size.
    if (Number(from[i]) !== Number(to[i])) throw bad(`is given ${from[i]}, which is no ${type}`);
  return converted;
}
