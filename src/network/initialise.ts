/** First values of a network's parameters. */
import { initialiseParameters } from "../cells/index.ts";
import type { InitialisationName } from "../cells/index.ts";
import { known } from "../util/errors.ts";
import { createRandom, drawNormal } from "../util/random.ts";
import { cellOf, directionsOf, sizesOf } from "./cell-sizes.ts";
import { chainsOf, describeNetwork, encoderPrefix } from "./describe.ts";
import type { ChainShape, ChainSpec, NetworkSpec, ParameterSpec } from "./spec.ts";

/** Parameter values by name, row-major. The same seed gives the same numbers. */
export type ParameterValues = Record<string, Float32Array>;

/** Draws every parameter: cells by their initialisers, embeddings from N(0, 1) as PyTorch does (or of the deviation they name), learned first states zero. */
export function initialiseNetwork(spec: NetworkSpec, options: { readonly seed: number }): ParameterValues {
  const shape = describeNetwork(spec);
  const random = createRandom(options.seed);
  const uniform = (): number => random.uniform();
  const values: ParameterValues = {};
  for (const { chain, prefix } of chainsOf(spec)) {
    drawChain(
      {
        chain,
        prefix,
        parameters: shape.parameters,
        shape: prefix === encoderPrefix ? known(shape.encoder, "an encoder") : shape,
      },
      uniform,
      values,
    );
  }
  for (const { name, shape: dimensions } of shape.parameters) {
    values[name] ??= new Float32Array(dimensions.reduce((product, n) => product * n, 1)).fill(firstState(spec, name));
  }
  return values;
}

interface Chain {
  readonly chain: ChainSpec;
  readonly shape: ChainShape;
  readonly parameters: readonly ParameterSpec[];
  readonly prefix: string;
}

function drawChain(
  { chain, shape, parameters, prefix: before }: Chain,
  uniform: () => number,
  values: ParameterValues,
): void {
  chain.layers.forEach((layer, index) => {
    const path = `${before}${index}`;
    const own = known(shape.layers[index], "a layer's shape");
    if (layer.kind === "embedding") {
      const length = own.inputSize * layer.size;
      const { deviation = 1 } = layer;
      values[`${path}.E`] = Float32Array.from({ length }, () => deviation * drawNormal(uniform));
    }
    if (layer.kind === "convolution") {
      // As PyTorch draws weights and bias: ±1 / √(numbers that an output is made of).
      const weights = known(
        parameters.find(({ name }) => name === `${path}.W`),
        "the weights",
      );
      const bound = 1 / Math.sqrt(countOf(weights.shape.slice(1)));
      for (const { name, shape: dimensions } of parameters.filter((one) => one.name.startsWith(`${path}.`)))
        values[name] = Float32Array.from({ length: countOf(dimensions) }, () => (2 * uniform() - 1) * bound);
    }
    if (layer.kind !== "cell") return;
    const sizes = sizesOf(layer, own);
    for (const { prefix } of directionsOf(layer, path)) {
      const drawn = initialiseParameters(
        cellOf(layer.cell),
        sizes,
        uniform,
        (layer.scheme ?? "default") as InitialisationName,
      );
      for (const [name, numbers] of Object.entries(drawn)) {
        if (layer.ties?.[name] === undefined) values[`${prefix}.${name}`] = Float32Array.from(numbers);
      }
    }
  });
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A learned first state begins at the cell's own first value. */
function firstState(spec: NetworkSpec, parameter: string): number {
  const isEncoder = parameter.startsWith(encoderPrefix);
  const [index = "", ...rest] = (isEncoder ? parameter.slice(encoderPrefix.length) : parameter).split(".");
  const layer = (isEncoder ? spec.encoder : spec)?.layers[Number(index)];
  const state = rest.at(-1);
  return (layer?.kind === "cell" && state !== undefined ? layer.cell.options.initialStates?.[state] : undefined) ?? 0;
}
