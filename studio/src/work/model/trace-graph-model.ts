/** What a graph does with a sample: its recurrent nodes step by step, and what it gives. */
import { traceGraph, traceGraphStream } from "recurra";
import type { GraphModel, GraphTensor, NodeTrace } from "recurra";
import { fillInputs, fillSteps } from "./fill-sample.ts";
import type { CellSeen, GraphSample, GraphTraceSeen, ValueSeen } from "./model.ts";
import type { SamplePlan } from "./plan-sample.ts";
import { showCell } from "./trace-model.ts";

/** Numbers of an output that are shown. */
const shownNumbers = 6;

/** Throws `graph/…` for sizes that the model does not take. */
export async function traceGraphModel(
  model: GraphModel,
  plan: SamplePlan,
  sample: GraphSample,
): Promise<GraphTraceSeen> {
  if (plan.streams) {
    const fixed = fillInputs(plan.fixed, sample);
    const { outputs, cells } = traceGraphStream(model, fillSteps(plan, sample), { fixed });
    const [name = ""] = model.outputs.map((one) => one.name);
    return { ...show(cells), stream: showStream(name, outputs), outputs: [] };
  }
  const { outputs, cells } = await traceGraph(model, fillInputs(plan.inputs, sample));
  return { ...show(cells), outputs: Object.entries(outputs).map(([name, tensor]) => showOutput(name, tensor)) };
}

function show(cells: readonly NodeTrace[]): Pick<GraphTraceSeen, "kind" | "trace"> {
  return { kind: "graph-trace", trace: { kind: "trace", cells: cells.map(showNode), told: [] } };
}

/** A node that ran several times is told apart by the number of the turn. */
function showNode({ path, steps, cell }: NodeTrace, at: number, all: readonly NodeTrace[]): CellSeen {
  const turns = all.filter((one) => one.path === path);
  const called =
    turns.length === 1 ? path : `${path} ${all.slice(0, at).filter((one) => one.path === path).length + 1}`;
  return showCell(
    { ...cell, path: called },
    { isEncoder: false, isPicture: false, tokens: steps.map((step) => String(step + 1)) },
  );
}

function showStream(name: string, rows: readonly Float64Array[]): ValueSeen {
  const size = Math.max(1, ...rows.map(({ length }) => length));
  const values = new Float32Array(rows.length * size).fill(NaN);
  for (const [step, row] of rows.entries()) values.set(row, step * size);
  return { name, role: "output", size, values };
}

function showOutput(name: string, { type, shape, data }: GraphTensor): GraphTraceSeen["outputs"][number] {
  return { name, type, shape, numbers: Array.from(data.slice(0, shownNumbers) as ArrayLike<number | bigint>, Number) };
}
