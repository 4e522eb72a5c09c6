/** Tensors of ONNX files. */
import type { ElementType, Tensor, TensorData } from "../../graph/tensor.ts";
import { convertData, countElements, createArray, elementArrays } from "../../graph/tensors.ts";
import { widenBfloat16, widenFloat16 } from "../../util/half-precision.ts";
import { bfloat16, elementTypes, float16, otherTypes } from "./data-types.ts";
import { fileError } from "./fail.ts";
import type { TensorProto } from "./schema/onnx.ts";

/** Bytes of the files beside a model, by the names that it calls them. */
export type ExternalFiles = ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>;

/** The tensor. Throws `onnx/bad-file` for one that lies about its shape, or is of a type that cannot be read. */
export function readTensor(proto: TensorProto, files: ExternalFiles = {}): Tensor {
  const name = JSON.stringify(proto.name);
  const type = elementTypes[proto.dataType];
  if (type === undefined)
    throw fileError(
      `The tensor ${name} is of type ${otherTypes[proto.dataType] ?? proto.dataType}, which Recurra does not read`,
    );
  const shape = proto.dims.map(Number);
  const count = countElements(shape);
  if (shape.some((size) => size < 0 || !Number.isSafeInteger(size)) || !Number.isSafeInteger(count))
    throw fileError(`The tensor ${name} says it is [${shape.join(", ")}]`);
  const bytes = proto.dataLocation === 1 ? externalBytes(proto, files) : proto.rawData;
  const isRaw = proto.dataLocation === 1 || bytes.length > 0;
  const data = isRaw ? fromBytes(bytes, proto.dataType, type) : fromFields(proto, type);
  if (data.length !== count)
    throw fileError(`The tensor ${name} says it is [${shape.join(", ")}], but holds ${data.length} numbers`);
  return { type, shape, data };
}

/** A file's part as the tensor says: `location`, `offset`, `length`. */
function externalBytes({ name, externalData }: TensorProto, files: ExternalFiles): Uint8Array {
  const told = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = told.get("location") ?? "";
  const bytes =
    files instanceof Map
      ? (files as ReadonlyMap<string, Uint8Array>).get(location)
      : Object.hasOwn(files, location)
        ? (files as Readonly<Record<string, Uint8Array>>)[location]
        : undefined;
  if (bytes === undefined)
    throw fileError(
      `The numbers of the tensor ${JSON.stringify(name)} are in another file, ${JSON.stringify(location)}; give its bytes: readOnnx(bytes, { files: { ${JSON.stringify(location)}: … } })`,
    );
  const begin = Number(told.get("offset") ?? 0);
  const end = told.has("length") ? begin + Number(told.get("length")) : bytes.length;
  if (!(begin >= 0 && begin <= end && end <= bytes.length))
    throw fileError(`The tensor ${JSON.stringify(name)} lies outside the file ${JSON.stringify(location)}`);
  return bytes.subarray(begin, end);
}

/** Little-endian numbers. */
function fromBytes(bytes: Uint8Array, dataType: number, type: ElementType): TensorData {
  const isHalf = dataType === float16 || dataType === bfloat16;
  const width = isHalf ? 2 : elementArrays[type].BYTES_PER_ELEMENT;
  if (bytes.length % width !== 0) throw fileError(`${bytes.length} bytes are no numbers of ${width} bytes each`);
  const copy = new Uint8Array(bytes).buffer;
  if (isHalf) return widen(new Uint16Array(copy), dataType);
  const Numbers = elementArrays[type] as unknown as new (buffer: ArrayBuffer) => TensorData;
  return type === "bool" ? convertData(new Uint8Array(copy), "bool") : new Numbers(copy);
}

function widen(halves: ArrayLike<number>, dataType: number): Float32Array {
  return Float32Array.from(halves, dataType === float16 ? widenFloat16 : widenBfloat16);
}

/** Numbers of the field for their type. */
function fromFields(proto: TensorProto, type: ElementType): TensorData {
  switch (type) {
    case "float32":
      return proto.dataType === 1 ? Float32Array.from(proto.floatData) : widen(proto.int32Data, proto.dataType);
    case "float64":
      return Float64Array.from(proto.doubleData);
    case "int64":
      return BigInt64Array.from(proto.int64Data);
    case "uint64":
      return BigUint64Array.from(proto.uint64Data);
    case "uint32":
      return Uint32Array.from(proto.uint64Data, Number);
    case "bool":
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16": {
      const data = createArray(type, proto.int32Data.length);
      for (const [i, value] of proto.int32Data.entries()) data[i] = type === "bool" ? Number(value !== 0) : value;
      return data;
    }
  }
}
