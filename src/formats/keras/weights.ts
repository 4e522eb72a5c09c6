/** Which numbers of a file are the weights of which layer: each of Keras's three ways to store them has an order or names of its own. */
import type { Tensor } from "../../graph/tensor.ts";
import type { Hdf5Group } from "./hdf5.ts";
import type { WeightSpec } from "./layer-kind.ts";
import { badWeights } from "./refusals.ts";
import type { KerasVersion, Layer, ModelConfig } from "./topology.ts";

/** The weights of layers by their names in Keras. */
export type Weights = ReadonlyMap<Layer, ReadonlyMap<string, Tensor>>;

/** What is known of a layer's weights before they are read. */
export interface WeightRules {
  readonly version: KerasVersion;
  weightsOf(layer: Layer, version: KerasVersion): readonly WeightSpec[];
  /** Where in a `.keras` file the layers inside a layer lie, in the order of their weights. */
  childrenOf(layer: Layer): readonly { readonly layer: Layer; readonly path: string }[];
}

/** A weight of a layer, or of a layer inside it. */
interface Slot {
  readonly layer: Layer;
  readonly spec: WeightSpec;
  readonly isTrainable: boolean;
}

/** A tensor as a file names it. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The weights of a `.keras` file of version 3: `layers/<class>_<number>/…/vars/<number>`. */
export function readArchiveWeights(model: ModelConfig, root: Hdf5Group, rules: WeightRules): Weights {
  const weights = new Map<Layer, ReadonlyMap<string, Tensor>>();
  const readLayer = (layer: Layer, group: Hdf5Group | undefined): void => {
    if (layer.model !== undefined) return readLayers(layer.model.layers, group);
    const specs = rules.weightsOf(layer, rules.version);
    const found = new Map<string, Tensor>();
    const counts = new Map<string, number>();
    for (const { name, places = [""] } of specs) {
      const key = places[0] ?? "";
      const number = counts.get(key) ?? 0;
      counts.set(key, number + 1);
      const tensor = places
        .map((place) => descend(group, place === "" ? "vars" : `${place}/vars`)?.tensors.get(String(number)))
        .find((one) => one !== undefined);
      if (tensor === undefined) throw badWeights(layer, `its weight ${name} is not in the file`);
      found.set(name, tensor);
    }
    weights.set(layer, found);
    for (const child of rules.childrenOf(layer)) readLayer(child.layer, descend(group, child.path));
  };
  const readLayers = (layers: readonly Layer[], group: Hdf5Group | undefined): void => {
    const container = group?.groups.get("layers") ?? group?.groups.get("_layer_checkpoint_dependencies");
    const names = countedNames(layers);
    for (const [at, layer] of layers.entries()) readLayer(layer, container?.groups.get(names[at] ?? ""));
  };
  readLayers(model.layers, root);
  return weights;
}

/** The names of layers in a list of them: their classes in small letters, with a number where one comes again. */
export function countedNames(layers: readonly Pick<Layer, "className">[]): readonly string[] {
  const counts = new Map<string, number>();
  return layers.map(({ className }) => {
    const name = snakeCase(className === "Model" ? "Functional" : className);
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before === 0 ? name : `${name}_${before}`;
  });
}

function snakeCase(className: string): string {
  return className
    .replaceAll(/\W+/g, "")
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

function descend(group: Hdf5Group | undefined, path: string): Hdf5Group | undefined {
  return path.split("/").reduce<Hdf5Group | undefined>((inner, part) => inner?.groups.get(part), group);
}

/** The weights of an `.h5` file: a group for each layer of the outer model, with the names of its weights in their order. */
export function readLegacyWeights(model: ModelConfig, root: Hdf5Group, rules: WeightRules): Weights {
  return readByOrder(model.layers, rules, (layer) => {
    const group = root.groups.get(layer.name) ?? descend(root, layer.name);
    return textsOf(group, "weight_names").map((name) => {
      const parts = name.split("/");
      const tensor = descendAll(group, parts.slice(0, -1))?.tensors.get(parts.at(-1) ?? "");
      if (tensor === undefined) throw badWeights(layer, `its weight ${name} is not in the file`);
      return { name, tensor };
    });
  });
}

function descendAll(group: Hdf5Group | undefined, parts: readonly string[]): Hdf5Group | undefined {
  return parts.reduce<Hdf5Group | undefined>((inner, part) => inner?.groups.get(part), group);
}

/** A list of texts, which Keras splits over several attributes (`weight_names0`, …) where it is long. */
function textsOf(group: Hdf5Group | undefined, attribute: string): readonly string[] {
  const whole = group?.attributes.get(attribute);
  if (whole !== undefined) return typeof whole === "string" ? [whole] : whole;
  const parts: string[] = [];
  for (let number = 0; ; number++) {
    const part = group?.attributes.get(`${attribute}${number}`);
    if (part === undefined) return parts;
    parts.push(...(typeof part === "string" ? [part] : part));
  }
}

/** The weights of TF.js, each named by its layer: `<layer>/kernel`. */
export function readNamedWeights(model: ModelConfig, tensors: readonly NamedTensor[], rules: WeightRules): Weights {
  const byPrefix = new Map<string, NamedTensor[]>();
  for (const one of tensors) {
    const prefix = one.name.split("/")[0] ?? "";
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), one]);
  }
  return readByOrder(innerLayers(model), rules, (layer) => byPrefix.get(layer.local) ?? []);
}

/** A model inside a model has the weights of its layers under their own names. */
function innerLayers({ layers }: ModelConfig): readonly Layer[] {
  return layers.flatMap((layer) => (layer.model === undefined ? [layer] : innerLayers(layer.model)));
}

/** The weights of each of these layers, those that are trained first, as Keras lists them. */
function readByOrder(
  layers: readonly Layer[],
  rules: WeightRules,
  tensorsOf: (layer: Layer) => readonly NamedTensor[],
): Weights {
  const weights = new Map<Layer, Map<string, Tensor>>();
  for (const layer of layers) {
    const slots = slotsOf(layer, rules, true);
    const ordered = [...slots.filter((slot) => slot.isTrainable), ...slots.filter((slot) => !slot.isTrainable)];
    const tensors = ordered.length === 0 ? [] : tensorsOf(layer);
    if (tensors.length !== ordered.length)
      throw badWeights(
        layer,
        `the file has ${tensors.length} weights for it, and it has ${ordered.length}: ${ordered
          .map(({ spec }) => spec.name)
          .slice(0, 20)
          .join(", ")}`,
      );
    for (const [at, slot] of ordered.entries()) {
      const own = weights.get(slot.layer) ?? new Map<string, Tensor>();
      weights.set(slot.layer, own);
      const tensor = tensors[at]?.tensor;
      if (tensor !== undefined) own.set(slot.spec.name, tensor);
    }
  }
  return weights;
}

function slotsOf(layer: Layer, rules: WeightRules, isTrained: boolean): readonly Slot[] {
  const isTrainable = isTrained && layer.isTrainable;
  if (layer.model !== undefined) return layer.model.layers.flatMap((inner) => slotsOf(inner, rules, isTrainable));
  return [
    ...rules
      .weightsOf(layer, rules.version)
      .map((spec) => ({ layer, spec, isTrainable: isTrainable && spec.isTrainable !== false })),
    ...rules.childrenOf(layer).flatMap((child) => slotsOf(child.layer, rules, isTrainable)),
  ];
}
