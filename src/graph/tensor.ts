/** Numbers in a shape, of any of the element types that model files hold. */

export type ElementType =
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** The array that holds numbers of each type; `bool` is 0 or 1 in bytes. float16 and bfloat16 are read as float32, which holds all of theirs. */
export interface ElementArrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly bool: Uint8Array;
}

export type TensorData = ElementArrays[ElementType];

/** `data` is row-major and as long as the product of `shape`; a scalar has the shape []. Never written to once made. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What `run` takes: plain numbers are converted to the type that the graph declares, where they fit it. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly data: TensorData | ArrayLike<number>;
}
