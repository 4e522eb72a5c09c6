/** Which axis of each value of a graph is that of steps and which that of members, and which nodes would need more than one step. */
import type { Graph, GraphNode, OperatorNode, ValueName } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/** For each axis of a value, the axis of an input that it is, as `input:axis`, or undefined for one that is none. */
type Labels = readonly (string | undefined)[];

export interface StepAxes {
  /** Axes of inputs that recurrent nodes read as their steps, as `input:axis`. */
  readonly steps: ReadonlySet<string>;
  /** And as their members. */
  readonly members: ReadonlySet<string>;
  /** The first node that reads a whole axis, by the axis. */
  readonly whole: ReadonlyMap<string, GraphNode>;
}

interface RuleOptions {
  readonly node: OperatorNode;
  readonly labels: readonly (Labels | undefined)[];
  readonly constant: (at: number) => readonly number[] | undefined;
  /** Says that the node reads all of these axes at once. */
  readonly whole: (...labels: readonly (string | undefined)[]) => void;
}

/** The labels of the outputs, or of all outputs alike. Values without labels depend on no axis that is known. */
type Rule = (options: RuleOptions) => Labels | undefined;

const integer = (node: OperatorNode, name: string, otherwise: number): number => {
  const value = node.attributes[name];
  return typeof value === "number" ? value : otherwise;
};

const place = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Every place by itself: axes stay where broadcasting puts them. */
const each: Rule = ({ labels }) => {
  const known = labels.filter((one) => one !== undefined);
  const rank = Math.max(0, ...known.map((one) => one.length));
  return Array.from({ length: rank }, (_, axis) =>
    known.map((one) => one[axis - rank + one.length]).find((label) => label !== undefined),
  );
};

/** Reads all of one axis, which stays. */
const along =
  (otherwise: number, removes = false): Rule =>
  ({ node, labels: [x], whole }) => {
    if (x === undefined) return undefined;
    const axis = place(integer(node, "axis", otherwise), x.length);
    whole(x[axis]);
    return removes ? x.with(axis, undefined) : x;
  };

const reduce: Rule = ({ node, labels: [x], constant, whole }) => {
  if (x === undefined) return undefined;
  const axes = (constant(1) ?? x.map((_, axis) => axis)).map((axis) => place(axis, x.length));
  whole(...axes.map((axis) => x[axis]));
  return integer(node, "keepdims", 1) === 0
    ? x.filter((_, axis) => !axes.includes(axis))
    : x.map((label, axis) => (axes.includes(axis) ? undefined : label));
};

const windows: Rule = ({ node, labels: [x], whole }) => {
  if (x === undefined) return undefined;
  const kernel = node.attributes["kernel_shape"];
  const isPoint = Array.isArray(kernel) && kernel.every((size) => size === 1);
  whole(x[1], ...(isPoint ? [] : x.slice(2)));
  return x.with(1, undefined);
};

const reshape: Rule = ({ labels: [x], constant, whole }) => {
  if (x === undefined) return undefined;
  const shape = constant(1);
  // Axes in front that are kept as they are (0); whatever follows is one number after another.
  const kept = shape === undefined ? 0 : shape.findIndex((size) => size !== 0);
  const count = kept < 0 ? x.length : kept;
  whole(...x.slice(count));
  return shape?.map((_, axis) => (axis < count ? x[axis] : undefined));
};

const gather: Rule = ({ node, labels: [x, indices], constant, whole }) => {
  const axis = integer(node, "axis", 0);
  // A table of rows, such as an embedding.
  if (x === undefined) return axis === 0 && indices !== undefined ? [...indices, undefined] : undefined;
  const at = place(axis, x.length);
  const picked = constant(1);
  // The last of the steps is that of the step at hand.
  if (picked?.length !== 1 || picked[0] !== -1) whole(x[at]);
  const rank = indices?.length ?? (picked === undefined ? 1 : 0);
  return x.toSpliced(at, 1, ...Array.from({ length: rank }, () => undefined));
};

const slice: Rule = ({ labels: [x], constant, whole }) => {
  if (x === undefined) return undefined;
  const [starts, ends] = [constant(1), constant(2)];
  const axes = constant(3) ?? starts?.map((_, axis) => axis);
  if (axes === undefined) return whole(...x) ?? x;
  for (const [at, axis] of axes.entries()) {
    const isAll = starts?.[at] === 0 && (ends?.[at] ?? 0) >= 2 ** 31 - 1;
    // The last of the steps is that of the step at hand.
    const isLast = starts?.[at] === -1 && (ends?.[at] ?? 0) >= 2 ** 31 - 1;
    if (!isAll && !isLast) whole(x[place(axis, x.length)]);
  }
  return x;
};

const rules: Readonly<Record<string, Rule>> = {
  Transpose: ({ node, labels: [x] }) => {
    const order = node.attributes["perm"];
    if (x === undefined) return undefined;
    return Array.isArray(order) ? order.map((axis) => x[Number(axis)]) : x.toReversed();
  },
  MatMul: ({ labels: [a, b], whole }) => {
    if (b !== undefined) whole(b.at(-2));
    if (a === undefined) return b?.with(-2, undefined);
    whole(a.at(-1));
    return [...a.slice(0, -1), b?.at(-1)];
  },
  Gemm: ({ node, labels: [a, b], whole }) => {
    const isTurned = integer(node, "transA", 0) !== 0;
    whole(a?.[isTurned ? 0 : 1], ...(b ?? []));
    return [a?.[isTurned ? 1 : 0], undefined];
  },
  Squeeze: ({ labels: [x], constant, whole }) => {
    if (x === undefined) return undefined;
    const axes = constant(1)?.map((axis) => place(axis, x.length));
    if (axes === undefined) return whole(...x) ?? undefined;
    return x.filter((_, axis) => !axes.includes(axis));
  },
  Unsqueeze: ({ labels: [x], constant }) => {
    if (x === undefined) return undefined;
    const axes = constant(1) ?? [];
    const raised: (string | undefined)[] = [...x];
    for (const axis of axes.map((one) => place(one, x.length + axes.length)).toSorted((a, b) => a - b))
      raised.splice(axis, 0, undefined);
    return raised;
  },
  Concat: ({ node, labels, whole }) => {
    const known = labels.filter((one) => one !== undefined);
    const rank = known[0]?.length ?? 0;
    const axis = place(integer(node, "axis", 0), rank);
    whole(...known.map((one) => one[axis]));
    return Array.from({ length: rank }, (_, at) => known.map((one) => one[at]).find((label) => label !== undefined));
  },
  Split: along(0),
  Softmax: along(-1),
  LogSoftmax: along(-1),
  Hardmax: along(-1),
  ArgMax: along(0, true),
  ArgMin: along(0, true),
  CumSum: ({ labels: [x], whole }) => whole(...(x ?? [])) ?? x,
  TopK: along(-1),
  LayerNormalization: ({ node, labels: [x], whole }) => {
    if (x === undefined) return undefined;
    whole(...x.slice(place(integer(node, "axis", -1), x.length)));
    return x;
  },
  BatchNormalization: ({ labels: [x] }) => x,
  Conv: windows,
  ConvTranspose: windows,
  MaxPool: windows,
  AveragePool: windows,
  Reshape: reshape,
  Flatten: ({ node, labels: [x], whole }) => {
    if (x === undefined) return undefined;
    const axis = place(integer(node, "axis", 1), x.length);
    whole(...x.slice(axis), ...(axis > 1 ? x.slice(0, axis) : []));
    return [axis === 1 ? x[0] : undefined, undefined];
  },
  Gather: gather,
  Slice: slice,
  Expand: ({ labels: [x], constant }) => {
    const rank = Math.max(x?.length ?? 0, constant(1)?.length ?? 0);
    return Array.from({ length: rank }, (_, axis) => x?.[axis - rank + x.length]);
  },
  // What depends on sizes alone is computed anew at each step.
  Shape: () => undefined,
  Size: () => undefined,
  Scan: ({ node, labels, whole }) => {
    const scanned = integer(node, "num_scan_inputs", 1);
    const backwards = ["scan_input_directions", "scan_output_directions"].flatMap(
      (name) => node.attributes[name] ?? [],
    );
    const turned = ["scan_input_axes", "scan_output_axes"].flatMap((name) => node.attributes[name] ?? []);
    const parts = labels.slice(labels.length - scanned);
    if ([...backwards, ...turned].some((value) => value !== 0)) for (const part of parts) whole(...(part ?? []));
    return parts[0] === undefined ? undefined : [parts[0][0], ...parts[0].slice(1)];
  },
};

const places: ReadonlySet<string> = new Set(
  `Add Sub Mul Div Pow Mod Sum Mean Max Min PRelu And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual Where Abs Neg Sign Ceil Floor Round Sqrt Exp Log Reciprocal
  Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Not IsNaN IsInf Clip Relu LeakyRelu ThresholdedRelu Elu Celu Selu Sigmoid HardSigmoid HardSwish Tanh Softplus
  Softsign Gelu Swish Mish Shrink Identity Dropout Cast CastLike QuantizeLinear DequantizeLinear`.split(/\s+/),
);

function ruleOf(operator: string): Rule {
  if (places.has(operator)) return each;
  if (operator.startsWith("Reduce")) return reduce;
  return (
    rules[operator] ??
    (({ labels, whole }) => {
      for (const one of labels) whole(...(one ?? []));
      return undefined;
    })
  );
}

/** Follows the axes of inputs through the nodes of a graph. */
export function findStepAxes(graph: Graph): StepAxes {
  const labels = new Map<ValueName, Labels>();
  for (const { name, shape } of graph.inputs)
    if (shape !== undefined)
      labels.set(
        name,
        shape.map((_, axis) => `${name}:${axis}`),
      );
  const steps = new Set<string>();
  const members = new Set<string>();
  const whole = new Map<string, GraphNode>();
  const scan = (node: OperatorNode): void => {
    const scanned = integer(node, "num_scan_inputs", 1);
    for (const name of node.inputs.slice(node.inputs.length - scanned)) {
      const [step] = labels.get(name) ?? [];
      if (step !== undefined) steps.add(step);
    }
  };
  for (const node of graph.nodes) {
    if (node.kind === "recurrent") {
      const [step, member] = labels.get(node.input) ?? [];
      if (step !== undefined) steps.add(step);
      if (member !== undefined) members.add(member);
      if (node.outputs.sequence !== undefined) labels.set(node.outputs.sequence, [step, member, undefined]);
      for (const output of Object.values(node.outputs.states)) labels.set(output, [member, undefined]);
      continue;
    }
    if (node.operator === "Scan") scan(node);
    const result = ruleOf(node.operator)({
      node,
      labels: node.inputs.map((name) => labels.get(name)),
      constant: (at) => integersOf(graph.constants.get(node.inputs[at] ?? "")),
      whole: (...read) => {
        for (const label of read) if (label !== undefined && !whole.has(label)) whole.set(label, node);
      },
    });
    const isScan = node.operator === "Scan";
    const states = isScan ? node.inputs.length - integer(node, "num_scan_inputs", 1) : 0;
    for (const [at, output] of node.outputs.entries())
      if (result !== undefined && at >= states) labels.set(output, result);
  }
  return { steps, members, whole };
}

function integersOf(tensor: Tensor | undefined): readonly number[] | undefined {
  return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}
