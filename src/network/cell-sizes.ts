/** The cell of a layer, its directions and the sizes of its variables. */
import { cell as createCell } from "../language/index.ts";
import type { Cell, Variable } from "../language/index.ts";
import { resolveSizes } from "../language/sizes.ts";
import type { CellLayer, CellSpec, LayerShape } from "./spec.ts";

const cellsBySpec = new WeakMap<CellSpec, Cell>();

/** The checked cell of a spec. */
export function cellOf(spec: CellSpec): Cell {
  const before = cellsBySpec.get(spec);
  if (before !== undefined) return before;
  const result = createCell(spec.name, spec.text, spec.options);
  cellsBySpec.set(spec, result);
  return result;
}

/** A cell as plain data. */
export function specOf(cell: Cell): CellSpec {
  return { name: cell.name, text: cell.text, options: cell.options };
}

/** The directions of a cell layer, each with the prefix of its parameters' names; `path` is the layer's own. */
export function directionsOf(
  layer: CellLayer,
  path: string,
): readonly { readonly prefix: string; readonly reverse: boolean }[] {
  switch (layer.direction ?? "forward") {
    case "forward":
      return [{ prefix: path, reverse: false }];
    case "backward":
      return [{ prefix: path, reverse: true }];
    case "both":
      return [
        { prefix: `${path}.forward`, reverse: false },
        { prefix: `${path}.backward`, reverse: true },
      ];
  }
}

/** Every dimension of a cell layer's cell. */
export function sizesOf(
  layer: CellLayer,
  { inputSize, memorySize }: Pick<LayerShape, "inputSize" | "memorySize">,
): Readonly<Record<string, number>> {
  const cell = cellOf(layer.cell);
  const isMemory = memorySize !== undefined && cell.memories.some(({ shape }) => shape[0] === "M");
  return resolveSizes(cell, {
    ...layer.sizes,
    I: inputSize,
    H: layer.size,
    ...(isMemory ? { M: memorySize } : {}),
  });
}

/** The shape of a variable with sizes in place of names. */
export function shapeOf(variable: Variable, sizes: Readonly<Record<string, number>>): number[] {
  return variable.shape.map((dimension) => (typeof dimension === "number" ? dimension : sizes[dimension]!));
}
