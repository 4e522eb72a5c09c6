/** The equations of each form as LaTeX, and as MathML in which what the loop adds is marked. */
import { convertToMathML } from "recurra";
import { layerMark } from "../../work/network/network-cell.ts";
import type { Activation } from "../../work/network/network-cell.ts";

/** How the equations are written: neuron by neuron, by layers, with the loop, or for one step by its number. */
export type EquationStyle = "neurons" | "layers" | "loop" | "step";

/** The style at a position in the animation. What the loop adds is there as soon as the fourth form is left, so that it can grow. */
export function styleAt(position: number): EquationStyle {
  if (position < 1.5) return "neurons";
  if (position <= 3) return "layers";
  return position < 4.5 ? "loop" : "step";
}

export interface EquationOptions {
  readonly layers: number;
  readonly activation: Activation;
  readonly style: EquationStyle;
  /** From 1; of the style `step`. */
  readonly step: number;
}

/** What stands in for the mark in LaTeX: a colour that nothing else has, as Temml takes no classes from a text. */
const markColour = "#010203";

const functions: Readonly<Record<Activation, string>> = {
  tanh: "\\tanh",
  relu: "\\operatorname{relu}",
  sigmoid: "\\sigma",
};

/** A name with its layer and its step, as far as it has them. */
const name = (letter: string, ...marks: readonly string[]): string => {
  const shown = marks.filter((mark) => mark !== "");
  return shown.length === 0 ? letter : `${letter}_{${shown.join(",")}}`;
};

const added = (latex: string): string => `\\textcolor{${markColour}}{${latex}}`;

function printHidden(layer: number, { layers, activation, style, step }: EquationOptions): readonly [string, string] {
  const number = layerMark(layer, layers).slice(1);
  const below = layer === 1 ? "" : String(layer - 1);
  const letter = layer === 1 ? "x" : "h";
  const act = functions[activation];
  // Without numbers, indices need no comma: h_j, W_{ji}.
  if (style === "neurons")
    return [
      name("h", number, "j"),
      `${act}\\Bigl(\\sum_i ${name("W", number, "ji")}\\, ${name(letter, below, "i")} + ${name("b", number, "j")}\\Bigr)`,
    ];
  const [w, b] = [name("W", number), name("b", number)];
  if (style === "layers") return [name("h", number), `${act}(${w}\\, ${name(letter, below)} + ${b})`];
  const u = name("U", number);
  if (style === "loop") {
    const source = layer === 1 ? "x" : `${name("h", below)}${added("'")}`;
    return [
      `${name("h", number)}${added("'")}`,
      `${act}(${w}\\, ${source} ${added(`{} + ${u}\\, ${name("h", number)}`)} + ${b})`,
    ];
  }
  return [
    name("h", number, String(step)),
    `${act}(${w}\\, ${name(letter, below, String(step))} ${added(`{} + ${u}\\, ${name("h", number, String(step - 1))}`)} + ${b})`,
  ];
}

function printOutput({ layers, style, step }: EquationOptions): readonly [string, string] {
  const last = layerMark(layers, layers).slice(1);
  if (style === "neurons") return ["y_k", `\\sum_j V_{kj}\\, ${name("h", last, "j")} + c_k`];
  if (style === "layers") return ["y", `V\\, ${name("h", last)} + c`];
  if (style === "loop") return ["y", `V\\, ${name("h", last)}${added("'")} + c`];
  return [name("y", String(step)), `V\\, ${name("h", last, String(step))} + c`];
}

/** One row for each hidden layer and one for the output, aligned at the sign. */
export function printEquations(options: EquationOptions): string {
  const hidden = Array.from({ length: options.layers }, (_, at) => printHidden(at + 1, options));
  const rows = [...hidden, printOutput(options)].map(([left, right]) => `${left} &= ${right}`);
  return `\\begin{aligned} ${rows.join(" \\\\ ")} \\end{aligned}`;
}

/** The equations as MathML; the terms of the loop have the class `added-term`. */
export function drawEquations(options: EquationOptions): string {
  return convertToMathML(printEquations(options)).replaceAll(`style="color:${markColour};"`, 'class="added-term"');
}
