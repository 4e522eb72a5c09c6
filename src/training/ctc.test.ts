/** The loss of label sequences: against a sum over all paths and central differences, in a network, and wrong data. */
import { describe, expect, test } from "vitest";
import { sumPaths } from "../../test/support/ctc-paths.ts";
import { prepareLoss } from "../../test/support/run-loss.ts";
import { tolerances } from "../../test/tolerances.ts";
import { backendNames, chooseBackend } from "../engine/backends.ts";
import { network } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import { padLabels } from "./labels.ts";
import { createMachine } from "./machine.ts";
import type { SequenceData } from "./sequence-data.ts";
import { settleOptions } from "./training-options.ts";

const random = createRandom(12);
const [steps, batch, outputs] = [5, 4, 3];
const labels = [[1, 1], [2, 0], [], [0]];
const blank = 1;
const own = labels.map((one) => one.map((label) => (label === blank ? 2 : label)));
const given = {
  loss: { kind: "ctc", blank },
  steps,
  batch,
  outputs,
  labels: 2,
  prediction: Float64Array.from({ length: steps * batch * outputs }, () => Math.fround(random.normal())),
  targets: padLabels(own).targets,
  weights: [1, 0.5, 1, 2],
  lengths: [5, 4, 3, 1],
} as const;

/** -Σ weight log p / Σ weight, path by path. */
function byPaths(): number {
  let sum = 0;
  own.forEach((one, member) => {
    const length = given.lengths[member]!;
    const logits = Float64Array.from(
      { length: length * outputs },
      (_, n) => given.prediction[(Math.floor(n / outputs) * batch + member) * outputs + (n % outputs)]!,
    );
    sum -= given.weights[member]! * sumPaths(logits, length, outputs, blank).get(one.join())!;
  });
  return sum / 4.5;
}

describe("the loss of label sequences", () => {
  test("is that of all paths together", () => {
    const { backend } = chooseBackend("reference");
    const result = prepareLoss(backend, given)(given.prediction);
    expect(Math.abs(result.loss - byPaths())).toBeLessThanOrEqual(tolerances.functionFormula);
  });

  test("has the gradient of central differences, none past a member's end", () => {
    const run = prepareLoss(chooseBackend("reference").backend, given);
    const { gradient } = run(given.prediction);
    const h = 1e-3;
    given.prediction.forEach((value, n) => {
      const at = (shift: number): number => run(given.prediction.with(n, value + shift)).loss;
      const slope = (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h);
      expect(Math.abs(gradient[n]! - slope)).toBeLessThanOrEqual(tolerances.centralDifference);
      const [t, member] = [Math.floor(n / (batch * outputs)), Math.floor(n / outputs) % batch];
      if (t >= given.lengths[member]!) expect(gradient[n]).toBe(0);
    });
  });

  test.each(backendNames.filter((name) => name === "wasm" || name === "native"))("is the same on %s", (name) => {
    const { backend } = chooseBackend(name);
    const [wanted, got] = [chooseBackend("reference").backend, backend].map((one) =>
      prepareLoss(one, given)(given.prediction),
    );
    expect(Math.abs(got!.loss - wanted!.loss)).toBeLessThanOrEqual(tolerances.float32Cell);
    got!.gradient.forEach((value, n) =>
      expect(Math.abs(value - wanted!.gradient[n]!)).toBeLessThanOrEqual(tolerances.float32Cell),
    );
  });

  test("what cannot be said, and has no weight, spoils nothing", () => {
    for (const name of ["reference", "wasm"] as const) {
      const run = prepareLoss(chooseBackend(name).backend, {
        ...given,
        lengths: [5, 4, 3, 1],
        weights: [0, 1, 1, 0],
        targets: padLabels([[0, 0], [2, 0], [], [2, 0]]).targets,
      });
      const { loss, gradient } = run(given.prediction);
      expect([loss, ...gradient].every(Number.isFinite)).toBe(true);
    }
  });
});

const spec = network({ features: 2 })
  .convolution(4, { kernel: 3, activation: "tanh" })
  .pool(2, "max")
  .recurrent("gru", { size: 6, direction: "both" })
  .dense(3)
  .build();

function dataOf(labelsOf: readonly (readonly number[])[]): SequenceData {
  const lengths = Int32Array.of(8, 6, 7);
  return {
    kind: "sequences",
    inputs: Float64Array.from({ length: 42 }, (_, n) => Math.sin(1.7 * n)),
    inputSize: 2,
    starts: Int32Array.of(0, 8, 14),
    lengths,
    ...padLabels(labelsOf),
    perStep: false,
  };
}

function machineFor(data: SequenceData) {
  const settings = settleOptions({ network: spec, data, loss: { kind: "ctc" }, epochs: 1, batch: 3 });
  return createMachine(settings, chooseBackend("wasm").backend);
}

describe("a network that learns label sequences", () => {
  test("behind convolution and pooling", () => {
    const machine = machineFor(dataOf([[1, 2], [2], [1, 1]]));
    const first = machine.step(0, 1).loss;
    for (let update = 1; update <= 60; update++) {
      machine.step(0, 1);
      machine.update(update, 0.03);
    }
    expect(machine.step(0, 1).loss).toBeLessThan(first / 5);
    machine.dispose();
  });

  test("but not along a stream, whose pieces convolutions would not see together", () => {
    const data = {
      kind: "stream",
      inputs: new Float64Array(40),
      inputSize: 2,
      targets: new Float64Array(60),
      targetSize: 3,
      batch: 1,
    } as const;
    const settings = settleOptions({
      network: spec,
      data,
      loss: { kind: "mean-squared" },
      epochs: 1,
      truncation: { update: 4 },
    });
    expect(() => createMachine(settings, chooseBackend("reference").backend)).toThrow(
      expect.objectContaining({ code: "training/not-causal" }),
    );
  });

  test.each([
    ["a blank as a label", [[1, 0], [2], [1]]],
    ["a label that is no class", [[1, 3], [2], [1]]],
    ["more labels than outputs", [[1, 2, 1, 2], [1, 2, 1, 2], [1]]],
    ["no room for a blank between equal labels", [[1], [1, 1, 1], [1]]],
  ])("refuses %s", (_, bad) => {
    expect(() => machineFor(dataOf(bad))).toThrow(expect.objectContaining({ code: "training/bad-data" }));
  });
});
