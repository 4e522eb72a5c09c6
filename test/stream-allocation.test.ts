/** Streams through models of other frameworks: a step on kernels allocates nothing. */
import { expect, test } from "vitest";
import { graphOf } from "../src/graph/from-network.ts";
import type { GraphSession } from "../src/graph/graph-model.ts";
import { createGraphModel } from "../src/graph/model.ts";
import { initialiseNetwork, network } from "../src/network/index.ts";
import type { NetworkSpec } from "../src/network/index.ts";
import { measureHeapGrowth } from "./support/heap-growth.ts";

function sessionOf(spec: NetworkSpec): GraphSession {
  const graph = graphOf({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) });
  return createGraphModel(graph, { backend: "wasm" }).session();
}

/** Bytes in 100,000 steps. An object a step would be at least 16 for each; what is left is the runtime's own bookkeeping. */
function expectNoGrowth(step: () => void): void {
  const limit = 40_000;
  expect(measureHeapGrowth(step, { warmUp: 60_000, runs: 100_000, limit })).toBeLessThan(limit);
}

test("of numbers, given as they are or by name", () => {
  const session = sessionOf(
    network({ features: 3 }).recurrent("lstm", { size: 8 }).recurrent("gru", { size: 4 }).normalise().dense(2).build(),
  );
  const input = Float32Array.of(0.1, -0.2, 0.3);
  expectNoGrowth(() => session.step(input));
  const named = { input };
  expectNoGrowth(() => session.step(named));
});

test("of tokens", () => {
  const session = sessionOf(network({ tokens: 7 }).embedding(3).recurrent("gru", { size: 4 }).dense(7).build());
  const token = [3];
  expectNoGrowth(() => session.step(token));
});
