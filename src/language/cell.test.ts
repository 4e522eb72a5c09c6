import { describe, expect, test } from "vitest";
import { cell, equalCells, printCell, printNode, resolveSizes } from "./index.ts";
import type { Cell, CellOptions } from "./index.ts";

const lstm = `i = sigmoid(W_i x + U_i h + b_i)
f = sigmoid(W_f x + U_f h + b_f)
g = tanh(W_g x + U_g h + b_g)
o = sigmoid(W_o x + U_o h + b_o)
c' = f * c + i * g
h' = o * tanh(c')`;

/** Shapes as text: `W[H,I] b[H]`. */
const shapes = (variables: Cell["states"]): string =>
  variables.map(({ name, shape }) => `${name}[${shape.join(",")}]`).join(" ");

interface Case {
  readonly text: string;
  readonly options?: CellOptions;
  readonly inputs?: string;
  readonly parameters: string;
  readonly states: string;
  readonly output: string;
  readonly dimensions?: readonly string[];
}

const cases: readonly Case[] = [
  { text: "h' = tanh(W x + U h + b)", parameters: "W[H,I] U[H,H] b[H]", states: "h[H]", output: "h[H]" },
  { text: "y = relu(W x + b)", parameters: "W[H,I] b[H]", states: "", output: "y[H]" },
  { text: "y = g * norm(x) + b", parameters: "g[I] b[I]", states: "", output: "y[I]" },
  { text: "h' = u * h + x\nh in R^I", parameters: "u[I]", states: "h[I]", output: "h[I]" },
  { text: "x in R^H\nh' = u * h + x", inputs: "x[H]", parameters: "u[H]", states: "h[H]", output: "h[H]" },
  {
    text: "h in R^P\nc' = tanh(W x + U h) * c\nh' = V c'",
    parameters: "W[H,I] U[H,P] V[P,H]",
    states: "c[H] h[P]",
    output: "h[P]",
    dimensions: ["P"],
  },
  {
    text: "h' = U n\nn = tanh(A x)\nn in R^N",
    parameters: "U[H,N] A[N,I]",
    states: "h[H]",
    output: "h[H]",
    dimensions: ["N"],
  },
  {
    text: "h' = (1 - alpha) * h + alpha * W x\nalpha in R",
    parameters: "alpha[] W[H,I]",
    states: "h[H]",
    output: "h[H]",
  },
  { text: "h' = γ * h + Λ x", parameters: "γ[H] Λ[H,I]", states: "h[H]", output: "h[H]" },
  {
    text: "w in R^(H x 3)\nh' = w e + h",
    options: { inputs: { e: 3 } },
    inputs: "e[3]",
    parameters: "w[H,3]",
    states: "h[H]",
    output: "h[H]",
  },
  {
    text: "h' = d * h + W x + V e",
    options: { inputs: { e: "E", d: 0 } },
    inputs: "x[I] e[E] d[]",
    parameters: "W[H,I] V[H,E]",
    states: "h[H]",
    output: "h[H]",
    dimensions: ["E"],
  },
  { text: "n in R\nn' = n + 1\nh' = h + W x / n'", parameters: "W[H,I]", states: "n[] h[H]", output: "h[H]" },
  { text: "s' = s + W x\ny = softmax(V s')", parameters: "W[H,I] V[H,H]", states: "s[H]", output: "y[H]" },
  {
    text: "y in R^C\ns' = s + W x\ny = softmax(V s')",
    parameters: "W[H,I] V[C,H]",
    states: "s[H]",
    output: "y[C]",
    dimensions: ["C"],
  },
  { text: "s' = s + W x", parameters: "W[H,I]", states: "s[H]", output: "s[H]" },
  { text: "h' = tanh(W x + U y)\ny' = V h'", parameters: "W[H,I] U[H,H] V[H,H]", states: "h[H] y[H]", output: "y[H]" },
  { text: "h' = 0.5", parameters: "", states: "h[H]", output: "h[H]" },
  { text: "y = sum(x)", parameters: "", states: "", output: "y[]" },
  {
    text: "h' = one_hot(t, h) * U h + position(h) + size(x) * sum(x)",
    parameters: "U[H,H]",
    states: "h[H]",
    output: "h[H]",
  },
  {
    text: "h' = k * h + K x",
    options: { constants: { k: 0.5 } },
    parameters: "K[H,I]",
    states: "h[H]",
    output: "h[H]",
  },
  { text: "b = a + c\na = V x\nh' = tanh(b)\nc = U h", parameters: "V[H,I] U[H,H]", states: "h[H]", output: "h[H]" },
];

test.each(cases)("$text", ({ text, options, inputs, parameters, states, output, dimensions }) => {
  const made = cell("mine", text, options);
  expect({
    parameters: shapes(made.parameters),
    states: shapes(made.states),
    output: shapes([made.output]),
    dimensions: made.dimensions,
  }).toEqual({
    parameters,
    states,
    output,
    dimensions: dimensions ?? [],
  });
  if (inputs !== undefined) expect(shapes(made.inputs)).toBe(inputs);
});

test("the contract's parameters of an LSTM, in order of first use", () => {
  const made = cell("lstm", lstm);
  expect(shapes(made.parameters)).toBe(
    ["i", "f", "g", "o"].map((gate) => `W_${gate}[H,I] U_${gate}[H,H] b_${gate}[H]`).join(" "),
  );
  expect(shapes(made.states)).toBe("c[H] h[H]");
  expect(made.graph.output).toBe(made.graph.next.get("h"));
  expect([...made.graph.names.keys()]).toEqual(["i", "f", "g", "o", "c'", "h'"]);
});

describe("the graph", () => {
  test("shares what is written twice, and grows with the text, not with what it stands for", () => {
    const doublings = Array.from({ length: 60 }, (_, i) => `a${i + 1} = a${i} * a${i} + tanh(a${i})`);
    const { graph } = cell("doubling", ["a0 = W x", ...doublings, "y = a60"].join("\n"));
    expect(graph.nodes).toHaveLength(3 + 3 * 60);
    expect(
      cell("shared", "h' = tanh(U h) + tanh(U h)").graph.nodes.filter(({ kind }) => kind === "product"),
    ).toHaveLength(1);
  });

  test("has every input, state and parameter that is read, also where its use vanishes, and nothing that is not needed", () => {
    const { graph } = cell("vanishing", "h' = tanh(W x) + 0 * (U h) + (2 * 3 - 6)");
    expect(graph.nodes.map((node) => ("name" in node ? node.name : node.kind))).toEqual([
      "W",
      "x",
      "product",
      "apply",
      "U",
      "h",
    ]);
  });

  test("repeats a number that a vector state is set to", () => {
    const { graph } = cell("constant", "h' = 0.5\ny = h");
    expect(graph.nodes[graph.next.get("h")!]!.shape).toEqual(["H"]);
  });

  test("knows hostile names for what they are", () => {
    for (const name of ["__defineGetter__", "hasOwnProperty", "valueOf", "toLocaleString"]) {
      expect(() => cell("hostile", `h' = W x + ${name}`)).toThrow(/cannot be a parameter|no meaning/);
    }
    const options = JSON.parse('{"constants":{"__proto__":1}}') as CellOptions;
    expect(() => cell("hostile", "h' = W x", options)).toThrow(/is not a name/);
    expect(({} as Record<string, unknown>)["h"]).toBeUndefined();
  });
});

describe("printed and compared", () => {
  const written = "# A leaky integrator\nalpha ∈ R\nh_t = (1 − alpha)⊙h_{t-1} + alpha * (tanh(W x_t))";
  const made = cell("leaky", written, { frozen: ["W"], source: "someone (1990), something" });

  test("a cell prints as one canonical text, and reads from it as an equal cell", () => {
    expect(printCell(made)).toBe("alpha in R\nh' = (1 - alpha) * h + alpha * tanh(W x)");
    const again = cell("again", printCell(made), { frozen: ["W"], summary: "The same" });
    expect(equalCells(made, again)).toBe(true);
    expect(again.graph).toEqual(made.graph);
    expect(made.text).toBe(written);
  });

  test("cells differ by an operation, an order, a declaration, or an option that counts", () => {
    const same = printCell(made);
    const others = [
      cell("other", same.replace("tanh", "relu"), { frozen: ["W"] }),
      cell("other", same.replace("(1 - alpha) * h", "h * (1 - alpha)"), { frozen: ["W"] }),
      cell("other", same.replace("alpha in R\n", ""), { frozen: ["W"] }),
      cell("other", same, {}),
      cell("other", same, { frozen: ["W"], initialStates: { h: 1 } }),
    ];
    for (const other of others) expect(equalCells(made, other)).toBe(false);
  });

  test("options are compared whatever the order of their entries", () => {
    const text = "h' = a * h + b * x\nh in R^I";
    const first = cell("first", text, { constants: { a: 1, b: 2 }, frozen: [], initialisers: {} });
    const second = cell("second", text, { constants: { b: 2, a: 1 } });
    expect(equalCells(first, second)).toBe(true);
    expect(equalCells(first, cell("third", text, { constants: { a: 1, b: 3 } }))).toBe(false);
  });
});

describe("a node is printed", () => {
  test("by the names of the equations it is made of", () => {
    const { graph } = cell("lstm", lstm);
    expect(printNode(graph, graph.output)).toBe("o * tanh(c')");
    expect(printNode(graph, graph.names.get("f")!)).toBe("sigmoid(W_f x + U_f h + b_f)");
  });

  test("with a name for what is used twice, and only linear in the graph", () => {
    const { graph } = cell("softmax", "y = softmax(W x)");
    expect(printNode(graph, graph.output)).toBe("v1 = W x\nv2 = exp(v1 - floor(largest(v1)))\nv2 / sum(v2)");
    const doublings = Array.from({ length: 60 }, (_, i) => `a${i + 1} = a${i} * a${i}`);
    const deep = cell("deep", ["a0 = x", ...doublings, "y = a60"].join("\n")).graph;
    expect(printNode({ nodes: deep.nodes }, deep.output).split("\n")).toHaveLength(60);
  });

  test("with names that are not taken", () => {
    const { graph } = cell("taken", "y = exp(v1 * x) * exp(v1 * x)");
    expect(printNode(graph, graph.output)).toBe("v2 = exp(v1 * x)\nv2 * v2");
  });
});

test("sizes that are not given follow from the options", () => {
  const made = cell("projection", "h in R^P\nc' = W x + U h + c\nh' = V c'", { sizes: { P: "H/2" } });
  expect(resolveSizes(made, { I: 3, H: 5 })).toEqual({ I: 3, H: 5, P: 3 });
  expect(resolveSizes(made, { I: 3, H: 5, P: 1 })).toEqual({ I: 3, H: 5, P: 1 });
  expect(() => resolveSizes(cell("open", printCell(made)), { I: 3, H: 5 })).toThrow(/dimension P/);
});

test("a dimension of intermediates alone needs a size too", () => {
  const made = cell("inner", "q in R^Q\nq = 0.5\nh' = h * sum(q)");
  expect(made.dimensions).toEqual(["Q"]);
  expect(() => resolveSizes(made, { I: 3, H: 5 })).toThrow(expect.objectContaining({ code: "language/missing-size" }));
  expect(resolveSizes(made, { I: 3, H: 5, Q: 2 })).toEqual({ I: 3, H: 5, Q: 2 });
});

test("a size of what the cell lacks is an error", () => {
  const made = cell("projection", "h in R^P\nc' = W x + U h\nh' = V c'");
  expect(() => resolveSizes(made, { I: 3, H: 5, P: 2, Q: 3 })).toThrow(
    'Cell "projection" has no dimension Q, but a size is given for it; its dimensions are I, H, P.',
  );
  expect(resolveSizes(cell("constant", "c in R^2\nc' = c\ny = c"), { I: 3, H: 5 })).toEqual({ I: 3, H: 5 });
});
