/** What is known of a value in a stream: which of its axes are axes of inputs, and what else of them it depends on. */
import type { GraphNode, OperatorNode } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Of one axis: the axis of an input, place by place, as `input:axis`, or several taken together as one (such an axis and 2: two places for each of the input's); its size, where that
 * is always the same; undefined for any other.
 */
export type Axis = string | number | undefined;

export type Axes = readonly Axis[];

export interface Flow {
  /** Undefined where not even their number is known. */
  readonly axes: Axes | undefined;
  /** Whole numbers in a list that are sizes: numbers, or axes of inputs whose sizes they are. A single one may stand for all of a longer list. */
  readonly sizes?: Axes | undefined;
  /** Axes of inputs at whose last place the value is, and inputs that are states: it is another one at each step, without an axis that shows it. */
  readonly last?: ReadonlySet<string> | undefined;
  /** An input, which each step gives anew. */
  readonly isGiven?: boolean | undefined;
}

/** What a rule is told of its node. */
export interface RuleCall {
  readonly node: OperatorNode;
  readonly flows: readonly (Flow | undefined)[];
  /** Axes of an input, or undefined where they are not known. */
  axes(at: number): Axes | undefined;
  /** Every entry of a list of whole numbers, as far as they are known. */
  list(at: number): Axes | undefined;
  /** The same where all are numbers. */
  numbers(at: number): readonly number[] | undefined;
  integer(name: string, otherwise: number): number;
  integers(name: string): readonly number[] | undefined;
  /** Says that the node does not treat each place of these axes by itself. */
  whole(...axes: Axes): void;
  /** Whether these are the same axis. */
  isSame(a: Axis, b: Axis): boolean;
  /** The size that an axis always has. */
  sizeOf(axis: Axis): number | undefined;
  /** What axes are that are stretched to one another; undefined where one of them is not known. */
  broadcast(parts: readonly (Axes | undefined)[]): Axes | undefined;
}

/** How one operator's outputs follow from its inputs. Axes of inputs that are not among those of an output were read as a whole. */
export interface Rule {
  /** The outputs, or what all of them are. */
  readonly follow: (call: RuleCall) => Flow | readonly Flow[];
  /** Of how many inputs it knows the axes: of all. Those of others are read as a whole. */
  readonly knows?: number;
  /** Inputs whose numbers it takes as sizes. Others that are made of sizes count their axes. */
  readonly sized?: readonly number[];
  /** Inputs of which it reads only the shape or the type. */
  readonly unread?: readonly number[];
  /** It only moves numbers. */
  readonly moves?: boolean;
}

export const isAxis = (axis: Axis): axis is string => typeof axis === "string";

/** Stands in no name that a file gives. */
const between = "\0";

/** What an axis is made of, from the outside in. */
export function partsOf(axis: Axis): Axes {
  if (!isAxis(axis)) return [axis];
  return axis.split(between).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Axes taken together: undefined where one of them is not known. */
export function mergeAxes(axes: Axes): Axis {
  const parts: (string | number)[] = [];
  for (const part of axes.flatMap(partsOf)) {
    const before = parts.at(-1);
    if (part === undefined) return undefined;
    if (typeof part === "number" && typeof before === "number") parts[parts.length - 1] = before * part;
    else if (part !== 1) parts.push(part);
  }
  const kept = parts.filter((part) => part !== 1);
  return kept.length === 0 ? 1 : kept.length === 1 ? kept[0] : kept.join(between);
}

/** An axis of another size, made of all of this one. */
export const resized = (axis: Axis): Axis => (isAxis(axis) ? mergeAxes([axis, some]) : undefined);

const some = "?";

/** Axes of inputs among these, those of axes taken together too. */
export const inputAxes = (axes: Axes): string[] =>
  axes.flatMap(partsOf).filter((part) => isAxis(part) && part !== some) as string[];

/** The axis of an input of which an axis has so many places after one another for each place. */
export function alongOf(axis: Axis): string | undefined {
  const [first, ...more] = partsOf(axis);
  return isAxis(first) && more.every((part) => typeof part === "number") ? first : undefined;
}

/** Longest list that may be one of sizes. */
const mostSizes = 64;

export function flowOfConstant({ type, shape, data }: Tensor): Flow {
  const isList = (type === "int64" || type === "int32") && shape.length <= 1 && data.length <= mostSizes;
  return { axes: shape, sizes: isList ? Array.from(data as ArrayLike<number | bigint>, Number) : undefined };
}

/** Which axes are one, and which nodes read one as a whole. */
export interface AxisNotes {
  /** A name that all axes that are one have in common. */
  find(axis: string): string;
  /** Makes two axes one; false where they are not made of equal parts. */
  join(a: string, b: string): boolean;
  note(node: GraphNode, axes: Axes): void;
}

interface CallOptions {
  readonly node: OperatorNode;
  readonly flows: readonly (Flow | undefined)[];
  readonly notes: AxisNotes;
  /** Sizes that inputs declare, by their axes. */
  readonly declared: ReadonlyMap<string, number>;
}

export function createRuleCall({ node, flows, notes, declared }: CallOptions): RuleCall {
  const list = (at: number): Axes | undefined => {
    const { axes, sizes } = flows[at] ?? {};
    const isList = axes?.length === 0 || (axes?.length === 1 && axes[0] === sizes?.length);
    return isList ? sizes : undefined;
  };
  const whole = (...axes: Axes): void => notes.note(node, axes);
  const broadcastAxis = (parts: Axes): Axis => {
    const axes = parts.filter(isAxis);
    const others = parts.filter((part) => !isAxis(part) && part !== 1);
    const [first] = axes;
    if (first === undefined) return others.length === 0 ? 1 : others.find((size) => size !== undefined);
    for (const axis of axes) if (!notes.join(first, axis)) whole(first, axis);
    // A size that is not 1 does not become 1 with the steps.
    if (others.length > 0) whole(...axes);
    return first;
  };
  return {
    node,
    flows,
    axes: (at) => flows[at]?.axes,
    list,
    numbers: (at) => {
      const numbers = list(at);
      return numbers?.every((one) => typeof one === "number") === true ? numbers : undefined;
    },
    integer: (name, otherwise) => {
      const value = node.attributes[name];
      return typeof value === "number" ? value : otherwise;
    },
    integers: (name) => node.attributes[name] as readonly number[] | undefined,
    whole,
    isSame: (a, b) => isAxis(a) && isAxis(b) && notes.find(a) === notes.find(b),
    sizeOf: (axis) => {
      const size = mergeAxes(partsOf(axis).map((part) => (isAxis(part) ? declared.get(part) : part)));
      return isAxis(size) ? undefined : size;
    },
    broadcast: (parts) => {
      if (!parts.every((part) => part !== undefined)) return undefined;
      const rank = Math.max(0, ...parts.map((part) => part.length));
      return Array.from({ length: rank }, (_, axis) =>
        broadcastAxis(parts.map((part) => (axis < rank - part.length ? 1 : part[axis - rank + part.length]))),
      );
    },
  };
}

/** An axis from 0 on. */
export const place = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
