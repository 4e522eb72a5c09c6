/** What it costs in accuracy to hold the weights of a session in fewer bits, measured by stepping through the same inputs with both. */
import type { WeightFormat } from "../lower/index.ts";
import { RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import type { Session } from "./session.ts";
import type { NetworkSpec } from "./spec.ts";

export interface CompareWeightsOptions {
  /** Which are compared with float32: by default float16 and int8. */
  readonly formats?: readonly WeightFormat[];
  /** `[steps, batch, features]`, or token numbers `[steps, batch]`. By default random ones: normal with variance 1, or all tokens alike. */
  readonly inputs?: ArrayLike<number>;
  /** By default 100 steps of 1 member. */
  readonly steps?: number;
  readonly batch?: number;
  /** Of random inputs: 1. */
  readonly seed?: number;
}

/** Errors are differences from the outputs of the float32 session, over all steps, members and outputs. */
export interface WeightsComparison {
  readonly format: WeightFormat;
  /** Of all packed weights, and what they take as float32. */
  readonly bytes: number;
  readonly bytesFloat32: number;
  readonly largestError: number;
  readonly meanError: number;
  /** Root of the mean squared error, over that of the outputs: 0.01 is one percent. */
  readonly relativeError: number;
  readonly steps: number;
  readonly batch: number;
  readonly inputs: "given" | "random";
}

/** `open` makes a session of the network. Throws `network/bad-input` for inputs of another length. */
export function compareWeights(
  spec: NetworkSpec,
  open: (options: { readonly batch: number; readonly weights: WeightFormat }) => Session,
  options: CompareWeightsOptions = {},
): readonly WeightsComparison[] {
  const { formats = ["float16", "int8"], steps = 100, batch = 1 } = options;
  const columns = batch * (spec.input.kind === "tokens" ? 1 : spec.input.size);
  const inputs = options.inputs ?? drawInputs(spec, steps * columns, options.seed ?? 1);
  if (!Number.isInteger(steps) || steps < 1 || inputs.length !== steps * columns)
    throw new RecurraError(
      "network/bad-input",
      `inputs has ${inputs.length} numbers, but ${steps} steps × ${batch} members × ${columns / batch} need ${steps * columns}.`,
    );
  const sequence = Float64Array.from(inputs);
  const run = (session: Session, see: (outputs: ArrayLike<number>) => void): void => {
    for (let t = 0; t < steps; t++) see(session.step(sequence.subarray(t * columns, (t + 1) * columns)));
    session.dispose();
  };
  const exact: number[] = [];
  run(open({ batch, weights: "float32" }), (outputs) => exact.push(...Array.from(outputs)));
  return formats.map((format) => {
    const session = open({ batch, weights: format });
    const { bytes, bytesFloat32 } = session.weights;
    const errors: number[] = [];
    run(session, (outputs) => {
      for (let i = 0; i < outputs.length; i++) errors.push(Math.abs(outputs[i]! - exact[errors.length]!));
    });
    const measured = { ...summarise(errors, exact), steps, batch };
    return { format, bytes, bytesFloat32, ...measured, inputs: options.inputs === undefined ? "random" : "given" };
  });
}

function summarise(
  errors: readonly number[],
  exact: readonly number[],
): Pick<WeightsComparison, "largestError" | "meanError" | "relativeError"> {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const squares = (values: readonly number[]): number => values.reduce((total, value) => total + value * value, 0);
  const size = squares(exact);
  return {
    largestError: errors.reduce((largest, value) => Math.max(largest, value), 0),
    meanError: sum(errors) / errors.length,
    relativeError: size === 0 ? 0 : Math.sqrt(squares(errors) / size),
  };
}

function drawInputs({ input }: NetworkSpec, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () =>
    input.kind === "tokens" ? random.integer(input.size) : random.normal(),
  );
}
