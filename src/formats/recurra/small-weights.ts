/** Parameters in fewer bits, so that a file is a half or a quarter as large. */
import { RecurraError } from "../../util/errors.ts";
import { places } from "./document.ts";
import { narrowFloat16, widenFloat16 } from "../../util/half-precision.ts";
import type { Tensor } from "../../util/safetensors.ts";

/**
 * How a file holds the parameters. `float16` rounds to nearest (eleven significant bits). `int8` holds matrices as whole numbers from -127 to 127, with a float32 for each row that they are multiplied by, and
 * vectors, which are few, as float16.
 */
export type StoredWeights = "float32" | "float16" | "int8";

/** A parameter as a file holds it, with what it is after reading. */
export interface StoredParameter {
  readonly tensors: readonly (readonly [string, Tensor])[];
  readonly values: Float32Array;
}

const mostByte = 127;
/** The smallest float32 that is not subnormal. */
const leastScale = 2 ** -126;

/** Throws `util/bad-argument` for numbers that the format cannot hold. */
export function storeParameter(
  name: string,
  { shape, data: own }: { readonly shape: readonly number[]; readonly data: Float32Array },
  weights: StoredWeights,
): StoredParameter {
  switch (weights) {
    case "float32":
      return { tensors: [[name, { shape, data: own }]], values: own };
    case "float16":
      return storeHalf(name, shape, own);
    case "int8":
      return shape.length < 2 ? storeHalf(name, shape, own) : storeWhole(name, shape, own);
    default:
      throw new RecurraError(
        "util/bad-argument",
        `There is no format of weights ${JSON.stringify(weights)}; choose float32, float16 or int8.`,
      );
  }
}

function storeHalf(name: string, shape: readonly number[], own: Float32Array): StoredParameter {
  const values = own.map((value) => widenFloat16(narrowFloat16(value)));
  checkFinite(name, values, "float16");
  return { tensors: [[name, { shape, data: values, as: "F16" }]], values };
}

/** Whole numbers from -127 to 127; a row too small for a scale becomes 0. */
function storeWhole(name: string, shape: readonly number[], own: Float32Array): StoredParameter {
  const rows = shape[0] ?? 1;
  const columns = own.length / rows;
  const scales = Float32Array.from({ length: rows }, (_, row) => {
    const most = own.subarray(row * columns, (row + 1) * columns).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    // Not 0 for what float32 can hardly hold, which would be divided by.
    return Math.fround(most / mostByte) < leastScale ? 1 : most / mostByte;
  });
  // The 0 makes 0 of -0, which whole numbers do not have.
  const whole = own.map((value, at) => {
    const quotient = Math.round(value / (scales[Math.floor(at / columns)] ?? 1));
    return 0 + Math.max(-mostByte, Math.min(mostByte, quotient));
  });
  const values = scaleRows(whole, scales);
  checkFinite(name, values, "int8");
  return {
    tensors: [
      [name, { shape, data: whole, as: "I8" }],
      [places.scales + name, { shape: [rows], data: scales }],
    ],
    values,
  };
}

function checkFinite(name: string, values: Float32Array, weights: StoredWeights): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const what = Number.isNaN(values[index])
    ? "is not a number: its training had failed"
    : `is beyond what ${weights} can hold; save it with weights: "float32"`;
  throw new RecurraError("util/bad-argument", `Number ${index} of parameter ${name} ${what}.`);
}

/** Each row times its scale: `[rows, columns]`, `[rows]`. */
export function scaleRows(values: Float32Array, scales: ArrayLike<number>): Float32Array {
  const columns = values.length / scales.length;
  return values.map((value, at) => value * (scales[Math.floor(at / columns)] ?? 1));
}
