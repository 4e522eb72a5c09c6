import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateNode } from "../../test/support/evaluate-graph.ts";
import { continuousExpression } from "../../test/support/random-expressions.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell, createGraphBuilder, elementwiseOperations, printExpression, printNode } from "./index.ts";
import type { ElementwiseName, Expression, GraphBuilder, NodeId } from "./index.ts";

/** A graph over the vectors v, w in R^H, the numbers p, q, and the matrix W in R^(G x H). */
function createSmallGraph() {
  const b = createGraphBuilder();
  const leaves = {
    v: b.input("v", ["H"]),
    w: b.input("w", ["H"]),
    p: b.input("p", []),
    q: b.input("q", []),
    W: b.parameter("W", ["G", "H"]),
  };
  return { b, c: (value: number) => b.constant(value), ...leaves };
}

type Small = ReturnType<typeof createSmallGraph>;

/** What is built, and what it is printed as. */
const simplified: readonly (readonly [string, (small: Small) => NodeId, string])[] = [
  ["v + 0", ({ b, v, c }) => b.add(v, c(0)), "v"],
  ["0 + v", ({ b, v, c }) => b.add(c(0), v), "v"],
  ["v + -w", ({ b, v, w }) => b.add(v, b.negate(w)), "v - w"],
  ["-v + w", ({ b, v, w }) => b.add(b.negate(v), w), "w - v"],
  ["v - 0", ({ b, v, c }) => b.subtract(v, c(0)), "v"],
  ["0 - v", ({ b, v, c }) => b.subtract(c(0), v), "-v"],
  ["p - p", ({ b, p }) => b.subtract(p, p), "0"],
  ["v - -w", ({ b, v, w }) => b.subtract(v, b.negate(w)), "v + w"],
  ["v * 1", ({ b, v, c }) => b.multiply(v, c(1)), "v"],
  ["-1 * v", ({ b, v, c }) => b.multiply(c(-1), v), "-v"],
  ["0 * p", ({ b, p, c }) => b.multiply(c(0), p), "0"],
  ["-v * -w", ({ b, v, w }) => b.multiply(b.negate(v), b.negate(w)), "v * w"],
  ["-v * w", ({ b, v, w }) => b.multiply(b.negate(v), w), "-(v * w)"],
  ["2 * (v * 3)", ({ b, v, c }) => b.multiply(c(2), b.multiply(v, c(3))), "6 * v"],
  ["-v * 3", ({ b, v, c }) => b.multiply(b.negate(v), c(3)), "-3 * v"],
  ["v / 1", ({ b, v, c }) => b.divide(v, c(1)), "v"],
  ["v / -1", ({ b, v, c }) => b.divide(v, c(-1)), "-v"],
  ["0 / p", ({ b, p, c }) => b.divide(c(0), p), "0"],
  ["-v / w", ({ b, v, w }) => b.divide(b.negate(v), w), "-(v / w)"],
  ["-(-v)", ({ b, v }) => b.negate(b.negate(v)), "v"],
  ["-(v - w)", ({ b, v, w }) => b.negate(b.subtract(v, w)), "w - v"],
  ["-(v * 2)", ({ b, v, c }) => b.negate(b.multiply(v, c(2))), "-2 * v"],
  ["p^0", ({ b, p, c }) => b.apply("power", p, c(0)), "1"],
  ["v^1", ({ b, v, c }) => b.apply("power", v, c(1)), "v"],
  ["v^2", ({ b, v, c }) => b.apply("power", v, c(2)), "v * v"],
  ["v^0.5", ({ b, v, c }) => b.apply("power", v, c(0.5)), "sqrt(v)"],
  ["v^-1", ({ b, v, c }) => b.apply("power", v, c(-1)), "1 / v"],
  ["max(v, v)", ({ b, v }) => b.apply("max", v, v), "v"],
  ["abs(-v)", ({ b, v }) => b.apply("abs", b.negate(v)), "abs(v)"],
  ["abs(abs(v))", ({ b, v }) => b.apply("abs", b.apply("abs", v)), "abs(v)"],
  ["select(1, v, w)", ({ b, v, w, c }) => b.apply("select", c(1), v, w), "v"],
  ["select(p, v, v)", ({ b, v, p }) => b.apply("select", p, v, v), "v"],
  ["sum(-v)", ({ b, v }) => b.reduce("sum", b.negate(v)), "-sum(v)"],
  ["sum(p * v / q)", ({ b, v, p, q }) => b.reduce("sum", b.divide(b.multiply(p, v), q)), "p * sum(v) / q"],
  ["sum of p repeated", ({ b, p }) => b.reduce("sum", b.fit(p, ["H"])), "p * size(H)"],
  ["largest of p repeated", ({ b, p }) => b.reduce("max", b.fit(p, ["H"])), "p"],
  ["sum of 2 repeated 3 times", ({ b, c }) => b.reduce("sum", b.fit(c(2), [3])), "6"],
  ["v times p repeated", ({ b, v, p }) => b.multiply(b.fit(p, ["H"]), v), "p * v"],
  ["v plus 0 * w", ({ b, v, w, c }) => b.add(v, b.multiply(w, c(0))), "v"],
];

describe("algebra", () => {
  test.each(simplified)("%s is %s", (_, build, printed) => {
    const small = createSmallGraph();
    expect(printNode({ nodes: small.b.nodes }, build(small))).toBe(printed);
  });

  test("keeps the shape: a vector that is known stays a vector", () => {
    const { b, v, c, p, W } = createSmallGraph();
    for (const id of [
      b.multiply(c(0), v),
      b.subtract(v, v),
      b.apply("power", v, c(0)),
      b.apply("select", c(1), p, v),
      b.apply("exp", b.fit(p, ["H"])),
    ]) {
      expect(b.shape(id)).toEqual(["H"]);
    }
    expect(b.uniform(b.multiply(c(0), v))).toBe(0);
    const product = b.product(W, b.multiply(c(0), v));
    expect([b.shape(product), b.uniform(product)]).toEqual([["G"], 0]);
  });

  test("does not take position = position for the number 1, nor other vectors for ones", () => {
    const { b, v } = createSmallGraph();
    const ones = b.fit(b.constant(1), ["H"]);
    expect(evaluateNode(b.nodes, ones, { sizes: { H: 3 } })).toEqual([1, 1, 1]);
    expect(b.multiply(ones, v)).toBe(v);
    expect(b.uniform(b.apply("equal", b.position("H"), b.constant(1)))).toBeUndefined();
  });
});

describe("a builder", () => {
  test("makes equal nodes once, in whichever order the arguments of + and * are given", () => {
    const { b, v, w } = createSmallGraph();
    expect(b.add(v, w)).toBe(b.add(w, v));
    expect(b.multiply(v, w)).toBe(b.multiply(w, v));
    expect(b.subtract(v, w)).not.toBe(b.subtract(w, v));
    expect(b.apply("max", v, w)).not.toBe(b.apply("max", w, v));
    expect(b.input("v", ["H"])).toBe(v);
    expect(b.constant(0)).not.toBe(b.constant(-0));
    expect(b.constant(NaN)).toBe(b.constant(NaN));
  });

  test("begins with the nodes it is given and leaves their ids and their list alone", () => {
    const { graph } = cell("lstm", "i = sigmoid(W x + U h)\nh' = i * tanh(i)");
    const before = [...graph.nodes];
    const b = createGraphBuilder(graph.nodes);
    expect(b.nodes).toEqual(before);
    const i = graph.names.get("i")!;
    expect(b.apply("tanh", i)).toBeLessThan(before.length);
    expect(b.apply("exp", i)).toBe(before.length);
    expect(graph.nodes).toEqual(before);
  });

  test("refuses shapes that do not go together", () => {
    const { b, v, W } = createSmallGraph();
    const other = b.input("u", ["G"]);
    const refused: (() => NodeId)[] = [
      () => b.add(v, other),
      () => b.product(W, other),
      () => b.product(v, v),
      () => b.apply("exp", W),
      () => b.fit(v, ["G"]),
    ];
    refused.push(
      () => b.reduce("sum", b.constant(1)),
      () => b.pullback([{ matrix: W, vector: v }], ["H"]),
    );
    for (const build of refused) expect(build).toThrow(/of (a )?(matrix|shapes?|value)|product|pullback|fit/);
  });

  test("drops the terms of a pullback that are zero", () => {
    const { b, W, p } = createSmallGraph();
    const live = b.fit(p, ["G"]);
    const zero = b.fit(b.constant(0), ["G"]);
    expect(
      b.node(
        b.pullback(
          [
            { matrix: W, vector: zero },
            { matrix: W, vector: live },
          ],
          ["H"],
        ),
      ),
    ).toMatchObject({ terms: [{ matrix: W, vector: live }] });
    expect(b.uniform(b.pullback([{ matrix: W, vector: zero }], ["H"]))).toBe(0);
  });

  test("does not run out of stack on long chains", () => {
    const { b, v } = createSmallGraph();
    let id = v;
    for (let i = 0; i < 20_000; i++) id = b.multiply(b.input(`s${i}`, []), i % 2 === 0 ? id : b.negate(id));
    expect(b.shape(b.reduce("sum", id))).toEqual([]);
  });
});

const values = { v: [0.5, -1.25, 2], w: [-0.75, 1.5, 0], p: 1.75, q: -0.5 };

/** The value by the text's own meaning, and the largest number met on the way. */
function evaluatePlainly(expression: Expression): {
  readonly value: number | readonly number[];
  readonly largest: number;
} {
  let largest = 1;
  const spread = (
    f: (...args: number[]) => number,
    args: readonly (number | readonly number[])[],
  ): number | number[] => {
    if (args.every((arg) => typeof arg === "number")) return f(...args);
    return values.v.map((_, i) => f(...args.map((arg) => (typeof arg === "number" ? arg : arg[i]!))));
  };
  const valueOf = (e: Expression): number | readonly number[] => {
    if (e.kind === "number") return e.value;
    if (e.kind === "name") return values[e.name as keyof typeof values];
    if (e.kind === "product") throw new Error("no matrices here");
    const args = e.args.map(valueOf);
    const plain: Partial<Record<string, (...all: number[]) => number>> = { softsign: (x = 0) => x / (1 + Math.abs(x)) };
    const result =
      e.operation === "sum"
        ? [args[0]!].flat().reduce((a, b) => a + b)
        : spread(plain[e.operation] ?? elementwiseOperations[e.operation as ElementwiseName].value, args);
    largest = Math.max(largest, ...[result].flat().map(Math.abs));
    return result;
  };
  return { value: valueOf(expression), largest };
}

test("a built graph has the value of its text", () => {
  fc.assert(
    fc.property(continuousExpression, (expression) => {
      const { value, largest } = evaluatePlainly(expression);
      fc.pre(largest < 1e4);
      const text = `y = ${printExpression(expression)}`;
      const spaces: Readonly<Record<string, string>> = { v: "R^H", w: "R^H", p: "R", q: "R" };
      const declared = Object.entries(spaces).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
      const { graph } = cell("random", [...declared.map(([name, space]) => `${name} in ${space}`), text].join("\n"));
      const leaves = { ...values, p: [values.p], q: [values.q] };
      const actual = evaluateNode(graph.nodes, graph.output, { sizes: { H: 3 }, leaves });
      const wanted = [value].flat();
      expect(actual).toHaveLength(wanted.length);
      const slack = tolerances.simplified * largest ** 2;
      actual.forEach((number, i) =>
        expect(Math.abs(number - wanted[i]!), `[${i}] of ${text}`).toBeLessThanOrEqual(slack),
      );
    }),
    { numRuns: 500 },
  );
});

/** Every argument stands before what uses it. */
function isOrdered({ nodes }: GraphBuilder): boolean {
  return nodes.every((node, id) => node.kind !== "apply" || node.args.every((arg) => arg < id));
}

test("arguments stand before what uses them", () => {
  const { b, v, w, p } = createSmallGraph();
  b.reduce("sum", b.multiply(b.add(v, p), b.negate(b.subtract(w, v))));
  expect(isOrdered(b)).toBe(true);
});
