/** Gradients of states against those of the reference for what is added to a state at one step, and against a closed form. */
import { describe, expect, test } from "vitest";
import { apart, createCase, parametersOf } from "../../../test/support/inspect-cases.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { cells } from "../../cells/index.ts";
import { createReference } from "../../codegen/reference/reference.ts";
import { cell } from "../../language/index.ts";
import type { Cell } from "../../language/index.ts";
import { describeNetwork, initialiseNetwork, network, sizesOf } from "../../network/index.ts";
import type { CellLayer } from "../../network/index.ts";
import { createRandom } from "../../util/random.ts";
import { drawGradientNorms, summariseGradient } from "../gradient-flow.ts";
import { gradientThroughTime } from "./gradient-through-time.ts";
import { traceNetwork } from "./trace.ts";

/** The cell with a parameter `added_h` for each state h, which is added to its next value in one step. */
function addAtStep({ name, text, options }: Cell, step: number): Cell {
  const lines = text.replaceAll(/^(\w+)' = (.*)$/gm, "$1' = ($2) + (1 - not_equal(t, chosen)) * added_$1");
  return cell(name, lines, { ...options, constants: { ...options.constants, chosen: step } });
}

const recurrent = Object.values(cells).filter(({ states }) => states.length > 0);

describe.each(recurrent.map((one) => [one.name, one] as const))("%s", (_, registered) => {
  test.each(["forward", "backward"] as const)("has the gradients of what is added to its states, %ss", (direction) => {
    const steps = 5;
    const one = createCase(registered, { steps, direction });
    const trace = traceNetwork(one, one);
    const traced = trace.layers[0]!.cells[0]!;
    const random = createRandom(3);
    const weights = Float64Array.from(trace.output.values, () => random.normal());
    const gradients = gradientThroughTime(trace, { weights }).filter(({ path }) => path === "0");
    expect(gradients.map(({ state }) => state)).toEqual(registered.states.map(({ name }) => name));
    for (let count = 0; count < steps; count++) {
      const place = traced.reverse ? steps - 1 - count : count;
      const added = addAtStep(registered, count);
      const sizes = sizesOf(one.spec.layers[0] as CellLayer, describeNetwork(one.spec).layers[0]!);
      const reference = createReference(added, sizes);
      const zeros = Object.fromEntries(
        added.states.map(({ name }) => [`added_${name}`, new Float64Array(traced.initialStates[name]!.length)]),
      );
      reference.forward({
        steps,
        batch: 1,
        inputs: { x: one.inputs },
        parameters: { ...parametersOf(one, traced), ...zeros },
        memory: Object.fromEntries(added.memories.map(({ name }) => [name, trace.encoder.at(-1)!.output.values])),
        reverse: traced.reverse,
      });
      const { parameters } = reference.backward({ outputs: weights });
      for (const { state, gradient, norms } of gradients) {
        const row = gradient.values.subarray(place * gradient.size, (place + 1) * gradient.size);
        expect(apart(row, parameters[`added_${state}`]!)).toBeLessThan(tolerances.trace);
        expect(norms[place]).toBeCloseTo(Math.hypot(...row), 12);
      }
    }
  });
});

describe("gradientThroughTime", () => {
  const spec = network({ features: 1 }).recurrent(cell("linear", "h' = u * h + W x"), { size: 2 }).build();
  const parameters = { "0.u": Float64Array.of(0.5, 0.5), "0.W": Float64Array.of(1, -1) };
  const trace = traceNetwork({ spec, parameters }, { inputs: [1, 2, 3, 4, 5] });

  test("falls by the factor of each step back", () => {
    const [h] = gradientThroughTime(trace);
    expect(h!.name).toBe("h");
    h!.norms.forEach((norm, step) => expect(norm).toBeCloseTo(Math.SQRT2 * 0.5 ** (4 - step), 14));
    const one = gradientThroughTime(trace, { unit: 1, steps: [2] })[0]!;
    expect([...one.norms]).toEqual([0.25, 0.5, 1, 0, 0]);
    expect(one.gradient.values[0]).toBe(0);
  });

  test("gives what charts and summaries of gradients take", () => {
    const gradients = gradientThroughTime(trace);
    expect(summariseGradient(gradients[0]!).factor).toBeCloseTo(0.5, 12);
    expect(drawGradientNorms({ gradients })).toContain("h: reaches the first step");
  });

  test("names layers where there are several, down to those of an encoder", () => {
    const read = network({ features: 2 }).recurrent("rnn", { size: 2 }).build();
    const own = network({ features: 1, encoder: read })
      .recurrent("rnn", { size: 2, initialState: "encoder" })
      .recurrent("lstm", { size: 2 })
      .build();
    const model = { spec: own, parameters: initialiseNetwork(own, { seed: 1 }) };
    const gradients = gradientThroughTime(traceNetwork(model, { inputs: [1, 2], source: [1, 2, 3, 4, 5, 6] }));
    expect(gradients.map(({ name, norms }) => [name, norms.length, norms[0]! > 0])).toEqual([
      ["h of layer encoder.0", 3, true],
      ["h of layer 0", 2, true],
      ["c of layer 1", 2, true],
      ["h of layer 1", 2, true],
    ]);
  });

  test.each([
    [{ unit: 2 }, "no unit 2; it has 2"],
    [{ steps: [5] }, "no step 5; it has 5"],
    [{ weights: [1] }, "weights has 1 numbers, but the output has 5 × 2 = 10"],
  ])("refuses %j", (read, message) => {
    expect(() => gradientThroughTime(trace, read)).toThrow(message);
  });
});
