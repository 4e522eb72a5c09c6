import { describe, expect, it } from "vitest";
import { prepareLoss, runLoss } from "../../test/support/run-loss.ts";
import type { LossCase, LossResult } from "../../test/support/run-loss.ts";
import { isThere, orMissing, readTorchCases, readTorchTensors } from "../../test/support/torch-fixtures.ts";
import type { FixtureTensor } from "../../test/support/shared-fixtures.ts";
import { tolerances } from "../../test/tolerances.ts";
import { chooseBackend } from "../engine/backends.ts";
import { createRandom } from "../util/random.ts";
import { leastScale, planLoss } from "./losses.ts";
import type { LossSpec } from "./losses.ts";

type Tensors = Readonly<Record<string, FixtureTensor>>;

interface TorchLoss {
  readonly id: string;
  readonly file: string;
  readonly loss: string;
  readonly options: Readonly<Record<string, number | boolean | string>>;
  readonly dtype: "float32" | "float64";
}

function dataOf(tensors: Tensors, name: string): Float64Array {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`${name} is missing`);
  return tensor.data;
}

/** [N, C, T] as rows of C. */
function classesLast(values: Float64Array, [n = 1, c = 1, t = 1]: readonly number[]): Float64Array {
  return Float64Array.from({ length: n * t * c }, (_, at) => {
    const [row, column] = [Math.floor(at / c), at % c];
    return values[(Math.floor(row / t) * c + column) * t + (row % t)] ?? NaN;
  });
}

/** Cross-entropy: a row for each target; `none` is a sum weighted by R. */
function crossEntropy({ options }: TorchLoss, tensors: Tensors): LossCase & { readonly expected: Float64Array } {
  const shape = tensors["logits"]?.shape ?? [];
  const isSequence = shape.length === 3;
  const outputs = shape[1] ?? 0;
  const targets = dataOf(tensors, "target");
  const ignored = Number(options["ignore_index"] ?? -100);
  const share = options["reduction"] === "none" ? dataOf(tensors, "R") : targets.map(() => 1);
  const arrange = (name: string): Float64Array =>
    isSequence ? classesLast(dataOf(tensors, name), shape) : dataOf(tensors, name);
  return {
    loss: {
      kind: "cross-entropy",
      ...(options["label_smoothing"] === undefined ? {} : { smoothing: Number(options["label_smoothing"]) }),
      ...(options["weight"] === true ? { classWeights: [...dataOf(tensors, "weight")] } : {}),
    },
    steps: isSequence ? 3 : 1,
    batch: isSequence ? 6 : targets.length,
    outputs,
    prediction: arrange("logits"),
    targets,
    weights: targets.map((target, n) => (target === ignored ? 0 : (share[n] ?? 0))),
    ...(options["reduction"] === "mean" ? {} : { scale: 1 }),
    expected: arrange("grad.logits"),
  };
}

/** Regressions: each number is a row of its own, so that R can weigh it. */
function elementwise(
  loss: LossSpec,
  { options }: TorchLoss,
  tensors: Tensors,
  factor = 1,
): LossCase & { readonly expected: Float64Array } {
  const input = tensors["input"] === undefined ? "logits" : "input";
  const prediction = dataOf(tensors, input);
  return {
    loss,
    steps: 3,
    batch: 4,
    outputs: 1,
    prediction,
    targets: dataOf(tensors, "target"),
    ...(options["reduction"] === "none" ? { weights: dataOf(tensors, "R") } : {}),
    scale: factor / (options["reduction"] === "mean" ? prediction.length : 1),
    expected: dataOf(tensors, `grad.${input}`),
  };
}

const regressions: Readonly<
  Record<string, (one: TorchLoss, tensors: Tensors) => LossCase & { readonly expected: Float64Array }>
> = {
  cross_entropy: crossEntropy,
  mse_loss: (one, tensors) => elementwise({ kind: "mean-squared" }, one, tensors),
  l1_loss: (one, tensors) => elementwise({ kind: "absolute" }, one, tensors),
  huber_loss: (one, tensors) => elementwise({ kind: "huber", delta: Number(one.options["delta"]) }, one, tensors),
  // Smooth L1 is Huber's loss over beta.
  smooth_l1_loss: (one, tensors) =>
    elementwise({ kind: "huber", delta: Number(one.options["beta"]) }, one, tensors, 1 / Number(one.options["beta"])),
  binary_cross_entropy_with_logits: (one, tensors) => elementwise({ kind: "binary-cross-entropy" }, one, tensors),
};

const all = readTorchCases("losses") as readonly TorchLoss[];
const hasWeights = ({ options }: TorchLoss): boolean => options["pos_weight"] === true;

describe("losses and their gradients against PyTorch's", () => {
  it.for(orMissing(all.filter((one) => one.loss in regressions && !hasWeights(one))))("$id", (one, context) => {
    if (!isThere(one)) return context.skip(one.id);
    const tensors = readTorchTensors(one);
    const { expected, ...given } = regressions[one.loss]!(one, tensors);
    const { backend } = chooseBackend(one.dtype === "float64" ? "reference" : "wasm");
    const result = runLoss(backend, given);
    const tolerance = one.dtype === "float64" ? tolerances.torchLoss64 : tolerances.torchLoss32;
    const losses = dataOf(tensors, "loss");
    const total =
      one.options["reduction"] === "none"
        ? losses.reduce((sum, loss, n) => sum + loss * dataOf(tensors, "R")[n]!, 0)
        : losses[0]!;
    expect(Math.abs(result.loss - total)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(total)));
    expected.forEach((value, n) =>
      expect(Math.abs(result.gradient[n]! - value)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value))),
    );
  });

  it.for(orMissing(all.filter(hasWeights)))("$id, a column at a time", (one, context) => {
    if (!isThere(one)) return context.skip(one.id);
    const tensors = readTorchTensors(one);
    const column = (name: string, at: number): Float64Array => dataOf(tensors, name).filter((__, n) => n % 3 === at);
    const { backend } = chooseBackend(one.dtype === "float64" ? "reference" : "wasm");
    const tolerance = one.dtype === "float64" ? tolerances.torchLoss64 : tolerances.torchLoss32;
    const results = [0, 1, 2].map((at): LossResult => {
      const positiveWeights = [dataOf(tensors, "pos_weight")[at] ?? NaN];
      const values = { prediction: column("logits", at), targets: column("target", at), weights: column("weight", at) };
      return runLoss(backend, {
        loss: { kind: "binary-cross-entropy", positiveWeights },
        steps: 1,
        batch: 4,
        outputs: 1,
        ...values,
        scale: 1 / 12,
      });
    });
    expect(
      Math.abs(results.reduce((sum, { loss }) => sum + loss, 0) - dataOf(tensors, "loss")[0]!),
    ).toBeLessThanOrEqual(tolerance);
    results.forEach(({ gradient }, at) =>
      column("grad.logits", at).forEach((value, n) =>
        expect(Math.abs(gradient[n]! - value)).toBeLessThanOrEqual(tolerance),
      ),
    );
  });
});

const { backend: reference } = chooseBackend("reference");

const everyLoss: readonly { readonly loss: LossSpec; readonly outputs: number }[] = [
  { loss: { kind: "mean-squared" }, outputs: 5 },
  { loss: { kind: "absolute" }, outputs: 5 },
  { loss: { kind: "huber", delta: 0.4 }, outputs: 5 },
  { loss: { kind: "quantile", quantiles: [0.1, 0.5, 0.9] }, outputs: 6 },
  { loss: { kind: "quantile", quantiles: [0.3] }, outputs: 2 },
  { loss: { kind: "gaussian" }, outputs: 6 },
  { loss: { kind: "student" }, outputs: 6 },
  { loss: { kind: "binary-cross-entropy" }, outputs: 5 },
  { loss: { kind: "binary-cross-entropy", positiveWeights: [1, 2, 3, 0.5, 0] }, outputs: 5 },
  { loss: { kind: "cross-entropy" }, outputs: 5 },
  { loss: { kind: "cross-entropy", smoothing: 0.2, classWeights: [1, 2, 3, 0.5, 0] }, outputs: 5 },
];

/** Random numbers that fit the loss, some rows left out. */
function drawCase({ loss, outputs }: (typeof everyLoss)[number]): LossCase {
  const random = createRandom(7);
  const plan = planLoss(loss, outputs);
  const [steps, batch] = [3, 4];
  const draw = (length: number, one: () => number): Float64Array => Float64Array.from({ length }, one);
  const target = plan.isClass
    ? () => random.integer(outputs)
    : loss.kind === "binary-cross-entropy"
      ? () => random.integer(2)
      : () => random.normal();
  return {
    loss,
    steps,
    batch,
    outputs,
    prediction: draw(steps * batch * outputs, () => random.normal()),
    targets: draw(steps * batch * plan.targets, target),
    weights: draw(steps * batch, () => random.integer(3) / 2),
  };
}

describe("every loss", () => {
  it.each(everyLoss.map((one) => [JSON.stringify(one.loss), one] as const))(
    "%s has the gradient that central differences find",
    (_, one) => {
      const given = drawCase(one);
      const run = prepareLoss(reference, given);
      const { gradient } = run(given.prediction);
      const step = 1e-5;
      const prediction = Float64Array.from(given.prediction);
      gradient.forEach((slope: number, n: number) => {
        const at = (shift: number): number => run(prediction.with(n, prediction[n]! + shift)).loss;
        expect(Math.abs((at(step) - at(-step)) / (2 * step) - slope)).toBeLessThanOrEqual(tolerances.lossDifference);
      });
    },
  );

  it("leaves rows of weight 0 out, whatever they hold", () => {
    const given = drawCase({ loss: { kind: "cross-entropy" }, outputs: 5 });
    const weights = Float64Array.from(given.weights ?? [])
      .fill(1)
      .with(2, 0);
    const other = Float64Array.from(given.targets).with(2, -100);
    const plain = runLoss(reference, { ...given, weights });
    expect(runLoss(reference, { ...given, weights, targets: other })).toEqual(plain);
    expect(plain.count).toBe(11);
    expect(plain.gradient.slice(10, 15)).toEqual(new Float64Array(5));
  });
});

describe("quantile", () => {
  // Targets 1 and 2; predictions for the quantile 0.1 and then for 0.9.
  const given: LossCase = {
    loss: { kind: "quantile", quantiles: [0.1, 0.9] },
    steps: 1,
    batch: 1,
    outputs: 4,
    prediction: [0, 3, 0, 3],
    targets: [1, 2],
  };

  it("weighs what is too low by the quantile, what is too high by the rest", () => {
    const { loss, gradient } = runLoss(reference, given);
    expect(loss).toBeCloseTo((0.1 * 1 + 0.9 * 1 + 0.9 * 1 + 0.1 * 1) / 4, 15);
    [-0.1, 0.9, -0.9, 0.1].forEach((slope, n) => expect(gradient[n]).toBeCloseTo(slope / 4, 15));
  });
});

describe("likelihoods", () => {
  const softplus = (value: number): number => Math.log1p(Math.exp(value));
  const measure = (kind: "gaussian" | "student", prediction: readonly number[], target: number): number =>
    runLoss(reference, {
      loss: { kind },
      steps: 1,
      batch: 1,
      outputs: prediction.length,
      prediction,
      targets: [target],
    }).loss;

  it("gaussian is −log of the normal density", () => {
    const deviation = softplus(0.3) + leastScale;
    const density = Math.exp(-(((2 - 0.5) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
    expect(measure("gaussian", [0.5, 0.3], 2)).toBeCloseTo(-Math.log(density), 12);
  });

  // At whole degrees of freedom the gamma functions are elementary: Γ(2)/(√(3π)·Γ(1.5)) = 2/(π√3), 3/8, 8/(3π√5), 35/256·…
  it.each([
    [3, 2 / (Math.PI * Math.sqrt(3))],
    [4, 3 / 8],
    [5, 8 / (3 * Math.PI * Math.sqrt(5))],
    [100, 0.3979461869358833],
  ] as const)("student with %d degrees of freedom has its density", (freedom, atZero) => {
    const tail = Math.log(Math.expm1(freedom - 2 - leastScale));
    const unit = Math.log(Math.expm1(1 - leastScale));
    expect(measure("student", [0, unit, tail], 0)).toBeCloseTo(-Math.log(atZero), 9);
    const off = Math.log(atZero) - ((freedom + 1) / 2) * Math.log(1 + 4 / freedom);
    expect(measure("student", [0, unit, tail], 2)).toBeCloseTo(-off, 9);
  });

  it("student stays exact in float32 where the degrees of freedom are many", () => {
    const { backend } = chooseBackend("wasm");
    const given: LossCase = {
      loss: { kind: "student" },
      steps: 1,
      batch: 2,
      outputs: 3,
      prediction: [0, 0.5, 1e4, 1, 2, 30],
      targets: [1, -1],
    };
    const [single, double] = [runLoss(backend, given), runLoss(reference, given)];
    expect(single.loss).toBeCloseTo(double.loss, 3);
    double.gradient.forEach((slope, at) => expect(single.gradient[at]).toBeCloseTo(slope, 4));
  });
});

describe("a loss that does not fit", () => {
  it.each([
    [{ kind: "quantile", quantiles: [] }, 4, /between 0 and 1/],
    [{ kind: "quantile", quantiles: [0.5, 1.5] }, 4, /between 0 and 1/],
    [{ kind: "quantile", quantiles: [0.1, 0.5, 0.9] }, 4, /3 quantiles cannot share 4 outputs/],
    [{ kind: "gaussian" }, 3, /gaussian cannot share 3 outputs/],
    [{ kind: "huber", delta: 0 }, 4, /delta is 0/],
    [{ kind: "cross-entropy", smoothing: 1 }, 4, /smoothing is 1/],
    [{ kind: "cross-entropy", classWeights: [1, 2] }, 4, /classWeights must be 4 numbers/],
    [{ kind: "hinge" }, 4, /no loss "hinge"; choose mean-squared/],
  ] as const)("%j is refused", (spec, outputs, message) => {
    expect(() => planLoss(spec as unknown as LossSpec, outputs)).toThrow(
      expect.objectContaining({
        code: "training/bad-loss",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
