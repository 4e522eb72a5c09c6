/** ONNX files as models that run. */
import { fromBinary } from "@bufbuild/protobuf";
import type { GraphModel } from "../../graph/graph-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { createGraphModel } from "../../graph/model.ts";
import type { GraphModelOptions } from "../../graph/model.ts";
import { RecurraError } from "../../util/errors.ts";
import { createNames } from "../../util/names.ts";
import type { Names } from "../../util/names.ts";
import { fileError } from "./fail.ts";
import { createFunctionTable } from "./functions.ts";
import { domainOf } from "./node.ts";
import { readGraph } from "./read-graph.ts";
import type { ExternalFiles } from "./read-tensor.ts";
import { ModelProtoSchema } from "./schema/onnx.ts";
import type { GraphProto, ModelProto, NodeProto } from "./schema/onnx.ts";

export interface ReadOnnxOptions extends GraphModelOptions {
  /** Bytes of the files that hold a model's large tensors, by the names that it calls them. */
  readonly files?: ExternalFiles;
}

/**
 * A model of an ONNX file's bytes. Throws `onnx/bad-file` for bytes that are none or lie about their shapes, `onnx/unknown-operator` and `onnx/bad-node`, which name
 * the node, and `graph/…` for a graph that cannot be run.
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): Promise<GraphModel> {
  return new Promise((resolve) => {
    resolve(createGraphModel(readOnnxGraph(bytes, options), options));
  });
}

/** The graph of an ONNX file's bytes, as it stands there. */
export function readOnnxGraph(bytes: Uint8Array, { files = {} }: Pick<ReadOnnxOptions, "files"> = {}): Graph {
  const model = decode(bytes);
  if (model.graph === undefined) throw fileError("The file holds no graph, so it is no ONNX model");
  const names = createNames();
  const calls = { left: mostNodes };
  collectNames(model.graph, names);
  const versions = new Map(model.opsetImport.map(({ domain, version }) => [domainOf(domain), Number(version)]));
  // Files from before there were versions of operators mean the first.
  if (model.opsetImport.length === 0 && model.irVersion < 3n) versions.set("", 1);
  return withinStack(() =>
    readGraph(model.graph!, {
      versions,
      functions: createFunctionTable(model.functions),
      files,
      fresh: (wanted) => {
        if (--calls.left < 0) throw fileError(`The file has more than ${mostNodes} nodes with those of its functions`);
        return names.take(wanted);
      },
      depth: 0,
      sequences: new Map(),
      constants: () => undefined,
    }),
  );
}

/** Functions that call others twice, which call others twice, make a large graph of a small file. */
const mostNodes = 1_000_000;

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw fileError("The bytes are no ONNX model, or not all of one", error);
  }
}

/** Runs something that goes down into bodies; a stack that is full is an error of the file. */
function withinStack<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError && /stack/.test(error.message))
      throw new RecurraError("graph/too-deep", "Graphs of the file are nested too deeply.", { cause: error });
    throw error;
  }
}

/** Every name that a file gives, in all its graphs. */
function collectNames(graph: GraphProto, names: Names): void {
  for (const { name } of [...graph.input, ...graph.initializer, ...graph.output]) names.add(name);
  const collectNode = (node: NodeProto): void => {
    for (const name of [...node.input, ...node.output]) names.add(name);
    for (const { g } of node.attribute) if (g !== undefined) collectNames(g, names);
  };
  for (const node of graph.node) collectNode(node);
}
