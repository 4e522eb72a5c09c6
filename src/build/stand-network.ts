/** A network of layers as a program that runs by itself. */
import { settleProgram } from "../engine/settle-program.ts";
import type { BufferId, WeightFormat } from "../lower/index.ts";
import { describeNetwork, firstStates, lowerPredict, packStep, streamFault } from "../network/index.ts";
import type { Model } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createBuildBackend, stand } from "./standalone.ts";
import type { Port, Standalone } from "./standalone.ts";

export interface StandNetworkOptions {
  readonly weights: WeightFormat;
  /** Steps of a sequence, for networks that read whole ones. */
  readonly steps: number | undefined;
}

/** Throws `build/…` for a network that no module can hold. */
export function standNetwork(model: Model, options: StandNetworkOptions): Standalone {
  const { spec } = model;
  if (spec.encoder !== undefined)
    throw new RecurraError(
      "build/unsupported",
      "The network reads a source with an encoder, which built modules cannot do; load the model with Recurra instead.",
    );
  return streamFault(spec) === undefined ? standStream(model, options) : standSequence(model, options);
}

function standStream(model: Model, { weights, steps }: StandNetworkOptions): Standalone {
  if (steps !== undefined) throw mustNotCount();
  const backend = createBuildBackend();
  const options = { spec: model.spec, parameters: model.parameters, backend, batch: 1, weights, sources: 1 };
  const { program, contents, input, output, states, clock } = packStep(options);
  const first = firstStates(options);
  const held = new Map(contents);
  for (const [name, { buffer }] of states) {
    const own = known(held.get(buffer), name).slice();
    own.set(known(first.states[name], name));
    held.set(buffer, own);
  }
  const { perStep } = describeNetwork(model.spec);
  const remembered = [...[...states].map(([name, { buffer }]) => [name, buffer] as const), ["steps", clock] as const];
  return stand(
    { program, contents: held },
    {
      inputs: new Map([["input", inputOf(model, input)]]),
      outputs: new Map([["output", { at: output, shape: [model.shape.outputSize] }]]),
      states: new Map(remembered),
      call: "step",
      perStep,
      follow: (calls) => {
        const session = model.session({ weights });
        const outputs = calls.map((call) => session.step(known(call["input"], "the input")).slice());
        session.dispose();
        return outputs;
      },
    },
  );
}

function standSequence(model: Model, { weights, steps: given }: StandNetworkOptions): Standalone {
  const { spec, parameters } = model;
  const steps = given ?? (spec.input.kind === "image" ? spec.input.height * spec.input.width : undefined);
  if (steps === undefined)
    throw mustCount(`The network reads whole sequences (${known(streamFault(spec), "a reason")})`);
  checkWhole(weights);
  const shape = describeNetwork(spec);
  const { program, places, input, output } = lowerPredict(spec, shape, { steps, batch: 1, hasLengths: false });
  const settled = settleProgram(createBuildBackend(), program, (array) => {
    for (const [name, { value }] of places) array(value).set(known(parameters[name], name));
  });
  // Strides leave fewer steps than there were.
  const rows =
    known(
      program.buffers.find(({ id }) => id === output),
      "the output",
    ).length / shape.outputSize;
  return stand(settled, {
    inputs: new Map([["input", inputOf(model, input, steps)]]),
    outputs: new Map([
      ["output", { at: output, shape: shape.perStep ? [rows, shape.outputSize] : [shape.outputSize] }],
    ]),
    states: undefined,
    call: "predict",
    perStep: shape.perStep,
    follow: (calls) =>
      calls.map((call) => model.predict({ steps, batch: 1, inputs: known(call["input"], "the input") })),
  });
}

/** Tokens are one number a step. */
function inputOf({ spec: { input } }: Model, at: BufferId, steps?: number): Port<BufferId> {
  const lead = steps === undefined ? [] : [steps];
  return input.kind === "tokens"
    ? { at, shape: steps === undefined ? [1] : lead, below: input.size }
    : { at, shape: [...lead, input.size] };
}

/** For a number of steps where none is needed. */
export function mustNotCount(): RecurraError {
  return new RecurraError(
    "build/bad-option",
    "The network goes on step by step, so its module takes sequences of any length; leave the number of steps out.",
  );
}

/** For a missing number of steps; `why` is the beginning of the sentence. */
export function mustCount(why: string): RecurraError {
  return new RecurraError("build/bad-option", `${why}, so its module is made for one length: say of how many steps.`);
}

/** Throws for weights in fewer bits, which only streams have. */
export function checkWhole(weights: WeightFormat): void {
  if (weights === "float32") return;
  throw new RecurraError(
    "build/bad-option",
    `Weights of ${weights} are for networks that go on step by step; this one reads whole sequences, so leave them in float32.`,
  );
}
