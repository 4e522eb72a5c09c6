/** What one member of a batch gave to recurrent nodes as they ran; runs of a node that go on from one another are one. */
import type { RecurrentCall } from "../../graph/graph-model.ts";
import type { RecurrentNode, ValueName } from "../../graph/graph.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { cellOf } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import type { Signal } from "./signal.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

/** A node over the steps that this member has. */
export interface NodeRun {
  readonly node: RecurrentNode;
  readonly input: Signal;
  /** Of the whole sequence: which steps are read. */
  readonly steps: readonly number[];
  /** Steps of the whole sequence. */
  readonly length: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** First values of states that were given. */
  readonly states: Arrays;
  /** Last values of states that were asked for. */
  readonly finals: Arrays;
  /** What is attended to. */
  readonly memory: Signal | undefined;
}

type Read = RecurrentCall["read"];

/** Copies what a node read of one member; undefined where that has no step. Throws `graph/bad-input` for a member that there is not. */
export function readRun({ node, read, outputs }: RecurrentCall, member: number): NodeRun | undefined {
  const { shape, data } = read(node.input);
  const [length = 0, batch = 0, size = 0] = shape;
  if (!Number.isInteger(member) || member < 0 || member >= batch)
    throw new RecurraError(
      "graph/bad-input",
      `member is ${member}, but ${batch} are read together; give a number from 0 to ${batch - 1}.`,
    );
  const steps = stepsOf(node, read, { length, batch, member });
  if (steps.length === 0) return undefined;
  const values = Float64Array.from({ length: steps.length * size }, (_, at) =>
    Number(data[(steps[Math.floor(at / size)]! * batch + member) * size + (at % size)]),
  );
  const rows = (names: Readonly<Record<string, ValueName>>, find: (name: ValueName) => Tensor): Arrays =>
    Object.fromEntries(Object.entries(names).map(([name, value]) => [name, rowOfMember(find(value), batch, member)]));
  return {
    node,
    input: { steps: steps.length, size, values },
    steps,
    length,
    parameters: Object.fromEntries(Object.entries(node.parameters).map(([name, value]) => [name, read(value)])),
    states: rows(node.states, read),
    finals: rows(node.outputs.states, (name) => outputs.get(name)!),
    memory: memoryOf(node, read, { batch, member }),
  };
}

/** Steps that change the member's states. */
function stepsOf(
  { lengths, mask }: RecurrentNode,
  read: Read,
  { length, batch, member }: { readonly length: number; readonly batch: number; readonly member: number },
): readonly number[] {
  const end = lengths === undefined ? length : Number(read(lengths).data[member]);
  const marks = mask === undefined ? undefined : read(mask.value).data;
  return Array.from({ length: end }, (_, step) => step).filter(
    (step) => marks === undefined || marks[step * batch + member] === 1,
  );
}

function rowOfMember({ data }: Tensor, batch: number, member: number): Float64Array {
  const size = data.length / batch;
  return Float64Array.from({ length: size }, (_, at) => Number(data[member * size + at]));
}

/** Rows that a cell attends to. A network's cells attend to one thing, so those of a node must, too. */
function memoryOf(
  { cell, memories = {} }: RecurrentNode,
  read: Read,
  { batch, member }: { readonly batch: number; readonly member: number },
): Signal | undefined {
  const [first, ...others] = cellOf(cell).memories.map((memory) => memories[memory.name]!);
  if (first === undefined) return undefined;
  if (others.some(({ value, lengths }) => value !== first.value || lengths !== first.lengths))
    throw new RecurraError(
      "graph/bad-value",
      "it attends to several things, and a trace is of cells that attend to one.",
    );
  const { shape, data } = read(first.value);
  const rows = first.lengths === undefined ? shape[0]! : Number(read(first.lengths).data[member]);
  const size = data.length / (shape[0]! * batch);
  return {
    steps: rows,
    size,
    values: Float64Array.from({ length: rows * size }, (_, at) =>
      Number(data[(Math.floor(at / size) * batch + member) * size + (at % size)]),
    ),
  };
}

/** Both as one run, where the second begins with the states that the first has ended with; else undefined. */
export function joinRuns(before: NodeRun, after: NodeRun): NodeRun | undefined {
  const cell = cellOf(before.node.cell);
  const goesOn =
    before.node.direction === "forward" &&
    // Each run of a node counts its steps from 0.
    !cell.graph.nodes.some(({ kind }) => kind === "step") &&
    before.memory === undefined &&
    before.steps.length === before.length &&
    before.input.size === after.input.size &&
    cell.states.every(({ name }) => areEqual(before.finals[name], after.states[name])) &&
    Object.entries(before.parameters).every(([name, tensor]) => after.parameters[name] === tensor);
  if (!goesOn) return undefined;
  const values = new Float64Array(before.input.values.length + after.input.values.length);
  values.set(before.input.values);
  values.set(after.input.values, before.input.values.length);
  return {
    ...before,
    input: { steps: before.input.steps + after.input.steps, size: before.input.size, values },
    steps: [...before.steps, ...after.steps.map((step) => before.length + step)],
    length: before.length + after.length,
    finals: after.finals,
  };
}

function areEqual(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((value, at) => value === b[at]);
}
