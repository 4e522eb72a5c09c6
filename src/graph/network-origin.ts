/** Where the parts of a network stand in the graph that it was read from. */
import type { Graph, ValueName } from "./graph.ts";
import { inputOf, labelOf } from "./layer-values.ts";
import type { AxisLabel, Chain, LayerValue, Root, SignalValue } from "./layer-values.ts";

/** A value of the graph. */
export interface NetworkPort {
  readonly name: ValueName;
  /** What each of its axes counts; undefined where the graph leaves that open. */
  readonly axes: readonly (AxisLabel | undefined)[];
}

export interface NetworkOrigin {
  readonly input: NetworkPort;
  /** What the encoder reads. */
  readonly source: NetworkPort | undefined;
  readonly output: NetworkPort;
  /** What each layer gives, where a value of the graph is that. */
  readonly layers: readonly (NetworkPort | undefined)[];
  readonly encoder: readonly (NetworkPort | undefined)[];
  /** Inputs of the graph that are `lengths` of sequences and sources in the network. */
  readonly lengths: readonly ValueName[];
  /** Inputs of the graph that states start from, which start at zero in the network. */
  readonly zeros: readonly ValueName[];
  /** Outputs of the graph that the network does not have. */
  readonly omitted: readonly ValueName[];
}

export interface OriginParts {
  readonly graph: Graph;
  readonly values: ReadonlyMap<ValueName, LayerValue>;
  readonly output: SignalValue;
  readonly layers: readonly Chain[];
  readonly encoder: readonly Chain[];
}

export function originOf({ graph, values, output, layers, encoder }: OriginParts): NetworkOrigin {
  const chains = [...layers, ...encoder];
  const source = encoder[0]?.root;
  for (const root of new Set(chains.map((chain) => chain.root))) nameOpenAxes(root);
  const portOf = (name: ValueName): NetworkPort => {
    const value = values.get(name);
    return { name, axes: value?.kind === "signal" ? value.axes.map(labelOf) : [] };
  };
  const signals = [...values].flatMap(([name, value]) =>
    value.kind === "signal" && value.isLost !== true ? [{ name, chain: value.chain }] : [],
  );
  const made = (chain: Chain): NetworkPort | undefined => {
    const found = signals.findLast((signal) => signal.chain === chain);
    return found === undefined ? undefined : portOf(found.name);
  };
  const beside = graph.inputs.filter(({ name }) => {
    const root = inputOf(values.get(name));
    return root !== output.chain.root && root !== source;
  });
  const counted = new Set(chains.map(({ lengths }) => (typeof lengths === "object" ? lengths.info.name : undefined)));
  return {
    input: portOf(output.chain.root.info.name),
    source: source === undefined ? undefined : portOf(source.info.name),
    output: portOf(graph.outputs[0]?.name ?? ""),
    layers: layers.map(made),
    encoder: encoder.map(made),
    lengths: beside.flatMap(({ name }) => (counted.has(name) ? [name] : [])),
    zeros: beside.flatMap(({ name }) =>
      chains.some(({ givens }) => givens.some(({ info }) => info.name === name)) ? [name] : [],
    ),
    omitted: graph.outputs.slice(1).map(({ name }) => name),
  };
}

/** Rows that no layer tells apart are members, or steps and members. */
function nameOpenAxes({ labels }: Root): void {
  const open = labels.flatMap((label, axis) => (label === undefined ? [axis] : []));
  const free = (["steps", "batch"] as const).filter((label) => !labels.includes(label));
  if (open.length > free.length) return;
  const names = open.length === 1 ? free.slice(-1) : free;
  for (const [i, axis] of open.entries()) labels[axis] = names[i];
}
