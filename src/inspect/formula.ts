/** A cell's equations as a paper prints them: LaTeX, and MathML made from it. */
import temml from "temml";
import type { Cell, Equation } from "../language/index.ts";
import { describeName, printMath } from "./math.ts";
import { createRoles } from "./roles.ts";
import type { Roles } from "./roles.ts";
import { latexTarget, printLatexNumber, printLatexParameter } from "./latex.ts";

/** Rows `left = right`, aligned at the sign. */
export function alignLatex(rows: readonly { readonly left: string; readonly right: string }[]): string {
  const lines = rows.map(({ left, right }) => `  ${left} &= ${right}`);
  return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}\n`;
}

function printEquation(equation: Equation, roles: Roles): { left: string; right: string } {
  return {
    left: latexTarget.name(describeName(equation.target, equation.next, roles)),
    right: printMath(equation.expression, { roles, target: latexTarget }),
  };
}

/** The equations of a cell in one `aligned` block, then the values of its named constants. */
export function printLatex(cell: Cell): string {
  const roles = createRoles(cell);
  const rows = cell.equations.map((equation) => printEquation(equation, roles));
  const constants = Object.entries(cell.options.constants ?? {}).map(([name, value]) => ({
    left: printLatexParameter(name, false, roles.letters),
    right: printLatexNumber(value),
  }));
  return alignLatex([...rows, ...constants]);
}

/** What Temml leaves to a style sheet: sides of the cells of aligned rows (in both spellings browsers know) and room between rows. */
const cellStyles: Readonly<Record<string, string>> = {
  left: "text-align:left;text-align:-webkit-left;padding-top:0.4ex;padding-bottom:0.4ex;",
  right: "text-align:right;text-align:-webkit-right;padding-top:0.4ex;padding-bottom:0.4ex;",
};

/** LaTeX as a `math` element in display style that needs no style sheet. */
export function convertToMathML(latex: string): string {
  const text = temml.renderToString(latex, { displayMode: true, xml: true, throwOnError: true, annotate: false });
  return `${text.replace(/class="tml-(left|right)" style="/g, (_, side: string) => `style="${cellStyles[side] ?? ""}`)}\n`;
}

/** The equations of a cell as a standalone MathML element. */
export function printMathML(cell: Cell): string {
  return convertToMathML(printLatex(cell));
}
