/** ONNX files as models that run. */
import { fromBinary } from "@bufbuild/protobuf";
import type { GraphModel } from "../../graph/graph-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { createGraphModel } from "../../graph/model.ts";
import type { GraphModelOptions } from "../../graph/model.ts";
import { RecurraError } from "../../util/errors.ts";
import { isBeside } from "../../util/paths.ts";
import { fileError } from "./fail.ts";
import { createFunctionTable } from "./functions.ts";
import { domainOf } from "./node.ts";
import { readGraph } from "./read-graph.ts";
import type { ExternalFiles } from "./read-tensor.ts";
import { ModelProtoSchema } from "./schema/onnx.ts";
import type { ModelProto } from "./schema/onnx.ts";
import { surveyModel } from "./survey.ts";
import type { Survey } from "./survey.ts";

export interface ReadOnnxOptions extends GraphModelOptions {
  /**
   * The files that hold a model's large tensors, by the names that it calls them: their bytes, or a function that reads one. A name that leaves the model's folder is refused before it is asked for.
   */
  readonly files?: ExternalFiles | ((name: string) => Promise<Uint8Array> | Uint8Array);
}

/**
 * A model of an ONNX file's bytes. Throws `onnx/bad-file` for bytes that are none or lie about their shapes, `onnx/unknown-operator` and `onnx/bad-node`, which name
 * the node, and `graph/…` for a graph that cannot be run.
 */
export async function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): Promise<GraphModel> {
  const model = decode(bytes);
  const survey = withinStack(() => surveyModel(model));
  const { files = {} } = options;
  const read = typeof files === "function" ? await readFiles(survey.files, files) : files;
  return createGraphModel(graphOfModel(model, survey, read), options);
}

/** The graph of an ONNX file's bytes, as it stands there. */
export function readOnnxGraph(bytes: Uint8Array, { files = {} }: { readonly files?: ExternalFiles } = {}): Graph {
  const model = decode(bytes);
  return graphOfModel(
    model,
    withinStack(() => surveyModel(model)),
    files,
  );
}

/** Files of tensors, each once. */
async function readFiles(
  names: ReadonlySet<string>,
  read: (name: string) => Promise<Uint8Array> | Uint8Array,
): Promise<ExternalFiles> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    if (!isBeside(name.replace(/^\.\//, "")))
      throw fileError(`The file names ${JSON.stringify(name)} as one of its tensors, which is no path beside it`);
    files.set(name, await read(name));
  }
  return files;
}

function graphOfModel(model: ModelProto, { names, notes }: Survey, files: ExternalFiles): Graph {
  if (model.graph === undefined) throw fileError("The file holds no graph, so it is no ONNX model");
  const calls = { left: mostNodes };
  const versions = new Map(model.opsetImport.map(({ domain, version }) => [domainOf(domain), Number(version)]));
  // Files from before there were versions of operators mean the first.
  if (model.opsetImport.length === 0 && model.irVersion < 3n) versions.set("", 1);
  const graph = withinStack(() =>
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
  return { ...graph, notes };
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
