/** What operators do to the signal of a network: a rule for each that is a layer, part of one, or only moves axes. */
import type { GraphNode, OperatorNode } from "./graph.ts";
import {
  activated,
  functionCell,
  functionNames,
  denseCell,
  isLinear,
  normaliseCell,
  scaleCell,
  shiftCell,
} from "./layer-cells.ts";
import { concat, pooled, slice, takeRow } from "./layer-ends.ts";
import { convolve, poolWindows } from "./layer-windows.ts";
import { reshape } from "./layer-reshape.ts";
import { bindAxis, checkSize, extend, hasLengths, isSameAxes, isTokens, labelOf, sizeOf } from "./layer-values.ts";
import type { Axis, Chain, LayerValue, SignalValue } from "./layer-values.ts";
import {
  constantOf,
  floatsOf,
  integersOf,
  moved,
  numberOf,
  numbersOf,
  positive,
  signalOf,
  through,
} from "./rule-call.ts";
import type { Rule, RuleCall } from "./rule-call.ts";
import { isFloat, transposeTensor } from "./tensors.ts";

/** A layer that is a cell without states, of the same size as its input. */
function cellLayer(
  signal: SignalValue,
  node: GraphNode,
  cell: Parameters<typeof extend>[1] & { readonly kind: "cell" },
  parameters: Readonly<Record<string, Float32Array>> = {},
): SignalValue | undefined {
  const { chain, axes } = signal;
  const size = bindAxis(axes.at(-1), "features") ? sizeOf(chain) : undefined;
  if (isTokens(chain) || size === undefined || !checkSize(chain, size)) return undefined;
  return through(signal, extend(chain, { ...cell, size }, node, { parameters, size, picture: chain.picture }));
}

const pass: Rule = (_, signal) => signal;

/** Between types that hold the same numbers: floats, computed in float32, and whole numbers as an input has them. */
const cast: Rule = ({ node }, signal) => {
  const { chain } = signal;
  const { type } = chain.root.info;
  const isWhole = chain.parent === undefined && !isFloat(type);
  const { to } = node.attributes;
  const kept = ["float32", "float64", ...(isWhole ? [type, "int32", "int64"] : [])];
  return typeof to === "string" && kept.includes(to) ? signal : undefined;
};

const transpose: Rule = ({ node }, signal) => {
  const { axes } = signal;
  const order = numbersOf(node, "perm") ?? axes.map((_, i) => axes.length - 1 - i);
  const picked = order.flatMap((from) => axes[from] ?? []);
  return picked.length === axes.length ? moved(signal, picked) : undefined;
};

const squeeze: Rule = ({ inputs }, signal) => {
  const { axes } = signal;
  const given = integersOf(inputs[1])?.map((axis) => positive(axis, axes.length));
  if (inputs[1] !== undefined && given === undefined) return undefined;
  if (given === undefined && sizeOf(signal.chain) === 1) return undefined;
  const gone = new Set(given ?? axes.flatMap((axis, i) => (labelOf(axis) === "one" ? [i] : [])));
  return [...gone].every((i) => bindAxis(axes[i], "one"))
    ? moved(
        signal,
        axes.filter((_, i) => !gone.has(i)),
      )
    : undefined;
};

const unsqueeze: Rule = ({ inputs }, signal) => {
  const given = integersOf(inputs[1]);
  if (given === undefined) return undefined;
  const rank = signal.axes.length + given.length;
  const added = new Set(given.map((axis) => positive(axis, rank)));
  const rest = [...signal.axes];
  return moved(
    signal,
    Array.from({ length: rank }, (_, i): Axis => (added.has(i) ? "one" : (rest.shift() ?? "one"))),
  );
};

const gather: Rule = ({ node, inputs }) => {
  const table = floatsOf(inputs[0]);
  const tokens = signalOf(inputs[1]);
  if (table !== undefined && tokens !== undefined) return embed(node, table, tokens);
  const signal = signalOf(inputs[0]);
  const index = constantOf(inputs[1]);
  if (signal === undefined || index === undefined || index.data.length !== 1 || index.shape.length > 1)
    return undefined;
  const at = Number(index.data[0]);
  const axis = positive(numberOf(node, "axis", 0), signal.axes.length);
  const isKept = index.shape.length === 1;
  return takeRow(signal, node, { axis, at, isKept });
};

function embed(
  node: OperatorNode,
  table: { readonly shape: readonly number[]; readonly data: Float32Array },
  tokens: SignalValue,
): SignalValue | undefined {
  const [entries = 0, size = 0] = table.shape;
  const { chain, axes } = tokens;
  const isInput = chain.parent === undefined && (chain.root.isTokens || chain.root.info.type !== "float32");
  if (table.shape.length !== 2 || numberOf(node, "axis", 0) !== 0 || !isInput || axes.length !== 2) return undefined;
  if (axes.some((axis) => labelOf(axis) === "features")) return undefined;
  chain.root.isTokens = true;
  if (!checkSize(chain, entries)) return undefined;
  const embedded = extend(chain, { kind: "embedding", size }, node, { parameters: { E: table.data }, size });
  return { kind: "signal", chain: embedded, axes: [...axes, "features"] };
}

/** The mean or the largest of all steps, or of all pixels. */
const reduce =
  (over: "mean" | "max"): Rule =>
  ({ node, inputs }, signal) => {
    const { axes } = signal;
    const given = (integersOf(inputs[1]) ?? numbersOf(node, "axes"))?.map((axis) => positive(axis, axes.length));
    if (given === undefined || signal.isLost === true || signal.chain.layer === undefined) return undefined;
    if (hasLengths(signal.chain)) return undefined;
    const labels = new Set(given.map((at) => labelOf(axes[at])));
    const isAll =
      (labels.size === 1 && (labels.has("steps") || labels.has("reversed"))) ||
      (labels.size === 2 && labels.has("x") && labels.has("y"));
    if (!isAll) return undefined;
    const gone = new Set(given);
    const left =
      numberOf(node, "keepdims", 1) === 0
        ? axes.filter((_, i) => !gone.has(i))
        : axes.map((axis, i): Axis => (gone.has(i) ? "one" : axis));
    return { kind: "signal", chain: pooled(signal.chain, node, over), axes: left };
  };

/** x Wᵀ with the weights `[I, O]`. */
const multiply: Rule = ({ node, inputs, tableOf }, signal) =>
  dense({ node, signal, weights: inputs[1], isTurned: false, tableOf });

interface Dense {
  readonly node: OperatorNode;
  readonly signal: SignalValue;
  readonly weights: LayerValue | undefined;
  /** Whether the weights are `[O, I]`. */
  readonly isTurned: boolean;
  readonly tableOf: RuleCall["tableOf"];
}

function dense({ node, signal, weights: value, isTurned, tableOf }: Dense): SignalValue | undefined {
  const weights = floatsOf(value);
  const { chain, axes } = signal;
  if (weights?.shape.length !== 2 || isTokens(chain)) return undefined;
  const [rows = 0, columns = 0] = weights.shape;
  const [inputs, outputs] = isTurned ? [columns, rows] : [rows, columns];
  if (!checkSize(chain, inputs) || !bindAxis(axes.at(-1), "features")) return undefined;
  const tie = value?.kind === "constant" && !isTurned ? tieOf(chain, tableOf(value.name)) : undefined;
  const data = (isTurned ? weights : transposeTensor(weights, [1, 0])).data as Float32Array;
  return through(
    signal,
    extend(chain, { kind: "cell", cell: denseCell("linear"), size: outputs }, node, {
      parameters: tie === undefined ? { W: data } : {},
      ties: tie === undefined ? {} : { W: tie },
      size: outputs,
      picture: chain.picture,
    }),
  );
}

/** The layer before this one whose table the weights are. */
function tieOf(chain: Chain, table: string | undefined): Chain | undefined {
  if (table === undefined) return undefined;
  for (let at: Chain | undefined = chain; at !== undefined; at = at.parent)
    if (at.layer?.kind === "embedding" && at.node?.kind === "operator" && at.node.inputs[0] === table) return at;
  return undefined;
}

const gemm: Rule = ({ node, inputs, tableOf }, signal) => {
  if (numberOf(node, "alpha", 1) !== 1 || numberOf(node, "beta", 1) !== 1 || numberOf(node, "transA", 0) !== 0)
    return undefined;
  const product = dense({ node, signal, weights: inputs[1], isTurned: numberOf(node, "transB", 0) === 1, tableOf });
  return product === undefined || inputs[2] === undefined ? product : shift(product, inputs[2], node);
};

/** A bias for a linear layer that has none yet, or a shift of its own. */
function shift(signal: SignalValue, value: LayerValue, node: GraphNode): SignalValue | undefined {
  const { chain } = signal;
  const data = bindAxis(signal.axes.at(-1), "features") ? spread(value, signal) : undefined;
  if (data === undefined) return undefined;
  if (isLinear(chain.layer) && chain.parameters["b"] === undefined)
    return through(signal, { ...chain, parameters: { ...chain.parameters, b: data } });
  return cellLayer(signal, node, { kind: "cell", cell: shiftCell, size: 1 }, { b: data });
}

/** Numbers along the features, which add no axes. */
function spread(value: LayerValue, { chain, axes }: SignalValue): Float32Array | undefined {
  const numbers = floatsOf(value);
  const size = sizeOf(chain);
  if (numbers === undefined || size === undefined || numbers.shape.length > axes.length) return undefined;
  const { shape, data } = numbers;
  if (data.length === 1) return new Float32Array(size).fill(data[0] ?? 0);
  return data.length === size && shape.at(-1) === size ? data : undefined;
}

const add: Rule = (call) => {
  const { node, inputs } = call;
  const [a, b] = inputs.map(signalOf);
  if (a !== undefined && b !== undefined) return addResidual(a, b) ?? addResidual(b, a);
  const [signal, other] = a === undefined ? [b, inputs[0]] : [a, inputs[1]];
  return signal === undefined || other === undefined ? undefined : shift(signal, other, node);
};

/** A layer's input added to its output. */
function addResidual(output: SignalValue, input: SignalValue): SignalValue | undefined {
  const { chain } = output;
  const isSame = isSameAxes(output.axes, input.axes);
  const isLost = output.isLost === true || input.isLost === true;
  if (
    chain.layer?.kind !== "cell" ||
    chain.layer.residual === true ||
    chain.parent !== input.chain ||
    !isSame ||
    isLost
  )
    return undefined;
  return through(output, { ...chain, layer: { ...chain.layer, residual: true } });
}

const scale: Rule = ({ node, inputs }) => {
  const [a, b] = inputs.map(signalOf);
  const [signal, other] = a === undefined ? [b, inputs[0]] : [a, inputs[1]];
  const data = signal === undefined || other === undefined ? undefined : spread(other, signal);
  if (signal === undefined || data === undefined) return undefined;
  return cellLayer(signal, node, { kind: "cell", cell: scaleCell, size: 1 }, { g: data });
};

const normalise: Rule = ({ node, inputs }, signal) => {
  const { axes, chain } = signal;
  const [g, b] = [floatsOf(inputs[1]), inputs[2] === undefined ? undefined : floatsOf(inputs[2])];
  const size = g?.data.length ?? 0;
  const axis = positive(numberOf(node, "axis", -1), axes.length);
  if (g?.shape.length !== 1 || axis !== axes.length - 1 || (inputs[2] !== undefined && b?.data.length !== size))
    return undefined;
  if (!checkSize(chain, size)) return undefined;
  const cell = normaliseCell(numberOf(node, "epsilon", 1e-5));
  return cellLayer(signal, node, { kind: "cell", cell, size }, { g: g.data, b: b?.data ?? new Float32Array(size) });
};

/** By the statistics of the training: a scale and a shift of each channel. */
const batchNormalise: Rule = ({ node, inputs }, signal) => {
  const parts = inputs.slice(1, 5).map((value) => floatsOf(value)?.data);
  const [gain, offset, mean, variance] = parts;
  const { chain, axes } = signal;
  if (gain === undefined || offset === undefined || mean === undefined || variance === undefined) return undefined;
  if (!bindAxis(axes[1], "features") || !checkSize(chain, gain.length)) return undefined;
  const epsilon = numberOf(node, "epsilon", 1e-5);
  const g = gain.map((value, i) => value / Math.sqrt((variance[i] ?? 0) + epsilon));
  const b = offset.map((value, i) => value - (mean[i] ?? 0) * (g[i] ?? 0));
  const cell = { name: "scale-shift", text: "y = g * x + b", options: scaleCell.options };
  const layer = { kind: "cell" as const, cell, size: gain.length };
  return through(
    signal,
    extend(chain, layer, node, { parameters: { g, b }, size: gain.length, picture: chain.picture }),
  );
};

/** An activation: of the linear layer or convolution before it, or a layer of its own. */
const activate: Rule = ({ node }, signal) => {
  const { chain, axes } = signal;
  const isOfRow = node.operator === "Softmax" || node.operator === "LogSoftmax";
  if (isOfRow && positive(numberOf(node, "axis", -1), axes.length) !== axes.length - 1) return undefined;
  // Numbers of both directions are one row, of which each is a part here.
  if (isOfRow && axes.some((axis) => labelOf(axis) === "directions")) return undefined;
  if (signal.isLost === true) return undefined;
  const merged = activated(chain.layer, node.operator);
  if (merged !== undefined) return through(signal, { ...chain, layer: merged });
  const cell = functionCell(node.operator);
  return cell === undefined ? undefined : cellLayer(signal, node, { kind: "cell", cell, size: 1 });
};

const dropout: Rule = ({ node, inputs }, signal) => {
  const trains = inputs[2] === undefined ? false : constantOf(inputs[2])?.data.some((value) => Number(value) !== 0);
  if (trains !== false) return undefined;
  const rate = floatsOf(inputs[1])?.data[0];
  if (rate === undefined || rate <= 0 || rate >= 1 || signal.chain.layer === undefined) return signal;
  // A float32 as the shortest number that it is: 0.4 and not 0.4000000059604645.
  const short = Number(rate.toPrecision(7));
  const layer = { kind: "dropout" as const, rate: Math.fround(short) === rate ? short : rate };
  return through(signal, extend(signal.chain, layer, node, { picture: signal.chain.picture }));
};

/** Rules by the names of operators; the first input is the signal, except where a rule finds it itself. */
const rules: Readonly<Record<string, Rule>> = {
  Identity: pass,
  Cast: cast,
  Dropout: dropout,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Reshape: reshape,
  Flatten: ({ node }, signal) => (signal.axes.length === 2 && numberOf(node, "axis", 1) === 1 ? signal : undefined),
  Slice: slice,
  ReduceMean: reduce("mean"),
  ReduceMax: reduce("max"),
  MatMul: multiply,
  Gemm: gemm,
  LayerNormalization: normalise,
  BatchNormalization: batchNormalise,
  Conv: convolve,
  MaxPool: poolWindows("max"),
  AveragePool: poolWindows("mean"),
  ...Object.fromEntries(functionNames.map((name) => [name, activate])),
};

/** Rules that find the signal among their inputs. */
const ownRules: Readonly<Record<string, (call: RuleCall) => LayerValue | undefined>> = {
  Concat: (call) => concat(call, undefined as never),
  Gather: (call) => gather(call, undefined as never),
  Add: (call) => add(call, undefined as never),
  Mul: (call) => scale(call, undefined as never),
};

/** The value of the first output of an operator. */
export function applyRule(call: RuleCall): LayerValue | undefined {
  const { operator } = call.node;
  if (Object.hasOwn(ownRules, operator)) return ownRules[operator]?.(call);
  const signal = signalOf(call.inputs[0]);
  return signal !== undefined && Object.hasOwn(rules, operator) ? rules[operator]?.(call, signal) : undefined;
}
