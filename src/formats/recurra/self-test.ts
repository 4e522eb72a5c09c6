/** A few inputs and what the network makes of them: stored with a model, so that whoever loads it can see that it still computes the same. */
import { columnsOf } from "../../network/index.ts";
import type { ChainSpec, Model } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";

/** What a network is to be tried with. */
export interface SelfTestInputs {
  readonly steps: number;
  readonly batch: number;
  /** `[steps, batch, size]`, or token numbers `[steps, batch]`. */
  readonly inputs: ArrayLike<number>;
  /** What an encoder reads, of all members alike in steps. */
  readonly source?: { readonly steps: number; readonly inputs: ArrayLike<number> };
}

export interface SelfTest {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: Float32Array;
  readonly source?: { readonly steps: number; readonly inputs: Float32Array };
  readonly outputs: Float32Array;
  /** The most that an output may differ, relative to 1 + |output|. */
  readonly tolerance: number;
}

/**
 * Backends differ by float32's rounding, 6e-8, in each of some thousand operations that follow one another; what is wrong with a model is
 * wrong by far more.
 */
const tolerance = 1e-3;

/** Inputs from a fixed seed: standard normal numbers, or tokens each as likely. */
export function drawSelfTest({ spec }: Pick<Model, "spec">): SelfTestInputs {
  const random = createRandom(1);
  const stepsOf = ({ input }: ChainSpec): number => (input.kind === "image" ? input.height * input.width : 5);
  const batch = 2;
  const draw = (chain: ChainSpec): Float32Array => {
    const { kind, size } = chain.input;
    const one = kind === "tokens" ? () => random.integer(size) : () => random.normal();
    return Float32Array.from({ length: stepsOf(chain) * batch * columnsOf(chain) }, one);
  };
  return {
    steps: stepsOf(spec),
    batch,
    inputs: draw(spec),
    ...(spec.encoder === undefined ? {} : { source: { steps: stepsOf(spec.encoder), inputs: draw(spec.encoder) } }),
  };
}

/** The inputs with what the model makes of them. */
export function recordSelfTest(
  model: Pick<Model, "predict">,
  { steps, batch, inputs, source }: SelfTestInputs,
): SelfTest {
  const given = {
    steps,
    batch,
    inputs: Float32Array.from(inputs),
    ...(source === undefined ? {} : { source: { steps: source.steps, inputs: Float32Array.from(source.inputs) } }),
  };
  return { ...given, outputs: Float32Array.from(model.predict(given)), tolerance };
}

/** Throws `file/self-test` naming the first output that differs. */
export function verifySelfTest(model: Pick<Model, "predict">, test: SelfTest, source: string): void {
  const got = model.predict(test);
  const fail = (what: string): never => {
    throw new RecurraError(
      "file/self-test",
      `${source}: the self-test fails: ${what}. The file is damaged, or this machine computes otherwise; save or copy it again.`,
    );
  };
  if (got.length !== test.outputs.length)
    fail(`the model has ${got.length} outputs where ${test.outputs.length} are stored`);
  test.outputs.forEach((wanted, index) => {
    const value = got[index] ?? NaN;
    // Not `>`: NaN must fail too.
    if (!(Math.abs(value - wanted) <= test.tolerance * (1 + Math.abs(wanted))))
      fail(`output ${index} is ${value}, but ${wanted} is stored`);
  });
}
