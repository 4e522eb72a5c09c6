import { cell } from "recurra";
import { describe, expect, test } from "vitest";
import { drawEquations, printEquations, styleAt } from "./equations.ts";
import type { EquationStyle } from "./equations.ts";
import { writeEquations } from "../../work/network/network-cell.ts";

const one = { layers: 1, activation: "tanh", step: 3 } as const;
const mark = (latex: string): string => `\\textcolor{#010203}{${latex}}`;

describe("equations", () => {
  test("follow the form: neurons, layers, the loop, a step", () => {
    expect([0, 1, 2, 3, 4, 5].map(styleAt)).toEqual(["neurons", "neurons", "layers", "layers", "loop", "step"]);
    expect([1.49, 1.5, 3.01, 4.49, 4.5].map(styleAt)).toEqual(["neurons", "layers", "loop", "loop", "step"]);
    const rows = (style: EquationStyle): readonly string[] =>
      printEquations({ ...one, style })
        .replace(/\\(begin|end)\{aligned\}/g, "")
        .split("\\\\")
        .map((row) => row.trim());
    expect(rows("neurons")).toEqual([
      "h_{j} &= \\tanh\\Bigl(\\sum_i W_{ji}\\, x_{i} + b_{j}\\Bigr)",
      "y_k &= \\sum_j V_{kj}\\, h_{j} + c_k",
    ]);
    expect(rows("layers")).toEqual(["h &= \\tanh(W\\, x + b)", "y &= V\\, h + c"]);
    expect(rows("loop")).toEqual([
      `h${mark("'")} &= \\tanh(W\\, x ${mark("{} + U\\, h")} + b)`,
      `y &= V\\, h${mark("'")} + c`,
    ]);
    expect(rows("step")).toEqual([
      `h_{3} &= \\tanh(W\\, x_{3} ${mark("{} + U\\, h_{2}")} + b)`,
      "y_{3} &= V\\, h_{3} + c",
    ]);
  });

  test("have a row for each layer, which reads the one below", () => {
    const latex = printEquations({ layers: 3, activation: "relu", style: "step", step: 2 });
    expect(latex.split("\\\\")).toHaveLength(4);
    expect(latex).toContain("h_{2,2} &= \\operatorname{relu}(W_{2}\\, h_{1,2}");
    expect(latex).toContain("y_{2} &= V\\, h_{3,2} + c");
  });

  test("mark what the loop adds, and nothing else", () => {
    const marked = (style: EquationStyle): readonly string[] =>
      [...drawEquations({ ...one, style }).matchAll(/class="added-term">([^<]*)</g)].map(([, text]) => text ?? "");
    expect(marked("neurons")).toEqual([]);
    expect(marked("layers")).toEqual([]);
    expect(marked("loop")).toEqual(expect.arrayContaining(["+", "U", "h"]));
    expect(marked("loop")).not.toContain("W");
    expect(drawEquations({ ...one, style: "step" })).not.toContain("#010203");
  });

  test("are in Recurra's language a cell without a state's use, and one with it", () => {
    for (const layers of [1, 2, 3])
      for (const hasLoop of [false, true]) {
        const lines = writeEquations({ inputs: 2, hidden: 3, outputs: 1, layers, activation: "tanh", hasLoop });
        const network = cell("network", ["y in R^O", ...lines].join("\n"));
        expect(network.parameters.filter(({ name }) => name.startsWith("U"))).toHaveLength(hasLoop ? layers : 0);
        expect(network.states).toHaveLength(layers);
      }
    expect(writeEquations({ inputs: 2, hidden: 3, outputs: 1, layers: 1, activation: "tanh", hasLoop: true })).toEqual([
      "h' = tanh(W x + U h + b)",
      "y = V h' + c",
    ]);
  });
});
