/** How much each step of an input mattered for what a network said. */
import { known, RecurraError } from "../../util/errors.ts";
import { lengthOfVector } from "./arithmetic.ts";
import { runLayer } from "./layers.ts";
import { pullNetwork, readOutput, weightsOf } from "./pull-network.ts";
import type { OutputRead } from "./pull-network.ts";
import { encoderPrefix } from "../../network/index.ts";
import type { ChainSpec } from "../../network/index.ts";
import { runNetwork, setUpNetwork, signalOf } from "./run-network.ts";
import type { ChainInput, NetworkRun, NetworkSetup } from "./run-network.ts";
import { rowOf } from "./signal.ts";
import type { Signal } from "./signal.ts";
import type { Trace } from "./trace.ts";

export interface SaliencyOptions extends OutputRead {
  /**
   * `gradient`: ‖∂y/∂x_t‖, how sensitive the output is to a step (Simonyan, Vedaldi and Zisserman 2013). `gradient-input` (if absent): x_t · ∂y/∂x_t, signed, what a
   * step added to the output where that is nearly linear. `integrated`: integrated gradients (Sundararajan, Taly and Yan 2017), signed, which add up to what the
   * output differs by from that of the baseline.
   */
  readonly method?: "gradient" | "gradient-input" | "integrated";
  /** Whose steps: of the network's own `inputs` (if absent), or of the encoder's `source`. */
  readonly of?: "inputs" | "source";
  /** Of integrated gradients: points on the way from the baseline, 50. The error falls with their square, at kinks with their number. */
  readonly points?: number;
  /** Of integrated gradients: what stands for no input, a number for each of the input's (with tokens, of their embedded vectors), `[steps, size]`; zeros if absent. */
  readonly baseline?: ArrayLike<number>;
}

export interface Saliency {
  readonly method: NonNullable<SaliencyOptions["method"]>;
  /** A number for each step: the length of its attributions for `gradient`, else their sum. */
  readonly scores: Float64Array;
  /** For each number of the input, or of the vectors that its tokens were embedded as. */
  readonly attributions: Signal;
  /** What the output read gives for the input, and, of integrated gradients, for the baseline. */
  readonly value: number;
  readonly baseValue: number | undefined;
}

/**
 * How much each step of the input mattered for a linear read of the output: by default the sum of the last step's outputs; name a `unit` to ask about one. Of
 * tokens the vectors that they are embedded as are looked at.
 *
 * @throws {RecurraError} `util/bad-argument`.
 */
export function saliency(trace: Trace, options: SaliencyOptions = {}): Saliency {
  const { method = "gradient-input", of = "inputs" } = options;
  const parts = readTrace(trace, of);
  const weights = weightsOf(trace.output, options);
  if (method === "integrated") return integrate(parts, weights, options);
  const { value, gradient } = gradientAt(parts, parts.input, weights);
  if (method === "gradient") {
    const scores = Float64Array.from({ length: gradient.steps }, (_, step) => lengthOfVector(rowOf(gradient, step)));
    return { method, scores, attributions: gradient, value, baseValue: undefined };
  }
  const products = gradient.values.map((slope, i) => slope * parts.input.values[i]!);
  const attributions = { ...gradient, values: products };
  return { method, scores: sumRows(attributions), attributions, value, baseValue: undefined };
}

/** A network that is run on changed inputs. */
interface Parts {
  /** The vectors that are looked at. */
  readonly input: Signal;
  readonly run: (input: Signal) => NetworkRun;
  readonly of: "inputs" | "source";
}

function readTrace({ model, options }: Trace, of: "inputs" | "source"): Parts {
  const { spec } = model;
  const setup = setUpNetwork(model, options);
  const own = vectorsOf(setup, spec, "", signalOf(spec, options.inputs, "inputs"));
  if (spec.encoder === undefined || options.source === undefined) {
    if (of === "source")
      throw new RecurraError("util/bad-argument", "The network has no encoder, so there is no source to ask about.");
    return { input: own.signal, of, run: (signal) => runNetwork(setup, { ...own, signal }, undefined) };
  }
  const source = vectorsOf(setup, spec.encoder, encoderPrefix, signalOf(spec.encoder, options.source, "source"));
  return of === "source"
    ? { input: source.signal, of, run: (signal) => runNetwork(setup, own, { ...source, signal }) }
    : { input: own.signal, of, run: (signal) => runNetwork(setup, { ...own, signal }, source) };
}

/** What a chain reads as vectors: tokens as their embedding has them. */
function vectorsOf(setup: NetworkSetup, chain: ChainSpec, prefix: string, signal: Signal): ChainInput {
  const [layer] = chain.layers;
  if (layer?.kind !== "embedding") return { signal, from: 0 };
  const shapes = prefix === "" ? setup.shape : known(setup.shape.encoder, "the encoder's shape");
  const shape = known(shapes.layers[0], "a layer's shape");
  return {
    signal: runLayer(layer, signal, { shape, parameter: (name) => setup.parameter(`${prefix}0.${name}`) }),
    from: 1,
  };
}

function gradientAt(
  { run, of }: Parts,
  input: Signal,
  weights: Signal,
): { readonly value: number; readonly gradient: Signal } {
  const done = run(input);
  const { own, source } = pullNetwork(done, weights);
  const output = done.own.layers.at(-1)?.output ?? input;
  return {
    value: readOutput(output, weights),
    gradient: known(of === "inputs" ? own : source, "the gradient of what was read"),
  };
}

/** (x - b) ⊙ the mean of ∂y/∂x at b + α (x - b), α in the middle of each of so many parts of 0…1. */
function integrate(parts: Parts, weights: Signal, { points = 50, baseline }: SaliencyOptions): Saliency {
  const { input, run } = parts;
  const { values } = input;
  if (!(Number.isInteger(points) && points >= 1))
    throw new RecurraError("util/bad-argument", `points is ${points}; give a whole number of at least 1, such as 50.`);
  if (baseline !== undefined && baseline.length !== values.length)
    throw new RecurraError(
      "util/bad-argument",
      `baseline has ${baseline.length} numbers, but ${input.steps} steps × ${input.size} are ${values.length}.`,
    );
  const base = baseline === undefined ? new Float64Array(values.length) : Float64Array.from(baseline);
  const between = (share: number): Signal => ({
    ...input,
    values: values.map((value, i) => base[i]! + share * (value - base[i]!)),
  });
  const mean = new Float64Array(values.length);
  for (let point = 0; point < points; point++) {
    const { gradient } = gradientAt(parts, between((point + 0.5) / points), weights);
    for (let i = 0; i < mean.length; i++) mean[i]! += gradient.values[i]! / points;
  }
  const attributions = { ...input, values: mean.map((slope, i) => slope * (values[i]! - base[i]!)) };
  const valueAt = (share: number): number => {
    const at = between(share);
    return readOutput(run(at).own.layers.at(-1)?.output ?? at, weights);
  };
  return {
    method: "integrated",
    scores: sumRows(attributions),
    attributions,
    value: valueAt(1),
    baseValue: valueAt(0),
  };
}

function sumRows(signal: Signal): Float64Array {
  return Float64Array.from({ length: signal.steps }, (_, step) =>
    rowOf(signal, step).reduce((sum, value) => sum + value, 0),
  );
}
