/** Small ONNX files for tests: nodes, inputs and constants as plain data, written with the schema. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "../../src/formats/onnx/schema/onnx.ts";
import type { AttributeProto, GraphProto, ValueInfoProto } from "../../src/formats/onnx/schema/onnx.ts";
import type { ElementType, Tensor } from "../../src/graph/tensor.ts";

export const typeNumbers: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

/** Floats are written as numbers with `float`, everything else as it looks. */
export type OnnxAttribute =
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | number
  | string
  | readonly number[]
  | readonly string[]
  | Tensor
  | OnnxGraph;

export interface OnnxNodeSpec {
  readonly op: string;
  /** Of the node; none if absent. */
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>> | undefined;
  readonly domain?: string;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNodeSpec[];
  readonly inputs: readonly {
    readonly name: string;
    readonly type: ElementType | "sequence";
    readonly shape?: readonly (number | string)[];
  }[];
  readonly outputs: readonly { readonly name: string; readonly type: ElementType | "sequence" }[];
  readonly constants?: Readonly<Record<string, Tensor>>;
}

function tensorProto(name: string, { type, shape, data }: Tensor) {
  return create(TensorProtoSchema, {
    name,
    dataType: typeNumbers[type],
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  });
}

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  const make = (rest: Partial<Omit<AttributeProto, "$typeName">>) => create(AttributeProtoSchema, { name, ...rest });
  const text = (one: string): Uint8Array => new TextEncoder().encode(one);
  if (typeof value === "number") return make({ type: 2, i: BigInt(value) });
  if (typeof value === "string") return make({ type: 3, s: text(value) });
  if (Array.isArray(value))
    return typeof value[0] === "string"
      ? make({ type: 8, strings: (value as readonly string[]).map(text) })
      : make({ type: 7, ints: (value as readonly number[]).map(BigInt) });
  if ("float" in value) return make({ type: 1, f: value.float });
  if ("floats" in value) return make({ type: 6, floats: [...value.floats] });
  if ("data" in value) return make({ type: 4, t: tensorProto("", value) });
  return make({ type: 5, g: graphProto(value as OnnxGraph) });
}

/** A sequence of float32 tensors, in the bytes of ONNX's TypeProto.Sequence. */
const floatSequence = Uint8Array.of(0x0a, 4, 0x0a, 2, 0x08, 1);

function valueInfo(name: string, type: ElementType | "sequence", shape?: readonly (number | string)[]): ValueInfoProto {
  if (type === "sequence") return create(ValueInfoProtoSchema, { name, type: { sequenceType: floatSequence } });
  const dims = shape?.map((size) => (typeof size === "number" ? { dimValue: BigInt(size) } : { dimParam: size }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { tensorType: { elemType: typeNumbers[type], ...(dims === undefined ? {} : { shape: { dim: dims } }) } },
  });
}

function graphProto({ nodes, inputs, outputs, constants = {} }: OnnxGraph): GraphProto {
  return create(GraphProtoSchema, {
    name: "g",
    node: nodes.map(({ op, inputs: from, outputs: to, attributes = {}, ...named }) =>
      // Files leave out what is empty.
      create(NodeProtoSchema, {
        ...named,
        opType: op,
        input: [...from],
        output: [...to],
        attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      }),
    ),
    input: inputs.map(({ name, type, shape }) => valueInfo(name, type, shape)),
    output: outputs.map(({ name, type }) => valueInfo(name, type)),
    initializer: Object.entries(constants).map(([name, tensor]) => tensorProto(name, tensor)),
  });
}

/** The bytes of a file that means these versions of operators. */
export function buildOnnx(graph: OnnxGraph, versions: Readonly<Record<string, number>> = { "": 22 }): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: Object.entries(versions).map(([domain, version]) => ({ domain, version: BigInt(version) })),
      graph: graphProto(graph),
    }),
  );
}
