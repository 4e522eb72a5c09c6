/** The error for a loss or gradient that is no number any more: where it happened, what was large, what to do. */
import type { Numbers } from "../engine/backend.ts";
import { RecurraError } from "../util/errors.ts";
import type { Machine } from "./machine.ts";
import type { TrainingSettings } from "./training-options.ts";

export interface NotFinite {
  readonly machine: Machine;
  readonly settings: TrainingSettings;
  readonly loss: number;
  readonly norm: number;
  readonly epoch: number;
  /** From 1. */
  readonly batch: number;
  /** Updates made before. */
  readonly update: number;
  readonly rate: number;
  /** Norms of the gradients before, the latest first. */
  readonly norms: Float64Array;
}

/** Inputs beyond this are surely not scaled. */
const largeInput = 1e3;
/** Parameters named in the message. */
const named = 3;

/** `training/not-finite`, with the step, the largest gradients by name, the learning rate and advice. */
export function reportNotFinite(found: NotFinite): RecurraError {
  const { loss, norm, epoch, batch, update, rate, norms } = found;
  const what = Number.isFinite(loss)
    ? `The gradient's norm became ${norm} (the loss is ${round(loss)})`
    : `The loss became ${loss}`;
  const where = `at step ${update + 1} (epoch ${epoch}, batch ${batch}), with a learning rate of ${round(rate)}`;
  const before =
    norms.length === 0
      ? ""
      : ` The gradient's norm was ${Array.from(norms, round).reverse().join(", ")} in the steps before.`;
  return new RecurraError(
    "training/not-finite",
    `${what} ${where}. Largest gradients: ${listLargest(found.machine)}.${before} ${advise(found)}`,
  );
}

interface Size {
  readonly name: string;
  readonly largest: number;
  readonly notFinite: number;
  readonly length: number;
}

function sizeOf(name: string, values: Numbers, length = values.length): Size {
  let largest = 0;
  let notFinite = 0;
  for (let n = 0; n < length; n++) {
    const size = Math.abs(values[n] ?? NaN);
    if (!Number.isFinite(size)) notFinite++;
    else if (size > largest) largest = size;
  }
  return { name, largest, notFinite, length };
}

/** The largest first, those with numbers that are not finite before all others. */
function listLargest({ program, executable }: Machine): string {
  const sizes = [...program.parameters].flatMap(([name, { gradient }]) =>
    gradient === undefined ? [] : [sizeOf(name, executable.array(gradient))],
  );
  return sizes
    .sort((a, b) => b.notFinite - a.notFinite || b.largest - a.largest)
    .slice(0, named)
    .map(({ name, largest, notFinite, length }) =>
      notFinite > 0 ? `d${name} (${notFinite} of ${length} numbers not finite)` : `d${name} ${round(largest)}`,
    )
    .join(", ");
}

function advise({ machine, settings, rate, batch }: NotFinite): string {
  const { ports, source, program } = machine;
  const { steps } = source.shapeOf(batch - 1);
  const rows = (source.perStep ? steps : 1) * source.batch;
  const inputs = sizeOf("inputs", ports.inputs, steps * source.batch * source.inputSize);
  const targets = sizeOf("targets", ports.targets, rows * source.targetSize);
  const spoilt = [inputs, targets].filter(({ notFinite }) => notFinite > 0);
  if (spoilt.length > 0) {
    return `The batch itself is the cause: of its ${spoilt.map(({ name, notFinite, length }) => `${name}, ${notFinite} of ${length} numbers`).join(" and of its ")} are not finite. Fill or drop missing values.`;
  }
  const advice = [
    ...(inputs.largest > largeInput && settings.network.input.kind === "features"
      ? [`scale the inputs, which reach ${round(inputs.largest)}`]
      : []),
    ...(!program.loss.isClass && targets.largest > largeInput
      ? [`scale the targets, which reach ${round(targets.largest)}`]
      : []),
    ...(settings.clip === undefined ? ['clip the gradient with clip: { kind: "norm", most: 1 }'] : []),
    `lower the learning rate to ${round(rate / 10)}`,
  ];
  return `Try to ${advice.join(", or ")}.`;
}

function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
