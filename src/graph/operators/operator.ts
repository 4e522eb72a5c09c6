/** What an operator is, and what it is given. */
import { RecurraError } from "../../util/errors.ts";
import type { Attribute, Graph } from "../graph.ts";
import type { ElementType, Tensor } from "../tensor.ts";
import { countElements, elementArrays, isBig } from "../tensors.ts";
import type { NumberArray } from "../tensors.ts";

/** `type` is an element type by its name. */
export type AttributeKind = "number" | "integer" | "text" | "numbers" | "integers" | "tensor" | "graph" | "type";

/** One operator of the table. */
export interface Operator {
  /** Fewest and most inputs. Those that may be left out between others are `optional`. */
  readonly inputs: readonly [number, number];
  /** Places of inputs that may be "" although others follow, or are counted as there. */
  readonly optional?: readonly number[];
  readonly outputs: readonly [number, number];
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  /** Places of inputs whose numbers, not only their shapes, decide the shapes of outputs. */
  readonly shapedBy?: readonly number[];
  /** Whether its output may be far larger than its inputs, as large as the numbers of `shapedBy` say. */
  readonly grows?: true;
  /** Whether only the shapes of its inputs count, not what they hold. */
  readonly ofShapes?: true;
  /** The outputs; those that nobody asks for may be undefined. Throws `graph/bad-value` through `call.fail`. */
  compute(call: OperatorCall): Tensor | readonly (Tensor | undefined)[];
}

export interface OperatorCall {
  readonly inputs: readonly (Tensor | undefined)[];
  /** Which outputs somebody reads. */
  readonly wanted: readonly boolean[];
  /** An input that must be there. */
  input(at: number): Tensor;
  /** An input of int32 or int64, as plain numbers. */
  integersOf(at: number): readonly number[];
  /** An input of one number. */
  scalarOf(at: number): number;
  has(attribute: string): boolean;
  number(attribute: string, otherwise: number): number;
  integer(attribute: string, otherwise: number): number;
  text(attribute: string, otherwise: string): string;
  integers(attribute: string): readonly number[] | undefined;
  numbers(attribute: string): readonly number[] | undefined;
  type(attribute: string, otherwise: ElementType): ElementType;
  tensor(attribute: string): Tensor | undefined;
  graph(attribute: string): Graph;
  /** An axis from -rank to rank - 1 as one from 0 on. */
  axis(axis: number, rank: number): number;
  /** Runs a body; what it reads of the graph around it, it sees. */
  run(body: Graph, inputs: readonly Tensor[]): readonly Tensor[];
  /** Counts work that the sizes of tensors do not show, so that a run ends. */
  spend(work: number): void;
  /** Throws `graph/bad-value`; the node is named by whoever called. */
  fail(what: string): never;
}

/** Whether an attribute is of the kind an operator asks for. */
export const attributeKinds: { readonly [K in AttributeKind]: (attribute: Attribute) => boolean } = {
  number: (attribute) => typeof attribute === "number",
  integer: (attribute) => Number.isSafeInteger(attribute),
  text: (attribute) => typeof attribute === "string",
  numbers: (attribute) => isListOf(attribute, () => true),
  integers: (attribute) => isListOf(attribute, Number.isSafeInteger),
  tensor: (attribute) => isTensor(attribute),
  graph: (attribute) => isGraph(attribute),
  type: (attribute) => typeof attribute === "string" && Object.hasOwn(elementArrays, attribute),
};

function isListOf(attribute: Attribute, accepts: (item: number) => boolean): boolean {
  return Array.isArray(attribute) && attribute.every((item: unknown) => typeof item === "number" && accepts(item));
}

export function isTensor(attribute: Attribute): attribute is Tensor {
  return typeof attribute === "object" && "data" in attribute;
}

export function isGraph(attribute: Attribute): attribute is Graph {
  return typeof attribute === "object" && "nodes" in attribute;
}

export interface CallOptions {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly wanted: readonly boolean[];
  readonly run: OperatorCall["run"];
  readonly spend: OperatorCall["spend"];
}

/** What an operator is called with; attributes were checked before. */
export function createCall({ attributes, inputs, wanted, run, spend }: CallOptions): OperatorCall {
  const fail = (what: string): never => {
    throw new RecurraError("graph/bad-value", what);
  };
  const input = (at: number): Tensor => inputs[at] ?? fail(`input ${at} is missing`);
  const list = (attribute: string): readonly number[] | undefined =>
    attributes[attribute] as readonly number[] | undefined;
  return {
    inputs,
    wanted,
    input,
    integersOf: (at) => {
      const { type, data } = input(at);
      if (type !== "int64" && type !== "int32") fail(`input ${at} must be int64 or int32, but is ${type}`);
      return Array.from(data as ArrayLike<number | bigint>, Number);
    },
    scalarOf: (at) => {
      const { data, shape } = input(at);
      return data.length === 1 ? Number(data[0]) : fail(`input ${at} must be one number, but is ${printShape(shape)}`);
    },
    has: (attribute) => attributes[attribute] !== undefined,
    number: (attribute, otherwise) => (attributes[attribute] as number | undefined) ?? otherwise,
    integer: (attribute, otherwise) => (attributes[attribute] as number | undefined) ?? otherwise,
    text: (attribute, otherwise) => (attributes[attribute] as string | undefined) ?? otherwise,
    integers: list,
    numbers: list,
    type: (attribute, otherwise) => (attributes[attribute] as ElementType | undefined) ?? otherwise,
    tensor: (attribute) => attributes[attribute] as Tensor | undefined,
    graph: (attribute) => (attributes[attribute] as Graph | undefined) ?? fail(`attribute ${attribute} is missing`),
    axis: (axis, rank) => {
      if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
      return fail(`there is no axis ${axis} in a tensor of rank ${rank}`);
    },
    run,
    spend,
    fail,
  };
}

export function printShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(", ")}]`;
}

/** The numbers of an input that is none of int64 and uint64. */
export function plainNumbers(call: OperatorCall, at: number): NumberArray {
  const { data, type } = call.input(at);
  return isBig(data) ? call.fail(`input ${at} is ${type}, which this operator does not take`) : data;
}

/** Numbers of an input of float32 or float64. */
export function floatNumbers(call: OperatorCall, at: number): Float32Array | Float64Array {
  const { data, type } = call.input(at);
  return data instanceof Float32Array || data instanceof Float64Array
    ? data
    : call.fail(`input ${at} is ${type}, but must be float32 or float64`);
}

/** The shape around an axis: `[outer, size, inner]`. */
export function aroundAxis(
  shape: readonly number[],
  axis: number,
): readonly [outer: number, size: number, inner: number] {
  return [countElements(shape.slice(0, axis)), shape[axis]!, countElements(shape.slice(axis + 1))];
}

/** Throws unless two inputs are of one type. */
export function sameType(call: OperatorCall, a: number, b: number): ElementType {
  const [first, second] = [call.input(a).type, call.input(b).type];
  return first === second
    ? first
    : call.fail(`inputs ${a} and ${b} must be of one type, but are ${first} and ${second}`);
}
