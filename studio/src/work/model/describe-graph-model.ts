/** What a model is that is no chain of layers: inputs, outputs, nodes, equations and weights, as people read them. */
import { describeGraph, printMathML } from "recurra";
import type { GraphModel, ValueInfo } from "recurra";
import { describeNumbers } from "./describe-model.ts";
import type { CellFacts, GraphModelFacts, GraphValue } from "./model.ts";
import type { SamplePlan } from "./plan-sample.ts";

interface Opened {
  readonly graph: GraphModel;
  readonly format: string;
  readonly name: string;
  readonly bytes: number;
  readonly plan: SamplePlan;
}

export function describeGraphModel({ graph, format, name, bytes, plan }: Opened): GraphModelFacts {
  const { nodes, kinds, cells, weights, parameterCount } = describeGraph(graph.graph);
  const recurrentWeights = new Set(
    cells.flatMap(({ path, cell }) =>
      // Square by its letters: from as many numbers as it gives, which only states are.
      cell.parameters
        .filter(({ shape }) => shape.length === 2 && shape[0] === shape[1])
        .map((one) => `${path}.${one.name}`),
    ),
  );
  return {
    kind: "graph",
    name,
    bytes,
    format,
    inputs: graph.inputs.map(showValue),
    outputs: graph.outputs.map(showValue),
    nodes,
    kinds,
    recurrent: cells.map(({ path, cell, size, direction }) => ({ path, name: cell.name, size, direction })),
    cells: groupCells(cells),
    parameters: weights.map((one) => ({
      ...describeNumbers(one.tensor.data as Float32Array),
      name: one.name,
      shape: one.tensor.shape,
      isFrozen: false,
      isRecurrent: recurrentWeights.has(one.name),
    })),
    parameterCount,
    streams: plan.streams,
    fields: plan.fields,
    hears:
      plan.streams &&
      plan.inputs.length === 1 &&
      plan.inputs.every(
        ({ shape, filling }) => filling.kind === "real" && shape.some((size) => typeof size === "string"),
      ),
  };
}

function showValue({ name, type, shape }: ValueInfo): GraphValue {
  return { name, type, ...(shape === undefined ? {} : { shape }) };
}

/** Each different cell once, with the sizes of all nodes that have it. */
function groupCells(cells: ReturnType<typeof describeGraph>["cells"]): readonly CellFacts[] {
  const seen = new Map<string, CellFacts>();
  for (const { cell, size } of cells) {
    if (cell.states.length === 0) continue;
    const before = seen.get(cell.text);
    seen.set(
      cell.text,
      before === undefined
        ? { name: cell.name, sizes: [size], text: cell.text.trim(), mathml: printMathML(cell) }
        : { ...before, sizes: [...before.sizes, size] },
    );
  }
  return [...seen.values()];
}
