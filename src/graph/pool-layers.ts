/** One vector of a sequence, and what lies past the ends of its members, as operators. */
import type { GraphBuilder } from "./build-graph.ts";
import type { PoolLayer } from "../network/index.ts";
import type { ValueName } from "./graph.ts";
import { floats, integerTensor } from "./tensors.ts";

export interface PoolContext {
  readonly builder: GraphBuilder;
  /** Steps of each member, int64 `[batch]`; all are as long as the sequence if absent. */
  readonly lengths: ValueName | undefined;
}

export interface Pooling {
  readonly over: PoolLayer["over"];
  readonly value: ValueName;
  /** Numbers of a step. */
  readonly size: number;
  /** Of final outputs: so many numbers from the front are read forward. */
  readonly forwardSize?: number | undefined;
}

/** The last step's row (of each member, where there are lengths), the final outputs of both directions, the mean, or the largest. */
export function addPool(work: PoolContext, path: string, pooling: Pooling): ValueName {
  switch (pooling.over) {
    case "last":
      return addStep(work, path, { value: pooling.value, isLast: true });
    case "final":
      return addFinal(work, path, pooling);
    case "mean":
      return addMean(work, path, pooling.value);
    case "max":
      return addMax(work, path, pooling.value);
  }
}

interface StepOf {
  readonly value: ValueName;
  readonly isLast: boolean;
}

function addStep(work: PoolContext, path: string, { value, isLast }: StepOf): ValueName {
  const { builder, lengths } = work;
  if (isLast && lengths !== undefined) return gatherLast(work, path, value);
  const step = isLast ? builder.constant(integerTensor(-1), "last") : builder.constant(integerTensor(0), "first");
  return builder.operator("Gather", [value, step], { name: path, attributes: { axis: 0 } });
}

/** The last step of what is read forward, beside the first step of what is read backward. */
function addFinal(work: PoolContext, path: string, { value, size, forwardSize = size }: Pooling): ValueName {
  const { builder } = work;
  if (forwardSize === 0 || forwardSize === size) return addStep(work, path, { value, isLast: forwardSize > 0 });
  const part = (from: number, to: number): ValueName =>
    builder.operator("Slice", [
      value,
      builder.constant(integerTensor([from]), "from"),
      builder.constant(integerTensor([to]), "to"),
      builder.constant(integerTensor([2]), "features"),
    ]);
  const forward = addStep(work, `${path}.forward`, { value: part(0, forwardSize), isLast: true });
  const backward = addStep(work, `${path}.backward`, { value: part(forwardSize, size), isLast: false });
  return builder.operator("Concat", [forward, backward], { name: path, attributes: { axis: 1 } });
}

function addMean(work: PoolContext, path: string, value: ValueName): ValueName {
  const { builder, lengths } = work;
  const first = builder.constant(integerTensor([0]), "first");
  if (lengths === undefined)
    return builder.operator("ReduceMean", [value, first], { name: path, attributes: { keepdims: 0 } });
  const zero = builder.constant(floats([], 0), "zero");
  const kept = builder.operator("Where", [featureMask(work, value), value, zero]);
  const sum = builder.operator("ReduceSum", [kept, first], { attributes: { keepdims: 0 } });
  const count = builder.operator("Cast", [lengths], { attributes: { to: "float32" } });
  const column = builder.operator("Unsqueeze", [count, builder.constant(integerTensor([1]), "one")]);
  return builder.operator("Div", [sum, column], { name: path });
}

function addMax(work: PoolContext, path: string, value: ValueName): ValueName {
  const { builder, lengths } = work;
  const least = builder.constant(floats([], -Infinity), "least");
  const kept = lengths === undefined ? value : builder.operator("Where", [featureMask(work, value), value, least]);
  const first = builder.constant(integerTensor([0]), "first");
  return builder.operator("ReduceMax", [kept, first], { name: path, attributes: { keepdims: 0 } });
}

/** bool `[steps, batch, 1]` */
function featureMask(work: PoolContext, value: ValueName): ValueName {
  const { builder } = work;
  return builder.operator("Unsqueeze", [maskOf(work, value), builder.constant(integerTensor([2]), "features")]);
}

/** Row (length - 1, member) of each member. */
function gatherLast({ builder, lengths }: PoolContext, path: string, value: ValueName): ValueName {
  const step = builder.operator("Sub", [lengths ?? "", builder.constant(integerTensor(1), "one")]);
  const index = builder.operator("Unsqueeze", [step, builder.constant(integerTensor([0, 2]), "around")]);
  const shape = builder.operator("Shape", [value]);
  const sizes = builder.operator("Gather", [shape, builder.constant(integerTensor([1, 2]), "rows")], {
    attributes: { axis: 0 },
  });
  const wide = builder.operator("Concat", [builder.constant(integerTensor([1]), "one"), sizes], {
    attributes: { axis: 0 },
  });
  const spread = builder.operator("Expand", [index, wide]);
  const picked = builder.operator("GatherElements", [value, spread], { name: path, attributes: { axis: 0 } });
  return builder.operator("Squeeze", [picked, builder.constant(integerTensor([0]), "first")]);
}

/** bool `[steps, batch]`: whether a member has a step of a value. */
function maskOf({ builder, lengths }: PoolContext, value: ValueName): ValueName {
  const scalar = (number: number, name: string): ValueName => builder.constant(integerTensor(number), name);
  const shape = builder.operator("Shape", [value]);
  const steps = builder.operator("Gather", [shape, scalar(0, "zero")], { attributes: { axis: 0 } });
  const numbers = builder.operator("Range", [scalar(0, "zero"), steps, scalar(1, "one")]);
  return builder.operator("Less", [
    builder.operator("Unsqueeze", [numbers, builder.constant(integerTensor([1]), "one")]),
    lengths ?? "",
  ]);
}

/** Outputs past a member's end are zero, as `Model.predict` has them. */
export function zeroPastEnds(work: PoolContext, value: ValueName): ValueName {
  const { builder } = work;
  return builder.operator("Where", [featureMask(work, value), value, builder.constant(floats([], 0), "zero")]);
}
