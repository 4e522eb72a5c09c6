/** Saliency against central differences, its axioms, and closed forms. */
import { describe, expect, test } from "vitest";
import { apart } from "../../../test/support/inspect-cases.ts";
import { inspectedNetworks, numbers } from "../../../test/support/inspect-networks.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { initialiseNetwork, network } from "../../network/index.ts";
import type { ChainSpec, NetworkSpec } from "../../network/index.ts";
import { saliency } from "./saliency.ts";
import { traceNetwork } from "./trace.ts";
import type { Trace } from "./trace.ts";

type Parameters = Readonly<Record<string, Float32Array>>;

/** The same network on the vectors that its tokens are embedded as. */
function withoutEmbedding(spec: NetworkSpec, parameters: Parameters): { spec: NetworkSpec; parameters: Parameters } {
  const [embedding] = spec.layers;
  if (embedding?.kind !== "embedding") return { spec, parameters };
  const rest: ChainSpec = { input: { kind: "features", size: embedding.size }, layers: spec.layers.slice(1) };
  const moved = Object.entries(parameters).map(
    ([name, values]) => [name.replace(/^\d+/, (index) => String(Number(index) - 1)), values] as const,
  );
  return { spec: { ...spec, ...rest }, parameters: Object.fromEntries(moved) };
}

/** Σ weights ⊙ output. */
function read(trace: Trace, weights: Float64Array): number {
  return trace.output.values.reduce((sum, value, i) => sum + value * weights[i]!, 0);
}

/** The slope of what is read towards each of some numbers, which are changed in place. */
function slopes(values: Float64Array, run: () => number): Float64Array {
  return Float64Array.from(values, (before, i) => {
    const at = (delta: number): number => {
      values[i] = before + delta;
      return run();
    };
    const h = 1e-4;
    const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    values[i] = before;
    return slope;
  });
}

describe.each(Object.entries(inspectedNetworks))("of a network of %s", (_, one) => {
  const { spec, parameters } = withoutEmbedding(one.spec, one.parameters);
  const tokens = one.spec.input.kind === "tokens";
  const whole = traceNetwork(one, one);
  const inputs = tokens ? whole.layers[0]!.output.values.slice() : Float64Array.from(one.inputs);
  const source = one.source === undefined ? undefined : Float64Array.from(one.source);
  const given = source === undefined ? { inputs } : { inputs, source };
  const weights = numbers(whole.output.values.length);
  const run = (): number => read(traceNetwork({ spec, parameters }, given), weights);

  test("gradients are those of central differences", () => {
    const { attributions, scores } = saliency(whole, { method: "gradient", weights });
    expect(apart(attributions.values, slopes(inputs, run))).toBeLessThan(tolerances.jacobianDifference);
    scores.forEach((score, step) =>
      expect(score).toBeCloseTo(
        Math.hypot(...attributions.values.subarray(step * attributions.size, (step + 1) * attributions.size)),
        12,
      ),
    );
    if (source === undefined) return;
    const ofSource = saliency(whole, { method: "gradient", weights, of: "source" });
    expect(apart(ofSource.attributions.values, slopes(source, run))).toBeLessThan(tolerances.jacobianDifference);
  });

  test("gradients times inputs are just that, of tokens as of the vectors they become", () => {
    const { attributions } = saliency(whole, { method: "gradient", weights });
    const products = saliency(whole, { weights });
    expect(products.attributions.values).toEqual(attributions.values.map((slope, i) => slope * inputs[i]!));
    expect(products.value).toBeCloseTo(read(whole, weights), 12);
  });
});

const smooth = Object.entries(inspectedNetworks).filter(([, { isRough }]) => isRough !== true);

describe.each(smooth)("of a smooth network of %s", (_, one) => {
  test("integrated gradients add up to what the output differs by", () => {
    const trace = traceNetwork(one, one);
    const weights = numbers(trace.output.values.length);
    for (const of of one.source === undefined ? (["inputs"] as const) : (["inputs", "source"] as const)) {
      const { scores, value, baseValue } = saliency(trace, { method: "integrated", points: 200, weights, of });
      const sum = scores.reduce((total, score) => total + score, 0);
      expect(Math.abs(sum - (value - baseValue!)) / (1 + Math.abs(value))).toBeLessThan(tolerances.completeness);
      expect(value).toBeCloseTo(read(trace, weights), 12);
    }
  });
});

describe("saliency", () => {
  const spec = network({ features: 1 }).dense(3).mean().dense(2).build();
  const trace = traceNetwork({ spec, parameters: initialiseNetwork(spec, { seed: 1 }) }, { inputs: [1, -2, 0, 3] });

  test("of a linear network is the share of each step, by every signed method", () => {
    const plain = saliency(trace, { unit: 1 });
    const integrated = saliency(trace, { unit: 1, method: "integrated", points: 1 });
    expect(apart(plain.scores, integrated.scores)).toBeLessThan(tolerances.trace);
    [1, -2, 0, 3].forEach((x, step) => expect(plain.scores[step]).toBeCloseTo(plain.scores[0]! * x, 12));
    expect(plain.value).toBe(trace.output.values[1]);
  });

  test("integrates past a kink: a unit that is on over the second half of the way", () => {
    const kinked = network({ features: 1 }).dense(1, { activation: "relu" }).build();
    const parameters = { "0.W": Float64Array.of(1), "0.b": Float64Array.of(-1) };
    const found = saliency(traceNetwork({ spec: kinked, parameters }, { inputs: [2] }), { method: "integrated" });
    expect([found.scores[0], found.value, found.baseValue]).toEqual([expect.closeTo(1, 12), 1, 0]);
  });

  test("is nothing at a baseline that is the input", () => {
    const { scores, value, baseValue } = saliency(trace, { method: "integrated", baseline: [1, -2, 0, 3] });
    expect([...scores].map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(baseValue).toBe(value);
  });

  test.each([
    [{ method: "integrated", points: 0 }, "points is 0"],
    [{ method: "integrated", baseline: [1] }, "baseline has 1 numbers, but 4 steps × 1 are 4"],
    [{ of: "source" }, "no encoder"],
  ] as const)("refuses %j", (options, message) => {
    expect(() => saliency(trace, options)).toThrow(message);
  });
});
