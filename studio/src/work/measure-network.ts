/** The sizes of a network as the room of six forms has them. */
import { cell, describeNetwork } from "recurra";
import type { NetworkSpec } from "recurra";
import type { NetworkSizes } from "../network-link.ts";

/** Of its own layers, not its encoder's; absent where none of them has a state. */
export function measureNetwork(spec: NetworkSpec): NetworkSizes | undefined {
  const shape = describeNetwork(spec);
  const recurrent = spec.layers.flatMap((layer, at) =>
    layer.kind === "cell" && cell(layer.cell.name, layer.cell.text, layer.cell.options).states.length > 0
      ? [{ name: layer.cell.name, size: layer.size, inputs: shape.layers[at]?.inputSize ?? 0 }]
      : [],
  );
  const [first] = recurrent;
  if (first === undefined) return undefined;
  return {
    cell: first.name,
    inputs: first.inputs,
    hidden: first.size,
    layers: recurrent.length,
    outputs: shape.outputSize,
  };
}
