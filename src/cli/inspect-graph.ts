/** What an imported model is that is no chain of layers: inputs, outputs, nodes, recurrent nodes, parameters. */
import { alignTable, describeGraph, printCell, printCount, printQuantity, RecurraError } from "../node.ts";
import type { GraphCell, GraphFacts, GraphModel, ValueInfo } from "../node.ts";
import type { Terminal } from "./terminal.ts";

/** A graph with the file that it is from. */
export interface ReadGraph {
  readonly model: GraphModel;
  readonly source: string;
  /** Of the file, in words. */
  readonly format: string;
}

/** Prints a graph. */
export function printGraph(read: ReadGraph, json: boolean, terminal: Terminal): void {
  const facts = describeGraph(read.model.graph);
  const stream = findStream(read.model);
  terminal.print(json ? JSON.stringify(graphAsJson(read, facts, stream)) : describe(read, facts, stream));
}

/** Why the graph cannot go on step by step; undefined where it can. */
function findStream(model: GraphModel): string | undefined {
  try {
    model.session().dispose();
    return undefined;
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-stream") return error.message;
    throw error;
  }
}

function describe({ model, source, format }: ReadGraph, facts: GraphFacts, stream: string | undefined): string {
  const kinds = facts.kinds.map(({ name, count }) => (count === 1 ? name : `${count} ${name}`));
  return [
    `${source}: a model of ${format} that is no chain of layers`,
    "",
    ...describeValues("Inputs", model.inputs),
    "",
    ...describeValues("Outputs", model.outputs),
    "",
    `${printCount(facts.nodes.length, "node")}: ${kinds.join(", ")}`,
    `${printQuantity(facts.parameterCount)} parameters in all`,
    stream === undefined ? "It can go on step by step." : `It cannot go on step by step. ${stream}`,
    "",
    ...describeCells(facts.cells),
  ]
    .join("\n")
    .trimEnd();
}

function describeValues(title: string, values: readonly ValueInfo[]): readonly string[] {
  const rows = values.map(({ name, type, shape }) => ({
    name,
    type,
    shape: shape === undefined ? "of any shape" : shape.length === 0 ? "a number" : `[${shape.join(", ")}]`,
  }));
  return [`${title}:`, alignTable(rows, [{ key: "name" }, { key: "type" }, { key: "shape" }], { indent: "  " })];
}

function describeCells(cells: readonly GraphCell[]): readonly string[] {
  if (cells.length === 0) return ["None of its nodes is recurrent."];
  const rows = cells.map(({ path, cell, size, direction, parameters }) => ({
    node: path,
    cell: cell.name,
    size,
    direction,
    parameters: Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0),
  }));
  const columns = ["node", "cell", "size", "direction", "parameters"].map((key) => ({ key }));
  // Nodes of one cell may be called differently, and cells of one name may differ.
  const texts = new Map(cells.map(({ cell }) => [printCell(cell), cell.name]));
  return [
    "Recurrent nodes:",
    alignTable(rows, columns, { indent: "  " }),
    "",
    ...[...texts].flatMap(([text, name]) => [`${name}:`, text.trimEnd().replaceAll(/^/gm, "  "), ""]),
  ];
}

function graphAsJson(
  { model, format }: ReadGraph,
  { nodes, kinds, cells, parameterCount }: GraphFacts,
  stream: string | undefined,
): Readonly<Record<string, unknown>> {
  return {
    format,
    inputs: model.inputs.map(({ name, type, shape }) => ({ name, type, shape })),
    outputs: model.outputs.map(({ name, type, shape }) => ({ name, type, shape })),
    parameterCount,
    operators: Object.fromEntries(kinds.map(({ name, count }) => [name, count])),
    nodes,
    cells: cells.map(({ path, cell, size, direction, parameters }) => ({
      path,
      name: cell.name,
      text: cell.text,
      size,
      direction,
      parameters: Object.entries(parameters).map(([name, { shape }]) => ({ name, shape })),
    })),
    streams: stream === undefined,
  };
}
