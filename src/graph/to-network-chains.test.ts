/** What `networkOf` makes of a graph computes what the graph does, or it is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomChain, valueIn } from "../../test/support/random-chains.ts";
import { createModel } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { Graph } from "./graph.ts";
import type { Tensor } from "./tensor.ts";
import { toNetworkRows } from "./network-layout.ts";
import { networkOf } from "./to-network.ts";
import type { NetworkParts } from "./to-network.ts";

function networkIn(graph: Graph): NetworkParts | undefined {
  try {
    return networkOf(graph);
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-network") return undefined;
    throw error;
  }
}

/** Those of all numbers that are given to a state are zeros, as the network has them. */
function withZeros(inputs: ReadonlyMap<string, Tensor>, names: readonly string[]): ReadonlyMap<string, Tensor> {
  return new Map(
    [...inputs].map(([name, tensor]) => [
      name,
      names.includes(name) ? { ...tensor, data: new Float32Array(tensor.data.length) } : tensor,
    ]),
  );
}

test("random chains of operators", () => {
  const found = new Map<string, number>();
  const check = (decisions: readonly number[]): void => {
    const { graph, inputs: drawn } = randomChain(decisions);
    const network = networkIn(graph);
    if (network === undefined) return;
    const { origin, ...parts } = network;
    const inputs = withZeros(drawn, origin.zeros);
    const wanted = toNetworkRows(origin.output, valueIn(graph, inputs, origin.output.name));
    const rows = toNetworkRows(origin.input, inputs.get(origin.input.name)!);
    expect(wanted).toBeDefined();
    expect(rows).toBeDefined();
    const model = createModel({ ...parts, backend: "wasm" });
    const given = model.predict({ steps: rows!.steps, batch: rows!.batch, inputs: rows!.data });
    model.dispose();
    expect(given).toHaveLength(wanted!.data.length);
    for (const [i, value] of wanted!.data.entries())
      expect(Math.abs(value - given[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    for (const { kind } of parts.spec.layers) found.set(kind, (found.get(kind) ?? 0) + 1);
  };
  fc.assert(fc.property(fc.array(fc.nat(99_999), { minLength: 20, maxLength: 60 }), check), { numRuns: 150, seed: 1 });
  expect(found.get("cell")).toBeGreaterThan(30);
  expect([...found.keys()].toSorted()).toEqual(["cell", "convolution", "pool", "spatial-pool"]);
});
