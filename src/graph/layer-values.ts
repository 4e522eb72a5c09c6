/** What a value of a graph is to a network of layers: which layers have made it of which input, and how its axes lie. */
import type { LayerSpec } from "../network/index.ts";
import type { GraphNode, ValueInfo } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/** What an axis counts: steps, steps from the last to the first, members, features, directions, the lines and columns of a picture, or nothing. */
export type AxisLabel = "steps" | "reversed" | "batch" | "features" | "directions" | "y" | "x" | "one";

/** An input of the graph; what its axes are is found where a layer reads it. */
export interface Root {
  readonly info: ValueInfo;
  readonly labels: (AxisLabel | undefined)[];
  /** Features, or entries of a vocabulary. */
  size: number | undefined;
  isTokens: boolean;
  picture: { readonly height: number; readonly width: number } | undefined;
}

/** Known, or that of an input. */
export type Axis = AxisLabel | { readonly root: Root; readonly axis: number };

/** A layer after the layers before it; the first has none but an input. */
export interface Chain {
  readonly root: Root;
  readonly parent: Chain | undefined;
  readonly layer: LayerSpec | undefined;
  /** By their names within the layer: `W`, `forward.U_f`, `initial.h`. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** Parameters of the layer that are the embedding table of another one. */
  readonly ties: Readonly<Record<string, Chain>>;
  /** Undefined where only the input says it, and does not. */
  readonly size: number | undefined;
  readonly picture: { readonly height: number; readonly width: number } | undefined;
  readonly node: GraphNode | undefined;
  /** What the layer takes from an encoder: the layer whose last states it starts from, and what it attends to. */
  readonly startsFrom: Chain | undefined;
  readonly attendsTo: Chain | undefined;
  /** The input that says how long members are, or "none"; undefined before the first layer that asks. */
  readonly lengths: Root | "none" | undefined;
  /** Inputs from which states of the chain's layers start: in a network they start at zero. */
  readonly givens: readonly Root[];
}

/** Rows that layers have made. */
export interface SignalValue {
  readonly kind: "signal";
  readonly chain: Chain;
  readonly axes: readonly Axis[];
  /** Of a last state: whose. Two are those of both directions side by side. */
  readonly last?: { readonly state: string; readonly chains: readonly Chain[] };
  /** Last states on top of one another, along the axis of directions: each by itself. */
  readonly stack?: readonly SignalValue[];
  /** Of what a layer in both directions gives, the numbers of one of them, or one end, or both: parts that final outputs are made of. */
  readonly share?: { readonly direction?: "forward" | "backward"; readonly step?: "first" | "last" };
  /** Whether the network has such a signal: not so for a last state other than the output. */
  readonly isLost?: boolean;
}

export type LayerValue =
  | SignalValue
  | { readonly kind: "constant"; readonly tensor: Tensor; readonly name: string }
  /** A constant that is repeated, such as a first state of all members. */
  | { readonly kind: "start"; readonly tensor: Tensor }
  /** An input of the graph with its numbers in other places, or some of them, such as a state that is given. */
  | { readonly kind: "given"; readonly node: GraphNode; readonly root: Root }
  /** Made of sizes alone; of these axes, where they are those of one signal. */
  | { readonly kind: "sizes"; readonly of?: readonly Axis[] }
  /** Last states, put together. */
  | { readonly kind: "states" }
  /** What no layer makes, and the first node that makes it so. */
  | { readonly kind: "unknown"; readonly node: GraphNode };

export function labelOf(axis: Axis | undefined): AxisLabel | undefined {
  if (axis === undefined || typeof axis === "string") return axis;
  return axis.root.labels[axis.axis];
}

/** Whether two axes are the same one, as far as that is known. */
export function isSameAxis(a: Axis | undefined, b: Axis | undefined): boolean {
  const label = labelOf(a);
  if (label !== undefined || typeof a !== "object" || typeof b !== "object")
    return label !== undefined && label === labelOf(b);
  return a.root === b.root && a.axis === b.axis;
}

export function isSameAxes(a: readonly Axis[], b: readonly Axis[]): boolean {
  return a.length === b.length && a.every((axis, i) => isSameAxis(axis, b[i]));
}

/** Whether the axes are these; axes of inputs that are not known yet become so. */
export function bindAxes(axes: readonly Axis[], labels: readonly AxisLabel[]): boolean {
  if (axes.length !== labels.length) return false;
  const fits = axes.every((axis, i) => {
    const label = labelOf(axis);
    return label === labels[i] || (label === undefined && !isTaken(axis, labels[i]));
  });
  if (!fits) return false;
  axes.forEach((axis, i) => {
    if (typeof axis !== "string") axis.root.labels[axis.axis] = labels[i];
  });
  return true;
}

function isTaken(axis: Axis, label: AxisLabel | undefined): boolean {
  return typeof axis !== "string" && axis.root.labels.includes(label);
}

/** A signal as one of its axes: whether that is the features, which it becomes if it is not known yet. */
export function bindAxis(axis: Axis | undefined, label: AxisLabel): boolean {
  return axis !== undefined && bindAxes([axis], [label]);
}

/** The chain with another layer. */
export function extend(
  parent: Chain,
  layer: LayerSpec,
  node: GraphNode,
  rest: Partial<Omit<Chain, "root" | "parent" | "layer" | "node">>,
): Chain {
  return {
    root: parent.root,
    parent,
    layer,
    node,
    parameters: {},
    ties: {},
    size: parent.size,
    picture: undefined,
    startsFrom: undefined,
    attendsTo: undefined,
    lengths: parent.lengths,
    givens: parent.givens,
    ...rest,
  };
}

/** Whether the rows are tokens, which only an embedding reads. */
export function isTokens({ root, parent }: Chain): boolean {
  return root.isTokens && parent === undefined;
}

/** Whether members may be of different lengths, which operators over all steps do not know of. */
export function hasLengths({ lengths }: Chain): boolean {
  return typeof lengths === "object";
}

/** The input of the graph that a value is, but for where its numbers lie. */
export function inputOf(value: LayerValue | undefined): Root | undefined {
  if (value?.kind === "given") return value.root;
  return value?.kind === "signal" && value.chain.parent === undefined ? value.chain.root : undefined;
}

/** Numbers of a row: of the input itself, those that its shape or its first reader tells. */
export function sizeOf(chain: Chain): number | undefined {
  return chain.parent === undefined ? rootSize(chain.root) : chain.size;
}

export function rootSize({ info, labels, size }: Root): number | undefined {
  const told = info.shape?.[labels.indexOf("features")];
  return size ?? (typeof told === "number" ? told : undefined);
}

/** Tells an input how many numbers it has; whether that can be. */
export function checkSize(chain: Chain, size: number): boolean {
  const known = sizeOf(chain);
  if (chain.parent === undefined && (known === undefined || known === size)) chain.root.size = size;
  return known === undefined ? chain.parent === undefined : known === size;
}

/** Whether a chain is the other one or goes on from it. */
export function goesThrough(chain: Chain, other: Chain): boolean {
  for (let at: Chain | undefined = chain; at !== undefined; at = at.parent) if (at === other) return true;
  return false;
}
