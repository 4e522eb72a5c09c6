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
  const { stored, nodes, forwardCount } = deriveCell(cell, { gradient: true });
  const next = new Set(cell.graph.next.values());
  return [...stored]
    .filter(([id, extent]) => extent === "sequence" && id < forwardCount && !next.has(id) && nodes[id]!.kind !== "product")
    .map(([id]) => [...cell.graph.names].find(([, node]) => node === id)?.[0] ?? `${nodes[id]!.kind === "apply" ? (nodes[id] as { operation: string }).operation : nodes[id]!.kind}`)
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
    const { products, backward } = deriveCell(cells.lstm, { gradient: true, wanted: { inputs: new Set(), parameters: new Set(["b_i"]) } });
    expect(backward.flatMap((stage) => stage.exports).filter(({ to }) => to.kind === "input")).toEqual([]);
    expect(products.map(({ terms }) => terms.length)).toEqual([4]);
  });
});

describe("phases", () => {
  const phaseOf = (cell: Cell, name: string): string | undefined => deriveCell(cell, { gradient: false }).placements[cell.graph.names.get(name)!]?.phase;

  test("what no step waits for is done before or after the loop", () => {
    const cell = createCell("phases", "a = sigmoid(k)\nz = sigmoid(W x)\nh' = a * h + z\ny = tanh(V h')");
    expect(["a", "z", "h'", "y"].map((name) => phaseOf(cell, name))).toEqual(["prior", "before", "loop", "after"]);
  });
});

describe("gradients as equations", () => {
  test.each(Object.values(cells).map((cell) => [cell.name, cell] as const))("of %s are as reviewed", (name, cell) => {
    expectGolden(`${name}/gradient.txt`, printGradient(cell));
  });
});
