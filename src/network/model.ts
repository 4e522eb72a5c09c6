/** A network with its parameters, ready to predict. */
import { chooseBackend } from "../engine/backends.ts";
import type { BackendName, Executable, Numbers } from "../engine/backend.ts";
import type { ThreadCount } from "../engine/thread-count.ts";
import { checkLengths } from "../engine/check-arrays.ts";
import { orderByLength, sortMembers, unsortMembers } from "../engine/member-order.ts";
import { copyStep, createProgramBuilder, overRows } from "../lower/index.ts";
import type { BufferId, Program, WeightFormat } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { compareWeights } from "./compare-weights.ts";
import type { CompareWeightsOptions, WeightsComparison } from "./compare-weights.ts";
import { describeNetwork } from "./describe.ts";
import type { ParameterValues } from "./initialise.ts";
import { declareParameters, lowerNetwork } from "./lower-network.ts";
import type { NetworkParameters } from "./lower-network.ts";
import { checkTokens, createSession } from "./session.ts";
import type { Session } from "./session.ts";
import { allocateSignal } from "./signal.ts";
import { checkPictureSteps } from "./spatial.ts";
import type { NetworkShape, NetworkSpec } from "./spec.ts";

export interface ModelOptions {
  readonly spec: NetworkSpec;
  /** Every parameter by name, row-major; the arrays are used as they are. */
  readonly parameters: ParameterValues;
  readonly backend?: BackendName | "auto";
  /** Most threads that share the work: one if absent. The numbers are the same for any. */
  readonly threads?: ThreadCount | undefined;
}

export interface PredictOptions {
  readonly steps: number;
  readonly batch: number;
  /** Features `[steps, batch, size]`, or token numbers `[steps, batch]`. */
  readonly inputs: ArrayLike<number>;
  /** Steps of each member, 1 to `steps`, in any order. What lies past them costs nothing. */
  readonly lengths?: ArrayLike<number>;
}

export interface Model {
  readonly spec: NetworkSpec;
  readonly shape: NetworkShape;
  readonly parameters: ParameterValues;
  /** `[outputSteps(spec, steps), batch, size]` where the network has an output for each step, else `[batch, size]`. A new array. */
  predict(options: PredictOptions): Numbers;
  /** A stream, one step at a time. */
  session(options?: SessionOptions): Session;
  /** What sessions lose in accuracy with weights of fewer bits. */
  compareWeights(options?: CompareWeightsOptions): readonly WeightsComparison[];
  dispose(): void;
}

export interface SessionOptions {
  /** Streams that step together: 1. */
  readonly batch?: number;
  /** How the weights of products are held: float32. In fewer bits they take less memory, and less time where memory is what a step waits for. */
  readonly weights?: WeightFormat;
}

interface Loaded {
  readonly executable: Executable;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly lengths: BufferId | undefined;
}

/** Checks the parameters against the network, and makes a model of both. */
export function createModel({ spec, parameters, backend: name = "auto", threads }: ModelOptions): Model {
  const shape = describeNetwork(spec);
  checkParameters(shape, parameters);
  const { backend } = chooseBackend(name, { threads });
  // Kernels are made for given sizes; those of the last few are kept.
  const loaded = new Map<string, Loaded>();
  const load = (steps: number, batch: number, hasLengths: boolean): Loaded => {
    const key = `${steps} ${batch} ${hasLengths}`;
    const made = loaded.get(key) ?? loadPredict({ spec, shape, parameters, backend }, { steps, batch, hasLengths });
    loaded.delete(key);
    loaded.set(key, made);
    for (const [oldest, { executable }] of loaded) {
      if (loaded.size <= 8) break;
      executable.dispose();
      loaded.delete(oldest);
    }
    return made;
  };
  const session = ({ batch = 1, weights = "float32" }: SessionOptions = {}): Session => {
    checkWeights(weights, parameters);
    return createSession({ spec, parameters, backend, batch, weights });
  };
  return {
    spec,
    shape,
    parameters,
    predict: ({ steps, batch, inputs, lengths }) => {
      for (const [what, value] of Object.entries({ steps, batch })) {
        if (!Number.isInteger(value) || value < 1)
          throw new RecurraError("network/bad-input", `${what} must be a whole number of at least 1, but is ${value}.`);
      }
      const columns = spec.input.kind === "tokens" ? 1 : spec.input.size;
      const wanted = steps * batch * columns;
      if (inputs.length !== wanted)
        throw new RecurraError(
          "network/bad-input",
          `inputs has ${inputs.length} numbers, but ${steps} steps × ${batch} members × ${columns} need ${wanted}.`,
        );
      if (spec.input.kind === "tokens") checkTokens(inputs, spec.input.size);
      checkPictureSteps(spec, steps);
      if (lengths !== undefined) checkLengths(lengths, steps, batch);
      const { executable, input, output, lengths: lengthBuffer } = load(steps, batch, lengths !== undefined);
      const x = executable.array(input);
      const order = lengths === undefined ? undefined : orderByLength(lengths);
      sortMembers(inputs, x, { order, size: columns });
      if (lengths !== undefined) {
        const sorted = executable.array(known(lengthBuffer, "lengths"));
        sortMembers(lengths, sorted, { order, size: 1 });
        for (let row = 0; row < steps * batch; row++) {
          if (Math.floor(row / batch) >= sorted[row % batch]!) x.fill(0, row * columns, (row + 1) * columns);
        }
      }
      executable.call("predict");
      return unsortMembers(executable.array(output), { order, size: shape.outputSize });
    },
    session,
    compareWeights: (options) => compareWeights(spec, session, options),
    dispose: () => {
      for (const { executable } of loaded.values()) executable.dispose();
      loaded.clear();
    },
  };
}

type Fixed = Pick<ModelOptions, "spec" | "parameters"> & {
  readonly shape: NetworkShape;
  readonly backend: ReturnType<typeof chooseBackend>["backend"];
};

/** Sizes that kernels are made for. */
export interface PredictSizes {
  readonly steps: number;
  readonly batch: number;
  /** Whether members differ in length. */
  readonly hasLengths: boolean;
  /** Whether the final states of all layers are kept as well. */
  readonly hasStates?: boolean;
}

/** A program of `prepare` (to be called once the parameters are in their places) and `predict`, and where its parameters and ports are. */
export interface LoweredPredict {
  readonly program: Program;
  readonly places: NetworkParameters;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly lengths: BufferId | undefined;
  /** By `layer.state`; empty unless they are asked for. */
  readonly finalStates: ReadonlyMap<string, BufferId>;
}

function loadPredict({ spec, shape, parameters, backend }: Fixed, sizes: PredictSizes): Loaded {
  const { program, places, input, output, lengths } = lowerPredict(spec, shape, sizes);
  const executable = backend.load(program);
  for (const [name, { value }] of places) executable.array(value).set(known(parameters[name], `parameter ${name}`));
  executable.call("prepare");
  return { executable, input, output, lengths };
}

/** The program that runs a network over sequences of these sizes. */
export function lowerPredict(
  spec: NetworkSpec,
  shape: NetworkShape,
  { steps, batch, hasLengths, hasStates = false }: PredictSizes,
): LoweredPredict {
  const builder = createProgramBuilder();
  const places = declareParameters(builder, shape, { gradients: false });
  const isTokens = spec.input.kind === "tokens";
  const input = {
    ...allocateSignal(builder, "input", { steps, batch, columns: isTokens ? 1 : spec.input.size, role: "port" }),
    columnStride: isTokens ? 0 : 1,
  } as const;
  const lengths = hasLengths ? builder.buffer({ name: "lengths", length: batch, role: "port" }) : undefined;
  const lowered = lowerNetwork({
    builder,
    spec,
    steps,
    batch,
    input,
    parameters: places,
    packedRole: "persistent",
    ...(lengths === undefined ? {} : { lengths }),
  });
  const outputSteps = lowered.perStep ? lowered.steps : 1;
  const output = allocateSignal(builder, "output", {
    steps: outputSteps,
    batch,
    columns: lowered.output.columns,
    role: "port",
  });
  const copy = overRows(
    { builder, batch },
    { name: "output", range: { first: 0, count: outputSteps }, locations: [lowered.output, output] },
    ([from, to], rows) => [
      builder.map("output", { rows, columns: output.columns }, (map) => map.store(to!, map.load(from!))),
    ],
  );
  const finalStates = new Map<string, BufferId>();
  const keep = [...(hasStates ? lowered.finalStates : [])].flatMap(([name, from]) => {
    const to = allocateSignal(builder, `final.${name}`, { steps: 1, batch, columns: from.columns, role: "port" });
    finalStates.set(name, to.buffer);
    return copyStep({ builder, batch }, `final.${name}`, from, {
      ...to,
      stepStride: 0,
      columnStride: from.columnStride,
    });
  });
  const program = builder.finish([
    { name: "prepare", body: lowered.packs },
    { name: "predict", body: [...lowered.forward, ...copy, ...keep] },
  ]);
  return { program, places, input: input.buffer, output: output.buffer, lengths, finalStates };
}

const weightFormats: readonly WeightFormat[] = ["float32", "float16", "int8"];

/** Of fewer bits have to be finite numbers. */
function checkWeights(format: WeightFormat, parameters: ParameterValues): void {
  if (!weightFormats.includes(format))
    throw new RecurraError(
      "network/bad-weights",
      `There is no weight format ${JSON.stringify(format)}; choose ${weightFormats.join(", ")}.`,
    );
  if (format === "float32") return;
  const bad = Object.entries(parameters).find(([, values]) => !values.every(Number.isFinite));
  if (bad !== undefined)
    throw new RecurraError(
      "network/bad-weights",
      `Parameter ${bad[0]} holds a number that is not finite, which ${format} has no form for; use float32.`,
    );
}

function checkParameters(shape: NetworkShape, parameters: ParameterValues): void {
  for (const { name, shape: dimensions } of shape.parameters) {
    const wanted = dimensions.reduce((product, n) => product * n, 1);
    const got = parameters[name]?.length;
    if (got !== wanted) {
      throw new RecurraError(
        "network/bad-parameters",
        `Parameter ${name} has ${got ?? "no"} numbers, but its shape [${dimensions.join(", ")}] needs ${wanted}.`,
      );
    }
  }
}
