/** The table of operations of `keras.ops` that a functional model may hold beside its layers, by the names of their classes. */
import type { LayerKind } from "../layer-kind.ts";
import { arithmeticOperations } from "./arithmetic.ts";
import { getItem } from "./items.ts";
import { moveOperations } from "./moves.ts";

export const operations: Readonly<Record<string, LayerKind>> = {
  ...arithmeticOperations,
  ...moveOperations,
  GetItem: getItem,
};
