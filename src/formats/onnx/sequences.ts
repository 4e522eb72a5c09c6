/**
 * Sequences of tensors, as exporters write lists with: a loop that appends to one becomes a loop with an output for each turn, and lists of tensors at hand are put together at once.
 * What is done with a sequence in any other way stays as it is, and is refused where it is read.
 */
import { create } from "@bufbuild/protobuf";
import type { ValueName } from "../../graph/graph.ts";
import { copyWith } from "./copy-with.ts";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./schema/onnx.ts";
import type { AttributeProto, GraphProto, NodeProto, TensorProto } from "./schema/onnx.ts";

/** A sequence whose tensors are known by name, or lie along axis 0 of one tensor. */
export type Sequence =
  | { readonly kind: "list"; readonly parts: readonly ValueName[] }
  | { readonly kind: "stack"; readonly stack: ValueName };

export interface SequenceContext {
  readonly fresh: (wanted: string) => ValueName;
  /** Of ONNX's operators. */
  readonly version: number;
  /** Sequences of the graphs around this one; its own are added. */
  readonly sequences: Map<ValueName, Sequence>;
}

interface Rewriting extends SequenceContext {
  readonly nodes: NodeProto[];
}

/** The graph without the sequences that can be done without. */
export function withoutSequences(graph: GraphProto, context: SequenceContext): GraphProto {
  if (!graph.node.some(({ opType }) => /Sequence/.test(opType))) return graph;
  const rewriting: Rewriting = { ...context, nodes: [] };
  for (const node of graph.node) if (!rewrite(node, rewriting)) rewriting.nodes.push(node);
  return copyWith(GraphProtoSchema, graph, { node: rewriting.nodes });
}

/** Whether the node was written otherwise, or is not needed any more. */
function rewrite(node: NodeProto, rewriting: Rewriting): boolean {
  const { sequences } = rewriting;
  const [output = ""] = node.output;
  const [first = "", second = ""] = node.input;
  const keep = (sequence: Sequence): true => {
    sequences.set(output, sequence);
    return true;
  };
  switch (node.opType) {
    case "SequenceEmpty":
      return keep({ kind: "list", parts: [] });
    case "SequenceConstruct":
      return keep({ kind: "list", parts: node.input });
    case "SequenceInsert": {
      const before = sequences.get(first);
      // With a third input, it says where.
      if (before?.kind !== "list" || node.input.length > 2) return false;
      return keep({ kind: "list", parts: [...before.parts, second] });
    }
    case "Loop":
      return rewriteLoop(node, rewriting);
    case "ConcatFromSequence":
    case "SequenceAt":
    case "SequenceLength": {
      const sequence = sequences.get(first);
      if (sequence === undefined) return false;
      if (sequence.kind === "list") return readList(node, sequence.parts, rewriting);
      readStack(node, sequence.stack, rewriting);
      return true;
    }
    default:
      return false;
  }
}

/** A loop whose body appends one tensor a turn to a sequence that was empty: what it appends is an output of the body, one a turn. */
function rewriteLoop(node: NodeProto, { fresh, sequences, nodes }: Rewriting): boolean {
  const body = node.attribute.find(({ name }) => name === "body")?.g;
  if (body === undefined) return false;
  const carried = node.input.length - 2;
  const appended = new Map<number, { readonly insert: NodeProto; readonly value: ValueName }>();
  for (let at = 0; at < carried; at++) {
    const sequence = sequences.get(node.input[at + 2]!);
    if (sequence === undefined) continue;
    const value = appendedBy(body, at);
    if (sequence.kind !== "list" || sequence.parts.length > 0 || value === undefined) return false;
    appended.set(at, value);
  }
  if (appended.size === 0) return false;
  const isKept = (_: unknown, at: number): boolean => !appended.has(at);
  const inserts = new Set([...appended.values()].map(({ insert }) => insert));
  // Each output of a body is a value of its own.
  const told = [...appended.values()].map(({ value }) => ({ value, name: fresh(`${node.name}_appended`) }));
  const inner = copyWith(GraphProtoSchema, body, {
    input: [...body.input.slice(0, 2), ...body.input.slice(2).filter(isKept)],
    node: [
      ...body.node.filter((one) => !inserts.has(one)),
      ...told.map(({ value, name }) => operator("Identity", [value], [name])),
    ],
    output: [
      ...body.output.slice(0, 1),
      ...body.output.slice(1, 1 + carried).filter(isKept),
      ...body.output.slice(1 + carried),
      ...told.map(({ name }) => create(ValueInfoProtoSchema, { name })),
    ],
  });
  const outputs = Array.from({ length: body.output.length - 1 }, (_, at) => node.output[at] ?? "");
  const stacks = [...appended.keys()].map((at) => {
    const stack = fresh(`${node.name}_stack`);
    sequences.set(outputs[at]!, { kind: "stack", stack });
    return stack;
  });
  nodes.push(
    copyWith(NodeProtoSchema, node, {
      input: [...node.input.slice(0, 2), ...node.input.slice(2).filter(isKept)],
      output: [...outputs.slice(0, carried).filter(isKept), ...outputs.slice(carried), ...stacks],
      attribute: node.attribute.map((one) =>
        one.name === "body" ? copyWith(AttributeProtoSchema, one, { g: inner }) : one,
      ),
    }),
  );
  return true;
}

/** What the body appends to the sequence that it carries at a place, and does nothing else with. */
function appendedBy(
  body: GraphProto,
  at: number,
): { readonly insert: NodeProto; readonly value: ValueName } | undefined {
  const before = body.input[at + 2]?.name;
  const after = body.output[at + 1]?.name;
  const [reader, ...others] = body.node.filter((one) => readsDeep(one).includes(before ?? ""));
  const isAppend =
    reader?.opType === "SequenceInsert" &&
    reader.input.length === 2 &&
    reader.input[0] === before &&
    reader.output[0] === after &&
    others.length === 0 &&
    !body.node.some((one) => readsDeep(one).includes(after!));
  return isAppend ? { insert: reader, value: reader.input[1]! } : undefined;
}

function readsDeep({ input, attribute }: NodeProto): readonly ValueName[] {
  return [
    ...input,
    ...attribute.flatMap(({ g }) => [
      ...(g?.node.flatMap(readsDeep) ?? []),
      ...(g?.output.map(({ name }) => name) ?? []),
    ]),
  ];
}

/** Writes the nodes that give one value. */
interface Emitter {
  /** A value on the way. */
  readonly emit: (op: string, inputs: readonly ValueName[], attributes?: readonly AttributeProto[]) => ValueName;
  /** Whole numbers. */
  readonly numbers: (...values: readonly number[]) => ValueName;
  /** The value itself. */
  readonly finish: (op: string, inputs: readonly ValueName[], attributes?: readonly AttributeProto[]) => void;
}

function createEmitter({ fresh, nodes }: Rewriting, output: ValueName): Emitter {
  const emit: Emitter["emit"] = (op, inputs, attributes = []) => {
    const name = fresh(`${output}_${op}`);
    nodes.push(operator(op, inputs, [name], attributes));
    return name;
  };
  return {
    emit,
    numbers: (...values) =>
      emit("Constant", [], [create(AttributeProtoSchema, { name: "value", type: 4, t: integers(values) })]),
    finish: (op, inputs, attributes = []) => {
      nodes.push(operator(op, inputs, [output], attributes));
    },
  };
}

/** Reads a sequence that lies along axis 0 of one tensor. */
function readStack(node: NodeProto, stack: ValueName, rewriting: Rewriting): void {
  const { emit, numbers, finish } = createEmitter(rewriting, node.output[0]!);
  if (node.opType === "SequenceAt") {
    finish("Gather", [stack, node.input[1]!]);
    return;
  }
  const shape = emit("Shape", [stack]);
  if (node.opType === "SequenceLength") {
    finish("Gather", [shape, emit("Squeeze", [numbers(0)])]);
    return;
  }
  const axis = integerOf(node, "axis");
  const isNew = integerOf(node, "new_axis") !== 0;
  const sizes = (from: number, to: number): ValueName => emit("Slice", [shape, numbers(from), numbers(to)]);
  // Axes in front of the one that the tensors come along, as places in the shape of the stack.
  const end = axis >= 0 ? axis + 1 : isNew && axis === -1 ? last : isNew ? axis + 1 : axis;
  const before = sizes(1, end);
  const after = isNew ? sizes(end, last) : sizes(end === -1 ? last : end + 1, last);
  const turns = sizes(0, 1);
  const front = emit("ReduceProd", [before]);
  // The axis of turns goes behind those in front: [turns, front, …] becomes [front, turns, …].
  const flat = emit("Reshape", [stack, emit("Concat", [turns, front, numbers(-1)], [integer("axis", 0)])]);
  const turned = emit("Transpose", [flat], [list("perm", [1, 0, 2])]);
  const whole = emit("Concat", [before, isNew ? turns : numbers(-1), after], [integer("axis", 0)]);
  finish("Reshape", [turned, whole]);
}

/** The end of an axis, however long. */
const last = Number.MAX_SAFE_INTEGER;

/** Reads a sequence of tensors at hand. */
function readList(node: NodeProto, parts: readonly ValueName[], rewriting: Rewriting): boolean {
  if (parts.length === 0) return false;
  const { emit, numbers, finish } = createEmitter(rewriting, node.output[0]!);
  // Before version 13 axes are an attribute.
  const raise = (part: ValueName, axis: number): ValueName =>
    rewriting.version < 13
      ? emit("Unsqueeze", [part], [list("axes", [axis])])
      : emit("Unsqueeze", [part, numbers(axis)]);
  const raised = (axis: number): readonly ValueName[] => parts.map((part) => raise(part, axis));
  if (node.opType === "ConcatFromSequence") {
    const axis = integerOf(node, "axis");
    const isNew = integerOf(node, "new_axis") !== 0;
    finish("Concat", isNew ? raised(axis) : parts, [integer("axis", axis)]);
    return true;
  }
  // Tensors of one shape alone can be told apart by a number that is computed.
  readStack(node, emit("Concat", raised(0), [integer("axis", 0)]), rewriting);
  return true;
}

function operator(
  opType: string,
  inputs: readonly ValueName[],
  outputs: readonly ValueName[],
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: outputs[0] ?? "",
    input: [...inputs],
    output: [...outputs],
    attribute: [...attribute],
  });
}

const integer = (name: string, value: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: 2, i: BigInt(value) });

const list = (name: string, values: readonly number[]): AttributeProto =>
  create(AttributeProtoSchema, { name, type: 7, ints: values.map(BigInt) });

const integers = (values: readonly number[]): TensorProto =>
  create(TensorProtoSchema, { dataType: 7, dims: [BigInt(values.length)], int64Data: values.map(BigInt) });

function integerOf({ attribute }: NodeProto, name: string): number {
  return Number(attribute.find((one) => one.name === name)?.i ?? 0n);
}
