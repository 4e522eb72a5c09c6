/** Models as ONNX files. */
import { create, toBinary } from "@bufbuild/protobuf";
import { expandRecurrent } from "../../../graph/expand-recurrent.ts";
import { graphOf } from "../../../graph/from-network.ts";
import type { Attribute, Graph, OperatorNode, SymbolicSize, ValueInfo, ValueName } from "../../../graph/graph.ts";
import type { GraphModel } from "../../../graph/graph-model.ts";
import { operators } from "../../../graph/operators/index.ts";
import { isGraph, isTensor } from "../../../graph/operators/operator.ts";
import type { AttributeKind } from "../../../graph/operators/operator.ts";
import type { ElementType, Tensor } from "../../../graph/tensor.ts";
import type { Model } from "../../../network/index.ts";
import { known, RecurraError } from "../../../util/errors.ts";
import { version } from "../../../util/version.ts";
import { elementTypes } from "../data-types.ts";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "../schema/onnx.ts";
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "../schema/onnx.ts";
import { withFreeNames } from "./free-names.ts";
import { irVersionOf, operatorSetOf } from "./operator-set.ts";
import { ownCellOf, writeRecurrent } from "./recurrent.ts";
import type { FileNode } from "./recurrent.ts";

export interface WriteOnnxOptions {
  /** Of a network: the first values of all states are inputs `0.h` and their last ones outputs `0.h.next`, so that a stream can be run elsewhere. */
  readonly states?: "inputs" | undefined;
  /** Of a network: whether there is an input of the members' lengths. */
  readonly lengths?: boolean | undefined;
}

/**
 * The bytes of an ONNX file, of operator set 20 or the first that has all of its operators as a graph means them (see operator-set.ts). Cells that are one of ONNX's own become `RNN`, `GRU` and `LSTM`, all others a `Scan` made of their equations. Throws
 * `graph/no-graph` and `onnx/cannot-write`, which name what has no form there.
 */
export function writeOnnx(model: Model | GraphModel | Graph, options: WriteOnnxOptions = {}): Uint8Array {
  const graph = "spec" in model ? graphOf(model, options) : "graph" in model ? model.graph : model;
  const written = writeGraph(withFreeNames(graph));
  const operatorSet = operatorSetOf(written);
  const file = create(ModelProtoSchema, {
    irVersion: BigInt(irVersionOf(operatorSet)),
    producerName: "recurra",
    producerVersion: version,
    opsetImport: [{ domain: "", version: BigInt(operatorSet) }],
    graph: written,
  });
  return toBinary(ModelProtoSchema, file);
}

function writeGraph(given: Graph): GraphProto {
  const graph = expandRecurrent(given, (node) => ownCellOf(node) !== undefined);
  const constants = new Map(graph.constants);
  const nodes: NodeProto[] = [];
  for (const node of graph.nodes) {
    if (node.kind === "operator") {
      nodes.push(writeNode(node, kindsOf(node)));
      continue;
    }
    const { before, node: own, after } = writeRecurrent(node, known(ownCellOf(node), node.name), graph.constants);
    for (const one of [before, after]) for (const [name, tensor] of one.constants) constants.set(name, tensor);
    const around = ({ nodes: all }: Graph): NodeProto[] =>
      all.flatMap((one) => (one.kind === "operator" ? [writeNode(one, kindsOf(one))] : []));
    nodes.push(...around(before), writeNode(own, recurrentKinds), ...around(after));
  }
  const read = new Set([...nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)]);
  return create(GraphProtoSchema, {
    name: graph.name === "" ? "graph" : graph.name,
    input: graph.inputs.map(writeInfo),
    output: graph.outputs.map(writeInfo),
    initializer: [
      ...[...constants].filter(([name]) => read.has(name)),
      ...graph.inputs.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value] as const])),
    ].map(([name, tensor]) => writeTensor(name, tensor)),
    node: nodes,
  });
}

/** Values that a node reads, its bodies' too. */
function readsOf({ input, attribute }: NodeProto): readonly ValueName[] {
  const inner = attribute.flatMap(({ g }) =>
    g === undefined ? [] : [...g.node.flatMap(readsOf), ...g.output.map(({ name }) => name)],
  );
  return [...input, ...inner];
}

type Kinds = Readonly<Record<string, AttributeKind | "texts">>;

const recurrentKinds: Kinds = {
  hidden_size: "integer",
  direction: "text",
  activations: "texts",
  activation_alpha: "numbers",
  activation_beta: "numbers",
  clip: "number",
  input_forget: "integer",
  linear_before_reset: "integer",
};

function kindsOf({ name, operator }: OperatorNode): Kinds {
  const known = operators.get(operator);
  if (known === undefined)
    throw new RecurraError("onnx/cannot-write", `Node ${name} is the operator ${operator}, which ONNX does not have.`);
  return known.attributes;
}

function writeNode({ name, operator, inputs, outputs, attributes }: FileNode, kinds: Kinds): NodeProto {
  return create(NodeProtoSchema, {
    name,
    opType: operator,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, value]) => writeAttribute(key, value, known(kinds[key], key))),
  });
}

/** Numbers of the kinds of attributes in a file. */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function writeAttribute(name: string, value: Attribute, kind: AttributeKind | "texts"): AttributeProto {
  const list = (): readonly number[] => value as readonly number[];
  const of = (type: keyof typeof attributeTypes, content: object): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeTypes[type], ...content });
  switch (kind) {
    case "number":
      return of("float", { f: value });
    case "integer":
      return of("int", { i: BigInt(value as number) });
    case "text":
      return of("string", { s: bytesOf(value as string) });
    case "texts":
      return of("strings", { strings: (value as readonly string[]).map(bytesOf) });
    case "numbers":
      return of("floats", { floats: [...list()] });
    case "integers":
      return of("ints", { ints: list().map(BigInt) });
    case "type":
      return of("int", { i: BigInt(typeNumber(value as ElementType)) });
    case "tensor":
      if (typeof value === "object" && isTensor(value)) return of("tensor", { t: writeTensor("", value) });
      break;
    case "graph":
      if (typeof value === "object" && isGraph(value)) return of("graph", { g: writeGraph(value) });
      break;
  }
  throw new RecurraError("internal/impossible", `attribute ${name} is no ${kind}`);
}

function typeNumber(type: ElementType): number {
  return Number(
    known(
      Object.entries(elementTypes).find(([, name]) => name === type),
      type,
    )[0],
  );
}

function writeInfo({ name, type, shape }: ValueInfo): ValueInfoProto {
  const sizeOf = (size: SymbolicSize): { dimValue: bigint } | { dimParam: string } =>
    typeof size === "number" ? { dimValue: BigInt(size) } : { dimParam: size };
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      tensorType: { elemType: typeNumber(type), ...(shape === undefined ? {} : { shape: { dim: shape.map(sizeOf) } }) },
    },
  });
}

/** Little-endian, as all platforms that run JavaScript are. */
function writeTensor(name: string, { type, shape, data }: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: typeNumber(type),
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  });
}
