/** First values of a network's parameters. */
import { initialiseParameters } from "../cells/index.ts";
import type { InitialisationName } from "../cells/index.ts";
import { createRandom, drawNormal } from "../util/random.ts";
import { cellOf, describeNetwork, directionsOf, sizesOf } from "./describe.ts";
import { known } from "../util/errors.ts";
import type { NetworkShape, NetworkSpec } from "./spec.ts";

/** Parameter values by name, row-major. The same seed gives the same numbers. */
export type ParameterValues = Record<string, Float32Array>;

/** Draws every parameter: cells by their initialisers, embeddings from N(0, 1) as PyTorch does, learned first states zero. */
export function initialiseNetwork(spec: NetworkSpec, options: { readonly seed: number }): ParameterValues {
  const shape = describeNetwork(spec);
  const random = createRandom(options.seed);
  const uniform = (): number => random.uniform();
  const values: ParameterValues = {};
  spec.layers.forEach((layer, index) => {
    if (layer.kind === "embedding") {
      const length = shape.layers[index]!.inputSize * layer.size;
      values[`${index}.E`] = Float32Array.from({ length }, () => drawNormal(uniform));
    }
    if (layer.kind === "convolution") {
      // As PyTorch draws weights and bias: ±1 / √(numbers that an output is made of).
      for (const { name, shape: dimensions } of shape.parameters.filter((one) => one.name.startsWith(`${index}.`))) {
        const length = dimensions.reduce((product, n) => product * n, 1);
        values[name] = Float32Array.from({ length }, () => (2 * uniform() - 1) * boundOf(shape.parameters, index));
      }
    }
    if (layer.kind !== "cell") return;
    const sizes = sizesOf(layer, shape.layers[index]!.inputSize);
    for (const { prefix } of directionsOf(layer, index)) {
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
  for (const { name, shape: dimensions } of shape.parameters) {
    values[name] ??= new Float32Array(dimensions.reduce((product, n) => product * n, 1)).fill(firstState(spec, name));
  }
  return values;
}

function boundOf(parameters: NetworkShape["parameters"], index: number): number {
  const weights = known(
    parameters.find(({ name }) => name === `${index}.W`),
    "the weights",
  );
  return 1 / Math.sqrt(weights.shape.slice(1).reduce((product, n) => product * n, 1));
}

/** A learned first state begins at the cell's own first value. */
function firstState(spec: NetworkSpec, parameter: string): number {
  const [index = "", ...rest] = parameter.split(".");
  const layer = spec.layers[Number(index)];
  const state = rest.at(-1);
  return (layer?.kind === "cell" && state !== undefined ? layer.cell.options.initialStates?.[state] : undefined) ?? 0;
}
