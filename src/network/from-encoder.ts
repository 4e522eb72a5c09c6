/** What layers take from an encoder: states to start from, and outputs to attend to. */
import { known, RecurraError } from "../util/errors.ts";
import { cellOf, directionsOf, shapeOf, sizesOf } from "./cell-sizes.ts";
import type { CellLayer, ChainShape, ChainSpec, LayerSpec } from "./spec.ts";

/** A layer in its place. */
interface Place {
  readonly index: number;
  /** How messages call it. */
  readonly name: string;
  readonly context: {
    readonly chain: ChainSpec;
    readonly encoder: { readonly chain: ChainSpec; readonly shape: ChainShape } | undefined;
  };
}

/** A layer of the encoder that a layer starts from. */
export interface StartingLayer {
  readonly layer: CellLayer;
  readonly index: number;
}

/** The encoder's layer that a recurrent layer of `chain` starts from: that of the same number among the recurrent ones, or the last; undefined where there is none. */
export function startingLayer(chain: ChainSpec, index: number, encoder: ChainSpec): StartingLayer | undefined {
  const recurrent = (layers: readonly LayerSpec[]): StartingLayer[] =>
    layers.flatMap((layer, at) =>
      layer.kind === "cell" && cellOf(layer.cell).states.length > 0 ? [{ layer, index: at }] : [],
    );
  const number = recurrent(chain.layers.slice(0, index)).length;
  const theirs = recurrent(encoder.layers);
  return theirs[number] ?? theirs.at(-1);
}

/** Each state must be one of the encoder's layer, and as wide as all of its directions together. */
export function checkStart(
  layer: CellLayer,
  { index, name, context }: Place,
  sizes: Readonly<Record<string, number>>,
): void {
  const { encoder, chain } = context;
  if (encoder === undefined)
    fail(`${name} starts from an encoder, but the network has none; give it one, or start from zero.`);
  const from = startingLayer(chain, index, encoder.chain);
  if (from === undefined)
    fail(`${name} starts from the encoder, but no layer of that is recurrent; start from zero or learned states.`);
  if (layer.direction === "both")
    fail(`${name} runs in both directions, so it cannot start from the encoder; let it run forwards.`);
  const theirs = sizesOf(from.layer, known(encoder.shape.layers[from.index], "a layer"));
  const copies = directionsOf(from.layer, "").length;
  for (const state of cellOf(layer.cell).states) {
    const wanted = shapeOf(state, sizes)[0] ?? 1;
    const other = cellOf(from.layer.cell).states.find((one) => one.name === state.name);
    const got = other === undefined ? 0 : (shapeOf(other, theirs)[0] ?? 1) * copies;
    if (got === wanted) continue;
    const is =
      other === undefined
        ? "has no such state"
        : `has ${got} numbers of it${copies === 2 ? " in both directions together" : ""}`;
    fail(
      `${name} starts its state ${state.name} of ${wanted} numbers from the encoder's layer ${from.index} (${from.layer.cell.name}), which ${is}; make the two equal.`,
    );
  }
}

/** Whether a layer takes something from the encoder. */
export function readsEncoder(layer: LayerSpec): boolean {
  return attends(layer) || (layer.kind === "cell" && layer.initialState === "encoder");
}

/** Whether a layer looks at the encoder's outputs. */
export function attends(layer: LayerSpec): boolean {
  return layer.kind === "cell" && cellOf(layer.cell).memories.length > 0;
}

/** Numbers in a row of what the encoder gives. */
export function checkMemory(layer: CellLayer, { name, context: { encoder } }: Place): number {
  if (encoder !== undefined) return encoder.shape.outputSize;
  const { memories } = cellOf(layer.cell);
  fail(
    `${name} attends to ${memories.map((one) => one.name).join(" and ")}, but the network has no encoder whose outputs that could be; give it one.`,
  );
}

/** What a cell compares with must be as wide as the rows that it is compared with. */
export function checkRows(layer: CellLayer, { name, context }: Place, sizes: Readonly<Record<string, number>>): void {
  for (const memory of cellOf(layer.cell).memories) {
    const [wanted] = shapeOf(memory, sizes);
    const got = context.encoder?.shape.outputSize;
    if (wanted === got) continue;
    fail(
      `${name} attends to rows of ${wanted} numbers in ${memory.name}, but the encoder gives ${got}; make the two equal, or bring one to the other's size with a matrix.`,
    );
  }
}

function fail(message: string): never {
  throw new RecurraError("network/bad-layer", message);
}
