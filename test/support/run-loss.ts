/** One loss on given numbers: its value and the gradient of the prediction, through the program that training uses. */
import type { Backend, Numbers } from "../../src/engine/backend.ts";
import { createProgramBuilder } from "../../src/lower/index.ts";
import type { BufferId, Location } from "../../src/lower/index.ts";
import { declareLoss, lowerLoss } from "../../src/training/lower-loss.ts";
import { countLoss, planLoss } from "../../src/training/losses.ts";
import type { LossSpec } from "../../src/training/losses.ts";

export interface LossCase {
  readonly loss: LossSpec;
  readonly steps: number;
  readonly batch: number;
  readonly outputs: number;
  /** `[steps, batch, outputs]` */
  readonly prediction: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  /** `[steps, batch]`; all 1 if absent. */
  readonly weights?: ArrayLike<number>;
  /** Labels of a sequence at most, for a loss of whole sequences: targets are then `[batch, labels]`, weights `[batch]`. */
  readonly labels?: number;
  /** `[batch]`, none longer than the one before. */
  readonly lengths?: ArrayLike<number>;
  /** The mean that training takes, if absent. */
  readonly scale?: number;
}

export interface LossResult {
  readonly loss: number;
  /** Like the prediction. */
  readonly gradient: Numbers;
  readonly count: number;
}

export function runLoss(backend: Backend, given: LossCase): LossResult {
  return prepareLoss(backend, given)(given.prediction);
}

/** The loss as a function of the prediction alone. */
export function prepareLoss(backend: Backend, given: LossCase): (prediction: ArrayLike<number>) => LossResult {
  const { steps, batch, outputs } = given;
  const plan = planLoss(given.loss, outputs, given.labels);
  const builder = createProgramBuilder();
  const port = (name: string, length: number): BufferId => builder.buffer({ name, length, role: "port" });
  const rows = steps * batch;
  const targetRows = plan.ctc === undefined ? rows : batch;
  const [prediction, gradient] = [port("prediction", rows * outputs), port("gradient", rows * outputs)];
  const [targets, weights] = [port("targets", targetRows * plan.targets), port("weights", targetRows)];
  const [scale, to] = [port("scale", 1), port("loss", 1)];
  const dense = (buffer: BufferId): Location => ({
    buffer,
    offset: 0,
    stepStride: batch * outputs,
    rowStride: outputs,
    columnStride: 1,
    columns: outputs,
    padded: false,
    local: false,
  });
  const loss = declareLoss(builder, plan);
  const places = { prediction: dense(prediction), gradient: dense(gradient), targets, weights, scale, to };
  const lengths = given.lengths === undefined ? undefined : port("lengths", batch);
  const own = lengths === undefined ? {} : { lengths };
  const body = lowerLoss({ builder, name: "loss", loss, steps, batch, ...places, ...own });
  const executable = backend.load(builder.finish([{ name: "loss", body }]));
  for (const [name, buffer] of loss.buffers) executable.array(buffer).set(plan.vectors[name] ?? []);
  const weighs = given.weights ?? new Float64Array(targetRows).fill(1);
  const count = countLoss(plan, targetRows, given.targets, weighs);
  if (lengths !== undefined) executable.array(lengths).set(given.lengths ?? []);
  executable.array(targets).set(given.targets);
  executable.array(weights).set(weighs);
  executable.array(scale)[0] = given.scale ?? 1 / count;
  return (values) => {
    executable.array(prediction).set(values);
    executable.call("loss");
    return { loss: executable.array(to)[0] ?? NaN, gradient: executable.array(gradient).slice(), count };
  };
}
