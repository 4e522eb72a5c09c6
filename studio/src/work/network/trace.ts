/** The values of every layer at every step, computed by the library. */
import { compile } from "recurra";
import { drawParameters, layerMark, writeNetwork } from "./network-cell.ts";
import type { Activation, NetworkSizes } from "./network-cell.ts";

export interface Traced {
  /** `[step][layer]`, the layer's values: 0 is the input, the last one the output. */
  readonly values: readonly (readonly Float64Array[])[];
}

export interface NetworkTrace {
  readonly sizes: NetworkSizes;
  readonly activation: Activation;
  /** By name, as `drawParameters` gives them. */
  readonly parameters: Readonly<Record<string, Float64Array>>;
  /** Each input by itself, as the network without its loop sees it. */
  readonly feedForward: Traced;
  /** One input after the other, with the state handed on. */
  readonly recurrent: Traced;
}

export interface TraceOptions {
  readonly sizes: NetworkSizes;
  readonly activation: Activation;
  readonly seed: number;
  /** Size of the recurrent weights. */
  readonly gain: number;
  /** A vector of the input size for each step. */
  readonly inputs: readonly Float64Array[];
}

/** Runs the network with and without its loop, in double precision. */
export async function traceSequence({ sizes, activation, seed, gain, inputs }: TraceOptions): Promise<NetworkTrace> {
  const withLoop = writeNetwork({ ...sizes, activation, hasLoop: true }, gain);
  const without = writeNetwork({ ...sizes, activation, hasLoop: false }, gain);
  const parameters = drawParameters(withLoop, sizes, seed);
  const trace = async (network: typeof withLoop): Promise<Traced> => {
    const run = await compile(network, {
      inputSize: sizes.inputs,
      hiddenSize: sizes.hidden,
      sizes: { O: sizes.outputs },
      backend: "reference",
    });
    const own = Object.fromEntries(run.parameters.map(({ name }) => [name, parameters[name] ?? new Float64Array()]));
    let states: Readonly<Record<string, ArrayLike<number>>> = Object.fromEntries(
      run.states.map(({ name }) => [name, new Float64Array(sizes.hidden)]),
    );
    const values = inputs.map((input) => {
      const forward = run.forward({
        steps: 1,
        batch: 1,
        inputs: input,
        parameters: own,
        states: Object.fromEntries(Object.entries(states).map(([name, value]) => [name, Float64Array.from(value)])),
      });
      states = forward.states;
      const hidden = Array.from({ length: sizes.layers }, (_, at) =>
        Float64Array.from(forward.states[`h${layerMark(at + 1, sizes.layers)}`] ?? []),
      );
      return [input, ...hidden, Float64Array.from(forward.outputs)];
    });
    run.dispose();
    return { values };
  };
  return {
    sizes,
    activation,
    parameters,
    feedForward: await trace(without),
    recurrent: await trace(withLoop),
  };
}
