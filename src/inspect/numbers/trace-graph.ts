/** What the recurrent nodes of a graph computed, in float64: each becomes the trace of a network that is this one layer. */
import type { GraphModel, GraphSessionOptions, OnRecurrent } from "../../graph/graph-model.ts";
import type { RecurrentNode, ValueName } from "../../graph/graph.ts";
import type { Tensor, TensorLike } from "../../graph/tensor.ts";
import { walkNodes } from "../../graph/walk-nodes.ts";
import type { CellLayer, NetworkSpec } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { joinRuns, readRun } from "./node-runs.ts";
import type { NodeRun } from "./node-runs.ts";
import { traceNetwork } from "./trace.ts";
import type { CellTrace, Trace } from "./trace.ts";

/** A recurrent node that was run. */
export interface NodeTrace {
  /** As `recurrentNodes` has it. A node that ran several times, none going on from the one before, is there as often. */
  readonly path: string;
  /** Which steps of the node's sequence its rows are: all of them, but for what lengths and masks leave out. */
  readonly steps: readonly number[];
  readonly cell: CellTrace;
  /** Of a network of this layer alone, with the node's weights: `memoryLength`, `stepJacobians` and the others take it. */
  readonly trace: Trace;
}

export interface GraphTrace {
  /** By name, as `run` gives them. */
  readonly outputs: Readonly<Record<ValueName, Tensor>>;
  /** In the order in which they ran. Nodes of branches that were not taken are not there. */
  readonly cells: readonly NodeTrace[];
}

export interface GraphStreamTrace {
  /** What each step gave: a copy of what `step` returns. */
  readonly outputs: readonly Float64Array[];
  readonly cells: readonly NodeTrace[];
}

export interface TraceGraphOptions {
  /** Which of the sequences that are run together: 0. */
  readonly member?: number;
}

/**
 * Runs a graph and keeps every value of every equation of its recurrent nodes, those in taken branches and in the bodies of loops among them. What nodes read was computed by the model's
 * own backend; what they make of it is computed straight from the equations in float64, as in `traceNetwork`. A `Scan` of operators has no equations and is not among them.
 *
 * @throws {RecurraError} what `run` throws, `graph/bad-input` for a member that there is not, and `graph/bad-value` for a cell that attends to several things.
 */
export async function traceGraph(
  model: Pick<GraphModel, "graph" | "run">,
  inputs: Readonly<Record<ValueName, TensorLike>>,
  { member = 0 }: TraceGraphOptions = {},
): Promise<GraphTrace> {
  const { onRecurrent, traces } = createRecord(model, member);
  return { outputs: await model.run(inputs, { onRecurrent }), cells: traces() };
}

/**
 * The same of a stream: opens a session and goes through steps as `step` takes them. What a node did in one step and in the next is one trace.
 *
 * @throws {RecurraError} what `session` and `step` throw, and as `traceGraph`.
 */
export function traceGraphStream(
  model: Pick<GraphModel, "graph" | "session">,
  steps: Iterable<ArrayLike<number> | Readonly<Record<ValueName, ArrayLike<number>>>>,
  { member = 0, ...options }: TraceGraphOptions & Omit<GraphSessionOptions, "onRecurrent"> = {},
): GraphStreamTrace {
  const { onRecurrent, traces } = createRecord(model, member);
  const session = model.session({ ...options, onRecurrent });
  const outputs = Array.from(steps, (x) => Float64Array.from(session.step(x)));
  session.dispose();
  return { outputs, cells: traces() };
}

/** Gathers runs of nodes. */
function createRecord(
  { graph }: Pick<GraphModel, "graph">,
  member: number,
): { readonly onRecurrent: OnRecurrent; readonly traces: () => readonly NodeTrace[] } {
  const paths = new Map(walkNodes(graph).map(({ node, path }) => [node, path]));
  // A session makes its own of the nodes that are in no body; their names are their paths.
  const pathOf = (node: RecurrentNode): string => paths.get(node) ?? node.name;
  const runs = new Map<string, NodeRun[]>();
  return {
    onRecurrent: (call) => {
      const run = readRun(call, member);
      if (run === undefined) return;
      const path = pathOf(call.node);
      const own = runs.get(path) ?? [];
      runs.set(path, own);
      const last = own.at(-1);
      const joined = last === undefined ? undefined : joinRuns(last, run);
      if (joined === undefined) own.push(run);
      else own[own.length - 1] = joined;
    },
    traces: () => [...runs].flatMap(([path, own]) => own.map((run) => traceRun(path, run))),
  };
}

function traceRun(path: string, { node, input, steps, parameters, states, memory }: NodeRun): NodeTrace {
  const { cell, size, sizes, direction } = node;
  const layer: CellLayer = { kind: "cell", cell, size, direction, ...(sizes === undefined ? {} : { sizes }) };
  const spec: NetworkSpec = {
    input: { kind: "features", size: input.size },
    layers: [layer],
    ...(memory === undefined ? {} : { encoder: { input: { kind: "features", size: memory.size }, layers: [] } }),
  };
  const named = <T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`0.${name}`, value]));
  const wide = Object.entries(parameters).map(([name, { data }]) => [
    name,
    Float64Array.from(data as ArrayLike<number | bigint>, Number),
  ]);
  const trace = traceNetwork(
    { spec, parameters: named(Object.fromEntries(wide) as Readonly<Record<string, Float64Array>>) },
    {
      inputs: input.values,
      states: named(states),
      ...(memory === undefined ? {} : { source: memory.values }),
    },
  );
  return { path, steps, cell: known(trace.layers[0]?.cells[0], "a cell"), trace };
}
