import { describe, expect, test } from "vitest";
import { evaluateNode } from "../../test/support/evaluate-graph.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell, createGraphBuilder, elementwiseOperations, operations, rowsOf } from "./index.ts";
import type { ElementwiseName, NodeId } from "./index.ts";

const names = Object.keys(elementwiseOperations) as ElementwiseName[];

/** Arguments at which an operation is smooth, as far as it has such; a table row that needs others says so here. */
const points: Readonly<Partial<Record<ElementwiseName, readonly (readonly number[])[]>>> & {
  readonly usual: readonly (readonly number[])[];
} = {
  usual: [
    [0.3, -0.7, 1.2],
    [-1.4, 0.6, 0.2],
    [2.5, 1.1, -0.4],
    [0, 3.2, 1.9],
  ],
  abs: [[0.3], [-1.4]],
  log: [[0.3], [2.5], [40]],
  sqrt: [[0.3], [2.5], [40]],
  power: [
    [0.3, -0.7],
    [2.5, 3.2],
    [1.4, 0.5],
  ],
  floor: [[0.3], [-1.4]],
  sign: [[0.3], [-1.4]],
  softplus: [[0.3], [-30], [30], [0]],
  sigmoid: [[0.3], [-30], [30], [0]],
};

const pointsOf = (name: ElementwiseName): readonly (readonly number[])[] =>
  (points[name] ?? points.usual).map((point) => point.slice(0, elementwiseOperations[name].arity));

/** The five-point formula: its error is h⁴ f⁽⁵⁾ / 30. */
function centralDifference(f: (x: number) => number, x: number): number {
  const h = 1e-3;
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

/** The derivative the table builds, times 1.5, towards argument `index` at the point; 0 where it is undefined. */
function derivativeAt(name: ElementwiseName, point: readonly number[], index: number): number {
  const b = createGraphBuilder();
  const args = point.map((_, i) => b.input(`a${i}`, []));
  const output = b.apply(name, ...args);
  const result = elementwiseOperations[name].derivative(b, b.adjoint("output", "y", []), args, output)[index];
  const leaves = Object.fromEntries([["y", [1.5]], ...point.map((value, i): [string, number[]] => [`a${i}`, [value]])]);
  return result === undefined ? 0 : evaluateNode(b.nodes, result, { leaves })[0]!;
}

describe.each(names)("%s", (name) => {
  const { value, arity } = elementwiseOperations[name];
  test("has the derivative that central differences have", () => {
    for (const point of pointsOf(name)) {
      for (let index = 0; index < arity; index++) {
        const wanted = 1.5 * centralDifference((x) => value(...point.with(index, x)), point[index]!);
        const error = Math.abs(derivativeAt(name, point, index) - wanted) / (1 + Math.abs(wanted));
        expect(error, `argument ${index} at ${point.join(", ")}`).toBeLessThan(tolerances.centralDifference);
      }
    }
  });

  test("folds constants to its value", () => {
    for (const point of pointsOf(name)) {
      const b = createGraphBuilder();
      const id = b.apply(name, ...point.map((number) => b.constant(number)));
      expect(b.node(id)).toEqual({ kind: "constant", value: value(...point), shape: [] });
    }
  });
});

test("a derivative is built of vectors as of numbers, in the output's shape", () => {
  for (const name of names) {
    const b = createGraphBuilder();
    const args = Array.from({ length: elementwiseOperations[name].arity }, (_, i) => b.input(`a${i}`, ["H"]));
    const output = b.apply(name, ...args);
    for (const id of elementwiseOperations[name].derivative(b, b.adjoint("output", "y", ["H"]), args, output)) {
      expect(b.shape(id ?? output), `of ${name}`).toEqual(["H"]);
    }
  }
});

test("sigmoid, tanh, exp and sqrt find their derivative from their output", () => {
  for (const name of ["sigmoid", "tanh", "exp", "sqrt"] as const) {
    const b = createGraphBuilder();
    const x = b.input("x", []);
    const output = b.apply(name, x);
    elementwiseOperations[name].derivative(b, b.adjoint("output", "y", []), [x], output);
    const costly = b.nodes.filter(
      (node) =>
        node.kind === "apply" &&
        (elementwiseOperations[node.operation].cost === "transcendental" || node.operation === "sqrt"),
    );
    expect(costly, `of ${name}`).toHaveLength(1);
  }
});

test("where arguments are equal, min and max pass the gradient on once", () => {
  for (const name of ["min", "max"] as const) {
    expect([0, 1].map((index) => derivativeAt(name, [0.5, 0.5], index))).toEqual([0, 1.5]);
  }
});

test("extreme arguments overflow nothing", () => {
  expect(elementwiseOperations.sigmoid.value(-800)).toBe(0);
  expect(elementwiseOperations.sigmoid.value(800)).toBe(1);
  expect(elementwiseOperations.softplus.value(800)).toBe(800);
  expect(elementwiseOperations.softplus.value(-800)).toBe(0);
});

test("no spelling stands for two operations", () => {
  // A minus sign may have one operand or two.
  const spellings = [...operations.values()].flatMap(({ spellings: own, arity }) =>
    own.map((spelling) => `${arity[0]} ${spelling}`),
  );
  expect(new Set(spellings).size).toBe(spellings.length);
  for (const {
    name,
    notation,
    spellings: [first],
  } of operations.values()) {
    expect(first, `of ${name}`).toBe(notation.kind === "infix" || notation.kind === "prefix" ? notation.symbol : name);
  }
});

const v = [0.5, -2, 3.5, 0];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const each = (f: (x: number) => number): number[] => v.map(f);
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((x) => (x - mean(values)) ** 2)) + 1e-5);
const exponentials = v.map(Math.exp);
const total = 4 * mean(exponentials);

/** Three rows, of which two are there. */
const memory = [
  [1, 0, 0.5, 2],
  [0, -1, -0.5, 0.25],
  [9, -9, 9, -9],
];
const memoryPowers = memory.map((row) => Math.exp(row.reduce((sum, m, i) => sum + m * v[i]!, 0)));
const attended = v.map((_, i) => memoryPowers[0]! * memory[0]![i]! + memoryPowers[1]! * memory[1]![i]!);

/** What functions give for v = [0.5, -2, 3.5, 0], from their formulas. */
const functionValues: Readonly<Record<string, readonly number[]>> = {
  "relu(v)": [0.5, 0, 3.5, 0],
  "leaky_relu(v)": [0.5, -0.02, 3.5, 0],
  "leaky_relu(v, 0.3)": [0.5, -0.6, 3.5, 0],
  "elu(v)": [0.5, Math.expm1(-2), 3.5, 0],
  "elu(v, 2)": [0.5, 2 * Math.expm1(-2), 3.5, 0],
  "selu(v)": each((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  "gelu(v)": each((x) => 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)))),
  "silu(v)": each((x) => x / (1 + Math.exp(-x))),
  "mish(v)": each((x) => x * Math.tanh(Math.log(1 + Math.exp(x)))),
  "softsign(v)": [1 / 3, -2 / 3, 7 / 9, 0],
  "hard_sigmoid(v)": [0.5 + 0.5 / 6, 1 / 6, 1, 0.5],
  "hard_sigmoid_keras(v)": [0.6, 0.1, 1, 0.5],
  "hard_tanh(v)": [0.5, -1, 1, 0],
  "log_sigmoid(v)": each((x) => -Math.log(1 + Math.exp(-x))),
  "square(v)": [0.25, 4, 12.25, 0],
  "reciprocal(v + 1)": [2 / 3, -1, 2 / 9, 1],
  "clamp(v, -1, 3)": [0.5, -1, 3, 0],
  "ceil(v)": [1, -2, 4, 0],
  "round(v)": [1, -2, 4, 0],
  "greater(v, 0)": [1, 0, 1, 0],
  "less_equal(v, 0)": [0, 1, 0, 1],
  "greater_equal(v, 0)": [1, 0, 1, 1],
  "not_equal(v, 0)": [1, 1, 1, 0],
  "softmax(v)": exponentials.map((e) => e / total),
  "log_softmax(v)": each((x) => x - Math.log(total)),
  "norm(v)": each((x) => (x - mean(v)) / deviation(v)),
  "rms_norm(v)": each((x) => x / Math.sqrt(mean(v.map((y) => y * y)) + 1e-5)),
  "position(v)": [0, 1, 2, 3],
  "sum(v)": [2],
  "mean(v)": [0.5],
  "largest(v)": [3.5],
  "smallest(v)": [-2],
  "logsumexp(v)": [Math.log(total)],
  "dot(v, v)": [16.5],
  "size(v)": [4],
  "one_hot(2, v)": [0, 0, 1, 0],
  // The third row of the memory is not there.
  "attend(v, memory)": attended.map((x) => x / (memoryPowers[0]! + memoryPowers[1]!)),
  "select(less(v, 0), 1, v)": [0.5, 1, 3.5, 0],
  "max(v, 1)": [1, 1, 3.5, 1],
  "softmax(v + 1000)": exponentials.map((e) => e / total),
  "logsumexp(v - 1000)": [Math.log(total) - 1000],
};

describe("functions", () => {
  test.each(Object.entries(functionValues))("%s", (call, wanted) => {
    const { graph } = cell("function", `v in R^4\ny = ${call}`);
    const actual = evaluateNode(graph.nodes, graph.output, {
      leaves: { v, memory: memory.flat(), "|memory|": [2] },
      sizes: { [rowsOf("memory")]: 3 },
    });
    expect(actual).toHaveLength(wanted.length);
    actual.forEach((value, i) =>
      expect(Math.abs(value - wanted[i]!) / (1 + Math.abs(wanted[i]!)), `[${i}]`).toBeLessThan(
        tolerances.functionFormula,
      ),
    );
  });

  test("all are checked above", () => {
    const composed = [...operations.keys()].filter((name) => !names.includes(name as ElementwiseName));
    expect(composed.filter((name) => !Object.keys(functionValues).some((call) => call.startsWith(`${name}(`)))).toEqual(
      [],
    );
  });
});

/** The gradient of sum(r * f(v)) for a function of the language, through the table's rules, is that of central differences. */
test("softmax's and norm's shifts and means take part in the gradient as they should", () => {
  const r = [0.4, -1.1, 0.3, 2];
  for (const call of ["softmax(v)", "log_softmax(v)", "norm(v)", "rms_norm(v)", "logsumexp(v) * v"]) {
    const { graph } = cell("function", `v in R^4\ny = ${call}`);
    const valueAt = (point: readonly number[]): number =>
      evaluateNode(graph.nodes, graph.output, { leaves: { v: point } }).reduce((sum, y, i) => sum + r[i]! * y, 0);
    const b = createGraphBuilder(graph.nodes);
    const adjoints = new Map<NodeId, NodeId>([[graph.output, b.adjoint("output", "y", [4])]]);
    const add = (id: NodeId, adjoint: NodeId): void => {
      const before = adjoints.get(id);
      const fitted = b.fit(adjoint, b.shape(id));
      adjoints.set(id, before === undefined ? fitted : b.add(before, fitted));
    };
    for (let id = graph.output; id >= 0; id--) {
      const adjoint = adjoints.get(id);
      const node = b.node(id);
      if (adjoint === undefined) continue;
      if (node.kind === "apply")
        elementwiseOperations[node.operation]
          .derivative(b, adjoint, node.args, id)
          .forEach((d, i) => d !== undefined && add(node.args[i]!, d));
      if (node.kind === "reduce") add(node.arg, adjoint);
    }
    const leaf = graph.nodes.findIndex((node) => node.kind === "parameter");
    const gradient = evaluateNode(b.nodes, adjoints.get(leaf)!, { leaves: { v, y: r } });
    gradient.forEach((value, i) => {
      const wanted = centralDifference((x) => valueAt(v.with(i, x)), v[i]!);
      expect(Math.abs(value - wanted) / (1 + Math.abs(wanted)), `${call} [${i}]`).toBeLessThan(
        tolerances.centralDifference,
      );
    });
  }
});
