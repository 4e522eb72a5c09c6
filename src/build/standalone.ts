/** A network as a program that runs by itself: kernels, what memory holds at first, and where what goes in and comes out lies. */
import { emitModule } from "../codegen/wasm/module.ts";
import { planMemory } from "../engine/plan.ts";
import { settleProgram } from "../engine/settle-program.ts";
import { createWasmBackend } from "../engine/wasm-backend.ts";
import type { BufferId, Program, WeightFormat } from "../lower/index.ts";
import { describeNetwork, firstStates, lowerPredict, packStep, streamFault } from "../network/index.ts";
import type { Model } from "../network/index.ts";
import type { Numbers } from "../engine/backend.ts";
import { known, RecurraError } from "../util/errors.ts";

/** A stretch of memory, in words. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export interface Standalone {
  readonly kernels: Uint8Array<ArrayBuffer>;
  /** Words of memory. */
  readonly words: number;
  /** What memory holds at first; the rest is zero. */
  readonly image: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  readonly input: Place;
  readonly output: Place;
  /** What a stream remembers, by name. Undefined where the network reads whole sequences. */
  readonly states: ReadonlyMap<string, Place> | undefined;
  /** The function of the kernels that does a step, or a whole sequence. */
  readonly call: string;
  /** Steps of a call. */
  readonly steps: number;
  /** Whether there is an output for each step. */
  readonly perStep: boolean;
}

export interface StandaloneOptions {
  readonly weights: WeightFormat;
  /** Steps of a sequence, for networks that read whole ones. */
  readonly steps: number | undefined;
}

/** Every browser with WebAssembly SIMD runs it: no relaxed instructions. */
const features = { relaxed: false };

/** Throws `build/…` for a network that no module can hold. */
export function createStandalone(model: Model, options: StandaloneOptions): Standalone {
  const { spec } = model;
  if (spec.encoder !== undefined)
    throw new RecurraError(
      "build/unsupported",
      "The network reads a source with an encoder, which built modules cannot do; load the model with Recurra instead.",
    );
  return streamFault(spec) === undefined ? standStream(model, options) : standSequence(model, options);
}

function standStream(model: Model, { weights, steps }: StandaloneOptions): Standalone {
  if (steps !== undefined)
    throw new RecurraError(
      "build/bad-option",
      "The network goes on step by step, so its module takes sequences of any length; leave the number of steps out.",
    );
  const backend = createWasmBackend(features);
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
  return stand(program, held, { input, output, call: "step", steps: 1, perStep, states: new Map(remembered) });
}

function standSequence(model: Model, { weights, steps: given }: StandaloneOptions): Standalone {
  const { spec, parameters } = model;
  const steps = given ?? (spec.input.kind === "image" ? spec.input.height * spec.input.width : undefined);
  if (steps === undefined)
    throw new RecurraError(
      "build/bad-option",
      `The network reads whole sequences (${known(streamFault(spec), "a reason")}), so its module is made for one length: say of how many steps.`,
    );
  if (weights !== "float32")
    throw new RecurraError(
      "build/bad-option",
      `Weights of ${weights} are for networks that go on step by step; this one reads whole sequences, so leave them in float32.`,
    );
  const shape = describeNetwork(spec);
  const { program, places, input, output } = lowerPredict(spec, shape, { steps, batch: 1, hasLengths: false });
  const settled = settleProgram(createWasmBackend(features), program, (array) => {
    for (const [name, { value }] of places) array(value).set(known(parameters[name], name));
  });
  return stand(settled.program, settled.contents, {
    input,
    output,
    call: "predict",
    steps,
    perStep: shape.perStep,
    states: undefined,
  });
}

interface Parts extends Pick<Standalone, "call" | "steps" | "perStep"> {
  readonly input: BufferId;
  readonly output: BufferId;
  readonly states: ReadonlyMap<string, BufferId> | undefined;
}

function stand(program: Program, contents: ReadonlyMap<BufferId, Numbers>, parts: Parts): Standalone {
  const plan = planMemory(program);
  const placeOf = (buffer: BufferId): Place => ({ offset: plan.offsetOf(buffer), length: plan.lengthOf(buffer) });
  const image = [...contents].flatMap(([buffer, numbers]) => {
    const { offset, length } = placeOf(buffer);
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, length * 4);
    return length === 0 || bytes.every((byte) => byte === 0) ? [] : [{ offset, bytes }];
  });
  return {
    kernels: emitModule(program, plan, features),
    words: plan.words,
    image,
    input: placeOf(parts.input),
    output: placeOf(parts.output),
    states: parts.states && new Map([...parts.states].map(([name, buffer]) => [name, placeOf(buffer)])),
    call: parts.call,
    steps: parts.steps,
    perStep: parts.perStep,
  };
}
