/** A cell over a sequence in float64: forwards, and backwards through time. */
import { attentionNames, deriveGradient, neededBy, valuesOf } from "../../derive/index.ts";
import type { StepGradient } from "../../derive/index.ts";
import { rowsOf } from "../../language/index.ts";
import type { Cell, NodeId } from "../../language/index.ts";
import { assert, known } from "../../util/errors.ts";
import { evaluateNodes, lengthOf } from "./evaluate.ts";
import type { Value } from "./evaluate.ts";
import { addRowGradients, countRows, rowsOfMember, zerosLike } from "./memories.ts";
import type { MemoryInput } from "./memories.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

export interface ReferenceInput extends MemoryInput {
  readonly steps: number;
  /** By name, each `[steps, batch, size]`. */
  readonly inputs: Arrays;
  readonly parameters: Arrays;
  /** First values by name, each `[batch, size]`; see `CellOptions.initialStates` where absent. */
  readonly states?: Arrays;
  readonly lengths?: ArrayLike<number>;
  readonly reverse?: boolean;
}

export interface ReferenceOutput {
  /** `[steps, batch, output size]`; zero past a member's length. */
  readonly outputs: Float64Array;
  /** Final states, each `[batch, size]`. */
  readonly states: Record<string, Float64Array>;
  /** How much each row of a memory counts, by the memory's name, `[steps, batch, rows]`; zero past a member's length. */
  readonly attention: Record<string, Float64Array>;
}

export interface ReferenceGradient {
  readonly memories: Record<string, Float64Array>;
  readonly inputs: Record<string, Float64Array>;
  readonly parameters: Record<string, Float64Array>;
  /** Of the first states. */
  readonly states: Record<string, Float64Array>;
}

export interface Reference {
  forward(input: ReferenceInput): ReferenceOutput;
  /** Of the last forward: `outputs` as its outputs, `states` gradients of its final states. */
  backward(gradients: { readonly outputs?: Float64Array; readonly states?: Arrays }): ReferenceGradient;
}

/** The reference evaluation of `cell`, with a number for each of its dimensions. */
export function createReference(cell: Cell, sizes: Readonly<Record<string, number>>): Reference {
  const gradient = deriveGradient(cell.graph);
  const { nodes, forwardCount } = gradient;
  const size = (shape: readonly (string | number)[]): number =>
    lengthOf(shape, (d) => (typeof d === "number" ? d : known(sizes[d], `the size of ${d}`)));
  const forwardOrder = [...nodes.keys()].filter((id) => id < forwardCount);
  const { backwardOrder, onceOrder } = findOrders(gradient);
  const outputSize = size(cell.output.shape);
  const names = attentionNames(cell);
  let last: { readonly input: ReferenceInput; readonly trace: (Value | undefined)[][] } | undefined;

  const isActive = ({ lengths }: ReferenceInput, step: number, member: number): boolean =>
    lengths === undefined || step < lengths[member]!;
  const stepNumber = ({ steps, lengths, reverse }: ReferenceInput, step: number, member: number): number =>
    reverse ? (lengths?.[member] ?? steps) - 1 - step : step;
  const stepsInOrder = ({ steps, reverse }: ReferenceInput): number[] => {
    const order = [...Array(steps).keys()];
    return reverse ? order.reverse() : order;
  };
  const rowOf = (array: Float64Array, row: number, columns: number): Float64Array =>
    array.subarray(row * columns, (row + 1) * columns);

  function forward(input: ReferenceInput): ReferenceOutput {
    const { steps, batch } = input;
    const outputs = new Float64Array(steps * batch * outputSize);
    const states: Record<string, Float64Array> = {};
    for (const { name, shape } of cell.states) {
      const columns = size(shape);
      states[name] =
        input.states?.[name]?.slice() ??
        new Float64Array(batch * columns).fill(cell.options.initialStates?.[name] ?? 0);
    }
    const trace: (Value | undefined)[][] = [];
    const attention: Record<string, Float64Array> = {};
    const counts = countRows(cell.memories, input, size);
    const all = { ...sizes, ...counts };
    for (const { name, memory } of names) attention[name] = new Float64Array(steps * batch * counts[rowsOf(memory)]!);
    for (const step of stepsInOrder(input)) {
      for (let member = 0; member < batch; member++) {
        if (!isActive(input, step, member)) continue;
        const row = step * batch + member;
        const values: (Value | undefined)[] = [];
        const leaf = (node: (typeof nodes)[number]): Value => {
          if (node.kind === "parameter") return known(input.parameters[node.name], `parameter ${node.name}`);
          if (node.kind === "input")
            return rowOf(known(input.inputs[node.name], `input ${node.name}`), row, size(node.shape));
          if (node.kind === "memory") return rowsOfMember(input, node.name, member, size(node.shape.slice(1)));
          if (node.kind === "length")
            return Float64Array.of(input.memoryLengths?.[node.memory]?.[member] ?? all[rowsOf(node.memory)]!);
          assert(node.kind === "state", "a leaf of the forward step");
          return rowOf(states[node.name]!, member, size(node.shape)).slice();
        };
        evaluateNodes({ nodes, order: forwardOrder, sizes: all, leaf, step: stepNumber(input, step, member) }, values);
        trace[row] = values;
        for (const [name, id] of cell.graph.next)
          broadcastInto(rowOf(states[name]!, member, states[name]!.length / batch), values[id]!);
        broadcastInto(rowOf(outputs, row, outputSize), values[cell.graph.output]!);
        for (const { name, node, memory } of names)
          rowOf(attention[name]!, row, all[rowsOf(memory)]!).set(values[node]!);
      }
    }
    last = { input, trace };
    return { outputs, states, attention };
  }

  function backward({
    outputs,
    states,
  }: {
    readonly outputs?: Float64Array;
    readonly states?: Arrays;
  }): ReferenceGradient {
    const { input, trace } = known(last, "a forward before the backward");
    const { steps, batch } = input;
    const carried: Record<string, Float64Array> = {};
    for (const { name, shape } of cell.states)
      carried[name] = states?.[name]?.slice() ?? new Float64Array(batch * size(shape));
    const inputs = Object.fromEntries(
      cell.inputs.map(({ name, shape }) => [name, new Float64Array(steps * batch * size(shape))]),
    );
    const parameters = Object.fromEntries(
      cell.parameters.map(({ name, shape }) => [name, new Float64Array(size(shape))]),
    );
    const sums = new Map(gradient.shared.map(({ node }) => [node, new Float64Array(size(nodes[node]!.shape))]));
    const zeros = new Float64Array(outputSize);
    const counts = countRows(cell.memories, input, size);
    const all = { ...sizes, ...counts };
    const memories = zerosLike(cell.memories, input);

    for (const step of stepsInOrder(input).reverse()) {
      for (let member = 0; member < batch; member++) {
        if (!isActive(input, step, member)) continue;
        const row = step * batch + member;
        const values = trace[row]!;
        const leaf = (node: (typeof nodes)[number]): Value => {
          assert(node.kind === "adjoint", "a leaf of the gradient");
          if (node.of === "output") return outputs === undefined ? zeros : rowOf(outputs, row, outputSize);
          return rowOf(carried[node.name]!, member, size(node.shape)).slice();
        };
        evaluateNodes({ nodes, order: backwardOrder, sizes: all, leaf, step: stepNumber(input, step, member) }, values);
        for (const [name, id] of gradient.states)
          broadcastInto(rowOf(carried[name]!, member, carried[name]!.length / batch), values[id]!);
        for (const [name, id] of gradient.inputs)
          broadcastInto(rowOf(inputs[name]!, row, inputs[name]!.length / (steps * batch)), values[id]!);
        for (const { node, adjoint } of gradient.shared) addInto(sums.get(node)!, values[adjoint]!);
        addOuters(gradient.products, nodes, values, parameters);
        addRowGradients(gradient, values, { member, batch, memories, counts, parameters });
      }
    }

    const values: (Value | undefined)[] = [];
    const leaf = (node: (typeof nodes)[number]): Value => {
      if (node.kind === "parameter") return input.parameters[node.name]!;
      assert(node.kind === "adjoint", "a leaf of what follows from sums");
      return sums.get(Number(node.name))!;
    };
    evaluateNodes({ nodes, order: onceOrder, sizes, leaf, step: 0 }, values);
    for (const [name, id] of gradient.once.parameters) addInto(parameters[name]!, values[id]!);
    addOuters(gradient.once.products, nodes, values, parameters);
    return { inputs, memories, parameters, states: carried };
  }

  return { forward, backward };
}

function broadcastInto(to: Float64Array, value: Value): void {
  if (value.length === to.length) to.set(value);
  else to.fill(value[0]!);
}

function addInto(to: Float64Array, value: Value): void {
  for (let i = 0; i < to.length; i++) to[i]! += value.length === to.length ? value[i]! : value[0]!;
}

/** The nodes of the gradient that each row needs, and those that follow from sums over all rows, in order. */
function findOrders(gradient: StepGradient): { readonly backwardOrder: NodeId[]; readonly onceOrder: NodeId[] } {
  const { nodes, forwardCount, once } = gradient;
  const rows = neededBy(nodes, [
    ...gradient.inputs.values(),
    ...gradient.states.values(),
    ...gradient.shared.map(({ adjoint }) => adjoint),
    ...gradient.products.flatMap(({ terms }) => terms.map(({ adjoint }) => adjoint)),
    ...gradient.rows.flatMap(({ terms }) => terms.flatMap(valuesOf)),
  ]);
  const sums = neededBy(nodes, [
    ...once.parameters.values(),
    ...once.products.flatMap(({ operand, terms }) => [operand, ...terms.map(({ adjoint }) => adjoint)]),
  ]);
  const ids = [...nodes.keys()];
  return {
    backwardOrder: ids.filter((id) => id >= forwardCount && rows[id]),
    onceOrder: ids.filter((id) => sums[id]),
  };
}

/** dM += d vᵀ for each product of the step. */
function addOuters(
  products: StepGradient["products"],
  nodes: StepGradient["nodes"],
  values: readonly (Value | undefined)[],
  parameters: Record<string, Float64Array>,
): void {
  for (const { operand, terms } of products) {
    const v = known(values[operand], "an operand");
    for (const { matrix, adjoint } of terms) {
      const node = known(nodes[matrix], "a matrix");
      assert(node.kind === "parameter", "a matrix is a parameter");
      const to = known(parameters[node.name], node.name);
      const d = known(values[adjoint], "a gradient");
      for (let i = 0; i < d.length; i++) for (let j = 0; j < v.length; j++) to[i * v.length + j]! += d[i]! * v[j]!;
    }
  }
}
