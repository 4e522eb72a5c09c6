/** A network with its parameters, ready to predict. */
import { chooseBackend } from "../engine/backends.ts";
import type { BackendName, Numbers } from "../engine/backend.ts";
import type { ThreadCount } from "../engine/thread-count.ts";
import type { WeightFormat } from "../lower/index.ts";
import { RecurraError } from "../util/errors.ts";
import { compareWeights } from "./compare-weights.ts";
import type { CompareWeightsOptions, WeightsComparison } from "./compare-weights.ts";
import { describeNetwork } from "./describe.ts";
import type { ParameterValues } from "./initialise.ts";
import { checkPredict, loadPredict, runPredict, sizesOfPredict } from "./predict.ts";
import type { LoadedPredict, PredictOptions, PredictSizes, SequenceInputs } from "./predict.ts";
import { createSession } from "./session.ts";
import type { Session } from "./session.ts";
import type { NetworkShape, NetworkSpec } from "./spec.ts";

export interface ModelOptions {
  readonly spec: NetworkSpec;
  /** Every parameter by name, row-major; the arrays are used as they are. */
  readonly parameters: ParameterValues;
  readonly backend?: BackendName | "auto";
  /** Most threads that share the work: one if absent. The numbers are the same for any. */
  readonly threads?: ThreadCount | undefined;
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
  /** What the encoder reads at first, where the network has one; later sources (`read`) may be as long. */
  readonly source?: SequenceInputs | undefined;
  /** Members for each source, one after the other, as in a beam search: 1. The source's own batch is so much smaller, and is read once for all of them. */
  readonly readers?: number | undefined;
}

/** Checks the parameters against the network, and makes a model of both. */
export function createModel({ spec, parameters, backend: name = "auto", threads }: ModelOptions): Model {
  const shape = describeNetwork(spec);
  checkParameters(shape, parameters);
  const { backend } = chooseBackend(name, { threads });
  // Kernels are made for given sizes; those of the last few are kept.
  const loaded = new Map<string, LoadedPredict>();
  const load = (sizes: PredictSizes): LoadedPredict => {
    const key = JSON.stringify(sizes);
    const made = loaded.get(key) ?? loadPredict({ spec, shape, parameters, backend }, sizes);
    loaded.delete(key);
    loaded.set(key, made);
    for (const [oldest, { executable }] of loaded) {
      if (loaded.size <= 8) break;
      executable.dispose();
      loaded.delete(oldest);
    }
    return made;
  };
  const session = ({ batch = 1, weights = "float32", source, readers }: SessionOptions = {}): Session => {
    checkWeights(weights, parameters);
    return createSession({ spec, parameters, backend, batch, weights, source, readers });
  };
  return {
    spec,
    shape,
    parameters,
    predict: (options) => {
      checkPredict(spec, options);
      return runPredict(load(sizesOfPredict(options)), { spec, shape }, options);
    },
    session,
    compareWeights: (options) => compareWeights(spec, session, options),
    dispose: () => {
      for (const { executable } of loaded.values()) executable.dispose();
      loaded.clear();
    },
  };
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
