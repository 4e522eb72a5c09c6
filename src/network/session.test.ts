/** A streaming step on the fast backend: equal to the whole sequence, and without allocating. */
import { expect, test } from "vitest";
import { measureHeapGrowth } from "../../test/support/heap-growth.ts";
import { tolerances } from "../../test/tolerances.ts";
import { createRandom } from "../util/random.ts";
import { createModel, initialiseNetwork, network } from "./index.ts";

test("ten thousand steps allocate nothing", () => {
  const spec = network({ features: 4 }).recurrent("lstm", { size: 16 }).recurrent("gru", { size: 8 }).dense(2).build();
  const session = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "wasm" }).session();
  const x = Float32Array.of(0.1, -0.2, 0.3, 0.4);
  const grown = measureHeapGrowth(() => session.step(x), { warmUp: 60_000, runs: 10_000 });
  // An object a step would be at least 160,000 bytes; what is left is the runtime's own bookkeeping.
  expect(grown).toBeLessThan(40_000);
});

test("streams that step together equal whole sequences", () => {
  const spec = network({ features: 3 })
    .recurrent("lstm", { size: 17 })
    .recurrent("gru-v1", { size: 5 })
    .dense(2)
    .build();
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "wasm" });
  const random = createRandom(2);
  const [steps, batch] = [12, 5];
  const inputs = Float32Array.from({ length: steps * batch * 3 }, () => random.normal());
  const whole = model.predict({ steps, batch, inputs });
  const session = model.session({ batch });
  for (let t = 0; t < steps; t++) {
    const y = session.step(inputs.subarray(t * batch * 3, (t + 1) * batch * 3));
    y.forEach((value, i) => expect(Math.abs(value - whole[t * batch * 2 + i]!)).toBeLessThan(tolerances.float32Cell));
  }
});
