/** Gradients as equations, and what is kept for the way back. */
import { describe, expect, test } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { cell as createCell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { deriveCell, printGradient } from "./index.ts";

/** Names of the values of the step that are stored for all steps, products and states left out. */
function keptBy(cell: Cell): string[] {
  const { stored, nodes, timings } = deriveCell(cell, { gradient: true });
  const next = new Set(cell.graph.next.values());
  return [...stored]
    .filter(
      ([id, extent]) =>
        extent === "sequence" && timings[id]?.backward === false && !next.has(id) && nodes[id]!.kind !== "product",
    )
    .map(([id]) => {
      const node = nodes[id]!;
      const name = [...cell.graph.names].find(([, named]) => named === id)?.[0];
      return name ?? (node.kind === "apply" ? node.operation : node.kind);
    })
    .toSorted();
}

describe("kept for the way back", () => {
  test.each<[CellName, string[]]>([
    // The state itself has the tanh; nothing else is needed.
    ["rnn", []],
    ["lstm", ["f", "g", "i", "o", "tanh"]],
    // r * h is kept because U_n's gradient multiplies with it.
    ["gru-v1", ["multiply", "n", "r", "z"]],
    ["dense", []],
    // The output's own place serves.
    ["dense-relu", ["y"]],
  ])("%s: %s", (name, kept) => expect(keptBy(cells[name])).toEqual(kept));

  test("nothing without a gradient", () => {
    const { stored, backward } = deriveCell(cells.lstm, { gradient: false });
    expect(backward).toEqual([]);
    // The four products of the inputs alone.
    expect([...stored.values()].filter((extent) => extent === "sequence").length).toBe(4);
  });

  test("nothing for parameters and inputs whose gradients are not wanted", () => {
    const { products, backward } = deriveCell(cells.lstm, {
      gradient: true,
      wanted: { inputs: new Set(), parameters: new Set(["b_i"]) },
    });
    expect(backward.flatMap((stage) => stage.exports).filter(({ to }) => to.kind === "input")).toEqual([]);
    expect(products.map(({ terms }) => terms.length)).toEqual([4]);
  });
});

describe("phases", () => {
  const phaseOf = (cell: Cell, name: string): string | undefined =>
    deriveCell(cell, { gradient: false }).timings[cell.graph.names.get(name)!]?.phase;

  test("what no step waits for is done before or after the loop", () => {
    const cell = createCell("phases", "a = sigmoid(k)\nz = sigmoid(W x)\nh' = a * h + z\ny = tanh(V h')");
    expect(["a", "z", "h'", "y"].map((name) => phaseOf(cell, name))).toEqual(["prior", "before", "loop", "after"]);
  });
});

describe("gradients as equations", () => {
  test.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("of %s are as reviewed", (name, cell) => {
    expectGolden(`${name}/gradient.txt`, printGradient(cell));
  });

  test.each(Object.values(cells).map((cell) => [cell.name, cell] as const))(
    "of %s are complete and in order",
    (_, cell) => {
      const lines = printGradient(cell)
        .trim()
        .split("\n")
        .map((line) => line.split(" = ") as [string, string]);
      const defined = lines.map(([name]) => name);
      expect(new Set(defined).size).toBe(defined.length);
      expect(defined).toEqual(
        expect.arrayContaining([...cell.states, ...cell.inputs, ...cell.parameters].map(({ name }) => `d${name}`)),
      );
      const early = lines.flatMap(([name, value], i) =>
        (value.match(/\bv\d+\b/g) ?? [])
          .filter((used) => !defined.slice(0, i).includes(used))
          .map((used) => `${name} needs ${used}`),
      );
      expect(early).toEqual([]);
    },
  );

  test("reach parameters through values made of them alone", () => {
    const made = createCell("shared", "k in R\nh' = tanh(W x + k) * sigmoid(k) + W tanh(b)\nx in R^H");
    expect(printGradient(made).split("\n").slice(-7)).toEqual([
      "direct dk = Σ sum(d(W x))",
      "dv2 = Σ sum(total dh' * v1)",
      "d(W v3) = Σ total dh'",
      "dW = Σ d(W x) xᵀ + d(W v3) v3ᵀ",
      "dk = direct dk + dv2 * (v2 * (1 - v2))",
      "db = Wᵀ d(W v3) * (1 - v3 * v3)",
      "",
    ]);
  });

  test("are 0 where nothing comes back", () => {
    expect(printGradient(createCell("stopped", "h' = floor(W x)"))).toBe(
      "total dh' = dy + dh'\ndh = 0\ndx = 0\ndW = 0\n",
    );
  });
});
