/** How axes go through each operator. An operator without a rule reads all of its inputs as a whole. */
import { alongOf, isAxis, mergeAxes, partsOf, place, resized } from "./step-flow.ts";
import type { Axes, Axis, Flow, Rule, RuleCall } from "./step-flow.ts";

/** Beyond any size: where it ends, a slice has no end. */
const endless = 2 ** 31 - 1;

const unknown: Flow = { axes: undefined };

/** A rule of what is done to the axes of the first input; of an unknown rank nothing is known. */
const ofFirst =
  (follow: (call: RuleCall, x: Axes) => Axes | undefined | readonly Flow[]): Rule["follow"] =>
  (call) => {
    const x = call.axes(0);
    if (x === undefined) return unknown;
    const result = follow(call, x);
    return isFlows(result) ? result : { axes: result };
  };

function isFlows(result: Axes | undefined | readonly Flow[]): result is readonly Flow[] {
  return typeof result?.[0] === "object";
}

/** Every place by itself, after broadcasting. */
const each: Rule = {
  follow: ({ flows, broadcast }) => ({
    axes: broadcast(flows.filter((flow) => flow !== undefined).map(({ axes }) => axes)),
  }),
};

/** Sizes times sizes are those of axes taken together. */
const multiply: Rule = {
  sized: [0, 1],
  follow: ({ axes, flows, list, broadcast, whole }) => {
    const [a, b] = [list(0), list(1)];
    const isList = a !== undefined && b !== undefined && (a.length === b.length || a.length === 1 || b.length === 1);
    if (!isList) whole(...flows.flatMap((flow) => flow?.sizes ?? []));
    const sizes = Array.from({ length: Math.max(a?.length ?? 0, b?.length ?? 0) }, (_, at): Axis => {
      const [own, other] = [a?.[a.length === 1 ? 0 : at], b?.[b.length === 1 ? 0 : at]];
      const product = mergeAxes(isAxis(own) || !isAxis(other) ? [own, other] : [other, own]);
      if (!isAxis(product)) whole(own, other);
      return product;
    });
    return { axes: broadcast([axes(0), axes(1)]), sizes: isList ? sizes : undefined };
  },
};

/** Reads all of one axis, which stays. */
const along = (otherwise: number, become: (axis: Axis) => Axis = (axis) => axis): Rule => ({
  knows: 1,
  follow: ofFirst(({ integer, whole }, x) => {
    const axis = place(integer("axis", otherwise), x.length);
    whole(x[axis]);
    return x.with(axis, become(x[axis]));
  }),
});

const withoutAxes = (x: Axes, axes: readonly number[], keeps: boolean): Axes =>
  keeps ? x.map((axis, at) => (axes.includes(at) ? 1 : axis)) : x.filter((_, at) => !axes.includes(at));

const reduce: Rule = {
  knows: 1,
  follow: ofFirst(({ flows, numbers, integer }, x) => {
    const told = flows[1] === undefined ? [] : numbers(1);
    if (told === undefined) return undefined;
    if (told.length === 0 && integer("noop_with_empty_axes", 0) !== 0) return x;
    const axes = told.length === 0 ? [...x.keys()] : told.map((axis) => place(axis, x.length));
    return withoutAxes(x, axes, integer("keepdims", 1) !== 0);
  }),
};

const best: Rule = {
  follow: ofFirst(({ integer }, x) =>
    withoutAxes(x, [place(integer("axis", 0), x.length)], integer("keepdims", 1) !== 0),
  ),
};

/** Whether windows along a direction behind the channels are one place each, so that all places stay by themselves. */
const isPoint = ({ integers, node, axes }: RuleCall, direction: number, count: number): boolean => {
  const kernel = integers("kernel_shape")?.[direction] ?? axes(1)?.[direction + 2];
  const pads = integers("pads") ?? [];
  const more = [pads[direction], pads[direction + count], integers("output_padding")?.[direction]];
  return (
    kernel === 1 &&
    (integers("strides")?.[direction] ?? 1) === 1 &&
    more.every((size = 0) => size === 0) &&
    node.attributes["output_shape"] === undefined
  );
};

/** Windows over the axes behind the channels; `channels` says what becomes of these, where they are not kept. */
const windows = (channels?: (call: RuleCall) => Axis): Rule => ({
  knows: 1,
  follow: ofFirst((call, x) => {
    const { node, whole } = call;
    const result = x.map((axis, at) => {
      if (at === 0) return axis;
      if (at === 1) return channels === undefined ? axis : channels(call);
      if (isPoint(call, at - 2, x.length - 2)) return axis;
      whole(axis);
      return resized(axis);
    });
    // Places in all of the input.
    if ((node.outputs[1] ?? "") !== "") whole(...x);
    return result;
  }),
});

/** Axes that stay as they are from one end on, and how many of the input and of the shape asked for they are. */
function align(x: Axes, shape: Axes, { isSame, sizeOf, whole }: RuleCall) {
  const axes: Axis[] = [];
  let [from, to] = [0, 0];
  for (;;) {
    const [own, asked] = [x[from], shape[to]];
    const isTold = from < x.length && typeof asked === "number" && asked > 0 && asked === sizeOf(own);
    if (isTold || (from < x.length && isSame(own, asked))) {
      // A size that is told as a number does not become 1 with the steps.
      if (isTold) whole(own);
      axes.push(own);
      from++;
      to++;
    } else if (to < shape.length && asked === 1) {
      axes.push(1);
      to++;
    } else if (from < x.length && own === 1) from++;
    else return { axes, from, to };
  }
}

/** Axes stay from the front and from the back; what is between them is one number after another. */
const reshape = (call: RuleCall, x: Axes): Axes | undefined => {
  const told = call.list(1);
  if (told === undefined || (call.integer("allowzero", 0) !== 0 && told.includes(0))) return undefined;
  const wanted = told.map((size, axis) => (size === 0 ? x[axis] : size));
  const shape = wanted.flatMap(partsOf);
  const parts = x.flatMap(partsOf);
  const front = align(parts, shape, call);
  const back = align(parts.slice(front.from).toReversed(), shape.slice(front.to).toReversed(), call);
  const middle = parts.slice(front.from, parts.length - back.from);
  const asked = shape.slice(front.to, shape.length - back.to);
  const isOpen = asked.length === 1 && (asked[0] === -1 || asked[0] === undefined);
  const merged = isOpen ? mergeAxes(middle) : undefined;
  if (merged === undefined) call.whole(...middle);
  const between = isOpen ? [merged] : asked.map((size) => (size === -1 ? undefined : size));
  const result = [...front.axes, ...between, ...back.axes.toReversed()];
  // What was asked for as several axes taken together is that again.
  let at = 0;
  return wanted.map((size) => {
    const begin = at;
    at += partsOf(size).length;
    return mergeAxes(result.slice(begin, at));
  });
};

const gather: Rule = {
  sized: [0],
  moves: true,
  follow: ({ flows: [data, indices], axes, numbers, list, integer, whole }) => {
    const [x, read] = [axes(0), axes(1)];
    if (x === undefined || read === undefined) return { axes: undefined, sizes: undefined };
    const at = place(integer("axis", 0), x.length);
    const picked = numbers(1);
    const sizes = picked === undefined ? undefined : list(0);
    if (data?.sizes !== undefined && sizes === undefined) whole(...data.sizes);
    const axis = x[at];
    // The last of the steps is that of the step at hand.
    const along = alongOf(axis);
    const isLast = picked?.length === 1 && picked[0] === -1;
    if (!isLast || along === undefined) whole(axis);
    whole(...(indices?.sizes ?? []).filter(isAxis));
    return {
      axes: x.toSpliced(at, 1, ...read),
      sizes: sizes === undefined ? undefined : picked?.map((one) => sizes.at(one)),
      last: isLast && along !== undefined ? new Set([along]) : undefined,
    };
  },
};

interface Cut {
  readonly axis: number;
  readonly kind: "all" | "last" | "part";
}

/** What a slice takes of each axis it names; undefined where that is not known. */
function cutsOf({ flows, list, numbers, isSame }: RuleCall, x: Axes): readonly Cut[] | undefined {
  const [starts, ends] = [numbers(1), list(2)];
  const axes = flows[3] === undefined ? starts?.map((_, at) => at) : numbers(3);
  const steps = flows[4] === undefined ? starts?.map(() => 1) : numbers(4);
  if (starts === undefined || ends === undefined || axes === undefined || steps === undefined) return undefined;
  return axes.map((named, at) => {
    const axis = place(named, x.length);
    const end = ends[at];
    const isOpen = steps[at] === 1 && (isSame(end, x[axis]) || (typeof end === "number" && end >= endless));
    return { axis, kind: isOpen && starts[at] === 0 ? "all" : isOpen && starts[at] === -1 ? "last" : "part" };
  });
}

const slice: Rule = {
  sized: [0, 2],
  moves: true,
  follow: (call) => {
    const { flows, list, numbers, whole } = call;
    const x = call.axes(0);
    const cuts = x === undefined ? undefined : cutsOf(call, x);
    const sizes = list(0);
    const [from, to, steps] = [numbers(1)?.[0], numbers(2)?.[0], flows[4] === undefined ? 1 : numbers(4)?.[0]];
    const isKnown = sizes !== undefined && from !== undefined && to !== undefined && steps === 1;
    if (!isKnown) whole(...(flows[0]?.sizes ?? []).filter(isAxis));
    if (x === undefined || cuts === undefined) return unknown;
    const result = [...x];
    const last = new Set<string>();
    for (const { axis, kind } of cuts) {
      const own = x[axis];
      if (kind === "all") continue;
      const along = alongOf(own);
      if (kind === "last" && along !== undefined) last.add(along);
      else whole(own);
      result[axis] = kind === "last" ? 1 : resized(own);
    }
    if (!isKnown) return { axes: result, last };
    const kept = sizes.slice(from, to);
    return { axes: [kept.length], sizes: kept };
  },
};

const squeeze = ({ numbers }: RuleCall, x: Axes): Axes | undefined => {
  const axes = numbers(1)?.map((axis) => place(axis, x.length));
  return axes === undefined ? undefined : x.filter((_, axis) => !axes.includes(axis));
};

const unsqueeze = ({ numbers }: RuleCall, x: Axes): Axes | undefined => {
  const axes = numbers(1);
  if (axes === undefined) return undefined;
  const raised: Axis[] = [...x];
  for (const axis of axes.map((one) => place(one, x.length + axes.length)).toSorted((a, b) => a - b))
    raised.splice(axis, 0, 1);
  return raised;
};

/** A rule that only moves numbers, so that lists of sizes stay what they are. */
const moved = (follow: (call: RuleCall, x: Axes) => Axes | undefined, { knows = 1 } = {}): Rule => ({
  knows,
  sized: [0, 1],
  moves: true,
  follow: (call) => {
    const x = call.axes(0);
    const sizes = call.flows[0]?.sizes;
    const axes = x === undefined ? undefined : follow(call, x);
    if (axes !== undefined && axes.length <= 1) return { axes, sizes };
    if (sizes !== undefined) call.whole(...sizes);
    return { axes };
  },
});

const concat: Rule = {
  sized: Array.from({ length: 64 }, (_, at) => at),
  moves: true,
  follow: ({ flows, axes, list, integer, whole, broadcast }) => {
    const parts = flows.map((_, at) => axes(at));
    const rank = parts[0]?.length ?? 0;
    const axis = place(integer("axis", 0), rank);
    const sizes = flows.flatMap((_, at) => list(at) ?? [undefined]);
    const isList = rank === 1 && flows.every((_, at) => list(at) !== undefined);
    if (!isList) whole(...flows.flatMap((flow) => flow?.sizes ?? []));
    if (parts.some((part) => part === undefined)) return unknown;
    const along = parts.map((part) => part?.[axis]);
    whole(...along);
    const around = broadcast(parts.map((part) => part?.with(axis, 1))) ?? [];
    const total = along.reduce<number | undefined>(
      (sum, size) => (sum !== undefined && typeof size === "number" ? sum + size : undefined),
      0,
    );
    return { axes: around.with(axis, total ?? resized(along.find(isAxis))), sizes: isList ? sizes : undefined };
  },
};

const normalise: Rule = {
  follow: ({ axes, flows, integer, whole, broadcast }) => {
    const x = axes(0);
    if (x === undefined) return unknown;
    const axis = place(integer("axis", -1), x.length);
    whole(...x.slice(axis));
    const statistics = { axes: x.map((own, at) => (at < axis ? own : 1)) };
    return [
      { axes: broadcast(flows.filter((flow) => flow !== undefined).map((flow) => flow.axes)) },
      statistics,
      statistics,
    ];
  },
};

/** A number of bits by scales: one for all, or one for each place of an axis. */
const quantise: Rule = {
  knows: 1,
  follow: ofFirst(({ axes, integer, whole }, x) => {
    const scale = axes(1);
    if (scale === undefined || integer("block_size", 0) !== 0) return undefined;
    if (!(scale.length === 0 || (scale.length === 1 && scale[0] === 1)))
      whole(x[place(integer("axis", 1), x.length)], ...scale);
    return x;
  }),
};

const pad: Rule = {
  knows: 1,
  follow: ofFirst(({ flows, numbers, whole }, x) => {
    const pads = numbers(1);
    const axes = flows[3] === undefined ? [...x.keys()] : numbers(3)?.map((axis) => place(axis, x.length));
    if (pads === undefined || axes === undefined) return undefined;
    const result = [...x];
    for (const [at, axis] of axes.entries()) {
      const own = x[axis];
      const more = pads[at]! + pads[axes.length + at]!;
      if (pads[at] === 0 && more === 0) continue;
      whole(own);
      result[axis] = typeof own === "number" ? own + more : resized(own);
    }
    return result;
  }),
};

const product: Rule = {
  follow: ({ axes, broadcast, whole }) => {
    const [a, b] = [axes(0), axes(1)];
    if (a === undefined || b === undefined) return unknown;
    whole(a.at(-1), b.length === 1 ? b[0] : b.at(-2));
    const stacks = broadcast([a.slice(0, -2), b.slice(0, -2)]) ?? [];
    return { axes: [...stacks, ...a.slice(0, -1).slice(-1), ...(b.length === 1 ? [] : b.slice(-1))] };
  },
};

/** The rules by operator; those of one place each are all alike. */
const rules: Readonly<Record<string, Rule>> = {
  Transpose: {
    moves: true,
    follow: ofFirst(({ integers }, x) => integers("perm")?.map((axis) => x[axis]) ?? x.toReversed()),
  },
  Mul: multiply,
  MatMul: product,
  Gemm: {
    follow: ({ axes, flows, broadcast, integer }) => {
      const [a, b] = [axes(0), axes(1)];
      if (a === undefined || b === undefined) return unknown;
      const row = a[integer("transA", 0) === 0 ? 0 : 1];
      const column = b[integer("transB", 0) === 0 ? 1 : 0];
      return { axes: broadcast([[row, column], ...(flows[2] === undefined ? [] : [axes(2)])]) };
    },
  },
  Squeeze: moved(squeeze),
  Unsqueeze: moved(unsqueeze),
  Reshape: moved(reshape),
  Identity: moved((_, x) => x),
  Cast: {
    sized: [0],
    moves: true,
    follow: ({ flows: [x], node, whole }) => {
      const { to } = node.attributes;
      const isWhole = to === "int64" || to === "int32";
      if (!isWhole) whole(...(x?.sizes ?? []));
      return { axes: x?.axes, sizes: isWhole ? x?.sizes : undefined };
    },
  },
  CastLike: { unread: [1], moves: true, follow: ({ axes }) => ({ axes: axes(0) }) },
  Dropout: { knows: 1, follow: ofFirst((_, x) => x) },
  Concat: concat,
  Split: { ...along(0, resized), moves: true },
  Softmax: along(-1),
  LogSoftmax: along(-1),
  Hardmax: along(-1),
  TopK: along(-1, resized),
  ArgMax: best,
  ArgMin: best,
  CumSum: {
    knows: 1,
    follow: ofFirst(({ numbers, whole }, x) => {
      const axis = numbers(1)?.[0];
      whole(...(axis === undefined ? x : [x[place(axis, x.length)]]));
      return x;
    }),
  },
  LayerNormalization: normalise,
  RMSNormalization: normalise,
  BatchNormalization: {
    knows: 1,
    follow: ofFirst(({ whole }, x) => {
      whole(x[1]);
      return x;
    }),
  },
  QuantizeLinear: quantise,
  DequantizeLinear: quantise,
  Conv: windows(({ axes }) => axes(1)?.[0]),
  ConvTranspose: windows(() => undefined),
  MaxPool: windows(),
  AveragePool: windows(),
  Pad: pad,
  Flatten: {
    moves: true,
    follow: ofFirst(({ integer }, x) => {
      const axis = place(integer("axis", 1), x.length);
      return [mergeAxes(x.slice(0, axis)), mergeAxes(x.slice(axis))];
    }),
  },
  Gather: gather,
  Slice: slice,
  Expand: {
    sized: [0, 1],
    knows: 1,
    moves: true,
    follow: ({ flows: [x], list, broadcast, whole }) => {
      const shape = list(1);
      const isOne = x?.sizes?.length === 1;
      if (!isOne) whole(...(x?.sizes ?? []));
      return { axes: broadcast([x?.axes, shape]), sizes: isOne ? x.sizes : undefined };
    },
  },
  Tile: {
    sized: [0, 1],
    knows: 1,
    follow: ({ flows: [x], list, whole }) => {
      const repeats = list(1);
      const isOne = x?.sizes?.length === 1;
      if (!isOne) whole(...(x?.sizes ?? []));
      if (x?.axes === undefined || repeats === undefined) return unknown;
      const axes = x.axes.map((own, at): Axis => {
        if (repeats[at] === 1) return own;
        if (own === 1) return repeats[at];
        whole(own, repeats[at]);
        return resized(own);
      });
      return { axes, sizes: isOne ? x.sizes : undefined };
    },
  },
  ConstantOfShape: {
    sized: [0],
    follow: ({ list, axes }) => {
      const [count] = axes(0) ?? [];
      return {
        axes: list(0) ?? (typeof count === "number" ? Array.from({ length: count }, () => undefined) : undefined),
      };
    },
  },
  Range: { follow: () => ({ axes: [undefined] }) },
  Size: {
    unread: [0],
    follow: ({ axes, whole }) => {
      whole(...(axes(0) ?? []));
      return { axes: [] };
    },
  },
  Shape: {
    unread: [0],
    follow: ({ axes, integer }) => {
      const sizes = axes(0)?.slice(integer("start", 0), integer("end", axes(0)?.length ?? 0));
      return { axes: [sizes?.length], sizes };
    },
  },
};

const places: ReadonlySet<string> = new Set(
  `Add Sub Div Pow Mod Sum Mean Max Min PRelu And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual Where Abs Neg Sign Ceil Floor Round Sqrt Exp Log Reciprocal
  Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Not IsNaN IsInf Clip Relu LeakyRelu ThresholdedRelu Elu Celu Selu Sigmoid HardSigmoid HardSwish Tanh Softplus
  Softsign Gelu Swish Mish Shrink`.split(/\s+/),
);

/** The rule of an operator, if there is one. */
export function ruleOf(operator: string): Rule | undefined {
  if (places.has(operator)) return each;
  if (operator.startsWith("Reduce")) return reduce;
  return rules[operator];
}
