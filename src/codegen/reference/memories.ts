/** The memories of a cell in the reference: each member's rows, and their gradients. */
import type { RowsTerm, StepGradient } from "../../derive/index.ts";
import { rowsOf } from "../../language/index.ts";
import type { Node, NodeId, Shape, Variable } from "../../language/index.ts";
import { assert, known } from "../../util/errors.ts";
import type { Value } from "./evaluate.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

export interface MemoryInput {
  readonly batch: number;
  /** Each `[rows, batch, size]`. */
  readonly memory?: Arrays;
  /** Rows of each member; all where absent. */
  readonly memoryLengths?: Readonly<Record<string, ArrayLike<number>>>;
}

/** The number of rows of each memory, under the dimension that counts them. */
export function countRows(
  memories: readonly Variable[],
  { memory, batch }: MemoryInput,
  sizeOf: (shape: Shape) => number,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, shape } of memories)
    counts[rowsOf(name)] = known(memory?.[name], `memory ${name}`).length / (batch * sizeOf(shape));
  return counts;
}

/** Gradients of memories to be added to. */
export function zerosLike(memories: readonly Variable[], { memory }: MemoryInput): Record<string, Float64Array> {
  const zeros: Record<string, Float64Array> = {};
  for (const { name } of memories) zeros[name] = new Float64Array(known(memory?.[name], `memory ${name}`).length);
  return zeros;
}

/** A member's rows of a memory, `[rows, size]`. */
export function rowsOfMember({ memory, batch }: MemoryInput, name: string, member: number, size: number): Value {
  const all = known(memory?.[name], `memory ${name}`);
  const rows = new Float64Array(all.length / batch);
  for (let s = 0; s * size < rows.length; s++) {
    const from = (s * batch + member) * size;
    rows.set(all.subarray(from, from + size), s * size);
  }
  return rows;
}

/** What one step of one member adds to the gradients of memories and of the matrices that make keys. */
export interface RowsGradientTo {
  readonly member: number;
  readonly batch: number;
  /** `[rows, batch, size]` each. */
  readonly memories: Arrays;
  /** Of `countRows`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly parameters: Arrays;
}

export function addRowGradients(
  { rows, nodes }: Pick<StepGradient, "rows" | "nodes">,
  values: readonly (Value | undefined)[],
  to: RowsGradientTo,
): void {
  const valueOf = (id: NodeId): Value => known(values[id], `the value of node ${id}`);
  for (const { rows: id, terms } of rows) {
    const d = new Float64Array(valueOf(id).length);
    for (const term of terms) addTerm(term, valueOf(id), valueOf, d);
    const node = known(nodes[id], "rows");
    if (node.kind === "memory") addToMember(d, node.name, to);
    else addThroughKeys(node, nodes, { d, valueOf, to });
  }
}

function addTerm(term: RowsTerm, rows: Value, valueOf: (id: NodeId) => Value, d: Float64Array): void {
  if (term.kind === "outer") {
    const row = valueOf(term.row);
    valueOf(term.weights).forEach((weight, s) => {
      for (let j = 0; j < row.length; j++) d[s * row.length + j]! += weight * row[j]!;
    });
    return;
  }
  const [query, weights] = [valueOf(term.query), valueOf(term.weights)];
  valueOf(term.adjoint).forEach((adjoint, s) => {
    for (let j = 0; j < query.length; j++) {
      const at = s * query.length + j;
      d[at]! += adjoint * weights[j]! * (1 - Math.tanh(query[j]! + rows[at]!) ** 2);
    }
  });
}

interface KeysGradient {
  readonly d: Float64Array;
  readonly valueOf: (id: NodeId) => Value;
  readonly to: RowsGradientTo;
}

/** k_s = K m_s:  dK += Σ dk_s m_sᵀ,  dm_s += Kᵀ dk_s. */
function addThroughKeys(node: Node, nodes: readonly Node[], { d, valueOf, to }: KeysGradient): void {
  assert(node.kind === "keys", "keys");
  const [matrix, memory] = [valueOf(node.matrix), valueOf(node.memory)];
  const [matrixNode, memoryNode] = [known(nodes[node.matrix], "a matrix"), known(nodes[node.memory], "a memory")];
  assert(matrixNode.kind === "parameter" && memoryNode.kind === "memory", "keys of a parameter and a memory");
  const dMatrix = known(to.parameters[matrixNode.name], matrixNode.name);
  const dMemory = new Float64Array(memory.length);
  const count = known(to.counts[rowsOf(memoryNode.name)], memoryNode.name);
  const [height, columns] = [d.length / count, memory.length / count];
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < columns; j++) {
        dMatrix[i * columns + j]! += d[s * height + i]! * memory[s * columns + j]!;
        dMemory[s * columns + j]! += matrix[i * columns + j]! * d[s * height + i]!;
      }
    }
  }
  addToMember(dMemory, memoryNode.name, to);
}

function addToMember(d: Float64Array, name: string, { member, batch, memories, counts }: RowsGradientTo): void {
  const all = known(memories[name], name);
  const count = known(counts[rowsOf(name)], name);
  const size = d.length / count;
  for (let s = 0; s < count; s++) {
    for (let j = 0; j < size; j++) all[(s * batch + member) * size + j]! += d[s * size + j]!;
  }
}
