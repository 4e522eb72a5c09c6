/** The table of layers, by the names of their classes in Keras. */
import type { LayerKind } from "../layer-kind.ts";
import { operations } from "../operations/index.ts";
import { unsupported } from "../refusals.ts";
import { isOperation } from "../topology.ts";
import type { Layer } from "../topology.ts";
import { attentionLayers } from "./attention.ts";
import { convLstmLayers } from "./conv-lstm.ts";
import { convolutionLayers } from "./convolution.ts";
import { coreLayers } from "./core.ts";
import { einsumLayers } from "./einsum-dense.ts";
import { mergeLayers } from "./merge.ts";
import { normaliseLayers } from "./normalise.ts";
import { recurrentLayers } from "./recurrent.ts";
import { shapeLayers } from "./shape.ts";
import { transposedLayers } from "./transposed.ts";

const kinds: Readonly<Record<string, LayerKind>> = {
  ...coreLayers,
  ...recurrentLayers,
  ...convLstmLayers,
  ...convolutionLayers,
  ...transposedLayers,
  ...einsumLayers,
  ...normaliseLayers,
  ...attentionLayers,
  ...mergeLayers,
  ...shapeLayers,
};

/** What the class of a layer or of an operation is here. Throws `keras/unsupported` for one that is not read. */
export function kindOf(layer: Layer): LayerKind {
  const isOne = isOperation(layer);
  const table = isOne ? operations : kinds;
  const kind = Object.hasOwn(table, layer.className) ? table[layer.className] : undefined;
  if (kind !== undefined) return kind;
  if (isOne) throw unsupported(layer, "this operation of keras.ops");
  if (layer.className === "Lambda")
    throw unsupported(layer, "code of one's own in a Lambda layer, which is never run,");
  throw unsupported(layer, "a layer of this class");
}
