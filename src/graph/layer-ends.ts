/** Steps of a sequence, both directions of a layer and their last states: how a graph takes them apart and puts them together. */
import { cellOf } from "../network/index.ts";
import type { CellLayer, PoolLayer } from "../network/index.ts";
import type { GraphNode } from "./graph.ts";
import { extend, hasLengths, isSameAxes, labelOf, sizeOf } from "./layer-values.ts";
import type { Axis, Chain, LayerValue, SignalValue } from "./layer-values.ts";
import { integersOf, moved, numberOf, positive, signalOf } from "./rule-call.ts";
import type { Rule } from "./rule-call.ts";

export function pooled(chain: Chain, node: GraphNode, over: PoolLayer["over"]): Chain {
  return extend(chain, { kind: "pool", over }, node, {});
}

/** Both directions of a layer side by side, or on top of one another; last states likewise. */
export const concat: Rule = ({ node, inputs }) => {
  const signals = inputs.flatMap((value) => signalOf(value) ?? []);
  const [first, second] = signals;
  if (first === undefined || signals.length < inputs.length) return undefined;
  if (second === undefined) return first;
  const axis = positive(numberOf(node, "axis", 0), first.axes.length);
  const label = labelOf(first.axes[axis]);
  if (signals.every(({ last }) => last !== undefined))
    return label === "features" ? joinLast(signals, first.axes, node) : stackLast(signals, axis);
  if (signals.length > 2 || !isSameAxes(first.axes, second.axes)) return undefined;
  if (label === "features" && first.share !== undefined && second.share !== undefined)
    return joinShares(first, second, node);
  if (first.isLost === true || second.isLost === true) return undefined;
  const ends = label === "features" ? joinEnds(first.chain, second.chain, node) : undefined;
  if (ends !== undefined) return { kind: "signal", chain: ends, axes: first.axes };
  const both = joinDirections(first.chain, second.chain);
  if (both === undefined) return undefined;
  if (label === "one") return { kind: "signal", chain: both, axes: first.axes.with(axis, "directions") };
  return label === "features" ? { kind: "signal", chain: both, axes: first.axes } : undefined;
};

/** Last states of the two directions side by side: final outputs, where they are what the cell gives. A decoder may start from them. */
export function joinLast(signals: readonly SignalValue[], axes: readonly Axis[], node: GraphNode): LayerValue {
  const [first] = signals;
  const state = first?.last?.state;
  const chains = signals.flatMap((one) => one.last?.chains ?? []);
  if (first === undefined || state === undefined || signals.some((one) => one.last?.state !== state))
    return { kind: "states" };
  const [forward, backward, ...others] = chains;
  const both =
    forward === undefined || backward === undefined || others.length > 0
      ? undefined
      : joinDirections(forward, backward);
  const isOutput = both?.layer?.kind === "cell" && cellOf(both.layer.cell).output.name === state;
  const last = { state, chains };
  return both !== undefined && isOutput
    ? { kind: "signal", chain: pooled(both, node, "final"), axes, last }
    : { kind: "signal", chain: first.chain, axes, last, isLost: true };
}

/** Last states on top of one another, to be taken apart again or given out. */
function stackLast(signals: readonly SignalValue[], axis: number): LayerValue {
  const [first] = signals;
  const stack = signals.flatMap((one) => one.stack ?? [one]);
  const state = first?.last?.state;
  const isStacked = signals.every((one) => {
    const label = labelOf(one.axes[axis]);
    return one.last?.state === state && (label === "directions" || (label === "one" && one.stack === undefined));
  });
  if (first === undefined || state === undefined || !isStacked) return { kind: "states" };
  const chains = stack.flatMap((one) => one.last?.chains ?? []);
  return { ...first, axes: first.axes.with(axis, "directions"), last: { state, chains }, stack, isLost: true };
}

/** What was taken apart by directions, put together again; or the last step of one beside the first of the other. */
function joinShares(first: SignalValue, second: SignalValue, node: GraphNode): LayerValue | undefined {
  const { chain, axes, share } = first;
  const isOne = chain === second.chain && share?.direction === "forward" && second.share?.direction === "backward";
  if (!isOne) return undefined;
  switch (`${share.step} ${second.share.step}`) {
    case "undefined undefined":
      return { kind: "signal", chain, axes };
    case "last last":
      return { kind: "signal", chain: pooled(chain, node, "last"), axes };
    case "last first":
      return { kind: "signal", chain: pooled(chain, node, "final"), axes };
    default:
      return undefined;
  }
}

/** The last step of one direction beside the first of the other. */
function joinEnds(forward: Chain, backward: Chain, node: GraphNode): Chain | undefined {
  const [a, b] = [forward.layer, backward.layer];
  if (a?.kind !== "pool" || a.over !== "last" || b?.kind !== "pool" || b.over !== "final") return undefined;
  const both =
    forward.parent === undefined || backward.parent === undefined
      ? undefined
      : joinDirections(forward.parent, backward.parent);
  return both === undefined ? undefined : pooled(both, node, "final");
}

/** One layer in both directions of a layer forwards and one backwards. */
export function joinDirections(forward: Chain, backward: Chain): Chain | undefined {
  const [a, b] = [forward.layer, backward.layer];
  if (forward.parent === undefined || forward.parent !== backward.parent || a?.kind !== "cell" || b?.kind !== "cell")
    return undefined;
  const { direction: first = "forward", ...own } = a;
  const { direction: second = "forward", ...other } = b;
  if (first !== "forward" || second !== "backward" || JSON.stringify(own) !== JSON.stringify(other)) return undefined;
  if (
    forward.node === undefined ||
    forward.startsFrom !== undefined ||
    forward.attendsTo !== backward.attendsTo ||
    forward.lengths !== backward.lengths ||
    Object.keys({ ...forward.ties, ...backward.ties }).length > 0
  )
    return undefined;
  const named = (prefix: string, chain: Chain): (readonly [string, Float32Array])[] =>
    Object.entries(chain.parameters).map(([name, data]) => [`${prefix}.${name}`, data]);
  return extend(forward.parent, { ...own, direction: "both" }, forward.node, {
    parameters: Object.fromEntries([...named("forward", forward), ...named("backward", backward)]),
    size: forward.size === undefined ? undefined : 2 * forward.size,
    attendsTo: forward.attendsTo,
    lengths: forward.lengths,
    givens: [...forward.givens, ...backward.givens],
  });
}

/** The recurrent layer that a signal comes from, but for dropout. */
function recurrentOf({ layer, parent }: Chain): CellLayer | undefined {
  if (layer?.kind === "dropout" && parent !== undefined) return recurrentOf(parent);
  return layer?.kind === "cell" && cellOf(layer.cell).states.length > 0 ? layer : undefined;
}

/** One row of an axis. */
interface Row {
  readonly axis: number;
  readonly at: number;
  /** Whether the axis stays, of one row. */
  readonly isKept: boolean;
}

/** Reads one row of an axis: the last or the first step, one direction, or the only one. */
export function takeRow(signal: SignalValue, node: GraphNode, { axis, at, isKept }: Row): SignalValue | undefined {
  const axes = isKept ? signal.axes.with(axis, "one") : signal.axes.filter((_, i) => i !== axis);
  switch (labelOf(signal.axes[axis])) {
    case "one":
      return at === 0 || at === -1 ? moved(signal, axes) : undefined;
    case "directions":
      return takeDirection(signal, at, axes);
    case "steps":
      return takeStep(signal, node, { at, axes });
    case "reversed":
      return at === 0 || at === -1 ? takeStep(signal, node, { at: -1 - at, axes }) : undefined;
    default:
      return undefined;
  }
}

function takeDirection(signal: SignalValue, at: number, axes: readonly Axis[]): SignalValue | undefined {
  const one = signal.stack?.at(at);
  if (signal.stack !== undefined) return one === undefined ? undefined : moved(one, axes);
  const whole = shareOf(signal);
  if (whole === undefined || at < -2 || at > 1) return undefined;
  return shared(axes, whole, at === 0 || at === -2 ? "forward" : "backward");
}

function takeStep(
  signal: SignalValue,
  node: GraphNode,
  { at, axes }: { readonly at: number; readonly axes: readonly Axis[] },
): SignalValue | undefined {
  const { chain, share } = signal;
  if (chain.layer === undefined || hasLengths(chain) || (at !== 0 && at !== -1)) return undefined;
  const step = at === 0 ? "first" : "last";
  if (share !== undefined) return share.step === undefined ? { ...signal, axes, share: { ...share, step } } : undefined;
  if (signal.isLost === true) return undefined;
  if (step === "last") return { kind: "signal", chain: pooled(chain, node, "last"), axes };
  const direction = recurrentOf(chain)?.direction;
  if (direction === "backward") return { kind: "signal", chain: pooled(chain, node, "final"), axes };
  return direction === "both" ? { kind: "signal", chain, axes, share: { step }, isLost: true } : undefined;
}

/** Rows from one to before another: the last or first step, some directions, or the numbers of one direction. */
export const slice: Rule = ({ node, inputs }, signal) => {
  const [starts, ends, along, steps] = inputs.slice(1).map(integersOf);
  if (inputs.slice(1).some((value) => value !== undefined && value.kind !== "constant")) return undefined;
  const [start, end, axis = 0, step = 1] = [starts?.[0], ends?.[0], along?.[0], steps?.[0]];
  if (starts?.length !== 1 || start === undefined || end === undefined) return undefined;
  const at = positive(axis, signal.axes.length);
  if (step === -1 && start === -1 && end <= leastEnd) return turnSteps(signal, at);
  if (step !== 1) return undefined;
  switch (labelOf(signal.axes[at])) {
    case "directions":
      return sliceDirections(signal, node, { axis: at, start, end });
    case "features":
      return sliceFeatures(signal, start, end);
    default: {
      const isFirst = start === 0 && end === 1;
      if (!isFirst && (start !== -1 || end < 2 ** 31 - 1)) return undefined;
      return takeRow(signal, node, { axis: at, at: start, isKept: true });
    }
  }
};

/** From here on "to the first row" is told from a row that is counted from the end. */
const leastEnd = -(2 ** 31) + 1;

function turnSteps(signal: SignalValue, at: number): SignalValue | undefined {
  const label = labelOf(signal.axes[at]);
  if (label !== "steps" && label !== "reversed") return undefined;
  return moved(signal, signal.axes.with(at, label === "steps" ? "reversed" : "steps"));
}

/** As ONNX counts: from the end where negative, and not past it. */
function placeOf(index: number, size: number): number {
  return Math.min(Math.max(positive(index, size), 0), size);
}

function sliceDirections(
  signal: SignalValue,
  node: GraphNode,
  { axis, start, end }: { readonly axis: number; readonly start: number; readonly end: number },
): SignalValue | undefined {
  const { stack } = signal;
  const size = stack?.length ?? 2;
  const [from, to] = [placeOf(start, size), placeOf(end, size)];
  if (to - from === size) return signal;
  if (to - from === 1) return takeRow(signal, node, { axis, at: from, isKept: true });
  if (stack === undefined || to <= from) return undefined;
  const rows = stack.slice(from, to);
  const chains = rows.flatMap((one) => one.last?.chains ?? []);
  return { ...signal, stack: rows, ...(signal.last === undefined ? {} : { last: { ...signal.last, chains } }) };
}

/** The numbers of one direction: half of them. */
function sliceFeatures(signal: SignalValue, start: number, end: number): SignalValue | undefined {
  const whole = shareOf(signal);
  const size = whole === undefined ? undefined : sizeOf(whole.chain);
  if (whole === undefined || size === undefined) return undefined;
  const [from, to] = [placeOf(start, size), placeOf(end, size)];
  if (to - from !== size / 2 || (from > 0 && to < size)) return undefined;
  return shared(signal.axes, whole, from === 0 ? "forward" : "backward");
}

interface Share {
  readonly chain: Chain;
  readonly step?: "first" | "last";
}

/** What of a layer in both directions a signal is, if it has the numbers of both. The last step is a pooling by itself. */
function shareOf({ chain, share, isLost }: SignalValue): Share | undefined {
  const { layer, parent } = chain;
  const isLast = layer?.kind === "pool" && layer.over === "last" && parent !== undefined;
  const whole: Share = isLast ? { chain: parent, step: "last" } : { chain, ...share };
  const isWhole = share === undefined ? isLost !== true : share.direction === undefined;
  return isWhole && recurrentOf(whole.chain)?.direction === "both" ? whole : undefined;
}

function shared(axes: readonly Axis[], { chain, step }: Share, direction: "forward" | "backward"): SignalValue {
  return {
    kind: "signal",
    chain,
    axes,
    share: { direction, ...(step === undefined ? {} : { step }) },
    isLost: true,
  };
}
