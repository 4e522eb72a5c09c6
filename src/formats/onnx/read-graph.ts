/** Graphs of ONNX files, with the bodies of their nodes, as graphs of ours. */
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { Graph, SymbolicSize, ValueInfo, ValueName } from "../../graph/graph.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { RecurraError } from "../../util/errors.ts";
import { converters } from "./converters.ts";
import type { Converter } from "./converters.ts";
import { elementTypes, otherTypes } from "./data-types.ts";
import { fileError, nodeError } from "./fail.ts";
import { inlineFunction } from "./functions.ts";
import type { FunctionTable } from "./functions.ts";
import { microsoftConverters } from "./microsoft.ts";
import { createAttributeReader, domainOf } from "./node.ts";
import type { NodeWriter, OnnxNode } from "./node.ts";
import { passThrough } from "./pass-through.ts";
import { readTensor } from "./read-tensor.ts";
import { withoutSequences } from "./sequences.ts";
import type { Sequence } from "./sequences.ts";
import type { ExternalFiles } from "./read-tensor.ts";
import type { GraphProto, NodeProto, ValueInfoProto } from "./schema/onnx.ts";

export interface ReadContext {
  /** Versions of operator sets by domain; "" is ONNX's own. */
  readonly versions: ReadonlyMap<string, number>;
  readonly functions: FunctionTable;
  readonly files: ExternalFiles;
  /** A name that nothing in the whole file has. */
  readonly fresh: (wanted: string) => string;
  /** How deep this graph lies in others. */
  readonly depth: number;
  /** Sequences of the graphs around this one. */
  readonly sequences: ReadonlyMap<ValueName, Sequence>;
  /** Constants of the graphs around this one. */
  readonly constants: (name: ValueName) => Tensor | undefined;
}

/** Graphs in graphs, and functions in functions. */
const mostDepth = 32;

export function readGraph(file: GraphProto, around: ReadContext): Graph {
  const sequences = new Map(around.sequences);
  const { fresh, versions } = around;
  const proto = withoutSequences(file, { fresh, version: versions.get("") ?? 0, sequences });
  const context: ReadContext = { ...around, sequences };
  if (context.depth > mostDepth)
    throw new RecurraError("graph/too-deep", `Graphs are nested deeper than ${mostDepth}.`);
  if (proto.sparseInitializer.length > 0) throw fileError("Sparse tensors are not supported");
  const builder = createGraphBuilder(proto.name === "" ? "graph" : proto.name);
  const constants = new Map<ValueName, Tensor>();
  const putConstant = (name: ValueName, value: Tensor): void => {
    // The builder would give a constant another name where its own is taken.
    if (builder.constant(value, name) !== name)
      throw new RecurraError("graph/defined-twice", `The value ${JSON.stringify(name)} is defined twice.`);
    constants.set(name, value);
  };
  const initialised = new Set(proto.initializer.map(({ name }) => name));
  for (const info of proto.input) if (!initialised.has(info.name)) builder.input(readValueInfo(info));
  for (const tensor of proto.initializer) putConstant(tensor.name, readTensor(tensor, context.files));
  const constantOf = (name: ValueName): Tensor | undefined => constants.get(name) ?? context.constants(name);
  const sink: NodeSink = { builder, putConstant, constantOf };
  for (const [at, node] of proto.node.entries()) readNode(node, { at, sink, context });
  return builder.finish(proto.output.map(readValueInfo));
}

/** Where nodes are written. */
interface NodeSink {
  readonly builder: ReturnType<typeof createGraphBuilder>;
  readonly putConstant: (name: ValueName, value: Tensor) => void;
  readonly constantOf: (name: ValueName) => Tensor | undefined;
}

interface NodePlace {
  readonly at: number;
  readonly sink: NodeSink;
  readonly context: ReadContext;
}

/** Writes one node, by its converter or as it stands. */
function readNode(proto: NodeProto, { at, sink, context }: NodePlace): void {
  const node: OnnxNode = {
    name: proto.name === "" ? `${proto.opType}_${at}` : proto.name,
    op: proto.opType,
    domain: domainOf(proto.domain),
    inputs: proto.input,
    outputs: proto.output,
    attributes: new Map(proto.attribute.map((attribute) => [attribute.name, attribute])),
  };
  for (const attribute of node.attributes.values())
    if (attribute.refAttrName !== "")
      throw nodeError(node, `attribute ${attribute.name} refers to ${attribute.refAttrName}, outside a function`);
  const body = context.functions.find(node, proto.overload);
  if (body !== undefined) {
    if (context.depth > mostDepth)
      throw new RecurraError("graph/too-deep", `Functions are nested deeper than ${mostDepth}; does one call itself?`);
    const { fresh, versions } = context;
    inlineFunction(node, body, {
      fresh,
      versions,
      readNode: (inner, place, own) => {
        readNode(inner, { at: place, sink, context: { ...context, versions: own, depth: context.depth + 1 } });
      },
    });
    return;
  }
  const writer = createWriter(node, { sink, context });
  converterOf(node)(writer);
  writer.attributes.checkAllRead();
}

function converterOf(node: OnnxNode): Converter {
  const table = node.domain === "" ? converters : node.domain === "com.microsoft" ? microsoftConverters : undefined;
  const found = table?.get(node.op);
  if (found !== undefined) return found;
  if (node.domain === "") return passThrough;
  throw nodeError(node, "Recurra does not know this operator", "onnx/unknown-operator");
}

function createWriter(node: OnnxNode, { sink, context }: Omit<NodePlace, "at">): NodeWriter {
  const { builder, putConstant, constantOf } = sink;
  const fresh = (part: string): ValueName => context.fresh(part === "" ? node.name : `${node.name}_${part}`);
  const name = (list: readonly ValueName[], at: number): ValueName | undefined =>
    list[at] === "" ? undefined : list[at];
  const version =
    context.versions.get(node.domain) ??
    (node.domain === "" ? undefined : 1) ??
    fail(`the file does not say which version of ONNX's operators it means`);
  function fail(what: string): never {
    throw nodeError(node, what);
  }
  const writer: NodeWriter = {
    node,
    version,
    attributes: createAttributeReader(node, {
      files: context.files,
      readBody: (body) => readGraph(body, { ...context, depth: context.depth + 1, constants: constantOf }),
    }),
    emit: (operator, inputs, { attributes = {}, outputs = 1, part } = {}) =>
      builder.operators(operator, inputs, {
        name: part === undefined ? node.name : `${node.name}_${part}`,
        attributes,
        outputs: typeof outputs === "number" ? Array.from({ length: outputs }, () => fresh(operator)) : outputs,
      }),
    recurrent: (recurrent, part) => {
      builder.recurrent({ ...recurrent, name: part === "" ? node.name : `${node.name}_${part}` });
    },
    constant: (value, part = "constant") => {
      const given = fresh(part);
      putConstant(given, value);
      return given;
    },
    namedConstant: putConstant,
    fresh,
    constantOf,
    input: (at) => name(node.inputs, at),
    output: (at) => name(node.outputs, at),
    fail,
    unknown: () => {
      throw nodeError(node, "Recurra does not know this operator", "onnx/unknown-operator");
    },
  };
  return writer;
}

function readValueInfo({ name, type }: ValueInfoProto): ValueInfo {
  const tensor = type?.tensorType;
  // Values of bodies may have no type, on which nothing depends.
  if (
    [type?.sequenceType, type?.mapType, type?.sparseTensorType, type?.optionalType].some(
      (one) => (one?.length ?? 0) > 0,
    )
  )
    throw fileError(`The value ${JSON.stringify(name)} is a sequence, a map or something else that is no tensor`);
  const number = tensor?.elemType ?? 1;
  const element = elementTypes[number === 0 ? 1 : number];
  if (element === undefined)
    throw fileError(
      `The value ${JSON.stringify(name)} is of type ${otherTypes[number] ?? number}, which Recurra does not read`,
    );
  const shape = tensor?.shape?.dim.map(({ dimValue, dimParam }, axis): SymbolicSize => {
    if (dimParam !== "") return dimParam;
    // A size that is not said, or -1 in some files, may be any.
    return dimValue > 0n ? Number(dimValue) : `${name}_${axis}`;
  });
  return { name, type: element, ...(shape === undefined ? {} : { shape }) };
}
