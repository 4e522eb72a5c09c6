/** How each value of a step changes with the states before it: matrices, node after node, the way forwards. */
import { dependsOn } from "../../derive/index.ts";
import type { StepTangent } from "../../derive/index.ts";
import type { Node, NodeId } from "../../language/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { addTransposed } from "./arithmetic.ts";

/** ∂value / ∂states, of the columns from `first` on; in all others it is zero. */
export interface Change {
  /** Elements of the value. */
  readonly rows: number;
  readonly first: number;
  readonly width: number;
  /** `[rows, width]` */
  readonly values: Float64Array;
}

export interface Changes {
  /** Of the nodes that depend on a state. */
  readonly changes: ReadonlyMap<NodeId, Change>;
  /** Computes all that are not the same in all steps, once values and slopes are those of a step. */
  update(): void;
}

/** Places for the changes of a step, whose columns are the states one after another. */
export function createChanges(
  tangent: StepTangent,
  values: readonly Float64Array[],
  states: readonly { readonly name: string; readonly offset: number; readonly size: number }[],
): Changes {
  const { nodes, order } = tangent;
  const changes = new Map<NodeId, Change>();
  const moves = dependsOn(nodes, ({ kind }) => kind === "input" || kind === "state" || kind === "step");
  const isMoving = new Set<NodeId>();
  const fills: (() => void)[] = [];
  for (const id of order) {
    const node = known(nodes[id], "a node");
    const rows = known(values[id], "a value").length;
    if (node.kind === "state") {
      const { offset, size } = known(
        states.find(({ name }) => name === node.name),
        node.name,
      );
      const own = { rows, first: offset, width: size, values: new Float64Array(rows * size) };
      for (let row = 0; row < rows; row++) own.values[row * size + row] = 1;
      changes.set(id, own);
      continue;
    }
    const from = changedArguments(node, id, tangent).filter((arg) => changes.has(arg));
    const to = createPlace(
      rows,
      from.map((arg) => known(changes.get(arg), "a change")),
    );
    changes.set(id, to);
    const fill = createFill({ id, tangent, values, changes, to });
    // Such as that of a matrix times a state: what changes in no step is computed once.
    if (from.some((arg) => isMoving.has(arg)) || factorsOf(node, id, tangent).some((one) => moves[one])) {
      isMoving.add(id);
      fills.push(fill);
    } else fill();
  }
  return { changes, update: () => fills.forEach((fill) => fill()) };
}

/** The arguments through which a change comes. */
function changedArguments(node: Node, id: NodeId, { slopes }: StepTangent): readonly NodeId[] {
  switch (node.kind) {
    case "apply":
      return known(slopes.get(id), "slopes").map(({ arg }) => arg);
    case "reduce":
      return [node.arg];
    case "product":
      return [node.vector];
    case "score":
      return [node.query, ...(node.weights === undefined ? [] : [node.weights])];
    case "mix":
      return [node.weights];
    default:
      throw new RecurraError("internal/impossible", `a ${node.kind} does not depend on a state`);
  }
}

/** The values that changes are multiplied by. */
function factorsOf(node: Node, id: NodeId, { slopes }: StepTangent): readonly NodeId[] {
  if (node.kind === "apply") return known(slopes.get(id), "slopes").map(({ slope }) => slope);
  if (node.kind === "reduce") return node.operation === "max" ? [node.arg] : [];
  return node.kind === "score" && node.weights !== undefined ? [node.query, node.weights] : [];
}

/** All columns in which one of the arguments changes. */
function createPlace(rows: number, from: readonly Change[]): Change {
  if (from.length === 0) return { rows, first: 0, width: 0, values: new Float64Array(0) };
  const first = Math.min(...from.map((one) => one.first));
  const width = Math.max(...from.map((one) => one.first + one.width)) - first;
  return { rows, first, width, values: new Float64Array(rows * width) };
}

interface Place {
  readonly id: NodeId;
  readonly tangent: StepTangent;
  readonly values: readonly Float64Array[];
  readonly changes: ReadonlyMap<NodeId, Change>;
  readonly to: Change;
}

/** What computes how a node changes from how its arguments do. */
function createFill({ id, tangent, values, changes, to }: Place): () => void {
  const node = known(tangent.nodes[id], "a node");
  const valueOf = (of: NodeId): Float64Array => known(values[of], "a value");
  const changeOf = (of: NodeId): Change => known(changes.get(of), "a change");
  switch (node.kind) {
    case "apply": {
      const terms = known(tangent.slopes.get(id), "slopes").map(({ arg, slope }) => ({
        change: changeOf(arg),
        slope: valueOf(slope),
      }));
      return () => addSlopes(terms, to);
    }
    case "reduce": {
      const [arg, most, change] = [valueOf(node.arg), valueOf(id), changeOf(node.arg)];
      const isSum = node.operation === "sum";
      const taken = new Float64Array(arg.length);
      return () => {
        for (let row = 0; row < arg.length; row++) taken[row] = isSum || arg[row] === most[0] ? 1 : 0;
        to.values.fill(0);
        addTransposed(change.values, taken, to.values);
      };
    }
    case "product": {
      const [matrix, change] = [valueOf(node.matrix), changeOf(node.vector)];
      return () => multiplyChange(matrix, change, to);
    }
    case "mix": {
      const [rows, change] = [valueOf(node.rows), changeOf(node.weights)];
      const transposed = new Float64Array(rows.length);
      rows.forEach((value, at) => (transposed[(at % to.rows) * change.rows + Math.floor(at / to.rows)] = value));
      return () => multiplyChange(transposed, change, to);
    }
    case "score": {
      const { query, weights } = node;
      const parts = { rows: valueOf(node.rows), query: valueOf(query), dQuery: changes.get(query) };
      if (weights === undefined) return () => multiplyChange(parts.rows, changeOf(query), to);
      return createScoreFill({ ...parts, weights: valueOf(weights), dWeights: changes.get(weights) }, to);
    }
    default:
      throw new RecurraError("internal/impossible", `a ${node.kind} does not depend on a state`);
  }
}

/** to = Σ slope ⊙ change, row by row; a row of one is that of all. */
function addSlopes(terms: readonly { readonly change: Change; readonly slope: Float64Array }[], to: Change): void {
  to.values.fill(0);
  for (const { change, slope } of terms) {
    const { width, values } = change;
    for (let row = 0; row < to.rows; row++) {
      const factor = slope[slope.length === 1 ? 0 : row]!;
      if (factor === 0) continue;
      const from = change.rows === 1 ? 0 : row * width;
      const at = row * to.width + change.first - to.first;
      for (let j = 0; j < width; j++) to.values[at + j]! += factor * values[from + j]!;
    }
  }
}

/** to = M change, both of the same columns. */
function multiplyChange(matrix: Float64Array, { rows: inner, width, values }: Change, to: Change): void {
  to.values.fill(0);
  for (let row = 0; row < to.rows; row++) {
    const sum = to.values.subarray(row * width, (row + 1) * width);
    addTransposed(values, matrix.subarray(row * inner, (row + 1) * inner), sum);
  }
}

interface ScoreParts {
  readonly rows: Float64Array;
  readonly query: Float64Array;
  readonly weights: Float64Array;
  readonly dQuery: Change | undefined;
  readonly dWeights: Change | undefined;
}

/** v · tanh(q + k_s) changes by Σ_j v_j (1 - tanh²) dq_j + tanh dv_j. */
function createScoreFill({ rows, query, weights, dQuery, dWeights }: ScoreParts, to: Change): () => void {
  const columns = query.length;
  const curve = new Float64Array(columns);
  const addAll = (s: number, change: Change | undefined, factor: (value: number, j: number) => number): void => {
    if (change === undefined) return;
    const at = s * to.width + change.first - to.first;
    addTransposed(change.values, curve.map(factor), to.values.subarray(at, at + change.width));
  };
  return () => {
    to.values.fill(0);
    for (let s = 0; s < to.rows; s++) {
      for (let j = 0; j < columns; j++) curve[j] = Math.tanh(query[j]! + rows[s * columns + j]!);
      addAll(s, dQuery, (value, j) => weights[j]! * (1 - value * value));
      addAll(s, dWeights, (value) => value);
    }
  };
}
