/** Parameters in fewer bits, so that a file is a half or a quarter as large. */
import { RecurraError } from "../../util/errors.ts";
import { places } from "./document.ts";
import { narrowFloat16, widenFloat16 } from "./half-precision.ts";
import type { Tensor } from "./safetensors.ts";

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

/** Throws `util/bad-argument` for numbers that the format cannot hold. */
export function storeParameter(
  name: string,
  { shape, data: own }: { readonly shape: readonly number[]; readonly data: Float32Array },
  weights: StoredWeights,
): StoredParameter {
  if (weights === "float32") return { tensors: [[name, { shape, data: own }]], values: own };
  if (weights === "float16" || shape.length < 2) {
    const values = own.map((value) => widenFloat16(narrowFloat16(value)));
    checkFinite(name, values, weights);
    return { tensors: [[name, { shape, data: values, as: "F16" }]], values };
  }
  checkFinite(name, own, weights);
  const rows = shape[0] ?? 1;
  const columns = own.length / rows;
  const largest = Array.from({ length: rows }, (_, row) =>
    own.subarray(row * columns, (row + 1) * columns).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  );
  const scales = Float32Array.from(largest, (most) => (most === 0 ? 1 : most / mostByte));
  // The 0 makes 0 of -0, which whole numbers do not have.
  const whole = own.map((value, at) => 0 + Math.round(value / (scales[Math.floor(at / columns)] ?? 1)));
  return {
    tensors: [
      [name, { shape, data: whole, as: "I8" }],
      [places.scales + name, { shape: [rows], data: scales }],
    ],
    values: scaleRows(whole, scales),
  };
}

function checkFinite(name: string, values: Float32Array, weights: StoredWeights): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  throw new RecurraError(
    "util/bad-argument",
    `Number ${index} of parameter ${name} is beyond what ${weights} can hold; save it with weights: "float32".`,
  );
}

/** Each row times its scale: `[rows, columns]`, `[rows]`. */
export function scaleRows(values: Float32Array, scales: ArrayLike<number>): Float32Array {
  const columns = values.length / scales.length;
  return values.map((value, at) => value * (scales[Math.floor(at / columns)] ?? 1));
}
