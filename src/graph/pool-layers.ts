/** One vector of a sequence, and what lies past the ends of its members, as operators. */
import type { GraphBuilder } from "./build-graph.ts";
import type { ValueName } from "./graph.ts";
import { floats, integerTensor } from "./tensors.ts";

export interface PoolContext {
  readonly builder: GraphBuilder;
  /** Steps of each member, int64 `[batch]`; all are as long as the sequence if absent. */
  readonly lengths: ValueName | undefined;
}

/** The last step's row (of each member, where there are lengths), the mean, or the largest. */
export function addPool(work: PoolContext, path: string, over: "last" | "mean" | "max", value: ValueName): ValueName {
  const { builder, lengths } = work;
  const first = builder.constant(integerTensor([0]), "first");
  const reduce = over === "max" ? "ReduceMax" : "ReduceMean";
  if (lengths === undefined) {
    if (over !== "last") return builder.operator(reduce, [value, first], { name: path, attributes: { keepdims: 0 } });
    const last = builder.constant(integerTensor(-1), "last");
    return builder.operator("Gather", [value, last], { name: path, attributes: { axis: 0 } });
  }
  if (over === "last") return gatherLast(work, path, value);
  const mask = builder.operator("Unsqueeze", [maskOf(work, value), builder.constant(integerTensor([2]), "features")]);
  if (over === "max") {
    const least = builder.constant(floats([], -Infinity), "least");
    const kept = builder.operator("Where", [mask, value, least]);
    return builder.operator(reduce, [kept, first], { name: path, attributes: { keepdims: 0 } });
  }
  const zero = builder.constant(floats([], 0), "zero");
  const sum = builder.operator("ReduceSum", [builder.operator("Where", [mask, value, zero]), first], {
    attributes: { keepdims: 0 },
  });
  const count = builder.operator("Cast", [lengths], { attributes: { to: "float32" } });
  return builder.operator(
    "Div",
    [sum, builder.operator("Unsqueeze", [count, builder.constant(integerTensor([1]), "one")])],
    {
      name: path,
    },
  );
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
  const mask = builder.operator("Unsqueeze", [maskOf(work, value), builder.constant(integerTensor([2]), "features")]);
  return builder.operator("Where", [mask, value, builder.constant(floats([], 0), "zero")]);
}
