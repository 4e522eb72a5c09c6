/** Numbers of inputs and states that stay in one array from step to step, so that a step allocates nothing. */
import type { ElementType, Tensor, TensorData } from "./tensor.ts";
import { convertData, countElements, createArray, isBig } from "./tensors.ts";
import type { NumberArray } from "./tensors.ts";

/** A tensor whose numbers change in place. Whole numbers of 64 bits are float64, exact to 2⁵³: a bigint would be allocated for each. */
export interface KeptNumbers {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly numbers: NumberArray;
}

/** Zeros. */
export function keepNumbers(type: ElementType, shape: readonly number[]): KeptNumbers {
  const kept = type === "int64" || type === "uint64" ? "float64" : type;
  return { type, shape, numbers: createArray(kept, countElements(shape)) };
}

/** The numbers of a tensor, or others of its shape, in an array of their own. */
export function keepTensor({
  type,
  shape,
  data,
}: Pick<Tensor, "type" | "shape"> & { readonly data: TensorData | ArrayLike<number> }): KeptNumbers {
  const kept = keepNumbers(type, shape);
  setNumbers(kept, data);
  return kept;
}

/** Puts numbers in the place of those before, as the type holds them. */
export function setNumbers({ type, numbers }: KeptNumbers, from: ArrayLike<number> | TensorData): void {
  const isPlain = type !== "bool" && !isBigType(type) && !isBig(from as TensorData);
  if (isPlain) numbers.set(from as ArrayLike<number>);
  else if (type === "bool") for (let i = 0; i < numbers.length; i++) numbers[i] = Number(from[i]) === 0 ? 0 : 1;
  else if (isBigType(type)) for (let i = 0; i < numbers.length; i++) numbers[i] = towardsZero(Number(from[i]));
  else for (let i = 0; i < numbers.length; i++) numbers[i] = Number(from[i]);
}

/** The numbers of a tensor as they are, to be read. */
export function numbersOf({ type, shape, data }: Tensor): KeptNumbers {
  return isBig(data) ? keepTensor({ type, shape, data }) : { type, shape, numbers: data };
}

/** A copy as a tensor, which nothing changes. */
export function tensorOf({ type, shape, numbers }: KeptNumbers): Tensor {
  return { type, shape, data: convertData(numbers, type) };
}

/** Copies by their names. */
export function tensorsOf<Name>(kept: ReadonlyMap<Name, KeptNumbers>): Map<Name, Tensor> {
  return new Map([...kept].map(([name, one]) => [name, tensorOf(one)]));
}

function isBigType(type: ElementType): boolean {
  return type === "int64" || type === "uint64";
}

function towardsZero(value: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(value);
}
