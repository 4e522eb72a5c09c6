/** The sum that one hidden neuron computes, part by part. */
import type { NetworkTrace } from "../../work/network/trace.ts";
import { layerMark } from "../../work/network/network-cell.ts";

export interface Part {
  /** Whether the value comes from the layer below or, by the loop, from the step before. */
  readonly kind: "below" | "before";
  /** The neuron it comes from, from 0. */
  readonly from: number;
  readonly weight: number;
  readonly value: number;
  readonly product: number;
}

export interface NeuronSum {
  readonly parts: readonly Part[];
  readonly bias: number;
  /** All products and the bias. */
  readonly sum: number;
  /** What the activation makes of the sum. */
  readonly value: number;
}

export interface NeuronPlace {
  /** From 0. */
  readonly step: number;
  /** Hidden layer, from 1. */
  readonly layer: number;
  /** From 0. */
  readonly neuron: number;
  /** With the loop or without. */
  readonly hasLoop: boolean;
}

/** `value = activation(Σ W_ji below_i + Σ U_jk before_k + b_j)`; before the first step the state is zero. */
export function addNeuron(trace: NetworkTrace, { step, layer, neuron, hasLoop }: NeuronPlace): NeuronSum {
  const { values } = hasLoop ? trace.recurrent : trace.feedForward;
  const mark = layerMark(layer, trace.sizes.layers);
  const below = values[step]?.[layer - 1] ?? new Float64Array();
  const before = values[step - 1]?.[layer] ?? new Float64Array(trace.sizes.hidden);
  const partsOf = (kind: Part["kind"], matrix: Float64Array | undefined, source: Float64Array): readonly Part[] =>
    Array.from(source, (value, from) => {
      const weight = matrix?.[neuron * source.length + from] ?? 0;
      return { kind, from, weight, value, product: weight * value };
    });
  const parts = [
    ...partsOf("below", trace.parameters[`W${mark}`], below),
    ...(hasLoop ? partsOf("before", trace.parameters[`U${mark}`], before) : []),
  ];
  const bias = trace.parameters[`b${mark}`]?.[neuron] ?? 0;
  return {
    parts,
    bias,
    sum: parts.reduce((sum, { product }) => sum + product, bias),
    value: values[step]?.[layer]?.[neuron] ?? 0,
  };
}

/** The largest products, as many as are asked for, in their order, and what the others come to. */
export function shortenParts(
  parts: readonly Part[],
  most: number,
): { readonly shown: readonly Part[]; readonly others: number; readonly rest: number } {
  if (parts.length <= most) return { shown: parts, others: 0, rest: 0 };
  const largest = new Set(
    parts.toSorted((one, other) => Math.abs(other.product) - Math.abs(one.product)).slice(0, most),
  );
  const left = parts.filter((part) => !largest.has(part));
  return {
    shown: parts.filter((part) => largest.has(part)),
    others: left.length,
    rest: left.reduce((sum, { product }) => sum + product, 0),
  };
}
