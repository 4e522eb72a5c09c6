/** What a cell computes: equations, gradient, formula and diagram. */
import {
  alignTable,
  convertToMathML,
  drawCell,
  printCell,
  printGradient,
  printGradientLatex,
  printLatex,
  printMathML,
  writeWhole,
} from "../node.ts";
import type { Cell } from "../node.ts";
import { writeCellPage } from "./inspect-page.ts";
import type { PageFlags } from "./inspect-page.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface CellFlags extends Pick<PageFlags, "html" | "language"> {
  readonly latex?: boolean;
  readonly mathml?: boolean;
  readonly gradient?: boolean;
  readonly svg?: string;
  readonly json?: boolean;
}

/** Prints a cell, or the part of it that is asked for. */
export async function inspectCell(cell: Cell, flags: CellFlags, terminal: Terminal): Promise<void> {
  if (flags.latex === true && flags.mathml === true)
    throw new UsageError("--latex and --mathml both print the formula; give one of them");
  if (flags.svg !== undefined) {
    await writeWhole(flags.svg, drawCell(cell));
    terminal.say(`diagram written to ${flags.svg}`);
  }
  if (flags.html !== undefined) await writeCellPage(cell, flags, terminal);
  if (flags.json === true) terminal.print(JSON.stringify(cellAsJson(cell)));
  else if (flags.latex === true || flags.mathml === true) terminal.print(printFormula(cell, flags).trimEnd());
  else if (flags.gradient === true) terminal.print(printGradient(cell).trimEnd());
  else if (flags.svg === undefined && flags.html === undefined) terminal.print(describeCell(cell));
}

function printFormula(cell: Cell, { mathml, gradient }: CellFlags): string {
  if (gradient !== true) return mathml === true ? printMathML(cell) : printLatex(cell);
  const latex = printGradientLatex(cell);
  return mathml === true ? convertToMathML(latex) : latex;
}

const shapeText = (shape: readonly (string | number)[]): string =>
  shape.length === 0 ? "a number" : shape.join(" × ");

function describeCell(cell: Cell): string {
  const { summary, source, constants = {}, frozen = [] } = cell.options;
  const rows = [
    ...cell.inputs.map((one) => ({ kind: "input", name: one.name, shape: shapeText(one.shape) })),
    ...cell.memories.map((one) => ({ kind: "memory", name: one.name, shape: `rows × ${shapeText(one.shape)}` })),
    ...cell.states.map((one) => ({ kind: "state", name: one.name, shape: shapeText(one.shape) })),
    ...cell.parameters.map((one) => ({
      kind: frozen.includes(one.name) ? "frozen" : "parameter",
      name: one.name,
      shape: shapeText(one.shape),
    })),
    ...Object.entries(constants).map(([name, value]) => ({ kind: "constant", name, shape: String(value) })),
  ];
  const parts = [
    `${cell.name}${summary === undefined ? "" : `: ${summary}`}`,
    ...(source === undefined ? [] : [source]),
    "",
    indent(printCell(cell)),
    "",
    alignTable(rows, [{ key: "kind", title: "" }, { key: "name" }, { key: "shape" }], { indent: "  " }),
    "",
    "Gradient of a step (Σ sums over steps and members):",
    "",
    indent(printGradient(cell)),
  ];
  return parts.join("\n");
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, "  ");
}

function cellAsJson(cell: Cell): unknown {
  const { name, text, options, inputs, memories, states, parameters, output } = cell;
  return {
    name,
    text,
    options,
    inputs,
    ...(memories.length === 0 ? {} : { memories }),
    states,
    parameters,
    output,
    gradient: printGradient(cell),
    latex: printLatex(cell),
    mathml: printMathML(cell),
  };
}
