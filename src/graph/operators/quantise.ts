/** Numbers in a few bits, and back. */
import type { ElementType, Tensor } from "../tensor.ts";
import { countElements, createArray } from "../tensors.ts";
import { roundToEven } from "../../util/round-to-even.ts";
import { aroundAxis, floatNumbers, plainNumbers, printShape } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";
import { multiplyBytes } from "./product.ts";

/** What numbers of each type may be: smallest and largest. */
const limits: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
};

/** For each place of the input, which of the scales is its own. */
function scalePlaces(call: OperatorCall, shape: readonly number[], scale: Tensor): (at: number) => number {
  if (scale.data.length === 1 && scale.shape.length <= 1) return () => 0;
  const axis = call.axis(call.integer("axis", 1), shape.length);
  const block = call.integer("block_size", 0);
  const [, size, inner] = aroundAxis(shape, axis);
  if (block > 0) {
    const wanted = shape.with(axis, Math.ceil(size / block));
    if (printShape(scale.shape) !== printShape(wanted))
      call.fail(`its scales are ${printShape(scale.shape)}, but must be ${printShape(wanted)}`);
    const blocks = wanted[axis]!;
    return (at) => {
      const outer = Math.floor(at / (size * inner));
      const place = Math.floor(at / inner) % size;
      return (outer * blocks + Math.floor(place / block)) * inner + (at % inner);
    };
  }
  if (printShape(scale.shape) !== printShape([size]))
    call.fail(`its scales are ${printShape(scale.shape)}, for ${size} along axis ${axis}`);
  return (at) => Math.floor(at / inner) % size;
}

/** The zero points: zeros where there are none. */
function zeroPoints(call: OperatorCall, scale: Tensor, type: ElementType): ArrayLike<number> {
  const zero = call.inputs[2];
  if (zero === undefined) return new Uint8Array(scale.data.length);
  if (zero.type !== type) call.fail(`its zero point is ${zero.type}, but must be ${type}`);
  if (zero.data.length !== scale.data.length)
    call.fail(`it has ${zero.data.length} zero points for ${scale.data.length} scales`);
  return plainNumbers(call, 2);
}

/** Y = (X - zero) × scale. */
const dequantise: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 1],
  attributes: { axis: "integer", block_size: "integer", output_dtype: "type" },
  compute: (call): Tensor => {
    const { type, shape } = call.input(0);
    if (limits[type] === undefined && type !== "int32") call.fail(`it does not take ${type}`);
    const x = plainNumbers(call, 0);
    const scale = call.input(1);
    const scales = floatNumbers(call, 1);
    const zeros = zeroPoints(call, scale, type);
    const place = scalePlaces(call, shape, scale);
    const y = createArray(scale.type, x.length);
    for (let i = 0; i < x.length; i++) y[i] = (x[i]! - zeros[place(i)]!) * scales[place(i)]!;
    return { type: scale.type, shape, data: y };
  },
};

/** Y = round(X / scale) + zero, within the type. */
const quantise: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 1],
  attributes: {
    axis: "integer",
    block_size: "integer",
    output_dtype: "type",
    saturate: "integer",
    precision: "integer",
  },
  compute: (call): Tensor => {
    const { shape } = call.input(0);
    const x = floatNumbers(call, 0);
    const scale = call.input(1);
    const scales = floatNumbers(call, 1);
    const type = call.inputs[2]?.type ?? call.type("output_dtype", "uint8");
    const [low, high] = limits[type] ?? call.fail(`it does not give ${type}`);
    const zeros = zeroPoints(call, scale, type);
    const place = scalePlaces(call, shape, scale);
    const y = createArray(type, x.length) as Int8Array;
    for (let i = 0; i < x.length; i++) {
      // The quotient is one of float32, as in the kernels that round it.
      const value = roundToEven(Math.fround(x[i]! / scales[place(i)]!)) + zeros[place(i)]!;
      y[i] = Math.max(low, Math.min(high, value));
    }
    return { type, shape, data: y };
  },
};

/** uint8 by a scale of the input's own, whose range always holds 0. */
const dynamicQuantise: Operator = {
  inputs: [1, 1],
  outputs: [3, 3],
  attributes: {},
  compute: (call) => {
    const { shape } = call.input(0);
    const x = floatNumbers(call, 0);
    let [low, high] = [0, 0];
    for (const value of x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const scale = Math.fround(high === low ? 1 : Math.fround(high - low) / 255);
    const zero = Math.max(0, Math.min(255, roundToEven(Math.fround(-low / scale))));
    const y = new Uint8Array(x.length);
    for (let i = 0; i < x.length; i++)
      y[i] = Math.max(0, Math.min(255, roundToEven(Math.fround(x[i]! / scale)) + zero));
    return [
      { type: "uint8", shape, data: y },
      { type: "float32", shape: [], data: Float32Array.of(scale) },
      { type: "uint8", shape: [], data: Uint8Array.of(zero) },
    ];
  },
};

/** The product of two quantised matrices, quantised: inputs a, its scale and zero, b, its scale and zero, and those of the result. */
const quantisedProduct: Operator = {
  inputs: [8, 8],
  outputs: [1, 1],
  attributes: {},
  compute: (call): Tensor => {
    const product = multiplyBytes(call, [0, 3, 2, 5]);
    const [aScale, scale] = [call.scalarOf(1), call.scalarOf(6)];
    const bScales = floatNumbers(call, 4);
    const { type } = call.input(7);
    const [low, high] = limits[type] ?? call.fail(`it does not give ${type}`);
    const zero = call.scalarOf(7);
    const columns = product.shape.at(-1) ?? 1;
    if (bScales.length !== 1 && bScales.length !== columns)
      call.fail(`it has ${bScales.length} scales for ${columns} columns`);
    const y = createArray(type, countElements(product.shape)) as Int8Array;
    const sums = product.data as Int32Array;
    for (let i = 0; i < sums.length; i++) {
      const factor = Math.fround((aScale * bScales[bScales.length === 1 ? 0 : i % columns]!) / scale);
      y[i] = Math.max(low, Math.min(high, roundToEven(Math.fround(sums[i]! * factor)) + zero));
    }
    return { type, shape: product.shape, data: y };
  },
};

export const quantiseOperators: Readonly<Record<string, Operator>> = {
  DequantizeLinear: dequantise,
  QuantizeLinear: quantise,
  DynamicQuantizeLinear: dynamicQuantise,
  QLinearMatMul: quantisedProduct,
};
