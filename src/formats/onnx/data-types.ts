/** The types of numbers in ONNX files. */
import type { ElementType } from "../../graph/tensor.ts";

/** What each type's number in a file is here. Halves are widened to float32, which holds all of their values. */
export const elementTypes: Readonly<Partial<Record<number, ElementType>>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float32",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "float32",
};

export const float16 = 10;
export const bfloat16 = 16;

/** What other types are called, for messages. */
export const otherTypes: Readonly<Partial<Record<number, string>>> = {
  8: "string",
  14: "complex64",
  15: "complex128",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
};
