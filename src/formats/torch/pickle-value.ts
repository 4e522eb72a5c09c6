/** What a pickle may hold here: plain values, tensors and the attributes of modules. Nothing of it can be called. */

/** The types of numbers of PyTorch's storages. */
export type StorageType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool";

/** Numbers that lie elsewhere in the file, under a key. */
export interface PickledStorage {
  readonly kind: "storage";
  readonly type: StorageType;
  readonly key: string;
  /** Elements. */
  readonly length: number;
}

/** A view of a storage: element i, j, … lies at `offset + i strides[0] + j strides[1] + …`. */
export interface PickledTensor {
  readonly kind: "tensor";
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export interface PickledDict {
  readonly kind: "dict";
  readonly entries: (readonly [PickleValue, PickleValue])[];
}

/** A list, a tuple or a set. */
export interface PickledList {
  readonly kind: "list" | "tuple";
  readonly items: PickleValue[];
}

/** A name that may stand for something: a class of storages, a type of numbers, a function that the machine knows itself. */
export interface PickledGlobal {
  readonly kind: "global";
  /** Such as `torch.FloatStorage`. */
  readonly name: string;
}

/** A module by its class and attributes. */
export interface PickledObject {
  readonly kind: "object";
  readonly className: string;
  /** Its attributes, once they are read. */
  state: PickleValue;
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickledStorage
  | PickledTensor
  | PickledDict
  | PickledList
  | PickledGlobal
  | PickledObject;

/** The kind of a value, or the type of a plain one. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === null) return "None";
  return typeof value === "object" ? value.kind : typeof value;
}
