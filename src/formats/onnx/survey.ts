/** What an ONNX file says outright: every name in it, the files beside it that it needs, and what is not computed here as it says. */
import type { Names } from "../../util/names.ts";
import { createNames } from "../../util/names.ts";
import { createNotes } from "../../util/notes.ts";
import type { Notes } from "../../util/notes.ts";
import { bfloat16, elementTypes, float16, otherTypes } from "./data-types.ts";
import type { GraphProto, ModelProto, NodeProto, TensorProto } from "./schema/onnx.ts";

export interface Survey {
  readonly names: Names;
  /** Files of tensors, as the model calls them. */
  readonly files: ReadonlySet<string>;
  /** A sentence for each kind of thing that is approximated or left out. */
  readonly notes: readonly string[];
}

interface Walk {
  readonly names: Names;
  readonly files: Set<string>;
  readonly notes: Notes;
}

const halves: Readonly<Record<number, string>> = { [float16]: "float16", [bfloat16]: "bfloat16" };

/** Goes through all graphs of a file. */
export function surveyModel({ graph, functions }: ModelProto): Survey {
  const walk: Walk = { names: createNames(), files: new Set(), notes: createNotes() };
  if (graph !== undefined) walkGraph(graph, walk);
  // Values of functions get names of their own where they are called.
  const inside = { ...walk, names: createNames() };
  for (const { node } of functions) for (const one of node) walkNode(one, inside, new Map());
  return { names: walk.names, files: walk.files, notes: walk.notes.list() };
}

function walkGraph(graph: GraphProto, walk: Walk): void {
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const { name } of [...graph.input, ...graph.initializer, ...graph.output]) walk.names.add(name);
  for (const tensor of graph.initializer) walkTensor(tensor, tensor.name, walk);
  for (const { name, type } of [...graph.input, ...graph.output]) {
    const half = halves[type?.tensorType?.elemType ?? 0];
    if (half !== undefined) walk.notes.add(`inputs and outputs of ${half} are float32 here`, name);
  }
  for (const node of graph.node) walkNode(node, walk, tensors);
}

function walkTensor(tensor: TensorProto, name: string, walk: Walk): void {
  if (tensor.dataLocation === 1)
    for (const { key, value } of tensor.externalData) if (key === "location") walk.files.add(value);
  const half = halves[tensor.dataType];
  if (half !== undefined)
    walk.notes.add(`numbers of ${half} are widened to float32, and so is what is computed of them`, name);
}

function walkNode(node: NodeProto, walk: Walk, tensors: ReadonlyMap<string, TensorProto>): void {
  const name = node.name === "" ? `a ${node.opType}` : node.name;
  for (const one of [...node.input, ...node.output]) walk.names.add(one);
  noteNode(node, name, walk, tensors);
  for (const { g, t } of node.attribute) {
    if (t !== undefined) walkTensor(t, name, walk);
    if (g !== undefined) walkGraph(g, walk);
  }
}

function noteNode(node: NodeProto, name: string, walk: Walk, tensors: ReadonlyMap<string, TensorProto>): void {
  switch (node.opType) {
    case "DynamicQuantizeLSTM":
      walk.notes.add(
        "8-bit weights are widened to float32, and what they multiply is not rounded to 8 bits as ONNX Runtime does",
        name,
      );
      return;
    case "DequantizeLinear": {
      const type = tensors.get(node.input[0] ?? "")?.dataType;
      if (type !== undefined)
        walk.notes.add(
          `weights of ${elementTypes[type] ?? otherTypes[type] ?? "fewer bits"} become the float32 numbers that they stand for`,
          node.input[0] ?? name,
        );
      return;
    }
    case "Dropout":
      walk.notes.add("dropout, which does nothing but in training, is left out", name);
      return;
    case "Cast": {
      const half = halves[Number(node.attribute.find((one) => one.name === "to")?.i ?? 0)];
      if (half !== undefined) walk.notes.add(`roundings to ${half} are left out`, name);
    }
  }
}
