/** The colours of values in the picture, by layer. */
import { findMost } from "recurra/inspect";
import type { Tone } from "recurra/inspect";
import { colourOf } from "../../parts/heat-colours.ts";
import type { NetworkTrace } from "../../work/network/trace.ts";

/** What a layer is, from its place among the layers. */
export type LayerRole = "input" | "hidden" | "output";

export const roleOf = (layer: number, count: number): LayerRole =>
  layer === 0 ? "input" : layer === count - 1 ? "output" : "hidden";

/** The tone of a layer's values, and the variable of its lines. */
export const toneOf: Readonly<Record<LayerRole, Tone>> = { input: "time", hidden: "state", output: "output" };

/** The largest value of each layer over all steps, with the loop and without: what has the full colour. */
export function findLargest({ recurrent, feedForward }: NetworkTrace): readonly number[] {
  const layers = recurrent.values[0]?.length ?? 0;
  return Array.from({ length: layers }, (_, layer) =>
    findMost([...recurrent.values, ...feedForward.values].flatMap((values) => [...(values[layer] ?? [])])),
  );
}

export interface ValueColour {
  readonly role: LayerRole;
  readonly most: number;
  readonly theme: "light" | "dark";
}

/** A value's colour as CSS. */
export function colourValue(value: number, { role, most, theme }: ValueColour): string {
  const [red = 0, green = 0, blue = 0] = colourOf(value, { scale: "diverging", tone: toneOf[role], theme, most }) ?? [];
  return `rgb(${red} ${green} ${blue})`;
}
