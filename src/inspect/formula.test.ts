import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { anyExpression } from "../../test/support/random-expressions.ts";
import { cellNames, cells } from "../cells/index.ts";
import { deriveGradient } from "../derive/index.ts";
import { cell, parseEquations } from "../language/index.ts";
import type { CellOptions, Expression } from "../language/index.ts";
import { splitTerms } from "./expression.ts";
import { convertToMathML, printLatex, printMathML } from "./formula.ts";
import { printGradientLatex } from "./gradient-formula.ts";
import { escapeLatex, latexTarget, printLatexNumber } from "./latex.ts";
import { printMath } from "./math.ts";
import type { MathTarget } from "./math.ts";
import { createRoles } from "./roles.ts";
import { splitName } from "./symbol.ts";

/** The right side of a cell's last equation. */
function printRight(text: string, options?: CellOptions): string {
  const rows = printLatex(cell("test", text, options))
    .trim()
    .split("\n");
  const equations = rows.slice(1, 1 + text.split("\n").length);
  return /&= (.*?)(?: \\\\)?$/.exec(equations.at(-1) ?? "")?.[1] ?? "";
}

describe.each(cellNames)("the formula of %s", (name) => {
  it("is the reviewed one", () => {
    const latex = printLatex(cells[name]);
    expectGolden(`${name}/formula.tex`, latex);
  });

  it("is well-formed MathML without an error", () => {
    const text = printMathML(cells[name]);
    expect(findXmlFault(text)).toBeUndefined();
    expect(text).toMatch(/^<math xmlns="http:\/\/www.w3.org\/1998\/Math\/MathML"/);
    expect(text).not.toMatch(/temml-error|undefined|tml-left|tml-right/);
  });
});

describe("printLatex", () => {
  it.each([
    ["h' = 2 * h + e", "2 \\, h_{t-1} + e_t"],
    ["h' = h * 2", "h_{t-1} \\cdot 2"],
    ["h' = 2 * 3 * h", "2 \\cdot 3 \\, h_{t-1}"],
    ["h' = (W x) * (U h)", "(\\mathbf{W} x_t) \\odot (\\mathbf{U} h_{t-1})"],
    ["h' = U (W x * h)", "\\mathbf{U} ((\\mathbf{W} x_t) \\odot h_{t-1})"],
    ["h' = (1 - h) * h", "(1 - h_{t-1}) \\odot h_{t-1}"],
    ["h' = h - (h - e)", "h_{t-1} - (h_{t-1} - e_t)"],
    ["h' = h + (h - e)", "h_{t-1} + h_{t-1} - e_t"],
    ["h' = h * (-e)", "h_{t-1} \\odot (-e_t)"],
    ["h' = -h * e", "-h_{t-1} \\odot e_t"],
    ["h' = -(h + e)", "-(h_{t-1} + e_t)"],
    ["h' = tanh(e / (1 + abs(h)))", "\\tanh\\left(\\frac{e_t}{1 + \\left|h_{t-1}\\right|}\\right)"],
    ["h' = (h + e)^2", "(h_{t-1} + e_t)^{2}"],
    ["h' = h * 1e-9^e", "h_{t-1} \\odot (10^{-9})^{e_t}"],
    ["h' = h^(-e)", "h_{t-1}^{-e_t}"],
    ["h' = sqrt(h * h)", "\\sqrt{h_{t-1} \\odot h_{t-1}}"],
    ["h' = W_in x + b_h2", "\\mathbf{W}_{\\mathrm{in}} x_t + b_{h2}"],
    ["h' = λ * h + e * gamma_1", "\\lambda \\odot h_{t-1} + e_t \\odot \\gamma_1"],
    ["c_tilde = tanh(W x)\nh' = c_tilde + rate * h", "\\tilde{c}_t + \\mathit{rate} \\odot h_{t-1}"],
    ["h' = h * t", "h_{t-1} \\cdot t"],
    ["h' = đầu * h + e", "\\text{đầu} \\odot h_{t-1} + e_t"],
  ])("prints %s as %s", (text, latex) => {
    expect(printRight(text, /\be\b/.test(text) ? { inputs: { e: "H" } } : {})).toBe(latex);
  });

  it("prints what steps share without a step, and constants with their values", () => {
    const text = "a = exp(-exp(nu))\nh' = a * h + alpha * (W x)";
    expect(printLatex(cell("test", text, { constants: { alpha: 1e-7 } }))).toBe(
      [
        "\\begin{aligned}",
        "  a &= \\exp(-\\exp(\\nu)) \\\\",
        "  h_t &= a \\odot h_{t-1} + \\alpha \\, \\mathbf{W} x_t \\\\",
        "  \\alpha &= 10^{-7}",
        "\\end{aligned}\n",
      ].join("\n"),
    );
  });

  it("prints subscripts of names as names and others as words", () => {
    expect(printRight("i' = sigmoid(R_ii i + R_in i + W x)")).toBe(
      "\\sigma(\\mathbf{R}_{ii} i_{t-1} + \\mathbf{R}_{\\mathrm{in}} i_{t-1} + \\mathbf{W} x_t)",
    );
  });

  it.each([
    [0.5, "0.5"],
    [1e-7, "10^{-7}"],
    [1.5e21, "1.5 \\times 10^{21}"],
    [Infinity, "\\infty"],
  ])("prints the number %d", (value, latex) => {
    expect(printLatexNumber(value)).toBe(latex);
  });

  it("escapes what LaTeX would read as commands", () => {
    expect(escapeLatex("\\input{x} 50% $a_b^c~#&")).toBe(
      "\\textbackslash{}input\\{x\\} 50\\% \\$a\\_b\\textasciicircum{}c\\textasciitilde{}\\#\\&",
    );
  });
});

describe("splitName", () => {
  it.each([
    ["W_i", { base: "W", subscripts: ["i"] }],
    ["h2", { base: "h", subscripts: ["2"] }],
    ["b₁", { base: "b", subscripts: ["1"] }],
    ["σ_x", { base: "sigma", subscripts: ["x"] }],
    ["h_tilde_2", { base: "h", accent: "tilde", subscripts: ["2"] }],
    ["W__a", { base: "W", subscripts: ["a"] }],
  ])("takes %s apart", (name, symbol) => {
    expect(splitName(name)).toEqual(symbol);
  });
});

/** The language's own text, to be parsed again: names and numbers as they are. */
const textTarget: MathTarget<string> = {
  name: () => "",
  number: String,
  multiply: (left, right) => `${left} * ${right}`,
  infix: ({ symbol }, left, right) => `${left} ${symbol} ${right}`,
  prefix: ({ symbol }, argument) => `${symbol}${argument}`,
  call: (_, name, args) => `${name}(${args.join(", ")})`,
  fence: (_, name, argument) => `${name}(${argument})`,
  divide: { flat: true, print: (left, right) => `${left} / ${right}` },
  power: (base, exponent) => `${base} ^ (${exponent})`,
  product: (matrix, vector) => `${matrix} ${vector}`,
  bracket: (content) => `(${content})`,
};

/** An expression as text in which a + (b - c) and (a + b) - c are the same, and a (b / c) and (a b) / c. */
function normalise(e: Expression): string {
  if (e.kind === "number") return String(e.value);
  if (e.kind === "name") return e.name + (e.next ? "'" : "");
  if (e.kind === "product") return `[${normalise(e.matrix)} ${normalise(e.vector)}]`;
  if (e.operation === "add" || e.operation === "subtract" || e.operation === "negate") {
    return `(${splitTerms(e)
      .map(({ expression, negative }) => `${negative ? "-" : "+"}${normalise(expression)}`)
      .join(" ")})`;
  }
  if (e.operation === "multiply" || e.operation === "divide") return `{${listFactors(e).join(" ")}}`;
  return `${e.operation}(${e.args.map(normalise).join(", ")})`;
}

function listFactors(e: Expression, turned = false): readonly string[] {
  if (e.kind !== "call" || (e.operation !== "multiply" && e.operation !== "divide"))
    return [`${turned ? "/" : "*"}${normalise(e)}`];
  return e.args.flatMap((arg, at) => listFactors(arg, turned !== (at === 1 && e.operation === "divide")));
}

describe("printMath", () => {
  const roles = createRoles(cell("test", "h' = tanh(W x + U h + b)"));
  const replace = (e: Expression): string | undefined => (e.kind === "name" ? normalise(e) : undefined);

  it("brackets whatever would be read otherwise", () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = printMath(expression, { roles, target: textTarget, replace });
        const read = parseEquations(`y = ${text}`)[0]?.expression;
        expect({ text, read: read && normalise(read) }).toEqual({ text, read: normalise(expression) });
      }),
      { numRuns: 500 },
    );
  });

  it("prints LaTeX that can be read, for any expression", () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(findXmlFault(convertToMathML(printMath(expression, { roles, target: latexTarget })))).toBeUndefined();
      }),
    );
  });
});

describe("printGradientLatex", () => {
  const print = (text: string): string => {
    const made = cell("test", text);
    return printGradientLatex(made);
  };

  it("prints back-propagation through a simple network", () => {
    expect(print("h' = tanh(W x + U h + b)")).toBe(
      [
        "\\begin{aligned}",
        "  \\delta &= (\\mathrm{d}y_t + \\mathrm{d}h_t) \\odot (1 - h_t \\odot h_t) \\\\",
        "  \\mathrm{d}h_{t-1} &= \\mathbf{U}^{\\top} \\delta \\\\",
        "  \\mathrm{d}x_t &= \\mathbf{W}^{\\top} \\delta \\\\",
        "  \\mathrm{d}\\mathbf{W} &= \\sum_t \\delta x_t^{\\top} \\\\",
        "  \\mathrm{d}\\mathbf{U} &= \\sum_t \\delta h_{t-1}^{\\top} \\\\",
        "  \\mathrm{d}b &= \\sum_t \\delta",
        "\\end{aligned}\n",
      ].join("\n"),
    );
  });

  it("does not give a value the name of a parameter", () => {
    const text = print("delta = 1\nh' = tanh(W x + U h + gamma_1 + v_1)".replace("delta = 1\n", ""));
    expect(text).toContain("\\mathrm{d}\\gamma_1 &= \\sum_t \\delta");
    expect(text).not.toMatch(/^ {2}\\gamma_1 &=/m);
  });

  it.each(cellNames)("has a row for every parameter of %s, and is well-formed MathML", (name) => {
    const made = cells[name];
    const latex = printGradientLatex(made);
    const rows = latex.split("\n").filter((row) => row.startsWith("  \\mathrm{d}"));
    const leaves =
      made.parameters.length + deriveGradient(made.graph).inputs.size + deriveGradient(made.graph).states.size;
    expect(rows.length).toBeGreaterThanOrEqual(leaves);
    expect(latex).not.toMatch(/undefined|NaN|\\mathrm\{d\}\d/);
    expect(findXmlFault(convertToMathML(latex))).toBeUndefined();
  });

  it.each(["lstm", "gru"] as const)("is the reviewed one for %s", (name) => {
    const latex = printGradientLatex(cells[name]);
    expectGolden(`${name}/gradient.tex`, latex);
  });
});
