/** What a class of Keras layers is here: its weights, and what it computes. */
import type { Tensor } from "../../graph/tensor.ts";
import { badWeights } from "./refusals.ts";
import type { Settings } from "./settings.ts";
import type { KerasVersion, Layer } from "./topology.ts";
import type { Building, Value } from "./values.ts";

/** A weight by its name in Keras; a class lists its own in Keras's order. */
export interface WeightSpec {
  readonly name: string;
  /** Statistics are not trained, and come last in some files. */
  readonly isTrainable?: boolean;
  /** Which attribute of the layer holds it, for `.keras` files; several where versions differ. */
  readonly places?: readonly string[];
}

/** What a call is given by name: a value, a list of them in which some may be left out, or what is no tensor. */
export type NamedArgument = Value | readonly (Value | undefined)[] | { readonly constant: unknown };

/** What an operation is given: as it stands in the file. */
export type OperationArgument = Value | { readonly constant: unknown } | readonly OperationArgument[];

export interface CallOfLayer {
  readonly graph: Building;
  readonly layer: Layer;
  readonly settings: Settings;
  readonly inputs: readonly Value[];
  /** Of an operation, which has no inputs. */
  readonly args: readonly OperationArgument[];
  readonly named: ReadonlyMap<string, NamedArgument>;
  /** A weight, of this shape; a negative size is any. Throws `keras/bad-weights`. */
  tensor(name: string, shape: readonly number[]): Tensor;
  has(name: string): boolean;
  /** Calls a layer inside this one. */
  inner(layer: Layer, inputs: readonly Value[], named?: ReadonlyMap<string, NamedArgument>): readonly Value[];
  /** A call of a layer inside this one, for those that build several together. */
  callOf(layer: Layer): CallOfLayer;
}

export interface LayerKind {
  readonly weights?: (settings: Settings, version: KerasVersion) => readonly WeightSpec[];
  /** Where in a `.keras` file the layers inside lie, in the order of their weights. */
  readonly children?: (layer: Layer) => readonly { readonly layer: Layer; readonly path: string }[];
  readonly call: (call: CallOfLayer) => readonly Value[];
}

/** Lists weights that are there under conditions. */
export function listed(...specs: readonly (WeightSpec | string | false)[]): readonly WeightSpec[] {
  return specs.filter((spec) => spec !== false).map((spec) => (typeof spec === "string" ? { name: spec } : spec));
}

/** The tensor, if it is of float32 and of this shape. */
export function checkedTensor(
  layer: Layer,
  { name, tensor }: { readonly name: string; readonly tensor: Tensor | undefined },
  shape: readonly number[],
): Tensor {
  if (tensor === undefined) throw badWeights(layer, `its weight ${name} is not in the file`);
  const fits = tensor.shape.length === shape.length && shape.every((size, at) => size < 0 || size === tensor.shape[at]);
  if (!fits)
    throw badWeights(
      layer,
      `its weight ${name} is [${tensor.shape.join(", ")}], but must be [${shape.map((size) => (size < 0 ? "any" : size)).join(", ")}]`,
    );
  if (tensor.type !== "float32")
    throw badWeights(layer, `its weight ${name} holds numbers of ${tensor.type}; quantised layers are not read`);
  return tensor;
}
