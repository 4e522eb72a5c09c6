import fc from "fast-check";
import { expect, test } from "vitest";
import { anyEquations } from "../../test/support/random-expressions.ts";
import { RecurraError } from "../util/errors.ts";
import { cell, parseEquations, parseSyntax, printSyntax } from "./index.ts";
import type { Equation, Expression } from "./index.ts";

/** Text as written, and in its canonical form. */
const canonical: readonly (readonly [written: string, canonical: string])[] = [
  ["h'=tanh(W x+U h+b)", "h' = tanh(W x + U h + b)"],
  ["  h′ = σ(W x) ⊙ h   # a comment = with signs (", "h' = sigmoid(W x) * h"],
  ["h' = a - b - (c - d)", "h' = a - b - (c - d)"],
  ["h' = (a - b) - c", "h' = a - b - c"],
  ["h' = a / b / c * d", "h' = a / b / c * d"],
  ["h' = a / (b * c)", "h' = a / (b * c)"],
  ["h' = a + b * c ^ 2", "h' = a + b * c ^ 2"],
  ["h' = (a + b) * c", "h' = (a + b) * c"],
  ["h' = a ^ b ^ c", "h' = a ^ b ^ c"],
  ["h' = (a ^ b) ^ c", "h' = (a ^ b) ^ c"],
  ["h' = -a ^ 2", "h' = -a ^ 2"],
  ["h' = (-a) ^ 2", "h' = (-a) ^ 2"],
  ["h' = a ^ -b", "h' = a ^ (-b)"],
  ["h' = - - a + + b", "h' = --a + b"],
  ["h' = a * -b", "h' = a * -b"],
  ["h' = -(a * b)", "h' = -(a * b)"],
  ["h' = -(a + b)", "h' = -(a + b)"],
  ["h' = W x * r", "h' = W x * r"],
  ["h' = W (x * r)", "h' = W (x * r)"],
  ["h' = W(x * r)", "h' = W (x * r)"],
  ["h' = W U x", "h' = W U x"],
  ["h' = W (U x)", "h' = W U x"],
  ["h' = W x ^ 2", "h' = W x ^ 2"],
  ["h' = (W x) ^ 2", "h' = (W x) ^ 2"],
  ["h' = W tanh (x)", "h' = W tanh(x)"],
  ["h' = W (-x)", "h' = W (-x)"],
  ["h' = U h' − 1e-7 × 2.50 ÷ .5", "h' = U h' - 1e-7 * 2.5 / 0.5"],
  ["h' = 1e+21 * h + 5. + 0E3", "h' = 1e+21 * h + 5 + 0"],
  [
    "h' = swish(ln(h)) + where(less(t, 1), pow(h, 2), clip(h, 0, 1))",
    "h' = silu(log(h)) + select(less(t, 1), h ^ 2, clamp(h, 0, 1))",
  ],
  ["h' = tanh(\n  W x # of the input\n  + U h\n\n)", "h' = tanh(W x + U h)"],
  ["h' = [a + (b)]", "h' = a + b"],
  ["h' = x\r\ny = h'\r\n", "h' = x\ny = h'"],
  ["\uFEFFh' = x", "h' = x"],
  ["h' = W_{xh} x + b_{1}", "h' = W_xh x + b_1"],
  ["h' = b̃ + ĥ₁ + ê", "h' = b̃ + ĥ₁ + ê"],
  [
    "h ∈ ℝ^P\nW in R^{H×I}\nv, w in R^(3)\na in R\nh' = x",
    "h in R^P\nW in R^(H x I)\nv in R^3\nw in R^3\na in R\nh' = x",
  ],
  ["w in R^(H x I)\nh' = w(x + x)", "w in R^(H x I)\nh' = w (x + x)"],
];

test.each(canonical)("%j is printed %j", (written, printed) => {
  expect(printSyntax(parseSyntax(written))).toBe(printed);
  expect(printSyntax(parseSyntax(printed))).toBe(printed);
});

/** Paper notation, and the language's own. */
const papers: readonly (readonly [paper: string, own: string])[] = [
  ["h_t = tanh(W x_t + U h_{t-1} + b)", "h' = tanh(W x + U h + b)"],
  ["h_{t} = tanh(W x_{t} + U h_{t − 1})", "h' = tanh(W x + U h)"],
  ["hₜ = tanh(W xₜ + U hₜ₋₁)", "h' = tanh(W x + U h)"],
  ["z_t = σ(W x_t)\nh_t = z_t * h_{t-1}", "z = sigmoid(W x)\nh' = z * h"],
  ["s_t = W x_t + s_{t-1}\ny_t = V s_t", "s' = W x + s\ny = V s'"],
  ["h' = h_t + W x\ny = h_t", "h' = h' + W x\ny = h'"],
  ["h' = W_t x + b_t", "h' = W_t x + b_t"],
];

test.each(papers)("%j reads as %j", (paper, own) => {
  expect(printSyntax(parseSyntax(paper))).toBe(own);
});

test("an extra input may carry a time mark", () => {
  expect(printSyntax(parseSyntax("h' = e_t + h", ["e"]))).toBe("h' = e + h");
});

test("a place counts lines and columns from 1", () => {
  const [, second] = parseEquations("a = x\n  h' = a + tanh(h)");
  expect(second?.place).toEqual({ line: 2, column: 3, length: 2 });
  expect(second?.expression.place).toEqual({ line: 2, column: 10, length: 1 });
});

test("printing and parsing any equations gives them back", () => {
  fc.assert(
    fc.property(anyEquations, (equations) => {
      const printed = printSyntax({ declarations: [], equations });
      expect(parseEquations(printed).map(withoutPlaces)).toEqual(equations.map(withoutPlaces));
    }),
    { numRuns: 300 },
  );
});

/** Pieces of text that are likelier than random characters to get past the first token. */
const pieces = fc.constantFrom(
  "h",
  "h'",
  "x",
  "W",
  "U_1",
  "b",
  "y",
  "t",
  " ",
  "\n",
  "=",
  " = ",
  "+",
  "-",
  "*",
  "/",
  "^",
  "(",
  ")",
  ",",
  "tanh(",
  "softmax(",
  "h_{t-1}",
  "i_t",
  "in R^P",
  " in ",
  "R",
  "0",
  "1.5",
  "[",
  "]",
  "{",
  "}",
  "'",
  "#",
  "__proto__",
  "constructor",
  "toString",
  "\u0303",
  "😀",
  "_",
  "σ",
  "hasOwnProperty(",
  "\t",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
  fc.array(pieces, { maxLength: 30 }).map((parts) => `h' = ${parts.join("")}`),
);

test("any text at all gives a cell or an error of this catalogue", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const error = errorOf(text);
      expect(error === undefined || error.code.startsWith("language/"), `${error?.stack}`).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const long = 100_000;
const longTexts: Readonly<Record<string, string>> = {
  brackets: `h' = ${"(".repeat(long)}`,
  "closed brackets": `h' = ${"(".repeat(long / 2)}h${")".repeat(long / 2)}`,
  calls: `h' = ${"tanh(".repeat(long / 5)}`,
  minuses: `h' = ${"-".repeat(long)}h`,
  pluses: `h' = ${"+".repeat(long)}h`,
  powers: `h' = ${"h^".repeat(long / 2)}2`,
  products: `h' = ${"W ".repeat(long / 2)}x`,
  sum: `h' = h${"+h".repeat(long / 2)}`,
  arguments: `h' = max(h${",h".repeat(long / 2)})`,
  name: `h' = ${"a".repeat(long)}`,
  number: `h' = ${"1".repeat(long)}`,
  spaces: `h' =${" ".repeat(long)}h`,
  comment: `h' = h #${"#".repeat(long)}`,
  "empty lines": "\n".repeat(long),
  subscript: `h' = h_{${"a".repeat(long)}`,
  declarations: "a in R^P\n".repeat(long / 9),
};

test.each(Object.entries(longTexts))("%s, 100,000 of them, end in a cell or an error", (_, text) => {
  const error = errorOf(text);
  expect(error === undefined || error.message.length < 1000).toBe(true);
});

test("a chain of thousands of equations is read", () => {
  const count = 8000;
  const chain = Array.from({ length: count }, (_, i) => `a${i} = a${i + 1} * v${i}`).toReversed();
  const { graph, parameters } = cell("chain", [`a${count} = x`, ...chain, "y = a0"].join("\n"));
  expect(parameters).toHaveLength(count);
  expect(graph.nodes).toHaveLength(2 * count + 1);
  // The last first: each equation waits for the next.
  const backwards = cell("chain", ["y = a0", ...chain.toReversed(), `a${count} = x`].join("\n"));
  expect(backwards.graph.nodes).toHaveLength(2 * count + 1);
});

function errorOf(text: string): RecurraError | undefined {
  try {
    cell("any", text);
  } catch (error) {
    if (error instanceof RecurraError) return error;
    throw error;
  }
  return undefined;
}

function withoutPlaces(value: Equation | Expression): unknown {
  return JSON.parse(JSON.stringify(value, (key, entry: unknown) => (key === "place" ? undefined : entry)));
}
