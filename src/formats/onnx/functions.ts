/** Functions that a file defines itself: their nodes are written where they are called. */
import type { ValueName } from "../../graph/graph.ts";
import { copyWith } from "./copy-with.ts";
import { nodeError } from "./fail.ts";
import type { OnnxNode } from "./node.ts";
import { domainOf } from "./node.ts";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./schema/onnx.ts";
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from "./schema/onnx.ts";

export interface FunctionTable {
  find(node: OnnxNode, overload: string): FunctionProto | undefined;
}

export function createFunctionTable(functions: readonly FunctionProto[]): FunctionTable {
  const table = new Map(functions.map((one) => [`${domainOf(one.domain)}:${one.name}:${one.overload}`, one]));
  return { find: (node, overload) => table.get(`${node.domain}:${node.op}:${overload}`) };
}

export interface InlineOptions {
  readonly fresh: (wanted: string) => ValueName;
  readonly versions: ReadonlyMap<string, number>;
  /** Writes a node of the function, where operators have these versions. */
  readonly readNode: (proto: NodeProto, at: number, versions: ReadonlyMap<string, number>) => void;
}

/** Writes a function's nodes with names of their own: inputs and outputs are the caller's, attributes those that it gives. */
export function inlineFunction(
  node: OnnxNode,
  body: FunctionProto,
  { fresh, versions: around, readNode }: InlineOptions,
): void {
  if (node.inputs.length > body.input.length || node.outputs.length > body.output.length)
    throw nodeError(node, `it has more inputs or outputs than the function ${body.name}`);
  const known = new Set([...body.attribute, ...body.attributeProto.map(({ name }) => name)]);
  for (const name of node.attributes.keys())
    if (!known.has(name)) throw nodeError(node, `the function has no attribute ${name}`);
  const names = new Map<ValueName, ValueName>([["", ""]]);
  for (const [at, name] of body.input.entries()) names.set(name, node.inputs[at] ?? "");
  for (const [at, name] of body.output.entries())
    if ((node.outputs[at] ?? "") !== "") names.set(name, node.outputs[at]!);
  const rename = (name: ValueName): ValueName => {
    const before = names.get(name);
    if (before !== undefined) return before;
    const own = fresh(`${node.name}_${name}`);
    names.set(name, own);
    return own;
  };
  const attributeOf = (name: string): AttributeProto | undefined =>
    node.attributes.get(name) ?? body.attributeProto.find((one) => one.name === name);
  const versions = new Map(around);
  for (const { domain, version } of body.opsetImport) versions.set(domainOf(domain), Number(version));
  for (const [at, inner] of body.node.entries())
    readNode(copyNode(inner, { rename, attributeOf, prefix: node.name }), at, versions);
}

interface CopyOptions {
  readonly rename: (name: ValueName) => ValueName;
  readonly attributeOf: (name: string) => AttributeProto | undefined;
  readonly prefix: string;
}

function copyNode(node: NodeProto, options: CopyOptions): NodeProto {
  const { rename, attributeOf, prefix } = options;
  return copyWith(NodeProtoSchema, node, {
    name: `${prefix}_${node.name === "" ? node.opType : node.name}`,
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.flatMap((attribute) => {
      if (attribute.refAttrName === "")
        return [
          attribute.g === undefined
            ? attribute
            : copyWith(AttributeProtoSchema, attribute, { g: copyGraph(attribute.g, options) }),
        ];
      const given = attributeOf(attribute.refAttrName);
      return given === undefined ? [] : [copyWith(AttributeProtoSchema, given, { name: attribute.name })];
    }),
  });
}

/** A body in a function: all that it names gets names of its own, too. */
function copyGraph(graph: GraphProto, options: CopyOptions): GraphProto {
  const { rename } = options;
  return copyWith(GraphProtoSchema, graph, {
    input: graph.input.map((info) => copyWith(ValueInfoProtoSchema, info, { name: rename(info.name) })),
    output: graph.output.map((info) => copyWith(ValueInfoProtoSchema, info, { name: rename(info.name) })),
    initializer: graph.initializer.map((tensor) => copyWith(TensorProtoSchema, tensor, { name: rename(tensor.name) })),
    node: graph.node.map((node) => copyNode(node, options)),
  });
}
