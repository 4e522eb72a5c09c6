import { describe, expect, test } from "vitest";
import { cell } from "../../language/index.ts";
import { initialiseNetwork, network } from "../../network/index.ts";
import { memoryLength } from "./memory-length.ts";
import { saturation } from "./saturation.ts";
import { findCell, findValue, traceNetwork } from "./trace.ts";

const inputs = Array.from({ length: 40 }, (_, i) => Math.sin(i));

describe("memoryLength", () => {
  test("of leaky units is -1 / log of what a step leaves", () => {
    const spec = network({ features: 1 }).recurrent(cell("leak", "h' = r * h + W x"), { size: 3 }).build();
    const parameters = { "0.r": Float64Array.of(0.5, 0.99, 1), "0.W": Float64Array.of(1, 1, 1) };
    const [one] = memoryLength(traceNetwork({ spec, parameters }, { inputs }));
    expect(one!.state).toBe("h");
    expect(one!.lengths[0]).toBeCloseTo(-1 / Math.log(0.5), 12);
    expect(one!.lengths[1]).toBeCloseTo(-1 / Math.log(0.99), 9);
    expect(one!.lengths[2]).toBe(Infinity);
    expect([...one!.factors].map((factor) => factor.toFixed(12))).toEqual([
      "0.500000000000",
      "0.990000000000",
      "1.000000000000",
    ]);
  });

  test("of an LSTM's memory is -1 / mean log f", () => {
    const spec = network({ features: 1 }).recurrent("lstm", { size: 4 }).build();
    const trace = traceNetwork({ spec, parameters: initialiseNetwork(spec, { seed: 2 }) }, { inputs });
    const memory = memoryLength(trace).find(({ state }) => state === "c")!;
    const { values } = findValue(findCell(trace), "f");
    for (let unit = 0; unit < 4; unit++) {
      let sum = 0;
      for (let step = 0; step < 40; step++) sum += Math.log(values[step * 4 + unit]!);
      expect(memory.lengths[unit]).toBeCloseTo(-40 / sum, 10);
    }
  });

  test("of a unit that is wiped clean is nothing", () => {
    const spec = network({ features: 1 })
      .recurrent(cell("wiped", "h' = greater(x_1, 0) * h + W x\nx_1 = V x"), { size: 1 })
      .build();
    const parameters = { "0.W": Float64Array.of(1), "0.V": Float64Array.of(1) };
    expect(memoryLength(traceNetwork({ spec, parameters }, { inputs: [1, -1, 1] }))[0]!.lengths[0]).toBe(0);
  });
});

describe("saturation", () => {
  test("counts the steps at either end of gates and of what tanh gives", () => {
    const spec = network({ features: 1 })
      .recurrent(cell("one", "z = sigmoid(W x)\nn = tanh(V x)\nr = relu(V x)\nh' = z * h + (1 - z) * n + 0 * r"), {
        size: 2,
      })
      .build();
    const parameters = { "0.W": Float64Array.of(1, -1), "0.V": Float64Array.of(1, 0) };
    const found = saturation(findCell(traceNetwork({ spec, parameters }, { inputs: [-5, -5, 0, 5] })));
    expect(found).toEqual([
      { name: "z", kind: "gate", left: Float64Array.of(0.5, 0.25), right: Float64Array.of(0.25, 0.5) },
      { name: "n", kind: "squashed", left: Float64Array.of(0.5, 0), right: Float64Array.of(0.25, 0) },
    ]);
  });
});
